//! One node of a guarded service, and what its clients can ask it.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use jwt_runtime::{
    AuthError, Jwt, JwtAuth, JwtAuthBuilder, RefreshJwt, Registered, TokenPair, TokenStore,
};
use reqwest::{Client, RequestBuilder};
use serde_json::{Map, Value, json};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;

use super::report::Tally;

const SECRET: &[u8] = b"tests/benches/drills: a key that guards nothing.";

/// How many connections may wait to be accepted; Linux allows no more unless it is told to.
const WAITING_CONNECTIONS: u32 = 4_096;

type Claims = Map<String, Value>;

async fn login(State(auth): State<JwtAuth>, subject: String) -> Result<TokenPair, AuthError> {
    let mut claims = Claims::new();
    claims.insert("sub".to_owned(), json!(subject));
    auth.login(&claims).await
}

async fn me(Jwt(token): Jwt<Registered>) -> String {
    token.sub
}

async fn refresh(
    State(auth): State<JwtAuth>,
    RefreshJwt(old): RefreshJwt<Claims>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}

async fn revoke(
    State(auth): State<JwtAuth>,
    Jwt(token): Jwt<Registered>,
) -> Result<StatusCode, AuthError> {
    auth.revoke(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout(
    State(auth): State<JwtAuth>,
    Jwt(token): Jwt<Registered>,
) -> Result<StatusCode, AuthError> {
    auth.logout(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn authority(store: impl TokenStore) -> JwtAuthBuilder {
    JwtAuth::builder().secret(SECRET).store(store)
}

pub(crate) fn router(auth: JwtAuth) -> Router {
    Router::new()
        .route("/login", post(login))
        .route("/me", get(me))
        .route("/refresh", post(refresh))
        .route("/revoke", post(revoke))
        .route("/logout", post(logout))
        .with_state(auth)
}

/// Where a node is, and a client of it.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    client: Client,
    pub(crate) url: String,
}

/// A node in this process; it stops when this is dropped.
#[derive(Debug)]
pub(crate) struct LocalNode {
    pub(crate) node: Node,
    server: JoinHandle<()>,
}

impl Drop for LocalNode {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl LocalNode {
    pub(crate) async fn start(store: impl TokenStore) -> Self {
        Self::serve(authority(store)).await
    }

    pub(crate) async fn serve(authority: JwtAuthBuilder) -> Self {
        let app = router(authority.build().expect("a good configuration"));
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        let listener = socket.listen(WAITING_CONNECTIONS).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the listener works");
        });
        Self { node: Node::at(url), server }
    }
}

/// What a node answered; status 0 if nothing.
pub(crate) struct Answer {
    pub(crate) status: u16,
    body: Value,
}

impl Answer {
    /// An access and a refresh token.
    pub(crate) fn tokens(&self) -> Tokens {
        let token = |name: &str| self.body[name].as_str().unwrap_or_default().to_owned();
        Tokens { access: token("access_token"), refresh: token("refresh_token") }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Node {
    pub(crate) fn at(url: String) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { client, url }
    }

    pub(crate) async fn login(&self, tally: &Tally, subject: &str) -> Answer {
        self.ask(tally, self.client.post(self.path("/login")).body(subject.to_owned())).await
    }

    pub(crate) async fn me(&self, tally: &Tally, token: &str) -> u16 {
        self.ask(tally, self.client.get(self.path("/me")).bearer_auth(token)).await.status
    }

    pub(crate) async fn refresh(&self, tally: &Tally, token: &str) -> Answer {
        self.ask(tally, self.client.post(self.path("/refresh")).bearer_auth(token)).await
    }

    pub(crate) async fn revoke(&self, tally: &Tally, token: &str) -> u16 {
        self.ask(tally, self.client.post(self.path("/revoke")).bearer_auth(token)).await.status
    }

    pub(crate) async fn logout(&self, tally: &Tally, token: &str) -> u16 {
        self.ask(tally, self.client.post(self.path("/logout")).bearer_auth(token)).await.status
    }

    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    async fn ask(&self, tally: &Tally, request: RequestBuilder) -> Answer {
        let began = Instant::now();
        let answered = async {
            let response = request.timeout(Duration::from_secs(5)).send().await?;
            let status = response.status().as_u16();
            let body = response.bytes().await?;
            Ok::<_, reqwest::Error>((status, body))
        };
        let (status, body) = answered.await.unwrap_or_default();
        tally.count(status, began);
        Answer { status, body: serde_json::from_slice(&body).unwrap_or_default() }
    }
}
