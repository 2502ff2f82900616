//! Renewal from the refresh cookie: what it must not lose, and what it must not bring back.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::routing::{get, post};
use jwt_runtime::{
    AuthError, CookieOptions, CsrfOptions, JwtAuth, LoginOptions, RefreshToken, RenewalOptions,
    TokenCookies, TokenType, refresh_required,
};
use jwt_tests::cookies::{ACCESS_COOKIE, SetCookie};
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{token_expired, token_missing};
use tower::ServiceExt;

use crate::renewal_beside::reauthenticate;
use crate::visit::{
    ROOT_REFRESH_COOKIE, User, Visit, alice, assert_no_cookies, set_and_unset, trading,
};

#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<User>,
    State(auth): State<JwtAuth>,
) -> Result<TokenCookies, AuthError> {
    auth.set_cookies(&auth.rotate(old).await?)
}

async fn login_for_now(State(auth): State<JwtAuth>) -> Result<TokenCookies, AuthError> {
    let pair = auth.login_with(&alice(), LoginOptions::new().session_cookies()).await?;
    auth.set_cookies(&pair)
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/reauthenticate", post(reauthenticate))
        .route("/refresh", post(refresh))
        .route("/login-for-now", get(login_for_now))
}

async fn visit() -> Visit {
    Visit::at(routes(), trading).await
}

/// A report takes longer than the grace, and the page goes on meanwhile.
#[tokio::test]
async fn slow_handler_is_no_theft() {
    for seconds_after_the_other in [0, 11] {
        let mut visit = visit().await;
        visit.pass(3600);
        let slow = visit.begin("/slow");
        visit.gate.is_reached().await;
        visit.pass(11);
        visit.get("/me").await.assert_status(200);
        let refresh = visit.refresh();
        visit.pass(seconds_after_the_other);
        visit.gate.open();
        let late = slow.await.expect("no panic").assert_status(200);
        visit.jar.take(&late);
        assert_eq!(visit.refresh(), refresh, "there is one chain");
        // It goes on.
        for _ in 0..2 {
            visit.get("/me").await.assert_status(200);
            visit.pass(3600);
        }
        visit.assert_no_theft();
    }
}

/// A visitor goes to the next page, or into a tunnel, before the answer is there.
#[tokio::test]
async fn client_that_hangs_up_is_not_logged_out() {
    for seconds_away in [5, 11, 3600] {
        let mut visit = visit().await;
        visit.pass(3600);
        let cookie = format!("{ROOT_REFRESH_COOKIE}={}", visit.refresh());
        let request = Request::builder().uri("/slow").header("cookie", cookie);
        let request = request.body(Body::empty()).expect("a request");
        let asked = tokio::spawn(visit.app.router.clone().oneshot(request));
        visit.gate.is_reached().await;
        asked.abort();
        asked.await.expect_err("it was aborted");
        visit.pass(seconds_away);
        assert!(visit.renews_at(Draft::get(), "/me").await);
        visit.assert_no_theft();
    }
}

/// Not the handler's own logout, nor one of another tab; whatever the guards ask the store about.
#[tokio::test]
async fn slow_answer_does_not_bring_the_cookies_back() {
    let both = [TokenType::Access, TokenType::Refresh];
    for checked in [both.as_slice(), &[TokenType::Refresh]] {
        let checks = || checked.iter().copied();
        let mut visit = Visit::at(routes(), |b| trading(b).revocation_checks(checks())).await;
        visit.pass(3600);
        let slow = visit.begin("/slow");
        visit.gate.is_reached().await;
        visit.get("/logout").await.assert_status(204);
        assert!(visit.jar.names().is_empty(), "{:?}", visit.jar.names());
        visit.gate.open();
        assert_no_cookies(&slow.await.expect("no panic").assert_status(200));

        let mut visit = Visit::at(routes(), |b| trading(b).revocation_checks(checks())).await;
        visit.pass(3600);
        assert_no_cookies(&visit.get("/end").await.assert_status(200));
        token_expired().assert(&visit.get("/me").await);
        visit.jar.forget(ACCESS_COOKIE);
        assert!(visit.get("/maybe").await.assert_status(200).json()["sub"].is_null());
    }
}

const FOREIGN: &str = "https://evil.shop.example";
const TRUSTED: &str = "https://front.example";

/// A page could send such a request, and abort it before the cookies arrive.
#[tokio::test]
async fn other_origins_use_up_no_refresh_token() {
    let site = |site: &'static str| vec![("Sec-Fetch-Site", site)];
    let origin = |origin: &'static str| vec![("Origin", origin)];
    let with = |mut headers: Vec<_>, more: &[_]| {
        headers.extend_from_slice(more);
        headers
    };
    let (navigate, document) = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"));
    let no_cors = ("Sec-Fetch-Mode", "no-cors");
    for (headers, renews) in [
        (vec![], true),
        (site("same-origin"), true),
        (site("none"), true),
        (origin(OWN_ORIGIN), true),
        (origin(TRUSTED), true),
        (with(site("cross-site"), &[("Origin", TRUSTED)]), true),
        // Somebody has followed a link.
        (with(site("cross-site"), &[navigate, document]), true),
        (with(site("same-site"), &[navigate, document]), true),
        (with(site("same-site"), &[no_cors, ("Origin", FOREIGN)]), false),
        (with(site("cross-site"), &[no_cors]), false),
        (with(site("cross-site"), &[no_cors, document]), false),
        (with(site("cross-site"), &[navigate]), false),
        (with(site("cross-site"), &[navigate, ("Sec-Fetch-Dest", "iframe")]), false),
        (with(site("cross-site"), &[navigate, navigate, document]), false),
        (with(site("same-origin"), &[("Sec-Fetch-Site", "same-origin")]), false),
        (site("same-site"), false),
        (origin(FOREIGN), false),
        (origin("null"), false),
    ] {
        let request = || {
            let headers = headers.iter();
            headers.fold(Draft::get(), |draft, (name, value)| draft.header(name, *value))
        };
        let trusting = || CsrfOptions::new().trusted_origins([TRUSTED]);
        let mut visit = Visit::at(routes(), |b| trading(b).csrf(trusting())).await;
        // One that is good for a while yet is let in as ever, and not made to last.
        visit.pass(880);
        assert_eq!(visit.renews_at(request(), "/me").await, renews, "{headers:?}");
        visit.pass(3600);
        let reply = visit.send(request(), "/me").await;
        if renews {
            assert_eq!(set_and_unset(&reply)[0].len(), 4, "{headers:?}: {reply:?}");
        } else {
            token_expired().assert(&reply);
            assert_no_cookies(&reply);
        }
        // The visitor comes back.
        visit.pass(11);
        visit.get("/me").await.assert_status(200);
        visit.assert_no_theft();
    }
}

/// Nobody asks for a user's record when there is no handler that would: `only_if` does.
#[tokio::test]
async fn deleted_user_is_not_renewed() {
    let users: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let asked: Arc<Mutex<Vec<TokenType>>> = Arc::default();
    users.lock().expect("no panic").insert("alice".into());
    let (known, noted) = (Arc::clone(&users), Arc::clone(&asked));
    let options = RenewalOptions::new().from_refresh_cookie().only_if(move |token| {
        noted.lock().expect("no panic").push(token.token_type);
        let is_known = known.lock().expect("no panic").contains(&token.sub);
        async move { is_known }
    });
    let mut visit = Visit::at(routes(), |builder| trading(builder).renewal(options)).await;
    visit.pass(880);
    assert!(visit.renews_at(Draft::get(), "/me").await);
    visit.pass(3600);
    assert!(visit.renews_at(Draft::get(), "/me").await);
    let taken = |asked: &Mutex<Vec<_>>| std::mem::take(&mut *asked.lock().expect("no panic"));
    assert_eq!(taken(&asked), [TokenType::Access, TokenType::Refresh]);

    users.lock().expect("no panic").clear();
    visit.pass(880);
    assert!(!visit.renews_at(Draft::get(), "/me").await);
    visit.pass(20);
    for path in ["/me", "/maybe"] {
        let reply = visit.get(path).await;
        token_expired().assert(&reply);
        assert_no_cookies(&reply);
    }
    visit.jar.forget(ACCESS_COOKIE);
    token_missing().assert(&visit.get("/me").await);
    assert!(visit.get("/maybe").await.assert_status(200).json()["sub"].is_null());
    // Nothing was used up: whoever is back before the refresh token ends is back.
    users.lock().expect("no panic").insert("alice".into());
    visit.pass(3600);
    assert!(visit.renews_at(Draft::get(), "/me").await);
    visit.assert_no_theft();
}

/// On a computer that others use, the end of the browser is the end of the login.
#[tokio::test]
async fn login_without_remember_me_stays_one() {
    let fixed = || CookieOptions::new().refresh_path("/").max_age(Duration::from_secs(86_400));
    for has_max_age in [false, true] {
        let mut visit = Visit::at(routes(), |builder| match has_max_age {
            true => trading(builder).cookies(fixed()),
            false => trading(builder),
        })
        .await;
        // The others are kept for as long as they are good, or as long as is configured.
        visit.pass(3600);
        let remembered = SetCookie::all(&visit.get("/me").await);
        assert!(remembered.iter().all(|cookie| cookie.attribute("max-age").is_some()));

        let mut replies = vec![visit.get("/login-for-now").await];
        visit.pass(880);
        replies.push(visit.get("/me").await);
        let csrf = visit.csrf();
        let sent = || Draft::post().header("X-CSRF-Token", &csrf);
        replies.push(visit.send(sent(), "/reauthenticate").await);
        replies.push(visit.send(sent(), "/refresh").await);
        visit.pass(3600);
        replies.push(visit.get("/me").await);
        // It is the session's: what a traded token is renewed to has it too.
        visit.pass(880);
        replies.push(visit.get("/me").await);
        for (reply, count) in replies.iter().zip([4, 2, 2, 4, 4, 2]) {
            let cookies = SetCookie::all(reply);
            assert_eq!(cookies.len(), count, "{reply:?}");
            for cookie in cookies {
                assert_eq!(cookie.attribute("max-age"), None, "{cookie:?}");
                assert_eq!(cookie.attribute("expires"), None, "{cookie:?}");
            }
        }
    }
}

/// What was asked for is done, and the client has what it had.
#[tokio::test]
async fn outage_when_the_answer_is_there_costs_nothing() {
    let store = Plugged::default();
    let mut visit = Visit::at(routes(), |builder| trading(builder).store(store.clone())).await;
    visit.pass(3600);
    let slow = visit.begin("/slow");
    visit.gate.is_reached().await;
    store.pull();
    visit.gate.open();
    let reply = slow.await.expect("no panic").assert_status(200);
    assert_eq!(reply.body, "alice");
    assert_no_cookies(&reply);
    store.plug_in();
    visit.pass(11);
    assert!(visit.renews_at(Draft::get(), "/me").await);
    visit.assert_no_theft();
}

#[tokio::test]
async fn requests_at_once_are_renewed_within_the_grace() {
    let mut visit = visit().await;
    visit.pass(3600);
    visit.jar.forget(ACCESS_COOKIE);
    let answers: Vec<_> = (0..8).map(|_| visit.begin("/me")).collect();
    for answer in answers {
        visit.jar.take(&answer.await.expect("no panic").assert_status(200));
    }
    visit.get("/me").await.assert_status(200);
    visit.pass(3600);
    visit.get("/me").await.assert_status(200);
    visit.assert_no_theft();
}
