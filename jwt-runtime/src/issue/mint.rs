//! Making one token: claims, header, signature.

use std::borrow::Cow;
use std::time::Duration;

use uuid::Uuid;

use crate::auth::{JwtAuth, NewToken};
use crate::claims::{
    Audience, Claims, CsrfToken, Envelope, Freshness, OnReserved, Registered, write,
};
use crate::error::IssueError;
use crate::numeric_date::NumericDate;
use crate::token::{CookieClaims, EncodedToken, ExtraHeader, encode, is_made_up};
use crate::token_type::TokenType;

/// Everything about a token but the application's claims.
pub(super) struct Draft<'a> {
    pub(super) token_type: TokenType,
    pub(super) session_id: &'a str,
    /// `jti`; a new one, unless a token is made a second time.
    pub(super) id: Option<&'a str>,
    /// When the token is issued.
    pub(super) now: NumericDate,
    pub(super) lifetime: Duration,
    /// Access tokens only.
    pub(super) freshness: Option<Freshness>,
    pub(super) auth_time: Option<NumericDate>,
    /// As in the token that is replaced; else the claims type's or the authority's.
    pub(super) issuer: Option<&'a str>,
    pub(super) audience: Option<&'a Audience>,
    /// As in the session's other tokens.
    pub(super) cookies: &'a CookieClaims,
    pub(super) header: &'a ExtraHeader,
    pub(super) on_reserved: OnReserved,
}

impl Draft<'_> {
    /// The refresh token that goes with an access token.
    pub(super) fn refresh(&self, lifetime: Duration) -> Draft<'_> {
        Draft { token_type: TokenType::Refresh, lifetime, freshness: None, ..*self }
    }
}

/// A token and what the store has to know of it.
pub(super) struct Minted {
    pub(super) token: EncodedToken,
    pub(super) subject: String,
    token_type: TokenType,
}

impl Minted {
    /// The id that a session remembers as its current refresh token.
    pub(super) fn refresh_token_id(&self) -> Option<&str> {
        (self.token_type == TokenType::Refresh).then(|| self.token.id())
    }
}

/// A new `sid` or `jti`: UUIDv7, 74 random bits after the time.
///
/// Source: [RFC 9562 §5.7](https://www.rfc-editor.org/rfc/rfc9562#section-5.7).
pub(super) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// The claims about cookies, where tokens may go into some, for a session that begins.
pub(super) fn new_cookies(auth: &JwtAuth, session_cookie: bool) -> CookieClaims {
    next_cookies(auth, None, session_cookie)
}

/// The same for a session that goes on.
pub(super) fn cookies_of(auth: &JwtAuth, registered: &Registered) -> CookieClaims {
    next_cookies(auth, registered.csrf.as_ref(), registered.session_cookie)
}

fn next_cookies(auth: &JwtAuth, csrf: Option<&CsrfToken>, session_cookie: bool) -> CookieClaims {
    let Some(cookies) = auth.cookies() else { return CookieClaims::default() };
    let is_wanted = cookies.csrf.is_double_submit();
    let csrf = is_wanted.then(|| csrf.cloned().unwrap_or_else(CsrfToken::new));
    CookieClaims { csrf, session_cookie }
}

/// Signs a token again if it would outlive its session.
pub(super) fn cut<C: Claims>(
    auth: &JwtAuth,
    minted: Minted,
    draft: &Draft<'_>,
    session_end: Option<NumericDate>,
    claims: &C,
) -> Result<Minted, IssueError> {
    match session_end {
        Some(end) if end < minted.token.expires_at() => {
            let lifetime = end.since(draft.now);
            mint(auth, &Draft { id: Some(minted.token.id()), lifetime, ..*draft }, claims)
        }
        _ => Ok(minted),
    }
}

/// Signs a token.
pub(super) fn mint<C: Claims>(
    auth: &JwtAuth,
    draft: &Draft<'_>,
    claims: &C,
) -> Result<Minted, IssueError> {
    if draft.lifetime < Duration::from_secs(1) {
        return Err(IssueError::LifetimeZero);
    }
    claims.check_rules().map_err(|refused| IssueError::ClaimRefused(refused.name()))?;
    let id = draft.id.map_or_else(new_id, str::to_owned);
    let expires_at = draft.now + draft.lifetime;
    let issuer = draft.issuer.or(C::EXPECTED.issuer).or(auth.settings().issuer.as_deref());
    let envelope = Envelope {
        iss: issuer.map(Cow::Borrowed),
        sub: None,
        aud: audience::<C>(auth, draft.audience),
        exp: Some(expires_at),
        nbf: auth.writes_nbf().then_some(draft.now),
        iat: Some(draft.now),
        jti: Some(Cow::Borrowed(&id)),
        token_type: Some(draft.token_type),
        fresh: draft.freshness,
        sid: Some(Cow::Borrowed(draft.session_id)),
        auth_time: draft.auth_time,
        csrf: draft.cookies.csrf.as_ref().map(|csrf| Cow::Borrowed(csrf.as_str())),
        session_cookie: draft.cookies.session_cookie.then_some(true),
    };
    let (token_type, hooks) = (draft.token_type, auth.hooks());
    let additional = hooks
        .has_claims()
        .then_some(|subject: &str| hooks.claims(NewToken { subject, token_type }));
    let (payload, subject) = write(&envelope, claims, draft.on_reserved, additional)?;
    if is_made_up(&subject) {
        return Err(IssueError::SubjectInvalid);
    }
    let header = hooks.header(NewToken { subject: &subject, token_type });
    let header = draft.header.with_defaults(header);
    let compact = encode(auth.signer(&subject)?, token_type, &header, &payload)?;
    let session_id = draft.session_id.to_owned();
    let cookies = draft.cookies.clone();
    let token = EncodedToken::new(compact, id, session_id, expires_at, draft.token_type, cookies);
    Ok(Minted { token, subject, token_type: draft.token_type })
}

/// The caller's choice, then the claims type's, then the authority's.
fn audience<C: Claims>(auth: &JwtAuth, chosen: Option<&Audience>) -> Option<Audience> {
    let audience = match chosen {
        Some(chosen) => chosen.clone(),
        None if !C::EXPECTED.audience.is_empty() => C::EXPECTED.audience.iter().copied().collect(),
        None => auth.issued_audience(),
    };
    (!audience.is_empty()).then_some(audience)
}
