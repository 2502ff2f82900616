//! Fresh is what a login or a re-authentication gives, for as long as it says: T2, RFC 9470.

use std::time::Duration;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use jwt_runtime::{
    AuthError, IssueOptions, JwtAuth, LoginOptions, NumericDate, TokenPair, fresh_jwt_required,
};
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::refusal::{not_fresh, token_expired};
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::claims;
use serde_json::{Value, json};

#[tokio::test]
async fn login_is_fresh_and_refresh_is_not() {
    let app = App::new().await;
    let login = app.login("alice").await;
    assert_eq!(claims(&login.access)["fresh"], true);
    assert!(!claims(&login.refresh).contains_key("fresh"), "a refresh token is never fresh");
    app.get("/fresh", &login.access).await.assert_status(200);
    let next = app.rotate(&login.refresh).await;
    assert_eq!(claims(&next.access)["fresh"], false);
    not_fresh(None).assert(&app.get("/fresh", &next.access).await);
    app.get("/access", &next.access).await.assert_status(200);
    // The first one is as fresh as it was.
    app.get("/fresh", &login.access).await.assert_status(200);
}

#[tokio::test]
async fn auth_time_is_the_login_through_every_refresh() {
    let app = App::new().await;
    let mut pair = app.login("alice").await;
    for generation in 0..5 {
        for token in [&pair.access, &pair.refresh] {
            assert_eq!(claims(token)["auth_time"], START, "generation {generation}");
        }
        app.clock.advance(Duration::from_secs(3600));
        pair = app.rotate(&pair.refresh).await;
        assert_eq!(claims(&pair.access)["iat"], START + 3600 * (generation + 1));
    }
}

#[tokio::test]
async fn reauthentication_is_fresh_in_the_same_session() {
    let app = App::new().await;
    let login = app.login_as(&json!({ "sub": "alice", "theme": "dark" })).await;
    app.clock.advance(Duration::from_secs(600));
    let stale = app.rotate(&login.refresh).await;
    let reply = app.post("/reauthenticate", &stale.access).await.assert_status(200);
    let members: Vec<String> =
        reply.json().as_object().expect("an object").keys().cloned().collect();
    assert_eq!(members, ["access_token", "expires_in", "token_type"]);
    let fresh = reply.text("access_token");
    app.get("/fresh", &fresh).await.assert_status(200);
    app.get("/fresh-recent", &fresh).await.assert_status(200);
    let (before, after) = (claims(&stale.access), claims(&fresh));
    assert_eq!(after["sid"], before["sid"]);
    assert_eq!(after["theme"], "dark");
    assert_eq!(after["auth_time"], START + 600);
    assert_ne!(after["jti"], before["jti"]);
    // It is of the session: it dies with it.
    app.post("/logout", &stale.access).await.assert_status(204);
    jwt_tests::refusal::token_revoked().assert(&app.get("/fresh", &fresh).await);
}

#[tokio::test]
async fn max_age_counts_from_the_login_to_the_second() {
    let app = App::new().await;
    let login = app.login("alice").await;
    for (seconds, is_recent) in [(0, true), (299, true), (300, true), (301, false), (899, false)] {
        app.clock.set(NumericDate::from_secs(START + seconds));
        let reply = app.get("/fresh-recent", &login.access).await;
        if is_recent {
            reply.assert_status(200);
        } else {
            not_fresh(Some(300)).assert(&reply);
        }
        app.get("/fresh", &login.access).await.assert_status(200);
    }
    app.clock.set(NumericDate::from_secs(START + 900));
    token_expired().assert(&app.get("/fresh-recent", &login.access).await);
}

#[tokio::test]
async fn freshness_may_last_shorter_than_the_token() {
    let app = App::new().await;
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let options = LoginOptions::new().fresh_for(Duration::from_secs(60));
    let pair = app.auth.login_with(&user, options).await.expect("a login");
    let issued = IssueOptions::new().fresh_for(Duration::from_secs(60));
    let issued = app.auth.issue_access(&user, issued).await.expect("a token");
    for token in [pair.access_token().as_str(), issued.as_str()] {
        assert_eq!(claims(token)["fresh"], START + 60);
        app.clock.set(NumericDate::from_secs(START + 59));
        app.get("/fresh", token).await.assert_status(200);
        app.clock.set(NumericDate::from_secs(START + 60));
        not_fresh(None).assert(&app.get("/fresh", token).await);
        app.get("/access", token).await.assert_status(200);
        app.clock.set(NumericDate::from_secs(START));
    }
}

#[tokio::test]
async fn plain_access_token_is_not_fresh_unless_asked() {
    let app = App::new().await;
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let stale = app.auth.issue_access(&user, IssueOptions::new()).await.expect("a token");
    not_fresh(None).assert(&app.get("/fresh", stale.as_str()).await);
    not_fresh(Some(300)).assert(&app.get("/fresh-recent", stale.as_str()).await);
    let fresh = app.auth.issue_access(&user, IssueOptions::new().fresh()).await.expect("a token");
    app.get("/fresh", fresh.as_str()).await.assert_status(200);
    app.get("/fresh-recent", fresh.as_str()).await.assert_status(200);
}

/// Every unit that the attribute takes.
macro_rules! ages {
    ($($name:ident $written:literal $seconds:literal;)*) => {
        $(#[fresh_jwt_required(max_age = $written)]
        async fn $name(#[claims] _user: User) {})*

        const AGES: &[(&str, u64)] = &[$((concat!("/", stringify!($name)), $seconds)),*];

        fn ages() -> Router<JwtAuth> {
            Router::new()$(.route(concat!("/", stringify!($name)), post($name)))*
        }
    };
}

ages! {
    seconds "90s" 90;
    minutes "2m" 120;
    hour "1h" 3600;
    day "1d" 86400;
}

#[tokio::test]
async fn max_age_is_told_in_seconds() {
    let app = App::routed(ages()).await;
    let stale = app.rotate(&app.login("alice").await.refresh).await;
    let fresh = app.login("alice").await;
    for (route, seconds) in AGES {
        not_fresh(Some(*seconds)).assert(&app.post(route, &stale.access).await);
        app.post(route, &fresh.access).await.assert_status(200);
    }
}

#[fresh_jwt_required]
async fn change_password(
    #[claims] user: User,
    State(auth): State<JwtAuth>,
    Json(_): Json<Value>,
) -> Result<TokenPair, AuthError> {
    auth.logout_all(&user.sub).await?;
    auth.login(&user).await
}

/// O5: what a changed password should do, with the calls that are there.
#[tokio::test]
async fn changed_password_ends_every_session_but_the_new_one() {
    let app = App::routed(Router::new().route("/password", post(change_password))).await;
    let (laptop, phone) = (app.login("alice").await, app.login("alice").await);
    let call = app.call("POST", "/password").bearer(&laptop.access).json(&json!({}));
    let new = jwt_tests::app::Pair::read(&call.send().await.assert_status(200));
    for old in [&laptop.access, &phone.access] {
        jwt_tests::refusal::token_revoked().assert(&app.get("/sessions", old).await);
    }
    let sessions = app.get("/sessions", &new.access).await.assert_status(200).json();
    assert_eq!(sessions.as_array().map(Vec::len), Some(1));
}
