use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
    #[scope("orders:write")]
    OrdersWrite(u64),
    #[scope("orders:delete")]
    OrdersDelete { id: u64 },
}

fn main() {}
