//! The configuration as data.

use std::time::Duration;

use jwt_runtime::{ConfigError, JwtAuth, JwtConfig, MemoryStore};
use jwt_tests::app::App;
use jwt_tests::keys;
use jwt_tests::tokens::{claims, header};
use serde_json::{Value, json};

const TEXT_SECRET: &str = "o2dFPc0VJ1fBqFm8DfUzkF0hJmT3yX4u";

fn read(config: Value) -> Result<JwtConfig, serde_json::Error> {
    serde_json::from_value(config)
}

fn built(config: Value) -> Result<JwtAuth, ConfigError> {
    read(config).expect("the fields are known").into_builder()?.build()
}

async fn login(config: Value) -> (jwt_tests::app::Pair, App) {
    let config = read(config).expect("the fields are known");
    let clock = jwt_tests::clock::start();
    let builder = config.into_builder().expect("good settings").clock(clock.clone());
    let auth = builder.build().expect("good settings");
    let routes = jwt_tests::routes::all().with_state(auth.clone());
    let app = App::serve(auth, clock, routes).await;
    (app.login("alice").await, app)
}

#[tokio::test]
async fn every_setting_has_its_effect() {
    let (pair, app) = login(json!({
        "secret_key": TEXT_SECRET,
        "key_id": "2026-11",
        "issuer": "me",
        "audience": ["orders", "billing"],
        "leeway": 5,
        "access_token_expires": "5m",
        "refresh_token_expires": 3600,
    }))
    .await;
    let (access, refresh) = (claims(&pair.access), claims(&pair.refresh));
    assert_eq!(header(&pair.access)["kid"], "2026-11");
    assert_eq!(access["iss"], "me");
    assert_eq!(access["aud"], json!(["orders", "billing"]));
    let lifetime = |token: &serde_json::Map<String, Value>| {
        token["exp"].as_u64().zip(token["iat"].as_u64()).map(|(exp, iat)| exp - iat)
    };
    assert_eq!(lifetime(&access), Some(300));
    assert_eq!(lifetime(&refresh), Some(3600));
    app.clock.advance(Duration::from_secs(304));
    app.get("/access", &pair.access).await.assert_status(200);
    app.clock.advance(Duration::from_secs(1));
    jwt_tests::refusal::token_expired().assert(&app.get("/access", &pair.access).await);
}

#[tokio::test]
async fn every_setting_of_sessions_has_its_effect() {
    let settings = json!({
        "secret_key": TEXT_SECRET,
        "rotation_grace": "10s",
        "session_lifetime": "2h",
        "session_idle_timeout": "1h",
        "session_limit": 1,
        "session_limit_policy": "refuse",
        "denylist_token_checks": "refresh",
    });
    let config = read(settings).expect("the fields are known");
    let clock = jwt_tests::clock::start();
    let builder = config.into_builder().expect("good settings").clock(clock.clone());
    let auth = builder.store(MemoryStore::new()).build().expect("good settings");
    let routes = jwt_tests::routes::all().with_state(auth.clone());
    let app = App::serve(auth, clock, routes).await;

    let login = app.login("alice").await;
    let body = json!({ "sub": "alice" });
    let second = app.call("POST", "/login").json(&body).send().await;
    jwt_tests::refusal::session_limit_reached().assert(&second);
    let lifetime = |token: &str| {
        let claims = claims(token);
        claims["exp"].as_u64().zip(claims["iat"].as_u64()).map(|(exp, iat)| exp - iat)
    };
    assert_eq!(lifetime(&login.refresh), Some(3_600));
    let next = app.rotate(&login.refresh).await;
    assert_eq!(app.rotate(&login.refresh).await.refresh, next.refresh);
    app.clock.advance(Duration::from_secs(3_599));
    let last = app.rotate(&next.refresh).await;
    app.clock.advance(Duration::from_secs(3_500));
    assert_eq!(lifetime(&app.rotate(&last.refresh).await.refresh), Some(101));
    let login = app.login("bob").await;
    app.post("/logout", &login.access).await.assert_status(204);
    app.get("/access", &login.access).await.assert_status(200);
}

/// Of the two policies, the one that lets people in.
#[tokio::test]
async fn session_limit_ends_the_oldest_unless_told_otherwise() {
    for policy in [json!(null), json!("end_oldest")] {
        let settings = json!({
            "secret_key": TEXT_SECRET, "session_limit": 1, "session_limit_policy": policy,
        });
        let config = read(settings).expect("the fields are known");
        let builder = config.into_builder().expect("good settings").store(MemoryStore::new());
        let auth = builder.build().expect("good settings");
        let user = json!({ "sub": "alice" });
        let user = user.as_object().expect("an object");
        for _ in 0..3 {
            let _pair = auth.login(user).await.expect("let in");
        }
        assert_eq!(auth.sessions("alice").await.expect("the list").len(), 1);
    }
}

#[tokio::test]
async fn keys_come_as_text_or_as_files() {
    let folder = std::env::temp_dir().join(format!("jwt-tests-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir(&folder).expect("a folder of our own");
    let (private, public) = (folder.join("private.pem"), folder.join("public.pem"));
    std::fs::write(&private, keys::P256).expect("written");
    std::fs::write(&public, keys::P256_PUBLIC).expect("written");
    for config in [
        json!({ "algorithm": "ES256", "private_key": keys::P256 }),
        json!({ "algorithm": "ES256", "private_key_file": private }),
        json!({ "algorithm": "ES256", "private_key": keys::P256, "public_key": keys::P256_PUBLIC }),
        json!({ "algorithm": "ES256", "private_key_file": private, "public_key_file": public }),
        json!({ "algorithm": "ES256", "private_key": keys::P256, "public_key_file": public, "key_id": "k" }),
        json!({ "algorithm": "EdDSA", "private_key": keys::ED25519 }),
        json!({ "algorithm": "PS512", "private_key": keys::RSA }),
        json!({ "algorithm": "HS512", "secret_key": std::str::from_utf8(keys::SECRET).expect("ASCII") }),
    ] {
        let name = config.to_string();
        let (pair, app) = login(config).await;
        assert_eq!(app.get("/access", &pair.access).await.status, 200, "{name}");
    }
    let verify_only = built(json!({ "algorithm": "ES256", "public_key_file": public }));
    verify_only.expect("a public key is enough to verify");
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn contradictions_are_refused() {
    for (config, word) in [
        (json!({}), "no key"),
        (json!({ "issuer": "me" }), "no key"),
        (
            json!({ "secret_key": TEXT_SECRET, "private_key": keys::RSA, "algorithm": "RS256" }),
            "not both",
        ),
        (json!({ "secret_key": TEXT_SECRET, "public_key": keys::RSA_PUBLIC }), "not both"),
        (json!({ "private_key": keys::RSA }), "algorithm"),
        (json!({ "private_key": keys::RSA, "algorithm": "rs256" }), "algorithm"),
        (json!({ "secret_key": TEXT_SECRET, "algorithm": "none" }), "algorithm"),
        (json!({ "secret_key": TEXT_SECRET, "algorithm": "RS256" }), "key pair"),
        (json!({ "secret_key": TEXT_SECRET, "algorithm": "HS512" }), "64"),
        (json!({ "secret_key": "" }), "0 bytes"),
        (json!({ "secret_key": "secret" }), "openssl rand"),
        (json!({ "private_key": keys::RSA, "algorithm": "ES256" }), "ES256"),
        (
            json!({ "private_key": keys::RSA, "private_key_file": "/x", "algorithm": "RS256" }),
            "private_key_file",
        ),
        (
            json!({ "private_key_file": "/nowhere/at/all.pem", "algorithm": "RS256" }),
            "private_key_file",
        ),
        (
            json!({ "private_key": keys::RSA, "public_key": keys::OTHER_RSA_PUBLIC, "algorithm": "RS256" }),
            "belong",
        ),
        (json!({ "secret_key": TEXT_SECRET, "leeway": 301 }), "five minutes"),
        (json!({ "secret_key": TEXT_SECRET, "leeway": u64::MAX }), "five minutes"),
        (json!({ "secret_key": TEXT_SECRET, "access_token_expires": 0 }), "access_token_expires"),
        (
            json!({ "secret_key": TEXT_SECRET, "refresh_token_expires": "0s" }),
            "refresh_token_expires",
        ),
        (
            json!({ "secret_key": TEXT_SECRET, "access_token_expires": u64::MAX }),
            "access_token_expires",
        ),
        (json!({ "secret_key": TEXT_SECRET, "rotation_grace": 61 }), "rotation_grace"),
        (
            json!({ "secret_key": TEXT_SECRET, "rotation_grace": 60, "refresh_token_expires": 60 }),
            "rotation_grace",
        ),
        (json!({ "secret_key": TEXT_SECRET, "session_lifetime": 0 }), "session_lifetime"),
        (json!({ "secret_key": TEXT_SECRET, "session_lifetime": u64::MAX }), "session_lifetime"),
        (json!({ "secret_key": TEXT_SECRET, "session_idle_timeout": "0s" }), "idle_timeout"),
        // As long as the access token, which is 15 minutes.
        (json!({ "secret_key": TEXT_SECRET, "session_idle_timeout": "15m" }), "access lifetime"),
        (
            json!({ "secret_key": TEXT_SECRET, "session_limit": 0, "redis_url": "redis://localhost" }),
            "session_limit",
        ),
        (json!({ "secret_key": TEXT_SECRET, "session_limit": 5 }), "store"),
        (json!({ "secret_key": TEXT_SECRET, "session_limit_policy": "refuse" }), "session_limit"),
        (
            json!({ "secret_key": TEXT_SECRET, "session_limit": 5, "session_limit_policy": "Refuse" }),
            "end_oldest",
        ),
        (json!({ "secret_key": TEXT_SECRET, "denylist_token_checks": "access" }), "refresh tokens"),
        (json!({ "secret_key": TEXT_SECRET, "denylist_token_checks": [] }), "refresh tokens"),
        (json!({ "secret_key": TEXT_SECRET, "issuer": "" }), "issuer"),
        (json!({ "secret_key": TEXT_SECRET, "audience": [""] }), "audience"),
        (json!({ "secret_key": TEXT_SECRET, "key_id": "" }), "kid"),
        (json!({ "secret_key": TEXT_SECRET, "redis_url": "not a url" }), ""),
        (json!({ "secret_key": TEXT_SECRET, "redis_url": "http://localhost" }), ""),
    ] {
        let error = match built(config.clone()) {
            Ok(auth) => panic!("{config} was built: {auth:?}"),
            Err(error) => error.to_string(),
        };
        assert!(error.contains(word), "{config}: {error}");
        assert!(!error.contains(TEXT_SECRET) && !error.contains("MII"), "a key in {error}");
    }
}

#[test]
fn fields_of_the_wrong_type_or_name_are_refused() {
    for config in [
        json!({ "secret": TEXT_SECRET }),
        json!({ "SECRET_KEY": TEXT_SECRET }),
        json!({ "secret_key": 1 }),
        json!({ "secret_key": [TEXT_SECRET] }),
        json!({ "leeway": -1 }),
        json!({ "leeway": 1.5 }),
        json!({ "leeway": "soon" }),
        json!({ "leeway": "" }),
        json!({ "access_token_expires": true }),
        json!({ "access_token_expires": "15 parsecs" }),
        json!({ "access_token_expires": "-5m" }),
        json!({ "audience": 1 }),
        json!({ "audience": [1] }),
        json!({ "audience": { "a": 1 } }),
        json!({ "issuer": ["me"] }),
        json!({ "session_limit": -1 }),
        json!({ "session_limit": "five" }),
        json!({ "session_limit_policy": 1 }),
        json!({ "denylist_token_checks": ["id"] }),
        json!({ "denylist_token_checks": "access,refresh" }),
        json!({ "rotation_grace": "soon" }),
        json!({ "idle_timeout": "1h" }),
    ] {
        assert!(read(config.clone()).is_err(), "{config}");
    }
}

#[test]
fn durations_are_seconds_or_text() {
    for (written, seconds) in [
        (json!(90), 90),
        (json!("90"), 90),
        (json!("90s"), 90),
        (json!("15m"), 900),
        (json!("1h 30m"), 5400),
        (json!("30d"), 2_592_000),
        (json!(" 90 "), 90),
    ] {
        let config = read(json!({ "access_token_expires": written })).expect("a duration");
        assert_eq!(config.access_token_expires, Some(Duration::from_secs(seconds)), "{written}");
    }
    assert_eq!(read(json!({ "leeway": null })).expect("nothing").leeway, None);
    assert_eq!(read(json!({ "audience": "one" })).expect("one").audience, ["one"]);
}
