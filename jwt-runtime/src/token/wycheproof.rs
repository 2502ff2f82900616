//! Project Wycheproof's vectors for JSON Web Signatures, run against everything that happens to a
//! token before its claims are read: format, header, choice of the key, signature.
//!
//! The vectors sign text, not claims, and have no `typ`, so the two checks that they cannot pass
//! are left out here: the header's `typ`, and the payload.

use std::collections::BTreeMap;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;

use super::decode::{CompactToken, base64url};
use super::header::Header;
use crate::keys::{Algorithm, CryptoBackend, KeyRing, VerifyingKey};

const VECTORS: &str =
    include_str!("../../../tests/vectors/wycheproof/json_web_signature_test.json");

/// Vectors whose verdict is not ours, and why.
const EXCEPTIONS: [(u32, &str); 14] = [
    (259, "an empty payload is no claims set"),
    (264, "an empty payload is no claims set"),
    (268, "an empty payload is no claims set"),
    (272, "an empty payload is no claims set"),
    (320, "an empty payload is no claims set"),
    (325, "an empty payload is no claims set"),
    (346, "the key is for PS256, the token is PS384"),
    (347, "ES512 is not supported"),
    (350, "the key is for PS256, the token is PS384"),
    (351, "ES512 is not supported"),
    (367, "byte for byte the valid token of 357"),
    (370, "byte for byte the valid token of 357"),
    (372, "a `?` inside of base64url"),
    (373, "a `?` inside of base64url"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    public: Option<Value>,
    private: Value,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    tc_id: u32,
    comment: String,
    jws: Value,
    result: String,
}

/// The key of a group, bound to the algorithm that it names.
fn key_ring(group: &Group) -> Option<KeyRing> {
    let jwk = group.public.as_ref().unwrap_or(&group.private);
    let algorithm: Algorithm = jwk["alg"].as_str()?.parse().ok()?;
    let key = DecodingKey::from_jwk(&Jwk::deserialize(jwk).ok()?).ok()?;
    let key = VerifyingKey::from_jose(algorithm, key);
    #[cfg(feature = "aws-lc-rs")]
    let backend = CryptoBackend::AwsLcRs;
    #[cfg(not(feature = "aws-lc-rs"))]
    let backend = CryptoBackend::RustCrypto;
    KeyRing::new(backend, None, Vec::new(), vec![key], Vec::new(), None).ok()
}

fn is_accepted(token: &Value, keys: &KeyRing) -> bool {
    let verify = || {
        let token = CompactToken::parse(token.as_str()?).ok()?;
        let header = base64url(token.header).ok()?;
        let header = Header::parse(&header).ok()?;
        let key = keys.select(None, &header.alg).ok()?;
        base64url(token.payload).ok()?;
        let signature = base64url(token.signature).ok()?;
        key.verify(token.signing_input.as_bytes(), &signature).ok()
    };
    verify().is_some()
}

#[test]
fn verdicts_of_project_wycheproof_are_ours() {
    let vectors: Vectors = serde_json::from_str(VECTORS).unwrap();
    let exceptions: BTreeMap<u32, &str> = EXCEPTIONS.into();
    let (mut valid, mut invalid, mut without_key, mut wrong) = (0, 0, 0, Vec::new());
    for group in &vectors.test_groups {
        let keys = key_ring(group);
        for case in &group.tests {
            let accepted = keys.as_ref().is_some_and(|keys| is_accepted(&case.jws, keys));
            let expected = case.result == "valid";
            match (&keys, accepted) {
                (None, _) => without_key += 1,
                (Some(_), true) => valid += 1,
                (Some(_), false) => invalid += 1,
            }
            // An exception has to be one.
            if (accepted == expected) == exceptions.contains_key(&case.tc_id) {
                wrong.push(format!("{} {}: {}", case.tc_id, case.comment, case.result));
            }
        }
    }
    assert_eq!(valid + invalid + without_key, vectors.number_of_tests);
    assert!(wrong.is_empty(), "{valid} {invalid} {without_key}\n{}", wrong.join("\n"));
}
