//! Secrets that can be guessed: RFC 8725 §3.5, RFC 7518 §3.2; R6. CVE-2019-20933.

use jwt_runtime::{Algorithm, ConfigError, JwtAuth, SigningKey, VerifyingKey};
use jwt_tests::attack::Target;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::token_invalid;

/// What wordlists for JWTs begin with.
const COMMON: [&str; 60] = [
    "",
    "secret",
    "Secret",
    "SECRET",
    "secret123",
    "secretkey",
    "secret_key",
    "secret-key",
    "SECRET_KEY",
    "supersecret",
    "super-secret",
    "super_secret_key",
    "mysecret",
    "my-secret",
    "my_secret_key",
    "mysecretkey",
    "jwt",
    "jwtsecret",
    "jwt_secret",
    "jwt-secret",
    "JWT_SECRET",
    "jwt_secret_key",
    "jwtkey",
    "jwt-key",
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "your_secret_key",
    "your-secret-key",
    "yoursecret",
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "password",
    "Password1",
    "passw0rd",
    "P@ssw0rd",
    "123456",
    "12345678",
    "1234567890",
    "qwerty",
    "admin",
    "administrator",
    "root",
    "test",
    "test123",
    "testing",
    "dev",
    "development",
    "debug",
    "default",
    "example",
    "key",
    "private",
    "token",
    "auth",
    "none",
    "null",
    "undefined",
];

#[tokio::test]
async fn tokens_signed_with_common_secrets_are_refused() {
    let mut target = Target::new().await;
    for secret in COMMON {
        for algorithm in ["HS256", "HS512"] {
            let key = ForgerKey::hmac(algorithm, secret.as_bytes());
            let forged = target.access().header("alg", algorithm).sign(&key);
            target.refuses(format!("{algorithm} {secret:?}"), &forged, &token_invalid()).await;
        }
    }
    target.finish(360).await;
}

/// A secret in another spelling is another secret.
#[tokio::test]
async fn relatives_of_the_secret_are_refused() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let mut target = Target::new().await;
    let text = std::str::from_utf8(SECRET).expect("ASCII");
    for (what, secret) in [
        ("base64", STANDARD.encode(SECRET).into_bytes()),
        ("decoded as base64", STANDARD.decode(SECRET).expect("it happens to be base64")),
        ("with a line break", format!("{text}\n").into_bytes()),
        ("with a NUL", format!("{text}\0").into_bytes()),
        ("lower case", text.to_lowercase().into_bytes()),
        ("upper case", text.to_uppercase().into_bytes()),
        ("its first half", SECRET[..32].to_vec()),
        ("reversed", SECRET.iter().rev().copied().collect()),
        ("quoted", format!("\"{text}\"").into_bytes()),
    ] {
        let forged = target.access().sign(&ForgerKey::hmac("HS256", &secret));
        target.refuses(what, &forged, &token_invalid()).await;
    }
    target.finish(27).await;
}

#[test]
fn common_secrets_are_refused_at_start_up() {
    for secret in COMMON {
        let built = JwtAuth::builder().secret(secret).build();
        assert!(matches!(built, Err(ConfigError::SecretTooShort { .. })), "{secret:?}: {built:?}");
    }
}

#[test]
fn secret_is_as_long_as_the_hash() {
    for (algorithm, required) in
        [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)]
    {
        for length in 0..required {
            for refused in [
                SigningKey::from_secret(algorithm, &SECRET[..length]).map(drop),
                VerifyingKey::from_secret(algorithm, &SECRET[..length]).map(drop),
            ] {
                match refused {
                    Err(ConfigError::SecretTooShort {
                        algorithm: name,
                        actual,
                        required: asked,
                    }) => {
                        assert_eq!((name, actual, asked), (algorithm.as_str(), length, required));
                    }
                    other => panic!("{algorithm} with {length} bytes: {other:?}"),
                }
            }
        }
        SigningKey::from_secret(algorithm, &SECRET[..required]).expect("exactly long enough");
    }
}

/// Long enough is not the same as random.
#[test]
fn long_secrets_that_everybody_knows_are_refused() {
    let repeated = [b'x'; 64];
    for secret in [
        "a-string-secret-at-least-256-bits-long".as_bytes(),
        b"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
        b"your-super-secret-jwt-token-with-at-least-32-characters-long",
        &repeated,
        &[0; 32],
    ] {
        for refused in [
            SigningKey::from_secret(Algorithm::HS256, secret).map(drop),
            VerifyingKey::from_secret(Algorithm::HS256, secret).map(drop),
        ] {
            assert!(
                matches!(refused, Err(ConfigError::SecretGuessable)),
                "{secret:?}: {refused:?}"
            );
        }
    }
}
