use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
    #[scope("orders:read")]
    OrdersWrite,
}

fn main() {}
