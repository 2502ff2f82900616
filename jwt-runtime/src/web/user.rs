//! The user behind a token, as the application knows it now.

use std::future::Future;

use axum::response::IntoResponse;

use super::rejection::GuardRejection;
use crate::claims::Claims;
use crate::error::AuthError;

/// A user that a guard looks up for the claims of a token, to hand it to a `#[user]` parameter.
///
/// The look-up comes after every other check of the token, and before anything else of the request
/// is looked at. A user that is not there is refused with [`AuthError::UserUnknown`], on a
/// refresh too: who was deleted gets no new tokens.
///
/// # Examples
///
/// ```
/// # use axum::http::StatusCode;
/// use jwt_runtime::{Claims, LoadUser, jwt_required};
///
/// #[derive(Claims)]
/// struct User {
///     sub: String,
/// }
///
/// struct Account {
///     name: String,
/// }
///
/// # #[derive(Clone)]
/// # struct Db;
/// # impl Db {
/// #     async fn account(&self, id: &str) -> Result<Option<Account>, StatusCode> { Ok(None) }
/// # }
/// impl LoadUser for Account {
///     type Claims = User;
///     type State = Db;
///     type Error = StatusCode;
///
///     async fn load(user: &User, db: &Db) -> Result<Option<Self>, StatusCode> {
///         db.account(&user.sub).await
///     }
/// }
///
/// #[jwt_required]
/// async fn me(#[user] account: Account) -> String {
///     account.name
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user that can be loaded",
    label = "this type does not implement `LoadUser`",
    note = "write `impl LoadUser for {Self}`, which looks a user up for the claims of a token",
    note = "claims go with `#[claims]`, a token with `#[token]`"
)]
pub trait LoadUser: Sized + Send + 'static {
    /// The claims that say who it is.
    type Claims: Claims;
    /// Where users are found: the router's state, or any part of it that axum's `FromRef` gives.
    type State: Send + Sync + 'static;
    /// What the client is answered when the look-up fails, as it is.
    type Error: IntoResponse;

    /// Looks the user up; `None` for one that is deleted or disabled.
    ///
    /// # Errors
    ///
    /// The look-up failed; the request ends with this answer.
    fn load(
        claims: &Self::Claims,
        state: &Self::State,
    ) -> impl Future<Output = Result<Option<Self>, Self::Error>> + Send;
}

/// The claims type of a `#[user]` parameter of type `T`.
pub type UserClaims<T> = <T as UserParam>::Claims;

/// The type of a `#[user]` parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user that can be loaded",
    label = "this type does not implement `LoadUser`",
    note = "write `impl LoadUser for {Self}`, which looks a user up for the claims of a token",
    note = "claims go with `#[claims]`, a token with `#[token]`"
)]
pub trait UserParam: Sized + Send {
    /// As [`LoadUser::Claims`].
    type Claims: Claims;
    /// As [`LoadUser::State`].
    type State: Send + Sync + 'static;

    /// Looks the user up; no claims are a request without a token.
    fn load(
        claims: Option<&Self::Claims>,
        state: &Self::State,
    ) -> impl Future<Output = Result<Self, GuardRejection>> + Send;
}

#[diagnostic::do_not_recommend]
impl<U: LoadUser> UserParam for U {
    type Claims = U::Claims;
    type State = U::State;

    async fn load(claims: Option<&U::Claims>, state: &U::State) -> Result<Self, GuardRejection> {
        let claims = claims.ok_or(AuthError::TokenMissing).map_err(GuardRejection::refused)?;
        let user = U::load(claims, state).await.map_err(GuardRejection::answered)?;
        user.ok_or(AuthError::UserUnknown).map_err(GuardRejection::refused)
    }
}

#[diagnostic::do_not_recommend]
impl<U: LoadUser> UserParam for Option<U> {
    type Claims = U::Claims;
    type State = U::State;

    async fn load(claims: Option<&U::Claims>, state: &U::State) -> Result<Self, GuardRejection> {
        match claims {
            None => Ok(None),
            Some(_) => <U as UserParam>::load(claims, state).await.map(Some),
        }
    }
}

/// A user that is looked up for claims of type `C`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user that can be loaded",
    label = "this type does not implement `LoadUser` for the claims `{C}`"
)]
pub trait UserOf<C>: UserParam {
    /// The claims, by the name under which the loader knows them.
    fn claims_of(claims: &C) -> &Self::Claims;
}

impl<C, U: UserParam<Claims: ClaimsOfUser<C>>> UserOf<C> for U {
    fn claims_of(claims: &C) -> &U::Claims {
        U::Claims::same(claims)
    }
}

/// That two claims types are one.
#[diagnostic::on_unimplemented(
    message = "the user is loaded for the claims `{Self}`, and this handler takes the claims `{C}`",
    label = "loaded for `{Self}`",
    note = "take `{Self}` with `#[claims]` too, or write `type Claims = {C}` in the `impl LoadUser`"
)]
pub trait ClaimsOfUser<C> {
    /// As the name says.
    fn same(claims: &C) -> &Self;
}

impl<C> ClaimsOfUser<C> for C {
    fn same(claims: &C) -> &C {
        claims
    }
}
