//! Bodies that a guard has read: as long as they may be, and to the handler as if nobody had.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::CONTENT_LOCATION;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::post;
use axum::{Json, Router};
use http_body::Frame;
use jwt_runtime::{
    Claims, JwtAuth, MemoryStore, RefreshToken, TokenLocation, jwt_required, refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::request_malformed;
use serde_json::{Value, json};

#[derive(Claims)]
struct User {
    sub: String,
}

#[refresh_required(locations(json, form))]
async fn refresh(#[token] _old: RefreshToken<User>, request: Request) -> Json<Value> {
    Json(seen(request).await)
}

#[jwt_required]
async fn unread(#[claims] _: User, request: Request) -> Json<Value> {
    Json(seen(request).await)
}

/// All that a handler can see of a body.
async fn seen(request: Request) -> Value {
    let mut body = request.into_body();
    let announced = [body.size_hint().lower(), body.size_hint().upper().unwrap_or(u64::MAX)];
    let was_over = body.is_end_stream();
    let (mut data, mut trailers) = (Vec::new(), Vec::new());
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        match frame.expect("a body that does not break off").into_data() {
            Ok(piece) => data.extend_from_slice(&piece),
            Err(frame) => trailers.extend(frame.into_trailers().expect("nothing else is left")),
        }
    }
    let trailers = trailers.into_iter().map(|(name, value)| {
        let name = name.map(|name| name.to_string());
        (name.unwrap_or_default(), value.to_str().unwrap_or_default().to_owned())
    });
    json!({
        "announced": announced,
        "was_over": was_over,
        "is_over": body.is_end_stream(),
        "left": body.size_hint().exact(),
        "data": String::from_utf8_lossy(&data),
        "trailers": trailers.collect::<Vec<_>>(),
    })
}

async fn app() -> (App, String, String) {
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(MemoryStore::new()));
    let twice: Router<JwtAuth> = Router::new()
        .route("/twice", post(refresh))
        .route_layer(auth.require_refresh().locations(&[TokenLocation::Json]));
    let router = twice.route("/refresh", post(refresh)).route("/unread", post(unread));
    let router = router.with_state(auth.clone()).layer(auth.layer());
    let pair = auth.login(&User { sub: "alice".into() }).await.expect("a login");
    let [access, refresh] = [pair.access_token(), pair.refresh_token()];
    let tokens = [access.as_str().to_owned(), refresh.as_str().to_owned()];
    let [access, refresh] = tokens;
    (App::serve(auth, clock, router).await, access, refresh)
}

/// A body that does not know its length, and must not be asked for more than it has.
struct Pieces {
    left: VecDeque<Frame<Bytes>>,
    is_over: bool,
}

impl Pieces {
    fn of(text: &str, trailers: Option<HeaderMap>) -> Self {
        let pieces = text.as_bytes().chunks(100).map(Bytes::copy_from_slice).map(Frame::data);
        Self { left: pieces.chain(trailers.map(Frame::trailers)).collect(), is_over: false }
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        assert!(!self.is_over, "polled after its end");
        let frame = self.left.pop_front();
        self.is_over = frame.is_none();
        Poll::Ready(frame.map(Ok))
    }
}

/// The access token is for the guard that reads no bodies.
fn request(path: &str, body: Body, access: &str) -> Request {
    let request = Request::builder().method("POST").uri(path);
    let request = request.header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {access}"));
    request.body(body).expect("a request")
}

/// hyper's own may be; what a middleware has made need not.
#[tokio::test]
async fn body_is_not_polled_after_its_end() {
    let (app, access, refresh) = app().await;
    let text = json!({ "refresh_token": refresh }).to_string();
    for path in ["/refresh", "/twice"] {
        let body = Body::new(Pieces::of(&text, None));
        let reply = app.oneshot(request(path, body, &access)).await.assert_status(200);
        assert_eq!(reply.text("data"), text, "{path}");
    }
}

#[tokio::test]
async fn trailers_are_the_handlers() {
    let (app, access, refresh) = app().await;
    let text = json!({ "refresh_token": refresh }).to_string();
    let trailers = HeaderMap::from_iter([(CONTENT_LOCATION, HeaderValue::from_static("/7"))]);
    for path in ["/refresh", "/twice", "/unread"] {
        let body = Body::new(Pieces::of(&text, Some(trailers.clone())));
        let request = request(path, body, &access);
        let reply = app.oneshot(request).await.assert_status(200).json();
        assert_eq!(reply["trailers"], json!([["content-location", "/7"]]), "{path}");
        assert_eq!(reply["data"], text, "{path}");
        assert_eq!(reply["is_over"], true, "{path}");
    }
}

/// What was read counts as not read yet.
#[tokio::test]
async fn length_and_end_are_those_of_the_whole_body() {
    let (app, access, refresh) = app().await;
    let text = json!({ "refresh_token": refresh }).to_string();
    let whole = || Body::from(text.clone());
    let pieces = || Body::new(Pieces::of(&text, None));
    let (known, unknown) = (json!([text.len(), text.len()]), json!([0, u64::MAX]));
    for (path, body, announced) in [
        ("/refresh", whole(), &known),
        ("/twice", whole(), &known),
        // All of it is there now, so its length is known.
        ("/refresh", pieces(), &known),
        ("/unread", whole(), &known),
        ("/unread", pieces(), &unknown),
    ] {
        let reply = app.oneshot(request(path, body, &access)).await.assert_status(200).json();
        assert_eq!(&reply["announced"], announced, "{path}");
        assert_eq!(reply["was_over"], false, "{path}");
        assert_eq!(reply["data"], text, "{path}");
        assert_eq!((&reply["left"], &reply["is_over"]), (&json!(0), &json!(true)), "{path}");
    }
    let reply = app.oneshot(request("/unread", Body::empty(), &access)).await.json();
    assert_eq!((&reply["announced"], &reply["was_over"]), (&json!([0, 0]), &json!(true)));
}

/// Nobody is known yet when it is read, and it says nothing of its length.
#[tokio::test]
async fn long_body_in_pieces_is_not_read_to_its_end() {
    let (app, access, refresh) = app().await;
    for (filler, is_read) in [(60_000, true), (70_000, false)] {
        let text = json!({ "filler": "x".repeat(filler), "refresh_token": refresh }).to_string();
        for path in ["/refresh", "/twice"] {
            let body = Body::new(Pieces::of(&text, None));
            let reply = app.oneshot(request(path, body, &access)).await;
            match is_read {
                true => assert_eq!(reply.assert_status(200).text("data"), text),
                false => request_malformed().assert(&reply),
            }
        }
        let mut chunked = String::from(
            "POST /refresh HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        );
        for piece in text.as_bytes().chunks(1000) {
            let piece = String::from_utf8_lossy(piece);
            chunked += &format!("{:x}\r\n{piece}\r\n", piece.len());
        }
        let reply = app.raw(chunked + "0\r\n\r\n").await.expect("an answer");
        match is_read {
            true => assert_eq!(reply.assert_status(200).text("data"), text),
            false => request_malformed().assert(&reply),
        }
    }
}

/// It never ends, and is refused all the same.
#[tokio::test]
async fn body_without_an_end_is_refused() {
    struct Endless(usize);

    impl HttpBody for Endless {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.0 += 1000;
            assert!(self.0 < 100_000, "it is read on");
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 1000])))))
        }
    }

    let (app, access, _) = app().await;
    let reply = app.oneshot(request("/refresh", Body::new(Endless(0)), &access)).await;
    request_malformed().assert(&reply);
}
