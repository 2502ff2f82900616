//! Reading keys: PEM and DER.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::algorithm::{Algorithm, Family};
use crate::error::ConfigError;

fn unreadable(algorithm: Algorithm, hint: &'static str) -> ConfigError {
    ConfigError::KeyUnreadable { algorithm: algorithm.as_str(), hint }
}

const SECRET_HINT: &str = "this algorithm takes a secret, not a key pair; use `from_secret`";

/// Reads a private key: PKCS#8, or PKCS#1 for RSA.
pub(super) fn private(algorithm: Algorithm, pem: &[u8]) -> Result<EncodingKey, ConfigError> {
    let text = std::str::from_utf8(pem).unwrap_or_default();
    if text.contains("-----BEGIN EC PRIVATE KEY-----") {
        return Err(unreadable(
            algorithm,
            "it is in SEC 1 form; convert it with `openssl pkcs8 -topk8 -nocrypt -in key.pem`",
        ));
    }
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        return Err(unreadable(
            algorithm,
            "it is encrypted; decrypt it with `openssl pkcs8 -in key.pem`",
        ));
    }
    if !text.contains("PRIVATE KEY-----") {
        return Err(unreadable(algorithm, "it is not a PEM private key"));
    }
    match algorithm.family() {
        Family::Hmac { .. } => return Err(unreadable(algorithm, SECRET_HINT)),
        Family::Rsa => EncodingKey::from_rsa_pem(pem),
        Family::Ec { .. } => EncodingKey::from_ec_pem(pem),
        Family::Ed25519 => EncodingKey::from_ed_pem(pem),
    }
    .map_err(|_| unreadable(algorithm, "it is not a private key of this algorithm's family"))
}

/// Reads a public key: SubjectPublicKeyInfo, or PKCS#1 for RSA.
pub(super) fn public(algorithm: Algorithm, pem: &[u8]) -> Result<DecodingKey, ConfigError> {
    let text = std::str::from_utf8(pem).unwrap_or_default();
    // jsonwebtoken would take the private half of a PKCS#1 key, and then verify nothing with it.
    if !text.contains("PUBLIC KEY-----") {
        return Err(unreadable(
            algorithm,
            "it is not a PEM public key; extract one with `openssl pkey -pubout -in key.pem`",
        ));
    }
    if let Family::Ec { curve_oid, .. } = algorithm.family()
        && !der(text).windows(curve_oid.len()).any(|bytes| bytes == curve_oid)
    {
        return Err(unreadable(algorithm, "it is not a public key on this algorithm's curve"));
    }
    match algorithm.family() {
        Family::Hmac { .. } => return Err(unreadable(algorithm, SECRET_HINT)),
        Family::Rsa => DecodingKey::from_rsa_pem(pem),
        Family::Ec { .. } => DecodingKey::from_ec_pem(pem),
        Family::Ed25519 => DecodingKey::from_ed_pem(pem),
    }
    .map_err(|_| unreadable(algorithm, "it is not a public key of this algorithm's family"))
}

/// PEM armour around DER, since only jsonwebtoken's PEM reader looks inside of the structure.
pub(super) fn armour(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// What is inside of the armour; empty if that is not base64.
fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with('-')).collect();
    STANDARD.decode(body).unwrap_or_default()
}
