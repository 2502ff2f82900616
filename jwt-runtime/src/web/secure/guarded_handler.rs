//! Which handlers are guarded: those whose first parameter is a guard, seen by its type.

use crate::web::extract::{FreshJwt, Jwt, RefreshJwt};
use crate::web::guard::{ClaimsOf, Guard, Guarded, GuardedUser};
use crate::web::user::UserOf;

/// A handler that starts with a guard; `T` is what axum's `Handler<T, S>` knows of its parameters.
///
/// It is about the handler, not about `T`, so that the error is at the handler. Nobody else can
/// implement it: it has no name outside of this crate.
#[diagnostic::on_unimplemented(
    message = "this handler is not guarded; write `#[jwt_required]` above it, or `.public(…)` in the router",
    label = "anybody could call it",
    note = "without an attribute, its first parameter is `Jwt<…>`, `FreshJwt<…>` or `RefreshJwt<…>`: a guard comes before everything else that is taken from a request",
    note = "`Option<Jwt<…>>` lets a request without a token in; write `#[jwt_required(optional)]` if that is meant",
    note = "the router takes the handler itself: `.get(path, handler)`, without axum's `get(…)` around it"
)]
pub trait GuardedHandler<T> {}

#[diagnostic::do_not_recommend]
impl<H, T: StartsWithGuard> GuardedHandler<T> for H {}

/// The parameters of a handler, as axum lists them, where the first one is a guard.
pub trait StartsWithGuard {}

/// A parameter that is extracted for a good token alone.
pub trait IsGuard {}

/// What the attributes expand into; an optional one too, which says so above its handler.
impl<G: Guard<SITE>, const SITE: u64> IsGuard for Guarded<G, SITE> {}
impl<G, U, const SITE: u64> IsGuard for GuardedUser<G, U, SITE>
where
    G: Guard<SITE>,
    U: UserOf<ClaimsOf<G::Param, G::Kind>>,
{
}

impl<T> IsGuard for Jwt<T> {}
impl<T> IsGuard for FreshJwt<T> {}
impl<C> IsGuard for RefreshJwt<C> {}

macro_rules! arities {
    ($($other:ident)*;) => { arity!($($other)*); };
    ($($other:ident)*; $next:ident $($rest:ident)*) => {
        arity!($($other)*);
        arities!($($other)* $next; $($rest)*);
    };
}

macro_rules! arity {
    ($($other:ident)*) => {
        // Before the parameters, axum notes whether the last one takes the head or the body.
        impl<Last, First: IsGuard, $($other),*> StartsWithGuard for (Last, First, $($other,)*) {}
    };
}

// As many as a handler may take beside its guard.
arities!(; T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15);
