use jwt_runtime::jwt_required;

#[jwt_required]
mod api {
    mod other;

    async fn handler() {}
}

fn main() {}
