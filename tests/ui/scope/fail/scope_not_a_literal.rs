use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
    #[scope(WRITE)]
    OrdersWrite,
}

fn main() {}
