//! Single tokens, and what cannot be issued: every token that leaves is one that comes in again.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use jwt_runtime::{
    AccessGrant, AnyState, AuthError, Claims, IssueError, IssueOptions, JwtAuth, LoginOptions,
    MAX_TOKEN_BYTES, RefreshToken, Scopes, TokenPair, refresh_required,
};
use jwt_tests::app::{App, Pair};
use jwt_tests::clock::START;
use jwt_tests::refusal::{token_expired, token_not_issued, token_reused, token_revoked};
use jwt_tests::routes::guarded::{self, User};
use jwt_tests::tokens::claims;
use serde_json::{Map, Value, json};

fn alice() -> User {
    User { sub: "alice".into(), roles: vec![], scope: Default::default() }
}

fn not_issued<T>(error: IssueError) -> Result<T, AuthError> {
    Err(AuthError::NotIssued(error))
}

#[tokio::test]
async fn access_token_has_a_session_of_its_own() {
    let app = App::new().await;
    let options = IssueOptions::new().lifetime(Duration::from_secs(60));
    let token = app.auth.issue_access(&alice(), options).await.expect("a token");
    let written = claims(token.as_str());
    assert_eq!(written["exp"], START + 60);
    assert_eq!(written["fresh"], false);
    assert!(!written.contains_key("auth_time"), "nobody gave credentials");
    assert_eq!(
        (written["jti"].as_str(), written["sid"].as_str()),
        (Some(token.id()), Some(token.session_id()))
    );
    assert_eq!(token.expires_at().as_secs(), START + 60);
    app.get("/access", token.as_str()).await.assert_status(200);
    app.post("/logout", token.as_str()).await.assert_status(204);
    token_revoked().assert(&app.get("/access", token.as_str()).await);
}

#[tokio::test]
async fn access_token_may_join_a_session() {
    let app = App::new().await;
    let pair = app.login("alice").await;
    let sid = claims(&pair.access)["sid"].as_str().expect("text").to_owned();
    let token = app.auth.issue_access(&alice(), IssueOptions::new().in_session(&sid)).await;
    let token = token.expect("a token");
    app.get("/access", token.as_str()).await.assert_status(200);
    app.post("/logout", &pair.access).await.assert_status(204);
    token_revoked().assert(&app.get("/access", token.as_str()).await);
    // A session that does not exist is no session, and neither is somebody else's.
    let bob = claims(&app.login("bob").await.access)["sid"].as_str().expect("text").to_owned();
    for sid in ["unknown", &bob] {
        let token = app.auth.issue_access(&alice(), IssueOptions::new().in_session(sid)).await;
        token_revoked().assert(&app.get("/access", token.expect("a token").as_str()).await);
    }
    let second = app.auth.issue_refresh(&alice(), IssueOptions::new().in_session(sid)).await;
    assert_eq!(second.map(drop), not_issued(IssueError::SessionTaken));
}

#[tokio::test]
async fn refresh_token_opens_a_session() {
    let app = App::new().await;
    let options = IssueOptions::new().lifetime(Duration::from_secs(60));
    let token = app.auth.issue_refresh(&alice(), options).await.expect("a token");
    let pair = app.rotate(token.as_str()).await;
    app.get("/access", &pair.access).await.assert_status(200);
    app.clock.advance(Duration::from_secs(60));
    token_expired().assert(&app.post("/refresh", token.as_str()).await);
}

#[tokio::test]
async fn lifetime_is_at_least_a_second() {
    let app = App::new().await;
    for lifetime in [Duration::ZERO, Duration::from_millis(999)] {
        let options = || IssueOptions::new().lifetime(lifetime);
        let access = app.auth.issue_access(&alice(), options()).await.map(drop);
        assert_eq!(access, not_issued(IssueError::LifetimeZero));
        let refresh = app.auth.issue_refresh(&alice(), options()).await.map(drop);
        assert_eq!(refresh, not_issued(IssueError::LifetimeZero));
    }
    // The other end: longer than there are dates.
    let options = IssueOptions::new().lifetime(Duration::MAX);
    let token = app.auth.issue_access(&alice(), options).await.expect("a token");
    assert_eq!(token.expires_at().as_secs(), 253_402_300_799);
    app.get("/access", token.as_str()).await.assert_status(200);
}

#[tokio::test]
async fn token_that_nobody_would_read_is_not_issued() {
    let app = App::new().await;
    let filled = |bytes: usize| -> Map<String, Value> {
        Map::from_iter([
            ("sub".into(), json!("alice")),
            ("filling".into(), "x".repeat(bytes).into()),
        ])
    };
    match app.auth.login(&filled(8000)).await {
        Err(AuthError::NotIssued(IssueError::TooLong(length))) => assert!(length > MAX_TOKEN_BYTES),
        other => panic!("{other:?}"),
    }
    assert_eq!(app.auth.sessions("alice").await.map(|sessions| sessions.len()), Ok(0));
    let mut longest = 0;
    for bytes in (5000..6200).step_by(3) {
        let Ok(token) = app.auth.issue_access(&filled(bytes), IssueOptions::new()).await else {
            break;
        };
        longest = token.as_str().len();
        if bytes % 100 == 0 || longest > MAX_TOKEN_BYTES - 8 {
            app.get("/access", token.as_str()).await.assert_status(200);
        }
    }
    assert!(longest > MAX_TOKEN_BYTES - 8, "{longest}");
}

/// Nested ones are not counted by anybody: what was issued has to come back.
#[tokio::test]
async fn what_is_issued_is_accepted() {
    let app = App::new().await;
    for claims in [
        json!({ "sub": "\u{0}\u{1}\n\"\\\u{7f}\u{2028}\u{1f600}" }),
        json!({ "sub": "a".repeat(1000) }),
        json!({ "sub": "alice", "": "", " ": null, "\u{0}": 0, "\u{1f600}": [] }),
        json!({ "sub": "alice", "f": 1e308, "g": 5e-324, "h": -0.0, "i": u64::MAX, "j": i64::MIN }),
        json!({ "sub": "alice", "typ": "JWT", "alg": "none", "__proto__": {}, "SUB": "bob" }),
    ] {
        let pair = app.login_as(&claims).await;
        for route in ["/access", "/claims", "/user"] {
            app.get(route, &pair.access).await.assert_status(200);
        }
        app.rotate(&pair.refresh).await;
    }
}

#[tokio::test]
async fn claims_have_to_be_an_object() {
    macro_rules! no_objects {
        ($($name:ident($ty:ty) = $value:expr;)*) => {$({
            struct $name($ty);
            impl Claims for $name {
                type State = AnyState;
                fn serialize_claims<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                    serde::Serialize::serialize(&self.0, to)
                }
                fn deserialize_claims<'de, D: serde::Deserializer<'de>>(
                    from: D,
                ) -> Result<Self, D::Error> {
                    serde::Deserialize::deserialize(from).map(Self)
                }
            }
            let app = App::new().await;
            let refused = app.auth.login(&$name($value)).await.map(drop);
            assert_eq!(refused, not_issued(IssueError::NotAnObject), stringify!($name));
        })*};
    }
    no_objects! {
        Text(String) = "alice".into();
        Number(u64) = 7;
        Flag(bool) = true;
        List(Vec<String>) = vec!["alice".into()];
        Pair((String, String)) = ("sub".into(), "alice".into());
        Nothing(()) = ();
        Absent(Option<String>) = None;
        Numbered(std::collections::BTreeMap<Vec<u8>, String>) = [(vec![1], "alice".into())].into();
    }
}

/// Claims that are read again at a refresh, because roles have changed since the login.
#[tokio::test]
async fn refresh_may_carry_new_claims_of_the_same_subject() {
    use axum::extract::State;
    #[refresh_required]
    async fn demote(
        #[token] old: RefreshToken<User>,
        State(auth): State<JwtAuth>,
    ) -> Result<TokenPair, AuthError> {
        auth.rotate_with(old, &User { sub: "alice".into(), ..alice() }).await
    }
    #[refresh_required]
    async fn become_admin(
        #[token] old: RefreshToken<User>,
        State(auth): State<JwtAuth>,
    ) -> Result<TokenPair, AuthError> {
        auth.rotate_with(old, &User { sub: "admin".into(), ..alice() }).await
    }
    let routes = axum::Router::new()
        .route("/demote", axum::routing::post(demote))
        .route("/become-admin", axum::routing::post(become_admin));
    let app = App::routed(routes).await;
    let pair = app.login_as(&json!({ "sub": "alice", "roles": ["admin"] })).await;
    let reply = app.post("/demote", &pair.refresh).await.assert_status(200);
    let next = jwt_tests::app::Pair::read(&reply);
    assert_eq!(claims(&next.access)["roles"], json!([]));
    token_not_issued().assert(&app.post("/become-admin", &next.refresh).await);
    // And that attempt has used nothing up.
    app.rotate(&next.refresh).await;
}

#[tokio::test]
async fn label_is_kept_with_the_session_and_not_in_the_token() {
    let app = App::new().await;
    let options = LoginOptions::new().label("Firefox on \u{1f427}");
    let pair = app.auth.login_with(&alice(), options).await.expect("a login");
    let sessions = app.auth.sessions("alice").await.expect("a list");
    assert_eq!(sessions[0].label.as_deref(), Some("Firefox on \u{1f427}"));
    assert!(!claims(pair.access_token().as_str()).contains_key("label"));
}

#[tokio::test]
async fn a_single_token_is_an_answer_of_its_own() {
    async fn grant(State(auth): State<JwtAuth>) -> Result<AccessGrant, AuthError> {
        let claims = Map::from_iter([("sub".to_owned(), json!("alice"))]);
        let options = IssueOptions::new().lifetime(Duration::from_secs(60)).fresh();
        auth.grant_access(&claims, options).await
    }
    let app =
        App::routed(Router::new().route("/grant", post(grant)).merge(guarded::routes())).await;
    let reply = app.call("POST", "/grant").send().await.assert_status(200);
    assert_eq!(reply.headers_named("cache-control"), ["no-store"]);
    assert_eq!(reply.json()["expires_in"], 60);
    assert_eq!(reply.json()["token_type"], "Bearer");
    assert_eq!(reply.json().as_object().map(Map::len), Some(3));
    app.get("/fresh", &reply.text("access_token")).await.assert_status(200);
}

/// A refresh token may say less than the access tokens that it is traded for.
#[tokio::test]
async fn a_rotation_may_change_the_claims_type() {
    #[refresh_required]
    async fn enrich(
        #[token] old: RefreshToken<Map<String, Value>>,
        State(auth): State<JwtAuth>,
    ) -> Result<TokenPair, AuthError> {
        let scope = Scopes::try_from_iter(["orders:read"]).expect("a scope");
        let user = User { sub: old.registered().sub.clone(), scope, ..alice() };
        auth.rotate_with(old, &user).await
    }
    let app =
        App::routed(Router::new().route("/enrich", post(enrich)).merge(guarded::routes())).await;
    let claims = Map::from_iter([("sub".to_owned(), json!("alice"))]);
    let refresh = app.auth.issue_refresh(&claims, IssueOptions::new()).await.expect("a token");
    let pair = Pair::read(&app.post("/enrich", refresh.as_str()).await.assert_status(200));
    app.get("/read", &pair.access).await.assert_status(200);
    token_reused().assert(&app.post("/enrich", refresh.as_str()).await);
}
