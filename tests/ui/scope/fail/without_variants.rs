use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm {}

fn main() {}
