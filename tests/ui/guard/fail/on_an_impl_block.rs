use jwt_runtime::jwt_required;

struct Api;

#[jwt_required]
impl Api {}

fn main() {}
