//! The configuration out of `JWT_*`, without touching the environment of the tests.

use std::time::Duration;

use jwt_runtime::{ConfigError, JwtConfig, TokenType};
use jwt_tests::keys;

const TEXT_SECRET: &str = "o2dFPc0VJ1fBqFm8DfUzkF0hJmT3yX4u";

fn read(variables: &[(&str, &str)]) -> Result<JwtConfig, ConfigError> {
    JwtConfig::from_vars("JWT_", variables.iter().copied())
}

#[test]
fn every_variable_is_read() {
    let config = read(&[
        ("JWT_ALGORITHM", "RS256"),
        ("JWT_PRIVATE_KEY", keys::RSA),
        ("JWT_PRIVATE_KEY_FILE", "/private"),
        ("JWT_PUBLIC_KEY", keys::RSA_PUBLIC),
        ("JWT_PUBLIC_KEY_FILE", "/public"),
        ("JWT_SECRET_KEY", TEXT_SECRET),
        ("JWT_KEY_ID", "k"),
        ("JWT_ISSUER", "me"),
        ("JWT_AUDIENCE", "orders, billing"),
        ("JWT_LEEWAY", "10s"),
        ("JWT_ACCESS_TOKEN_EXPIRES", "300"),
        ("JWT_REFRESH_TOKEN_EXPIRES", "7d"),
        ("JWT_ROTATION_GRACE", "30s"),
        ("JWT_SESSION_LIFETIME", "90d"),
        ("JWT_SESSION_IDLE_TIMEOUT", "14d"),
        ("JWT_SESSION_LIMIT", "5"),
        ("JWT_SESSION_LIMIT_POLICY", "refuse"),
        ("JWT_DENYLIST_TOKEN_CHECKS", "access, refresh"),
        ("JWT_REDIS_URL", "redis://localhost"),
        ("JWT_STORE_PATH", "/sessions"),
        ("JWT_TOKEN_LOCATION", "headers"),
    ])
    .expect("all of them are settings");
    assert_eq!(config.algorithm.as_deref(), Some("RS256"));
    assert!(config.private_key.is_some() && config.secret_key.is_some());
    assert!(config.redis_url.is_some());
    assert_eq!(config.store_path.as_deref(), Some("/sessions".as_ref()));
    assert_eq!(config.public_key.as_deref(), Some(keys::RSA_PUBLIC));
    assert_eq!(config.private_key_file.as_deref(), Some("/private".as_ref()));
    assert_eq!(config.public_key_file.as_deref(), Some("/public".as_ref()));
    assert_eq!(config.key_id.as_deref(), Some("k"));
    assert_eq!(config.issuer.as_deref(), Some("me"));
    assert_eq!(config.audience, ["orders", "billing"]);
    assert_eq!(config.leeway, Some(Duration::from_secs(10)));
    assert_eq!(config.access_token_expires, Some(Duration::from_secs(300)));
    assert_eq!(config.refresh_token_expires, Some(Duration::from_secs(7 * 86_400)));
    assert_eq!(config.rotation_grace, Some(Duration::from_secs(30)));
    assert_eq!(config.session_lifetime, Some(Duration::from_secs(90 * 86_400)));
    assert_eq!(config.session_idle_timeout, Some(Duration::from_secs(14 * 86_400)));
    assert_eq!(config.session_limit, Some(5));
    assert_eq!(config.session_limit_policy.as_deref(), Some("refuse"));
    let both = vec![TokenType::Access, TokenType::Refresh];
    assert_eq!(config.denylist_token_checks, Some(both));
}

#[test]
fn secret_alone_is_enough() {
    let config = read(&[("JWT_SECRET_KEY", TEXT_SECRET)]).expect("a setting");
    config.into_builder().and_then(|builder| builder.build()).expect("an authority");
}

#[test]
fn variable_that_cannot_be_read_is_named() {
    for (name, value) in [
        ("JWT_LEEWAY", "soon"),
        ("JWT_LEEWAY", "-1"),
        ("JWT_ACCESS_TOKEN_EXPIRES", "1.5"),
        ("JWT_ACCESS_TOKEN_EXPIRES", "15 parsecs"),
        ("JWT_REFRESH_TOKEN_EXPIRES", "never"),
        ("JWT_ROTATION_GRACE", "a while"),
        ("JWT_SESSION_LIFETIME", "forever"),
        ("JWT_SESSION_IDLE_TIMEOUT", "-1"),
        ("JWT_SESSION_LIMIT", "few"),
        ("JWT_SESSION_LIMIT", "-1"),
        ("JWT_SESSION_LIMIT", "4294967296"),
        ("JWT_DENYLIST_TOKEN_CHECKS", "access,id"),
        ("JWT_DENYLIST_TOKEN_CHECKS", "access,,refresh"),
    ] {
        match read(&[(name, value)]) {
            Err(ConfigError::Setting { name: told, reason }) => {
                assert_eq!(told, name);
                assert!(!reason.is_empty());
            }
            other => panic!("{name}={value}: {other:?}"),
        }
    }
}

#[test]
fn other_variables_are_left_alone() {
    let config = read(&[
        ("HOME", "/root"),
        ("JWT", "x"),
        ("jwt_issuer", "lower case"),
        ("MY_JWT_ISSUER", "prefixed"),
        ("JWT_SOMETHING_ELSE", "unknown"),
        ("JWT_ISSUER", ""),
        ("JWT_SECRET_KEY", ""),
    ])
    .expect("nothing to complain about");
    assert!(config.issuer.is_none() && config.secret_key.is_none(), "empty is not set");
}

#[test]
fn prefix_is_free() {
    let variables = [("AUTHJWT_SECRET_KEY", TEXT_SECRET), ("JWT_ISSUER", "other")];
    let config = JwtConfig::from_vars("AUTHJWT_", variables).expect("settings");
    assert!(config.secret_key.is_some() && config.issuer.is_none());
}

#[test]
fn missing_and_weak_keys_are_refused_when_built() {
    for variables in [
        &[][..],
        &[("JWT_SECRET_KEY", "secret")],
        &[("JWT_SECRET_KEY", "a-string-secret-at-least-256-bits-long")],
        &[("JWT_SECRET_KEY", TEXT_SECRET), ("JWT_ALGORITHM", "none")],
        &[("JWT_SECRET_KEY", TEXT_SECRET), ("JWT_ALGORITHM", "HS512")],
        &[("JWT_SECRET_KEY", TEXT_SECRET), ("JWT_AUDIENCE", "a,,b")],
        &[("JWT_SECRET_KEY", TEXT_SECRET), ("JWT_ROTATION_GRACE", "61s")],
        &[("JWT_SECRET_KEY", TEXT_SECRET), ("JWT_DENYLIST_TOKEN_CHECKS", "access")],
        &[("JWT_SECRET_KEY", TEXT_SECRET), ("JWT_SESSION_LIMIT", "5")],
        &[("JWT_SECRET_KEY", TEXT_SECRET), ("JWT_SESSION_LIMIT_POLICY", "refuse")],
        &[("JWT_PRIVATE_KEY", keys::RSA)],
        &[("JWT_PRIVATE_KEY_FILE", "/nowhere/at/all"), ("JWT_ALGORITHM", "RS256")],
    ] {
        let built = read(variables).and_then(JwtConfig::into_builder).and_then(|b| b.build());
        assert!(built.is_err(), "{variables:?}");
    }
}
