use jwt_runtime::jwt_required;

#[jwt_required]
#[path = "modules/other.rs"]
mod other;

fn main() {}
