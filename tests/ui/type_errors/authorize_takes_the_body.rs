use axum::Json;
use axum::extract::Path;
use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

async fn owns_order(_: &User, _: Path<u64>, _: Json<Order>) -> bool {
    true
}

#[derive(serde::Deserialize)]
struct Order;

#[jwt_required(authorize = owns_order)]
async fn handler(#[claims] _user: User) {}

fn main() {}
