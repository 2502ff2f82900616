//! Why an authority cannot be built.

use std::fmt;

use super::{StoreError, chain};

/// What is wrong with a configuration, found when the authority is built.
///
/// `Debug` is the message and its causes, since that is what a `main` that returns the error
/// prints.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// No key at all.
    #[error("no key; give the builder `.secret(…)`, `.signing_key(…)` or `.verifying_key(…)`")]
    KeyMissing,
    /// A secret that is shorter than the output of its hash.
    #[error(
        "the secret for {algorithm} has {actual} bytes and needs at least {required}; \
         make one with `openssl rand -base64 {required}`"
    )]
    SecretTooShort {
        /// The algorithm that the secret is for.
        algorithm: &'static str,
        /// How many bytes it has.
        actual: usize,
        /// How many bytes it needs; RFC 7518 §3.2.
        required: usize,
    },
    /// A secret that is found in tutorials or repeats one byte.
    #[error("the secret is not random; make one with `openssl rand -base64 48`")]
    SecretGuessable,
    /// A key that could not be read.
    #[error("the key for {algorithm} could not be read: {hint}")]
    KeyUnreadable {
        /// The algorithm that the key is for.
        algorithm: &'static str,
        /// What to do about it.
        hint: &'static str,
    },
    /// A key of the wrong kind, curve or size.
    #[error("the key does not fit {algorithm}: {hint}")]
    KeyUnfit {
        /// The algorithm that the key is for.
        algorithm: &'static str,
        /// What is required.
        hint: &'static str,
    },
    /// The configured public key does not belong to the private key.
    #[error(
        "a verifying key does not belong to the signing key; if it is another key, give each its own `kid`"
    )]
    KeyPairMismatch,
    /// Two keys with one `kid`, or two without any.
    #[error("two keys have the same `kid`; give every key its own with `.with_kid(…)`")]
    KidRepeated,
    /// A `kid` that is empty or longer than 128 bytes.
    #[error("a `kid` has to be 1 to 128 bytes")]
    KidInvalid,
    /// Built without a crypto backend.
    #[error(
        "built without a crypto backend; turn on the feature `aws-lc-rs` or `rust-crypto` of jwt-runtime"
    )]
    CryptoBackendMissing,
    /// Built with both crypto backends and none chosen.
    #[error(
        "built with both crypto backends; turn off one of the features `aws-lc-rs` and \
         `rust-crypto`, or choose one with `.crypto_backend(…)`"
    )]
    CryptoBackendAmbiguous,
    /// An access or refresh lifetime of zero, or one that ends after the year 9999.
    #[error("`{0}` has to be between one second and 100 years")]
    LifetimeInvalid(&'static str),
    /// A leeway of more than five minutes.
    #[error("the leeway has to be at most five minutes, as RFC 7519 §4.1.4 has it")]
    LeewayTooLong,
    /// A rotation grace of more than a minute, or as long as a refresh token is good.
    #[error("`rotation_grace` has to be at most a minute, and shorter than the refresh lifetime")]
    RotationGraceTooLong,
    /// An idle timeout that is no longer than an access token is good.
    #[error(
        "`session_idle_timeout` has to be longer than the access lifetime: until its access token \
         expires, a client has no reason to refresh, and would lose its session while using it"
    )]
    IdleTimeoutTooShort,
    /// A session limit of zero.
    #[error("`session_limit` has to be at least 1; with 0 nobody could log in")]
    SessionLimitZero,
    /// Revocation checks without those of refresh tokens.
    #[error(
        "`revocation_checks` has to name refresh tokens: they work once, and only the store knows \
         which were used"
    )]
    RefreshUnchecked,
    /// A setting that only a store can fulfil, without one.
    #[error("`{0}` needs a store; give the builder `.store(…)`")]
    StoreMissing(&'static str),
    /// An empty issuer or audience.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// A setting that could not be understood.
    #[error("`{name}`: {reason}")]
    Setting {
        /// The setting or the environment variable.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store could not be opened.
    #[error("the store could not be opened")]
    Store(#[from] StoreError),
}

impl ConfigError {
    /// What is wrong with one setting.
    pub(crate) fn setting(name: &str, reason: impl fmt::Display) -> Self {
        Self::Setting { name: name.to_owned(), reason: reason.to_string() }
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        chain(self, f)
    }
}
