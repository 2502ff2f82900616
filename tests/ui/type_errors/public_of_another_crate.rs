use jwt_attributes::public;
use jwt_runtime::jwt_required;

struct Api;

#[jwt_required]
impl Api {
    async fn handler() {}

    #[public]
    async fn listed_in_the_docs() {}
}

#[jwt_required]
mod api {
    pub async fn handler() {}

    #[jwt_attributes::public]
    pub async fn listed_in_the_docs() {}

    #[jwt_runtime::public]
    pub async fn open() {}
}

fn main() {}
