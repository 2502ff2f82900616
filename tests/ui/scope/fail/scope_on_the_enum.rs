use jwt_runtime::Scope;

#[derive(Scope)]
#[scope("orders")]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
}

fn main() {}
