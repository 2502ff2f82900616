//! The refusal table of the README, row by row: status, challenge, body, caching. B5, B6, B7; T2.

use axum::response::IntoResponse;
use jwt_runtime::{AuthError, Denied, IssueError, TokenType};
use jwt_tests::app::App;
use jwt_tests::client::Reply;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{self, Refusal};
use jwt_tests::tokens::Forgery;
use std::time::Duration;

/// Every row that a request can provoke, provoked.
#[tokio::test]
async fn every_row_is_as_the_table_says() {
    let app = App::new().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.login("alice").await;
    let forged = |forgery: Forgery| forgery.sign(&key);
    let access = || Forgery::of(&pair.access);

    let revoked = app.login("alice").await;
    app.post("/revoke", &revoked.access).await.assert_status(204);
    let reused = app.login("alice").await;
    let stale = app.rotate(&reused.refresh).await;
    let second = app.login("alice").await;
    let stale_but_alive = app.rotate(&second.refresh).await.access;

    let rows: [(&str, &str, String, Refusal); 17] = [
        ("bad signature", "/access", access().with_signature([0; 32]), refusal::token_invalid()),
        ("malformed", "/access", "a.b.c".to_owned(), refusal::token_invalid()),
        ("unknown kid", "/access", forged(access().header("kid", "x")), refusal::token_invalid()),
        ("algorithm", "/access", forged(access().header("alg", "HS512")), refusal::token_invalid()),
        ("expired", "/access", forged(access().claim("exp", START)), refusal::token_expired()),
        (
            "not yet valid",
            "/access",
            forged(access().claim("nbf", START + 1)),
            refusal::token_not_yet_valid(),
        ),
        ("refresh for access", "/access", pair.refresh.clone(), refusal::type_wrong("access")),
        ("access for refresh", "/refresh", pair.access.clone(), refusal::type_wrong("refresh")),
        ("audience", "/access", forged(access().claim("aud", "x")), refusal::claim_invalid("aud")),
        (
            "claim missing",
            "/access",
            forged(access().without("jti")),
            refusal::claim_invalid("jti"),
        ),
        ("revoked", "/access", revoked.access, refusal::token_revoked()),
        ("reused", "/refresh", reused.refresh, refusal::token_reused()),
        ("session ended", "/access", stale.access, refusal::token_revoked()),
        ("not fresh", "/fresh", stale_but_alive.clone(), refusal::not_fresh(None)),
        ("not fresh enough", "/fresh-recent", stale_but_alive, refusal::not_fresh(Some(300))),
        (
            "scope",
            "/write",
            pair.access.clone(),
            refusal::forbidden(Some("orders:read orders:write")),
        ),
        ("role", "/admin", pair.access.clone(), refusal::forbidden(None)),
    ];
    for (what, route, token, row) in rows {
        let reply = app.get(route, &token).await;
        if let Some(mismatch) = row.mismatch(&reply) {
            panic!("{what}: {mismatch}");
        }
        assert_challenge_is_well_formed(&reply);
    }
    refusal::token_missing().assert(&app.call("GET", "/access").send().await);
    let malformed = app.call("GET", "/access").header("authorization", "Bearer").send().await;
    refusal::request_malformed().assert(&malformed);
}

/// B5: one `Bearer` challenge, each parameter once, its value of the characters of RFC 6750 §3.
fn assert_challenge_is_well_formed(reply: &Reply) {
    let challenges = reply.headers_named("www-authenticate");
    let [challenge] = challenges.as_slice() else {
        panic!("one challenge, not {challenges:?}");
    };
    let parameters = challenge.strip_prefix("Bearer ").expect("the scheme");
    let mut names = Vec::new();
    for parameter in parameters.split("\", ") {
        let (name, value) = parameter.split_once("=\"").expect("a quoted value");
        let value = value.trim_end_matches('"');
        assert!(["realm", "error", "error_description", "scope", "max_age"].contains(&name));
        let is_allowed = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        assert!(value.bytes().all(is_allowed), "{value:?}");
        assert!(!names.contains(&name), "{name} twice in {challenge}");
        names.push(name);
    }
    assert_eq!(names.first(), Some(&"realm"));
}

/// As a response by itself: what a handler returns with `?`.
async fn rendered(error: AuthError) -> Reply {
    let response = error.into_response();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
    Reply {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
    }
}

#[tokio::test]
async fn errors_render_alike_wherever_they_are_made() {
    let scope = |scope: &'static str| AuthError::from(Denied::for_scope(scope));
    for (error, row) in [
        (AuthError::TokenMissing, refusal::token_missing()),
        (AuthError::TokenExpired, refusal::token_expired()),
        (AuthError::TokenNotYetValid, refusal::token_not_yet_valid()),
        (AuthError::TokenTypeWrong { expected: TokenType::Access }, refusal::type_wrong("access")),
        (
            AuthError::TokenTypeWrong { expected: TokenType::Refresh },
            refusal::type_wrong("refresh"),
        ),
        (AuthError::ClaimInvalid { claim: "aud".into() }, refusal::claim_invalid("aud")),
        (AuthError::TokenRevoked, refusal::token_revoked()),
        (AuthError::TokenReused, refusal::token_reused()),
        (AuthError::UserUnknown, refusal::user_unknown()),
        (AuthError::FreshTokenRequired { max_age: None }, refusal::not_fresh(None)),
        (
            AuthError::FreshTokenRequired { max_age: Some(Duration::from_secs(60)) },
            refusal::not_fresh(Some(60)),
        ),
        (AuthError::Forbidden { scope: None }, refusal::forbidden(None)),
        (AuthError::from(Denied::new()), refusal::forbidden(None)),
        (scope("a b"), refusal::forbidden(Some("a b"))),
        (AuthError::CredentialsInvalid, refusal::credentials_invalid()),
        (AuthError::SessionLimitReached, refusal::session_limit_reached()),
        (AuthError::StoreUnavailable, refusal::store_unavailable()),
        (AuthError::NotIssued(IssueError::StoreMissing), refusal::token_not_issued()),
    ] {
        let (status, code) = (error.status().as_u16(), error.code());
        let reply = rendered(error).await;
        row.assert(&reply);
        assert_eq!((status, code), (row.status, row.code));
    }
}

/// A claim's name and a scope may hold anything; a header value may not.
#[tokio::test]
async fn challenge_holds_no_character_that_would_end_it() {
    for nasty in
        ["a\"b", "a\\b", "a\r\nSet-Cookie: x=y", "a\0b", "\u{e9}\u{1f600}", "a\tb", "\u{7f}"]
    {
        for error in [
            AuthError::ClaimInvalid { claim: nasty.into() },
            AuthError::Forbidden { scope: Some(nasty.into()) },
        ] {
            let reply = rendered(error).await;
            assert_challenge_is_well_formed(&reply);
            assert!(reply.headers.get("set-cookie").is_none());
        }
    }
}

/// And neither may a claim that the client has named.
#[tokio::test]
async fn named_claim_cannot_break_the_challenge() {
    let app = App::new().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.login("alice").await;
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    for name in ["a\\\"b", "a\\r\\nSet-Cookie: x=y", "\\u0000", "\u{1f600}"] {
        let forgery = Forgery::of(&pair.access).append(format!("\"{name}\":{deep}"));
        let reply = app.get("/claims", &forgery.sign(&key)).await.assert_status(401);
        assert_challenge_is_well_formed(&reply);
        assert!(reply.headers.get("set-cookie").is_none());
    }
}

/// B7: RFC 6749 §5.1.
#[tokio::test]
async fn tokens_are_not_for_caches() {
    let app = App::new().await;
    let body = serde_json::json!({ "sub": "alice" });
    let login = app.call("POST", "/login").json(&body).send().await.assert_status(200);
    let refresh = app.post("/refresh", &login.text("refresh_token")).await.assert_status(200);
    let again = app.post("/reauthenticate", &refresh.text("access_token")).await;
    for reply in [&login, &refresh, &again.assert_status(200)] {
        assert_eq!(reply.headers_named("cache-control"), ["no-store"]);
        assert_eq!(reply.headers_named("content-type"), ["application/json"]);
        assert_eq!(reply.json()["token_type"], "Bearer");
        assert_eq!(reply.json()["expires_in"], 900);
    }
}
