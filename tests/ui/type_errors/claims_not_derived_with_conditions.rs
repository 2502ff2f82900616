use jwt_runtime::jwt_required;

#[jwt_required(all_scopes("orders:read"))]
async fn handler(#[claims] _user: Profile) {}

struct Profile;

fn main() {}
