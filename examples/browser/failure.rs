//! Why something was not done, and how the API says so. Pages say it in [`crate::pages`].

use std::fmt::Display;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jwt_runtime::AuthError;
use serde_json::json;

/// What it prints is for people, and has no details.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A refusal of the library's, which knows best how to answer it.
    #[error(transparent)]
    Auth(AuthError),
    /// A field is not in order; the text says which.
    #[error("{0}")]
    Invalid(&'static str),
    #[error("The body is not the JSON that was asked for.")]
    Body(JsonRejection),
    #[error("There is an account with this e-mail address already.")]
    EmailTaken,
    /// Which of the two is not told.
    #[error("The e-mail address or the password is wrong.")]
    CredentialsWrong,
    #[error("You are logged in on as many devices as you may be. Log out on one of them first.")]
    TooManyDevices,
    #[error("This account does not exist any more.")]
    NoSuchUser,
    #[error("This device is not logged in.")]
    NoSuchDevice,
    /// The database did not do what it was asked; the log has the reason.
    #[error("Something went wrong on our side.")]
    Database,
    #[error("Something went wrong on our side.")]
    Internal,
}

impl Failure {
    pub(crate) fn internal(error: impl Display) -> Self {
        tracing::error!(%error, "this should not happen");
        Self::Internal
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Auth(error) => error.status(),
            Self::Body(rejection) => rejection.status(),
            Self::Invalid(_) | Self::CredentialsWrong => StatusCode::BAD_REQUEST,
            Self::EmailTaken => StatusCode::CONFLICT,
            Self::TooManyDevices => StatusCode::FORBIDDEN,
            Self::NoSuchUser | Self::NoSuchDevice => StatusCode::NOT_FOUND,
            Self::Database => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Auth(error) => error.code(),
            Self::Invalid(_) => "field_invalid",
            Self::Body(_) => "body_invalid",
            Self::EmailTaken => "email_taken",
            Self::CredentialsWrong => "credentials_invalid",
            Self::TooManyDevices => "session_limit_reached",
            Self::NoSuchUser => "user_unknown",
            Self::NoSuchDevice => "device_unknown",
            Self::Database => "database_unavailable",
            Self::Internal => "internal_error",
        }
    }

    /// Whether it is something to say in the form that was sent, for another try.
    pub(crate) fn form_status(&self) -> Option<StatusCode> {
        match self {
            Self::Invalid(_) | Self::EmailTaken | Self::CredentialsWrong | Self::TooManyDevices => {
                Some(self.status())
            }
            _ => None,
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = Json(json!({ "code": self.code(), "message": self.to_string() }));
        match self {
            Self::Auth(error) => error.into_response(),
            failure => (failure.status(), body).into_response(),
        }
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::SessionLimitReached => Self::TooManyDevices,
            error => Self::Auth(error),
        }
    }
}

impl From<JsonRejection> for Failure {
    fn from(rejection: JsonRejection) -> Self {
        Self::Body(rejection)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the database failed");
        Self::Database
    }
}
