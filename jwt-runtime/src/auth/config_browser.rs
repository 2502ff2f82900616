//! The settings of locations, cookies and what protects them: from the environment, and into a
//! builder.

use http::Method;

use super::config::JwtConfig;
use super::config_values::{parse_duration, parse_flag, parse_list};
use super::{JwtAuthBuilder, RenewalOptions};
use crate::cookies::{CookieOptions, SameSite};
use crate::csrf::CsrfOptions;
use crate::error::ConfigError;
use crate::token_location::TokenLocation;

impl JwtConfig {
    /// Reads one setting from the environment; one that is unknown is reported and left alone.
    pub(super) fn set_browser(&mut self, setting: &str, value: String) -> Result<(), String> {
        let duration = |value: &str| parse_duration(value).map_err(|error| error.to_string());
        let (flag, list) = (parse_flag, parse_list);
        match setting {
            "TOKEN_LOCATION" => self.token_location = list(&value),
            "HEADER_NAME" => self.header_name = Some(value),
            "HEADER_TYPE" => self.header_type = Some(value),
            "QUERY_STRING_NAME" => self.query_string_name = Some(value),
            "REFRESH_QUERY_STRING_NAME" => self.refresh_query_string_name = Some(value),
            "QUERY_STRING_VALUE_PREFIX" => self.query_string_value_prefix = Some(value),
            "REFRESH_JSON_KEY" => self.refresh_json_key = Some(value),
            "REFRESH_FORM_FIELD" => self.refresh_form_field = Some(value),
            "ACCESS_COOKIE_NAME" => self.access_cookie_name = Some(value),
            "REFRESH_COOKIE_NAME" => self.refresh_cookie_name = Some(value),
            "ACCESS_CSRF_COOKIE_NAME" => self.access_csrf_cookie_name = Some(value),
            "REFRESH_CSRF_COOKIE_NAME" => self.refresh_csrf_cookie_name = Some(value),
            "ACCESS_COOKIE_PATH" => self.access_cookie_path = Some(value),
            "REFRESH_COOKIE_PATH" => self.refresh_cookie_path = Some(value),
            "ACCESS_CSRF_COOKIE_PATH" => self.access_csrf_cookie_path = Some(value),
            "REFRESH_CSRF_COOKIE_PATH" => self.refresh_csrf_cookie_path = Some(value),
            "COOKIE_DOMAIN" => self.cookie_domain = Some(value),
            "COOKIE_SAMESITE" => self.cookie_samesite = Some(value),
            "COOKIE_MAX_AGE" => self.cookie_max_age = Some(duration(&value)?),
            "SESSION_COOKIE" => self.session_cookie = Some(flag(&value)?),
            "COOKIE_SECURE" => self.cookie_secure = Some(flag(&value)?),
            "COOKIE_HTTP_ONLY" => self.cookie_http_only = Some(flag(&value)?),
            "COOKIE_CSRF_PROTECT" => self.cookie_csrf_protect = Some(flag(&value)?),
            "CSRF_IN_COOKIES" => self.csrf_in_cookies = Some(flag(&value)?),
            "CSRF_CHECK_FORM" => self.csrf_check_form = Some(flag(&value)?),
            "CSRF_METHODS" => self.csrf_methods = Some(list(&value)),
            "ACCESS_CSRF_HEADER_NAME" => self.access_csrf_header_name = Some(value),
            "REFRESH_CSRF_HEADER_NAME" => self.refresh_csrf_header_name = Some(value),
            "ACCESS_CSRF_FIELD_NAME" => self.access_csrf_field_name = Some(value),
            "REFRESH_CSRF_FIELD_NAME" => self.refresh_csrf_field_name = Some(value),
            "CSRF_TRUSTED_ORIGINS" => self.csrf_trusted_origins = Some(list(&value)),
            "IMPLICIT_REFRESH" => self.implicit_refresh = Some(flag(&value)?),
            "IMPLICIT_REFRESH_DELTATIME" => {
                self.implicit_refresh_deltatime = Some(duration(&value)?)
            }
            "IMPLICIT_REFRESH_FROM_COOKIE" => {
                self.implicit_refresh_from_cookie = Some(flag(&value)?)
            }
            "IMPLICIT_REFRESH_ROUTE_INCLUDE" => {
                self.implicit_refresh_route_include = Some(list(&value))
            }
            "IMPLICIT_REFRESH_ROUTE_EXCLUDE" => {
                self.implicit_refresh_route_exclude = Some(list(&value))
            }
            "IMPLICIT_REFRESH_METHOD_INCLUDE" => {
                self.implicit_refresh_method_include = Some(list(&value))
            }
            "IMPLICIT_REFRESH_METHOD_EXCLUDE" => {
                self.implicit_refresh_method_exclude = Some(list(&value))
            }
            "WATCH_INTERVAL" => self.watch_interval = Some(duration(&value)?),
            unknown => tracing::warn!(target: "jwt::config", setting = unknown, "not a setting"),
        }
        Ok(())
    }

    pub(super) fn add_browser(
        &self,
        mut builder: JwtAuthBuilder,
    ) -> Result<JwtAuthBuilder, ConfigError> {
        builder = self.add_locations(builder)?;
        if let Some(cookies) = self.cookie_options()? {
            builder = builder.cookies(cookies);
        }
        if let Some(csrf) = self.csrf_options()? {
            builder = builder.csrf(csrf);
        }
        if let Some(renewal) = self.renewal_options()? {
            builder = builder.renewal(renewal);
        }
        Ok(match self.watch_interval {
            Some(interval) => builder.watch_interval(interval),
            None => builder,
        })
    }

    fn add_locations(&self, mut builder: JwtAuthBuilder) -> Result<JwtAuthBuilder, ConfigError> {
        if !self.token_location.is_empty() {
            let locations: Result<Vec<TokenLocation>, _> =
                self.token_location.iter().map(|name| name.parse()).collect();
            let locations =
                locations.map_err(|error| ConfigError::setting("token_location", error))?;
            builder = builder.locations(locations);
        }
        builder = with(builder, &self.header_name, JwtAuthBuilder::header_name);
        builder = with(builder, &self.header_type, JwtAuthBuilder::header_scheme);
        builder = with(builder, &self.query_string_value_prefix, JwtAuthBuilder::query_prefix);
        builder = with(builder, &self.refresh_json_key, JwtAuthBuilder::json_name);
        builder = with(builder, &self.refresh_form_field, JwtAuthBuilder::form_name);
        builder = with(builder, &self.query_string_name, JwtAuthBuilder::query_name);
        let name = &self.refresh_query_string_name;
        Ok(with(builder, name, JwtAuthBuilder::refresh_query_name))
    }

    /// Nothing if no setting is about cookies.
    fn cookie_options(&self) -> Result<Option<CookieOptions>, ConfigError> {
        if self.cookie_http_only == Some(false) {
            let reason = "a token that scripts can read is stolen by the first script that is injected; leave it out";
            return Err(ConfigError::setting("cookie_http_only", reason));
        }
        let plain = CookieOptions::new();
        let mut options = Changed::new(plain);
        options.with(&self.access_cookie_name, CookieOptions::access_name);
        options.with(&self.refresh_cookie_name, CookieOptions::refresh_name);
        options.with(&self.access_csrf_cookie_name, CookieOptions::csrf_access_name);
        options.with(&self.refresh_csrf_cookie_name, CookieOptions::csrf_refresh_name);
        options.with(&self.access_cookie_path, CookieOptions::access_path);
        options.with(&self.refresh_cookie_path, CookieOptions::refresh_path);
        options.with(&self.access_csrf_cookie_path, CookieOptions::csrf_access_path);
        options.with(&self.refresh_csrf_cookie_path, CookieOptions::csrf_refresh_path);
        options.with(&self.cookie_domain, CookieOptions::domain);
        let same_site = self.cookie_samesite.as_deref().map(same_site).transpose()?;
        options.with(&same_site, CookieOptions::same_site);
        options.with(&self.cookie_max_age, CookieOptions::max_age);
        options.when(self.session_cookie, true, CookieOptions::session);
        options.when(self.cookie_secure, false, CookieOptions::development);
        Ok(options.changed())
    }

    fn csrf_options(&self) -> Result<Option<CsrfOptions>, ConfigError> {
        let mut options = Changed::new(CsrfOptions::new());
        options.when(self.cookie_csrf_protect, false, CsrfOptions::disabled);
        options.when(self.csrf_in_cookies, false, CsrfOptions::without_cookies);
        options.when(self.csrf_check_form, true, CsrfOptions::check_form);
        let methods = methods("csrf_methods", self.csrf_methods.as_deref())?;
        options.with(&methods, CsrfOptions::methods);
        options.with(&self.access_csrf_header_name, CsrfOptions::access_header);
        options.with(&self.refresh_csrf_header_name, CsrfOptions::refresh_header);
        options.with(&self.access_csrf_field_name, CsrfOptions::access_field);
        options.with(&self.refresh_csrf_field_name, CsrfOptions::refresh_field);
        options.with(&self.csrf_trusted_origins, CsrfOptions::trusted_origins);
        Ok(options.changed())
    }

    fn renewal_options(&self) -> Result<Option<RenewalOptions>, ConfigError> {
        let mut options = Changed::new(RenewalOptions::new());
        options.when(self.implicit_refresh, true, |options| options);
        options.with(&self.implicit_refresh_deltatime, RenewalOptions::within);
        let from_cookie = self.implicit_refresh_from_cookie;
        options.when(from_cookie, true, RenewalOptions::from_refresh_cookie);
        options.with(&self.implicit_refresh_route_include, RenewalOptions::only_paths);
        options.with(&self.implicit_refresh_route_exclude, RenewalOptions::except_paths);
        let include = self.implicit_refresh_method_include.as_deref();
        let include = methods("implicit_refresh_method_include", include)?;
        options.with(&include, RenewalOptions::only_methods);
        let exclude = self.implicit_refresh_method_exclude.as_deref();
        let exclude = methods("implicit_refresh_method_exclude", exclude)?;
        options.with(&exclude, RenewalOptions::except_methods);
        match self.implicit_refresh {
            Some(false) => Ok(None),
            _ => Ok(options.changed()),
        }
    }
}

fn with<T: Clone>(
    builder: JwtAuthBuilder,
    value: &Option<T>,
    set: impl FnOnce(JwtAuthBuilder, T) -> JwtAuthBuilder,
) -> JwtAuthBuilder {
    match value.clone() {
        Some(value) => set(builder, value),
        None => builder,
    }
}

/// Options, and whether anything was said about them.
struct Changed<O> {
    options: O,
    is_changed: bool,
}

impl<O: Clone> Changed<O> {
    fn new(options: O) -> Self {
        Self { options, is_changed: false }
    }

    fn with<T: Clone>(&mut self, value: &Option<T>, set: impl FnOnce(O, T) -> O) {
        if let Some(value) = value.clone() {
            self.options = set(self.options.clone(), value);
            self.is_changed = true;
        }
    }

    fn when(&mut self, flag: Option<bool>, wanted: bool, set: impl FnOnce(O) -> O) {
        if flag == Some(wanted) {
            self.with(&Some(()), |options, ()| set(options));
        }
    }

    fn changed(self) -> Option<O> {
        self.is_changed.then_some(self.options)
    }
}

fn same_site(name: &str) -> Result<SameSite, ConfigError> {
    match name.to_ascii_lowercase().as_str() {
        "strict" => Ok(SameSite::Strict),
        "lax" => Ok(SameSite::Lax),
        "none" => Ok(SameSite::None),
        _ => Err(ConfigError::setting("cookie_samesite", "it is `strict`, `lax` or `none`")),
    }
}

fn methods(name: &str, names: Option<&[String]>) -> Result<Option<Vec<Method>>, ConfigError> {
    let Some(names) = names else { return Ok(None) };
    let methods: Result<Vec<Method>, _> =
        names.iter().map(|name| Method::from_bytes(name.to_ascii_uppercase().as_bytes())).collect();
    methods.map(Some).map_err(|_| ConfigError::setting(name, "a method is a word, such as `POST`"))
}
