//! The authority: keys, rules, clock and store of one issuer of tokens, behind one handle.

mod browser;
mod builder;
mod config;
mod config_browser;
mod config_values;
mod env;
mod hooks;
mod older;
mod renewal;
mod reuse;
mod sessions;
mod several_names;
mod to_the_end;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use builder::JwtAuthBuilder;
pub use config::JwtConfig;
pub use hooks::NewToken;
pub use renewal::RenewalOptions;

pub(crate) use renewal::RenewalSettings;
pub use reuse::ReuseEvent;

pub(crate) use self::browser::Cookies;
use self::hooks::Hooks;
pub(crate) use self::older::{OlderRecord, OlderStanding, id_beside, older_ref};
use self::reuse::ReuseHook;
use self::sessions::SessionRules;
pub(crate) use self::to_the_end::to_the_end;
pub(crate) use self::watch::Unasked;
use crate::claims::Audience;
use crate::clock::Clock;
use crate::error::{AuthError, ConfigError, InvalidToken, IssueError};
use crate::exchange::Exchange;
use crate::keys::{ChosenKey, JwkSet, KeyRing, Signer};
use crate::locate::{LocateSettings, Search};
use crate::numeric_date::NumericDate;
use crate::store::ErasedStore;
use crate::token::{HeaderCache, MAX_LEEWAY, SignedToken, VerifySettings};
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

/// How much longer than its token a record is kept, so that clocks that disagree, or a route with
/// a leeway of its own, never see a token outlive what was said about it.
const KEEP_MARGIN: Duration = Duration::from_secs(60);

/// An authority that issues and verifies tokens; goes into the router's state.
///
/// Cheap to clone. Whatever can be wrong with a configuration is found by
/// [`build`](JwtAuthBuilder::build), never by a request.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use jwt_runtime::{JwtAuth, MemoryStore, Registered, jwt_required};
///
/// #[jwt_required]
/// async fn me(#[claims] user: Registered) -> String {
///     user.sub
/// }
///
/// # fn main() -> Result<(), jwt_runtime::ConfigError> {
/// # let secret = [7, 1].repeat(16);
/// let auth = JwtAuth::builder().secret(secret).store(MemoryStore::new()).build()?;
/// let app: Router = Router::new().route("/me", get(me)).with_state(auth);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct JwtAuth(Arc<Parts>);

struct Parts {
    keys: KeyRing,
    headers: HeaderCache,
    settings: VerifySettings,
    locate: LocateSettings,
    cookies: Option<Cookies>,
    access_lifetime: Duration,
    refresh_lifetime: Duration,
    sessions: SessionRules,
    on_reuse: Option<ReuseHook>,
    hooks: Hooks,
    issued_audience: Option<Audience>,
    writes_nbf: bool,
    watch_interval: Duration,
    clock: Arc<dyn Clock>,
    store: Option<Arc<dyn ErasedStore>>,
}

impl JwtAuth {
    /// Starts a configuration in code.
    pub fn builder() -> JwtAuthBuilder {
        JwtAuthBuilder::default()
    }

    /// Reads the configuration from `JWT_*` environment variables; see [`JwtConfig::from_env`].
    ///
    /// With `JWT_REDIS_URL` the store is a `RedisStore` (feature `redis`), connected at the first use,
    /// with `JWT_STORE_PATH` a `RedbStore` (feature `redb`); with neither there is none, and tokens are
    /// stateless.
    ///
    /// # Errors
    ///
    /// - [`ConfigError`] for whatever is missing, weak, misspelt or contradictory.
    pub fn from_env() -> Result<Self, ConfigError> {
        JwtConfig::from_env()?.into_builder()?.build()
    }

    /// The public keys that verify this authority's tokens, for other services: the one that signs, and
    /// those that are being retired. Secrets are never among them, nor are keys of tenants. An authority
    /// that signs nothing publishes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Router, extract::State, routing::get};
    /// use jwt_runtime::{JwkSet, JwtAuth};
    ///
    /// async fn jwks(State(auth): State<JwtAuth>) -> JwkSet {
    ///     auth.jwk_set()
    /// }
    ///
    /// let routes: Router<JwtAuth> = Router::new().route("/.well-known/jwks.json", get(jwks));
    /// ```
    pub fn jwk_set(&self) -> JwkSet {
        let choice = self.settings().key_choice.as_ref();
        self.keys().published(|kid| choice.is_none_or(|choice| !choice.is_of_tenant(kid, None)))
    }

    /// The same of the [keys of a tenant](crate::SubjectKeys), for services that are for that tenant's
    /// subjects alone: elsewhere they would verify tokens for any subject.
    pub fn jwk_set_of(&self, tenant: &str) -> JwkSet {
        let choice = self.settings().key_choice.as_ref();
        self.keys()
            .published(|kid| choice.is_some_and(|choice| choice.is_of_tenant(kid, Some(tenant))))
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.0.keys
    }

    pub(crate) fn headers(&self) -> &HeaderCache {
        &self.0.headers
    }

    pub(crate) fn settings(&self) -> &VerifySettings {
        &self.0.settings
    }

    /// Checks a token's signature with the keys of this authority.
    pub(crate) fn open<'t>(&'t self, compact: &'t str) -> Result<SignedToken<'t>, AuthError> {
        SignedToken::open(compact, self.keys(), self.headers(), self.settings())
            .map_err(AuthError::TokenInvalid)
    }

    /// The same, of a token that one of its own keys has signed.
    pub(crate) fn open_own<'t>(&'t self, compact: &'t str) -> Result<SignedToken<'t>, AuthError> {
        match self.open(compact)? {
            signed if signed.is_of_set() => Err(AuthError::TokenInvalid(InvalidToken::KeyUnknown)),
            signed => Ok(signed),
        }
    }

    /// The key that signs for a subject.
    pub(crate) fn signer(&self, subject: &str) -> Result<&Signer, IssueError> {
        match self.settings().key_choice.as_ref().map(|choice| choice.of(subject)) {
            None | Some(ChosenKey::Own) => self.keys().signer(),
            Some(ChosenKey::OfTenant(kid)) => self.keys().signer_named(kid),
            Some(ChosenKey::Missing) => Err(IssueError::SigningKeyMissing),
        }
    }

    /// What is written as `aud` where nobody says otherwise.
    pub(crate) fn issued_audience(&self) -> Audience {
        match &self.0.issued_audience {
            Some(audience) => audience.clone(),
            None => self.settings().audience.iter().cloned().collect(),
        }
    }

    pub(crate) fn writes_nbf(&self) -> bool {
        self.0.writes_nbf
    }

    pub(crate) fn locate_settings(&self) -> &LocateSettings {
        &self.0.locate
    }

    /// Where tokens of a kind may be in a request.
    pub(crate) fn search<'r>(
        &'r self,
        parts: &'r http::request::Parts,
        token_type: TokenType,
        locations: &'r [TokenLocation],
    ) -> Search<'r> {
        Search {
            parts,
            exchange: Exchange::of(&parts.extensions, self.id()),
            settings: &self.0.locate,
            cookies: self.cookies().map(|cookies| &cookies.settings),
            token_type,
            locations,
        }
    }

    pub(crate) fn cookies(&self) -> Option<&Cookies> {
        self.0.cookies.as_ref()
    }

    /// Tells authorities apart while they are there.
    pub(crate) fn id(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn watch_interval(&self) -> Duration {
        self.0.watch_interval
    }

    pub(crate) fn access_lifetime(&self) -> Duration {
        self.0.access_lifetime
    }

    pub(crate) fn refresh_lifetime(&self) -> Duration {
        self.0.refresh_lifetime
    }

    pub(crate) fn session_rules(&self) -> &SessionRules {
        &self.0.sessions
    }

    pub(crate) fn now(&self) -> NumericDate {
        self.0.clock.now()
    }

    pub(crate) fn store(&self) -> Option<&dyn ErasedStore> {
        self.0.store.as_deref()
    }

    /// The store, for calls that cannot do without one.
    pub(crate) fn required_store(&self) -> Result<&dyn ErasedStore, IssueError> {
        self.store().ok_or(IssueError::StoreMissing)
    }

    /// How long a store has to remember what concerns a token that expires then.
    pub(crate) fn keep_until(expires_at: NumericDate) -> NumericDate {
        expires_at + MAX_LEEWAY + KEEP_MARGIN
    }

    /// The same the other way round: what has expired since then is remembered still.
    pub(crate) fn kept_since(now: NumericDate) -> NumericDate {
        NumericDate::from_secs(now.as_secs().saturating_sub((MAX_LEEWAY + KEEP_MARGIN).as_secs()))
    }
}

impl fmt::Debug for JwtAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtAuth")
            .field("keys", &self.0.keys)
            .field("settings", &self.0.settings)
            .field("locate", &self.0.locate)
            .field("cookies", &self.0.cookies)
            .field("access_lifetime", &self.0.access_lifetime)
            .field("refresh_lifetime", &self.0.refresh_lifetime)
            .field("sessions", &self.0.sessions)
            .field("hooks", &self.0.hooks)
            .field("watch_interval", &self.0.watch_interval)
            .field("store", &self.0.store)
            .finish_non_exhaustive()
    }
}
