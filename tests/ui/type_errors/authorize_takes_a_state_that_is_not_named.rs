use axum::extract::{Path, State};
use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

async fn owns_order(_: &User, _: Path<u64>, _: State<Orders>) -> bool {
    true
}

#[derive(Clone)]
struct Orders;

#[jwt_required(authorize = owns_order)]
async fn handler(#[claims] _user: User) {}

fn main() {}
