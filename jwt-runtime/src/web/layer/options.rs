//! What a layer may ask besides: the arguments of the attributes, as methods.

use std::sync::Arc;
use std::time::Duration;

use super::asked::{Asked, HasAge, StandsAlone};
use super::settled::{AskScopes, Unsettled};
use super::{Condition, RequireToken};
use crate::claims::{Claims, HasRoles, HasScopes, Scopes};
use crate::error::AuthError;
use crate::policy::held::{all_roles, all_scopes, any_role, any_scope};
use crate::policy::{Decision, Policy, decision};
use crate::token_location::TokenLocation;

// `R` is named, as rustc finds no method where a type in its signature is unknown, and then says
// nothing of `AskScopes`.
impl<K: Asked, C: Claims> RequireToken<K, C> {
    /// Names the claims type: what the conditions are about, and what handlers below find in the
    /// request's extensions.
    ///
    /// It comes before the conditions that settle the type:
    ///
    /// ```compile_fail,E0277
    /// # #[derive(jwt_runtime::Claims)] struct User { sub: String }
    /// # fn example(auth: jwt_runtime::JwtAuth) {
    /// auth.require_access().all_scopes(["orders:read"]).claims::<User>();
    /// # }
    /// ```
    pub fn claims<N: Claims>(self) -> RequireToken<K, N>
    where
        C: Unsettled,
    {
        let conditions = self
            .conditions
            .into_iter()
            .map(|condition| -> Condition<N> { Arc::new(move |_| condition(&C::default())) });
        RequireToken {
            auth: self.auth,
            rules: self.rules,
            conditions: conditions.collect(),
            exempts_options: self.exempts_options,
            asked: self.asked,
        }
    }

    /// Every one of these scopes. Without [`claims`](Self::claims) they are read from the claim
    /// `scope`.
    ///
    /// # Panics
    ///
    /// - Without a scope, or with one that is empty or has a character that
    ///   [RFC 6749 §3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3) does not allow.
    /// - With one that ends in `:*`: a token may hold it, and a route asks for what it needs.
    #[track_caller]
    pub fn all_scopes<R: Claims + HasScopes>(
        self,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> RequireToken<K, R>
    where
        C: AskScopes<Claims = R>,
    {
        let asked = asked_scopes("all_scopes", scopes);
        C::read_scopes(self).condition(move |claims| {
            let asked: Vec<&str> = asked.iter().collect();
            all_scopes(claims, &asked)
        })
    }

    /// At least one of these scopes. Without [`claims`](Self::claims) they are read from the claim
    /// `scope`.
    ///
    /// # Panics
    ///
    /// - As [`all_scopes`](Self::all_scopes).
    #[track_caller]
    pub fn any_scope<R: Claims + HasScopes>(
        self,
        scopes: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> RequireToken<K, R>
    where
        C: AskScopes<Claims = R>,
    {
        let asked = asked_scopes("any_scope", scopes);
        C::read_scopes(self).condition(move |claims| {
            let asked: Vec<&str> = asked.iter().collect();
            any_scope(claims, &asked)
        })
    }

    /// Every one of these roles, of a claims type that has some.
    ///
    /// # Panics
    ///
    /// - Without a role.
    #[track_caller]
    pub fn all_roles(self, roles: impl IntoIterator<Item = C::Role>) -> Self
    where
        C: HasRoles<Role: Send + Sync + 'static>,
    {
        let roles = asked_roles("all_roles", roles);
        self.condition(move |claims| all_roles(claims, &roles))
    }

    /// At least one of these roles, of a claims type that has some.
    ///
    /// # Panics
    ///
    /// - Without a role.
    #[track_caller]
    pub fn any_role(self, roles: impl IntoIterator<Item = C::Role>) -> Self
    where
        C: HasRoles<Role: Send + Sync + 'static>,
    {
        let roles = asked_roles("any_role", roles);
        self.condition(move |claims| any_role(claims, &roles))
    }

    /// A condition with a name, or several of them combined by
    /// [`all`](crate::policy::all), [`any`](crate::policy::any) and [`not`](crate::policy::not).
    pub fn policy(self, policy: impl Policy<C> + Send + Sync + 'static) -> Self {
        self.condition(move |claims| policy.check(claims))
    }

    /// A condition of the application's own, which answers with `bool`, `Result<(), Denied>` or
    /// `Result<(), AuthError>`.
    pub fn require<D: Decision>(self, condition: impl Fn(&C) -> D + Send + Sync + 'static) -> Self {
        self.condition(move |claims| decision::require(claims, &condition))
    }

    /// Asks for this `iss` in place of the configured one.
    ///
    /// # Panics
    ///
    /// - If it is empty.
    #[track_caller]
    pub fn issuer(mut self, issuer: &'static str) -> Self {
        assert!(!issuer.is_empty(), "`issuer` is empty; leave it out for the configured one");
        self.rules = self.rules.issuer(issuer);
        self
    }

    /// Asks for one of these in `aud` in place of the configured ones.
    ///
    /// # Panics
    ///
    /// - Without a name, or with one that is empty.
    #[track_caller]
    pub fn audience(mut self, audience: &'static [&'static str]) -> Self {
        let is_named = !audience.is_empty() && audience.iter().all(|name| !name.is_empty());
        assert!(is_named, "`audience` names nobody; leave it out for the configured one");
        self.rules = self.rules.audience(audience);
        self
    }

    /// Looks for the token in these places, in place of where the authority looks.
    ///
    /// # Panics
    ///
    /// - Without a location.
    #[track_caller]
    pub fn locations(mut self, locations: &'static [TokenLocation]) -> Self {
        assert!(
            !locations.is_empty(),
            "`locations` names none; leave it out for the configured ones"
        );
        self.rules = self.rules.locations(locations);
        self
    }

    /// A login at most this long ago; for [`require_fresh`](crate::JwtAuth::require_fresh).
    ///
    /// In whole seconds: what is left of one is dropped.
    ///
    /// ```compile_fail,E0277
    /// # fn example(auth: jwt_runtime::JwtAuth) {
    /// # use std::time::Duration;
    /// auth.require_access().max_age(Duration::from_secs(300));
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// - With less than a second.
    #[track_caller]
    pub fn max_age(mut self, max_age: Duration) -> Self
    where
        K: HasAge,
    {
        let seconds = max_age.as_secs();
        assert!(seconds > 0, "`max_age` is less than a second");
        self.rules = self.rules.max_age(seconds);
        self
    }

    /// Lets requests with the method `OPTIONS` through without a token: browsers send none with a
    /// preflight.
    ///
    /// # ⚠ Warning: handlers that answer every method
    ///
    /// A CORS layer that stands around this one answers preflights by itself, and needs no exemption. What
    /// answers every method, as `any(handler)` does, then answers `OPTIONS` without a token; and a
    /// middleware that makes another method of a request belongs around this layer, not below it.
    ///
    /// Source: [the Fetch standard, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch).
    pub fn exempt_options(mut self) -> Self {
        self.exempts_options = true;
        self
    }

    /// Leaves the store out: a revoked token passes until it expires. Not for refresh tokens.
    ///
    /// ```compile_fail,E0277
    /// # fn example(auth: jwt_runtime::JwtAuth) {
    /// auth.require_refresh().skip_revocation();
    /// # }
    /// ```
    pub fn skip_revocation(mut self) -> Self
    where
        K: StandsAlone,
    {
        self.rules = self.rules.skip_revocation();
        self
    }

    /// Adds a question; every one is asked, in this order, until one says no.
    fn condition<E: Into<AuthError>>(
        mut self,
        condition: impl Fn(&C) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self {
        self.conditions.push(Arc::new(move |claims| condition(claims).map_err(Into::into)));
        self
    }
}

#[track_caller]
fn asked_scopes(option: &str, scopes: impl IntoIterator<Item = impl AsRef<str>>) -> Scopes {
    let scopes: Vec<String> = scopes.into_iter().map(|scope| scope.as_ref().to_owned()).collect();
    assert!(!scopes.is_empty(), "`{option}` needs at least one scope");
    if let Some(wildcard) = scopes.iter().find(|scope| scope.ends_with(":*")) {
        panic!(
            "`{option}` asks for {wildcard:?}, which a token may hold; ask for a scope it grants"
        );
    }
    match Scopes::try_from_iter(scopes.iter().cloned()) {
        Ok(asked) => asked,
        Err(error) => panic!("`{option}` asks for a malformed scope in {scopes:?}: {error}"),
    }
}

#[track_caller]
fn asked_roles<R>(option: &str, roles: impl IntoIterator<Item = R>) -> Vec<R> {
    let roles: Vec<R> = roles.into_iter().collect();
    assert!(!roles.is_empty(), "`{option}` needs at least one role");
    roles
}
