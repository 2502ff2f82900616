//! What a claims type has to offer before a guard may ask it for roles or scopes.

use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasher;

use super::Scopes;

/// A claims type with a field marked `#[claim(roles)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no roles, so a guard cannot ask for one",
    label = "this guard needs a claims type with roles",
    note = "mark a field of `{Self}` with `#[claim(roles)]`, or drop the roles from the attribute"
)]
pub trait HasRoles {
    /// One role, usually an enum of the application.
    type Role;

    /// Whether the holder has `role`.
    fn has_role(&self, role: &Self::Role) -> bool;
}

/// A claims type with a field marked `#[claim(scopes)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no scopes, so a guard cannot ask for one",
    label = "this guard needs a claims type with scopes",
    note = "mark a `Scopes` field of `{Self}` with `#[claim(scopes)]`, or drop the scopes from the attribute"
)]
pub trait HasScopes {
    /// The scopes of the holder.
    fn scopes(&self) -> &Scopes;

    /// Whether the holder may do what needs the scope `required`: compared exactly, or by
    /// [`Scopes::grants`] where the field is marked `#[claim(scopes, wildcard)]`.
    fn grants(&self, required: &str) -> bool {
        self.scopes().contains(required)
    }
}

/// The type of a field that may be marked `#[claim(roles)]`: a collection of roles.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collection of roles",
    label = "a `#[claim(roles)]` field has to be one of `Vec<R>`, `Option<R>`, `Box<[R]>`, `HashSet<R>`, `BTreeSet<R>`",
    note = "for a single role write `Vec<{Self}>` or `Option<{Self}>`"
)]
pub trait RoleSet {
    /// One role.
    type Role;

    /// Whether `role` is in the collection.
    fn has(&self, role: &Self::Role) -> bool;
}

impl<R: PartialEq> RoleSet for Vec<R> {
    type Role = R;

    fn has(&self, role: &R) -> bool {
        self.contains(role)
    }
}

impl<R: PartialEq> RoleSet for Box<[R]> {
    type Role = R;

    fn has(&self, role: &R) -> bool {
        self.contains(role)
    }
}

impl<R: PartialEq> RoleSet for Option<R> {
    type Role = R;

    fn has(&self, role: &R) -> bool {
        self.as_ref() == Some(role)
    }
}

impl<R: Eq + std::hash::Hash, H: BuildHasher> RoleSet for HashSet<R, H> {
    type Role = R;

    fn has(&self, role: &R) -> bool {
        self.contains(role)
    }
}

impl<R: Ord> RoleSet for BTreeSet<R> {
    type Role = R;

    fn has(&self, role: &R) -> bool {
        self.contains(role)
    }
}
