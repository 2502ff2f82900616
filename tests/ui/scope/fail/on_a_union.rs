use jwt_runtime::Scope;

#[derive(Scope)]
union Perm {
    _scope: u8,
}

fn main() {}
