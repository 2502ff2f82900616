//! Typed claims with roles and scopes: what a token says is a struct, and what a route asks of it
//! is checked against that struct by the compiler.
//!
//! ```sh
//! cargo run --example custom_claims
//! TOKEN=$(curl -s -X POST localhost:3000/login/editor | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! curl -i localhost:3000/profile -H "Authorization: Bearer $TOKEN"            # 200
//! curl -i -X POST localhost:3000/articles -H "Authorization: Bearer $TOKEN"   # 201
//! curl -i -X POST localhost:3000/publish -H "Authorization: Bearer $TOKEN"    # 403, scope named
//! curl -i localhost:3000/europe -H "Authorization: Bearer $TOKEN"             # 403
//! ```

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{AuthError, Claims, JwtAuth, Scopes, Token, TokenPair, jwt_required};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

/// `iss` and `aud` are written into every token of this type, and required of it.
#[derive(Clone, Claims)]
#[claims(issuer = "https://auth.example.com", audience = "newsroom")]
#[serde(rename_all = "camelCase")]
struct Member {
    sub: Uuid,
    #[claim(roles)]
    roles: Vec<Role>,
    #[claim(scopes)]
    scope: Scopes,
    display_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Reader,
    Editor,
    Chief,
}

async fn login(
    State(auth): State<JwtAuth>,
    Path(role): Path<Role>,
) -> Result<TokenPair, AuthError> {
    let scopes: &[&str] = match role {
        Role::Reader => &["articles:read"],
        Role::Editor => &["articles:read", "articles:write"],
        Role::Chief => &["articles:read", "articles:write", "articles:publish"],
    };
    let member = Member {
        sub: Uuid::new_v4(),
        roles: vec![role],
        scope: Scopes::try_from_iter(scopes.iter().copied()).expect("written right above"),
        display_name: format!("{role:?}"),
        region: None,
    };
    auth.login(&member).await
}

/// A `Token<Member>` has the registered claims beside the application's.
#[jwt_required]
async fn profile(#[claims] token: Token<Member>) -> Json<Value> {
    Json(json!({
        "id": token.sub,
        "name": token.display_name,
        "roles": token.roles,
        "token_expires_at": token.registered().exp,
    }))
}

/// Every one of the scopes, and one of the roles.
#[jwt_required(all_scopes("articles:read", "articles:write"), any_role(Role::Editor, Role::Chief))]
async fn write_article(#[claims] member: Member) -> (StatusCode, String) {
    (StatusCode::CREATED, format!("by {}", member.display_name))
}

#[jwt_required(all_scopes("articles:publish"), claims = Member)]
async fn publish() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// A condition of the application's own.
#[jwt_required(require = |member: &Member| member.region.as_deref() == Some("eu"))]
async fn europe(#[claims] member: Member) -> String {
    member.display_name
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = format!("{}{}", Uuid::new_v4(), Uuid::new_v4()); // from the environment in earnest
    let auth = JwtAuth::builder().secret(secret).build()?;
    let app = Router::new()
        .route("/login/{role}", post(login))
        .route("/profile", get(profile))
        .route("/articles", post(write_article))
        .route("/publish", post(publish))
        .route("/europe", get(europe))
        .with_state(auth);
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
