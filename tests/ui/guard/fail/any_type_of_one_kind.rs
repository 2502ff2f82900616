use axum::Router;
use axum::routing::post;
use jwt_runtime::{AccessToken, JwtAuth, NoClaims, jwt_required};

#[jwt_required(any_type)]
async fn handler(#[token] _token: AccessToken<NoClaims>) {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", post(handler));
}
