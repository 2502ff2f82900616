//! `scope`: what the holder of a token may do, as OAuth writes it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A set of scope tokens: on the wire one string, separated by single spaces.
///
/// # Examples
///
/// ```
/// use jwt_runtime::Scopes;
///
/// let scope: Scopes = "orders:read orders:write".parse().unwrap();
/// assert!(scope.contains("orders:read"));
/// assert!(!scope.contains("orders"));
/// assert_eq!(scope.to_string(), "orders:read orders:write");
/// assert!("no\"quotes".parse::<Scopes>().is_err());
/// ```
///
/// Sources: [RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3) for the grammar,
/// [RFC 8693 §4.2](https://www.rfc-editor.org/rfc/rfc8693#section-4.2) for the claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

/// One scope of a closed list, which `#[derive(Scope)]` makes of an enum: a misspelt one does not
/// compile.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Scope, Scopes};
///
/// #[derive(Clone, Copy, Scope)]
/// enum Perm {
///     #[scope("orders:read")]
///     OrdersRead,
///     #[scope("orders:write")]
///     OrdersWrite,
/// }
///
/// let granted: Scopes = [Perm::OrdersRead].into_iter().collect();
/// assert!(granted.contains(Perm::OrdersRead));
/// assert!(!granted.contains(Perm::OrdersWrite));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a scope",
    label = "expected a string literal, or a value of a type with `#[derive(Scope)]`",
    note = "write the scope as a literal, or make it a variant of an enum with `#[derive(jwt_runtime::Scope)]`",
    note = "scopes that are known at run time only are collected by `Scopes::try_from_iter`"
)]
pub trait Scope {
    /// The scope token, as tokens hold it.
    fn as_str(&self) -> &'static str;
}

/// A scope token was empty or held a character outside of RFC 6749 §3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scope token is one or more of the printable ASCII characters except `\"` and `\\`")]
pub struct ScopeError;

impl Scopes {
    /// Whether `scope` is in the set, compared exactly.
    pub fn contains(&self, scope: impl AsRef<str>) -> bool {
        let scope = scope.as_ref();
        self.0.iter().any(|member| member == scope)
    }

    /// Whether a member of the set is `scope`, or a wildcard that stands for it.
    ///
    /// A member that ends in `:*` stands for every scope that begins with what is before the `*`,
    /// colon included, and has at least one more character, at any depth. A `*` alone or anywhere
    /// else is an ordinary character. Bytes are compared, so case matters.
    ///
    /// Guards ask this of claims types with `#[claim(scopes, wildcard)]`, of others
    /// [`Scopes::contains`].
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::Scopes;
    ///
    /// let scope: Scopes = "orders:*".parse().unwrap();
    /// assert!(scope.grants("orders:read"));
    /// assert!(scope.grants("orders:read:all"));
    /// assert!(!scope.grants("orders"));
    /// assert!(!scope.grants("orders:"));
    /// assert!(!scope.grants("ordersx:read"));
    /// ```
    pub fn grants(&self, scope: impl AsRef<str>) -> bool {
        let scope = scope.as_ref();
        self.0.iter().any(|member| member == scope || stands_for(member, scope))
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scope tokens in the order of the token.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Collects scope tokens, refusing malformed ones.
    ///
    /// # Errors
    ///
    /// - [`ScopeError`] when one is empty or has a character that RFC 6749 §3.3 does not allow.
    pub fn try_from_iter<T: Into<String>>(
        scopes: impl IntoIterator<Item = T>,
    ) -> Result<Self, ScopeError> {
        let mut set = Vec::new();
        for scope in scopes {
            let scope = scope.into();
            if !is_scope_token(&scope) {
                return Err(ScopeError);
            }
            if !set.contains(&scope) {
                set.push(scope);
            }
        }
        Ok(Self(set))
    }
}

/// Whether `member` is a wildcard, and `scope` begins as it does and goes on.
fn stands_for(member: &str, scope: &str) -> bool {
    member.strip_suffix('*').is_some_and(|prefix| {
        prefix.ends_with(':') && scope.len() > prefix.len() && scope.starts_with(prefix)
    })
}

/// NQCHAR of RFC 6749, appendix A: printable ASCII but space, `"` and `\`.
fn is_scope_token(scope: &str) -> bool {
    !scope.is_empty() && scope.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E))
}

impl FromStr for Scopes {
    type Err = ScopeError;

    fn from_str(scope: &str) -> Result<Self, ScopeError> {
        if scope.is_empty() {
            return Ok(Self::default());
        }
        Self::try_from_iter(scope.split(' '))
    }
}

/// Leaves out what is no scope token, which a [`Scope`] implemented by hand may be: on the wire it
/// would be another scope, or two.
impl<S: Scope> FromIterator<S> for Scopes {
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        let mut set = Self::default();
        for scope in scopes {
            let scope = scope.as_str();
            if is_scope_token(scope) && !set.contains(scope) {
                set.0.push(scope.to_owned());
            }
        }
        set
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope)?;
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpaceSeparated;

        impl de::Visitor<'_> for SpaceSeparated {
            type Value = Scopes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("scope tokens separated by single spaces")
            }

            fn visit_str<E: de::Error>(self, scope: &str) -> Result<Scopes, E> {
                scope.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(SpaceSeparated)
    }
}
