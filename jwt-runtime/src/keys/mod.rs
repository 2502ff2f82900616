//! Keys: each is made for one algorithm and may carry a `kid`.

mod algorithm;
mod backend;
mod jwk;
mod key_ring;
mod key_set;
mod pem;
mod subject_keys;

use std::fmt;

use jsonwebtoken::{DecodingKey, EncodingKey};

pub use algorithm::{Algorithm, AlgorithmError};
pub use backend::CryptoBackend;
pub use jwk::JwkSet;
pub use key_set::KeySet;
pub use subject_keys::SubjectKeys;

pub(crate) use algorithm::Family;
pub(crate) use key_ring::{KeyRing, Selected, SignedBy, Signer};
pub(crate) use key_set::SetKey;
pub(crate) use subject_keys::{ChosenKey, KeyChoice};

use crate::error::ConfigError;

/// Secrets that are printed in tutorials, and long enough to pass for one.
const TUTORIAL_SECRETS: [&[u8]; 4] = [
    b"a-string-secret-at-least-256-bits-long",
    b"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    b"your-super-secret-jwt-token-with-at-least-32-characters-long",
    b"django-insecure-please-change-me-to-something-secret",
];

/// A key that signs tokens, and verifies them too.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Algorithm, SigningKey};
///
/// let key = SigningKey::from_secret(Algorithm::HS256, [7, 1].repeat(16))?.with_kid("2026-11");
/// assert!(SigningKey::from_secret(Algorithm::HS512, [7, 1].repeat(16)).is_err(), "too short");
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    kid: Option<String>,
    key: EncodingKey,
}

/// A key that verifies tokens and cannot sign any: a public key, or a secret that is being
/// retired.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Algorithm, VerifyingKey};
///
/// let pem = "-----BEGIN PUBLIC KEY-----
/// MCowBQYDK2VwAyEA2+Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj8=
/// -----END PUBLIC KEY-----";
/// let key = VerifyingKey::from_pem(Algorithm::EdDSA, pem)?.with_kid("partner");
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    kid: Option<String>,
    key: DecodingKey,
}

impl SigningKey {
    /// A secret for HS256, HS384 or HS512.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::SecretTooShort`] with fewer than 32, 48 or 64 bytes (RFC 7518 §3.2).
    /// - [`ConfigError::SecretGuessable`] for a secret out of a tutorial, or of one byte repeated.
    /// - [`ConfigError::KeyUnfit`] for an algorithm that takes a key pair.
    pub fn from_secret(
        algorithm: Algorithm,
        secret: impl AsRef<[u8]>,
    ) -> Result<Self, ConfigError> {
        let secret = checked_secret(algorithm, secret.as_ref())?;
        Ok(Self { algorithm, kid: None, key: EncodingKey::from_secret(secret) })
    }

    /// A private key in PEM: PKCS#8, or PKCS#1 for RSA.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::KeyUnreadable`], which says what to do.
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Ok(Self { algorithm, kid: None, key: pem::private(algorithm, pem.as_ref())? })
    }

    /// A private key in DER, PKCS#8.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::KeyUnreadable`], which says what to do.
    pub fn from_der(algorithm: Algorithm, der: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Self::from_pem(algorithm, pem::armour("PRIVATE KEY", der.as_ref()))
    }

    /// Names the key: tokens carry the name as `kid`, and are verified with the key of that name.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }
}

impl VerifyingKey {
    /// A secret for HS256, HS384 or HS512 that is no longer used to sign.
    ///
    /// # Errors
    ///
    /// As [`SigningKey::from_secret`].
    pub fn from_secret(
        algorithm: Algorithm,
        secret: impl AsRef<[u8]>,
    ) -> Result<Self, ConfigError> {
        let secret = checked_secret(algorithm, secret.as_ref())?;
        Ok(Self { algorithm, kid: None, key: DecodingKey::from_secret(secret) })
    }

    /// A public key in PEM: SubjectPublicKeyInfo, or PKCS#1 for RSA.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::KeyUnreadable`], which says what to do.
    pub fn from_pem(algorithm: Algorithm, pem: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Ok(Self { algorithm, kid: None, key: pem::public(algorithm, pem.as_ref())? })
    }

    /// A public key in DER, SubjectPublicKeyInfo.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::KeyUnreadable`], which says what to do.
    pub fn from_der(algorithm: Algorithm, der: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Self::from_pem(algorithm, pem::armour("PUBLIC KEY", der.as_ref()))
    }

    /// A key in jsonwebtoken's form, for test vectors.
    #[cfg(all(test, any(feature = "aws-lc-rs", feature = "rust-crypto")))]
    pub(crate) fn from_jose(algorithm: Algorithm, key: DecodingKey) -> Self {
        Self { algorithm, kid: None, key }
    }

    /// Names the key: it verifies the tokens whose header has this `kid`, and no others.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }
}

fn checked_secret(algorithm: Algorithm, secret: &[u8]) -> Result<&[u8], ConfigError> {
    let Family::Hmac { min_secret_bytes } = algorithm.family() else {
        return Err(ConfigError::KeyUnfit {
            algorithm: algorithm.as_str(),
            hint: "it takes a key pair, not a secret; use `from_pem`",
        });
    };
    if secret.len() < min_secret_bytes {
        return Err(ConfigError::SecretTooShort {
            algorithm: algorithm.as_str(),
            actual: secret.len(),
            required: min_secret_bytes,
        });
    }
    let repeats_one_byte = secret.iter().all(|byte| Some(byte) == secret.first());
    // A PEM or JWK document as a secret is how key confusion starts: its public half is no secret.
    let contains = |text: &[u8]| secret.windows(text.len()).any(|window| window == text);
    let is_a_public_document = contains(b"-----BEGIN ") || contains(b"\"kty\"");
    if repeats_one_byte || is_a_public_document || TUTORIAL_SECRETS.contains(&secret) {
        return Err(ConfigError::SecretGuessable);
    }
    Ok(secret)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_key(f, "SigningKey", self.algorithm, self.kid.as_deref())
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug_key(f, "VerifyingKey", self.algorithm, self.kid.as_deref())
    }
}

fn debug_key(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    algorithm: Algorithm,
    kid: Option<&str>,
) -> fmt::Result {
    f.debug_struct(name).field("algorithm", &algorithm).field("kid", &kid).finish_non_exhaustive()
}
