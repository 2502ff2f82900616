//! The settings by which people know these things from older libraries, and what each does.

use jwt_runtime::{
    Algorithm, ConfigError, IssueOptions, JwtAuth, JwtConfig, MemoryStore, VerifyingKey,
};
use jwt_tests::keys::{self, ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::tokens::{Forgery, claims, header};
use serde_json::{Map, Value, json};

fn text(secret: &[u8]) -> String {
    String::from_utf8(secret.to_vec()).expect("ASCII")
}

fn config(variables: &[(&str, &str)]) -> Result<JwtConfig, ConfigError> {
    let secret = text(SECRET);
    let mut all = vec![("AUTHJWT_SECRET_KEY", secret.as_str())];
    all.extend_from_slice(variables);
    JwtConfig::from_vars("AUTHJWT_", all)
}

fn build(variables: &[(&str, &str)]) -> Result<JwtAuth, ConfigError> {
    config(variables)?.into_builder()?.build()
}

fn authority(variables: &[(&str, &str)]) -> JwtAuth {
    build(variables).unwrap_or_else(|error| panic!("{variables:?}: {error}"))
}

async fn issued(auth: &JwtAuth) -> String {
    let claims = Map::from_iter([("sub".to_owned(), json!("alice"))]);
    let token = auth.issue_access(&claims, IssueOptions::new()).await.expect("a token");
    token.as_str().to_owned()
}

async fn accepts(auth: &JwtAuth, token: &str) -> bool {
    auth.verify_access::<Map<String, Value>>(token).await.is_ok()
}

#[tokio::test]
async fn encode_issuer_is_written_and_decode_issuer_accepted_beside_it() {
    let auth = authority(&[("AUTHJWT_ENCODE_ISSUER", "new"), ("AUTHJWT_DECODE_ISSUER", "new,old")]);
    let token = issued(&auth).await;
    assert_eq!(claims(&token)["iss"], "new");
    let key = ForgerKey::hmac("HS256", SECRET);
    let from = |issuer: &str| Forgery::of(&token).claim("iss", issuer).sign(&key);
    assert!(accepts(&auth, &token).await);
    assert!(accepts(&auth, &from("old")).await);
    assert!(!accepts(&auth, &from("other")).await);
    assert!(!accepts(&auth, &from("ne")).await);
    assert!(!accepts(&auth, &Forgery::of(&token).without("iss").sign(&key)).await);
}

/// There a service would refuse what it has issued itself.
#[tokio::test]
async fn decode_issuer_alone_is_written_too() {
    let auth = authority(&[("AUTHJWT_DECODE_ISSUER", "me")]);
    let token = issued(&auth).await;
    assert_eq!(claims(&token)["iss"], "me");
    assert!(accepts(&auth, &token).await);
}

#[tokio::test]
async fn encode_audience_is_written_and_decode_audience_accepted() {
    let auth = authority(&[
        ("AUTHJWT_ENCODE_AUDIENCE", "orders"),
        ("AUTHJWT_DECODE_AUDIENCE", "[\"orders\", \"billing\"]"),
    ]);
    let token = issued(&auth).await;
    assert_eq!(claims(&token)["aud"], "orders");
    assert!(accepts(&auth, &token).await);
    let key = ForgerKey::hmac("HS256", SECRET);
    let for_whom = |audience: &str| Forgery::of(&token).claim("aud", audience).sign(&key);
    assert!(accepts(&auth, &for_whom("billing")).await);
    assert!(!accepts(&auth, &for_whom("others")).await);
    let empty = JwtAuth::builder().secret(SECRET).issued_audience([""]).build();
    assert!(matches!(empty, Err(ConfigError::Empty("audience"))));
    let empty = JwtAuth::builder().secret(SECRET).also_accept_issuer("").build();
    assert!(matches!(empty, Err(ConfigError::Empty("issuer"))));
}

#[tokio::test]
async fn encode_nbf_decides_whether_nbf_is_written() {
    for (value, is_written) in [("true", true), ("false", false)] {
        let token = issued(&authority(&[("AUTHJWT_ENCODE_NBF", value)])).await;
        assert_eq!(claims(&token).contains_key("nbf"), is_written);
    }
    assert!(claims(&issued(&authority(&[])).await).contains_key("nbf"));
}

#[tokio::test]
async fn previous_secret_key_verifies_what_names_no_key() {
    let previous = text(OTHER_SECRET);
    let auth = authority(&[("AUTHJWT_KEY_ID", "2026"), ("AUTHJWT_PREVIOUS_SECRET_KEY", &previous)]);
    let token = issued(&auth).await;
    assert_eq!(header(&token)["kid"], "2026");
    assert!(accepts(&auth, &token).await);
    let key = ForgerKey::hmac("HS256", OTHER_SECRET);
    assert!(accepts(&auth, &Forgery::of(&token).without_header("kid").sign(&key)).await);
    assert!(!accepts(&auth, &Forgery::of(&token).sign(&key)).await);
    let nameless = build(&[("AUTHJWT_PREVIOUS_SECRET_KEY", &previous)]);
    let error = nameless.expect_err("an error").to_string();
    assert!(error.contains("previous_secret_key") && error.contains("key_id"), "{error}");
}

#[tokio::test]
async fn previous_public_key_verifies_what_names_no_key() {
    let variables = [
        ("JWT_ALGORITHM", "EdDSA"),
        ("JWT_PRIVATE_KEY", keys::OTHER_ED25519),
        ("JWT_KEY_ID", "2026"),
        ("JWT_PREVIOUS_PUBLIC_KEY", keys::ED25519_PUBLIC),
    ];
    let config = JwtConfig::from_vars("JWT_", variables).expect("settings");
    let auth = config.into_builder().and_then(|builder| builder.build()).expect("an authority");
    let token = issued(&auth).await;
    assert!(accepts(&auth, &token).await);
    let old = Forgery::of(&token).without_header("kid").sign(&ForgerKey::of(Algorithm::EdDSA));
    assert!(accepts(&auth, &old).await);
    VerifyingKey::from_pem(Algorithm::EdDSA, keys::ED25519_PUBLIC).expect("a good key");
}

#[test]
fn decode_algorithms_are_those_of_the_keys() {
    authority(&[("AUTHJWT_DECODE_ALGORITHMS", "HS256")]);
    authority(&[("AUTHJWT_DECODE_ALGORITHMS", "HS512"), ("AUTHJWT_ALGORITHM", "HS512")]);
    for accepted in ["HS512", "HS256,HS512", "none", "RS256"] {
        let error = build(&[("AUTHJWT_DECODE_ALGORITHMS", accepted)]).expect_err("an error");
        assert!(error.to_string().contains("decode_algorithms"), "{error}");
    }
}

#[test]
fn decode_leeway_is_the_leeway() {
    let config = config(&[("AUTHJWT_DECODE_LEEWAY", "10")]).expect("settings");
    assert_eq!(config.leeway.map(|leeway| leeway.as_secs()), Some(10));
}

#[test]
fn denylist_enabled_is_whether_there_is_a_store() {
    for name in ["AUTHJWT_DENYLIST_ENABLED", "AUTHJWT_BLACKLIST_ENABLED"] {
        for (value, has_store, is_good) in [
            ("true", true, true),
            ("true", false, false),
            ("false", false, true),
            ("false", true, false),
        ] {
            let builder = config(&[(name, value)]).and_then(JwtConfig::into_builder);
            let mut builder = builder.expect("settings");
            if has_store {
                builder = builder.store(MemoryStore::new());
            }
            let built = builder.build();
            assert_eq!(built.is_ok(), is_good, "{name}={value}, {has_store}: {built:?}");
            if let Err(error) = built {
                assert!(error.to_string().contains("denylist_enabled"), "{error}");
            }
        }
    }
}

#[test]
fn denylist_token_checks_may_be_in_brackets() {
    for name in ["AUTHJWT_DENYLIST_TOKEN_CHECKS", "AUTHJWT_BLACKLIST_TOKEN_CHECKS"] {
        let both = config(&[(name, "[\"access\",\"refresh\"]")]).expect("settings");
        assert_eq!(both.denylist_token_checks.map(|types| types.len()), Some(2), "{name}");
    }
}

/// The same names in a file.
#[test]
fn a_file_may_have_the_older_names_too() {
    let config: JwtConfig = serde_json::from_value(json!({
        "secret_key": text(SECRET), "encode_issuer": "me", "decode_audience": ["a", "b"],
        "decode_leeway": 5, "blacklist_enabled": false, "blacklist_token_checks": "refresh",
        "encode_nbf": false, "decode_algorithms": "HS256", "decode_issuer": ["me"],
        "encode_audience": "a",
    }))
    .expect("settings");
    assert_eq!(config.issuer.as_deref(), Some("me"));
    assert_eq!(config.audience, ["a", "b"]);
    config.into_builder().and_then(|builder| builder.build()).expect("an authority");
}

/// The names of fastapi-framework, which count minutes.
#[test]
fn lifetimes_may_be_in_minutes() {
    let config = config(&[
        ("AUTHJWT_ACCESS_TOKEN_EXPIRE_MINUTES", "30"),
        ("AUTHJWT_REFRESH_TOKEN_EXPIRE_MINUTES", "360"),
    ])
    .expect("settings");
    assert_eq!(config.access_token_expires.map(|lifetime| lifetime.as_secs()), Some(1800));
    assert_eq!(config.refresh_token_expires.map(|lifetime| lifetime.as_secs()), Some(21_600));
    for minutes in ["0", "99999999999999999999", "-1", "1.5", "30m", "18446744073709551615"] {
        let built = build(&[("AUTHJWT_ACCESS_TOKEN_EXPIRE_MINUTES", minutes)]);
        assert!(built.is_err(), "{minutes}");
    }
}
