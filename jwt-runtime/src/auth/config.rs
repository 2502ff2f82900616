//! The configuration as data: from a file through serde, or from the environment.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::JwtAuthBuilder;
use super::config_values::{duration, one_or_many, texts, token_types};
use crate::error::ConfigError;
use crate::keys::{Algorithm, SigningKey, VerifyingKey};
use crate::store::SessionLimit;
use crate::token_type::TokenType;

/// The settings of an authority as data, for configuration files and the environment.
///
/// Every field is optional but a key: `secret_key` for HS256, HS384 and HS512, `private_key` (or
/// `public_key`, to verify only) for the others. Durations are whole seconds or text such as
/// `"15m"` and `"30d"`. Unknown names are errors.
///
/// # Examples
///
/// ```
/// use jwt_runtime::JwtConfig;
///
/// let config: JwtConfig = serde_json::from_str(
///     r#"{
///         "secret_key": "o2dFPc0VJ1fBqFm8DfUzkF0hJmT3yX4u",
///         "issuer": "https://auth.example.com",
///         "audience": ["orders"],
///         "access_token_expires": "5m"
///     }"#,
/// )?;
/// let auth = config.into_builder()?.build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct JwtConfig {
    /// The secret for HS256, HS384 or HS512.
    pub secret_key: Option<SecretString>,
    /// The algorithm of the key. Default: HS256 for a secret; required for a key pair.
    pub algorithm: Option<String>,
    /// The private key in PEM.
    pub private_key: Option<SecretString>,
    /// A file with the private key in PEM.
    pub private_key_file: Option<PathBuf>,
    /// The public key in PEM.
    pub public_key: Option<String>,
    /// A file with the public key in PEM.
    pub public_key_file: Option<PathBuf>,
    /// The `kid` of the key.
    pub key_id: Option<String>,
    /// A secret that was used before, without a `kid`: it verifies and does not sign. The key in use
    /// then needs a `key_id`, so that each token says which of them it is for.
    pub previous_secret_key: Option<SecretString>,
    /// A public key, in PEM, that was used before; as `previous_secret_key`.
    pub previous_public_key: Option<String>,
    /// The algorithms that are accepted, one or a list. It is the keys that say which: this is
    /// compared with them, and anything else in it is an error.
    #[serde(deserialize_with = "one_or_many")]
    pub decode_algorithms: Vec<String>,
    /// See [`JwtAuthBuilder::issuer`].
    #[serde(alias = "encode_issuer")]
    pub issuer: Option<String>,
    /// The issuers that are accepted, one or a list: beside `issuer`, if that is set; or else the
    /// first of them is written too. See [`JwtAuthBuilder::also_accept_issuer`].
    #[serde(deserialize_with = "one_or_many")]
    pub decode_issuer: Vec<String>,
    /// See [`JwtAuthBuilder::audience`]; one string or a list.
    #[serde(alias = "decode_audience", deserialize_with = "one_or_many")]
    pub audience: Vec<String>,
    /// See [`JwtAuthBuilder::issued_audience`]; one string or a list.
    #[serde(deserialize_with = "one_or_many")]
    pub encode_audience: Vec<String>,
    /// `false` is [`JwtAuthBuilder::without_nbf`].
    pub encode_nbf: Option<bool>,
    /// See [`JwtAuthBuilder::leeway`].
    #[serde(alias = "decode_leeway", deserialize_with = "duration")]
    pub leeway: Option<Duration>,
    /// See [`JwtAuthBuilder::access_lifetime`].
    #[serde(deserialize_with = "duration")]
    pub access_token_expires: Option<Duration>,
    /// See [`JwtAuthBuilder::refresh_lifetime`].
    #[serde(deserialize_with = "duration")]
    pub refresh_token_expires: Option<Duration>,
    /// See [`JwtAuthBuilder::rotation_grace`].
    #[serde(deserialize_with = "duration")]
    pub rotation_grace: Option<Duration>,
    /// See [`JwtAuthBuilder::session_lifetime`].
    #[serde(deserialize_with = "duration")]
    pub session_lifetime: Option<Duration>,
    /// See [`JwtAuthBuilder::idle_timeout`].
    #[serde(deserialize_with = "duration")]
    pub session_idle_timeout: Option<Duration>,
    /// See [`JwtAuthBuilder::session_limit`].
    pub session_limit: Option<u32>,
    /// What becomes of a login beyond `session_limit`: `refuse` it, or `end_oldest`, the default.
    pub session_limit_policy: Option<String>,
    /// `true` needs a store, and `false` does without one: it is the store that tokens are looked up
    /// in.
    #[serde(alias = "blacklist_enabled")]
    pub denylist_enabled: Option<bool>,
    /// See [`JwtAuthBuilder::revocation_checks`]; one of `access` and `refresh`, or a list.
    #[serde(alias = "blacklist_token_checks", deserialize_with = "token_types")]
    pub denylist_token_checks: Option<Vec<TokenType>>,
    /// See [`JwtAuthBuilder::locations`]: `header`, `cookie`, `query`, `json`, `form`, `websocket`; one
    /// or a list.
    #[serde(deserialize_with = "one_or_many")]
    pub token_location: Vec<String>,
    /// See [`JwtAuthBuilder::header_name`].
    pub header_name: Option<String>,
    /// See [`JwtAuthBuilder::header_scheme`].
    pub header_type: Option<String>,
    /// See [`JwtAuthBuilder::query_name`].
    pub query_string_name: Option<String>,
    /// See [`JwtAuthBuilder::refresh_query_name`].
    pub refresh_query_string_name: Option<String>,
    /// See [`JwtAuthBuilder::query_prefix`].
    pub query_string_value_prefix: Option<String>,
    /// See [`JwtAuthBuilder::json_name`].
    pub refresh_json_key: Option<String>,
    /// See [`JwtAuthBuilder::form_name`].
    pub refresh_form_field: Option<String>,
    /// See [`CookieOptions::access_name`](crate::CookieOptions::access_name).
    #[serde(alias = "access_cookie_key")]
    pub access_cookie_name: Option<String>,
    /// See [`CookieOptions::refresh_name`](crate::CookieOptions::refresh_name).
    #[serde(alias = "refresh_cookie_key")]
    pub refresh_cookie_name: Option<String>,
    /// See [`CookieOptions::csrf_access_name`](crate::CookieOptions::csrf_access_name).
    #[serde(alias = "access_csrf_cookie_key")]
    pub access_csrf_cookie_name: Option<String>,
    /// See [`CookieOptions::csrf_refresh_name`](crate::CookieOptions::csrf_refresh_name).
    #[serde(alias = "refresh_csrf_cookie_key")]
    pub refresh_csrf_cookie_name: Option<String>,
    /// See [`CookieOptions::access_path`](crate::CookieOptions::access_path).
    pub access_cookie_path: Option<String>,
    /// See [`CookieOptions::refresh_path`](crate::CookieOptions::refresh_path).
    pub refresh_cookie_path: Option<String>,
    /// See [`CookieOptions::csrf_access_path`](crate::CookieOptions::csrf_access_path).
    pub access_csrf_cookie_path: Option<String>,
    /// See [`CookieOptions::csrf_refresh_path`](crate::CookieOptions::csrf_refresh_path).
    pub refresh_csrf_cookie_path: Option<String>,
    /// See [`CookieOptions::domain`](crate::CookieOptions::domain).
    pub cookie_domain: Option<String>,
    /// See [`CookieOptions::same_site`](crate::CookieOptions::same_site): `strict`, `lax` or `none`.
    pub cookie_samesite: Option<String>,
    /// See [`CookieOptions::max_age`](crate::CookieOptions::max_age).
    #[serde(deserialize_with = "duration")]
    pub cookie_max_age: Option<Duration>,
    /// See [`CookieOptions::session`](crate::CookieOptions::session).
    pub session_cookie: Option<bool>,
    /// `false` is [`CookieOptions::development`](crate::CookieOptions::development): for this machine alone.
    pub cookie_secure: Option<bool>,
    /// `true`, which it is anyway; a script has no use for a token, so `false` is refused.
    pub cookie_http_only: Option<bool>,
    /// `false` is [`CsrfOptions::disabled`](crate::CsrfOptions::disabled).
    pub cookie_csrf_protect: Option<bool>,
    /// `false` is [`CsrfOptions::without_cookies`](crate::CsrfOptions::without_cookies).
    pub csrf_in_cookies: Option<bool>,
    /// See [`CsrfOptions::check_form`](crate::CsrfOptions::check_form).
    pub csrf_check_form: Option<bool>,
    /// See [`CsrfOptions::methods`](crate::CsrfOptions::methods).
    #[serde(deserialize_with = "texts")]
    pub csrf_methods: Option<Vec<String>>,
    /// See [`CsrfOptions::access_header`](crate::CsrfOptions::access_header).
    pub access_csrf_header_name: Option<String>,
    /// See [`CsrfOptions::refresh_header`](crate::CsrfOptions::refresh_header).
    pub refresh_csrf_header_name: Option<String>,
    /// See [`CsrfOptions::access_field`](crate::CsrfOptions::access_field).
    pub access_csrf_field_name: Option<String>,
    /// See [`CsrfOptions::refresh_field`](crate::CsrfOptions::refresh_field).
    pub refresh_csrf_field_name: Option<String>,
    /// See [`CsrfOptions::trusted_origins`](crate::CsrfOptions::trusted_origins).
    #[serde(deserialize_with = "texts")]
    pub csrf_trusted_origins: Option<Vec<String>>,
    /// See [`JwtAuthBuilder::renewal`]; `true` if one of the settings below is there.
    pub implicit_refresh: Option<bool>,
    /// See [`RenewalOptions::within`](crate::RenewalOptions::within).
    #[serde(deserialize_with = "duration")]
    pub implicit_refresh_deltatime: Option<Duration>,
    /// See [`RenewalOptions::from_refresh_cookie`](crate::RenewalOptions::from_refresh_cookie).
    pub implicit_refresh_from_cookie: Option<bool>,
    /// See [`RenewalOptions::only_paths`](crate::RenewalOptions::only_paths).
    #[serde(deserialize_with = "texts")]
    pub implicit_refresh_route_include: Option<Vec<String>>,
    /// See [`RenewalOptions::except_paths`](crate::RenewalOptions::except_paths).
    #[serde(deserialize_with = "texts")]
    pub implicit_refresh_route_exclude: Option<Vec<String>>,
    /// See [`RenewalOptions::only_methods`](crate::RenewalOptions::only_methods).
    #[serde(deserialize_with = "texts")]
    pub implicit_refresh_method_include: Option<Vec<String>>,
    /// See [`RenewalOptions::except_methods`](crate::RenewalOptions::except_methods).
    #[serde(deserialize_with = "texts")]
    pub implicit_refresh_method_exclude: Option<Vec<String>>,
    /// See [`JwtAuthBuilder::watch_interval`].
    #[serde(deserialize_with = "duration")]
    pub watch_interval: Option<Duration>,
    /// The store's URL as `RedisStore::connect` takes it (feature `redis`), `redis://` for one
    /// server; connected at the first use.
    pub redis_url: Option<SecretString>,
    /// The store's file (feature `redb`), opened or made at once; not beside `redis_url`.
    pub store_path: Option<PathBuf>,
}

impl JwtConfig {
    /// Reads the keys and turns the settings into a builder, to which a store or a clock can be
    /// added.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::KeyMissing`] without any key.
    /// - [`ConfigError::Setting`] for two keys of one kind, a file that cannot be read, an unknown
    ///   algorithm, session limit policy, location, `SameSite` or method, a `redis_url` or `store_path` in a build without the
    ///   feature `redis` or `redb`, or both of them.
    /// - [`ConfigError::Store`] for a `redis_url` that is none, and a file that does not open.
    /// - The errors of [`SigningKey`] and [`VerifyingKey`].
    pub fn into_builder(self) -> Result<JwtAuthBuilder, ConfigError> {
        let mut builder = JwtAuthBuilder::default();
        builder = self.add_keys(builder)?;
        builder = self.add_session_rules(builder)?;
        builder = self.add_browser(builder)?;
        self.check_algorithms()?;
        let mut accepted = self.decode_issuer.into_iter();
        if let Some(issuer) = self.issuer.or_else(|| accepted.next()) {
            builder = builder.issuer(issuer);
        }
        builder = accepted.fold(builder, JwtAuthBuilder::also_accept_issuer);
        if !self.audience.is_empty() {
            builder = builder.audience(self.audience);
        }
        if !self.encode_audience.is_empty() {
            builder = builder.issued_audience(self.encode_audience);
        }
        if self.encode_nbf == Some(false) {
            builder = builder.without_nbf();
        }
        if let Some(leeway) = self.leeway {
            builder = builder.leeway(leeway);
        }
        if let Some(lifetime) = self.access_token_expires {
            builder = builder.access_lifetime(lifetime);
        }
        if let Some(lifetime) = self.refresh_token_expires {
            builder = builder.refresh_lifetime(lifetime);
        }
        match (self.redis_url, self.store_path) {
            (None, None) => Ok(builder),
            (Some(url), None) => add_redis(builder, url.expose_secret()),
            (None, Some(path)) => add_file(builder, &path),
            (Some(_), Some(_)) => {
                Err(ConfigError::setting("store_path", "set `redis_url` or `store_path`, not both"))
            }
        }
    }

    fn add_session_rules(
        &self,
        mut builder: JwtAuthBuilder,
    ) -> Result<JwtAuthBuilder, ConfigError> {
        if let Some(grace) = self.rotation_grace {
            builder = builder.rotation_grace(grace);
        }
        if let Some(lifetime) = self.session_lifetime {
            builder = builder.session_lifetime(lifetime);
        }
        if let Some(timeout) = self.session_idle_timeout {
            builder = builder.idle_timeout(timeout);
        }
        builder.sessions.denylist = self.denylist_enabled;
        if let Some(types) = &self.denylist_token_checks {
            builder = builder.revocation_checks(types.iter().copied());
        }
        let limit = match (self.session_limit, self.session_limit_policy.as_deref()) {
            (None, None) => return Ok(builder),
            (Some(limit), None | Some("end_oldest")) => SessionLimit::EndOldest(limit),
            (Some(limit), Some("refuse")) => SessionLimit::Refuse(limit),
            (_, Some("end_oldest" | "refuse")) => {
                return Err(ConfigError::setting(
                    "session_limit_policy",
                    "needs `session_limit` beside it",
                ));
            }
            (_, Some(_)) => {
                let known = "the policies are `end_oldest` and `refuse`";
                return Err(ConfigError::setting("session_limit_policy", known));
            }
        };
        Ok(builder.session_limit(limit))
    }

    /// Finds algorithms that no key is for.
    fn check_algorithms(&self) -> Result<(), ConfigError> {
        let own = self.algorithm.as_deref().unwrap_or(Algorithm::HS256.as_str());
        match self.decode_algorithms.iter().find(|accepted| *accepted != own) {
            None => Ok(()),
            Some(other) => Err(ConfigError::setting(
                "decode_algorithms",
                format!("a key is for one algorithm, which is {own} here; remove {other}"),
            )),
        }
    }

    /// The keys that were used before.
    fn add_previous(
        &self,
        mut builder: JwtAuthBuilder,
        algorithm: Algorithm,
    ) -> Result<JwtAuthBuilder, ConfigError> {
        let secret = self.previous_secret_key.as_ref().map(|secret| {
            VerifyingKey::from_secret(algorithm, secret.expose_secret())
                .map(|key| ("previous_secret_key", key))
        });
        let public = self.previous_public_key.as_ref().map(|pem| {
            VerifyingKey::from_pem(algorithm, pem).map(|key| ("previous_public_key", key))
        });
        for key in [secret, public].into_iter().flatten() {
            let (name, key) = key?;
            if self.key_id.is_none() {
                let reason = "needs `key_id`, the name of the key in use, so that tokens say which of the two they are for";
                return Err(ConfigError::setting(name, reason));
            }
            builder = builder.verifying_key(key);
        }
        Ok(builder)
    }

    /// Whether any key is set, a secret or one half of a key pair.
    pub fn has_key(&self) -> bool {
        self.secret_key.is_some()
            || self.private_key.is_some()
            || self.private_key_file.is_some()
            || self.public_key.is_some()
            || self.public_key_file.is_some()
    }

    fn add_keys(&self, builder: JwtAuthBuilder) -> Result<JwtAuthBuilder, ConfigError> {
        let algorithm: Option<Algorithm> = match &self.algorithm {
            Some(name) => {
                Some(name.parse().map_err(|error| ConfigError::setting("algorithm", error))?)
            }
            None => None,
        };
        let private = pem("private_key", self.private_key.as_ref(), &self.private_key_file)?;
        let given = self.public_key.clone().map(SecretString::from);
        let public = pem("public_key", given.as_ref(), &self.public_key_file)?;
        if let Some(secret) = &self.secret_key {
            if private.is_some() || public.is_some() {
                return Err(ConfigError::setting(
                    "secret_key",
                    "set a secret or a key pair, not both",
                ));
            }
            let algorithm = algorithm.unwrap_or(Algorithm::HS256);
            let key = SigningKey::from_secret(algorithm, secret.expose_secret())?;
            let builder = self.add_previous(builder, algorithm)?;
            return Ok(builder.signing_key(match &self.key_id {
                Some(kid) => key.with_kid(kid),
                None => key,
            }));
        }
        if private.is_none() && public.is_none() {
            return Err(ConfigError::KeyMissing);
        }
        let algorithm = algorithm.ok_or_else(|| {
            ConfigError::setting("algorithm", "required with `private_key` or `public_key`")
        })?;
        let mut builder = self.add_previous(builder, algorithm)?;
        if let Some(pem) = public {
            let key = VerifyingKey::from_pem(algorithm, pem.expose_secret())?;
            builder = builder.verifying_key(match &self.key_id {
                Some(kid) => key.with_kid(kid),
                None => key,
            });
        }
        if let Some(pem) = private {
            let key = SigningKey::from_pem(algorithm, pem.expose_secret())?;
            builder = builder.signing_key(match &self.key_id {
                Some(kid) => key.with_kid(kid),
                None => key,
            });
        }
        Ok(builder)
    }
}

#[cfg(feature = "redis")]
fn add_redis(builder: JwtAuthBuilder, url: &str) -> Result<JwtAuthBuilder, ConfigError> {
    Ok(builder.store(crate::store::RedisStore::lazy(url)?))
}

#[cfg(not(feature = "redis"))]
fn add_redis(_: JwtAuthBuilder, _: &str) -> Result<JwtAuthBuilder, ConfigError> {
    Err(ConfigError::setting("redis_url", "needs the feature `redis` of jwt-runtime"))
}

#[cfg(feature = "redb")]
fn add_file(builder: JwtAuthBuilder, path: &Path) -> Result<JwtAuthBuilder, ConfigError> {
    Ok(builder.store(crate::store::RedbStore::open(path)?))
}

#[cfg(not(feature = "redb"))]
fn add_file(_: JwtAuthBuilder, _: &Path) -> Result<JwtAuthBuilder, ConfigError> {
    Err(ConfigError::setting("store_path", "needs the feature `redb` of jwt-runtime"))
}

/// A key that is given as text or as a file.
fn pem(
    name: &str,
    text: Option<&SecretString>,
    file: &Option<PathBuf>,
) -> Result<Option<SecretString>, ConfigError> {
    match (text, file) {
        (None, None) => Ok(None),
        (Some(text), None) => Ok(Some(text.clone())),
        (None, Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(text.into())),
            Err(error) => Err(ConfigError::setting(&format!("{name}_file"), error)),
        },
        (Some(_), Some(_)) => {
            Err(ConfigError::setting(name, format!("set `{name}` or `{name}_file`, not both")))
        }
    }
}
