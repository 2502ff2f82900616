//! A website as it is on https, whose cookies browsers take from `http://localhost` too; but with
//! `SameSite=None`, so that nothing stands between an attacker and the token but the library.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{FromRef, State, WebSocketUpgrade};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use jwt_runtime::{
    AuthError, Claims, CookieOptions, CsrfOptions, JwtAuth, SameSite, TokenLocation, jwt_required,
};
use jwt_tests::keys;
use tokio::net::TcpListener;

/// What has been done in somebody's name.
#[derive(Clone, Default)]
pub(super) struct Deeds(Arc<AtomicUsize>);

impl Deeds {
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[derive(Claims)]
struct User {
    sub: String,
}

#[derive(Clone, FromRef)]
struct App {
    auth: JwtAuth,
    deeds: Deeds,
}

/// Logs whoever comes in, on a page with a button.
async fn enter(State(auth): State<JwtAuth>) -> Result<impl IntoResponse, AuthError> {
    let pair = auth.login(&User { sub: "ada".to_owned() }).await?;
    let csrf = pair.access_token().csrf().map_or("", |csrf| csrf.as_str());
    let page = format!(
        r#"<!doctype html><title>Website</title>
        <form method="post" action="/act">
            <input type="hidden" name="csrf_token" value="{csrf}"><button id="act">Act</button>
        </form>"#
    );
    Ok((auth.set_cookies(&pair)?, Html(page)))
}

#[jwt_required]
async fn act(State(deeds): State<Deeds>) -> &'static str {
    deeds.0.fetch_add(1, Ordering::SeqCst);
    "done"
}

#[jwt_required]
async fn listen(State(deeds): State<Deeds>, upgrade: WebSocketUpgrade) -> Response {
    deeds.0.fetch_add(1, Ordering::SeqCst);
    upgrade.on_upgrade(async |_| {})
}

/// Starts it, and returns its origin.
pub(super) async fn start() -> (String, Deeds) {
    let auth = JwtAuth::builder()
        .secret(keys::SECRET)
        .locations([TokenLocation::Cookie])
        .cookies(CookieOptions::new().same_site(SameSite::None))
        .csrf(CsrfOptions::new().check_form())
        .build()
        .expect("an authority");
    let deeds = Deeds::default();
    let app = App { auth: auth.clone(), deeds: deeds.clone() };
    let app = Router::new()
        .route("/", get(enter))
        .route("/act", post(act))
        .route("/ws", get(listen))
        .with_state(app)
        .layer(auth.layer());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (format!("http://localhost:{port}"), deeds)
}
