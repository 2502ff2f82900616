//! What a constant points to can be routed.

use jwt_runtime::jwt_required;

#[jwt_required]
mod api {
    use std::future::Future;
    use std::pin::Pin;

    type Answer = Pin<Box<dyn Future<Output = ()> + Send>>;

    pub const LIST: fn() -> Answer = || Box::pin(async {});

    pub static NAMES: fn() -> Pin<Box<dyn Future<Output = ()> + Send>> = super::names;

    pub async fn handler() {}
}

fn names() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async {})
}

fn main() {}
