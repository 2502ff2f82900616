//! What is counted for the operator, and under which name; nothing without the feature `metrics`.
//!
//! Names follow the conventions of Prometheus. No label has a value that a client can choose, so
//! the number of series is fixed.

#[cfg(feature = "metrics")]
use std::time::Duration;

#[cfg(feature = "metrics")]
macro_rules! count {
    ($name:literal $(, $label:literal => $value:expr)*) => {
        metrics::counter!($name $(, $label => $value)*).increment(1)
    };
}

#[cfg(not(feature = "metrics"))]
macro_rules! count {
    ($name:literal $(, $label:literal => $value:expr)*) => {{
        $(let _: &'static str = $value;)*
    }};
}

/// A guard has accepted a token.
pub(crate) fn accepted() {
    count!("jwt_accepted_total");
}

/// A guard refused a request, for the reason with this code.
pub(crate) fn refused(code: &'static str) {
    count!("jwt_refused_total", "code" => code);
}

/// A guard accepted an access token without knowing whether it was revoked: the store was down.
pub(crate) fn accepted_unchecked() {
    count!("jwt_accepted_unchecked_total");
}

/// A session was to be opened, with this outcome.
pub(crate) fn session_opened(outcome: &'static str) {
    count!("jwt_sessions_opened_total", "outcome" => outcome);
}

/// A refresh token was presented to be rotated, with this outcome.
pub(crate) fn rotation(outcome: &'static str) {
    count!("jwt_rotations_total", "outcome" => outcome);
}

/// A refresh token was presented for a second time.
pub(crate) fn reused() {
    count!("jwt_reuses_total");
}

/// Something was revoked: a token, a session, the other sessions, a subject, everything.
pub(crate) fn revoked(what: &'static str) {
    count!("jwt_revocations_total", "what" => what);
}

/// The store was asked, and answered or failed after so long.
#[cfg(feature = "metrics")]
pub(crate) fn store_asked(operation: &'static str, outcome: &'static str, took: Duration) {
    metrics::histogram!("jwt_store_seconds", "operation" => operation, "outcome" => outcome)
        .record(took);
}
