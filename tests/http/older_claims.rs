//! What older tokens say in odd ways, and in cookies.

use std::time::Duration;

use jwt_runtime::{MemoryStore, OlderTokens, RenewalOptions};
use jwt_tests::clock::START;
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::older::{app_with, flask, signed, signed_text, with, without};
use jwt_tests::refusal::{claim_invalid, csrf_not_in_token, token_invalid};
use serde_json::{Value, json};

use crate::odd_requests::{REFRESH, browser};

#[tokio::test]
async fn older_tokens_in_cookies_need_their_csrf_token() {
    let app = browser(None, OlderTokens::authx()).await;
    let own = Draft::post().header("Origin", OWN_ORIGIN);
    for csrf in [json!(""), json!(null)] {
        let token = signed(&with(flask("access", "1"), "csrf", csrf));
        let reply = own.clone().cookie(ACCESS_COOKIE, &token).send(&app, "/who").await;
        let reply = reply.expect("an answer");
        assert!(reply.status == 401 || reply.status == 403, "{reply:?}");
    }
    let token = signed(&without(flask("access", "1"), "csrf"));
    for value in ["", "0"] {
        let call = own.clone().cookie(ACCESS_COOKIE, &token).header("X-CSRF-Token", value);
        csrf_not_in_token().assert(&call.send(&app, "/feed").await.expect("an answer"));
    }
    let token = signed(&flask("access", "1"));
    let bare = own.clone().cookie(ACCESS_COOKIE, &token);
    assert_ne!(bare.send(&app, "/feed").await.expect("an answer").status, 200);
    let full = bare.header("X-CSRF-Token", "0f9bd6c4-9a0e-4a43-8f4e-4c7f2e4f2f0a");
    full.send(&app, "/who").await.expect("an answer").assert_status(200);
}

#[tokio::test]
async fn older_cookies_are_not_renewed() {
    let renewal = RenewalOptions::new().from_refresh_cookie();
    let app = browser(Some(renewal), OlderTokens::flask_jwt_extended()).await;
    let refresh = signed(&flask("refresh", "r"));
    let access = signed(&flask("access", "a"));
    for draft in [
        Draft::get().cookie(REFRESH, &refresh),
        Draft::get().cookie(REFRESH, &refresh).cookie(ACCESS_COOKIE, "garbage"),
    ] {
        let reply = draft.send(&app, "/access").await.expect("an answer");
        assert_eq!(reply.status, 401, "{reply:?}");
        assert!(reply.headers_named("set-cookie").is_empty());
    }
    app.clock.advance(Duration::from_secs(880));
    let draft = Draft::get().cookie(ACCESS_COOKIE, &access).cookie(REFRESH, &refresh);
    let reply = draft.send(&app, "/access").await.expect("an answer").assert_status(200);
    assert!(reply.headers_named("set-cookie").is_empty());
    app.clock.advance(Duration::from_secs(30));
    let reply = draft.send(&app, "/access").await.expect("an answer");
    assert_eq!(reply.status, 401, "{reply:?}");
    // It is still there to be traded.
    app.rotate(&refresh).await;
}

#[tokio::test]
async fn no_scopes_are_no_scopes() {
    let app = browser(None, OlderTokens::authx()).await;
    let token = |scopes: Value| signed(&with(flask("access", "1"), "scopes", scopes));
    for scopes in [json!([]), json!(["orders"]), json!(["orders:write"])] {
        let reply = app.get("/scoped", &token(scopes.clone())).await;
        assert_eq!(reply.status, 403, "{scopes}: {reply:?}");
    }
    for scopes in [json!(["a b", "orders:read"]), json!("orders:read"), json!([["orders:read"]])] {
        let reply = app.get("/scoped", &token(scopes.clone())).await;
        assert!(reply.status == 403 || reply.status == 401, "{scopes}: {reply:?}");
    }
    app.get("/scoped", &token(json!(["orders:read"]))).await.assert_status(200);
    let both = with(with(flask("access", "1"), "scopes", json!(["a"])), "scope", "orders:read");
    token_invalid().assert(&app.get("/scoped", &signed(&both)).await);
}

#[tokio::test]
async fn subjects_that_are_no_plain_integers_are_refused() {
    let app = app_with(MemoryStore::new()).await;
    for sub in [
        "1.0",
        "1e3",
        "1E3",
        "9223372036854775808",
        "-9223372036854775809",
        "true",
        "null",
        "[1]",
        "{}",
        "\"\"",
    ] {
        let text = format!(
            r#"{{"sub":{sub},"jti":"1","type":"access","iat":{START},"exp":{}}}"#,
            START + 900
        );
        let reply = app.get("/access", &signed_text(&text)).await;
        claim_invalid("sub").assert(&reply);
    }
    for sub in ["01", "+1", ".5", "1.", "--1", "0x1"] {
        let text = format!(
            r#"{{"sub":{sub},"jti":"1","type":"access","iat":{START},"exp":{}}}"#,
            START + 900
        );
        token_invalid().assert(&app.get("/access", &signed_text(&text)).await);
    }
    for (sub, read) in [("-0", "0"), ("7", "7"), (" 7 ", "7"), ("-7", "-7")] {
        let text = format!(
            r#"{{"sub":{sub},"jti":"1","type":"access","iat":{START},"exp":{}}}"#,
            START + 900
        );
        let reply = app.get("/access", &signed_text(&text)).await.assert_status(200);
        assert_eq!(reply.json()["sub"], read);
    }
}

#[tokio::test]
async fn odd_dates_and_names_are_refused() {
    let app = app_with(MemoryStore::new()).await;
    let claims = async |payload: &str| app.get("/claims", &signed_text(payload)).await;
    let good = [
        ("sub", r#""a""#.to_owned()),
        ("jti", r#""1""#.to_owned()),
        ("type", r#""access""#.to_owned()),
        ("iat", START.to_string()),
        ("exp", (START + 900).to_string()),
    ];
    // With another value of one member, or one more.
    let with = |name: &str, value: &str| {
        let mut members: Vec<_> = good
            .iter()
            .filter(|(known, _)| *known != name)
            .map(|(name, value)| format!(r#""{name}":{value}"#))
            .collect();
        members.push(format!(r#""{name}":{value}"#));
        format!("{{{}}}", members.join(","))
    };
    for (name, value) in [
        ("note", "1"),
        ("fresh", "1.5"),
        ("nbf", "1.5"),
        ("exp", "1.8000009e9"),
        ("user_claims", r#"{"x":1}"#),
        // One of the application's that is called so too.
        ("user_claims", r#"{"user_claims":{"type":"refresh"}}"#),
    ] {
        claims(&with(name, value)).await.assert_status(200);
    }
    for (name, value) in [
        (r"\u0073ub", r#""b""#),
        ("fresh", "1e300"),
        ("nbf", "-1.5"),
        ("exp", "1e400"),
        ("exp", "NaN"),
        ("exp", "-0.0"),
        ("exp", "8.9e15"),
        ("jti", "1"),
        ("type", r#"["access"]"#),
        ("user_claims", r#"{"x":1},"x":2"#),
        ("user_claims", r#"{"fresh":true}"#),
        ("user_claims", r#"{"cnf":1}"#),
    ] {
        let payload = with(name, value);
        let reply = claims(&payload).await;
        assert_eq!(reply.status, 401, "{payload}: {reply:?}");
    }
    let trailing = with("note", "1") + " x";
    assert_eq!(claims(&trailing).await.status, 401);
    let deep = "[".repeat(1500) + &"]".repeat(1500);
    let reply = claims(&with("user_claims", &format!(r#"{{"d":{deep}}}"#))).await;
    assert_eq!(reply.status, 401, "{reply:?}");
}
