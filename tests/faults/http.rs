//! A guarded service over HTTP while its Redis is killed and restarted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use jwt_runtime::{AuthError, Jwt, JwtAuth, RedisStore, RefreshJwt, Registered, TokenPair};
use jwt_tests::redis::RedisServer;
use reqwest::{Client, RequestBuilder};
use serde_json::{Map, Value, json};

use super::wait_for;

const SECRET: &[u8] = b"tests/faults: 48 bytes that nobody has to guess.";

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

async fn logout(
    State(auth): State<JwtAuth>,
    Jwt(token): Jwt<Registered>,
) -> Result<StatusCode, AuthError> {
    auth.logout(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One node of the service, and a client of it.
#[derive(Clone)]
struct Service {
    client: Client,
    url: String,
}

impl Service {
    async fn start(server: &RedisServer) -> Self {
        let store = RedisStore::lazy(&server.url()).unwrap();
        let auth = JwtAuth::builder().secret(SECRET).store(store).build().unwrap();
        let app = Router::new()
            .route("/login", post(login))
            .route("/me", get(me))
            .route("/refresh", post(refresh))
            .route("/logout", post(logout))
            .with_state(auth);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { client: Client::new(), url }
    }

    async fn login(&self, subject: &str) -> Answer {
        answer(self.client.post(format!("{}/login", self.url)).body(subject.to_owned())).await
    }

    async fn me(&self, token: &str) -> Answer {
        answer(self.client.get(format!("{}/me", self.url)).bearer_auth(token)).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        answer(self.client.post(format!("{}/refresh", self.url)).bearer_auth(token)).await
    }

    async fn logout(&self, token: &str) -> Answer {
        answer(self.client.post(format!("{}/logout", self.url)).bearer_auth(token)).await
    }
}

struct Answer {
    status: u16,
    retry_after: bool,
    body: Value,
}

impl Answer {
    fn token(&self, name: &str) -> String {
        self.body[name].as_str().expect("a token").to_owned()
    }

    /// The service said that it cannot know, as RFC 9110 has it.
    fn is_unavailable(&self) -> bool {
        let is_503 = self.status == 503;
        assert!(!is_503 || self.retry_after, "503 without `Retry-After`");
        is_503
    }
}

async fn answer(request: RequestBuilder) -> Answer {
    let response = request.timeout(Duration::from_secs(5)).send().await.expect("an answer in time");
    Answer {
        status: response.status().as_u16(),
        retry_after: response.headers().contains_key("retry-after"),
        body: response.json().await.unwrap_or_default(),
    }
}

/// What the clients have seen.
#[derive(Default)]
struct Seen {
    requests: AtomicUsize,
    unavailable: AtomicUsize,
    logouts: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_outage_lets_a_revoked_token_in_or_a_good_one_out() {
    const CLIENTS: usize = 8;
    let mut server = RedisServer::durable();
    let nodes = [Service::start(&server).await, Service::start(&server).await];
    let seen = Arc::new(Seen::default());
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (nodes, seen, stop) = (nodes.clone(), Arc::clone(&seen), Arc::clone(&stop));
            tokio::spawn(async move {
                for round in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    visit(&nodes, &format!("{number}-{round}"), &seen).await;
                }
            })
        })
        .collect();

    for _ in 0..3 {
        wait_for(&seen.logouts, 20).await;
        server.kill();
        wait_for(&seen.unavailable, 50).await;
        server.restart();
    }
    wait_for(&seen.logouts, 20).await;
    server.stop();
    wait_for(&seen.unavailable, CLIENTS).await;
    server.cont();
    wait_for(&seen.logouts, 20).await;
    stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    let count = |seen: &AtomicUsize| seen.load(Ordering::SeqCst);
    println!(
        "{} requests, {} of them 503, {} acknowledged logouts, no revoked token accepted",
        count(&seen.requests),
        count(&seen.unavailable),
        count(&seen.logouts)
    );
}

/// One visit of a user: every answer is the right one or 503, and what was answered holds.
async fn visit([first, second]: &[Service; 2], subject: &str, seen: &Seen) {
    let count = |answer: &Answer| {
        seen.requests.fetch_add(1, Ordering::SeqCst);
        seen.unavailable.fetch_add(usize::from(answer.is_unavailable()), Ordering::SeqCst);
    };

    let pair = first.login(subject).await;
    count(&pair);
    if pair.is_unavailable() {
        return;
    }
    assert_eq!(pair.status, 200, "{subject}: login");
    let (access, refresh) = (pair.token("access_token"), pair.token("refresh_token"));

    for node in [second, first] {
        let me = node.me(&access).await;
        count(&me);
        assert!(me.status == 200 || me.is_unavailable(), "{subject}: {} for a token", me.status);
    }

    let refreshed = second.refresh(&refresh).await;
    count(&refreshed);
    assert!(
        refreshed.status == 200 || refreshed.is_unavailable(),
        "{subject}: {} for a refresh token",
        refreshed.status
    );

    let logout = first.logout(&access).await;
    count(&logout);
    if logout.is_unavailable() {
        return;
    }
    assert_eq!(logout.status, 204, "{subject}: logout");
    seen.logouts.fetch_add(1, Ordering::SeqCst);
    for node in [second, first] {
        let me = node.me(&access).await;
        count(&me);
        assert!(me.status == 401 || me.is_unavailable(), "{subject}: {} after logout", me.status);
        let refreshed = node.refresh(&refresh).await;
        count(&refreshed);
        assert!(
            refreshed.status == 401 || refreshed.is_unavailable(),
            "{subject}: {} for a refresh token after logout",
            refreshed.status
        );
    }
}
