//! What is logged over a day's walk: causes and ids, no token, no secret, no password, no claim of
//! the application. B8.

use std::sync::atomic::{AtomicBool, Ordering};

use jwt_runtime::MemoryStore;
use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::logs::Logs;
use jwt_tests::tokens::{Forgery, claims, parts};
use serde_json::json;

/// What must not be found, and why.
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn add_token(&mut self, token: &str) {
        for part in token.split('.').filter(|part| part.len() > 16) {
            self.0.push(("a part of a token", part.to_owned()));
            self.0.push(("the end of a part", part[part.len() - 16..].to_owned()));
        }
    }

    #[track_caller]
    fn assert_absent(&self, log: &str) {
        for (what, secret) in &self.0 {
            assert!(!log.contains(secret.as_str()), "{what}, {secret}, in:\n{log}");
        }
    }
}

#[tokio::test]
async fn log_holds_no_secrets() {
    let logs = Logs::default();
    let guard = logs.capture();
    let app =
        App::with(|builder| builder.secret(SECRET).store(MemoryStore::with_max_records(8))).await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let mut secrets = Secrets(vec![
        ("the secret", String::from_utf8_lossy(SECRET).into_owned()),
        ("a password", "correct horse battery staple".to_owned()),
        ("a claim", "sensitive-claim-value".to_owned()),
        ("a subject", "alice@example.com".to_owned()),
        ("a forged claim's name", "named-by-the-attacker".to_owned()),
    ]);
    let user = json!({ "sub": "alice@example.com", "note": "sensitive-claim-value" });
    let pair = app.login_as(&user).await;
    let next = app.rotate(&pair.refresh).await;
    let good = || Forgery::of(&pair.access);
    let mut tokens = vec![
        pair.access.clone(),
        pair.refresh.clone(),
        next.access.clone(),
        next.refresh.clone(),
        good().with_signature([7; 32]),
        good().sign(&ForgerKey::hmac("HS256", OTHER_SECRET)),
        good().header("alg", "none").with_signature(""),
        good().header("kid", "../../../../etc/passwd").sign(&key),
        good().header("crit", json!(["x"])).sign(&key),
        good().header("typ", "JWT").sign(&key),
        good().claim("exp", START).sign(&key),
        good().claim("nbf", START + 10).sign(&key),
        good().claim("aud", "sensitive-claim-value").sign(&key),
        good().claim("type", "refresh").sign(&key),
        good().claim("roles", "sensitive-claim-value").sign(&key),
        good().claim("named-by-the-attacker", json!(1)).without("jti").sign(&key),
        good().append(format!(r#""named-by-the-attacker":{}"#, "[".repeat(300))).sign(&key),
        good().raw_payload("sensitive-claim-value").sign(&key),
        "A".repeat(9000),
        "not.a.token-but-something-that-was-typed-here".to_owned(),
    ];
    for token in &tokens {
        for route in
            ["/access", "/optional", "/fresh", "/user", "/admin", "/write", "/refresh", "/claims"]
        {
            app.get(route, token).await;
        }
        app.call("GET", &format!("/access?access_token={token}")).send().await;
        app.call("GET", "/access").header("authorization", format!("Basic {token}")).send().await;
        app.call("GET", "/access")
            .header("authorization", format!("Bearer {token} x"))
            .send()
            .await;
    }
    for token in [&pair.refresh, &next.refresh] {
        app.post("/refresh", token).await;
    }
    let password =
        json!({ "sub": "alice@example.com", "password": "correct horse battery staple" });
    let login = app.call("POST", "/login").json(&password).send().await.assert_status(200);
    tokens.extend([login.text("access_token"), login.text("refresh_token")]);
    for path in ["/reauthenticate", "/revoke", "/logout", "/logout-all", "/logout"] {
        app.post(path, &login.text("access_token")).await;
    }
    let reserved = json!({ "sub": "alice@example.com", "exp": "sensitive-claim-value" });
    app.call("POST", "/login").json(&reserved).send().await.assert_status(500);
    while app.call("POST", "/login").json(&user).send().await.status == 200 {}
    drop(guard);

    let log = logs.text();
    for token in &tokens {
        secrets.add_token(token);
    }
    secrets.assert_absent(&log);
    // The walk was logged at all: what the client was not told, the developer is.
    for said in [
        "jwt::rejection",
        "token_missing",
        "request_malformed",
        "token_invalid",
        "token_expired",
        "claim_invalid",
        "token_type_wrong",
        "forbidden",
        "the signature does not hold",
        "no key has this `kid`",
        "jwt::reuse",
        "jwt::issue",
        "jwt::store",
    ] {
        assert!(log.contains(said), "{said} is not in the log:\n{log}");
    }
    // Ids are what a log needs to find a session again.
    let sid = claims(&pair.access)["sid"].as_str().expect("text").to_owned();
    assert!(log.contains(&sid), "the reuse names the session");
}

/// `#[tracing::instrument]` prints every parameter of a handler: the guard prints nothing.
#[tokio::test]
async fn instrumented_handlers_log_no_claims() {
    use axum::Router;
    use axum::routing::get;
    use jwt_runtime::{Token, jwt_required};
    use jwt_tests::routes::guarded::User;

    static REACHED: AtomicBool = AtomicBool::new(false);

    #[tracing::instrument]
    #[jwt_required]
    async fn outside(#[claims] token: Token<User>) {
        REACHED.store(!token.sub.is_empty(), Ordering::SeqCst);
        tracing::info!("reached");
    }

    #[jwt_required]
    #[tracing::instrument]
    async fn inside(#[claims] token: Token<User>) {
        tracing::info!("reached {}", token.registered().token_type);
    }

    let logs = Logs::default();
    let guard = logs.capture();
    let routes = Router::new().route("/outside", get(outside)).route("/inside", get(inside));
    let app = App::routed(routes).await;
    let pair = app.login("alice@example.com").await;
    for route in ["/outside", "/inside"] {
        app.get(route, &pair.access).await.assert_status(200);
    }
    drop(guard);
    let log = logs.text();
    assert!(REACHED.load(Ordering::SeqCst) && log.matches("reached").count() == 2, "{log}");
    for secret in parts(&pair.access) {
        assert!(!log.contains(secret), "{log}");
    }
    assert!(!log.contains("alice@example.com"), "{log}");
}
