//! JSON Web Keys: public keys as other services write and read them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Algorithm, VerifyingKey};
use crate::error::ConfigError;

/// Hundreds of keys, and nothing that takes long to read.
const MAX_SET_BYTES: usize = 256 * 1024;

/// The public keys of an authority, for `/.well-known/jwks.json`; made by
/// [`JwtAuth::jwk_set`](crate::JwtAuth::jwk_set).
///
/// Serialises as a JWK Set. As an axum response: the same, as `application/jwk-set+json`, with
/// `Cache-Control: public, max-age=300`.
///
/// Source: [RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5).
#[derive(Clone, Debug, Serialize)]
pub struct JwkSet {
    pub(super) keys: Vec<PublicJwk>,
}

impl JwkSet {
    /// How many keys it holds.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it holds none: the keys of the authority are secrets.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// One key of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PublicJwk {
    #[serde(rename = "use")]
    pub(super) public_key_use: &'static str,
    pub(super) alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kid: Option<String>,
    #[serde(flatten)]
    pub(super) numbers: Numbers,
}

/// What of a key is public, in base64url; RFC 7518 §6, RFC 8037 §2.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kty")]
pub(super) enum Numbers {
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    #[serde(rename = "EC")]
    Ec { crv: &'static str, x: String, y: String },
    #[serde(rename = "OKP")]
    Okp { crv: &'static str, x: String },
}

/// Reads the keys of a set that can verify a token; what is of no use for that is left out.
///
/// # Errors
///
/// - [`ConfigError::Setting`] for what is no set, or has no key of use.
pub(super) fn read(json: &str) -> Result<Vec<VerifyingKey>, ConfigError> {
    #[derive(Deserialize)]
    struct Keys {
        keys: Vec<Value>,
    }
    let refused = |reason: &str| ConfigError::setting("jwk_set", reason);
    if json.len() > MAX_SET_BYTES {
        return Err(refused("it is longer than 256 KiB"));
    }
    let set: Keys = serde_json::from_str(json)
        .map_err(|_| refused("it is not a JWK Set: `{\"keys\": [ … ]}`, RFC 7517 §5"))?;
    // RFC 7517 §5: what is not understood is ignored.
    let mut keys: Vec<VerifyingKey> = Vec::new();
    for key in set.keys {
        let kid = key.get("kid").and_then(Value::as_str).map(str::to_owned);
        let usable = serde_json::from_value::<Jwk>(key).ok().and_then(|key| usable(&key));
        let Some(key) = usable else {
            tracing::debug!(?kid, "a key of a set is for something else, or not supported");
            continue;
        };
        keys.push(key);
    }
    match keys.is_empty() {
        true => Err(refused("no key of it is a public key for signatures that is supported here")),
        false => Ok(keys),
    }
}

/// The key, if it is made for signatures of an algorithm that is known here. A secret never is: in a
/// set that is there for everybody it would be none.
fn usable(jwk: &Jwk) -> Option<VerifyingKey> {
    let common = &jwk.common;
    let is_for_signatures = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
    let verifies = common
        .key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let fits: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => &[
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
        ],
        AlgorithmParameters::EllipticCurve(ec) => match ec.curve {
            EllipticCurve::P256 if has_length(32, [&ec.x, &ec.y]) => &[Algorithm::ES256],
            EllipticCurve::P384 if has_length(48, [&ec.x, &ec.y]) => &[Algorithm::ES384],
            _ => return None,
        },
        AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
            &[Algorithm::EdDSA]
        }
        _ => return None,
    };
    let algorithm = match common.key_algorithm {
        // What a key without `alg` is for: its curve says so, and of RSA it is what all begin with.
        None => *fits.first()?,
        Some(named) => *fits.iter().find(|algorithm| is_named(**algorithm, named))?,
    };
    let key = DecodingKey::from_jwk(jwk).ok()?;
    let is_usable = is_for_signatures && verifies;
    is_usable.then(|| VerifyingKey { algorithm, kid: common.key_id.clone(), key })
}

/// RFC 7518 §6.2.1.2: a coordinate has the length of its field, zeros included.
fn has_length(bytes: usize, coordinates: [&String; 2]) -> bool {
    let length = |text: &String| URL_SAFE_NO_PAD.decode(text).map(|decoded| decoded.len());
    coordinates.into_iter().all(|text| length(text) == Ok(bytes))
}

fn is_named(algorithm: Algorithm, named: KeyAlgorithm) -> bool {
    named.to_string() == algorithm.as_str()
}
