//! The keys of somebody else, who changes them.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use super::key_ring::Verifier;
use super::{CryptoBackend, VerifyingKey, jwk};
use crate::error::ConfigError;

/// Each is tried for a token that names it: RFC 7517 §4.5 allows for several.
const MAX_KEYS_OF_ONE_NAME: usize = 4;

/// The public keys of another service that issues tokens with this library, as it
/// [publishes](crate::JwtAuth::jwk_set) them, which can be replaced while requests are served: for
/// [`key_set`](crate::JwtAuthBuilder::key_set). Of tokens of other make, which have no claim `type`,
/// those of an older library are taken where the set is [for them](Self::also_for_older_tokens).
///
/// Clones are the same keys. Fetching is the application's, with the client that it has: keep the old
/// keys while a fetch fails, fetch no more often than every few minutes whatever `kid`s clients send,
/// and take keys from the configured address only, never from a token's header.
///
/// They verify access tokens only. A refresh token that is signed by a key of a set is refused, since
/// it goes to whoever has issued it, and no token that such a key has signed can be exchanged for one of
/// this authority's. An authority that signs tokens itself takes a set [of another
/// issuer](Self::for_issuer) only. Whoever holds such a key writes access tokens for any subject, fresh
/// ones among them: take keys only from whom you would believe that.
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
/// let auth = JwtAuth::builder().key_set(keys.clone()).audience(["orders"]).build()?;
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
    is_for_older: bool,
}

struct Shared {
    keys: RwLock<Vec<Arc<VerifyingKey>>>,
    /// Known from the first authority on that has the set.
    backend: OnceLock<CryptoBackend>,
}

/// A key of a set.
pub(crate) struct SetKey {
    pub(super) verifier: Verifier,
    issuer: Option<Arc<str>>,
    is_for_older: bool,
}

impl SetKey {
    pub(crate) fn kid(&self) -> Option<&str> {
        self.verifier.kid()
    }

    /// The one `iss` that it signs for.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whether it signs the tokens of an older library, too.
    pub(crate) fn is_for_older(&self) -> bool {
        self.is_for_older
    }
}

impl KeySet {
    /// Reads a JWK Set.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::Setting`] for what is no JWK Set, and for one without a key that can be used.
    pub fn from_jwk_set(json: &str) -> Result<Self, ConfigError> {
        let keys = RwLock::new(jwk::read(json)?.into_iter().map(Arc::new).collect());
        let shared = Arc::new(Shared { keys, backend: OnceLock::new() });
        Ok(Self { shared, issuer: None, is_for_older: false })
    }

    /// Takes these keys for tokens with this `iss` alone, which is accepted of them whatever the
    /// authority's own [`issuer`](crate::JwtAuthBuilder::issuer) is: where an authority takes keys of
    /// several, none of them speaks for another; it is for all of them or for none. A claims type or a
    /// route that names an issuer is asked as well.
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
    ///
    /// # ⚠ Warning: who writes them
    ///
    /// Older tokens often name no issuer, and then the set cannot be [for one](Self::for_issuer): whoever
    /// has a key of it speaks for all their subjects.
    #[must_use]
    pub fn also_for_older_tokens(mut self) -> Self {
        self.is_for_older = true;
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
        let mut read: Vec<_> = jwk::read(json)?.into_iter().map(Arc::new).collect();
        // Whoever binds the set meanwhile waits, and checks these.
        let mut keys = self.shared.keys.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(backend) = self.shared.backend.get() {
            read = fit(read, *backend)?;
        }
        *keys = read;
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
        let mut keys = self.shared.keys.write().unwrap_or_else(PoisonError::into_inner);
        let _ = self.shared.backend.set(backend);
        *keys = fit(keys.clone(), backend)?;
        Ok(())
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Adds the keys of this name to `found`.
    pub(super) fn find(&self, kid: Option<&str>, backend: CryptoBackend, found: &mut Vec<SetKey>) {
        let keys = self.read();
        found.extend(keys.iter().filter(|key| key.kid.as_deref() == kid).map(|key| SetKey {
            verifier: Verifier::new(Arc::clone(key), backend),
            issuer: self.issuer.clone(),
            is_for_older: self.is_for_older,
        }));
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<VerifyingKey>>> {
        self.shared.keys.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The keys that are good ones; a bad one does not keep the others out, as RFC 7517 §5 has it.
fn fit(
    keys: Vec<Arc<VerifyingKey>>,
    backend: CryptoBackend,
) -> Result<Vec<Arc<VerifyingKey>>, ConfigError> {
    let (mut fit, mut refused) = (Vec::<Arc<VerifyingKey>>::with_capacity(keys.len()), None);
    for key in keys {
        let is_like =
            |other: &&Arc<VerifyingKey>| (&other.kid, other.algorithm) == (&key.kid, key.algorithm);
        match Verifier::new(Arc::clone(&key), backend).check() {
            Ok(()) if fit.iter().filter(is_like).count() == MAX_KEYS_OF_ONE_NAME => {
                tracing::warn!(kid = ?key.kid, "a key of a set is left out: too many have its name");
            }
            Ok(()) => fit.push(key),
            Err(error) => {
                tracing::warn!(kid = ?key.kid, %error, "a key of a set is left out");
                refused.get_or_insert(error);
            }
        }
    }
    match refused {
        Some(error) if fit.is_empty() => Err(error),
        _ => Ok(fit),
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("KeySet");
        shown.field("keys", &*self.read()).field("issuer", &self.issuer).finish()
    }
}
