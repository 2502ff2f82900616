//! Tokens whose signature and claims hold, in the forms a handler can ask for.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::ended::{Ended, Lifeline, Lifelines};
use super::unverified::UnverifiedToken;
use crate::claims::{Audience, CsrfToken, Envelope, Freshness, Registered};
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

/// The registered claims of a token that was verified: what is required is there.
#[derive(Debug)]
pub(crate) struct VerifiedEnvelope<'a> {
    pub(crate) iss: Option<Cow<'a, str>>,
    pub(crate) sub: Cow<'a, str>,
    pub(crate) aud: Option<Audience>,
    pub(crate) exp: NumericDate,
    pub(crate) nbf: Option<NumericDate>,
    pub(crate) iat: Option<NumericDate>,
    pub(crate) jti: Cow<'a, str>,
    pub(crate) token_type: TokenType,
    pub(crate) fresh: Option<Freshness>,
    pub(crate) sid: Option<Cow<'a, str>>,
    pub(crate) auth_time: Option<NumericDate>,
    pub(crate) csrf: Option<Cow<'a, str>>,
    pub(crate) session_cookie: bool,
    /// Whether an older library has issued it; it is then in no session.
    pub(crate) is_older: bool,
}

impl<'a> VerifiedEnvelope<'a> {
    /// `exp`, `jti`, `type` and `sub` are required of every token.
    pub(super) fn require(envelope: Envelope<'a>, is_older: bool) -> Result<Self, AuthError> {
        fn required<T>(claim: Option<T>, name: &'static str) -> Result<T, AuthError> {
            claim.ok_or(AuthError::ClaimInvalid { claim: Cow::Borrowed(name) })
        }
        let filled = |text: Option<Cow<'a, str>>| text.filter(|text| !text.is_empty());
        Ok(Self {
            iss: envelope.iss,
            sub: required(filled(envelope.sub), "sub")?,
            aud: envelope.aud,
            exp: required(envelope.exp, "exp")?,
            nbf: envelope.nbf,
            iat: envelope.iat,
            jti: required(filled(envelope.jti), "jti")?,
            token_type: required(envelope.token_type, "type")?,
            fresh: envelope.fresh,
            sid: filled(envelope.sid),
            auth_time: envelope.auth_time,
            csrf: filled(envelope.csrf),
            session_cookie: envelope.session_cookie.unwrap_or(false),
            is_older,
        })
    }

    /// Whether the holder gave credentials, and not longer ago than `max_age`.
    ///
    /// Source: [RFC 9470 §6.1](https://www.rfc-editor.org/rfc/rfc9470#section-6.1).
    pub(crate) fn is_fresh_at(&self, now: NumericDate, max_age: Option<Duration>) -> bool {
        let is_recent = match (max_age, self.auth_time) {
            (None, _) => true,
            (Some(max_age), Some(auth_time)) => now.since(auth_time) <= max_age,
            (Some(_), None) => false,
        };
        is_recent && self.fresh.is_some_and(|fresh| fresh.is_fresh_at(now))
    }

    pub(crate) fn into_owned(self) -> Registered {
        Registered {
            iss: self.iss.map(Cow::into_owned),
            sub: self.sub.into_owned(),
            aud: self.aud.unwrap_or_default(),
            exp: self.exp,
            nbf: self.nbf,
            iat: self.iat,
            jti: self.jti.into_owned(),
            token_type: self.token_type,
            fresh: self.fresh,
            sid: self.sid.map(Cow::into_owned),
            auth_time: self.auth_time,
            csrf: self.csrf.as_deref().map(CsrfToken::from_claim),
            session_cookie: self.session_cookie,
            is_older: self.is_older,
        }
    }
}

/// What the pipeline hands over after the last check.
pub(crate) struct Verified<'t, C> {
    pub(crate) claims: C,
    pub(crate) envelope: VerifiedEnvelope<'t>,
    pub(crate) compact: &'t str,
    pub(crate) location: Option<TokenLocation>,
    pub(crate) lifelines: &'t dyn Lifelines,
}

impl<C> Verified<'_, C> {
    pub(crate) fn into_registered(self) -> Registered {
        self.envelope.into_owned()
    }

    pub(crate) fn into_token(self) -> Token<C> {
        Token {
            claims: self.claims,
            registered: self.envelope.into_owned(),
            compact: self.compact.into(),
            location: self.location,
            lifeline: self.lifelines.lifeline(),
        }
    }
}

/// A verified token: the application's claims, the registered ones, and the compact text.
///
/// Dereferences to the claims. `Debug` shows the token's id and nothing else of it.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Claims, Token, jwt_required};
///
/// #[derive(Claims)]
/// struct User {
///     sub: String,
///     team: String,
/// }
///
/// #[jwt_required]
/// async fn whoami(#[claims] token: Token<User>) -> String {
///     format!("{} of {}, until {}", token.sub, token.team, token.registered().exp)
/// }
/// ```
#[derive(Clone)]
pub struct Token<C> {
    claims: C,
    registered: Registered,
    compact: SecretString,
    location: Option<TokenLocation>,
    lifeline: Arc<dyn Lifeline>,
}

impl<C> Token<C> {
    /// The application's claims.
    pub fn claims(&self) -> &C {
        &self.claims
    }

    /// The application's claims, out of the token.
    pub fn into_claims(self) -> C {
        self.claims
    }

    /// The registered claims and the library's own.
    pub fn registered(&self) -> &Registered {
        &self.registered
    }

    /// Where in the request it was; `None` for one that was in no request, as with
    /// [`JwtAuth::verify_access`](crate::JwtAuth::verify_access).
    pub fn location(&self) -> Option<TokenLocation> {
        self.location
    }

    /// The JOSE header, with the members that
    /// [`IssueOptions::header`](crate::IssueOptions::header) and
    /// [`additional_header`](crate::JwtAuthBuilder::additional_header) have added.
    pub fn header(&self) -> serde_json::Map<String, serde_json::Value> {
        // It was read before, or compared with one that was written here.
        UnverifiedToken::header_of(self.as_str()).unwrap_or_default()
    }

    /// Waits until the token expires or is revoked, by itself or with its session: for connections
    /// that outlive their request, as WebSockets and server-sent events do.
    ///
    /// The store is asked twice a second, or as
    /// [`watch_interval`](crate::JwtAuthBuilder::watch_interval) says. While it does not answer, the
    /// token is believed for ten seconds more. Without a store, or behind a guard with
    /// `skip_revocation`, nothing but the expiry ends it. The future holds no borrow, and costs nothing
    /// after it is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use jwt_runtime::{Claims, Token, jwt_required};
    ///
    /// #[derive(Claims)]
    /// struct User {
    ///     sub: String,
    /// }
    ///
    /// # async fn next_event() -> String { String::new() }
    /// #[jwt_required]
    /// async fn events(#[claims] token: Token<User>) {
    ///     let ended = token.ended();
    ///     tokio::pin!(ended);
    ///     loop {
    ///         tokio::select! {
    ///             why = &mut ended => {
    ///                 println!("close with {} ({})", why.close_code(), why.reason());
    ///                 break;
    ///             }
    ///             event = next_event() => println!("send {event}"),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn ended(&self) -> impl Future<Output = Ended> + Send + 'static + use<C> {
        Arc::clone(&self.lifeline).ended(self.registered.clone())
    }

    /// The compact token as it came: a bearer credential, not for logs.
    pub fn as_str(&self) -> &str {
        self.compact.expose_secret()
    }
}

impl<C> Deref for Token<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.claims
    }
}

impl<C> AsRef<Registered> for Token<C> {
    fn as_ref(&self) -> &Registered {
        &self.registered
    }
}

impl AsRef<Registered> for Registered {
    fn as_ref(&self) -> &Registered {
        self
    }
}

impl<C> fmt::Debug for Token<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("jti", &self.registered.jti).finish_non_exhaustive()
    }
}

macro_rules! typed_tokens {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name<C>(Token<C>);

        impl<C> $name<C> {
            /// Only what passed a guard of this type may become one.
            pub(crate) fn new(token: Token<C>) -> Self {
                Self(token)
            }

            /// The application's claims, out of the token.
            pub fn into_claims(self) -> C {
                self.0.claims
            }
        }

        impl<C> Deref for $name<C> {
            type Target = Token<C>;

            fn deref(&self) -> &Token<C> {
                &self.0
            }
        }

        impl<C> AsRef<Registered> for $name<C> {
            fn as_ref(&self) -> &Registered {
                &self.0.registered
            }
        }

        impl<C> fmt::Debug for $name<C> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

typed_tokens! {
    /// A verified access token: what [`JwtAuth::reauthenticate`](crate::JwtAuth::reauthenticate)
    /// and [`JwtAuth::logout`](crate::JwtAuth::logout) work on.
    AccessToken;
    /// A verified refresh token: what [`JwtAuth::rotate`](crate::JwtAuth::rotate) takes, by value,
    /// because it can be used once.
    RefreshToken;
}
