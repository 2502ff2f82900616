//! Gathering a configuration and checking all of it at once.

use std::sync::Arc;
use std::time::Duration;

use super::browser::BrowserOptions;
use super::hooks::Hooks;
use super::reuse::ReuseHook;
use super::sessions::SessionRules;
use super::watch::WATCH_INTERVAL;
use super::{JwtAuth, Parts};
use crate::claims::Audience;
use crate::clock::{Clock, SystemClock};
use crate::error::ConfigError;
use crate::keys::{
    Algorithm, CryptoBackend, KeyRing, KeySet, SigningKey, SubjectKeys, VerifyingKey,
};
use crate::numeric_date::NumericDate;
use crate::store::{ErasedStore, TokenStore};
use crate::token::{HeaderCache, MAX_LEEWAY, VerifySettings};

const ACCESS_LIFETIME: Duration = Duration::from_secs(15 * 60);
const REFRESH_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const MAX_LIFETIME: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);

/// Builds a [`JwtAuth`]; made by [`JwtAuth::builder`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use jwt_runtime::{Algorithm, JwtAuth, MemoryStore, SigningKey, VerifyingKey};
///
/// # let (new_secret, old_secret) = ([1, 2].repeat(16), [3, 4].repeat(16));
/// let auth = JwtAuth::builder()
///     .signing_key(SigningKey::from_secret(Algorithm::HS256, new_secret)?.with_kid("2026-11"))
///     .verifying_key(VerifyingKey::from_secret(Algorithm::HS256, old_secret)?.with_kid("2026-10"))
///     .issuer("https://auth.example.com")
///     .audience(["orders"])
///     .access_lifetime(Duration::from_secs(300))
///     .store(MemoryStore::new())
///     .build()?;
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing before `.build()`"]
pub struct JwtAuthBuilder {
    signing: Option<Result<SigningKey, ConfigError>>,
    verifying: Vec<VerifyingKey>,
    sets: Vec<KeySet>,
    backend: Option<CryptoBackend>,
    subject_keys: Option<SubjectKeys>,
    pub(super) settings: VerifySettings,
    issued_audience: Option<Audience>,
    writes_nbf: bool,
    pub(super) hooks: Hooks,
    pub(super) browser: BrowserOptions,
    access_lifetime: Duration,
    refresh_lifetime: Duration,
    pub(super) sessions: SessionRules,
    pub(super) on_reuse: Option<ReuseHook>,
    pub(super) watch_interval: Duration,
    clock: Arc<dyn Clock>,
    store: Option<Arc<dyn ErasedStore>>,
}

impl Default for JwtAuthBuilder {
    fn default() -> Self {
        Self {
            signing: None,
            verifying: Vec::new(),
            sets: Vec::new(),
            backend: None,
            subject_keys: None,
            settings: VerifySettings::default(),
            issued_audience: None,
            writes_nbf: true,
            hooks: Hooks::default(),
            browser: BrowserOptions::default(),
            access_lifetime: ACCESS_LIFETIME,
            refresh_lifetime: REFRESH_LIFETIME,
            sessions: SessionRules::default(),
            on_reuse: None,
            watch_interval: WATCH_INTERVAL,
            clock: Arc::new(SystemClock),
            store: None,
        }
    }
}

impl JwtAuthBuilder {
    /// Signs and verifies with a secret of at least 32 bytes, by HS256.
    ///
    /// For another algorithm or a `kid`, use [`signing_key`](Self::signing_key).
    pub fn secret(mut self, secret: impl AsRef<[u8]>) -> Self {
        self.signing = Some(SigningKey::from_secret(Algorithm::HS256, secret));
        self
    }

    /// Signs with this key, and verifies what it signed.
    pub fn signing_key(mut self, key: SigningKey) -> Self {
        self.signing = Some(Ok(key));
        self
    }

    /// Verifies with this key too: an old key that is being retired, or, without a signing key,
    /// the public key of whoever issues the tokens.
    pub fn verifying_key(mut self, key: VerifyingKey) -> Self {
        self.verifying.push(key);
        self
    }

    /// Verifies access tokens with the keys of another service too, which may be replaced while the
    /// program runs. It has to name keys by a `kid` that none of the authority's own has; those come
    /// first. Beside a key that signs, the set has to be [of another issuer](KeySet::for_issuer);
    /// of several sets, all say whose they are, or none.
    pub fn key_set(mut self, keys: KeySet) -> Self {
        self.sets.push(keys);
        self
    }

    /// Signs for the subjects of some tenants with keys of their own, and verifies theirs with nothing
    /// else.
    pub fn subject_keys(mut self, keys: SubjectKeys) -> Self {
        self.subject_keys = Some(keys);
        self
    }

    /// Chooses between two crypto backends, where the build has both.
    pub fn crypto_backend(mut self, backend: CryptoBackend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Writes `iss` into every token and requires exactly it of every token. Default: neither.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.settings.issuer = Some(issuer.into());
        self
    }

    /// Accepts this `iss` too: a name that the issuer had before, say. It is never written, and a
    /// claims type or a route that names an issuer does not know of it.
    pub fn also_accept_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.settings.other_issuers.push(issuer.into());
        self
    }

    /// Writes this `aud` in place of the [`audience`](Self::audience) that is required.
    pub fn issued_audience<T: Into<String>>(
        mut self,
        audience: impl IntoIterator<Item = T>,
    ) -> Self {
        self.issued_audience = Some(audience.into_iter().collect());
        self
    }

    /// Leaves `nbf` out of the tokens, for clients that cannot deal with it. It says no more than
    /// `iat`, which is checked in the same way.
    pub fn without_nbf(mut self) -> Self {
        self.writes_nbf = false;
        self
    }

    /// Writes `aud` into every token and requires one of these in every token. Default: no `aud`
    /// is written, and a token that has one is refused.
    pub fn audience<T: Into<String>>(mut self, audience: impl IntoIterator<Item = T>) -> Self {
        self.settings.audience = audience.into_iter().map(Into::into).collect();
        self
    }

    /// How far clocks may disagree about `exp`, `nbf` and `iat`. Default: not at all; at most
    /// five minutes.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.settings.leeway = leeway;
        self
    }

    /// How long an access token is good. Default: 15 minutes.
    pub fn access_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_lifetime = lifetime;
        self
    }

    /// How long a refresh token is good if it is not used. Default: 30 days.
    pub fn refresh_lifetime(mut self, lifetime: Duration) -> Self {
        self.refresh_lifetime = lifetime;
        self
    }

    /// Takes the time from this clock. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Remembers sessions and revocations here. Default: nowhere, and then tokens are stateless:
    /// they cannot be rotated or revoked.
    pub fn store(mut self, store: impl TokenStore) -> Self {
        #[cfg(feature = "metrics")]
        let store = crate::store::Metered(store);
        self.store = Some(Arc::new(store));
        self
    }

    /// Checks everything that was set, keys included: each signs and verifies a probe.
    ///
    /// # Errors
    ///
    /// - [`ConfigError`], the first thing that is wrong.
    pub fn build(self) -> Result<JwtAuth, ConfigError> {
        let backend = match self.backend {
            Some(backend) => backend,
            None => CryptoBackend::only()?,
        };
        let (mut settings, mut verifying) = (self.settings, self.verifying);
        let tenants = match self.subject_keys {
            Some(keys) => {
                let (signing, retired, choice) = keys.split()?;
                verifying.extend(retired);
                settings.key_choice = Some(choice);
                signing
            }
            None => Vec::new(),
        };
        let signing = self.signing.transpose()?;
        let issuer = settings.issuer.as_deref();
        let keys = KeyRing::new(backend, signing, tenants, verifying, self.sets, issuer)?;
        check_lifetime("access_token_expires", self.access_lifetime)?;
        check_lifetime("refresh_token_expires", self.refresh_lifetime)?;
        let has_store = self.store.is_some();
        self.sessions.check(self.access_lifetime, self.refresh_lifetime, has_store)?;
        if settings.leeway > MAX_LEEWAY {
            return Err(ConfigError::LeewayTooLong);
        }
        if let Some(older) = &settings.older {
            check_lifetime("longest_lifetime", older.lifetime())?;
        }
        let mut issuers = settings.issuer.iter().chain(&settings.other_issuers);
        if issuers.any(String::is_empty) {
            return Err(ConfigError::Empty("issuer"));
        }
        if let Some(issued) = &self.issued_audience
            && !issued.iter().any(|name| settings.audience.iter().any(|own| own == name))
        {
            let reason =
                "none of them is in `audience`, so this authority would refuse what it issues";
            return Err(ConfigError::setting("encode_audience", reason));
        }
        let issued = self.issued_audience.iter().flat_map(Audience::iter);
        if settings.audience.iter().map(String::as_str).chain(issued).any(str::is_empty) {
            return Err(ConfigError::Empty("audience"));
        }
        if self.watch_interval < Duration::from_millis(10) {
            return Err(ConfigError::setting("watch_interval", "it has to be 10 ms at least"));
        }
        let access_lifetime = self.sessions.access_lifetime(self.access_lifetime);
        let (locate, cookies) = self.browser.resolve(access_lifetime, &self.sessions)?;
        Ok(JwtAuth(Arc::new(Parts {
            headers: HeaderCache::new(&keys),
            keys,
            settings,
            locate,
            cookies,
            access_lifetime,
            refresh_lifetime: self.sessions.refresh_lifetime(self.refresh_lifetime),
            sessions: self.sessions,
            on_reuse: self.on_reuse,
            hooks: self.hooks,
            issued_audience: self.issued_audience,
            writes_nbf: self.writes_nbf,
            watch_interval: self.watch_interval,
            clock: self.clock,
            store: self.store,
        })))
    }
}

pub(super) fn check_lifetime(name: &'static str, lifetime: Duration) -> Result<(), ConfigError> {
    debug_assert!(MAX_LIFETIME.as_secs() < NumericDate::MAX.as_secs());
    if lifetime < Duration::from_secs(1) || lifetime > MAX_LIFETIME {
        return Err(ConfigError::LifetimeInvalid(name));
    }
    Ok(())
}
