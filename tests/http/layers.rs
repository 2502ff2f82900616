//! Where a layer stands: which routes it guards, what it hands to them, and what is around it.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use http_body::Frame;
use jwt_runtime::{
    AccessToken, JwtAuth, NoClaims, RefreshToken, RequireAccess, ScopeOnly, jwt_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::counting::Counting;
use jwt_tests::keys::{OTHER_SECRET, SECRET};
use jwt_tests::logs::Logs;
use jwt_tests::refusal::{claim_invalid, forbidden, token_invalid, token_missing};
use jwt_tests::routes;
use jwt_tests::routes::guarded::{Role, User};
use serde_json::{Map, Value, json};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

async fn inside() {}

/// Logs somebody in without a route for it.
async fn access_token(auth: &JwtAuth, sub: &str) -> String {
    let claims = Map::from_iter([("sub".to_owned(), Value::from(sub))]);
    let pair = auth.login(&claims).await.expect("a login");
    pair.access_token().as_str().to_owned()
}

#[tokio::test]
async fn layer_guards_what_was_routed_before_it() {
    let (auth, clock) = authority(|builder| builder.secret(SECRET));
    let guarded = || Router::new().route("/before", get(inside));
    let routes = Router::new()
        .nest(
            "/route-layer",
            guarded().route_layer(auth.require_access()).route("/after", get(inside)),
        )
        .nest("/layer", guarded().layer(auth.require_access()).route("/after", get(inside)))
        .nest("/outer", Router::new().nest("/inner", guarded()).layer(auth.require_access()))
        .nest(
            "/method",
            Router::new()
                .route("/before", get(inside).route_layer(auth.require_access()).post(inside)),
        );
    let token = access_token(&auth, "alice").await;
    let app = App::serve(auth, clock, routes).await;
    let status = async |method, path| app.call(method, path).send().await.status;
    for path in ["/route-layer/before", "/layer/before", "/outer/inner/before", "/method/before"] {
        token_missing().assert(&app.call("GET", path).send().await);
        app.get(path, &token).await.assert_status(200);
    }
    assert_eq!(status("GET", "/route-layer/after").await, 200);
    assert_eq!(status("GET", "/layer/after").await, 200);
    assert_eq!(status("POST", "/method/before").await, 200);
    assert_eq!(status("GET", "/").await, 404);
}

/// 404 before 401 with `route_layer`, and after it with `layer`.
#[tokio::test]
async fn fallback_is_guarded_by_layer_alone() {
    let (auth, clock) = authority(|builder| builder.secret(SECRET));
    let router = || Router::new().route("/route", get(inside));
    let token = access_token(&auth, "alice").await;
    let routes = router().route_layer(auth.require_access());
    let app = App::serve(auth.clone(), clock.clone(), routes).await;
    app.call("GET", "/nowhere").send().await.assert_status(404);
    app.call("GET", "/nowhere").bearer("garbage").send().await.assert_status(404);
    for method in ["GET", "POST", "OPTIONS"] {
        token_missing().assert(&app.call(method, "/route").send().await);
    }

    let app = App::serve(auth.clone(), clock, router().layer(auth.require_access())).await;
    for path in ["/nowhere", "/route"] {
        token_missing().assert(&app.call("GET", path).send().await);
    }
    app.get("/nowhere", &token).await.assert_status(404);
    app.post("/route", &token).await.assert_status(405);
}

/// What an outer layer takes out of a token, and what an attribute below still does by itself.
#[tokio::test]
async fn verified_token_is_in_the_extensions() {
    async fn typed(Extension(token): Extension<Arc<AccessToken<User>>>) -> String {
        format!("{} {} {}", token.sub, token.scope, token.registered().jti)
    }
    async fn untyped(Extension(token): Extension<Arc<AccessToken<NoClaims>>>) -> String {
        token.registered().jti.clone()
    }
    async fn scoped(Extension(token): Extension<Arc<AccessToken<ScopeOnly>>>) -> String {
        format!("{} {}", token.registered().sub, token.scope)
    }
    async fn refresh(Extension(token): Extension<Arc<RefreshToken<User>>>) -> String {
        token.as_str().to_owned()
    }
    async fn maybe(token: Option<Extension<Arc<AccessToken<User>>>>) -> &'static str {
        if token.is_some() { "a token" } else { "none" }
    }
    #[jwt_required(any_role(Role::Admin))]
    async fn twice(
        #[claims] user: User,
        Extension(token): Extension<Arc<AccessToken<User>>>,
    ) -> String {
        format!("{} {}", user.sub, token.sub)
    }
    let store = Counting::default();
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let typed_layer: RequireAccess<User> = auth.require_access().claims();
    let routes = Router::new()
        .route("/typed", get(typed))
        .route("/twice", get(twice))
        .route_layer(typed_layer)
        .merge(Router::new().route("/untyped", get(untyped)).route_layer(auth.require_access()))
        .merge(
            Router::new()
                .route("/scoped", get(scoped))
                .route_layer(auth.require_fresh().any_scope(["a"])),
        )
        .merge(
            Router::new()
                .route("/refresh-token", get(refresh))
                .route_layer(auth.require_refresh().claims::<User>()),
        )
        .merge(Router::new().route("/other", get(maybe)).route_layer(auth.require_access()))
        .route("/open", get(maybe))
        .merge(routes::session::routes())
        .with_state(auth.clone());
    let app = App::serve(auth, clock, routes).await;
    let pair = app.login_as(&json!({ "sub": "bob", "scope": "a b" })).await;
    let jti = jwt_tests::tokens::claims(&pair.access)["jti"].as_str().unwrap().to_owned();

    store.reset();
    assert_eq!(app.get("/typed", &pair.access).await.body, format!("bob a b {jti}"));
    assert_eq!(app.get("/untyped", &pair.access).await.body, jti);
    assert_eq!(app.get("/scoped", &pair.access).await.body, "bob a b");
    assert_eq!(store.questions(), 3);
    assert_eq!(app.get("/refresh-token", &pair.refresh).await.body, pair.refresh);
    // Looking at a refresh token does not use it up.
    app.rotate(&pair.refresh).await;
    assert_eq!(app.get("/open", &pair.access).await.body, "none");
    assert_eq!(app.get("/other", &pair.access).await.body, "none");

    forbidden(None).assert(&app.get("/twice", &pair.access).await);
    let admin = app.login_as(&json!({ "sub": "ada", "roles": ["admin"] })).await;
    store.reset();
    assert_eq!(app.get("/twice", &admin.access).await.body, "ada ada");
    assert_eq!(store.questions(), 2);
}

#[tokio::test]
async fn store_is_asked_last_and_once() {
    let store = Counting::default();
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let routes = Router::new()
        .route("/a", get(inside))
        .route_layer(auth.require_access().all_scopes(["a"]))
        .merge(routes::session::routes())
        .with_state(auth.clone());
    let app = App::serve(auth, clock, routes).await;
    let rich = app.login_as(&json!({ "sub": "bob", "scope": "a" })).await;
    let poor = app.login("eve").await;
    store.reset();
    forbidden(Some("a")).assert(&app.get("/a", &poor.access).await);
    token_missing().assert(&app.call("GET", "/a").send().await);
    assert_eq!(store.calls(), 0);
    app.get("/a", &rich.access).await.assert_status(200);
    assert_eq!((store.questions(), store.calls()), (1, 1));
}

/// A service that minds whether it was asked if it is ready, as one with a limit does.
struct Limited {
    is_ready: bool,
    served: Arc<AtomicUsize>,
}

impl Clone for Limited {
    fn clone(&self) -> Self {
        Self { is_ready: false, served: self.served.clone() }
    }
}

impl Service<Request<Body>> for Limited {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        assert!(std::mem::take(&mut self.is_ready), "called without having been asked");
        assert!(request.extensions().get::<Arc<AccessToken<NoClaims>>>().is_some());
        self.served.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Response::new(Body::empty())))
    }
}

#[tokio::test]
async fn layer_keeps_the_promises_of_tower() {
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let bearer = format!("Bearer {}", access_token(&auth, "alice").await);
    let request = |bearer: &str| {
        Request::builder().header("authorization", bearer).body(Body::empty()).unwrap()
    };
    let served = Arc::new(AtomicUsize::new(0));
    let inner = Limited { is_ready: false, served: served.clone() };
    let mut service = ServiceBuilder::new().layer(auth.require_access()).service(inner);
    for _ in 0..3 {
        let response = service.ready().await.unwrap().call(request(&bearer)).await.unwrap();
        assert_eq!(response.status(), 200);
    }
    let response = service.ready().await.unwrap().call(request("Bearer x")).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(served.load(Ordering::SeqCst), 3);

    // Any body, any answer that axum can send, any error.
    let text = service_fn(|_: Request<&'static str>| async { Ok::<_, std::io::Error>("text") });
    let request = Request::builder().header("authorization", bearer).body("body").unwrap();
    let response = auth.require_access().layer(text).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
}

/// One layer for several routers, and several layers for one.
#[tokio::test]
async fn layers_stack_and_are_shared() {
    let (users, clock) = authority(|builder| builder.secret(SECRET));
    let (admins, _) = authority(|builder| builder.secret(OTHER_SECRET));
    let layer = users.require_access().all_scopes(["a"]);
    let routes = Router::new()
        .route("/scope-b", get(inside))
        .route_layer(users.require_access().all_scopes(["b"]))
        .route("/scope-a", post(inside))
        .route_layer(layer.clone())
        .merge(Router::new().route("/again", get(inside)).route_layer(layer))
        .merge(
            Router::new()
                .route("/both", get(inside))
                .route_layer(users.require_access())
                .route_layer(admins.require_access()),
        )
        .merge(routes::session::routes().with_state(users.clone()));
    let app = App::serve(users, clock, routes).await;
    for (scope, statuses) in
        [("a b", [200, 200, 200]), ("a", [403, 200, 200]), ("b", [403, 403, 403]), ("", [403; 3])]
    {
        let token = app.login_as(&json!({ "sub": "bob", "scope": scope })).await.access;
        let calls = [("GET", "/scope-b"), ("POST", "/scope-a"), ("GET", "/again")];
        for ((method, path), status) in calls.into_iter().zip(statuses) {
            let reply = app.call(method, path).bearer(&token).send().await;
            assert_eq!(reply.status, status, "{scope} at {path}");
        }
        token_invalid().assert(&app.get("/both", &token).await);
    }
    let token = app.login_as(&json!({ "sub": "bob", "scope": ["a"] })).await.access;
    claim_invalid("scope").assert(&app.get("/again", &token).await);
}

/// A body that nobody may ask for.
struct Untouchable;

impl http_body::Body for Untouchable {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        panic!("the body was read")
    }
}

/// A refusal leaves the body where it is, and the log where every refusal is.
#[tokio::test]
async fn refusal_reads_no_body_and_is_logged() {
    let logs = Logs::default();
    let capture = logs.capture();
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let router = Router::<()>::new().route("/", post(inside)).layer(auth.require_access());
    let body = Body::new(Untouchable);
    let request = Request::builder().method("POST").uri("/").body(body).unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(
        response.extensions().get::<jwt_runtime::AuthError>().is_some(),
        "for middleware that renders refusals in another form"
    );
    drop(capture);
    assert!(logs.text().contains("jwt::rejection"), "{}", logs.text());
}
