//! Asymmetric keys: one service signs with a private key, another verifies with the public one,
//! and the key is exchanged without logging anybody out.
//!
//! ```sh
//! cargo run --example asymmetric_keys
//! TOKEN=$(curl -s -X POST localhost:3000/login | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! curl -i localhost:3000/orders -H "Authorization: Bearer $TOKEN"         # 200, by the public key
//! OLD=$(curl -s -X POST localhost:3000/login-with-old-key | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
//! curl -i localhost:3000/orders -H "Authorization: Bearer $OLD"           # 200, until it is retired
//! curl -i localhost:3000/.well-known/jwks.json                            # 200
//! ```
//!
//! The keys stand here in the source for want of a safe place; make your own with
//! `openssl genpkey -algorithm ed25519` and keep them in files (`JWT_PRIVATE_KEY_FILE`).

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::{get, post};
use jwt_runtime::{
    Algorithm, AuthError, Claims, ConfigError, JwkSet, JwtAuth, KeySet, SigningKey, TokenPair,
    VerifyingKey, jwt_required,
};

const NEW_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJkkiQgkx16eURyQrlLRpjJKQIN45OmfNpSOcPR2Z0fg
-----END PRIVATE KEY-----
";
const OLD_PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIBOT/5luUl8YdsHr8BC4ptIxXlDx5O84kV9sgHtpogXu
-----END PRIVATE KEY-----
";
const OLD_PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAv6soYzTQdKsvJ3Dem5aIZ7HJbCRPg8q1m7Hc9WrHpVE=
-----END PUBLIC KEY-----
";

#[derive(Claims)]
#[claims(issuer = "https://auth.example.com", audience = "orders")]
struct User {
    sub: String,
}

/// The authority that signs; in earnest it is in another service, with the private key.
#[derive(Clone)]
struct Issuer {
    current: JwtAuth,
    previous: JwtAuth,
}

/// What guarded handlers take their authority from: it has public keys only.
#[derive(Clone, FromRef)]
struct AppState {
    verifier: JwtAuth,
    issuer: Issuer,
}

impl Issuer {
    /// The old key still verifies, and is published with the new one, until its last token has
    /// expired.
    fn new() -> Result<Self, ConfigError> {
        let new = SigningKey::from_pem(Algorithm::EdDSA, NEW_PRIVATE)?.with_kid("2026-11");
        let old = SigningKey::from_pem(Algorithm::EdDSA, OLD_PRIVATE)?.with_kid("2026-08");
        let retired = VerifyingKey::from_pem(Algorithm::EdDSA, OLD_PUBLIC)?.with_kid("2026-08");
        Ok(Self {
            current: JwtAuth::builder().signing_key(new).verifying_key(retired).build()?,
            previous: JwtAuth::builder().signing_key(old).build()?,
        })
    }
}

/// The other service knows what is published; here without a fetch. `KeySet::replace` takes what is
/// fetched later.
fn verifier(published: &JwkSet) -> Result<JwtAuth, Box<dyn std::error::Error>> {
    let keys = KeySet::from_jwk_set(&serde_json::to_string(published)?)?;
    Ok(JwtAuth::builder().key_set(keys.clone()).build()?)
}

async fn jwks(State(issuer): State<Issuer>) -> JwkSet {
    issuer.current.jwk_set()
}

async fn login(State(issuer): State<Issuer>) -> Result<TokenPair, AuthError> {
    issuer.current.login(&User { sub: "alice".to_owned() }).await
}

async fn login_with_old_key(State(issuer): State<Issuer>) -> Result<TokenPair, AuthError> {
    issuer.previous.login(&User { sub: "alice".to_owned() }).await
}

#[jwt_required]
async fn orders(#[claims] user: User) -> String {
    format!("the orders of {}", user.sub)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let issuer = Issuer::new()?;
    let verifier = verifier(&issuer.current.jwk_set())?;
    let app = Router::new()
        .route("/login", post(login))
        .route("/login-with-old-key", post(login_with_old_key))
        .route("/orders", get(orders))
        .route("/.well-known/jwks.json", get(jwks))
        .with_state(AppState { verifier, issuer });
    let address = std::env::var("LISTEN_ADDR").unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
