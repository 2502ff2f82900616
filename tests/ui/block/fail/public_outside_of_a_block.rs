use jwt_runtime::{jwt_required, public};

struct Api;

impl Api {
    #[public]
    async fn open() {}
}

#[public]
#[jwt_required]
async fn above_a_guard() {}

#[jwt_required]
#[public]
async fn below_a_guard() {}

fn main() {}
