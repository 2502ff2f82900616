use jwt_runtime::Scope;

#[derive(Scope)]
#[scope(rename_all = "kebab-case")]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
}

fn main() {}
