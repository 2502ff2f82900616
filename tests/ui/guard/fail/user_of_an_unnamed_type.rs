use jwt_runtime::{LoadUser, jwt_required};

#[jwt_required]
async fn handler(#[user] _account: impl LoadUser) {}

fn main() {}
