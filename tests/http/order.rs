//! The guard comes first: before other extractors, before the body, and the store comes last.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{FromRef, FromRequestParts, Path, Query, State};
use axum::http::Request;
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router};
use http_body::Frame;
use jwt_runtime::{JwtAuth, MemoryStore, jwt_required};
use jwt_tests::app::{App, authority};
use jwt_tests::clock::START;
use jwt_tests::counting::Counting;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{forbidden, token_expired, token_invalid, token_missing, type_wrong};
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::Forgery;
use serde_json::{Value, json};
use tower::ServiceExt;

#[derive(Clone)]
struct Site {
    auth: JwtAuth,
    extracted: Arc<AtomicUsize>,
}

impl FromRef<Site> for JwtAuth {
    fn from_ref(site: &Site) -> Self {
        site.auth.clone()
    }
}

/// An extractor that leaves a trace.
struct Traced;

impl FromRequestParts<Site> for Traced {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        site.extracted.fetch_add(1, Ordering::SeqCst);
        Ok(Self)
    }
}

/// The guarded parameter stands last but one, and is still the first to be looked at.
#[jwt_required(all_scopes("write"))]
async fn last(
    _: Traced,
    Path(_id): Path<u64>,
    #[claims] user: User,
    Json(_): Json<Value>,
) -> String {
    user.sub
}

#[jwt_required(all_scopes("write"), claims = User)]
async fn hidden(_: Traced, State(_): State<Site>, Query(_): Query<Value>, _body: Bytes) {}

async fn never(_: &User, Path(_): Path<u64>) -> bool {
    false
}

#[jwt_required(authorize = never)]
async fn unauthorized(#[claims] _user: User, _: Traced, _body: Bytes) {}

/// A body that counts how often somebody asks for it.
struct Watched(Arc<AtomicUsize>);

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let before = self.0.fetch_add(1, Ordering::SeqCst);
        Poll::Ready((before == 0).then(|| Ok(Frame::data(Bytes::from_static(b"{}")))))
    }
}

#[tokio::test]
async fn refused_request_is_not_looked_at_further() {
    let (auth, _) = authority(|builder| builder.secret(SECRET).store(MemoryStore::new()));
    let extracted = Arc::new(AtomicUsize::new(0));
    let site = Site { auth: auth.clone(), extracted: Arc::clone(&extracted) };
    let app: Router = Router::new()
        .route("/last/{id}", post(last))
        .route("/hidden", post(hidden))
        .route("/unauthorized/{id}", post(unauthorized))
        .with_state(site);
    let login = |scope: &str| {
        let user = User { sub: "bob".into(), roles: vec![], scope: scope.parse().expect("scopes") };
        let auth = auth.clone();
        async move { auth.login(&user).await.expect("a login") }
    };
    let (poor, rich) = (login("").await, login("write").await);
    for (token, status) in [
        (None, 401),
        (Some("garbage"), 401),
        (Some(poor.refresh_token().as_str()), 401),
        (Some(poor.access_token().as_str()), 403),
        (Some(rich.access_token().as_str()), 200),
    ] {
        for path in ["/last/7", "/hidden", "/unauthorized/7"] {
            let status = if path == "/unauthorized/7" {
                if status == 200 { 403 } else { status }
            } else {
                status
            };
            let polled = Arc::new(AtomicUsize::new(0));
            extracted.store(0, Ordering::SeqCst);
            let mut request = Request::post(path).header("content-type", "application/json");
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let body = Body::new(Watched(Arc::clone(&polled)));
            let request = request.body(body).expect("a good request");
            let Ok(response) = app.clone().oneshot(request).await;
            assert_eq!(response.status().as_u16(), status, "{path} {token:?}");
            let is_let_in = status == 200;
            assert_eq!(polled.load(Ordering::SeqCst) > 0, is_let_in, "the body of {path}");
            assert_eq!(extracted.load(Ordering::SeqCst), usize::from(is_let_in), "{path}");
        }
    }
}

/// Where a peer answered 400 to somebody who was not even logged in.
#[tokio::test]
async fn refusal_comes_before_what_is_wrong_with_the_request() {
    let routes = Router::new().route("/orders/{id}", post(orders));
    let app = App::routed(routes).await;
    let poor = app.login_as(&json!({ "sub": "bob" })).await;
    let rich = app.login_as(&json!({ "sub": "bob", "scope": "write" })).await;
    let send = |token: Option<String>| {
        let call = app.call("POST", "/orders/not-a-number").body("not json");
        let call = call.header("content-type", "application/json");
        async move {
            match token {
                Some(token) => call.bearer(&token).send().await,
                None => call.send().await,
            }
        }
    };
    token_missing().assert(&send(None).await);
    token_invalid().assert(&send(Some("garbage".into())).await);
    type_wrong("access").assert(&send(Some(rich.refresh.clone())).await);
    forbidden(Some("write")).assert(&send(Some(poor.access)).await);
    send(Some(rich.access)).await.assert_status(400);
}

#[jwt_required(all_scopes("write"))]
async fn orders(Path(_): Path<u64>, #[claims] _user: User, Json(_): Json<Value>) {}

/// The store is asked once, and only about a token that everything else accepts.
#[tokio::test]
async fn store_is_asked_last_and_once() {
    let store = Counting::default();
    let app = App::with(|builder| builder.secret(SECRET).store(store.clone())).await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.login("alice").await;
    let forgery = || Forgery::of(&pair.access);
    store.reset();
    for (route, token, row) in [
        ("/access", forgery().with_signature([0; 32]), token_invalid()),
        ("/access", forgery().claim("exp", START).sign(&key), token_expired()),
        ("/access", pair.refresh.clone(), type_wrong("access")),
        ("/admin", pair.access.clone(), forbidden(None)),
        ("/refresh", pair.access.clone(), type_wrong("refresh")),
    ] {
        row.assert(&app.get(route, &token).await);
    }
    app.get("/unrevoked", &pair.access).await.assert_status(200);
    assert_eq!(store.questions(), 0, "nobody asked about tokens that are refused anyway");
    for (route, token) in [
        ("/access", &pair.access),
        ("/optional", &pair.access),
        ("/user", &pair.access),
        ("/refresh", &pair.refresh),
        ("/plain/access", &pair.access),
    ] {
        store.reset();
        app.get(route, token).await.assert_status(200);
        assert_eq!((store.questions(), store.calls()), (1, 1), "{route}");
    }
    store.reset();
    app.call("GET", "/optional").send().await.assert_status(200);
    assert_eq!(store.calls(), 0);
}

#[tokio::test]
async fn guarded_parameter_may_stand_anywhere() {
    #[jwt_required]
    async fn first(#[claims] user: User, Path(id): Path<u64>, Json(body): Json<Value>) -> String {
        format!("{} {id} {body}", user.sub)
    }
    #[jwt_required]
    async fn middle(Path(id): Path<u64>, #[claims] user: User, Json(body): Json<Value>) -> String {
        format!("{} {id} {body}", user.sub)
    }
    #[jwt_required]
    async fn alone(#[claims] user: User) -> String {
        user.sub
    }
    let routes = Router::new()
        .route("/first/{id}", post(first))
        .route("/middle/{id}", post(middle))
        .route("/alone", get(alone));
    let app = App::routed(routes).await;
    let pair = app.login("bob").await;
    for path in ["/first/7", "/middle/7"] {
        let reply = app.call("POST", path).bearer(&pair.access).json(&json!([1])).send().await;
        assert_eq!(reply.assert_status(200).body, "bob 7 [1]");
    }
    assert_eq!(app.get("/alone", &pair.access).await.assert_status(200).body, "bob");
}
