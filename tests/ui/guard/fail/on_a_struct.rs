use jwt_runtime::jwt_required;

#[jwt_required]
struct Profile;

fn main() {}
