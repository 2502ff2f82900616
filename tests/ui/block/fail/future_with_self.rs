//! To axum a `self` by value is one more extractor.

use jwt_runtime::jwt_required;

#[jwt_required]
mod api {
    use std::future::Future;

    pub struct Api;

    impl Api {
        pub fn list(self) -> impl Future<Output = &'static str> {
            async { "all" }
        }

        pub fn borrowed(&self) -> impl Future<Output = &'static str> {
            async { "all" }
        }
    }

    pub async fn handler() {}
}

fn main() {}
