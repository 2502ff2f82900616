//! The refusal table, written down a second time and by hand: what a client must see.

use crate::client::Reply;

/// One row: the whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub error: &'static str,
    pub description: String,
    pub code: &'static str,
    /// `WWW-Authenticate`, exactly.
    pub challenge: Option<String>,
    pub retry_after: Option<&'static str>,
}

fn row(
    status: u16,
    error: &'static str,
    description: &str,
    code: &'static str,
    parameters: &str,
) -> Refusal {
    Refusal {
        status,
        error,
        description: description.to_owned(),
        code,
        challenge: Some(format!(
            r#"Bearer realm="api", error="{error}", error_description="{description}"{parameters}"#
        )),
        retry_after: None,
    }
}

/// No token: a bare challenge, RFC 6750 §3.1.
pub fn token_missing() -> Refusal {
    Refusal {
        status: 401,
        error: "token_missing",
        description: "a token is required".to_owned(),
        code: "token_missing",
        challenge: Some(r#"Bearer realm="api""#.to_owned()),
        retry_after: None,
    }
}

/// A header that is not `Bearer <token>`, or two of them.
pub fn request_malformed() -> Refusal {
    let text = "the request carries a token in a malformed way";
    row(400, "invalid_request", text, "request_malformed", "")
}

/// Malformed, bad signature, unknown key, wrong algorithm: one row, so that none can be told
/// from another.
pub fn token_invalid() -> Refusal {
    row(401, "invalid_token", "the token is not valid", "token_invalid", "")
}

pub fn token_expired() -> Refusal {
    row(401, "invalid_token", "the token has expired", "token_expired", "")
}

pub fn token_not_yet_valid() -> Refusal {
    row(401, "invalid_token", "the token is not valid yet", "token_not_yet_valid", "")
}

pub fn type_wrong(expected: &str) -> Refusal {
    let text = format!("a token of type `{expected}` is required");
    row(401, "invalid_token", &text, "token_type_wrong", "")
}

pub fn claim_invalid(claim: &str) -> Refusal {
    let text = format!("the claim `{claim}` is missing or not acceptable");
    row(401, "invalid_token", &text, "claim_invalid", "")
}

pub fn token_revoked() -> Refusal {
    row(401, "invalid_token", "the token was revoked", "token_revoked", "")
}

pub fn token_reused() -> Refusal {
    let text = "the refresh token was used before, its session has ended";
    row(401, "invalid_token", text, "token_reused", "")
}

/// Deleted or disabled since the login.
pub fn user_unknown() -> Refusal {
    row(401, "invalid_token", "the user is unknown", "user_unknown", "")
}

/// RFC 9470 §3.
pub fn not_fresh(max_age: Option<u64>) -> Refusal {
    let parameter = max_age.map_or_else(String::new, |seconds| format!(r#", max_age="{seconds}""#));
    let error = "insufficient_user_authentication";
    row(401, error, "a fresh login is required", "fresh_token_required", &parameter)
}

pub fn forbidden(scope: Option<&str>) -> Refusal {
    let parameter = scope.map_or_else(String::new, |scope| format!(r#", scope="{scope}""#));
    let text = "the token does not allow this request";
    row(403, "insufficient_scope", text, "forbidden", &parameter)
}

/// A token that came by cookie, in a request that no page of the application seems to have made. It
/// says what to send: who is refused is most often the developer of such a page.
pub fn csrf_failed(description: &str) -> Refusal {
    Refusal {
        status: 403,
        error: "access_denied",
        description: description.to_owned(),
        code: "csrf_failed",
        challenge: None,
        retry_after: None,
    }
}

/// Nothing was sent along with a token of type `access` or `refresh`; with the names by default.
pub fn csrf_missing(token_type: &str) -> Refusal {
    csrf_failed(&format!("the CSRF token is missing: {}", csrf_places(token_type)))
}

/// The wrong value was sent along, or two.
pub fn csrf_wrong(token_type: &str) -> Refusal {
    csrf_failed(&format!("the CSRF token is wrong: {}", csrf_places(token_type)))
}

fn csrf_places(token_type: &str) -> String {
    format!(
        "send the value of the cookie `__Host-csrf_{token_type}_token` in the header `X-CSRF-Token`"
    )
}

/// The token in the cookie has no value to compare with.
pub fn csrf_not_in_token() -> Refusal {
    csrf_failed("the token has no CSRF token to compare with: log in")
}

/// A page of another origin has made the request, as far as the browser says.
pub fn cross_origin() -> Refusal {
    csrf_failed("the request comes from another origin")
}

/// A login with a wrong password: a handler's own refusal.
pub fn credentials_invalid() -> Refusal {
    Refusal {
        status: 401,
        error: "invalid_grant",
        description: "the credentials are not valid".to_owned(),
        code: "credentials_invalid",
        challenge: Some(r#"Bearer realm="api""#.to_owned()),
        retry_after: None,
    }
}

/// A login beyond the limit.
pub fn session_limit_reached() -> Refusal {
    Refusal {
        status: 403,
        error: "access_denied",
        description: "there are as many sessions as there may be".to_owned(),
        code: "session_limit_reached",
        challenge: None,
        retry_after: None,
    }
}

pub fn store_unavailable() -> Refusal {
    Refusal {
        status: 503,
        error: "temporarily_unavailable",
        description: "the session store is unavailable".to_owned(),
        code: "store_unavailable",
        challenge: None,
        retry_after: Some("1"),
    }
}

/// A mistake of the application: the one 500, which no request can cause.
pub fn token_not_issued() -> Refusal {
    Refusal {
        status: 500,
        error: "server_error",
        description: "the server could not issue a token".to_owned(),
        code: "token_not_issued",
        challenge: None,
        retry_after: None,
    }
}

impl Refusal {
    /// What of an answer is not as the row says; `None` if all of it is.
    pub fn mismatch(&self, reply: &Reply) -> Option<String> {
        let body = serde_json::json!({
            "error": self.error,
            "error_description": self.description,
            "code": self.code,
        });
        let is_as_stated = reply.status == self.status
            && serde_json::from_str(&reply.body).ok() == Some(body)
            && reply.headers_named("www-authenticate")
                == self.challenge.iter().map(String::as_str).collect::<Vec<_>>()
            && reply.headers_named("cache-control") == ["no-store"]
            && reply.headers_named("content-type") == ["application/json"]
            && reply.headers_named("retry-after")
                == self.retry_after.iter().copied().collect::<Vec<_>>();
        (!is_as_stated).then(|| format!("expected {self:?}\n     got {reply:?}"))
    }

    /// # Panics
    ///
    /// If the answer is anything else than this row.
    #[track_caller]
    pub fn assert(&self, reply: &Reply) {
        if let Some(mismatch) = self.mismatch(reply) {
            panic!("{mismatch}");
        }
    }
}
