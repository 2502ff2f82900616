//! What jsonwebtoken lets through by default, one test per row of the table that was measured on
//! it: section 0.1. CVE-2026-25537.

use std::time::Duration;

use jwt_runtime::{Algorithm, ConfigError, JwtAuth, MemoryStore};
use jwt_tests::app::App;
use jwt_tests::attack::Target;
use jwt_tests::clock::START;
use jwt_tests::keys::{self, ForgerKey, SECRET};
use jwt_tests::refusal::{claim_invalid, token_expired, token_invalid, token_not_yet_valid};
use serde_json::json;

async fn named() -> Target {
    let app = App::with(|builder| {
        builder.secret(SECRET).issuer("me").audience(["me"]).store(MemoryStore::new())
    })
    .await;
    Target::on(app, ForgerKey::hmac("HS256", SECRET)).await
}

#[tokio::test]
async fn missing_issuer_is_refused_once_one_is_configured() {
    let mut target = named().await;
    target.refuses_signed("no iss", &target.access().without("iss"), &claim_invalid("iss")).await;
    target.finish(3).await;
}

#[tokio::test]
async fn missing_audience_is_refused_once_one_is_configured() {
    let mut target = named().await;
    target.refuses_signed("no aud", &target.access().without("aud"), &claim_invalid("aud")).await;
    target.finish(3).await;
}

#[tokio::test]
async fn wrong_json_type_is_not_the_same_as_absent() {
    let mut target = named().await;
    for (claim, value) in [("iss", json!(5)), ("aud", json!({ "a": 1 })), ("sub", json!(5))] {
        let forgery = target.access().claim(claim, value);
        target.refuses_signed(claim, &forgery, &claim_invalid(claim)).await;
    }
    target.finish(9).await;
}

#[tokio::test]
async fn audience_of_somebody_else_is_refused_by_the_nameless() {
    let mut target = Target::new().await;
    let forgery = target.access().claim("aud", "you");
    target.refuses_signed("aud", &forgery, &claim_invalid("aud")).await;
    target.finish(3).await;
}

#[tokio::test]
async fn nbf_is_checked_without_being_asked() {
    let mut target = Target::new().await;
    let forgery = target.access().claim("nbf", START + 9_720).claim("exp", START + 90_000);
    target.refuses_signed("nbf", &forgery, &token_not_yet_valid()).await;
    target.finish(3).await;
}

#[tokio::test]
async fn leeway_is_nothing_by_default() {
    let mut target = Target::new().await;
    let forgery = target.access().claim("exp", START - 30);
    target.refuses_signed("expired 30 s ago", &forgery, &token_expired()).await;
    target.finish(3).await;
}

#[tokio::test]
async fn iat_in_the_future_is_refused() {
    let mut target = Target::new().await;
    let forgery = target.access().claim("iat", START + 1);
    target.refuses_signed("iat", &forgery, &token_not_yet_valid()).await;
    target.finish(3).await;
}

#[tokio::test]
async fn unknown_critical_extension_is_refused() {
    let mut target = Target::new().await;
    let forgery = target.access().header("crit", json!(["x"])).header("x", true);
    target.refuses_signed("crit", &forgery, &token_invalid()).await;
    target.finish(3).await;
}

#[tokio::test]
async fn typ_is_checked() {
    let mut target = Target::new().await;
    let forgery = target.access().header("typ", "dpop+jwt");
    target.refuses_signed("typ", &forgery, &token_invalid()).await;
    target.finish(3).await;
}

#[tokio::test]
async fn exp_of_the_wrong_type_is_named() {
    let mut target = Target::new().await;
    for value in [json!(-1), json!("soon"), json!(u64::MAX)] {
        let forgery = target.access().claim("exp", value);
        target.refuses_signed("exp", &forgery, &claim_invalid("exp")).await;
    }
    target.finish(9).await;
}

/// There it was a panic at the first token; here it is an error at start-up.
#[test]
fn endless_leeway_is_refused_at_start_up() {
    for leeway in [Duration::MAX, Duration::from_secs(u64::MAX), Duration::from_secs(301)] {
        let built = JwtAuth::builder().secret(SECRET).leeway(leeway).build();
        assert!(matches!(built, Err(ConfigError::LeewayTooLong)), "{built:?}");
    }
    JwtAuth::builder().secret(SECRET).leeway(Duration::from_secs(300)).build().expect("allowed");
}

#[test]
fn empty_secret_is_refused_at_start_up() {
    let built = JwtAuth::builder().secret("").build();
    assert!(matches!(built, Err(ConfigError::SecretTooShort { actual: 0, .. })), "{built:?}");
}

/// There it is `InvalidAlgorithm` for everybody; here each key has its own algorithm.
#[tokio::test]
async fn families_can_be_mixed_without_being_confused() {
    let app = App::with(|builder| {
        builder
            .signing_key(keys::signing(Algorithm::HS256).with_kid("mac"))
            .verifying_key(keys::verifying(Algorithm::RS256).with_kid("rsa"))
            .store(MemoryStore::new())
    })
    .await;
    let mut target = Target::on(app, ForgerKey::of(Algorithm::HS256)).await;
    let by_rsa = target.access().header("kid", "rsa").header("alg", "RS256");
    target.accepts("RS256", &by_rsa.sign(&ForgerKey::of(Algorithm::RS256))).await;
    let confused = target.access().header("kid", "rsa");
    let key = ForgerKey::hmac("HS256", keys::RSA_PUBLIC.as_bytes());
    target.refuses("confused", &confused.sign(&key), &token_invalid()).await;
    target.finish(3).await;
}

#[tokio::test]
async fn duplicate_claims_of_the_application_are_refused() {
    let mut target = Target::new().await;
    let forgery = target.access().append(r#""role":"user","role":"admin""#);
    target.refuses_signed("role twice", &forgery, &token_invalid()).await;
    target.finish(3).await;
}

/// The aws-lc-rs backend refuses it by itself; with the other one this check is all there is.
#[test]
fn short_rsa_keys_are_refused_at_start_up() {
    use jwt_runtime::{SigningKey, VerifyingKey};
    for algorithm in [Algorithm::RS256, Algorithm::RS512, Algorithm::PS256] {
        let signing = SigningKey::from_pem(algorithm, keys::SHORT_RSA)
            .and_then(|key| JwtAuth::builder().signing_key(key).build());
        assert!(matches!(signing, Err(ConfigError::KeyUnfit { .. })), "{signing:?}");
        let verifying = VerifyingKey::from_pem(algorithm, keys::SHORT_RSA_PUBLIC)
            .and_then(|key| JwtAuth::builder().verifying_key(key).build());
        assert!(matches!(verifying, Err(ConfigError::KeyUnfit { .. })), "{verifying:?}");
    }
}
