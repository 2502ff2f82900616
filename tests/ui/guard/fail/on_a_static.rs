use jwt_runtime::jwt_required;

#[jwt_required]
static NAME: &str = "orders";

fn main() {}
