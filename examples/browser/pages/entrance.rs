//! Signing up and logging in.

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use jwt_runtime::{AuthError, Jwt, Registered, TokenPair};
use maud::Markup;

use crate::App;
use crate::failure::Failure;
use crate::sign_up::{LogIn, SignUp};
use crate::views;

/// Who asks.
type Who = Result<Jwt<Registered>, AuthError>;

/// A bad token is as good as none here: it keeps nobody from logging in. What cannot be known now
/// is no answer.
fn is_logged_in(who: Who) -> Result<bool, AuthError> {
    match who {
        Ok(_) => Ok(true),
        Err(AuthError::StoreUnavailable) => Err(AuthError::StoreUnavailable),
        Err(_) => Ok(false),
    }
}

pub(super) async fn start(who: Who) -> Result<Redirect, AuthError> {
    Ok(Redirect::to(if is_logged_in(who)? { "/dashboard" } else { "/login" }))
}

pub(super) async fn sign_up_page(who: Who) -> Result<Response, AuthError> {
    unless_logged_in(who, views::sign_up("", "", None))
}

pub(super) async fn log_in_page(who: Who) -> Result<Response, AuthError> {
    unless_logged_in(who, views::log_in("", None))
}

fn unless_logged_in(who: Who, page: Markup) -> Result<Response, AuthError> {
    Ok(match is_logged_in(who)? {
        true => Redirect::to("/dashboard").into_response(),
        false => page.into_response(),
    })
}

/// Whoever signs up is logged in.
pub(super) async fn sign_up(
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<SignUp>,
) -> Result<Response, Failure> {
    let (name, email) = (given.name.clone(), given.email.clone());
    let opened = async {
        let account = app.sign_up(given).await?;
        app.open_session(account, &headers).await
    };
    enter(&app, opened.await, |error| views::sign_up(&name, &email, Some(error)))
}

pub(super) async fn log_in(
    State(app): State<App>,
    headers: HeaderMap,
    Form(given): Form<LogIn>,
) -> Result<Response, Failure> {
    let email = given.email.clone();
    let opened = app.log_in(given, &headers).await;
    enter(&app, opened, |error| views::log_in(&email, Some(error)))
}

/// To the dashboard, or to the form again with what was wrong.
fn enter(
    app: &App,
    opened: Result<TokenPair, Failure>,
    form: impl Fn(&str) -> Markup,
) -> Result<Response, Failure> {
    match opened {
        Ok(pair) => Ok((app.auth.set_cookies(&pair)?, Redirect::to("/dashboard")).into_response()),
        Err(failure) => match failure.form_status() {
            Some(status) => Ok((status, form(&failure.to_string())).into_response()),
            None => Err(failure),
        },
    }
}
