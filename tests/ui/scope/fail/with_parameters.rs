use jwt_runtime::Scope;

#[derive(Scope)]
enum Perm<const N: usize> {
    #[scope("orders:read")]
    OrdersRead,
}

fn main() {}
