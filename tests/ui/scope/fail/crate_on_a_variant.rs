use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
    #[scope(crate = ::jwt_runtime)]
    OrdersWrite,
}

fn main() {}
