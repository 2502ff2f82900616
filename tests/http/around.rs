//! The layer around a router: bodies that are still there, queries that are not, and two of them.

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::Uri;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    Claims, CsrfOptions, JwtAuth, JwtAuthBuilder, MemoryStore, RefreshToken, Registered, Token,
    TokenLocation, jwt_required, refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::client::Reply;
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{csrf_failed, request_malformed, token_invalid, token_missing};
use jwt_tests::routes::session;
use jwt_tests::tokens::claims;
use serde_json::{Value, json};

#[derive(Claims)]
struct User {
    sub: String,
}

#[refresh_required(locations(json, form))]
async fn refresh(#[token] old: RefreshToken<User>, body: Bytes) -> Json<Value> {
    let text = String::from_utf8_lossy(&body).into_owned();
    Json(
        json!({ "sub": old.sub, "location": old.location().expect("a request").as_str(), "body": text }),
    )
}

#[jwt_required(locations(cookie))]
async fn note(#[claims] user: User, form: String) -> String {
    let text = form.strip_prefix("text=").and_then(|rest| rest.split('&').next());
    format!("{}: {}", user.sub, text.unwrap_or_default().len())
}

#[jwt_required(locations(header, query))]
async fn shown(
    #[claims] token: Token<User>,
    uri: Uri,
    OriginalUri(original): OriginalUri,
) -> String {
    format!("{} {} {uri} {original}", token.sub, token.location().expect("a request"))
}

#[jwt_required(locations(query))]
async fn layered_refusal(#[claims] _: Registered) {}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/refresh/body", post(refresh))
        .route("/note", post(note))
        .route("/shown", get(shown))
        .nest("/below", Router::new().route("/shown", get(shown)))
        .route("/query", get(layered_refusal))
        .merge(session::routes())
}

fn configured(builder: JwtAuthBuilder) -> JwtAuthBuilder {
    let builder = builder.secret(SECRET).store(MemoryStore::new());
    builder
        .locations([TokenLocation::Header, TokenLocation::Cookie])
        .csrf(CsrfOptions::new().check_form())
}

async fn app() -> App {
    let (auth, clock) = authority(configured);
    let router = routes().with_state(auth.clone()).layer(auth.layer());
    App::serve(auth, clock, router).await
}

async fn send(app: &App, draft: Draft, path: &str) -> Reply {
    draft.send(app, path).await.expect("an answer")
}

#[tokio::test]
async fn handler_reads_the_body_after_the_guard() {
    let app = app().await;
    let refresh = app.login("alice").await.refresh;
    let json = format!(r#"{{"refresh_token":"{refresh}","device":"phone"}}"#);
    let form = format!("device=phone&refresh_token={refresh}");
    for (draft, location, body) in
        [(Draft::post().json(&json), "json", &json), (Draft::post().form(&form), "form", &form)]
    {
        let reply = send(&app, draft, "/refresh/body").await.assert_status(200);
        assert_eq!(reply.json(), json!({ "sub": "alice", "location": location, "body": body }));
    }
}

/// In pieces, so that the guard has to wait for the rest, and the handler gets all of them.
#[tokio::test]
async fn body_in_pieces_is_read_to_its_end() {
    let app = app().await;
    let refresh = app.login("alice").await.refresh;
    let json = format!(r#"{{"refresh_token":"{refresh}"}}"#);
    let mut request = String::from(
        "POST /refresh/body HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    for piece in json.as_bytes().chunks(100) {
        let piece = String::from_utf8_lossy(piece);
        request += &format!("{:x}\r\n{piece}\r\n", piece.len());
    }
    request += "0\r\n\r\n";
    let reply = app.raw(&request).await.expect("an answer").assert_status(200);
    assert_eq!(reply.text("body"), json);
    // A client that cannot count: the body breaks off after the first piece.
    let (head, _) = request
        .split_once("\r\n64\r\n")
        .and_then(|(_, rest)| {
            let end = request.len() - rest.len() + 102;
            request.split_at_checked(end)
        })
        .expect("a first piece of a hundred bytes");
    request_malformed().assert(&app.raw(format!("{head}zz\r\n")).await.expect("an answer"));
}

#[tokio::test]
async fn body_that_is_too_long_is_malformed() {
    let app = app().await;
    let refresh = app.login("alice").await.refresh;
    for (length, is_read) in [(60_000, true), (70_000, false)] {
        let filler = "x".repeat(length);
        let json = format!(r#"{{"filler":"{filler}","refresh_token":"{refresh}"}}"#);
        let reply = send(&app, Draft::post().json(json), "/refresh/body").await;
        match is_read {
            true => assert_eq!(reply.status, 200),
            false => request_malformed().assert(&reply),
        }
    }
}

#[tokio::test]
async fn form_with_a_csrf_token_is_still_the_handlers() {
    let app = app().await;
    let access = app.login("alice").await.access;
    let csrf = claims(&access)["csrf"].as_str().expect("a claim").to_owned();
    for length in [1, 100_000] {
        let text = "x".repeat(length);
        let form = format!("text={text}&csrf_token={csrf}");
        let draft = Draft::post().cookie(ACCESS_COOKIE, &access).form(form);
        let reply = send(&app, draft, "/note").await.assert_status(200);
        assert_eq!(reply.body, format!("alice: {length}"));
    }
    let long = format!("text={}&csrf_token={csrf}", "x".repeat(1_100_000));
    let draft = Draft::post().cookie(ACCESS_COOKIE, &access).form(long);
    let told = "the form is too long to look for a CSRF token in it: send it in the header \
                `X-CSRF-Token`";
    csrf_failed(told).assert(&send(&app, draft, "/note").await);
}

#[tokio::test]
async fn token_in_the_query_is_seen_by_the_guard_alone() {
    let app = app().await;
    let access = app.login("alice").await.access;
    for (path, uri) in [("/shown", "/shown"), ("/below/shown", "/shown")] {
        let draft = Draft::get().query("a", "1").query("access_token", &access).query("b", "%20");
        let reply = send(&app, draft, path).await.assert_status(200);
        assert_eq!(reply.body, format!("alice query {uri}?a=1&b=%20 {path}?a=1&b=%20"));
        assert_eq!(reply.headers_named("referrer-policy"), ["no-referrer"]);
        assert_eq!(reply.headers_named("cache-control"), ["no-store"]);
    }
    let reply = send(&app, Draft::get().bearer(&access).query("a", "1"), "/shown").await;
    assert_eq!(reply.body, "alice header /shown?a=1 /shown?a=1");
    assert!(reply.headers_named("referrer-policy").is_empty(), "{reply:?}");
    assert!(reply.headers_named("cache-control").is_empty(), "{reply:?}");
    // A refusal is not for others either.
    let reply = send(&app, Draft::get().query("access_token", "x"), "/shown").await;
    assert_eq!(reply.headers_named("referrer-policy"), ["no-referrer"]);
    token_invalid().assert(&reply);
}

#[tokio::test]
async fn without_the_layer_queries_and_bodies_hold_no_token() {
    let (auth, clock) = authority(configured);
    let app = App::serve(auth.clone(), clock, routes().with_state(auth)).await;
    let pair = app.login("alice").await;
    let query = Draft::get().query("access_token", &pair.access);
    token_missing().assert(&send(&app, query, "/query").await);
    let json = Draft::post().json(format!(r#"{{"refresh_token":"{}"}}"#, pair.refresh));
    token_missing().assert(&send(&app, json, "/refresh/body").await);
    let csrf = claims(&pair.access)["csrf"].as_str().expect("a claim").to_owned();
    let form = Draft::post().cookie(ACCESS_COOKIE, &pair.access);
    let reply = send(&app, form.form(format!("text=x&csrf_token={csrf}")), "/note").await;
    assert_eq!((reply.status, reply.text("code").as_str()), (403, "csrf_failed"));
}

#[derive(Clone)]
struct Staff(JwtAuth);

impl std::ops::Deref for Staff {
    type Target = JwtAuth;

    fn deref(&self) -> &JwtAuth {
        &self.0
    }
}

#[jwt_required(auth = Staff, locations(query))]
async fn staff(#[claims] user: User, uri: Uri) -> String {
    format!("{} {uri}", user.sub)
}

#[derive(Clone, axum::extract::FromRef)]
struct Both {
    auth: JwtAuth,
    staff: Staff,
}

async fn staff_login(State(Staff(auth)): State<Staff>) -> String {
    let pair = auth.login(&User { sub: "bob".into() }).await.expect("a login");
    pair.access_token().as_str().to_owned()
}

/// Each authority has a layer of its own, in either order, and neither reads for the other.
#[tokio::test]
async fn two_authorities_have_two_layers() {
    for order in ["customers outside", "staff outside", "customers alone"] {
        let (auth, clock) = authority(configured);
        let (other, _) = authority(|builder| {
            builder.secret("another secret of thirty-two byte").store(MemoryStore::new())
        });
        let state = Both { auth: auth.clone(), staff: Staff(other.clone()) };
        let router: Router = Router::new()
            .route("/shown", get(shown))
            .route("/refresh/body", post(refresh))
            .route("/staff", get(staff))
            .route("/staff/login", post(staff_login))
            .with_state(state);
        let router = match order {
            "customers outside" => router.layer(other.layer()).layer(auth.layer()),
            "staff outside" => router.layer(auth.layer()).layer(other.layer()),
            _ => router.layer(auth.layer()),
        };
        let pair = auth.login(&User { sub: "alice".into() }).await.expect("a login");
        let app = App::serve(auth, clock, router).await;
        let bob = send(&app, Draft::post(), "/staff/login").await.body;
        let asked = Draft::get().query("access_token", pair.access_token().as_str());
        assert!(send(&app, asked, "/shown").await.body.starts_with("alice query"), "{order}");
        let text = format!(r#"{{"refresh_token":"{}"}}"#, pair.refresh_token().as_str());
        let reply = send(&app, Draft::post().json(&text), "/refresh/body").await;
        assert_eq!(reply.assert_status(200).text("body"), text, "{order}");
        let reply = send(&app, Draft::get().query("access_token", &bob), "/staff").await;
        match order {
            "customers alone" => token_missing().assert(&reply),
            _ => assert_eq!(reply.body, "bob /staff", "{order}"),
        }
    }
}
