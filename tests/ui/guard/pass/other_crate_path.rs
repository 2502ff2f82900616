//! The runtime under another name: re-exported, and renamed as in `Cargo.toml`.

extern crate jwt_runtime as renamed_runtime;

use axum::Router;
use axum::routing::get;

mod framework {
    pub(crate) mod auth {
        pub(crate) use renamed_runtime::*;
    }
}

use framework::auth::{Claims, JwtAuth, Scopes, jwt_required, refresh_required};

#[derive(Claims)]
#[claims(crate = crate::framework::auth)]
struct User {
    sub: String,
    exp: framework::auth::NumericDate,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required(crate = crate::framework::auth, all_scopes("orders:read"), state = JwtAuth)]
async fn reexported(#[claims] user: User) -> String {
    format!("{} {} {}", user.sub, user.exp, user.scope)
}

#[refresh_required(crate = ::renamed_runtime)]
async fn renamed() {}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(reexported).post(renamed));
}
