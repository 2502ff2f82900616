use jwt_runtime::Scope;

#[derive(Scope)]
#[scope(crate = jwt_runtime)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
}

fn main() {}
