//! Fixed keys, one set per algorithm, and an attacker's of the same kinds.
//!
//! Made with openssl for these tests and used nowhere else.

use jsonwebtoken::EncodingKey;
use jwt_runtime::{Algorithm, SigningKey, VerifyingKey};

/// The authority's secret: 64 bytes, enough for every HMAC algorithm.
pub const SECRET: &[u8] = b"gW8Zs4Qm1uVxKp7LrT0yBn5EcHf2JdAa9XoGiRk3MlNqPvDtSwUzYhCeFbOj6I+/";
/// Another one, for authorities that must not trust each other.
pub const OTHER_SECRET: &[u8] = b"Q2hvN0pRbFhzVnk0dEtkOFdiTWdBejZ1RjFyRWM5SW1Hb0hQWW5CeDNUU3dVaTVv";

/// RSA, 2048 bits: PKCS#8, PKCS#1, and the two public forms.
pub const RSA: &str = include_str!("keys/rsa.pem");
pub const RSA_PKCS1: &str = include_str!("keys/rsa.pkcs1.pem");
pub const RSA_PUBLIC: &str = include_str!("keys/rsa.pub.pem");
pub const RSA_PUBLIC_PKCS1: &str = include_str!("keys/rsa.pub.pkcs1.pem");
pub const OTHER_RSA: &str = include_str!("keys/rsa.other.pem");
pub const OTHER_RSA_PUBLIC: &str = include_str!("keys/rsa.other.pub.pem");
/// RSA, 1024 bits: too short.
pub const SHORT_RSA: &str = include_str!("keys/rsa1024.pem");
pub const SHORT_RSA_PUBLIC: &str = include_str!("keys/rsa1024.pub.pem");
/// P-256: PKCS#8, SEC 1, encrypted PKCS#8 (password "test"), and the public half.
pub const P256: &str = include_str!("keys/p256.pem");
pub const P256_SEC1: &str = include_str!("keys/p256.sec1.pem");
pub const P256_ENCRYPTED: &str = include_str!("keys/p256.encrypted.pem");
pub const P256_PUBLIC: &str = include_str!("keys/p256.pub.pem");
pub const OTHER_P256: &str = include_str!("keys/p256.other.pem");
/// P-384.
pub const P384: &str = include_str!("keys/p384.pem");
pub const P384_PUBLIC: &str = include_str!("keys/p384.pub.pem");
/// secp256k1: a point as long as one on P-256, on another curve.
pub const K256: &str = include_str!("keys/k256.pem");
pub const K256_PUBLIC: &str = include_str!("keys/k256.pub.pem");
/// Ed25519.
pub const ED25519: &str = include_str!("keys/ed25519.pem");
pub const ED25519_PUBLIC: &str = include_str!("keys/ed25519.pub.pem");
pub const OTHER_ED25519: &str = include_str!("keys/ed25519.other.pem");

/// Every algorithm of the library.
pub const ALGORITHMS: [Algorithm; 12] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The private and the public PEM for an algorithm with key pairs.
pub fn pair(algorithm: Algorithm) -> Option<(&'static str, &'static str)> {
    match algorithm.as_str() {
        "ES256" => Some((P256, P256_PUBLIC)),
        "ES384" => Some((P384, P384_PUBLIC)),
        "EdDSA" => Some((ED25519, ED25519_PUBLIC)),
        name if name.starts_with("HS") => None,
        _ => Some((RSA, RSA_PUBLIC)),
    }
}

/// The authority's signing key for an algorithm.
pub fn signing(algorithm: Algorithm) -> SigningKey {
    match pair(algorithm) {
        Some((private, _)) => SigningKey::from_pem(algorithm, private),
        None => SigningKey::from_secret(algorithm, SECRET),
    }
    .expect("the keys of the tests are good ones")
}

/// The half that verifies.
pub fn verifying(algorithm: Algorithm) -> VerifyingKey {
    match pair(algorithm) {
        Some((_, public)) => VerifyingKey::from_pem(algorithm, public),
        None => VerifyingKey::from_secret(algorithm, SECRET),
    }
    .expect("the keys of the tests are good ones")
}

/// A key as the forger holds it: any bytes, any algorithm, nothing checked.
#[derive(Clone)]
pub struct ForgerKey {
    algorithm: jsonwebtoken::Algorithm,
    key: EncodingKey,
}

impl ForgerKey {
    /// HMAC with any bytes, none included.
    pub fn hmac(algorithm: &str, secret: &[u8]) -> Self {
        Self { algorithm: jose(algorithm), key: EncodingKey::from_secret(secret) }
    }

    /// A private key in PEM.
    pub fn pem(algorithm: &str, pem: &str) -> Self {
        let algorithm = jose(algorithm);
        let key = match algorithm {
            jsonwebtoken::Algorithm::ES256 | jsonwebtoken::Algorithm::ES384 => {
                EncodingKey::from_ec_pem(pem.as_bytes())
            }
            jsonwebtoken::Algorithm::EdDSA => EncodingKey::from_ed_pem(pem.as_bytes()),
            _ => EncodingKey::from_rsa_pem(pem.as_bytes()),
        }
        .expect("the keys of the tests are good ones");
        Self { algorithm, key }
    }

    /// The authority's own key for an algorithm, in the forger's hands.
    pub fn of(algorithm: Algorithm) -> Self {
        match pair(algorithm) {
            Some((private, _)) => Self::pem(algorithm.as_str(), private),
            None => Self::hmac(algorithm.as_str(), SECRET),
        }
    }

    /// The signature of `message`, in base64url.
    pub fn sign(&self, message: &[u8]) -> String {
        jsonwebtoken::crypto::sign(message, &self.key, self.algorithm).expect("the key signs")
    }
}

fn jose(name: &str) -> jsonwebtoken::Algorithm {
    name.parse().expect("an algorithm of jsonwebtoken")
}

/// The bytes inside of a PEM file.
pub fn der(pem: &str) -> Vec<u8> {
    use base64::Engine;
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::engine::general_purpose::STANDARD.decode(body).expect("PEM holds base64")
}
