//! A condition with a name.

use super::Denied;

/// A condition on the claims `C` that has a name: a type of the application, or a combination.
///
/// # Examples
///
/// ```
/// use jwt_runtime::HasRoles;
/// use jwt_runtime::policy::{Denied, Policy};
///
/// /// Whoever has this role, in any claims type with roles of this type.
/// struct Has<R>(R);
///
/// impl<C: HasRoles> Policy<C> for Has<C::Role> {
///     fn check(&self, claims: &C) -> Result<(), Denied> {
///         if claims.has_role(&self.0) { Ok(()) } else { Err(Denied::new()) }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a policy for `{C}`",
    label = "expected a policy for `{C}`",
    note = "write `impl Policy<{C}>` for the type, or `require = …` for a closure or a function"
)]
pub trait Policy<C: ?Sized> {
    /// Lets the holder of `claims` through, or not.
    ///
    /// # Errors
    ///
    /// - [`Denied`], which becomes a 403.
    fn check(&self, claims: &C) -> Result<(), Denied>;
}

/// As the policy that is referred to; so `&dyn Policy<C>` is one as well.
#[diagnostic::do_not_recommend]
impl<C: ?Sized, P: Policy<C> + ?Sized> Policy<C> for &P {
    fn check(&self, claims: &C) -> Result<(), Denied> {
        (**self).check(claims)
    }
}

/// `policy`, held against the type of the claims right where it is written: without its own type
/// in what is returned, nothing around it reports the same mistake again.
pub fn policy_for<'p, C: ?Sized, P: Policy<C>>(_: &C, policy: &'p P) -> &'p dyn Policy<C> {
    policy
}
