//! A future that is called by another name than `Future`.

use jwt_runtime::jwt_required;

#[jwt_required]
mod api {
    pub fn list() -> std::future::Ready<&'static str> {
        std::future::ready("all")
    }

    pub fn pages() -> super::PagesFut {
        std::future::ready("all")
    }

    pub async fn handler() {}
}

pub type PagesFut = std::future::Ready<&'static str>;

fn main() {}
