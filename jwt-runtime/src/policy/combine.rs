//! Policies made of policies. Each node is a value of its own, so there is no precedence to get
//! wrong.

use super::{Denied, Policy};

/// Lets through whom every one of `policies`, a tuple of 1 to 8, lets through.
///
/// They are checked in order; the first denial is the answer.
pub const fn all<T>(policies: T) -> All<T> {
    All(policies)
}

/// Lets through whom at least one of `policies`, a tuple of 1 to 8, lets through.
///
/// They are checked in order. If all of them deny, the answer is the first denial that names a
/// scope, as it tells the client what would help, or else one without a reason.
pub const fn any<T>(policies: T) -> Any<T> {
    Any(policies)
}

/// Lets through whom `policy` denies. Its own denial gives no reason.
pub const fn not<P>(policy: P) -> Not<P> {
    Not(policy)
}

/// What [`all`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct All<T>(T);

/// What [`any`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Any<T>(T);

/// What [`not`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Not<P>(P);

#[diagnostic::do_not_recommend]
impl<C: ?Sized, P: Policy<C>> Policy<C> for Not<P> {
    fn check(&self, claims: &C) -> Result<(), Denied> {
        match self.0.check(claims) {
            Ok(()) => Err(Denied::new()),
            Err(_) => Ok(()),
        }
    }
}

macro_rules! tuples {
    ($($($policy:ident . $place:tt),+;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<C: ?Sized, $($policy: Policy<C>),+> Policy<C> for All<($($policy,)+)> {
            fn check(&self, claims: &C) -> Result<(), Denied> {
                $(self.0.$place.check(claims)?;)+
                Ok(())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<C: ?Sized, $($policy: Policy<C>),+> Policy<C> for Any<($($policy,)+)> {
            fn check(&self, claims: &C) -> Result<(), Denied> {
                let denial = Denied::new();
                $(let denial = match self.0.$place.check(claims) {
                    Ok(()) => return Ok(()),
                    Err(denied) => denial.or(denied),
                };)+
                Err(denial)
            }
        }
    )*};
}

tuples! {
    P.0;
    P.0, Q.1;
    P.0, Q.1, R.2;
    P.0, Q.1, R.2, S.3;
    P.0, Q.1, R.2, S.3, T.4;
    P.0, Q.1, R.2, S.3, T.4, U.5;
    P.0, Q.1, R.2, S.3, T.4, U.5, V.6;
    P.0, Q.1, R.2, S.3, T.4, U.5, V.6, W.7;
}
