//! Names that belong to the library cannot be written by an application, on any way.

use jwt_runtime::{AuthError, Claims, IssueError, IssueOptions, RESERVED_CLAIMS};
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::refusal::token_not_issued;
use jwt_tests::tokens::{claims, header};
use serde_json::{Map, Value, json};

/// The table of the documentation, written a second time.
const RESERVED: [&str; 13] = [
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "type",
    "fresh",
    "sid",
    "auth_time",
    "csrf",
    "session_cookie",
    "cnf",
];

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

#[tokio::test]
async fn reserved_claims_cannot_be_given_at_a_login() {
    let app = App::new().await;
    assert_eq!(RESERVED_CLAIMS, RESERVED);
    for name in RESERVED {
        for value in [json!("x"), json!(true), json!(9_999_999_999_u64), json!(null), json!([])] {
            let claims = map(json!({ "sub": "eve", name: value }));
            let error = Err(AuthError::NotIssued(IssueError::ReservedClaim(name.to_owned())));
            assert_eq!(app.auth.login(&claims).await.map(drop), error, "{name}");
            let issued = app.auth.issue_access(&claims, IssueOptions::new()).await.map(drop);
            assert_eq!(issued, error, "{name}");
            let issued = app.auth.issue_refresh(&claims, IssueOptions::new()).await.map(drop);
            assert_eq!(issued, error, "{name}");
            // Over HTTP it is the application's mistake; it gives out nothing.
            let reply = app.call("POST", "/login").json(&Value::Object(claims)).send().await;
            token_not_issued().assert(&reply);
        }
    }
    assert_eq!(app.auth.sessions("eve").await.map(|sessions| sessions.len()), Ok(0));
}

#[derive(Claims)]
struct Sneaky {
    sub: String,
    #[serde(flatten)]
    more: Map<String, Value>,
}

#[tokio::test]
async fn flattened_claims_cannot_write_them_either() {
    let app = App::new().await;
    for name in RESERVED {
        let user = Sneaky { sub: "eve".into(), more: map(json!({ name: true })) };
        let error = AuthError::NotIssued(IssueError::ReservedClaim(name.to_owned()));
        assert_eq!(app.auth.login(&user).await.map(drop), Err(error));
    }
    let twice = Sneaky { sub: "eve".into(), more: map(json!({ "sub": "admin" })) };
    let error = AuthError::NotIssued(IssueError::SubjectInvalid);
    assert_eq!(app.auth.login(&twice).await.map(drop), Err(error));
    let fine = Sneaky { sub: "eve".into(), more: map(json!({ "theme": "dark" })) };
    let pair = app.auth.login(&fine).await.expect("a login");
    assert_eq!(claims(pair.access_token().as_str())["theme"], "dark");
}

/// A map reads every claim of a token; what it reads is not what it writes again.
#[tokio::test]
async fn read_claims_are_not_written_back() {
    let app = App::new().await;
    let login = app.login_as(&json!({ "sub": "alice", "theme": "dark" })).await;
    app.clock.advance(std::time::Duration::from_secs(100));
    // The refresh route reads a map with all of the old token's claims and writes it again.
    let next = claims(&app.rotate(&login.refresh).await.access);
    assert_eq!(
        (&next["theme"], &next["type"], &next["fresh"]),
        (&json!("dark"), &json!("access"), &json!(false))
    );
    assert_eq!((&next["iat"], &next["exp"]), (&json!(START + 100), &json!(START + 1000)));
    assert_ne!(next["jti"], claims(&login.refresh)["jti"]);
}

#[tokio::test]
async fn reserved_header_members_cannot_be_set() {
    let app = App::new().await;
    let user = map(json!({ "sub": "alice" }));
    for name in [
        "typ", "alg", "kid", "crit", "b64", "zip", "enc", "jku", "jwk", "x5u", "x5c", "x5t",
        "x5t#S256", "epk", "apu", "apv",
    ] {
        let options = || IssueOptions::new().header(name, "x");
        let error = Err(AuthError::NotIssued(IssueError::ReservedHeader(name.to_owned())));
        assert_eq!(app.auth.issue_access(&user, options()).await.map(drop), error);
        assert_eq!(app.auth.issue_refresh(&user, options()).await.map(drop), error);
    }
    let options = IssueOptions::new().header("cty", "example").header("ver", 2);
    let token = app.auth.issue_access(&user, options).await.expect("a token");
    let header = Value::Object(header(token.as_str()));
    assert_eq!(header, json!({ "typ": "at+jwt", "alg": "HS256", "cty": "example", "ver": 2 }));
    app.get("/access", token.as_str()).await.assert_status(200);
}
