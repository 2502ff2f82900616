//! Cookies that are renewed without a request for it, and those that are not.

use std::time::Duration;

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    CookieOptions, IssueOptions, JwtAuth, MemoryStore, RefreshToken, Registered, RenewalOptions,
    TokenCookies, TokenLocation, fresh_jwt_required, jwt_required, refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::clock::START;
use jwt_tests::cookies::{ACCESS_COOKIE, CSRF_ACCESS_COOKIE, Jar, SetCookie};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{
    Refusal, csrf_failed, not_fresh, token_expired, token_missing, token_revoked,
};
use jwt_tests::tokens::claims;
use serde_json::json;

use crate::visit::{ROOT_REFRESH_COOKIE, User, Visit, alice, assert_no_cookies, me, trading};

#[jwt_required(audience = "shop", issuer = "https://shop.example")]
async fn registered(#[claims] token: Registered) -> Json<Registered> {
    Json(token)
}

#[fresh_jwt_required]
async fn fresh(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required]
async fn unset(#[claims] _: User, State(auth): State<JwtAuth>) -> TokenCookies {
    auth.unset_access_cookies()
}

#[jwt_required]
async fn broken(#[claims] _: User) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

#[refresh_required]
async fn refreshing(#[token] old: RefreshToken<User>) -> String {
    old.sub.clone()
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/me/polled", get(me))
        .route("/media", get(me))
        .route("/registered", get(registered))
        .route("/fresh", get(fresh))
        .route("/unset", get(unset))
        .route("/broken", get(broken))
        .route("/write", post(me))
        .route("/refreshing", get(refreshing))
}

async fn renewing(options: RenewalOptions) -> Visit {
    Visit::renewing(routes(), options).await
}

async fn from_cookie() -> Visit {
    Visit::at(routes(), trading).await
}

#[tokio::test]
async fn access_cookie_is_renewed_when_it_ends_soon() {
    let mut visit = renewing(RenewalOptions::new()).await;
    let first = visit.access();
    visit.pass(599);
    assert!(!visit.renews_at(Draft::get(), "/me").await, "ten minutes and a second are left");
    visit.pass(1);
    let reply = visit.get("/me").await.assert_status(200);
    assert_eq!(reply.headers_named("cache-control"), ["no-store"]);
    let cookies = SetCookie::all(&reply);
    let names: Vec<_> = cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    assert_eq!(names, [ACCESS_COOKIE, CSRF_ACCESS_COOKIE]);
    let (old, new) = (claims(&first), claims(&cookies[0].value));
    assert_ne!(old["jti"], new["jti"]);
    for claim in ["sub", "team", "iss", "aud", "sid", "auth_time", "csrf", "type"] {
        assert_eq!(old[claim], new[claim], "{claim}");
    }
    assert_eq!((&old["fresh"], &new["fresh"]), (&json!(true), &json!(false)));
    assert_eq!(new["exp"], json!(START + 600 + 900));
    assert_eq!(cookies[0].attribute("max-age"), Some("900"));
    assert_eq!(cookies[1].value, new["csrf"]);
    // It is as good as any, at every guard of the session but those for a login.
    visit.pass(500);
    visit.get("/me").await.assert_status(200);
    visit.get("/registered").await.assert_status(200);
    not_fresh(None).assert(&visit.get("/fresh").await);
}

#[tokio::test]
async fn time_before_the_end_is_what_is_configured() {
    let options = RenewalOptions::new().within(Duration::from_secs(60));
    let mut visit = renewing(options).await;
    visit.pass(839);
    assert!(!visit.renews_at(Draft::get(), "/me").await);
    visit.pass(1);
    assert!(visit.renews_at(Draft::get(), "/me").await);
}

#[tokio::test]
async fn without_the_layer_nothing_is_renewed() {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new());
        builder.locations([TokenLocation::Cookie]).renewal(RenewalOptions::new())
    });
    let pair = auth.login(&alice()).await.expect("a login");
    let app = App::serve(auth.clone(), clock, routes().with_state(auth)).await;
    app.clock.advance(Duration::from_secs(880));
    let draft = Draft::get().cookie(ACCESS_COOKIE, pair.access_token().as_str());
    assert_no_cookies(&draft.send(&app, "/media").await.expect("an answer").assert_status(200));
}

#[tokio::test]
async fn token_in_a_header_is_not_renewed() {
    let visit = Visit::at(routes(), |builder| {
        let builder = builder.store(MemoryStore::new()).renewal(RenewalOptions::new());
        builder.locations([TokenLocation::Header, TokenLocation::Cookie])
    })
    .await;
    visit.pass(880);
    let token = visit.access();
    let reply = visit.app.get("/me", &token).await.assert_status(200);
    assert!(SetCookie::all(&reply).is_empty(), "{reply:?}");
}

/// AuthX answers 401 and sets a good cookie.
#[tokio::test]
async fn revoked_token_is_not_renewed() {
    for end in ["/revoke", "/end"] {
        let mut visit = renewing(RenewalOptions::new()).await;
        visit.pass(880);
        assert!(!visit.renews_at(Draft::get(), end).await, "{end} has revoked it");
        let reply = visit.get("/me").await;
        token_revoked().assert(&reply);
        assert!(SetCookie::all(&reply).is_empty(), "{reply:?}");
    }
}

/// flask-jwt-extended's recipe sets the cookie again that a logout has taken away.
#[tokio::test]
async fn explicit_unset_stands() {
    let mut visit = renewing(RenewalOptions::new()).await;
    visit.pass(880);
    let reply = visit.get("/unset").await.assert_status(204);
    let cookies = SetCookie::all(&reply);
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    assert!(cookies.iter().all(SetCookie::is_unset), "{cookies:?}");
    token_missing().assert(&visit.get("/me").await);
}

#[tokio::test]
async fn failed_request_renews_nothing() {
    let mut visit = renewing(RenewalOptions::new()).await;
    visit.pass(880);
    assert!(!visit.renews_at(Draft::get(), "/broken").await);
}

/// Nobody uses the refresh token: the session ends as it would have without a renewal.
#[tokio::test]
async fn renewal_does_not_outlive_the_session() {
    let hour = Duration::from_secs(3600);
    for (configured, end) in [("refresh", 3600), ("session", 3600), ("idle", 3600)] {
        let mut visit = Visit::at(routes(), |builder| {
            let builder = builder.store(MemoryStore::new()).renewal(RenewalOptions::new());
            match configured {
                "refresh" => builder.refresh_lifetime(hour),
                "session" => builder.session_lifetime(hour),
                _ => builder.idle_timeout(hour),
            }
        })
        .await;
        let mut last = 0;
        for _ in 0..8 {
            visit.pass(600);
            visit.get("/me").await;
            last = claims(&visit.access())["exp"].as_u64().expect("a date");
            assert!(last <= START + end, "{configured}: {last}");
        }
        assert_eq!(last, START + end, "{configured}");
        token_expired().assert(&visit.get("/me").await);
    }
}

#[tokio::test]
async fn paths_and_methods_are_what_is_configured() {
    let options = RenewalOptions::new;
    for (options, renewed) in [
        (options(), ["/me", "/me/polled", "/media", "/write"].as_slice()),
        (options().only_paths(["/me"]), &["/me", "/me/polled"]),
        (options().except_paths(["/me/polled"]), &["/me", "/media", "/write"]),
        (options().only_paths(["/me"]).except_paths(["/me/polled"]), &["/me"]),
        (options().only_methods([Method::GET]), &["/me", "/me/polled", "/media"]),
        (options().except_methods([Method::GET]), &["/write"]),
    ] {
        for path in ["/me", "/me/polled", "/media", "/write"] {
            let mut visit = renewing(options.clone()).await;
            visit.pass(880);
            let csrf = visit.jar.value(CSRF_ACCESS_COOKIE).expect("a CSRF cookie").to_owned();
            let draft = match path {
                "/write" => Draft::post().header("X-CSRF-Token", csrf),
                _ => Draft::get(),
            };
            let renews = visit.renews_at(draft, path).await;
            assert_eq!(renews, renewed.contains(&path), "{path} with {options:?}");
        }
    }
}

/// A link of one minute has leaked, and somebody puts its token into a cookie.
#[tokio::test]
async fn short_token_is_not_made_long() {
    let mut visit = Visit::at(routes(), trading).await;
    let sid = claims(&visit.access())["sid"].as_str().expect("a session").to_owned();
    for (lifetime, is_renewed) in [(60, false), (899, false), (900, true), (1200, true)] {
        let options = IssueOptions::new().lifetime(Duration::from_secs(lifetime));
        let token = visit.app.auth.issue_access(&alice(), options.in_session(&sid)).await;
        let token = token.expect("the session is open");
        visit.pass(lifetime - 1);
        let draft = Draft::get().cookie(ACCESS_COOKIE, token.as_str());
        let reply = draft.send(&visit.app, "/me").await.expect("an answer").assert_status(200);
        assert_eq!(!SetCookie::all(&reply).is_empty(), is_renewed, "{lifetime}");
        visit.pass(1);
        token_expired().assert(&draft.send(&visit.app, "/me").await.expect("an answer"));
    }
    visit.get("/me").await.assert_status(200);
}

/// A refresh token is not renewed to an access token, not even where a session goes on after it.
#[tokio::test]
async fn refresh_guard_renews_nothing() {
    for has_store in [true, false] {
        let mut visit = Visit::at(routes(), |builder| {
            let options = CookieOptions::new().refresh_path("/");
            let builder = builder.cookies(options).renewal(RenewalOptions::new());
            let builder = builder.refresh_lifetime(Duration::from_secs(900));
            let builder = builder.session_lifetime(Duration::from_secs(3600));
            if has_store { builder.store(MemoryStore::new()) } else { builder }
        })
        .await;
        visit.pass(880);
        let reply = visit.get("/refreshing").await.assert_status(200);
        assert_eq!(reply.body, "alice");
        assert_no_cookies(&reply);
    }
}

/// Somebody who has logged in before cookies were configured can send forms after a renewal.
#[tokio::test]
async fn renewed_token_gets_the_csrf_claim_that_it_lacks() {
    let store = MemoryStore::new();
    let (before, _) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let pair = before.login(&alice()).await.expect("a login");
    assert_eq!(claims(pair.access_token().as_str()).get("csrf"), None);
    let mut visit =
        Visit::at(routes(), |builder| builder.store(store).renewal(RenewalOptions::new())).await;
    visit.jar = Jar::default();
    visit.pass(880);
    let draft = Draft::get().cookie(ACCESS_COOKIE, pair.access_token().as_str());
    let reply = visit.send(draft, "/me").await.assert_status(200);
    assert_eq!(SetCookie::all(&reply).len(), 2, "{reply:?}");
    let draft = Draft::post().header("X-CSRF-Token", visit.csrf());
    visit.send(draft, "/write").await.assert_status(200);
}

#[tokio::test]
async fn expired_access_cookie_is_renewed_from_the_refresh_cookie() {
    let mut visit = from_cookie().await;
    let old_refresh = visit.jar.value(ROOT_REFRESH_COOKIE).expect("a refresh cookie").to_owned();
    let old = claims(&visit.access());
    for is_forgotten in [false, true] {
        visit.pass(3600);
        if is_forgotten {
            visit.jar.forget(ACCESS_COOKIE);
            visit.jar.forget(CSRF_ACCESS_COOKIE);
        }
        let reply = visit.get("/me").await.assert_status(200);
        assert_eq!(reply.json(), json!({ "sub": "alice", "team": "red" }));
        assert_eq!(SetCookie::all(&reply).len(), 4, "{reply:?}");
        let new = claims(&visit.access());
        assert_eq!((&new["sid"], &new["csrf"]), (&old["sid"], &old["csrf"]));
        assert_eq!(new["fresh"], json!(false));
        // Once: the next request has an access cookie.
        assert!(!visit.renews_at(Draft::get(), "/me").await);
    }
    assert_ne!(visit.jar.value(ROOT_REFRESH_COOKIE), Some(old_refresh.as_str()));
    // A thief who kept the first one ends the session, as ever.
    let thief = Draft::get().cookie(ROOT_REFRESH_COOKIE, &old_refresh);
    token_missing().assert(&thief.send(&visit.app, "/me").await.expect("an answer"));
    token_revoked().assert(&visit.get("/me").await);
}

/// A form of another site would otherwise be let in by the refresh cookie.
#[tokio::test]
async fn refresh_cookie_needs_the_csrf_token_too() {
    let mut visit = from_cookie().await;
    let csrf = visit.jar.value(CSRF_ACCESS_COOKIE).expect("a CSRF cookie").to_owned();
    visit.pass(3600);
    let missing: Refusal = csrf_failed(
        "the CSRF token is missing: send the value of the cookie `__Host-csrf_access_token` in the \
         header `X-CSRF-Token`",
    );
    let forged = visit.send(Draft::post(), "/write").await;
    missing.assert(&forged);
    assert!(SetCookie::all(&forged).is_empty(), "nothing was traded: {forged:?}");
    let draft = Draft::post().header("X-CSRF-Token", csrf);
    assert!(visit.renews_at(draft, "/write").await);
}
