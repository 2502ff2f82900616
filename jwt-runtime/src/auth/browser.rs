//! Where tokens come from besides the header: cookies, and what protects them.

use std::time::Duration;

use http::HeaderName;

use super::builder::JwtAuthBuilder;
use super::renewal::{RenewalOptions, RenewalSettings};
use super::sessions::SessionRules;
use crate::cookies::{CookieKind, CookieOptions, CookieSettings};
use crate::csrf::{CsrfOptions, CsrfSettings};
use crate::error::ConfigError;
use crate::locate::LocateSettings;
use crate::token_location::TokenLocation;

/// What was said about browsers, before it is checked.
#[derive(Debug, Default)]
pub(super) struct BrowserOptions {
    pub(super) locate: LocateSettings,
    header_name: Option<String>,
    cookies: Option<CookieOptions>,
    csrf: Option<CsrfOptions>,
    renewal: Option<RenewalOptions>,
}

/// The cookies of an authority.
#[derive(Debug)]
pub(crate) struct Cookies {
    pub(crate) settings: CookieSettings,
    pub(crate) csrf: CsrfSettings,
    pub(crate) renewal: Option<RenewalSettings>,
}

impl BrowserOptions {
    /// Checks all of it, against the lifetimes that it depends on too.
    pub(super) fn resolve(
        self,
        access_lifetime: Duration,
        sessions: &SessionRules,
    ) -> Result<(LocateSettings, Option<Cookies>), ConfigError> {
        let Self { mut locate, header_name, cookies, csrf, renewal } = self;
        check_locate(&locate)?;
        if let Some(name) = header_name {
            locate.header.name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
                ConfigError::setting("header_name", "it is not the name of a header")
            })?;
        }
        let is_read = locate.locations.contains(&TokenLocation::Cookie);
        if cookies.is_none() && !is_read {
            return match (csrf, renewal) {
                (None, None) => Ok((locate, None)),
                (Some(_), _) => Err(needs_cookies("csrf")),
                (None, Some(_)) => Err(needs_cookies("renewal")),
            };
        }
        let settings = CookieSettings::new(cookies.unwrap_or_default())?;
        let csrf = CsrfSettings::new(csrf.unwrap_or_default(), &settings)?;
        let refresh_path = settings.path(CookieKind::Refresh);
        let renewal = renewal
            .map(|options| {
                RenewalSettings::new(options, access_lifetime, refresh_path, sessions.grace)
            })
            .transpose()?;
        Ok((locate, Some(Cookies { settings, csrf, renewal })))
    }
}

fn check_locate(settings: &LocateSettings) -> Result<(), ConfigError> {
    let locations = &settings.locations;
    if locations.is_empty() {
        return Err(ConfigError::setting("token_location", "name one location at least"));
    }
    for (position, location) in locations.iter().enumerate() {
        if locations[..position].contains(location) {
            return Err(ConfigError::setting("token_location", "a location is there twice"));
        }
    }
    let names = [
        ("query_string_name", &settings.query.access_name),
        ("refresh_query_string_name", &settings.query.refresh_name),
        ("refresh_json_key", &settings.body.json_name),
        ("refresh_form_field", &settings.body.form_name),
    ];
    match names.into_iter().find(|(_, name)| name.is_empty()) {
        Some((name, _)) => Err(ConfigError::setting(name, "it is empty")),
        None if settings.header.scheme.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(()),
        None => Err(ConfigError::setting("header_type", "a scheme is one word")),
    }
}

fn needs_cookies(name: &str) -> ConfigError {
    ConfigError::setting(
        name,
        "needs cookies; name `TokenLocation::Cookie` in `.locations(…)`, or write `.cookies(…)`",
    )
}

impl JwtAuthBuilder {
    /// Where requests carry their token. Default: [`TokenLocation::Header`] alone.
    ///
    /// All of them are looked at, and a request with two tokens is refused as malformed. A route
    /// with `locations(…)` of its own looks there, and not here. `Query`, `Json` and `Form` are read
    /// below [`JwtAuth::layer`](crate::JwtAuth::layer); the last two for refresh tokens only.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::{JwtAuth, TokenLocation};
    ///
    /// # let secret = [7, 1].repeat(16);
    /// let auth = JwtAuth::builder()
    ///     .secret(secret)
    ///     .locations([TokenLocation::Header, TokenLocation::Cookie])
    ///     .build()?;
    /// # Ok::<(), jwt_runtime::ConfigError>(())
    /// ```
    pub fn locations(mut self, locations: impl IntoIterator<Item = TokenLocation>) -> Self {
        self.browser.locate.locations = locations.into_iter().collect();
        self
    }

    /// The header that carries the token. Default: `Authorization`.
    pub fn header_name(mut self, name: impl Into<String>) -> Self {
        self.browser.header_name = Some(name.into());
        self
    }

    /// What stands in front of the token in its header. Default: `Bearer`; empty for nothing.
    pub fn header_scheme(mut self, scheme: impl Into<String>) -> Self {
        self.browser.locate.header.scheme = scheme.into();
        self
    }

    /// The query parameter of an access token. Default: `access_token`.
    pub fn query_name(mut self, name: impl Into<String>) -> Self {
        self.browser.locate.query.access_name = name.into();
        self
    }

    /// The query parameter of a refresh token. Default: `refresh_token`.
    pub fn refresh_query_name(mut self, name: impl Into<String>) -> Self {
        self.browser.locate.query.refresh_name = name.into();
        self
    }

    /// What stands in front of the token in the query. Default: nothing.
    pub fn query_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.browser.locate.query.prefix = prefix.into();
        self
    }

    /// The member of a JSON body that holds a refresh token. Default: `refresh_token`.
    pub fn json_name(mut self, name: impl Into<String>) -> Self {
        self.browser.locate.body.json_name = name.into();
        self
    }

    /// The field of a form that holds a refresh token. Default: `refresh_token`.
    pub fn form_name(mut self, name: impl Into<String>) -> Self {
        self.browser.locate.body.form_name = name.into();
        self
    }

    /// How cookies are named and set. Default: the strict way that [`CookieOptions`] describes.
    ///
    /// With it tokens can go into cookies, whether all routes read them or only those with
    /// `locations(cookie)`.
    pub fn cookies(mut self, options: CookieOptions) -> Self {
        self.browser.cookies = Some(options);
        self
    }

    /// How requests with cookies are protected against forgery. Default: as [`CsrfOptions`] says.
    pub fn csrf(mut self, options: CsrfOptions) -> Self {
        self.browser.csrf = Some(options);
        self
    }

    /// Renews cookies that end soon, in [`JwtAuth::layer`](crate::JwtAuth::layer). Default: never.
    pub fn renewal(mut self, options: RenewalOptions) -> Self {
        self.browser.renewal = Some(options);
        self
    }
}
