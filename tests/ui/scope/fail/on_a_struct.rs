use jwt_runtime::Scope;

#[derive(Scope)]
struct Perm;

fn main() {}
