//! The same routes with this library, under the profile of an older one.

use std::net::SocketAddr;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    Algorithm, AuthError, CookieOptions, JwtAuth, JwtAuthBuilder, MemoryStore, RefreshToken,
    Registered, SigningKey, Token, TokenLocation, TokenPair, VerifyingKey, fresh_jwt_required,
    jwt_required, refresh_required,
};
use jwt_tests::keys::{OTHER_SECRET, SECRET};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::library::{Library, Site};

type AllClaims = Map<String, Value>;

/// A running server; it stops when this is dropped.
pub struct OurServer {
    pub address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for OurServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl OurServer {
    /// Under the profile of a library: its tokens and its refusals.
    pub async fn like(library: Library, site: Site) -> Self {
        let builder = site_of(site).accept_older(library.older_tokens());
        let auth = builder.build().expect("a good configuration");
        let layer = auth.layer().refusals(library.refusal_form());
        Self::serve(routes().with_state(auth).layer(layer)).await
    }

    /// The same with a new key that signs, while theirs verifies.
    pub async fn with_a_new_key(library: Library) -> Self {
        let new = SigningKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a secret");
        let theirs = VerifyingKey::from_secret(Algorithm::HS256, SECRET).expect("a secret");
        let auth = JwtAuth::builder()
            .signing_key(new.with_kid("new"))
            .verifying_key(theirs)
            .store(MemoryStore::new())
            .accept_older(library.older_tokens())
            .build()
            .expect("a good configuration");
        Self::serve(routes().with_state(auth)).await
    }

    /// Under no profile.
    pub async fn plain(site: Site) -> Self {
        let auth = site_of(site).build().expect("a good configuration");
        let layer = auth.layer();
        Self::serve(routes().with_state(auth).layer(layer)).await
    }

    async fn serve(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the listener works");
        });
        Self { address, server }
    }
}

/// With the names of cookies that the older libraries have.
fn site_of(site: Site) -> JwtAuthBuilder {
    let builder = JwtAuth::builder().secret(SECRET).store(MemoryStore::new());
    match site {
        Site::Plain => builder,
        Site::Audience => builder.issuer("https://auth.example.com").audience(["orders"]),
        Site::Cookies => {
            let cookies = CookieOptions::new()
                .access_name("access_token_cookie")
                .refresh_name("refresh_token_cookie")
                .csrf_access_name("csrf_access_token")
                .csrf_refresh_name("csrf_refresh_token")
                .refresh_path("/")
                .development();
            builder.locations([TokenLocation::Header, TokenLocation::Cookie]).cookies(cookies)
        }
    }
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/login", post(login))
        .route("/access", get(access).post(access))
        .route("/fresh", get(fresh))
        .route("/optional", get(optional).post(optional))
        .route("/any", get(any))
        .route("/refresh-guard", get(refresh_guard))
        .route("/refresh", post(refresh))
        .route("/logout", post(logout))
        .route("/whoami", get(whoami))
}

async fn login(State(auth): State<JwtAuth>) -> Result<TokenPair, AuthError> {
    auth.login(&Map::from_iter([("sub".to_owned(), json!("alice"))])).await
}

#[jwt_required]
async fn access(#[claims] token: Registered) -> Json<Value> {
    Json(json!({ "subject": token.sub }))
}

#[fresh_jwt_required]
async fn fresh(#[claims] token: Registered) -> Json<Value> {
    Json(json!({ "subject": token.sub }))
}

#[jwt_required(optional)]
async fn optional(#[claims] token: Option<Registered>) -> Json<Value> {
    Json(json!({ "subject": token.map(|token| token.sub) }))
}

#[jwt_required(any_type)]
async fn any(#[claims] token: Registered) -> Json<Value> {
    Json(json!({ "subject": token.sub }))
}

#[refresh_required]
async fn refresh_guard(#[claims] token: Registered) -> Json<Value> {
    Json(json!({ "subject": token.sub }))
}

#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<AllClaims>,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}

#[jwt_required(any_type)]
async fn logout(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<Json<Value>, AuthError> {
    auth.logout(&token).await?;
    Ok(Json(json!({ "revoked": true })))
}

#[jwt_required]
async fn whoami(#[claims] token: Token<AllClaims>) -> Json<Value> {
    Json(json!({ "registered": token.registered(), "claims": token.claims() }))
}
