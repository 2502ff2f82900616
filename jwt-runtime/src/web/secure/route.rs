//! One line of what a router routes.

use std::fmt;

use http::Method;

/// A route of a [`SecureRouter`](crate::SecureRouter), as it was added.
///
/// Prints itself as `GET /orders` where it is guarded, and as `public /health` where it is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// None is public: axum does not tell which methods a `MethodRouter` answers.
    method: Option<Method>,
    path: String,
}

impl Route {
    pub(super) fn guarded(method: Method, path: &str) -> Self {
        Self { method: Some(method), path: path.to_owned() }
    }

    pub(super) fn public(path: &str) -> Self {
        Self { method: None, path: path.to_owned() }
    }

    /// The same below a prefix, joined as axum joins them.
    pub(super) fn below(self, prefix: &str) -> Self {
        let path = match self.path.as_str() {
            path if prefix.ends_with('/') => format!("{prefix}{}", path.trim_start_matches('/')),
            "/" => prefix.to_owned(),
            path => format!("{prefix}{path}"),
        };
        Self { path, ..self }
    }

    /// The method of a guarded route; `None` for a public one, which may answer several.
    pub fn method(&self) -> Option<&Method> {
        self.method.as_ref()
    }

    /// The path from the root of the router, with what it captures in braces.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it was added by [`public`](crate::SecureRouter::public).
    pub fn is_public(&self) -> bool {
        self.method.is_none()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.method {
            Some(method) => write!(f, "{method} {}", self.path),
            None => write!(f, "public {}", self.path),
        }
    }
}
