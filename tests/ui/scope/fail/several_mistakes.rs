use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm<T> {
    #[scope("orders:read")]
    OrdersRead,
    #[scope("orders:*")]
    Orders,
    #[scope("orders:read")]
    Reports(T),
    Audit,
}

fn main() {}
