//! Without a store: tokens that are good until they expire, and calls that say what they miss.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jwt_runtime::{
    AuthError, Claims, IssueError, RefreshToken, Registered, jwt_required, refresh_required,
};
use jwt_tests::app::App;
use jwt_tests::refusal::{not_fresh, token_expired, token_not_issued, type_wrong};
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::claims;

#[tokio::test]
async fn guards_work_without_a_store() {
    let app = App::stateless().await;
    let pair = app.login("alice").await;
    for route in ["/access", "/optional", "/fresh", "/user", "/unrevoked"] {
        app.get(route, &pair.access).await.assert_status(200);
        type_wrong("access").assert(&app.get(route, &pair.refresh).await);
    }
    app.get("/refresh", &pair.refresh).await.assert_status(200);
    app.clock.advance(Duration::from_secs(900));
    token_expired().assert(&app.get("/access", &pair.access).await);
}

#[tokio::test]
async fn calls_that_need_a_store_say_so() {
    let app = App::stateless().await;
    let pair = app.login("alice").await;
    for path in ["/revoke", "/logout", "/logout-all"] {
        token_not_issued().assert(&app.post(path, &pair.access).await);
    }
    token_not_issued().assert(&app.post("/refresh", &pair.refresh).await);
    token_not_issued().assert(&app.get("/sessions", &pair.access).await);
    let missing = AuthError::NotIssued(IssueError::StoreMissing);
    assert_eq!(app.auth.logout_all("alice").await, Err(missing.clone()));
    assert_eq!(app.auth.sessions("alice").await, Err(missing.clone()));
    assert_eq!(app.auth.end_session("alice", "x").await, Err(missing));
    // And nothing has happened.
    app.get("/access", &pair.access).await.assert_status(200);
}

#[tokio::test]
async fn reauthentication_needs_no_store() {
    let app = App::stateless().await;
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let stale = app.auth.issue_access(&user, Default::default()).await.expect("a token");
    not_fresh(None).assert(&app.get("/fresh", stale.as_str()).await);
    let fresh = app.post("/reauthenticate", stale.as_str()).await.assert_status(200);
    let fresh = fresh.text("access_token");
    app.get("/fresh", &fresh).await.assert_status(200);
    assert_eq!(claims(&fresh)["sid"], claims(stale.as_str())["sid"]);
}

/// Somebody else's tokens, verified with a public key alone: no `sid` is needed to read them.
#[tokio::test]
async fn verifier_without_a_store_takes_tokens_without_a_session() {
    use jwt_runtime::{Algorithm, JwtAuth};
    use jwt_tests::keys::{self, ForgerKey};
    use jwt_tests::tokens::Forgery;
    let (issuer, clock) =
        jwt_tests::app::authority(|builder| builder.signing_key(keys::signing(Algorithm::ES256)));
    let key = keys::verifying(Algorithm::ES256);
    let verifier = JwtAuth::builder().verifying_key(key).clock(clock.clone()).build();
    let verifier = verifier.expect("a public key is enough");
    #[jwt_required]
    async fn who(#[claims] token: Registered) -> String {
        format!("{} {:?}", token.sub, token.sid)
    }
    let routes = Router::new().route("/who", get(who)).with_state(verifier.clone());
    let app = App::serve(verifier.clone(), clock, routes).await;
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let token = issuer.login(&user).await.expect("a login");
    let without = Forgery::of(token.access_token().as_str()).without("sid");
    let reply = app.get("/who", &without.sign(&ForgerKey::of(Algorithm::ES256))).await;
    assert_eq!(reply.assert_status(200).body, "alice None");
    let refused = verifier.login(&user).await.map(drop);
    assert_eq!(refused, Err(AuthError::NotIssued(IssueError::SigningKeyMissing)));
}

#[derive(Claims)]
struct Machine {
    sub: String,
}

/// A stateless refresh token is as good as it says; one-time use needs a memory.
#[tokio::test]
async fn stateless_refresh_token_opens_the_guard_every_time() {
    #[refresh_required]
    async fn trade(#[token] old: RefreshToken<Machine>) -> String {
        old.sub.clone()
    }
    let (auth, clock) = jwt_tests::app::authority(|b| b.secret(jwt_tests::keys::SECRET));
    let routes = Router::new().route("/trade", get(trade)).with_state(auth.clone());
    let app = App::serve(auth, clock, routes).await;
    let user = Machine { sub: "robot".into() };
    let refresh = app.auth.issue_refresh(&user, Default::default()).await.expect("a token");
    for _ in 0..3 {
        assert_eq!(app.get("/trade", refresh.as_str()).await.assert_status(200).body, "robot");
    }
}
