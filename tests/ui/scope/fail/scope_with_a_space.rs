use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
    #[scope("orders:write orders:delete")]
    OrdersWrite,
}

fn main() {}
