//! The pages for those who are logged in.

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::Redirect;
use jwt_runtime::{AccessToken, CsrfToken, JwtAuth, Registered, TokenCookies, jwt_required};
use maud::Markup;
use serde::Deserialize;

use crate::devices;
use crate::failure::Failure;
use crate::users::{Account, User};
use crate::views::{self, Visit, Visitor};

fn visitor<'a>(account: &'a Account, token: &'a Registered) -> Visitor<'a> {
    let csrf = token.csrf.as_ref().map(CsrfToken::as_str).unwrap_or_default();
    Visitor { name: &account.name, email: &account.email, csrf }
}

#[jwt_required]
pub(super) async fn dashboard(
    #[token] token: AccessToken<User>,
    #[user] account: Account,
    headers: HeaderMap,
) -> Markup {
    let token = token.registered();
    let now = devices::now();
    let visit = Visit {
        issued_at: token.iat.unwrap_or(now),
        expires_at: token.exp,
        logged_in_at: token.auth_time.unwrap_or(now),
        now,
        device: devices::label(&headers),
    };
    views::dashboard(&visitor(&account, token), &visit)
}

#[jwt_required]
pub(super) async fn devices(
    #[token] token: AccessToken<User>,
    #[user] account: Account,
    State(auth): State<JwtAuth>,
) -> Result<Markup, Failure> {
    let token = token.registered();
    let devices = devices::of(&auth, token).await?;
    Ok(views::device_list(&visitor(&account, token), &devices, devices::now()))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct End {
    sid: String,
}

/// One that has ended meanwhile is what was wanted.
#[jwt_required]
pub(super) async fn end(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
    Form(given): Form<End>,
) -> Result<Redirect, Failure> {
    auth.end_session(&token.sub, &given.sid).await?;
    Ok(Redirect::to("/devices"))
}

#[jwt_required]
pub(super) async fn end_others(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<Redirect, Failure> {
    auth.logout_others(&token).await?;
    Ok(Redirect::to("/devices"))
}

#[jwt_required]
pub(super) async fn log_out(
    #[claims] token: Registered,
    State(auth): State<JwtAuth>,
) -> Result<(TokenCookies, Redirect), Failure> {
    auth.logout(&token).await?;
    Ok((auth.unset_cookies(), Redirect::to("/login")))
}
