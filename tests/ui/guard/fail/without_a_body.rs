use jwt_runtime::jwt_required;

trait Api {
    #[jwt_required]
    async fn handler();
}

fn main() {}
