//! A `SecureRouter` takes every kind of guarded handler, and what is public by name.
#![deny(warnings)]

use axum::extract::{Path, State};
use axum::handler::Handler;
use axum::middleware::from_fn;
use axum::routing::{any, get};
use axum::Router;
use jwt_runtime::{
    AuthError, Claims, FreshJwt, Jwt, JwtAuth, LoadUser, RefreshJwt, RefreshToken,
    SecureRouter, Token, TokenPair, fresh_jwt_required, jwt_required, public, refresh_required,
};

#[derive(Claims)]
struct User {
    sub: String,
}

struct Account;

impl LoadUser for Account {
    type Claims = User;
    type State = JwtAuth;
    type Error = AuthError;

    async fn load(_: &User, _: &JwtAuth) -> Result<Option<Self>, AuthError> {
        Ok(Some(Self))
    }
}

#[jwt_required]
async fn alone() {}

#[jwt_required]
async fn with_claims(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required]
async fn with_the_guard_in_the_middle(_: State<JwtAuth>, #[claims] _: User, body: String) -> String {
    body
}

#[jwt_required(optional)]
async fn optional(#[claims] _: Option<User>) {}

#[jwt_required(require = |user: &User| user.sub == "alice")]
async fn with_a_condition(#[claims] _: Token<User>) {}

#[jwt_required]
async fn with_a_user(#[user] _: Account) {}

#[fresh_jwt_required]
async fn fresh() {}

#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<User>,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}

#[jwt_required]
async fn generic<T: Send + 'static>() {}

async fn plain(_: Jwt<User>) {}

async fn plain_with_more(_: Jwt<Token<User>>, _: Path<u64>, _: String) {}

async fn plain_fresh(_: FreshJwt<User>) {}

async fn plain_refresh(_: RefreshJwt<User>) {}

struct Api;

#[jwt_required]
impl Api {
    async fn list() {}

    async fn show(Path(_): Path<u64>, #[claims] _: User) {}

    #[public]
    async fn health() {}
}

#[jwt_required]
mod shop {
    pub(super) async fn orders() {}
}

#[jwt_required]
#[rustfmt::skip]
#[allow(clippy::too_many_arguments)]
async fn fifteen_beside_the_guard(
    _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>,
    _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>,
    _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>, _: State<JwtAuth>, _: String,
) {
}

fn attributes() -> SecureRouter<JwtAuth> {
    SecureRouter::new()
        .connect("/", alone)
        .delete("/", with_claims)
        .get("/", with_the_guard_in_the_middle)
        .head("/", optional)
        .options("/", with_a_condition)
        .patch("/", with_a_user)
        .post("/", fresh)
        .put("/", refresh)
        .trace("/", generic::<u8>)
        .get("/fifteen", fifteen_beside_the_guard)
}

fn blocks() -> SecureRouter<JwtAuth> {
    SecureRouter::new()
        .get("/", Api::list)
        .get("/{id}", Api::show)
        .get("/shop", shop::orders)
        .public("/health", get(Api::health))
}

fn plain_extractors() -> SecureRouter<JwtAuth> {
    SecureRouter::default()
        .get("/", plain)
        .post("/{id}", plain_with_more)
        .get("/fresh", plain_fresh)
        .get("/refresh", plain_refresh)
        .get("/closure", async |Jwt(user): Jwt<User>| user.sub)
        .get("/layered", plain.layer(from_fn(async |request, next: axum::middleware::Next| {
            next.run(request).await
        })))
}

fn with_state(auth: JwtAuth) -> Router {
    SecureRouter::new().get("/", alone).get("/plain", plain).into_router().with_state(auth)
}

fn main() {
    let routes = SecureRouter::new()
        .nest("/attributes", attributes())
        .nest("/blocks", blocks())
        .nest("/plain", plain_extractors())
        .merge(SecureRouter::new().public("/echo", any("hello")));
    let _: Router<JwtAuth> = routes.clone().into();
    let _: Router<JwtAuth> = routes.into_router();
    let _ = with_state;
}
