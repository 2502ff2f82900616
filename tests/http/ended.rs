//! Connections that stay open end when the right of their token does.

use std::time::Duration;

use axum::Router;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::extract::{FromRequestParts, WebSocketUpgrade};
use axum::http::Request;
use axum::response::Response;
use axum::routing::get;
use jwt_runtime::{Claims, Ended, Jwt, JwtAuth, JwtAuthBuilder, MemoryStore, Token, jwt_required};
use jwt_tests::app::{App, authority};
use jwt_tests::counting::Counting;
use jwt_tests::keys::SECRET;
use jwt_tests::routes::session;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Claims)]
pub(crate) struct User {
    pub(crate) sub: String,
}

#[jwt_required(locations(websocket))]
async fn live(#[claims] token: Token<User>, upgrade: WebSocketUpgrade) -> Response {
    let ended = token.ended();
    upgrade.protocols(["bearer"]).on_upgrade(|socket| stay(socket, ended))
}

#[jwt_required(locations(websocket), skip_revocation)]
async fn live_unasked(#[claims] token: Token<User>, upgrade: WebSocketUpgrade) -> Response {
    let ended = token.ended();
    upgrade.protocols(["bearer"]).on_upgrade(|socket| stay(socket, ended))
}

/// Whether its right is over at once.
#[jwt_required(skip_revocation)]
async fn stands_unasked(#[claims] token: Token<User>) -> String {
    tokio::select! {
        biased;
        why = token.ended() => format!("{why:?}"),
        () = std::future::ready(()) => "it goes on".to_owned(),
    }
}

/// Says hello and stays open for as long as it may.
async fn stay(mut socket: WebSocket, ended: impl Future<Output = Ended>) {
    if socket.send(Message::Text("hello".into())).await.is_err() {
        return;
    }
    let why = ended.await;
    let close = CloseFrame { code: why.close_code(), reason: why.reason().into() };
    // The client may have gone meanwhile.
    let _ = socket.send(Message::Close(Some(close))).await;
}

async fn app(configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> App {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).watch_interval(Duration::from_millis(10));
        configure(builder)
    });
    let routes = Router::new()
        .route("/live", get(live))
        .route("/live-unasked", get(live_unasked))
        .route("/stands-unasked", get(stands_unasked))
        .merge(session::routes());
    App::serve(auth.clone(), clock, routes.with_state(auth)).await
}

/// An open WebSocket, read by hand: the server's frames are short and not masked.
struct Socket(TcpStream);

impl Socket {
    async fn open(app: &App, token: &str) -> Self {
        Self::open_at(app, "/live", token).await
    }

    async fn open_at(app: &App, path: &str, token: &str) -> Self {
        let mut stream = TcpStream::connect(app.address).await.expect("the server listens");
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: bearer, {token}\r\n\r\n",
            app.address
        );
        stream.write_all(head.as_bytes()).await.expect("the request is sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.expect("an answer"));
        }
        let answer = String::from_utf8(answer).expect("text").to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 101 "), "{answer}");
        assert!(answer.contains("sec-websocket-protocol: bearer\r\n"), "{answer}");
        let mut socket = Self(stream);
        assert_eq!(socket.frame().await, (0x81, b"hello".to_vec()));
        socket
    }

    async fn frame(&mut self) -> (u8, Vec<u8>) {
        let [opcode, length] = [self.byte().await, self.byte().await];
        let mut payload = Vec::new();
        for _ in 0..length {
            payload.push(self.byte().await);
        }
        (opcode, payload)
    }

    async fn byte(&mut self) -> u8 {
        let byte = tokio::time::timeout(Duration::from_secs(20), self.0.read_u8());
        byte.await.expect("the socket is closed in time").expect("a byte")
    }

    /// The code and the reason that it is closed with.
    async fn closed(&mut self) -> (u16, String) {
        let (opcode, payload) = self.frame().await;
        assert_eq!(opcode, 0x88, "a close frame: {payload:?}");
        let reason = String::from_utf8(payload[2..].to_vec()).expect("text");
        (u16::from_be_bytes([payload[0], payload[1]]), reason)
    }
}

/// A token as a guard hands it over.
pub(crate) async fn verified(auth: &JwtAuth) -> Token<User> {
    let pair = auth.login(&User { sub: "alice".into() }).await.expect("a login");
    let bearer = format!("Bearer {}", pair.access_token().as_str());
    let request = Request::builder().header("authorization", bearer).body(()).expect("a request");
    let (mut parts, ()) = request.into_parts();
    let Jwt(token) = Jwt::from_request_parts(&mut parts, auth).await.expect("a good token");
    token
}

/// Lets time pass, in steps that others can follow.
pub(crate) async fn pass(duration: Duration) {
    let step = Duration::from_millis(100);
    for _ in 0..duration.as_millis() / step.as_millis() {
        tokio::time::advance(step).await;
        tokio::task::yield_now().await;
    }
}

fn closed(code: u16, reason: &str) -> (u16, String) {
    (code, reason.to_owned())
}

#[tokio::test]
async fn logout_ends_the_connections_of_its_session_and_no_others() {
    let app = app(|builder| builder.store(MemoryStore::new())).await;
    let (first, second) = (app.login("alice").await, app.login("alice").await);
    let mut sockets = Vec::new();
    for token in [&first.access, &first.access, &second.access] {
        sockets.push(Socket::open(&app, token).await);
    }
    app.post("/logout", &first.access).await.assert_status(204);
    for socket in &mut sockets[..2] {
        assert_eq!(socket.closed().await, closed(1008, "token_revoked"));
    }
    app.post("/logout-all", &second.access).await.assert_status(204);
    assert_eq!(sockets[2].closed().await, closed(1008, "token_revoked"));
}

#[tokio::test]
async fn revoked_token_ends_its_connection() {
    let app = app(|builder| builder.store(MemoryStore::new())).await;
    let pair = app.login("alice").await;
    let mut socket = Socket::open(&app, &pair.access).await;
    app.post("/revoke", &pair.access).await.assert_status(204);
    assert_eq!(socket.closed().await, closed(1008, "token_revoked"));
}

#[tokio::test]
async fn connection_ends_when_its_token_expires() {
    for leeway in [0, 30] {
        let app =
            app(|builder| builder.store(MemoryStore::new()).leeway(Duration::from_secs(leeway)))
                .await;
        let pair = app.login("alice").await;
        app.clock.advance(Duration::from_secs(899 + leeway));
        let mut socket = Socket::open(&app, &pair.access).await;
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(socket.closed().await, closed(3000, "token_expired"));
    }
}

#[tokio::test]
async fn without_a_store_only_the_expiry_ends_it() {
    let app = app(|builder| builder).await;
    let pair = app.login("alice").await;
    let mut socket = Socket::open(&app, &pair.access).await;
    app.clock.advance(Duration::from_secs(900));
    assert_eq!(socket.closed().await, closed(3000, "token_expired"));
}

/// As the guard has it; a token of somebody else's session would have ended at once.
#[tokio::test]
async fn behind_a_guard_that_does_not_ask_only_the_expiry_ends_it() {
    let app = app(|builder| builder.store(MemoryStore::new())).await;
    let pair = app.login("alice").await;
    app.post("/logout", &pair.access).await.assert_status(204);
    assert_eq!(app.get("/stands-unasked", &pair.access).await.body, "it goes on");
    let mut socket = Socket::open_at(&app, "/live-unasked", &pair.access).await;
    app.clock.advance(Duration::from_secs(900));
    assert_eq!(socket.closed().await, closed(3000, "token_expired"));
}

/// A refresh makes a new token and leaves the old one good: nothing has ended.
#[tokio::test]
async fn refresh_does_not_end_it() {
    let app = app(|builder| builder.store(MemoryStore::new())).await;
    let pair = app.login("alice").await;
    let mut socket = Socket::open(&app, &pair.access).await;
    app.rotate(&pair.refresh).await;
    app.clock.advance(Duration::from_secs(900));
    assert_eq!(socket.closed().await, closed(3000, "token_expired"));
}

#[test]
fn interval_of_nothing_is_refused() {
    let built = |milliseconds| {
        let builder = JwtAuth::builder().secret(SECRET).store(MemoryStore::new());
        builder.watch_interval(Duration::from_millis(milliseconds)).build()
    };
    built(10).expect("often, and not all the time");
    let error = built(9).expect_err("as good as all the time");
    assert!(error.to_string().starts_with("`watch_interval`: "), "{error}");
}

#[test]
fn each_end_has_a_code_and_a_reason() {
    for (ended, code, reason) in [
        (Ended::Expired, 3000, "token_expired"),
        (Ended::Revoked, 1008, "token_revoked"),
        (Ended::StoreUnavailable, 1013, "store_unavailable"),
    ] {
        assert_eq!((ended.close_code(), ended.reason()), (code, reason));
    }
}

/// A store is asked as often as was chosen, and no more.
#[tokio::test(start_paused = true)]
async fn interval_is_what_is_configured() {
    for (interval, asked) in [(None, 20), (Some(Duration::from_secs(2)), 5)] {
        let store = Counting::default();
        let (auth, _clock) = authority(|builder| {
            let builder = builder.secret(SECRET).store(store.clone());
            match interval {
                Some(interval) => builder.watch_interval(interval),
                None => builder,
            }
        });
        let token = verified(&auth).await;
        store.reset();
        let ended = tokio::spawn(token.ended());
        pass(Duration::from_millis(9_900)).await;
        assert_eq!(store.questions(), asked, "{interval:?}");
        ended.abort();
    }
}
