//! The pages. They work without JavaScript: whatever changes something is a form.

mod entrance;
mod inside;
mod refusal;

use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Router, middleware};
use jwt_runtime::{SameOrigin, SecureRouter};

use crate::App;

pub(crate) fn routes(app: &App) -> Router<App> {
    let pages = SecureRouter::new()
        .public("/", get(entrance::start))
        .public("/signup", get(entrance::sign_up_page))
        .public("/login", get(entrance::log_in_page))
        .get("/dashboard", inside::dashboard)
        .get("/devices", inside::devices);
    let forms = SecureRouter::new()
        .public("/signup", post(entrance::sign_up))
        .public("/login", post(entrance::log_in))
        .post("/logout", inside::log_out)
        .post("/devices/end", inside::end)
        .post("/devices/end-others", inside::end_others);
    // No form of another site does anything here, whether somebody is logged in or not.
    let same_origin = middleware::from_extractor_with_state::<SameOrigin, _>(app.clone());
    Router::from(pages)
        .merge(forms.into_router().route_layer(same_origin))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(middleware::from_fn_with_state(app.clone(), refusal::as_page))
}
