//! What the macros expand into. Not public, not stable, changes with every release.

pub use std::result::Result;

pub use serde;

pub use crate::auth::JwtAuth;
pub use crate::claims::{
    AnyState, Claims, Expected, HasRoles, HasScopes, NoClaims, RefusedClaim, RoleSet, Scope,
    Scopes, rules,
};
pub use crate::error::AuthError;
pub use crate::param::{Unbound, kind};
pub use crate::policy::decision::require;
pub use crate::policy::held::{all_roles, all_scopes, any_role, any_scope};
pub use crate::policy::named::policy_for;
pub use crate::policy::passed::Passed;
pub use crate::policy::rules::Rules;
pub use crate::policy::{Policy, all, any, not};
pub use crate::token_location::TokenLocation;
pub use crate::web::authorize::{Authorizing, authorize};
pub use crate::web::guard::{
    Access, ClaimsOf, Fresh, Guard, Guarded, GuardedUser, Optional, Refresh, StateOf,
};
pub use crate::web::state::{AuthState, Provides};
pub use crate::web::user::{UserClaims, UserParam};
pub use http::request::Parts;

/// Fails to compile, at the span of `S`, where a router state lacks the authority `A`.
pub const fn assert_state<S: AuthState<A>, A>() {}

/// Fails to compile, at the span of `S`, where a router state lacks what the user `U` is in.
pub const fn assert_user_state<S: Provides<U::State>, U: UserParam>() {}

/// Fails to compile where an attribute in a guarded block is called `public`, and is not this
/// library's.
pub const fn assert_opens<T: Opens>() {}

/// What the attribute says of what it is on, when the block asks.
#[diagnostic::on_unimplemented(
    message = "this `public` is not the attribute of `jwt_runtime`, which alone opens a handler",
    label = "write `#[jwt_runtime::public]`, or `use jwt_runtime::public;` above",
    note = "an attribute that is called so and means something else needs another name: `use … as …`"
)]
pub trait Opens {}

/// Fails to compile, at the span of `T`, where a field of a registered claim cannot receive it.
pub const fn assert_date<T: DateClaim>() {}

/// Fails to compile, at the span of `T`, where a field of a registered claim cannot receive it.
pub const fn assert_text<T: TextClaim>() {}

/// Fails to compile, at the span of `T`, where a field of a registered claim cannot receive it.
pub const fn assert_audience<T: AudienceClaim>() {}

/// The scope token of a scope that was written as a value.
pub fn scope_name<S: Scope>(scope: &S) -> &'static str {
    scope.as_str()
}

/// Fails to compile, at the span of `T`, where a field is of a type that no token can hold.
pub const fn assert_claim<T: ClaimValue>() {}

/// What a token can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a claim",
    label = "this cannot be written into a token and read from one",
    note = "derive `serde::Serialize` and `serde::Deserialize` for `{Self}`, or write `#[serde(with = \"…\")]` on the field"
)]
pub trait ClaimValue {}

#[diagnostic::do_not_recommend]
impl<T: serde::Serialize + serde::de::DeserializeOwned> ClaimValue for T {}

macro_rules! claim_types {
    ($($(#[$doc:meta])* $name:ident = $what:literal: $($ty:ty),*;)*) => {$(
        $(#[$doc])*
        #[diagnostic::on_unimplemented(
            message = "a registered claim of this name cannot be read into `{Self}`",
            label = $what
        )]
        pub trait $name {}
        $(impl $name for $ty {})*
    )*};
}

claim_types! {
    /// `exp`, `nbf`, `iat`, `auth_time`.
    DateClaim = "write `NumericDate` or `Option<NumericDate>`":
        crate::NumericDate, Option<crate::NumericDate>;
    /// `iss`, `jti`, `sid`.
    TextClaim = "write `String` or `Option<String>`":
        String, Option<String>, Box<str>, Option<Box<str>>;
    /// `aud`.
    AudienceClaim = "write `Audience` or `Option<Audience>`":
        crate::Audience, Option<crate::Audience>;
}
