//! The settings by which people know these things from older libraries, and what each does.

use jwt_runtime::{
    Algorithm, ConfigError, IssueOptions, JwtAuth, JwtConfig, MemoryStore, OlderTokens, SigningKey,
    SubjectKeys, VerifyingKey,
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
    for issued in [&[""][..], &["others"], &[]] {
        let built =
            JwtAuth::builder().secret(SECRET).audience(["orders"]).issued_audience(issued.to_vec());
        let built = built.build();
        assert!(matches!(built, Err(ConfigError::Setting { .. })), "{issued:?}: {built:?}");
    }
    let empty = JwtAuth::builder().secret(SECRET).audience(["a"]).issued_audience(["a", ""]);
    assert!(matches!(empty.build(), Err(ConfigError::Empty("audience"))));
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

/// The environment has no order.
#[test]
fn two_names_of_one_setting_do_not_contradict_each_other_in_silence() {
    for (one, other) in [
        (("AUTHJWT_ISSUER", "a"), ("AUTHJWT_ENCODE_ISSUER", "b")),
        (("AUTHJWT_AUDIENCE", "a"), ("AUTHJWT_DECODE_AUDIENCE", "b")),
        (("AUTHJWT_LEEWAY", "1"), ("AUTHJWT_DECODE_LEEWAY", "2")),
        (("AUTHJWT_ACCESS_TOKEN_EXPIRES", "60"), ("AUTHJWT_ACCESS_TOKEN_EXPIRE_MINUTES", "30")),
        (
            ("AUTHJWT_DENYLIST_TOKEN_CHECKS", "refresh"),
            ("AUTHJWT_BLACKLIST_TOKEN_CHECKS", "access,refresh"),
        ),
    ] {
        let first = build(&[one, other]).map(|auth| format!("{auth:?}")).map_err(drop);
        let second = build(&[other, one]).map(|auth| format!("{auth:?}")).map_err(drop);
        assert!(first.is_err() || first == second, "{one:?} and {other:?}: the later counts");
    }
}

#[test]
fn the_same_in_other_words_is_no_contradiction() {
    for same in [
        [("AUTHJWT_ACCESS_TOKEN_EXPIRES", "1800"), ("AUTHJWT_ACCESS_TOKEN_EXPIRE_MINUTES", "30")],
        [("AUTHJWT_DENYLIST_ENABLED", "true"), ("AUTHJWT_BLACKLIST_ENABLED", "True")],
        [("AUTHJWT_LEEWAY", "60"), ("AUTHJWT_DECODE_LEEWAY", "1m")],
        [("AUTHJWT_AUDIENCE", "a,b"), ("AUTHJWT_DECODE_AUDIENCE", "b, a")],
        [
            ("AUTHJWT_DENYLIST_TOKEN_CHECKS", "access,refresh"),
            ("AUTHJWT_BLACKLIST_TOKEN_CHECKS", "refresh,access"),
        ],
    ] {
        config(&same).expect("the same");
    }
    // Thirty seconds and thirty minutes are written alike.
    let other =
        [("AUTHJWT_ACCESS_TOKEN_EXPIRES", "30"), ("AUTHJWT_ACCESS_TOKEN_EXPIRE_MINUTES", "30")];
    config(&other).expect_err("not the same");
}

#[tokio::test]
async fn a_service_accepts_what_it_issues_or_says_that_it_will_not() {
    for variables in [
        &[("AUTHJWT_ENCODE_AUDIENCE", "orders")][..],
        &[("AUTHJWT_ENCODE_AUDIENCE", "orders"), ("AUTHJWT_DECODE_AUDIENCE", "billing")],
    ] {
        let Ok(auth) = build(variables) else { continue };
        assert!(accepts(&auth, &issued(&auth).await).await, "{variables:?}");
    }
}

#[test]
fn empty_lists_are_mistakes() {
    for name in [
        "AUTHJWT_DECODE_ISSUER",
        "AUTHJWT_DECODE_AUDIENCE",
        "AUTHJWT_ENCODE_AUDIENCE",
        "AUTHJWT_DECODE_ALGORITHMS",
        "AUTHJWT_DENYLIST_TOKEN_CHECKS",
    ] {
        for value in ["[]", ",", "[\"\"]", " "] {
            assert!(build(&[(name, value)]).is_err(), "{name}={value}");
        }
    }
}

#[test]
fn two_names_in_a_file_are_an_error() {
    for text in [
        r#"{"issuer":"a","encode_issuer":"b"}"#,
        r#"{"audience":"a","decode_audience":"b"}"#,
        r#"{"denylist_enabled":true,"blacklist_enabled":false}"#,
    ] {
        assert!(serde_json::from_str::<JwtConfig>(text).is_err(), "{text}");
    }
}

#[test]
fn settings_do_not_show_secrets() {
    let secret = String::from_utf8(SECRET.to_vec()).expect("ASCII");
    let other = String::from_utf8(OTHER_SECRET.to_vec()).expect("ASCII");
    let config = JwtConfig::from_vars(
        "AUTHJWT_",
        [
            ("AUTHJWT_SECRET_KEY", &*secret),
            ("AUTHJWT_KEY_ID", "k"),
            ("AUTHJWT_PREVIOUS_SECRET_KEY", &other),
        ],
    )
    .expect("settings");
    let shown = format!("{config:?}");
    assert!(!shown.contains(&secret) && !shown.contains(&other), "{shown}");
    let red = SigningKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a key");
    let builder = config
        .into_builder()
        .expect("a builder")
        .subject_keys(SubjectKeys::new(|_| None).signing_key("red", red.with_kid("red")))
        .accept_older(OlderTokens::authx())
        .require(|_, _| true);
    let shown = format!("{builder:?}");
    assert!(!shown.contains(&secret) && !shown.contains(&other), "{shown}");
    let shown = format!("{:?}", builder.build().expect("an authority"));
    assert!(!shown.contains(&secret) && !shown.contains(&other), "{shown}");
}
