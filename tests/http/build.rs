//! What `build()` refuses, so that no request has to: R5, R6.

use std::time::Duration;

use jwt_runtime::{
    Algorithm, ConfigError, JwtAuth, JwtAuthBuilder, MemoryStore, SessionLimit, SigningKey,
    TokenType, VerifyingKey,
};
use jwt_tests::keys::{self, OTHER_SECRET, SECRET, der};

#[track_caller]
fn error(built: Result<JwtAuth, ConfigError>) -> ConfigError {
    match built {
        Ok(auth) => panic!("it was built: {auth:?}"),
        Err(error) => error,
    }
}

fn with_secret() -> JwtAuthBuilder {
    JwtAuth::builder().secret(SECRET)
}

#[test]
fn key_is_required() {
    assert!(matches!(error(JwtAuth::builder().build()), ConfigError::KeyMissing));
}

#[test]
fn lifetimes_have_a_beginning_and_an_end() {
    let (zero, moment) = (Duration::ZERO, Duration::from_millis(999));
    for lifetime in [zero, moment, Duration::from_secs(101 * 366 * 86_400), Duration::MAX] {
        let access = error(with_secret().access_lifetime(lifetime).build());
        assert!(matches!(access, ConfigError::LifetimeInvalid("access_token_expires")), "{access}");
        let refresh = error(with_secret().refresh_lifetime(lifetime).build());
        assert!(matches!(refresh, ConfigError::LifetimeInvalid("refresh_token_expires")));
    }
    let second = Duration::from_secs(1);
    with_secret().access_lifetime(second).refresh_lifetime(second).build().expect("short");
}

#[test]
fn sessions_have_a_beginning_and_an_end() {
    let with_store = || with_secret().store(MemoryStore::new());
    let seconds = Duration::from_secs;
    for grace in [seconds(61), seconds(3_600), Duration::MAX] {
        let built = error(with_store().rotation_grace(grace).build());
        assert!(matches!(built, ConfigError::RotationGraceTooLong), "{built}");
    }
    with_store().rotation_grace(seconds(60)).build().expect("a minute");
    let brief = with_store().access_lifetime(seconds(1)).idle_timeout(seconds(10));
    let built = error(brief.rotation_grace(seconds(10)).build());
    assert!(matches!(built, ConfigError::RotationGraceTooLong), "{built}");

    for lifetime in [Duration::ZERO, Duration::from_millis(999), Duration::MAX] {
        let built = error(with_store().session_lifetime(lifetime).build());
        assert!(matches!(built, ConfigError::LifetimeInvalid("session_lifetime")), "{built}");
        let built = error(with_store().idle_timeout(lifetime).build());
        assert!(matches!(built, ConfigError::LifetimeInvalid("session_idle_timeout")), "{built}");
    }
    for timeout in [seconds(1), seconds(899), seconds(900)] {
        let built = error(with_store().idle_timeout(timeout).build());
        assert!(matches!(built, ConfigError::IdleTimeoutTooShort), "{built}");
    }
    with_store().idle_timeout(seconds(901)).build().expect("longer than an access token is good");
}

#[test]
fn session_limit_lets_somebody_in() {
    for limit in [SessionLimit::Refuse(0), SessionLimit::EndOldest(0)] {
        let built = error(with_secret().store(MemoryStore::new()).session_limit(limit).build());
        assert!(matches!(built, ConfigError::SessionLimitZero), "{built}");
    }
    for limit in [SessionLimit::Refuse(1), SessionLimit::EndOldest(1)] {
        // Without a store nobody counts.
        let built = error(with_secret().session_limit(limit).build());
        assert!(matches!(built, ConfigError::StoreMissing("session_limit")), "{built}");
        with_secret().store(MemoryStore::new()).session_limit(limit).build().expect("one");
    }
}

#[test]
fn refresh_tokens_are_always_looked_up() {
    for types in [&[][..], &[TokenType::Access]] {
        let types = types.iter().copied();
        let built = error(with_secret().store(MemoryStore::new()).revocation_checks(types).build());
        assert!(matches!(built, ConfigError::RefreshUnchecked), "{built}");
    }
}

#[test]
fn names_are_not_empty() {
    assert!(matches!(error(with_secret().issuer("").build()), ConfigError::Empty("issuer")));
    for audience in [vec![""], vec!["a", ""]] {
        let error = error(with_secret().audience(audience).build());
        assert!(matches!(error, ConfigError::Empty("audience")));
    }
}

#[test]
fn kid_is_a_short_name_of_its_own() {
    let signing = |kid: &str| keys::signing(Algorithm::HS256).with_kid(kid);
    let verifying = |kid: &str| {
        VerifyingKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("good").with_kid(kid)
    };
    let long = "k".repeat(129);
    for kid in ["", &long] {
        let own = error(JwtAuth::builder().signing_key(signing(kid)).build());
        assert!(matches!(own, ConfigError::KidInvalid), "{own}");
        let other = error(with_secret().verifying_key(verifying(kid)).build());
        assert!(matches!(other, ConfigError::KidInvalid), "{other}");
    }
    JwtAuth::builder().signing_key(signing(&long[..128])).build().expect("128 bytes");
    let twice = with_secret().verifying_key(verifying("a")).verifying_key(verifying("a"));
    assert!(matches!(error(twice.build()), ConfigError::KidRepeated));
    let nameless = VerifyingKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("good");
    let two = JwtAuth::builder().verifying_key(nameless.clone()).verifying_key(nameless);
    assert!(matches!(error(two.build()), ConfigError::KidRepeated));
}

#[test]
fn key_pair_has_to_belong_together() {
    let mine = || keys::signing(Algorithm::RS256);
    let theirs = VerifyingKey::from_pem(Algorithm::RS256, keys::OTHER_RSA_PUBLIC).expect("good");
    let mixed = JwtAuth::builder().signing_key(mine()).verifying_key(theirs.clone());
    assert!(matches!(error(mixed.build()), ConfigError::KeyPairMismatch));
    let pss = keys::verifying(Algorithm::PS256);
    let other_algorithm = JwtAuth::builder().signing_key(mine()).verifying_key(pss);
    assert!(matches!(error(other_algorithm.build()), ConfigError::KeyPairMismatch));
    let own = keys::verifying(Algorithm::RS256);
    JwtAuth::builder().signing_key(mine()).verifying_key(own).build().expect("the other half");
    let named = JwtAuth::builder().signing_key(mine()).verifying_key(theirs.with_kid("theirs"));
    named.build().expect("a key of its own");
}

#[test]
fn private_key_has_to_fit_its_algorithm() {
    use Algorithm::*;
    for (algorithm, pem) in [
        (RS256, keys::P256),
        (RS256, keys::ED25519),
        (PS512, keys::P384),
        (ES256, keys::RSA),
        (ES256, keys::P384),
        (ES256, keys::K256),
        (ES256, keys::ED25519),
        (ES384, keys::P256),
        (EdDSA, keys::RSA),
        (EdDSA, keys::P256),
        (RS256, keys::SHORT_RSA),
        (PS256, keys::SHORT_RSA),
        (RS256, keys::RSA_PUBLIC),
        (ES256, keys::P256_PUBLIC),
        (EdDSA, keys::ED25519_PUBLIC),
        (HS256, keys::RSA),
        (RS256, ""),
        (RS256, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"),
        (RS256, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        (RS256, "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n"),
        (ES256, "not a key"),
    ] {
        let built = SigningKey::from_pem(algorithm, pem)
            .and_then(|key| JwtAuth::builder().signing_key(key).build());
        let error = error(built);
        let is_told = match &error {
            ConfigError::KeyUnreadable { algorithm: name, hint }
            | ConfigError::KeyUnfit { algorithm: name, hint } => {
                *name == algorithm.as_str() && !hint.is_empty()
            }
            _ => false,
        };
        assert!(is_told, "{algorithm}: {error:?}");
    }
}

#[test]
fn public_key_has_to_fit_its_algorithm() {
    use Algorithm::*;
    for (algorithm, pem) in [
        (RS256, keys::P256_PUBLIC),
        (RS256, keys::ED25519_PUBLIC),
        (ES256, keys::RSA_PUBLIC),
        (ES256, keys::P384_PUBLIC),
        (ES256, keys::K256_PUBLIC),
        (ES384, keys::P256_PUBLIC),
        (EdDSA, keys::RSA_PUBLIC),
        (EdDSA, keys::P256_PUBLIC),
        (RS256, keys::SHORT_RSA_PUBLIC),
        (PS384, keys::SHORT_RSA_PUBLIC),
        // The private half would verify nothing, and lie about where it should not.
        (RS256, keys::RSA),
        (RS256, keys::RSA_PKCS1),
        (ES256, keys::P256),
        (EdDSA, keys::ED25519),
        (HS256, keys::RSA_PUBLIC),
        (RS256, ""),
    ] {
        let built = VerifyingKey::from_pem(algorithm, pem)
            .and_then(|key| JwtAuth::builder().verifying_key(key).build());
        let error = error(built);
        assert!(
            matches!(error, ConfigError::KeyUnreadable { .. } | ConfigError::KeyUnfit { .. }),
            "{algorithm}: {error:?}"
        );
    }
}

/// R5, RFC 8725 §3.4: a point beside the curve is no key.
#[test]
fn point_has_to_be_on_the_curve() {
    for (algorithm, pem) in
        [(Algorithm::ES256, keys::P256_PUBLIC), (Algorithm::ES384, keys::P384_PUBLIC)]
    {
        let mut beside = der(pem);
        *beside.last_mut().expect("not empty") ^= 1;
        let built = VerifyingKey::from_der(algorithm, beside)
            .and_then(|key| JwtAuth::builder().verifying_key(key).build());
        let error = error(built);
        assert!(matches!(error, ConfigError::KeyUnfit { .. } | ConfigError::KeyUnreadable { .. }));
    }
}

#[test]
fn hints_say_what_to_do() {
    for (built, hint) in [
        (SigningKey::from_pem(Algorithm::ES256, keys::P256_SEC1).map(drop), "openssl pkcs8 -topk8"),
        (SigningKey::from_pem(Algorithm::ES256, keys::P256_ENCRYPTED).map(drop), "encrypted"),
        (SigningKey::from_pem(Algorithm::HS256, keys::RSA).map(drop), "from_secret"),
        (SigningKey::from_secret(Algorithm::RS256, SECRET).map(drop), "from_pem"),
        (VerifyingKey::from_pem(Algorithm::RS256, keys::RSA).map(drop), "-pubout"),
        (SigningKey::from_secret(Algorithm::HS256, "short").map(drop), "openssl rand"),
    ] {
        let error = built.expect_err("none of them is a key");
        assert!(error.to_string().contains(hint), "{error}");
    }
}

#[test]
fn algorithms_are_named_exactly() {
    for algorithm in keys::ALGORITHMS {
        assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        assert_eq!(algorithm.to_string(), algorithm.as_str());
        assert!(algorithm.as_str().to_lowercase().parse::<Algorithm>().is_err());
    }
    for name in ["", "none", "None", "HS1", "ES512", "ES256K", "RSA", "Ed448", " HS256", "HS256 "] {
        let error = name.parse::<Algorithm>().expect_err("no algorithm");
        assert!(error.to_string().contains("HS256, HS384"), "{error}");
    }
}
