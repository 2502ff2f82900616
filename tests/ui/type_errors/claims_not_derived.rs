use jwt_runtime::jwt_required;

#[jwt_required]
async fn handler(#[claims] _user: Profile) {}

struct Profile;

fn main() {}
