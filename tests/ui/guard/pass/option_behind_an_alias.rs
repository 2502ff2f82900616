//! An alias hides the `Option` from the macro; the guard asks for a token all the same.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, jwt_required};
use tower::ServiceExt;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(roles)]
    roles: Vec<u8>,
}

type Maybe<T> = Option<T>;

#[jwt_required]
async fn plain(#[claims] user: Maybe<User>) -> String {
    user.map(|user| user.sub).unwrap_or_default()
}

#[jwt_required(any_role(1))]
async fn condition(#[claims] user: Maybe<User>) -> String {
    user.map(|user| user.sub).unwrap_or_default()
}

#[jwt_required(optional, issuer = "https://auth.example.com")]
async fn optional(#[claims] user: Option<User>) -> String {
    user.map(|user| user.sub).unwrap_or_default()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let auth = JwtAuth::builder().secret("0123456789abcdef0123456789abcdef").build().unwrap();
    let app = Router::new()
        .route("/plain", get(plain))
        .route("/condition", get(condition))
        .route("/optional", get(optional))
        .with_state(auth);
    for (path, status) in [
        ("/plain", StatusCode::UNAUTHORIZED),
        ("/condition", StatusCode::UNAUTHORIZED),
        ("/optional", StatusCode::OK),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(app.clone().oneshot(request).await.unwrap().status(), status, "{path}");
    }
}
