use jwt_runtime::jwt_required;

#[jwt_required]
async fn handler(#[claims] _user: impl Claims) {}

fn main() {}
