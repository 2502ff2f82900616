//! What an application may choose about its protection against forged requests.

use std::sync::Arc;

use http::{HeaderName, Method};

use super::origin::is_origin;
use crate::cookies::{CookieKind, CookieSettings};
use crate::error::{ConfigError, CsrfPlaces, PlaceNames};
use crate::token_type::TokenType;

const HEADER: &str = "X-CSRF-Token";
const FIELD: &str = "csrf_token";

/// How requests with a token in a cookie are protected against forgery; for
/// [`JwtAuthBuilder::csrf`](crate::JwtAuthBuilder::csrf).
///
/// It is on wherever cookies are, and about them alone: a token in a header was put there by
/// somebody who has it. A request with an unsafe method (all but `GET`, `HEAD`, `OPTIONS` and
/// `TRACE`) has to
///
/// 1. come from a page of the same origin, as far as the browser tells: by `Sec-Fetch-Site`, or else
///    by `Origin`;
/// 2. bring the value of the claim `csrf` in the header `X-CSRF-Token`. Pages find it in the CSRF
///    cookie, or in a hidden field that the server has written there.
///
/// Sources: [OWASP, signed double submit
/// cookies](https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html),
/// [RFC 9110 §9.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1) for what is safe.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{CsrfOptions, JwtAuth, TokenLocation};
///
/// # let secret = [7, 1].repeat(16);
/// let auth = JwtAuth::builder()
///     .secret(secret)
///     .locations([TokenLocation::Cookie])
///     .csrf(CsrfOptions::new().check_form().trusted_origins(["https://app.example.com"]))
///     .build()?;
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CsrfOptions {
    double_submit: bool,
    sets_cookies: bool,
    checks_form: bool,
    access: Names,
    refresh: Names,
    methods: Option<Vec<Method>>,
    trusted_origins: Vec<String>,
}

#[derive(Clone, Debug)]
struct Names {
    header: String,
    field: String,
}

impl Default for CsrfOptions {
    fn default() -> Self {
        let names = Names { header: HEADER.to_owned(), field: FIELD.to_owned() };
        Self {
            double_submit: true,
            sets_cookies: true,
            checks_form: false,
            access: names.clone(),
            refresh: names,
            methods: None,
            trusted_origins: Vec::new(),
        }
    }
}

impl CsrfOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the value from a form field as well, `csrf_token`, where the header is not there: for
    /// forms that work without a script.
    ///
    /// Of an `application/x-www-form-urlencoded` body of at most 1 MiB, which the handler can read
    /// afterwards; below [`JwtAuth::layer`](crate::JwtAuth::layer). A form with files in it needs the
    /// header.
    pub fn check_form(mut self) -> Self {
        self.checks_form = true;
        self
    }

    /// The header for requests with an access token. Default: `X-CSRF-Token`.
    pub fn access_header(mut self, name: impl Into<String>) -> Self {
        self.access.header = name.into();
        self
    }

    /// The header for requests with a refresh token. Default: `X-CSRF-Token`.
    pub fn refresh_header(mut self, name: impl Into<String>) -> Self {
        self.refresh.header = name.into();
        self
    }

    /// The form field for requests with an access token. Default: `csrf_token`.
    pub fn access_field(mut self, name: impl Into<String>) -> Self {
        self.access.field = name.into();
        self
    }

    /// The form field for requests with a refresh token. Default: `csrf_token`.
    pub fn refresh_field(mut self, name: impl Into<String>) -> Self {
        self.refresh.field = name.into();
        self
    }

    /// The methods that are protected, in place of all that are not safe.
    ///
    /// # ⚠ Warning: forged requests
    ///
    /// A method that is left out can be used by every page there is. For an application whose `GET`
    /// changes something: add it.
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.methods = Some(methods.into_iter().collect());
        self
    }

    /// Origins besides the application's own whose pages may send requests and open WebSockets, as
    /// browsers write them: `https://app.example.com`, with a port if it is not the scheme's own.
    ///
    /// The application's own origin is what a request's `Host` says; behind a proxy that changes it,
    /// name the public one here. A proxy that drops the port from it makes another port of this host
    /// look like the application's own to browsers without `Sec-Fetch-Site`.
    pub fn trusted_origins<T: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = T>,
    ) -> Self {
        self.trusted_origins = origins.into_iter().map(Into::into).collect();
        self
    }

    /// Sets no CSRF cookies: the application hands the value out itself, from
    /// [`EncodedToken::csrf`](crate::EncodedToken::csrf) or
    /// [`Registered::csrf`](crate::Registered::csrf).
    pub fn without_cookies(mut self) -> Self {
        self.sets_cookies = false;
        self
    }

    /// Leaves the double submit out; the check of the origin remains.
    ///
    /// # ⚠ Warning: forged requests
    ///
    /// A browser that sends neither `Sec-Fetch-Site` nor `Origin` is believed then. `SameSite` is
    /// all that is left, and it counts every host and port of a site as one.
    pub fn disabled(mut self) -> Self {
        self.double_submit = false;
        self
    }
}

/// The options of an application, checked and resolved.
#[derive(Clone, Debug)]
pub(crate) struct CsrfSettings {
    /// Nothing where the double submit is left out.
    double_submit: Option<DoubleSubmit>,
    sets_cookies: bool,
    methods: Option<Vec<Method>>,
    pub(super) trusted_origins: Vec<String>,
}

#[derive(Clone, Debug)]
struct DoubleSubmit {
    access: Places,
    refresh: Places,
}

/// Where the value is taken from.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) header: HeaderName,
    pub(super) told: CsrfPlaces,
}

impl CsrfSettings {
    /// Checks names and origins.
    pub(crate) fn new(options: CsrfOptions, cookies: &CookieSettings) -> Result<Self, ConfigError> {
        for origin in &options.trusted_origins {
            if !is_origin(origin) {
                let reason = "an origin is `https://host` or `https://host:port`, in lower case and without a path";
                return Err(ConfigError::setting("csrf_trusted_origins", reason));
            }
        }
        let places = |names: &Names, token_type| -> Result<Places, ConfigError> {
            let name = |purpose| match token_type {
                TokenType::Access => format!("access_csrf_{purpose}_name"),
                TokenType::Refresh => format!("refresh_csrf_{purpose}_name"),
            };
            let header = HeaderName::from_bytes(names.header.as_bytes()).map_err(|_| {
                ConfigError::setting(&name("header"), "it is not the name of a header")
            })?;
            if names.field.is_empty() {
                return Err(ConfigError::setting(&name("field"), "it is empty"));
            }
            let cookie = cookies.name(CookieKind::csrf_of(token_type));
            let told = CsrfPlaces(Arc::new(PlaceNames {
                header: names.header.clone(),
                field: options.checks_form.then(|| names.field.clone()),
                cookie: options.sets_cookies.then(|| cookie.to_owned()),
            }));
            Ok(Places { header, told })
        };
        let double_submit = match options.double_submit {
            true => Some(DoubleSubmit {
                access: places(&options.access, TokenType::Access)?,
                refresh: places(&options.refresh, TokenType::Refresh)?,
            }),
            false => None,
        };
        let CsrfOptions { sets_cookies, methods, trusted_origins, .. } = options;
        let sets_cookies = sets_cookies && double_submit.is_some();
        Ok(Self { double_submit, sets_cookies, methods, trusted_origins })
    }

    /// Whether tokens get the claim.
    pub(crate) fn is_double_submit(&self) -> bool {
        self.double_submit.is_some()
    }

    /// Whether the claim goes into a cookie too.
    pub(crate) fn sets_cookies(&self) -> bool {
        self.sets_cookies
    }

    pub(super) fn protects(&self, method: &Method) -> bool {
        match &self.methods {
            Some(methods) => methods.contains(method),
            None => !method.is_safe(),
        }
    }

    pub(super) fn places(&self, token_type: TokenType) -> Option<&Places> {
        self.double_submit.as_ref().map(|double_submit| match token_type {
            TokenType::Access => &double_submit.access,
            TokenType::Refresh => &double_submit.refresh,
        })
    }
}
