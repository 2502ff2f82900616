//! How a guard says no: in this library's words, or in those of the application.

use axum::response::{IntoResponse, Response};

use crate::error::AuthError;
use crate::trace;

/// A refusal of the guard's own, or the answer of an extractor or a loader that it asked.
#[derive(Debug)]
pub enum GuardRejection {
    /// The guard's own.
    Refused(AuthError),
    /// An extractor of `authorize` or the loader of a user has answered: boxed, as it is rare.
    Answered(Box<Response>),
}

impl GuardRejection {
    /// A refusal after authentication, which has told the log about its own.
    pub(super) fn refused(refusal: AuthError) -> Self {
        trace::refused(&refusal);
        Self::Refused(refusal)
    }

    /// An answer that is not this library's to change.
    pub(super) fn answered(answer: impl IntoResponse) -> Self {
        Self::Answered(Box::new(answer.into_response()))
    }
}

impl From<AuthError> for GuardRejection {
    fn from(refusal: AuthError) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for GuardRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => refusal.into_response(),
            Self::Answered(answer) => *answer,
        }
    }
}
