//! What a client holds of a server with a package: tokens that it has issued.

use std::net::SocketAddr;

use jwt_tests::client::Reply;
use jwt_tests::draft::Draft;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::tokens::{Forgery, claims};
use serde_json::{Value, json};

use super::library::Library;

/// Tokens of one login, and ways to alter them.
pub struct Held {
    pub library: Library,
    pub access: String,
    pub refresh: String,
    /// An access token of a fresh login.
    pub fresh: String,
    /// Revoked at both servers.
    pub revoked: String,
    pub revoked_refresh: String,
}

/// Logs somebody in, as the package issues tokens.
pub async fn login(address: SocketAddr, body: &Value) -> [String; 2] {
    let draft = Draft::post().json(body.to_string());
    let reply = answer(&draft, address, "/login").await.assert_status(200);
    ["access_token", "refresh_token"].map(|name| reply.text(name))
}

/// Sends a request, and reads its answer.
pub async fn answer(draft: &Draft, address: SocketAddr, path: &str) -> Reply {
    draft.send_to(address, path).await.unwrap_or_else(|| panic!("no answer to {draft:?}"))
}

impl Held {
    pub async fn of(library: Library, theirs: SocketAddr, ours: SocketAddr) -> Self {
        let alice = json!({ "username": "alice" });
        let [access, refresh] = login(theirs, &alice).await;
        let [fresh, _] = login(theirs, &json!({ "username": "alice", "fresh": true })).await;
        let [revoked, revoked_refresh] = login(theirs, &alice).await;
        let held = Self { library, access, refresh, fresh, revoked, revoked_refresh };
        held.revoke(theirs, ours).await;
        held
    }

    async fn revoke(&self, theirs: SocketAddr, ours: SocketAddr) {
        for (token, kind) in [(&self.revoked, "access"), (&self.revoked_refresh, "refresh")] {
            // With a cookie as its location it wants the CSRF token of a header-borne one nowhere.
            let bearer = Draft::post().bearer(token);
            answer(&bearer, ours, "/logout").await.assert_status(200);
            let (draft, path) = match (self.library, kind) {
                (Library::SimpleJwt, "access") => continue,
                (Library::SimpleJwt, _) => {
                    (Draft::post().json(json!({ "refresh": token }).to_string()), "/logout")
                }
                (Library::FastapiJwtAuth, "refresh") => (bearer, "/logout-refresh"),
                _ => (bearer, "/logout"),
            };
            answer(&draft, theirs, path).await.assert_status(200);
        }
    }

    /// The access token with other claims, signed with the same key.
    pub fn forged(&self, alter: impl FnOnce(Forgery) -> Forgery) -> String {
        self.signed(&self.access, alter)
    }

    /// The same of a token of another kind.
    pub fn signed(&self, token: &str, alter: impl FnOnce(Forgery) -> Forgery) -> String {
        alter(Forgery::of(token)).sign(&ForgerKey::hmac("HS256", SECRET))
    }

    /// A claim of the subject or the type, by the name that it has there.
    pub fn subject(&self) -> &'static str {
        self.library.subject()
    }

    pub fn kind(&self) -> &'static str {
        self.library.kind()
    }

    /// The value that a page sends beside the cookie of a token.
    pub fn csrf(token: &str) -> String {
        let csrf = claims(token).get("csrf").and_then(Value::as_str).map(str::to_owned);
        csrf.expect("a token with a CSRF value")
    }
}
