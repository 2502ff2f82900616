//! The claim names that mean something to the library, and what a field of that name may be.

use crate::runtime_path::{Item, Runtime};

/// What a claim name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A claim of the application.
    Own,
    /// The subject, the one registered claim that the application supplies.
    Subject,
    /// A claim that the library writes and a field may receive.
    Registered(Shape),
    /// A claim that the library keeps to itself; says where its content is found.
    Reserved(&'static str),
}

/// The type of a registered claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Date,
    Audience,
}

impl Meaning {
    /// Sources: [RFC 7519 §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1) and, for
    /// `auth_time`, [RFC 9470 §6.1](https://www.rfc-editor.org/rfc/rfc9470#section-6.1).
    pub(super) fn of(claim: &str) -> Self {
        match claim {
            "sub" => Self::Subject,
            "iss" | "jti" | "sid" => Self::Registered(Shape::Text),
            "exp" | "nbf" | "iat" | "auth_time" => Self::Registered(Shape::Date),
            "aud" => Self::Registered(Shape::Audience),
            "type" => Self::Reserved("take `Token<…>` and read `.registered().token_type`"),
            "fresh" => Self::Reserved("take `Token<…>` and read `.registered().fresh`"),
            "csrf" => Self::Reserved("the library compares it before the handler runs"),
            "session_cookie" => Self::Reserved("set it with `LoginOptions::session_cookies`"),
            "cnf" => Self::Reserved("a token with it is no bearer token, and is refused"),
            _ => Self::Own,
        }
    }
}

impl Shape {
    /// Fails to compile for a type that cannot receive the claim.
    pub(super) fn assertion(self, runtime: &Runtime) -> Item<'_> {
        match self {
            Self::Text => runtime.assert_text(),
            Self::Date => runtime.assert_date(),
            Self::Audience => runtime.assert_audience(),
        }
    }
}
