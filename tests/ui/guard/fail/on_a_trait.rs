use jwt_runtime::jwt_required;

#[jwt_required]
trait Api {}

fn main() {}
