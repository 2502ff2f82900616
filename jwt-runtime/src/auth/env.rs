//! The configuration from environment variables.

use super::JwtConfig;
use super::config_values::{parse_duration, parse_flag, parse_names, parse_token_type};
use super::several_names::{has_several_names, in_usual_units, laid_over, meaning, usual_name};
use crate::error::ConfigError;

impl JwtConfig {
    /// Reads `JWT_SECRET_KEY`, `JWT_ALGORITHM`, `JWT_PRIVATE_KEY`, `JWT_PRIVATE_KEY_FILE`,
    /// `JWT_PUBLIC_KEY`, `JWT_PUBLIC_KEY_FILE`, `JWT_KEY_ID`, `JWT_ISSUER`, `JWT_AUDIENCE`
    /// (separated by commas), `JWT_LEEWAY`, `JWT_ACCESS_TOKEN_EXPIRES`,
    /// `JWT_REFRESH_TOKEN_EXPIRES`, `JWT_ROTATION_GRACE`, `JWT_SESSION_LIFETIME`,
    /// `JWT_SESSION_IDLE_TIMEOUT` (seconds, or text such as `15m`), `JWT_SESSION_LIMIT`,
    /// `JWT_SESSION_LIMIT_POLICY` (`end_oldest` or `refuse`), `JWT_DENYLIST_TOKEN_CHECKS`
    /// (`access,refresh` or `refresh`), `JWT_REDIS_URL` and `JWT_STORE_PATH`; `JWT_TOKEN_LOCATION`
    /// (`header,cookie`) and every other field of [`JwtConfig`] by its name in upper case. Lists are
    /// separated by commas, flags are `true` or `false`.
    ///
    /// The names that the Python libraries have are read too, such as `JWT_ENCODE_ISSUER`,
    /// `JWT_DECODE_LEEWAY`, `JWT_ACCESS_TOKEN_EXPIRE_MINUTES`, `JWT_BLACKLIST_ENABLED` and
    /// `JWT_ACCESS_COOKIE_KEY`: [`manual::parity`](crate::manual::parity) has them all. Two names of one
    /// setting that say different things are an error. An empty variable counts as not set.
    ///
    /// # Errors
    ///
    /// - [`ConfigError::Setting`] names the variable that could not be understood.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_env_prefixed("JWT_")
    }

    /// The same with another prefix, such as `AUTHJWT_` of the Python libraries.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_env_prefixed(prefix: &str) -> Result<Self, ConfigError> {
        Self::from_vars(prefix, variables(prefix)?)
    }

    /// The same over defaults of the same names, such as those of a parsed `.env` file: what is in the
    /// environment counts.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::JwtConfig;
    ///
    /// let file = [("AUTHJWT_LEEWAY".to_owned(), "10s".to_owned())];
    /// let config = JwtConfig::from_env_over("AUTHJWT_", file)?;
    /// assert_eq!(config.leeway.unwrap().as_secs(), 10);
    /// # Ok::<(), jwt_runtime::ConfigError>(())
    /// ```
    pub fn from_env_over(
        prefix: &str,
        defaults: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        Self::from_vars(prefix, laid_over(prefix, variables(prefix)?, defaults))
    }

    /// The same from any list of names and values, such as a parsed `.env` file.
    ///
    /// Names without the prefix are left alone; a name with the prefix that is not a setting is
    /// reported through `tracing` and otherwise left alone, since a prefix is easily shared.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::JwtConfig;
    ///
    /// let config = JwtConfig::from_vars("JWT_", [("JWT_LEEWAY", "10s")])?;
    /// assert_eq!(config.leeway.unwrap().as_secs(), 10);
    /// # Ok::<(), jwt_runtime::ConfigError>(())
    /// ```
    pub fn from_vars<N: AsRef<str>, V: Into<String>>(
        prefix: &str,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, ConfigError> {
        let mut config = Self::default();
        let mut said: Vec<(String, String, String)> = Vec::new();
        for (name, value) in variables {
            let name = name.as_ref();
            let value = value.into();
            let Some(setting) = name.strip_prefix(prefix).filter(|_| !value.is_empty()) else {
                continue;
            };
            let refused = |reason| ConfigError::Setting { name: name.to_owned(), reason };
            let usual = usual_name(setting);
            let value = in_usual_units(setting, value).map_err(refused)?;
            if has_several_names(usual) {
                let meaning = meaning(usual, &value);
                let other = said.iter().find(|(other_usual, other, other_meaning)| {
                    other_usual == usual && other != name && *other_meaning != meaning
                });
                if let Some((_, other, _)) = other {
                    let reason = format!("`{other}` is the same setting, and says something else");
                    return Err(ConfigError::setting(name, reason));
                }
                said.push((usual.to_owned(), name.to_owned(), meaning));
            }
            config.set(usual, value).map_err(refused)?;
        }
        Ok(config)
    }

    fn set(&mut self, setting: &str, value: String) -> Result<(), String> {
        let duration = |value: &str| parse_duration(value).map_err(|error| error.to_string());
        let (flag, list) = (parse_flag, parse_names);
        match setting {
            "SECRET_KEY" => self.secret_key = Some(value.into()),
            "ALGORITHM" => self.algorithm = Some(value),
            "PRIVATE_KEY" => self.private_key = Some(value.into()),
            "PRIVATE_KEY_FILE" => self.private_key_file = Some(value.into()),
            "PUBLIC_KEY" => self.public_key = Some(value),
            "PUBLIC_KEY_FILE" => self.public_key_file = Some(value.into()),
            "KEY_ID" => self.key_id = Some(value),
            "PREVIOUS_SECRET_KEY" => self.previous_secret_key = Some(value.into()),
            "PREVIOUS_PUBLIC_KEY" => self.previous_public_key = Some(value),
            "DECODE_ALGORITHMS" => self.decode_algorithms = list(&value),
            "ISSUER" => self.issuer = Some(value),
            "DECODE_ISSUER" => self.decode_issuer = list(&value),
            "AUDIENCE" => self.audience = list(&value),
            "ENCODE_AUDIENCE" => self.encode_audience = list(&value),
            "ENCODE_NBF" => self.encode_nbf = Some(flag(&value)?),
            "LEEWAY" => self.leeway = Some(duration(&value)?),
            "ACCESS_TOKEN_EXPIRES" => self.access_token_expires = Some(duration(&value)?),
            "REFRESH_TOKEN_EXPIRES" => self.refresh_token_expires = Some(duration(&value)?),
            "ROTATION_GRACE" => self.rotation_grace = Some(duration(&value)?),
            "SESSION_LIFETIME" => self.session_lifetime = Some(duration(&value)?),
            "SESSION_IDLE_TIMEOUT" => self.session_idle_timeout = Some(duration(&value)?),
            "SESSION_LIMIT" => {
                let limit = value.trim().parse().map_err(|_| "it is not a whole number")?;
                self.session_limit = Some(limit);
            }
            "SESSION_LIMIT_POLICY" => self.session_limit_policy = Some(value),
            "DENYLIST_ENABLED" => self.denylist_enabled = Some(flag(&value)?),
            "DENYLIST_TOKEN_CHECKS" => {
                let types: Result<_, _> =
                    list(&value).iter().map(|name| parse_token_type(name)).collect();
                self.denylist_token_checks = Some(types.map_err(|error| error.to_string())?);
            }
            "REDIS_URL" => self.redis_url = Some(value.into()),
            "STORE_PATH" => self.store_path = Some(value.into()),
            setting => return self.set_browser(setting, value),
        }
        Ok(())
    }
}

/// What the environment has under this prefix.
fn variables(prefix: &str) -> Result<Vec<(String, String)>, ConfigError> {
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with(prefix)) else {
            continue;
        };
        let value =
            value.into_string().map_err(|_| ConfigError::setting(name, "it is not UTF-8"))?;
        variables.push((name.to_owned(), value));
    }
    Ok(variables)
}
