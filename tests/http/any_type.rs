//! `any_type`: guards for tokens of either kind, as a logout needs them.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    AnyJwt, AuthError, CookieOptions, JwtAuth, MemoryStore, NoClaims, Registered, Token,
    TokenLocation, jwt_required,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{
    csrf_missing, token_expired, token_missing, token_reused, token_revoked, type_wrong,
};
use jwt_tests::routes;
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::{Forgery, claims};
use serde_json::{Value, json};

/// For any path, and so bound to the host.
const REFRESH_COOKIE: &str = "__Host-refresh_token";

#[jwt_required(any_type)]
async fn who(#[claims] token: Token<User>) -> Json<Value> {
    let location = token.location().map(TokenLocation::as_str);
    Json(json!({ "type": token.registered().token_type, "sub": token.sub, "in": location }))
}

#[jwt_required(any_type, optional)]
async fn perhaps(#[claims] token: Option<Registered>) -> Json<Value> {
    Json(json!(token.map(|token| token.token_type)))
}

#[jwt_required(any_type)]
async fn leave(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<StatusCode, AuthError> {
    auth.logout(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn extracted(AnyJwt(token): AnyJwt<Registered>) -> Json<Registered> {
    Json(token)
}

async fn layered(Extension(token): Extension<Arc<Token<NoClaims>>>) -> Json<Registered> {
    Json(token.registered().clone())
}

fn routes(auth: &JwtAuth) -> Router<JwtAuth> {
    Router::new()
        .route("/layered", get(layered))
        .route_layer(auth.require_any_type())
        .route("/who", get(who).post(who))
        .route("/perhaps", get(perhaps))
        .route("/leave", post(leave))
        .route("/extracted", get(extracted))
}

async fn app(locations: &[TokenLocation]) -> App {
    let (auth, clock) = authority(|builder| {
        builder
            .secret(SECRET)
            .store(MemoryStore::new())
            .locations(locations.iter().copied())
            .cookies(CookieOptions::new().refresh_path("/"))
    });
    let router = routes(&auth).merge(routes::all()).with_state(auth.clone());
    App::serve(auth.clone(), clock, router.layer(auth.layer())).await
}

#[tokio::test]
async fn both_kinds_pass_and_say_which_they_are() {
    let app = app(&[TokenLocation::Header]).await;
    let pair = app.login("alice").await;
    for (token, kind) in [(&pair.access, "access"), (&pair.refresh, "refresh")] {
        for path in ["/who", "/extracted", "/layered"] {
            let reply = app.get(path, token).await.assert_status(200);
            assert_eq!(reply.text("type"), kind, "{path}");
            assert_eq!(reply.text("sub"), "alice", "{path}");
        }
        assert_eq!(app.get("/perhaps", token).await.assert_status(200).json(), kind);
    }
    for path in ["/who", "/extracted", "/layered"] {
        token_missing().assert(&app.call("GET", path).send().await);
    }
    assert_eq!(app.call("GET", "/perhaps").send().await.json(), Value::Null);
}

#[tokio::test]
async fn either_token_logs_the_session_out() {
    let app = app(&[TokenLocation::Header]).await;
    for pick in [|pair: &Pair| pair.access.clone(), |pair: &Pair| pair.refresh.clone()] {
        let pair = app.login("alice").await;
        app.post("/leave", &pick(&pair)).await.assert_status(204);
        token_revoked().assert(&app.get("/access", &pair.access).await);
        token_revoked().assert(&app.post("/refresh", &pair.refresh).await);
    }
}

#[tokio::test]
async fn a_refresh_token_that_was_used_before_is_a_reuse_here_too() {
    let app = app(&[TokenLocation::Header]).await;
    let login = app.login("alice").await;
    let next = app.rotate(&login.refresh).await;
    token_reused().assert(&app.get("/who", &login.refresh).await);
    token_revoked().assert(&app.get("/access", &next.access).await);
}

#[tokio::test]
async fn an_expired_token_is_expired_and_not_missing() {
    let app = app(&[TokenLocation::Header]).await;
    let pair = app.login("alice").await;
    app.clock.advance(std::time::Duration::from_secs(900));
    token_expired().assert(&app.get("/who", &pair.access).await);
    app.get("/who", &pair.refresh).await.assert_status(200);
}

/// The cookie of each kind is looked for, and protected, as that kind is.
#[tokio::test]
async fn cookies_of_both_kinds_are_found() {
    let app = app(&[TokenLocation::Cookie]).await;
    let pair = app.login("alice").await;
    let own = Draft::post().header("Origin", OWN_ORIGIN);
    for (cookie, token, kind) in
        [(ACCESS_COOKIE, &pair.access, "access"), (REFRESH_COOKIE, &pair.refresh, "refresh")]
    {
        let reply = Draft::get().cookie(cookie, token).send(&app, "/who").await.expect("an answer");
        assert_eq!(reply.assert_status(200).json()["type"], kind);
        let bare = own.clone().cookie(cookie, token);
        csrf_missing(kind).assert(&bare.send(&app, "/who").await.expect("an answer"));
        let csrf = claims(token)["csrf"].as_str().expect("a CSRF token").to_owned();
        let full = bare.header("X-CSRF-Token", csrf);
        full.send(&app, "/who").await.expect("an answer").assert_status(200);
    }
    let both =
        Draft::get().cookie(ACCESS_COOKIE, &pair.access).cookie(REFRESH_COOKIE, &pair.refresh);
    let reply = both.send(&app, "/who").await.expect("an answer").assert_status(200);
    assert_eq!(reply.json()["type"], "access");
    // When the access cookie has expired, the refresh cookie still says whose session it is.
    app.clock.advance(std::time::Duration::from_secs(900));
    let reply = both.send(&app, "/who").await.expect("an answer").assert_status(200);
    assert_eq!(reply.json()["type"], "refresh");
}

#[tokio::test]
async fn a_token_in_the_cookie_of_the_other_kind_is_refused() {
    let app = app(&[TokenLocation::Cookie]).await;
    let pair = app.login("alice").await;
    for (cookie, token, kind) in
        [(ACCESS_COOKIE, &pair.refresh, "access"), (REFRESH_COOKIE, &pair.access, "refresh")]
    {
        let reply = Draft::get().cookie(cookie, token).send(&app, "/who").await.expect("an answer");
        type_wrong(kind).assert(&reply);
    }
}

/// `typ` and `type` still have to agree.
#[tokio::test]
async fn a_kind_that_does_not_exist_does_not_pass() {
    let app = app(&[TokenLocation::Header]).await;
    let pair = app.login("alice").await;
    let key = jwt_tests::keys::ForgerKey::hmac("HS256", SECRET);
    for forged in [
        Forgery::of(&pair.access).claim("type", "refresh"),
        Forgery::of(&pair.access).claim("type", "any"),
        Forgery::of(&pair.access).without("type"),
        Forgery::of(&pair.access).header("typ", "JWT"),
        Forgery::of(&pair.access).without_header("typ"),
    ] {
        app.get("/who", &forged.sign(&key)).await.assert_status(401);
    }
}
