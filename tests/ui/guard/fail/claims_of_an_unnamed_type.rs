use jwt_runtime::jwt_required;

#[jwt_required]
async fn handler(#[claims] user: impl Claims) {}

fn main() {}
