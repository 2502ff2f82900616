//! What is counted for the operator, and under which name; nothing without the feature `metrics`.
//!
//! Names follow the conventions of Prometheus. No label has a value that a client can choose, so
//! the number of series is fixed.

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

/// A guard let a request in.
pub(crate) fn accepted() {
    count!("jwt_requests_total", "code" => "ok");
}

/// A guard refused a request, for the reason with this code.
pub(crate) fn refused(code: &'static str) {
    count!("jwt_requests_total", "code" => code);
}

/// A guard let an access token in without knowing whether it was revoked: the store was down.
pub(crate) fn accepted_unchecked() {
    count!("jwt_unchecked_requests_total");
}

/// A login opened a session, or was refused for the limit of sessions.
pub(crate) fn login(outcome: &'static str) {
    count!("jwt_logins_total", "outcome" => outcome);
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
pub(crate) fn store_asked(operation: &'static str, outcome: &'static str, took: Duration) {
    #[cfg(feature = "metrics")]
    metrics::histogram!("jwt_store_seconds", "operation" => operation, "outcome" => outcome)
        .record(took);
    #[cfg(not(feature = "metrics"))]
    let _ = (operation, outcome, took);
}
