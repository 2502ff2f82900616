//! One kind of token in the place of another: R12, R13, RFC 8725 §2.8, §3.11 and §3.12.

use jwt_tests::attack::Target;
use jwt_tests::clock::START;
use jwt_tests::refusal::{claim_invalid, token_invalid, type_wrong};
use serde_json::json;

/// Every guarded endpoint, with the kind of token that it takes.
const ENDPOINTS: [(&str, &str, &str); 12] = [
    ("GET", "/access", "access"),
    ("GET", "/optional", "access"),
    ("GET", "/fresh", "access"),
    ("GET", "/claims", "access"),
    ("POST", "/reauthenticate", "access"),
    ("POST", "/revoke", "access"),
    ("POST", "/logout", "access"),
    ("POST", "/logout-all", "access"),
    ("GET", "/sessions", "access"),
    ("DELETE", "/sessions/any", "access"),
    ("GET", "/refresh", "refresh"),
    ("POST", "/refresh", "refresh"),
];

#[tokio::test]
async fn access_and_refresh_do_not_stand_in_for_each_other() {
    let target = Target::new().await;
    for (method, path, kind) in ENDPOINTS {
        let wrong = if kind == "access" { &target.good.refresh } else { &target.good.access };
        let reply = target.app.call(method, path).bearer(wrong).send().await;
        type_wrong(kind).assert(&reply);
    }
    // Nothing was used up or ended by it.
    target.app.rotate(&target.good.refresh).await;
}

/// Header and payload have to tell the same story; neither alone decides.
#[tokio::test]
async fn typ_and_type_have_to_agree() {
    let target = Target::new().await;
    for forgery in [
        target.access().header("typ", "rt+jwt"),
        target.access().claim("type", "refresh"),
        target.refresh().header("typ", "at+jwt"),
        target.refresh().claim("type", "access"),
        target.refresh().claim("type", "access").claim("fresh", true),
    ] {
        let token = target.sign(&forgery);
        for (method, path, _) in ENDPOINTS {
            let reply = target.app.call(method, path).bearer(&token).send().await;
            token_invalid().assert(&reply);
        }
    }
}

/// A refresh token that claims to be fresh opens nothing either.
#[tokio::test]
async fn fresh_refresh_token_is_a_refresh_token() {
    let target = Target::new().await;
    let token = target.sign(&target.refresh().claim("fresh", true).claim("auth_time", START));
    for (method, path, kind) in ENDPOINTS.iter().filter(|(.., kind)| *kind == "access") {
        type_wrong(kind).assert(&target.app.call(method, path).bearer(&token).send().await);
    }
    target.app.get("/refresh", &token).await.assert_status(200);
}

/// Tokens of other protocols that the same key might sign.
#[tokio::test]
async fn tokens_of_other_protocols_are_refused() {
    let mut target = Target::new().await;
    let kinds = [
        (
            "ID token",
            Some("JWT"),
            json!({ "iss": "https://auth.example.com", "sub": "victim", "aud": "client", "exp": START + 900, "iat": START, "nonce": "n", "auth_time": START, "azp": "client" }),
        ),
        (
            "logout token",
            Some("logout+jwt"),
            json!({ "sub": "victim", "sid": "s", "jti": "j", "exp": START + 900, "events": { "http://schemas.openid.net/event/backchannel-logout": {} } }),
        ),
        (
            "client assertion",
            Some("JWT"),
            json!({ "iss": "client", "sub": "client", "aud": "token", "jti": "j", "exp": START + 60 }),
        ),
        (
            "reset token",
            None,
            json!({ "sub": "victim", "exp": START + 900, "type": "reset", "jti": "j" }),
        ),
        (
            "CSRF token",
            None,
            json!({ "sub": "victim", "csrf": "c", "exp": START + 900, "type": "csrf", "jti": "j" }),
        ),
        ("bare claims", Some("JWT"), json!({ "sub": "victim", "exp": START + 900 })),
    ];
    for (what, typ, claims) in kinds {
        let forgery = target.access().raw_payload(claims.to_string());
        let labelled = match typ {
            Some(typ) => forgery.clone().header("typ", typ),
            None => forgery.clone().without_header("typ"),
        };
        target.refuses_signed(what, &labelled, &token_invalid()).await;
        // Even if it were labelled an access token, it says that it is none.
        let token = target.sign(&forgery);
        for path in ["/access", "/optional", "/fresh"] {
            let reply = target.app.get(path, &token).await;
            let is_refused = ["sub", "exp", "jti", "type", "aud", "iss"]
                .iter()
                .any(|claim| claim_invalid(claim).mismatch(&reply).is_none());
            assert!(is_refused, "{what}: {reply:?}");
        }
    }
    target.finish(18).await;
}

/// T3, RFC 9449 §7.2: a token that is bound to a key is no bearer token, whatever the binding is.
#[tokio::test]
async fn tokens_bound_to_a_key_are_refused_as_bearer_tokens() {
    let mut target = Target::new().await;
    for bound in [json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }), json!(null)] {
        let forgery = target.access().claim("cnf", bound.clone());
        target.refuses_signed(format!("cnf {bound}"), &forgery, &claim_invalid("cnf")).await;
    }
    target.finish(2).await;
}
