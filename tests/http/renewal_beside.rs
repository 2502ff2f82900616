//! Renewal from the refresh cookie beside what the handler says, and beside other guards.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::routing::{get, post};
use jwt_runtime::{AccessToken, AuthError, JwtAuth, TokenCookies, TokenLocation, jwt_required};
use jwt_tests::app::{App, authority};
use jwt_tests::cookies::{ACCESS_COOKIE, CSRF_ACCESS_COOKIE, CSRF_REFRESH_COOKIE, Jar, SetCookie};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;

use crate::visit::{
    ROOT_REFRESH_COOKIE, User, Visit, alice, assert_no_cookies, me, revoke, set_and_unset, trading,
};

const ACCESS_COOKIES: [&str; 2] = [ACCESS_COOKIE, CSRF_ACCESS_COOKIE];
const REFRESH_COOKIES: [&str; 2] = [ROOT_REFRESH_COOKIE, CSRF_REFRESH_COOKIE];

#[jwt_required]
pub(crate) async fn reauthenticate(
    #[claims] token: AccessToken<User>,
    State(auth): State<JwtAuth>,
) -> Result<TokenCookies, AuthError> {
    auth.set_access_cookies(auth.reauthenticate(&token).await?.access_token())
}

#[jwt_required]
async fn unset_access(#[claims] _: User, State(auth): State<JwtAuth>) -> TokenCookies {
    auth.unset_access_cookies()
}

#[jwt_required]
async fn unset_refresh(#[claims] _: User, State(auth): State<JwtAuth>) -> TokenCookies {
    auth.unset_refresh_cookies()
}

async fn visit() -> Visit {
    let routes = Router::new()
        .route("/reauthenticate", post(reauthenticate))
        .route("/unset-access", get(unset_access))
        .route("/unset-refresh", get(unset_refresh));
    Visit::at(routes, trading).await
}

/// What it says of one of the tokens is said; the other one is traded, and has to arrive.
#[tokio::test]
async fn handler_that_settles_the_cookies_of_one_token_leaves_the_other() {
    for (path, [set, unset]) in [
        ("/reauthenticate", [[ACCESS_COOKIES, REFRESH_COOKIES].concat(), vec![]]),
        ("/unset-access", [REFRESH_COOKIES.to_vec(), ACCESS_COOKIES.to_vec()]),
        ("/unset-refresh", [ACCESS_COOKIES.to_vec(), REFRESH_COOKIES.to_vec()]),
    ] {
        let mut visit = visit().await;
        visit.pass(3600);
        let before = visit.refresh();
        let draft = match path {
            "/reauthenticate" => Draft::post().header("X-CSRF-Token", visit.csrf()),
            _ => Draft::get(),
        };
        let reply = visit.send(draft, path).await.assert_status(204);
        assert_eq!(set_and_unset(&reply), [set, unset], "{path}");
        if path == "/unset-refresh" {
            visit.get("/me").await.assert_status(200);
            continue;
        }
        assert_ne!(visit.refresh(), before, "{path}");
        // The visitor comes back, for longer than the grace and the access token last.
        visit.pass(3600);
        assert!(visit.renews_at(Draft::get(), "/me").await, "{path}");
        visit.assert_no_theft();
    }
}

/// What a handler revokes is gone, and what the request came with is not.
#[tokio::test]
async fn token_that_the_handler_has_revoked_is_not_followed_by_another() {
    let mut visit = visit().await;
    visit.pass(3600);
    assert_no_cookies(&visit.get("/revoke").await.assert_status(200));
    assert!(visit.renews_at(Draft::get(), "/me").await);
    visit.assert_no_theft();
}

/// One in a layer, one at the handler, and between them something that takes its time.
async fn two_guards(seconds_between: u64) -> (App, String) {
    let (auth, clock) =
        authority(|builder| trading(builder.secret(SECRET).locations([TokenLocation::Cookie])));
    let tick = clock.clone();
    let router: Router<JwtAuth> = Router::new()
        .route("/me", get(me))
        .route("/revoke", get(revoke))
        .route_layer(from_fn(move |request: Request, next: Next| {
            tick.advance(Duration::from_secs(seconds_between));
            next.run(request)
        }))
        .route_layer(auth.require_access().issuer("https://shop.example").audience(&["shop"]));
    let router = router.with_state(auth.clone()).layer(auth.layer());
    let pair = auth.login(&alice()).await.expect("a login");
    (App::serve(auth, clock, router).await, pair.refresh_token().as_str().to_owned())
}

#[tokio::test]
async fn two_guards_trade_once() {
    for seconds_between in [0, 11] {
        let (app, mut refresh) = two_guards(seconds_between).await;
        let mut jar = Jar::default();
        for _ in 0..3 {
            let draft = Draft::get().cookie(ROOT_REFRESH_COOKIE, &refresh);
            let reply = draft.send(&app, "/me").await.expect("an answer").assert_status(200);
            assert_eq!(SetCookie::all(&reply).len(), 4, "{reply:?}");
            jar.take(&reply);
            refresh = jar.value(ROOT_REFRESH_COOKIE).expect("the next one").to_owned();
            app.clock.advance(Duration::from_secs(3600));
        }
    }
}

/// What the handler has is not what the first of them had.
#[tokio::test]
async fn token_of_two_guards_that_the_handler_has_revoked_is_followed_by_none() {
    let (app, refresh) = two_guards(0).await;
    let draft = Draft::get().cookie(ROOT_REFRESH_COOKIE, &refresh);
    let reply = draft.send(&app, "/revoke").await.expect("an answer").assert_status(200);
    assert_no_cookies(&reply);
}
