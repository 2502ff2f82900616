//! Key confusion: a public key is not a secret. RFC 8725 §2.1 and §3.1; R2, R9.
//! CVE-2022-29217, CVE-2023-48223, CVE-2024-33663, CVE-2024-54150, CVE-2026-22817,
//! CVE-2026-27804, CVE-2026-34950, CVE-2026-48526.

use jwt_runtime::{Algorithm, ConfigError, JwtAuth, MemoryStore, SigningKey};
use jwt_tests::app::App;
use jwt_tests::attack::Target;
use jwt_tests::keys::{self, ForgerKey, der};
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::b64;

async fn target(algorithm: Algorithm) -> Target {
    let app = App::with(|builder| {
        builder.signing_key(keys::signing(algorithm)).store(MemoryStore::new())
    })
    .await;
    Target::on(app, ForgerKey::of(algorithm)).await
}

/// Everything that a server might have read from the file with the public key.
fn spellings(pem: &str) -> Vec<(&'static str, Vec<u8>)> {
    let trimmed = pem.trim_end();
    let der = der(pem);
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    vec![
        ("the PEM", pem.into()),
        ("the PEM without its last line break", trimmed.into()),
        ("the PEM with CRLF", pem.replace('\n', "\r\n").into()),
        ("the PEM with CRLF, trimmed", trimmed.replace('\n', "\r\n").into()),
        ("the PEM after a space", format!(" {pem}").into()),
        ("the PEM after a line break", format!("\n{pem}").into()),
        ("the PEM with two line breaks", format!("{pem}\n").into()),
        ("the PEM in one line", pem.replace('\n', "").into()),
        ("the PEM with escaped line breaks", pem.replace('\n', "\\n").into()),
        ("the base64", body.clone().into()),
        (
            "the base64 in lines",
            pem.lines().filter(|l| !l.starts_with('-')).collect::<Vec<_>>().join("\n").into(),
        ),
        ("the DER", der.clone()),
        ("the DER in base64url", b64(&der).into()),
        ("the DER in hex", der.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()),
    ]
}

async fn refuses_as_secrets(target: &mut Target, secrets: &[(&str, Vec<u8>)]) {
    for (what, secret) in secrets {
        for hmac in ["HS256", "HS384", "HS512"] {
            let key = ForgerKey::hmac(hmac, secret);
            let forged = target.access().header("alg", hmac).claim("sub", "admin").sign(&key);
            target.refuses(format!("{hmac} with {what}"), &forged, &token_invalid()).await;
        }
    }
}

#[tokio::test]
async fn rsa_public_key_is_no_secret() {
    let mut target = target(Algorithm::RS256).await;
    let spki = der(keys::RSA_PUBLIC);
    let modulus = &spki[33..33 + 256];
    let mut secrets = spellings(keys::RSA_PUBLIC);
    secrets.extend(spellings(keys::RSA_PUBLIC_PKCS1));
    secrets.push(("the modulus", modulus.to_vec()));
    secrets.push(("the modulus in base64url", b64(modulus).into()));
    let jwk = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, b64(modulus));
    secrets.push(("the JWK", jwk.into()));
    refuses_as_secrets(&mut target, &secrets).await;
    target.finish(31 * 9).await;
}

#[tokio::test]
async fn pss_public_key_is_no_secret() {
    let mut target = target(Algorithm::PS256).await;
    refuses_as_secrets(&mut target, &spellings(keys::RSA_PUBLIC)).await;
    target.finish(14 * 9).await;
}

#[tokio::test]
async fn elliptic_public_key_is_no_secret() {
    for (algorithm, pem, point_bytes) in
        [(Algorithm::ES256, keys::P256_PUBLIC, 65), (Algorithm::ES384, keys::P384_PUBLIC, 97)]
    {
        let mut target = target(algorithm).await;
        let spki = der(pem);
        let point = &spki[spki.len() - point_bytes..];
        let (x, y) = point[1..].split_at(point_bytes / 2);
        let mut secrets = spellings(pem);
        secrets.push(("the point", point.to_vec()));
        secrets.push(("the point without its first byte", point[1..].to_vec()));
        secrets.push(("x", x.to_vec()));
        let curve = if point_bytes == 65 { "P-256" } else { "P-384" };
        let (x, y) = (b64(x), b64(y));
        let jwk = format!(r#"{{"kty":"EC","crv":"{curve}","x":"{x}","y":"{y}"}}"#);
        secrets.push(("the JWK", jwk.into()));
        refuses_as_secrets(&mut target, &secrets).await;
        target.finish(18 * 9).await;
    }
}

#[tokio::test]
async fn edwards_public_key_is_no_secret() {
    let mut target = target(Algorithm::EdDSA).await;
    let spki = der(keys::ED25519_PUBLIC);
    let x = &spki[spki.len() - 32..];
    let mut secrets = spellings(keys::ED25519_PUBLIC);
    secrets.push(("the raw key", x.to_vec()));
    let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, b64(x));
    secrets.push(("the JWK", jwk.into()));
    refuses_as_secrets(&mut target, &secrets).await;
    target.finish(16 * 9).await;
}

/// The door from the other side: no authority can be built on a public document as its secret.
#[test]
fn public_document_is_refused_as_a_secret() {
    for (what, secret) in [
        ("SPKI", keys::RSA_PUBLIC.to_owned()),
        ("PKCS#1", keys::RSA_PUBLIC_PKCS1.to_owned()),
        ("a private key", keys::RSA.to_owned()),
        ("after white space", format!(" \n{}", keys::RSA_PUBLIC)),
        ("a JWK", format!(r#"{{"kty":"oct","k":"{}"}}"#, b64(keys::SECRET))),
        (
            "a JWK with white space",
            format!("{{ \"kty\": \"oct\", \"k\": \"{}\" }}", b64(keys::SECRET)),
        ),
    ] {
        let built = JwtAuth::builder().secret(&secret).build();
        assert!(matches!(built, Err(ConfigError::SecretGuessable)), "{what}: {built:?}");
    }
}

/// R2: the key says what it is for; RS256 and PS256 share one RSA key and nothing else.
#[tokio::test]
async fn every_algorithm_refuses_the_others_with_the_same_key() {
    for own in keys::ALGORITHMS {
        let mut target = target(own).await;
        for other in keys::ALGORITHMS {
            if other == own {
                continue;
            }
            let key = ForgerKey::of(other);
            let honest = target.access().header("alg", other.as_str()).sign(&key);
            target.refuses(format!("{other} at {own}"), &honest, &token_invalid()).await;
            let mislabelled = target.access().sign(&key);
            target.refuses(format!("{other} called {own}"), &mislabelled, &token_invalid()).await;
        }
        target.finish(11 * 2 * 3).await;
    }
}

/// An attacker has keys of every kind; none of them is the authority's.
#[tokio::test]
async fn foreign_keys_are_refused() {
    for own in keys::ALGORITHMS {
        let mut target = target(own).await;
        for (algorithm, key) in foreign_keys() {
            let forged = target.access().header("alg", algorithm).claim("sub", "admin").sign(&key);
            target
                .refuses(format!("a foreign {algorithm} at {own}"), &forged, &token_invalid())
                .await;
        }
        target.finish(11 * 3).await;
    }
}

fn foreign_keys() -> Vec<(&'static str, ForgerKey)> {
    let hmac = ["HS256", "HS384", "HS512"].map(|a| (a, ForgerKey::hmac(a, keys::OTHER_SECRET)));
    let rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
        .map(|a| (a, ForgerKey::pem(a, keys::OTHER_RSA)));
    let mut keys: Vec<_> = hmac.into_iter().chain(rsa).collect();
    keys.push(("ES256", ForgerKey::pem("ES256", keys::OTHER_P256)));
    keys.push(("EdDSA", ForgerKey::pem("EdDSA", keys::OTHER_ED25519)));
    keys
}

/// R9: with several keys, a token holds under the key that its `kid` names and under no other.
#[tokio::test]
async fn keys_of_one_authority_do_not_stand_in_for_each_other() {
    let secret = SigningKey::from_secret(Algorithm::HS256, keys::SECRET).expect("a good secret");
    let app = App::with(|builder| {
        builder
            .signing_key(secret.with_kid("mac"))
            .verifying_key(keys::verifying(Algorithm::RS256).with_kid("rsa"))
            .verifying_key(keys::verifying(Algorithm::ES256).with_kid("ec"))
            .store(MemoryStore::new())
    })
    .await;
    let mut target = Target::on(app, ForgerKey::of(Algorithm::HS256)).await;
    let keys = [("mac", Algorithm::HS256), ("rsa", Algorithm::RS256), ("ec", Algorithm::ES256)];
    for (kid, algorithm) in keys {
        let named = target.access().header("kid", kid);
        let honest =
            named.clone().header("alg", algorithm.as_str()).sign(&ForgerKey::of(algorithm));
        target.accepts(kid, &honest).await;
        for (_, other) in keys.into_iter().filter(|(other, _)| *other != kid) {
            for alg in [algorithm, other] {
                let forged = named.clone().header("alg", alg.as_str()).sign(&ForgerKey::of(other));
                let name = format!("{other} under kid {kid} as {alg}");
                target.refuses(name, &forged, &token_invalid()).await;
            }
        }
    }
    target.finish(3 * 2 * 2 * 3).await;
}
