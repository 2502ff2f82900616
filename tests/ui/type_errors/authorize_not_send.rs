use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

async fn owns_order(_: &User) -> bool {
    let local = std::rc::Rc::new(true);
    std::future::ready(()).await;
    *local
}

#[jwt_required(authorize = owns_order)]
async fn handler(#[claims] _user: User) {}

fn main() {}
