//! The claims type of a layer: open at first, then settled by its name or by what is asked.

use super::asked::Asked;
use super::{RequireToken, ScopeOnly};
use crate::claims::{Claims, HasScopes, NoClaims};

/// What [`claims`](RequireToken::claims) may still replace.
#[diagnostic::on_unimplemented(
    message = "the claims type of this layer is settled, it is `{Self}`",
    label = "too late to name another one",
    note = "write `.claims::<…>()` once, and before the conditions"
)]
pub trait Unsettled: Claims + Default {}

impl Unsettled for NoClaims {}

/// Claims types that a layer may ask for scopes: those that have some, and none at all, which
/// [`ScopeOnly`] then stands in for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no scopes, so a layer cannot ask for one",
    label = "this layer needs a claims type with scopes",
    note = "mark a `Scopes` field of `{Self}` with `#[claim(scopes)]`"
)]
pub trait AskScopes: Sized {
    /// Where the scopes are.
    type Claims: Claims + HasScopes;

    /// The same layer, reading them.
    fn read_scopes<K: Asked>(layer: RequireToken<K, Self>) -> RequireToken<K, Self::Claims>;
}

#[diagnostic::do_not_recommend]
impl<C: Claims + HasScopes> AskScopes for C {
    type Claims = C;

    fn read_scopes<K: Asked>(layer: RequireToken<K, C>) -> RequireToken<K, C> {
        layer
    }
}

impl AskScopes for NoClaims {
    type Claims = ScopeOnly;

    fn read_scopes<K: Asked>(layer: RequireToken<K, Self>) -> RequireToken<K, ScopeOnly> {
        layer.claims()
    }
}
