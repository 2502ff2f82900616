//! The keys of somebody else, who changes them.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::key_ring::Verifier;
use super::{CryptoBackend, VerifyingKey, jwk};
use crate::error::ConfigError;

/// The public keys of another service that issues tokens with this library, as it
/// [publishes](crate::JwtAuth::jwk_set) them, which can be replaced while requests are served: for
/// [`key_set`](crate::JwtAuthBuilder::key_set). Of tokens of other make, which have no claim `type`,
/// those of an older library are taken where the set is [for them](Self::of_older_tokens).
///
/// Clones are the same keys. Fetching is the application's, with the client that it has: keep the old
/// keys while a fetch fails, fetch no more often than every few minutes whatever `kid`s clients send,
/// and take keys from the configured address only, never from a token's header.
///
/// They verify access tokens only. A refresh token that is signed by a key of a set is refused, since
/// it goes to whoever has issued it, and no token that such a key has signed can be exchanged for one of
/// this authority's. An authority that signs tokens itself takes a set [of an issuer](Self::for_issuer)
/// only. Whoever holds such a key writes access tokens for any subject: take keys only from whom you
/// would believe that.
///
/// If the authority has a store, it is asked about these tokens too. So whoever issues them has to
/// record sessions in the same store; or the guard says `skip_revocation`; or a second authority,
/// without a store, verifies them.
///
/// Of a set, the keys are used that are public, made for signatures, and of an algorithm that is
/// supported; each is for its one algorithm (`alg`, or that of its curve, or RS256). What is not
/// understood is left out. Secrets (`oct`) are never read.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{JwtAuth, KeySet};
///
/// let published = r#"{"keys": [{
///     "kty": "OKP", "crv": "Ed25519", "kid": "2026-11",
///     "x": "2-Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj8"
/// }]}"#;
/// let keys = KeySet::from_jwk_set(published)?.for_issuer("https://auth.example.com");
/// let auth = JwtAuth::builder().key_set(&keys).audience(["orders"]).build()?;
///
/// // Later, in a task that fetches the set now and then:
/// keys.replace(published)?;
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
///
/// Source: [RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5).
#[derive(Clone)]
pub struct KeySet {
    shared: Arc<Shared>,
    issuer: Option<Arc<str>>,
    is_of_older: bool,
}

struct Shared {
    keys: RwLock<Vec<VerifyingKey>>,
    /// Known from the first authority on that has the set.
    backend: OnceLock<CryptoBackend>,
}

/// A key of a set.
pub(crate) struct SetKey {
    pub(super) verifier: Verifier,
    /// The one `iss` that it signs for.
    pub(crate) issuer: Option<Arc<str>>,
    /// Whether it signs the tokens of an older library.
    pub(crate) is_of_older: bool,
}

impl SetKey {
    pub(crate) fn kid(&self) -> Option<String> {
        self.verifier.kid().map(str::to_owned)
    }
}

impl KeySet {
    /// Reads a JWK Set.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::Setting`] for what is no JWK Set, and for one without a key that can be used.
    /// - [`ConfigError::KidRepeated`] for two keys of one name.
    pub fn from_jwk_set(json: &str) -> Result<Self, ConfigError> {
        let keys = RwLock::new(jwk::read(json)?);
        let shared = Arc::new(Shared { keys, backend: OnceLock::new() });
        Ok(Self { shared, issuer: None, is_of_older: false })
    }

    /// Takes these keys for tokens with this `iss` alone, which is accepted of them whatever the
    /// authority's own [`issuer`](crate::JwtAuthBuilder::issuer) is: where an authority takes keys of
    /// several, none of them speaks for another. A claims type or a route that names an issuer is asked
    /// as well.
    ///
    /// Source: [RFC 8725 §3.8](https://www.rfc-editor.org/rfc/rfc8725#section-3.8).
    #[must_use]
    pub fn for_issuer(mut self, issuer: impl Into<Arc<str>>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Takes these keys for tokens of an older library too, where those are
    /// [accepted](crate::JwtAuthBuilder::accept_older); by default only the authority's own keys sign
    /// such.
    #[must_use]
    pub fn of_older_tokens(mut self) -> Self {
        self.is_of_older = true;
        self
    }

    /// Puts these keys in the place of the ones that are there; the next request is verified with
    /// them.
    ///
    /// # Errors
    ///
    /// As [`from_jwk_set`](Self::from_jwk_set), and [`ConfigError::KeyUnfit`] or
    /// [`ConfigError::KidInvalid`] where every key is too short, or has no name that can be one. The old
    /// keys stay.
    pub fn replace(&self, json: &str) -> Result<(), ConfigError> {
        let mut keys = jwk::read(json)?;
        if let Some(backend) = self.shared.backend.get() {
            keys = fit(keys, *backend)?;
        }
        *self.shared.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// How many keys it holds.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether it holds none; it never does.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// Checks the keys that are there, and those that will be.
    pub(super) fn bind(&self, backend: CryptoBackend) -> Result<(), ConfigError> {
        // First, so that no keys come in between that nobody checks.
        let _ = self.shared.backend.set(backend);
        let mut keys = self.shared.keys.write().unwrap_or_else(PoisonError::into_inner);
        *keys = fit(keys.clone(), backend)?;
        Ok(())
    }

    pub(super) fn has_issuer(&self) -> bool {
        self.issuer.is_some()
    }

    /// The key of this name.
    pub(super) fn find(&self, kid: Option<&str>, backend: CryptoBackend) -> Option<SetKey> {
        let keys = self.read();
        let key = keys.iter().find(|key| key.kid.as_deref() == kid)?;
        let verifier = Verifier::new(key.clone(), backend);
        Some(SetKey { verifier, issuer: self.issuer.clone(), is_of_older: self.is_of_older })
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Vec<VerifyingKey>> {
        self.shared.keys.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys that are good ones; a bad one does not keep the others out, as RFC 7517 §5 has it.
fn fit(keys: Vec<VerifyingKey>, backend: CryptoBackend) -> Result<Vec<VerifyingKey>, ConfigError> {
    let mut reason = None;
    let fit: Vec<VerifyingKey> = keys
        .into_iter()
        .filter(|key| match Verifier::new(key.clone(), backend).check() {
            Ok(()) => true,
            Err(error) => {
                reason.get_or_insert(error);
                false
            }
        })
        .collect();
    match reason {
        Some(reason) if fit.is_empty() => Err(reason),
        _ => Ok(fit),
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("KeySet");
        shown.field("keys", &*self.read()).field("issuer", &self.issuer).finish()
    }
}
