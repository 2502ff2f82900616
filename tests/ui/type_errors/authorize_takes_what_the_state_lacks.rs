use axum::extract::State;
use jwt_runtime::{Claims, JwtAuth, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

async fn owns_order(_: &User, _: State<Orders>) -> bool {
    true
}

#[derive(Clone)]
struct Orders;

#[jwt_required(authorize = owns_order, state = JwtAuth)]
async fn handler(#[claims] _user: User) {}

fn main() {}
