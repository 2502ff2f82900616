//! What the application adds to every token, and asks of every token.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{JwtAuth, JwtAuthBuilder};
use crate::claims::Registered;
use crate::error::AuthError;
use crate::policy::Decision;
use crate::token_type::TokenType;

/// A token that is about to be signed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NewToken<'a> {
    /// `sub`.
    pub subject: &'a str,
    /// Access or refresh.
    pub token_type: TokenType,
}

type Members = dyn Fn(&NewToken<'_>) -> Map<String, Value> + Send + Sync;
type Requirement = dyn Fn(&Registered, &Map<String, Value>) -> Result<(), AuthError> + Send + Sync;

/// The application's code that is called for every token.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    claims: Option<Arc<Members>>,
    header: Option<Arc<Members>>,
    requirements: Vec<Arc<Requirement>>,
}

impl Hooks {
    /// Whether there are claims to add.
    pub(crate) fn has_claims(&self) -> bool {
        self.claims.is_some()
    }

    /// Claims to add to a token.
    pub(crate) fn claims(&self, token: NewToken<'_>) -> Map<String, Value> {
        self.claims.as_ref().map(|claims| claims(&token)).unwrap_or_default()
    }

    /// Header members to add to a token.
    pub(crate) fn header(&self, token: NewToken<'_>) -> Map<String, Value> {
        self.header.as_ref().map(|header| header(&token)).unwrap_or_default()
    }

    /// What is asked of every token; each has to be content.
    pub(crate) fn requirements(&self) -> &[Arc<Requirement>] {
        &self.requirements
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("additional_claims", &self.claims.is_some())
            .field("additional_header", &self.header.is_some())
            .field("require", &self.requirements.len())
            .finish()
    }
}

impl JwtAuthBuilder {
    /// Adds claims to every token that is issued. A second call takes the place of the first.
    ///
    /// A claim that the application's type has written stays as it is, and one that it leaves out is
    /// added, `scope` and roles too. Registered names are refused when the token is issued, `sub` among
    /// them.
    ///
    /// At a refresh they are made anew, unless the claims are a map: that holds what the old token said,
    /// with what was added to it then. A renewal by cookie repeats the old token in the same way.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::JwtAuth;
    /// use serde_json::{Map, json};
    ///
    /// # let secret = [7, 1].repeat(16);
    /// let auth = JwtAuth::builder()
    ///     .secret(secret)
    ///     .additional_claims(|token| match token.subject.split_once('/') {
    ///         Some((tenant, _)) => Map::from_iter([("tenant".into(), json!(tenant))]),
    ///         None => Map::new(),
    ///     })
    ///     .build()?;
    /// # Ok::<(), jwt_runtime::ConfigError>(())
    /// ```
    pub fn additional_claims(
        mut self,
        claims: impl Fn(&NewToken<'_>) -> Map<String, Value> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.claims = Some(Arc::new(claims));
        self
    }

    /// Adds members to the JOSE header of every token that is issued. Members that the library
    /// writes, or that name keys, are refused then; one of
    /// [`IssueOptions::header`](crate::IssueOptions::header) stays as it is. A second call takes the
    /// place of the first.
    pub fn additional_header(
        mut self,
        header: impl Fn(&NewToken<'_>) -> Map<String, Value> + Send + Sync + 'static,
    ) -> Self {
        self.hooks.header = Some(Arc::new(header));
        self
    }

    /// Asks this of every token that a guard of this authority has verified, before the store is
    /// asked: of its registered claims, and of all that it says. Answers with `bool`,
    /// `Result<(), Denied>` or `Result<(), AuthError>`. Each call adds a requirement; they are asked in
    /// their order.
    ///
    /// It reads the claims once more. What concerns one claims type is cheaper said there, as
    /// `#[claim(validate = …)]`; what concerns one route, in its guard.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::JwtAuth;
    ///
    /// # let secret = [7, 1].repeat(16);
    /// let auth = JwtAuth::builder()
    ///     .secret(secret)
    ///     .require(|_, claims| claims.get("tenant").is_some_and(|tenant| tenant == "red"))
    ///     .build()?;
    /// # Ok::<(), jwt_runtime::ConfigError>(())
    /// ```
    pub fn require<D: Decision>(
        mut self,
        requirement: impl Fn(&Registered, &Map<String, Value>) -> D + Send + Sync + 'static,
    ) -> Self {
        self.hooks
            .requirements
            .push(Arc::new(move |token, claims| requirement(token, claims).decide()));
        self
    }
}

impl JwtAuth {
    pub(crate) fn hooks(&self) -> &Hooks {
        &self.0.hooks
    }
}
