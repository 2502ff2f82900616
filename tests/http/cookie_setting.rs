//! What goes out with a cookie: nothing that a cache or a log could take.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::IntoResponse;
use axum::routing::get;
use jwt_runtime::{AuthError, JwtAuth, MemoryStore, RenewalOptions, TokenLocation, jwt_required};
use jwt_tests::cookies::{ACCESS_COOKIE, SetCookie};
use jwt_tests::draft::Draft;

use crate::visit::{User, Visit, alice};

const FOR_CACHES: [(&str, &str); 3] = [
    ("cache-control", "public, max-age=600"),
    ("cdn-cache-control", "public, max-age=600"),
    ("surrogate-control", "max-age=600"),
];

/// A public page that greets whoever is logged in.
#[jwt_required(optional, locations(cookie, query))]
async fn page(#[claims] _: Option<User>) -> impl IntoResponse {
    (FOR_CACHES, "hello")
}

async fn login(State(auth): State<JwtAuth>) -> Result<impl IntoResponse, AuthError> {
    let cookies = auth.set_cookies(&auth.login(&alice()).await?)?;
    Ok((FOR_CACHES, cookies, "hello"))
}

async fn logout(State(auth): State<JwtAuth>) -> impl IntoResponse {
    (FOR_CACHES, auth.unset_cookies(), "hello")
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/page", get(page))
        .route("/page-of-login", get(login))
        .route("/page-of-logout", get(logout))
}

async fn visit() -> Visit {
    Visit::at(routes(), |builder| {
        let builder = builder.store(MemoryStore::new()).renewal(RenewalOptions::new());
        builder.locations([TokenLocation::Cookie, TokenLocation::Query])
    })
    .await
}

/// Caches for which there is a header of their own do not read the other one; RFC 9213.
#[tokio::test]
async fn no_cache_is_told_to_keep_it() {
    let mut visit = visit().await;
    let reply = visit.get("/page").await.assert_status(200);
    for (name, value) in FOR_CACHES {
        assert_eq!(reply.headers_named(name), [value], "nothing is set");
    }
    let access = visit.access();
    visit.pass(880);
    let by_query = Draft::get().query("access_token", &access);
    let by_query = by_query.send(&visit.app, "/page").await.expect("an answer");
    assert!(SetCookie::all(&by_query).is_empty(), "{by_query:?}");
    let mut replies = vec![by_query];
    for path in ["/page", "/page-of-login", "/page-of-logout"] {
        let reply = visit.get(path).await;
        assert!(!SetCookie::all(&reply).is_empty(), "{path}: {reply:?}");
        replies.push(reply);
    }
    for reply in replies {
        assert_eq!((reply.status, reply.body.as_str()), (200, "hello"));
        assert_eq!(reply.headers_named("cache-control"), ["no-store"], "{reply:?}");
        assert!(reply.headers_named("cdn-cache-control").is_empty(), "{reply:?}");
        assert!(reply.headers_named("surrogate-control").is_empty(), "{reply:?}");
    }
}

/// `Debug` of the headers shows none of them.
#[tokio::test]
async fn cookies_are_marked_as_sensitive() {
    let visit = visit().await;
    let access = visit.access();
    for path in ["/login", "/page-of-login", "/page-of-logout", "/page"] {
        if path == "/page" {
            visit.pass(880);
        }
        let request = Request::builder().uri(path);
        let request = request.header("cookie", format!("{ACCESS_COOKIE}={access}"));
        let reply = visit.app.oneshot(request.body(Body::empty()).expect("a request")).await;
        let values: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
        assert!(!values.is_empty(), "{path}");
        assert!(values.iter().all(|value| value.is_sensitive()), "{path}");
        assert!(!format!("{reply:?}").contains("eyJ"), "{path}: {reply:?}");
    }
}
