//! The JSON API. Its cookies are set by the login and the refresh; no token is in a body.

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use jwt_runtime::{
    AccessToken, JwtAuth, RefreshToken, Registered, SameOrigin, SecureRouter, TokenCookies,
    jwt_required, refresh_required,
};
use serde_json::{Value, json};

use crate::App;
use crate::devices::{self, Device};
use crate::failure::Failure;
use crate::sign_up::{LogIn, SignUp};
use crate::socket;
use crate::users::{Account, User, Users};

/// What has no guard is public in plain sight.
pub(crate) fn routes() -> Router<App> {
    SecureRouter::new()
        .public("/api/auth/register", post(register))
        .public("/api/auth/login", post(log_in))
        .post("/api/auth/refresh", refresh)
        .post("/api/auth/logout", log_out)
        .get("/api/dashboard", dashboard)
        .get("/api/devices", list_devices)
        .delete("/api/devices", end_others)
        .delete("/api/devices/{sid}", end)
        .get("/ws", socket::open)
        .into_router()
}

type Body<T> = Result<Json<T>, JsonRejection>;
type Answer<T> = Result<T, Failure>;
type WithCookies = (TokenCookies, Json<Value>);

async fn register(
    _: SameOrigin,
    State(app): State<App>,
    body: Body<SignUp>,
) -> Answer<impl IntoResponse> {
    let Json(given) = body?;
    Ok((StatusCode::CREATED, Json(app.sign_up(given).await?)))
}

/// [`SameOrigin`], since another site could log a visitor in as somebody else.
async fn log_in(
    _: SameOrigin,
    State(app): State<App>,
    headers: HeaderMap,
    body: Body<LogIn>,
) -> Answer<WithCookies> {
    let Json(given) = body?;
    let pair = app.log_in(given, &headers).await?;
    Ok((app.auth.set_cookies(&pair)?, Json(json!({ "status": "success" }))))
}

/// Asks for the user too: who was deleted gets no new tokens.
#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<User>,
    #[user] _: Account,
    State(auth): State<JwtAuth>,
) -> Answer<WithCookies> {
    let pair = auth.rotate(old).await?;
    let body = json!({
        "status": "success",
        "expires_at": pair.access_token().expires_at(),
        "expires_in": pair.expires_in(),
    });
    Ok((auth.set_cookies(&pair)?, Json(body)))
}

#[jwt_required]
async fn log_out(#[claims] token: Registered, State(auth): State<JwtAuth>) -> Answer<WithCookies> {
    auth.logout(&token).await?;
    Ok((auth.unset_cookies(), Json(json!({ "status": "success" }))))
}

#[jwt_required]
async fn dashboard(#[claims] user: User, State(users): State<Users>) -> Answer<Json<Account>> {
    users.by_id(&user.sub).await?.map(Json).ok_or(Failure::NoSuchUser)
}

#[jwt_required]
async fn list_devices(
    #[token] token: AccessToken<User>,
    #[user] _: Account,
    State(auth): State<JwtAuth>,
) -> Answer<Json<Vec<Device>>> {
    Ok(Json(devices::of(&auth, token.registered()).await?))
}

#[jwt_required]
async fn end(
    #[token] token: AccessToken<User>,
    #[user] _: Account,
    State(auth): State<JwtAuth>,
    Path(sid): Path<String>,
) -> Answer<StatusCode> {
    // Sessions of others are not found either.
    let was_there = auth.end_session(&token.sub, &sid).await?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Failure::NoSuchDevice) }
}

#[jwt_required]
async fn end_others(
    #[token] token: AccessToken<User>,
    #[user] _: Account,
    State(auth): State<JwtAuth>,
) -> Answer<StatusCode> {
    auth.logout_others(&token).await?;
    Ok(StatusCode::NO_CONTENT)
}
