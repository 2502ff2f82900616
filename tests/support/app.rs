//! A server on a free port of the loopback: an authority, a clock, and every guard.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use jwt_runtime::testing::ManualClock;
use jwt_runtime::{JwtAuth, JwtAuthBuilder, MemoryStore};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::client::{Call, Reply, raw};
use crate::{clock, keys, routes};

/// A running server; it stops when this is dropped.
pub struct App {
    pub auth: JwtAuth,
    pub clock: ManualClock,
    pub address: SocketAddr,
    pub router: Router,
    client: reqwest::Client,
    server: JoinHandle<()>,
}

impl Drop for App {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An authority with the clock of the tests.
pub fn authority(
    configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder,
) -> (JwtAuth, ManualClock) {
    let clock = clock::start();
    let auth = configure(JwtAuth::builder().clock(clock.clone()))
        .build()
        .expect("the configuration of the test is a good one");
    (auth, clock)
}

/// What a login gives out.
#[derive(Clone, Debug)]
pub struct Pair {
    pub access: String,
    pub refresh: String,
}

impl Pair {
    /// Reads `{"access_token", "refresh_token"}`.
    #[track_caller]
    pub fn read(reply: &Reply) -> Self {
        Self { access: reply.text("access_token"), refresh: reply.text("refresh_token") }
    }
}

impl App {
    /// HS256 and a store in memory.
    pub async fn new() -> Self {
        Self::with(|builder| builder.secret(keys::SECRET).store(MemoryStore::new())).await
    }

    /// HS256 and no store.
    pub async fn stateless() -> Self {
        Self::with(|builder| builder.secret(keys::SECRET)).await
    }

    /// Any authority, with the clock of the tests, in front of the usual routes.
    pub async fn with(configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> Self {
        let (auth, clock) = authority(configure);
        let router = routes::all().with_state(auth.clone());
        Self::serve(auth, clock, router).await
    }

    /// The usual authority, and its routes.
    pub async fn routed(routes: Router<JwtAuth>) -> Self {
        let (auth, clock) =
            authority(|builder| builder.secret(keys::SECRET).store(MemoryStore::new()));
        let routes = routes.merge(routes::session::routes());
        Self::serve(auth.clone(), clock, routes.with_state(auth)).await
    }

    /// Any routes.
    pub async fn serve(auth: JwtAuth, clock: ManualClock, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let service = router.clone();
        let server = tokio::spawn(async move {
            axum::serve(listener, service).await.expect("the listener works");
        });
        // A proxy in the environment of whoever runs the tests is none of theirs.
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { auth, clock, address, router, client, server }
    }

    /// One handler without a guard, at `/`, and an authority that nothing asks.
    pub async fn serve_one<H, T>(handler: H) -> Self
    where
        H: axum::handler::Handler<T, ()>,
        T: 'static,
    {
        let (auth, clock) = authority(|builder| builder.secret(keys::SECRET));
        Self::serve(auth, clock, Router::new().route("/", axum::routing::get(handler))).await
    }

    /// Begins a request.
    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::new(&self.client, method, format!("http://{}{path}", self.address))
    }

    /// `GET` with a token.
    pub async fn get(&self, path: &str, token: &str) -> Reply {
        self.call("GET", path).bearer(token).send().await
    }

    /// `POST` with a token.
    pub async fn post(&self, path: &str, token: &str) -> Reply {
        self.call("POST", path).bearer(token).send().await
    }

    /// Sends bytes as they are.
    pub async fn raw(&self, request: impl AsRef<[u8]>) -> Option<Reply> {
        raw(self.address, request.as_ref()).await
    }

    /// Without a network, for what would take too long with one.
    pub async fn oneshot(&self, request: Request<Body>) -> Reply {
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body that ends");
        Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Logs somebody in over HTTP.
    pub async fn login(&self, subject: &str) -> Pair {
        self.login_as(&json!({ "sub": subject })).await
    }

    /// Logs in with these claims.
    pub async fn login_as(&self, claims: &Value) -> Pair {
        Pair::read(&self.call("POST", "/login").json(claims).send().await.assert_status(200))
    }

    /// Trades a refresh token over HTTP.
    pub async fn rotate(&self, refresh: &str) -> Pair {
        Pair::read(&self.post("/refresh", refresh).await.assert_status(200))
    }
}
