//! The options of an application, checked and resolved.

use super::options::{CookieOptions, Jar, Lifespan, SameSite};
use crate::error::ConfigError;
use crate::token_type::TokenType;

/// One of the four cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CookieKind {
    Access,
    Refresh,
    CsrfAccess,
    CsrfRefresh,
}

impl CookieKind {
    pub(super) const ALL: [Self; 4] =
        [Self::Access, Self::Refresh, Self::CsrfAccess, Self::CsrfRefresh];

    /// The cookie of a token.
    pub(crate) const fn of(token_type: TokenType) -> Self {
        match token_type {
            TokenType::Access => Self::Access,
            TokenType::Refresh => Self::Refresh,
        }
    }

    /// The cookie of a token's CSRF token.
    pub(crate) const fn csrf_of(token_type: TokenType) -> Self {
        match token_type {
            TokenType::Access => Self::CsrfAccess,
            TokenType::Refresh => Self::CsrfRefresh,
        }
    }

    /// Scripts of the application read those that are not.
    pub(super) const fn is_http_only(self) -> bool {
        matches!(self, Self::Access | Self::Refresh)
    }

    const fn base_name(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Refresh => "refresh_token",
            Self::CsrfAccess => "csrf_access_token",
            Self::CsrfRefresh => "csrf_refresh_token",
        }
    }

    /// The name of the setting, for errors.
    const fn setting(self) -> [&'static str; 2] {
        match self {
            Self::Access => ["access_cookie_name", "access_cookie_path"],
            Self::Refresh => ["refresh_cookie_name", "refresh_cookie_path"],
            Self::CsrfAccess => ["access_csrf_cookie_name", "access_csrf_cookie_path"],
            Self::CsrfRefresh => ["refresh_csrf_cookie_name", "refresh_csrf_cookie_path"],
        }
    }
}

/// How cookies are named, set and read.
#[derive(Clone, Debug)]
pub(crate) struct CookieSettings {
    named: [Named; 4],
    pub(super) domain: Option<String>,
    pub(super) same_site: SameSite,
    pub(super) lifespan: Lifespan,
    development: bool,
}

#[derive(Clone, Debug)]
struct Named {
    name: String,
    path: String,
}

impl CookieSettings {
    /// Resolves names and checks what browsers would silently refuse.
    pub(crate) fn new(options: CookieOptions) -> Result<Self, ConfigError> {
        if let Some(domain) = &options.domain {
            check("cookie_domain", is_domain(domain), "it is not the name of a domain")?;
        }
        if options.development {
            let is_same_site = options.same_site != SameSite::None;
            let reason = "`None` needs `Secure`, which cookies for development have not";
            check("cookie_samesite", is_same_site, reason)?;
            tracing::warn!(
                target: "jwt::config",
                "cookies are for development: not `Secure`, and believed on this machine only"
            );
        }
        if let Lifespan::Fixed(max_age) = options.lifespan {
            check("cookie_max_age", max_age.as_secs() > 0, "it is less than a second")?;
        }
        let [access, refresh, csrf_access, csrf_refresh] = CookieKind::ALL;
        let named = [
            named(&options, access, &options.access)?,
            named(&options, refresh, &options.refresh)?,
            named(&options, csrf_access, &options.csrf_access)?,
            named(&options, csrf_refresh, &options.csrf_refresh)?,
        ];
        for (position, kind) in CookieKind::ALL.into_iter().enumerate() {
            let is_new = named[..position].iter().all(|other| other.name != named[position].name);
            check(kind.setting()[0], is_new, "another cookie has this name already")?;
        }
        let CookieOptions { domain, same_site, lifespan, development, .. } = options;
        Ok(Self { named, domain, same_site, lifespan, development })
    }

    pub(crate) fn name(&self, kind: CookieKind) -> &str {
        &self.named(kind).name
    }

    pub(crate) fn path(&self, kind: CookieKind) -> &str {
        &self.named(kind).path
    }

    fn named(&self, kind: CookieKind) -> &Named {
        let [access, refresh, csrf_access, csrf_refresh] = &self.named;
        match kind {
            CookieKind::Access => access,
            CookieKind::Refresh => refresh,
            CookieKind::CsrfAccess => csrf_access,
            CookieKind::CsrfRefresh => csrf_refresh,
        }
    }

    pub(super) fn is_secure(&self) -> bool {
        !self.development
    }

    /// Whether cookies are for requests to this machine alone.
    pub(crate) fn is_for_development(&self) -> bool {
        self.development
    }
}

fn check(name: &str, holds: bool, reason: &str) -> Result<(), ConfigError> {
    if holds {
        return Ok(());
    }
    Err(ConfigError::setting(name, reason))
}

/// The name and path of one cookie, if a browser will have it.
fn named(options: &CookieOptions, kind: CookieKind, jar: &Jar) -> Result<Named, ConfigError> {
    let [name_setting, path_setting] = kind.setting();
    let reason = "a path begins with `/`, and has no `;` and no white space";
    check(path_setting, is_path(&jar.path), reason)?;
    let is_of_host = options.domain.is_none() && jar.path == "/";
    let name = match &jar.name {
        Some(name) => name.clone(),
        None => {
            let prefix = match (options.development, is_of_host) {
                (true, _) => "",
                (false, true) => "__Host-",
                (false, false) => "__Secure-",
            };
            format!("{prefix}{}", kind.base_name())
        }
    };
    check(name_setting, is_token(&name), "a name is letters, digits and some marks")?;
    // Browsers compare prefixes without case.
    let has_prefix = |prefix: &str| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let fits = !options.development || !(has_prefix("__Host-") || has_prefix("__Secure-"));
    check(
        name_setting,
        fits,
        "this prefix needs `Secure`, which cookies for development have not",
    )?;
    let fits = is_of_host || !has_prefix("__Host-");
    check(name_setting, fits, "`__Host-` needs the path `/` and no domain")?;
    Ok(Named { name, path: jar.path.clone() })
}

/// `token` of [RFC 9110 §5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
pub(super) fn is_token(name: &str) -> bool {
    let is_mark = |byte| b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';')
}

pub(super) fn is_domain(domain: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    domain.bytes().all(is_letter) && domain.bytes().any(|byte| byte.is_ascii_alphanumeric())
}
