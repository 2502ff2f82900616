//! Whom a refresh cookie lets in that comes without a good access token, and whom it does not.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jwt_runtime::{JwtAuth, MemoryStore, TokenLocation, fresh_jwt_required, jwt_required};
use jwt_tests::app::authority;
use jwt_tests::client::Reply;
use jwt_tests::cookies::{ACCESS_COOKIE, CSRF_ACCESS_COOKIE, Jar, SetCookie};
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::SECRET;
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{
    cross_origin, not_fresh, request_malformed, store_unavailable, token_expired, token_missing,
};

use crate::visit::{ROOT_REFRESH_COOKIE, User, Visit, alice, assert_no_cookies, trading};

#[fresh_jwt_required]
async fn fresh(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required(locations(header))]
async fn header_only(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required(optional, locations(header, query))]
async fn without_cookie(#[claims] user: Option<User>) -> String {
    user.map_or_else(|| "nobody".to_owned(), |user| user.sub)
}

#[jwt_required(locations(header, cookie, query))]
async fn anywhere(#[claims] user: User) -> String {
    user.sub
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/fresh", get(fresh))
        .route("/header", get(header_only))
        .route("/without-cookie", get(without_cookie))
        .route("/anywhere", get(anywhere))
}

/// Somebody who comes back after an hour.
async fn visit() -> Visit {
    let visit = Visit::at(routes(), trading).await;
    visit.pass(3600);
    visit
}

#[tokio::test]
async fn optional_and_fresh_guards_are_renewed_too() {
    let mut visit = visit().await;
    assert_eq!(visit.get("/maybe").await.json()["sub"], "alice");
    visit.pass(3600);
    // The answer is no, and whoever it is was here all the same.
    let reply = visit.get("/fresh").await;
    not_fresh(None).assert(&without_cookies(reply));
    visit.get("/me").await.assert_status(200);
    visit.jar.forget(ACCESS_COOKIE);
    visit.jar.forget(ROOT_REFRESH_COOKIE);
    assert!(visit.get("/maybe").await.json()["sub"].is_null());
}

/// The refusal as it would have been.
fn without_cookies(mut reply: Reply) -> Reply {
    assert!(reply.headers.remove("set-cookie").is_some(), "{reply:?}");
    reply
}

#[tokio::test]
async fn bad_refresh_cookie_is_no_token() {
    let mut visitor = visit().await;
    visitor.jar.forget(ACCESS_COOKIE);
    visitor.jar.forget(ROOT_REFRESH_COOKIE);
    let of_another_server = visit().await.refresh();
    for bad in ["garbage", "a.b.c", &of_another_server] {
        let draft = Draft::get().cookie(ROOT_REFRESH_COOKIE, bad);
        token_missing().assert(&draft.send(&visitor.app, "/me").await.expect("an answer"));
        let reply = draft.send(&visitor.app, "/maybe").await.expect("an answer");
        assert!(reply.assert_status(200).json()["sub"].is_null());
    }
    let mut ended = visit().await;
    ended.get("/end").await.assert_status(200);
    ended.jar.forget(ACCESS_COOKIE);
    token_missing().assert(&ended.get("/me").await);
}

/// Nor does it count as one that was used before.
#[tokio::test]
async fn own_access_token_is_no_refresh_token() {
    let mut visit = Visit::at(routes(), trading).await;
    let access = visit.access();
    let draft = Draft::get().cookie(ROOT_REFRESH_COOKIE, &access);
    let reply = draft.send(&visit.app, "/me").await.expect("an answer");
    token_missing().assert(&reply);
    assert_no_cookies(&reply);
    visit.assert_no_theft();
    visit.get("/me").await.assert_status(200);
}

/// Such a route is safe from forged requests as no browser adds its token.
#[tokio::test]
async fn route_without_cookies_takes_no_refresh_cookie() {
    let mut visit = visit().await;
    for is_forgotten in [false, true] {
        if is_forgotten {
            visit.jar.forget(ACCESS_COOKIE);
        }
        let reply = visit.get("/header").await;
        token_missing().assert(&reply);
        assert_no_cookies(&reply);
        let reply = visit.get("/without-cookie").await.assert_status(200);
        assert_eq!(reply.body, "nobody");
        assert_no_cookies(&reply);
    }
    assert!(visit.renews_at(Draft::get(), "/anywhere").await, "nothing was used up");
}

/// Whoever sends a token by hand renews it by hand.
#[tokio::test]
async fn expired_token_of_another_place_is_expired() {
    let mut visit = visit().await;
    let access = visit.access();
    visit.jar.forget(ACCESS_COOKIE);
    for draft in [Draft::get().bearer(&access), Draft::get().query("access_token", &access)] {
        let reply = visit.send(draft, "/anywhere").await;
        token_expired().assert(&reply);
        assert_no_cookies(&reply);
    }
    // A token that is malformed is one, too.
    let reply = visit.send(Draft::get().header("Authorization", "Bearer"), "/anywhere").await;
    request_malformed().assert(&reply);
    assert_no_cookies(&reply);
}

/// It may be a good one, and nobody can tell.
#[tokio::test]
async fn outage_is_told() {
    let store = Plugged::default();
    let mut visit = Visit::at(routes(), |builder| trading(builder).store(store.clone())).await;
    visit.pass(3600);
    store.pull();
    for is_forgotten in [false, true] {
        if is_forgotten {
            visit.jar.forget(ACCESS_COOKIE);
        }
        for path in ["/me", "/maybe"] {
            let reply = visit.get(path).await;
            store_unavailable().assert(&reply);
            assert_no_cookies(&reply);
        }
    }
    // Of this one everybody can tell.
    let bad = Draft::get().cookie(ROOT_REFRESH_COOKIE, "a.b.c");
    token_missing().assert(&bad.send(&visit.app, "/me").await.expect("an answer"));
    store.plug_in();
    assert!(visit.renews_at(Draft::get(), "/me").await);
}

/// One of them may be planted.
#[tokio::test]
async fn two_refresh_cookies_are_malformed() {
    let mut visit = visit().await;
    visit.jar.forget(ACCESS_COOKIE);
    let refresh = visit.refresh();
    for second in [refresh.as_str(), "planted", ""] {
        for path in ["/me", "/maybe"] {
            let draft = Draft::get().cookie(ROOT_REFRESH_COOKIE, second);
            request_malformed().assert(&visit.send(draft, path).await);
        }
    }
    assert!(visit.renews_at(Draft::get(), "/me").await);
}

/// The method is a safe one, and a socket is open for whoever opens it.
#[tokio::test]
async fn websocket_of_another_origin_is_refused() {
    let mut visit = visit().await;
    for (origin, refusal) in
        [(Some("https://evil.example"), token_expired()), (None, cross_origin())]
    {
        let draft = match origin {
            Some(origin) => Draft::handshake().header("Origin", origin),
            None => Draft::handshake(),
        };
        let reply = visit.send(draft, "/me").await;
        refusal.assert(&reply);
        assert_no_cookies(&reply);
    }
    assert!(visit.renews_at(Draft::handshake().header("Origin", OWN_ORIGIN), "/me").await);
}

/// Its session has ended by the clock, and nothing could come of it.
#[tokio::test]
async fn refresh_token_within_the_leeway_is_none() {
    for (path, seconds) in [("/me", 3599), ("/me", 3600), ("/me", 3610), ("/maybe", 3610)] {
        let mut visit = Visit::at(routes(), |builder| {
            trading(builder)
                .leeway(Duration::from_secs(30))
                .refresh_lifetime(Duration::from_secs(3600))
        })
        .await;
        visit.jar.forget(ACCESS_COOKIE);
        visit.pass(seconds);
        let reply = visit.get(path).await;
        match (path, seconds) {
            (_, 3599) => assert_eq!(reply.status, 200, "{reply:?}"),
            ("/maybe", _) => assert!(reply.assert_status(200).json()["sub"].is_null()),
            _ => token_missing().assert(&reply),
        }
    }
}

/// Tokens of a login before cookies were configured have no claim to compare with.
#[tokio::test]
async fn refresh_token_without_a_csrf_claim_is_traded_for_one_with_it() {
    let store = MemoryStore::new();
    let (before, _) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let pair = before.login(&alice()).await.expect("a login");
    let mut visit = Visit::at(routes(), |builder| {
        trading(builder).store(store).locations([TokenLocation::Cookie])
    })
    .await;
    visit.jar = Jar::default();
    let draft = Draft::get().cookie(ROOT_REFRESH_COOKIE, pair.refresh_token().as_str());
    let reply = visit.send(draft, "/me").await.assert_status(200);
    assert_eq!(SetCookie::all(&reply).len(), 4, "{reply:?}");
    assert!(visit.jar.value(CSRF_ACCESS_COOKIE).is_some());
    let draft = Draft::post().header("X-CSRF-Token", visit.csrf());
    visit.send(draft, "/me").await.assert_status(200);
}
