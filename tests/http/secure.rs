//! A router that takes guarded handlers alone: it routes as axum's does, and says what it routes.

use std::panic::catch_unwind;

use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{Jwt, JwtAuth, Registered, SecureRouter, fresh_jwt_required, jwt_required};
use jwt_tests::app::App;
use jwt_tests::refusal::{not_fresh, token_missing};
use jwt_tests::routes::guarded::User;

#[jwt_required]
async fn list(#[claims] user: User) -> String {
    format!("orders of {}", user.sub)
}

#[jwt_required]
async fn create(#[claims] user: User, body: String) -> String {
    format!("{} orders {body}", user.sub)
}

#[jwt_required]
async fn show(Path(id): Path<u64>, #[claims] user: User) -> String {
    format!("order {id} of {}", user.sub)
}

#[fresh_jwt_required]
async fn purge() {}

#[jwt_required(optional)]
async fn feed(#[claims] user: Option<User>) -> String {
    user.map_or_else(|| "everybody's".to_owned(), |user| user.sub)
}

async fn stats(Jwt(token): Jwt<Registered>) -> Json<Registered> {
    Json(token)
}

async fn health() -> &'static str {
    "ok"
}

fn routes() -> SecureRouter<JwtAuth> {
    let orders =
        SecureRouter::new().get("/", list).post("/", create).get("/{id}", show).delete("/", purge);
    let admin = SecureRouter::new().get("/stats", stats).public("/stats", post(health));
    SecureRouter::new()
        .public("/health", get(health).post(health))
        .get("/feed", feed)
        .nest("/orders", orders)
        .merge(SecureRouter::new().nest("/admin/", admin))
}

#[tokio::test]
async fn guarded_routes_ask_for_a_token() {
    let app = App::routed(routes().into_router()).await;
    let token = app.login("alice").await.access;
    for (method, path) in [
        ("GET", "/orders"),
        ("HEAD", "/orders"),
        ("POST", "/orders"),
        ("DELETE", "/orders"),
        ("GET", "/orders/7"),
        ("GET", "/admin/stats"),
    ] {
        let reply = app.call(method, path).send().await;
        if method == "HEAD" {
            reply.assert_status(401);
        } else {
            token_missing().assert(&reply);
        }
        app.call(method, path).bearer(&token).body("tea").send().await.assert_status(200);
    }
    assert_eq!(app.get("/orders", &token).await.body, "orders of alice");
    assert_eq!(app.get("/orders/7", &token).await.body, "order 7 of alice");
    let created = app.call("POST", "/orders").bearer(&token).body("tea").send().await;
    assert_eq!(created.body, "alice orders tea");
}

#[tokio::test]
async fn each_method_keeps_its_own_guard() {
    let app = App::routed(routes().into_router()).await;
    let stale = app.rotate(&app.login("alice").await.refresh).await.access;
    app.get("/orders", &stale).await.assert_status(200);
    not_fresh(None).assert(&app.call("DELETE", "/orders").bearer(&stale).send().await);
    assert_eq!(app.call("GET", "/feed").send().await.body, "everybody's");
    assert_eq!(app.get("/feed", &stale).await.body, "alice");
}

#[tokio::test]
async fn public_routes_are_open() {
    let app = App::routed(routes().into_router()).await;
    for (method, path) in [("GET", "/health"), ("POST", "/health"), ("POST", "/admin/stats")] {
        assert_eq!(app.call(method, path).send().await.assert_status(200).body, "ok");
    }
}

#[tokio::test]
async fn other_methods_and_paths_are_answered_as_axum_does() {
    let app = App::routed(routes().into_router()).await;
    let reply = app.call("PUT", "/orders").send().await.assert_status(405);
    assert_eq!(reply.headers_named("allow"), ["GET,HEAD,POST,DELETE"]);
    app.call("POST", "/feed").send().await.assert_status(405);
    app.call("GET", "/nowhere").send().await.assert_status(404);
    app.call("GET", "/stats").send().await.assert_status(404);
}

#[tokio::test]
async fn axum_goes_on_from_there() {
    let guarded = Router::from(routes());
    let app = App::routed(guarded.route("/later", get(health)).fallback(health)).await;
    token_missing().assert(&app.call("GET", "/orders").send().await);
    assert_eq!(app.call("GET", "/later").send().await.body, "ok");
    assert_eq!(app.call("GET", "/nowhere").send().await.body, "ok");
}

#[test]
fn every_route_is_listed() {
    let routes = routes();
    let listed: Vec<String> = routes.routes().map(ToString::to_string).collect();
    let expected = [
        "public /health",
        "GET /feed",
        "GET /orders",
        "POST /orders",
        "GET /orders/{id}",
        "DELETE /orders",
        "GET /admin/stats",
        "public /admin/stats",
    ];
    assert_eq!(listed, expected);
    let public: Vec<&str> =
        routes.routes().filter(|route| route.is_public()).map(|route| route.path()).collect();
    assert_eq!(public, ["/health", "/admin/stats"]);
    assert_eq!(routes.routes().nth(1).and_then(|route| route.method()).unwrap(), "GET");
}

#[test]
fn mistakes_panic_as_in_axum() {
    let panics = |build: fn() -> SecureRouter<JwtAuth>| catch_unwind(build).is_err();
    assert!(panics(|| SecureRouter::new().get("/orders", list).get("/orders", show)));
    assert!(panics(|| SecureRouter::new().get("/orders", list).public("/orders", get(health))));
    assert!(panics(|| SecureRouter::new().get("orders", list)));
    assert!(panics(|| routes().nest("/", routes())));
    assert!(panics(|| routes().merge(routes())));
}
