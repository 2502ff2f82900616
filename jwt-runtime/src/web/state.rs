//! Finding the authority in a router's state.

use std::ops::Deref;

use axum::extract::FromRef;

use crate::auth::JwtAuth;
use crate::claims::AnyState;

/// A router state that a guard can take its authority from.
///
/// Implemented for every state `S` with `A: FromRef<S>`; with the state being a [`JwtAuth`]
/// itself, or a struct with `#[derive(FromRef)]` and a `JwtAuth` field, there is nothing to do.
#[diagnostic::on_unimplemented(
    message = "router state `{Self}` does not provide `{A}`",
    label = "this handler is guarded, and `{Self}` has no `{A}` to verify its tokens with",
    note = "add a field `auth: JwtAuth` to `{Self}` and `#[derive(axum::extract::FromRef)]`, or write `impl FromRef<{Self}> for {A}`"
)]
pub trait AuthState<A> {
    /// The authority, cloned out of the state.
    fn authority(&self) -> A;
}

#[diagnostic::do_not_recommend]
impl<S, A: FromRef<S>> AuthState<A> for S {
    fn authority(&self) -> A {
        A::from_ref(self)
    }
}

/// A router state that has a `T`: every state `S` with `T: FromRef<S>`.
#[diagnostic::on_unimplemented(
    message = "router state `{Self}` does not provide `{T}`",
    label = "the guard of this handler needs a `{T}`, and `{Self}` has none",
    note = "add a field of type `{T}` to `{Self}` and `#[derive(axum::extract::FromRef)]`, or write `impl FromRef<{Self}> for {T}`"
)]
pub trait Provides<T> {
    /// Clones it out of the state.
    fn provide(&self) -> T;
}

#[diagnostic::do_not_recommend]
impl<S, T: FromRef<S>> Provides<T> for S {
    fn provide(&self) -> T {
        T::from_ref(self)
    }
}

/// A type that stands for a [`JwtAuth`]: itself, or anything that dereferences to one.
///
/// `#[jwt_required(auth = AdminAuth)]` takes an `AdminAuth` out of the router's state, so one
/// application can hold several authorities with their own keys. Two fields of one type are
/// refused by the compiler: which of them would it be?
///
/// # Security
///
/// What tells two authorities apart, in this order:
///
/// - **Their keys.** A token of one is `token_invalid` for the other, also where `kid`, issuer,
///   subjects and store are the same.
/// - **Their names.** Two that were given one key by mistake refuse each other's tokens if each
///   has an `issuer`, or each an `audience`, of its own. Nothing finds the mistake: two authorities
///   with one key are legitimate where they are one realm.
/// - **Their stores.** Sessions belong to a subject. Two authorities that share a store share the
///   sessions of subjects with the same id: `logout_all("alice")` at one logs alice out of the
///   other, and `sessions` lists both. Give each a `MemoryStore`, or a `key_prefix`, of its own.
///
/// A token that a handler has received is a value, and any authority can be asked to trade it:
/// `rotate` and `reauthenticate` refuse one that was signed with the key of another.
///
/// # Examples
///
/// ```
/// use jwt_runtime::JwtAuth;
///
/// #[derive(Clone)]
/// struct AdminAuth(JwtAuth);
///
/// impl std::ops::Deref for AdminAuth {
///     type Target = JwtAuth;
///     fn deref(&self) -> &JwtAuth {
///         &self.0
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an authority",
    label = "`auth = …` names a type that dereferences to `JwtAuth`",
    note = "write `impl Deref for {Self}` with `type Target = JwtAuth`"
)]
pub trait Authority: Clone + Send + Sync + 'static {
    /// The authority itself.
    fn jwt_auth(&self) -> &JwtAuth;
}

impl Authority for JwtAuth {
    fn jwt_auth(&self) -> &JwtAuth {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Deref<Target = JwtAuth> + Clone + Send + Sync + 'static> Authority for T {
    fn jwt_auth(&self) -> &JwtAuth {
        self
    }
}

impl<S> FromRef<S> for AnyState {
    fn from_ref(_: &S) -> Self {
        Self
    }
}
