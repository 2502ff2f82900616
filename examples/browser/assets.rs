//! The files that pages are made up with.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::{MethodRouter, get};

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/style.css", file("text/css; charset=utf-8", include_str!("assets/style.css")))
        .route("/app.js", file("text/javascript; charset=utf-8", include_str!("assets/app.js")))
        .route("/icon.svg", file("image/svg+xml", include_str!("assets/icon.svg")))
}

fn file<S>(content_type: &'static str, text: &'static str) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let headers = [(CONTENT_TYPE, content_type), (CACHE_CONTROL, "max-age=60")];
    get(async move || (headers, text))
}
