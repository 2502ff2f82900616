//! Scopes and roles that the holder of a token has to have.

use super::Denied;
use crate::claims::{HasRoles, HasScopes};

/// Every one of `scopes`.
pub fn all_scopes<C: HasScopes>(claims: &C, scopes: &[&str]) -> Result<(), Denied> {
    if scopes.iter().all(|scope| claims.grants(scope)) {
        return Ok(());
    }
    Err(Denied::for_scope(scopes.join(" ")))
}

/// At least one of `scopes`.
pub fn any_scope<C: HasScopes>(claims: &C, scopes: &[&str]) -> Result<(), Denied> {
    if scopes.iter().any(|scope| claims.grants(scope)) {
        return Ok(());
    }
    Err(Denied::for_scope(scopes.join(" ")))
}

/// Every one of `roles`.
pub fn all_roles<C: HasRoles>(claims: &C, roles: &[C::Role]) -> Result<(), Denied> {
    answer(roles.iter().all(|role| claims.has_role(role)))
}

/// At least one of `roles`.
pub fn any_role<C: HasRoles>(claims: &C, roles: &[C::Role]) -> Result<(), Denied> {
    answer(roles.iter().any(|role| claims.has_role(role)))
}

/// Roles are the application's own: a client that lacks one is not told which.
fn answer(holds: bool) -> Result<(), Denied> {
    if holds { Ok(()) } else { Err(Denied::new()) }
}
