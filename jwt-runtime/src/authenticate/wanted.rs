//! What a handler wants of a token. The pipeline does not know the type, and is compiled once.

use std::marker::PhantomData;

use crate::claims::{Claims, Expected};
use crate::error::AuthError;
use crate::numeric_date::NumericDate;
use crate::param::{Admitted, GuardParam, TokenKind};
use crate::policy::Passed;
use crate::token::{SignedToken, Verified, VerifiedEnvelope, VerifySettings};

/// The conditions of one guard. By reference, so that what follows is compiled once for each type of
/// parameter, and not once for each guard.
pub(crate) type Check<'a, C> = &'a (dyn Fn(&C) -> Result<Passed, AuthError> + Sync);

/// The part of the pipeline that knows the type of the claims, in the order in which it is asked.
pub(crate) trait Wanted: Send {
    /// What the claims type asks of every token.
    fn expected(&self) -> &'static Expected;

    /// Reads a token and keeps its claims.
    fn read<'p>(
        &mut self,
        token: &'p SignedToken<'_>,
        settings: &VerifySettings,
        route: &Expected,
        now: NumericDate,
    ) -> Result<VerifiedEnvelope<'p>, AuthError>;

    /// Asks the guard's conditions of the claims that were read.
    fn check(&self) -> Result<Passed, AuthError>;

    /// Takes what it wants of a token that has passed everything.
    fn accept(&mut self, verified: Verified<'_, ()>);

    /// Takes what stands for "no token"; `false` if nothing does.
    fn accept_none(&mut self) -> bool;
}

/// The parameter of a guarded handler, on its way.
pub(crate) struct WantedParam<'a, T: GuardParam<K>, K: TokenKind> {
    check: Check<'a, T::Claims>,
    claims: Option<T::Claims>,
    param: Option<T>,
    kind: PhantomData<K>,
}

impl<'a, T: GuardParam<K>, K: TokenKind> WantedParam<'a, T, K> {
    pub(crate) fn new(check: Check<'a, T::Claims>) -> Self {
        Self { check, claims: None, param: None, kind: PhantomData }
    }

    /// Nothing, unless a token was accepted.
    pub(crate) fn into_param(self) -> Result<T, AuthError> {
        self.param.ok_or(AuthError::TokenMissing)
    }
}

impl<T: GuardParam<K>, K: TokenKind> Wanted for WantedParam<'_, T, K> {
    fn expected(&self) -> &'static Expected {
        &T::Claims::EXPECTED
    }

    fn read<'p>(
        &mut self,
        token: &'p SignedToken<'_>,
        settings: &VerifySettings,
        route: &Expected,
        now: NumericDate,
    ) -> Result<VerifiedEnvelope<'p>, AuthError> {
        let (claims, envelope) = token.claims::<T::Claims>(settings, route, now)?;
        self.claims = Some(claims);
        Ok(envelope)
    }

    fn check(&self) -> Result<Passed, AuthError> {
        self.claims.as_ref().map_or(Err(AuthError::TokenMissing), self.check)
    }

    fn accept(
        &mut self,
        Verified { envelope, compact, location, lifelines, .. }: Verified<'_, ()>,
    ) {
        let verified = |claims| Verified { claims, envelope, compact, location, lifelines };
        self.param = self.claims.take().map(verified).map(Admitted).map(T::from_verified);
    }

    fn accept_none(&mut self) -> bool {
        self.param = T::absent();
        self.param.is_some()
    }
}
