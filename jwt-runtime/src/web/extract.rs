//! The guards as plain extractors, for handlers without an attribute.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;

use super::admit::admit;
use super::state::AuthState;
use crate::auth::JwtAuth;
use crate::claims::Claims;
use crate::error::AuthError;
use crate::param::{GuardParam, kind};
use crate::policy::{Passed, Rules};
use crate::token::RefreshToken;

fn no_condition<C>(_: &C) -> Result<Passed, AuthError> {
    Ok(Passed)
}

macro_rules! extractors {
    ($(
        $(#[$doc:meta])*
        $name:ident<$param:ident: $bound:path>($inner:ty): $kind:ty = $rules:expr;
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name<$param>(pub $inner);

        impl<S, $param> FromRequestParts<S> for $name<$param>
        where
            S: AuthState<JwtAuth> + Send + Sync,
            $param: $bound,
        {
            type Rejection = AuthError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
                admit::<$inner, $kind>(
                    &state.authority(),
                    parts,
                    &$rules,
                    &no_condition,
                )
                .await
                .map(Self)
            }
        }

        impl<S, $param> OptionalFromRequestParts<S> for $name<$param>
        where
            S: AuthState<JwtAuth> + Send + Sync,
            $param: $bound,
        {
            type Rejection = AuthError;

            async fn from_request_parts(
                parts: &mut Parts,
                state: &S,
            ) -> Result<Option<Self>, AuthError> {
                admit::<Option<$inner>, $kind>(
                    &state.authority(),
                    parts,
                    &$rules.optional(),
                    &no_condition,
                )
                .await
                .map(|token| token.map(Self))
            }
        }
    )*};
}

extractors! {
    /// A valid, unrevoked access token; `T` is a claims type, `Token<C>`, `AccessToken<C>`,
    /// `Registered`, or a map.
    ///
    /// `Option<Jwt<T>>` is `None` without a token; a bad token is refused all the same.
    ///
    /// The authority is the `JwtAuth` of the router's state. An extractor cannot name another one:
    /// write `#[jwt_required(auth = …)]`, or give the routes of the other one a router with its own
    /// state.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_runtime::{Claims, Jwt};
    ///
    /// #[derive(Claims)]
    /// struct User {
    ///     sub: String,
    /// }
    ///
    /// async fn me(Jwt(user): Jwt<User>) -> String {
    ///     user.sub
    /// }
    ///
    /// async fn feed(user: Option<Jwt<User>>) -> &'static str {
    ///     if user.is_some() { "yours" } else { "everybody's" }
    /// }
    /// ```
    Jwt<T: GuardParam<kind::Access>>(T): kind::Access = Rules::access();

    /// The same, and fresh: issued for credentials and not for a refresh token.
    FreshJwt<T: GuardParam<kind::Access>>(T): kind::Access = Rules::fresh();

    /// A valid, unrevoked refresh token that was not used before.
    RefreshJwt<C: Claims>(RefreshToken<C>): kind::Refresh = Rules::refresh();

    /// A valid, unrevoked token of either kind, for routes such as a logout; `T` is a claims type,
    /// `Token<C>`, `Registered`, or a map.
    AnyJwt<T: GuardParam<kind::Any>>(T): kind::Any = Rules::any_type();
}
