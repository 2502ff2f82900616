use jwt_runtime::jwt_required;

struct Api;

#[jwt_required]
impl Api {
    async fn handler() {}

    #[public]
    async fn open() {}
}

fn main() {}
