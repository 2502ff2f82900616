use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    r#match: bool,
    #[claim(scopes)]
    r#async: Scopes,
}

#[jwt_required(all_scopes("orders:read"), state = JwtAuth)]
async fn r#type(#[claims] r#in: User) -> String {
    format!("{} {} {}", r#in.sub, r#in.r#match, r#in.r#async)
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(r#type));
}
