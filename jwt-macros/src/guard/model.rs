//! A guard as it will be emitted: every choice is made, nothing is unset.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Ident, LitStr, Type};

use super::locations::Locations;
use crate::runtime_path::{Item, Runtime};

/// Which attribute was written: `#[jwt_required]`, `#[fresh_jwt_required]`, `#[refresh_required]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attr {
    Access,
    Fresh,
    Refresh,
}

impl Attr {
    pub(crate) const ALL: [Self; 3] = [Self::Access, Self::Fresh, Self::Refresh];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Access => "jwt_required",
            Self::Fresh => "fresh_jwt_required",
            Self::Refresh => "refresh_required",
        }
    }

    /// As users write it: `#[jwt_required]`.
    pub(crate) fn written(self) -> String {
        format!("#[{}]", self.name())
    }

    /// The guard without conditions, generic over the parameter.
    pub(super) fn preset(self, runtime: &Runtime) -> Item<'_> {
        match self {
            Self::Access => runtime.access(),
            Self::Fresh => runtime.fresh(),
            Self::Refresh => runtime.refresh(),
        }
    }

    pub(super) fn kind(self, runtime: &Runtime, any_type: bool) -> Item<'_> {
        match self {
            _ if any_type => runtime.kind_any(),
            Self::Access | Self::Fresh => runtime.kind_access(),
            Self::Refresh => runtime.kind_refresh(),
        }
    }

    /// The rules that the attribute stands for before any argument.
    pub(super) fn rules(self, runtime: &Runtime, any_type: bool) -> TokenStream {
        let rules = runtime.rules();
        match self {
            _ if any_type => quote!(#rules::any_type()),
            Self::Access => quote!(#rules::access()),
            Self::Fresh => quote!(#rules::fresh()),
            Self::Refresh => quote!(#rules::refresh()),
        }
    }
}

/// What stands in front of a handler.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(super) attr: Attr,
    /// A request without a token passes, as `None`.
    pub(super) optional: bool,
    pub(super) runtime: Runtime,
    pub(super) receives: Receives,
    /// The parameter marked `#[user]`.
    pub(super) user: Option<User>,
    pub(super) asks: Asks,
    /// The router's state, named to have what it lacks reported well.
    pub(super) state: Option<Type>,
}

/// The user behind the token, looked up by the application.
#[derive(Debug)]
pub(super) struct User {
    pub(super) index: usize,
    pub(super) ty: Type,
}

/// What the handler gets of the token.
#[derive(Debug)]
pub(super) enum Receives {
    /// The parameter at this index, marked `#[claims]` or `#[token]`.
    Parameter { index: usize, ty: Type },
    /// Nothing: the token is read into this claims type, where one is named.
    Nothing { claims: Option<Type> },
}

/// What is asked of a token.
#[derive(Debug)]
pub(super) enum Asks {
    /// What the attribute stands for, and no more.
    Preset,
    /// More than that.
    Policy(Box<Policy>),
}

/// What is asked of a token beyond its kind; carried by a type of the guard's own.
#[derive(Debug)]
pub(super) struct Policy {
    /// The type whose `impl` block the handler is in, and where no other can be declared.
    pub(super) self_type: Option<Type>,
    pub(super) auth: Option<Type>,
    pub(super) max_age: Option<u64>,
    /// Where the token is, in place of where the authority looks.
    pub(super) locations: Option<Locations>,
    pub(super) issuer: Option<LitStr>,
    pub(super) audience: Vec<LitStr>,
    pub(super) skip_revocation: bool,
    /// Refresh tokens pass as well.
    pub(super) any_type: bool,
    /// A token that is refused counts as none.
    pub(super) lenient: bool,
    pub(super) conditions: Vec<Condition>,
    /// The path of the function that decides about one request.
    pub(super) authorize: Option<Expr>,
}

impl Policy {
    /// Whether nothing is asked, so that a preset does.
    pub(super) fn is_empty(&self) -> bool {
        let Self {
            self_type: _,
            auth,
            max_age,
            locations,
            issuer,
            audience,
            skip_revocation,
            any_type,
            lenient,
            conditions,
            authorize,
        } = self;
        auth.is_none()
            && max_age.is_none()
            && locations.is_none()
            && issuer.is_none()
            && audience.is_empty()
            && !skip_revocation
            && !any_type
            && !lenient
            && conditions.is_empty()
            && authorize.is_none()
    }
}

/// One condition on the claims; a guard asks for all of its conditions.
#[derive(Clone, Debug)]
pub(super) enum Condition {
    Scopes { key: Ident, quantifier: Quantifier, scopes: Vec<Scope> },
    Roles { key: Ident, quantifier: Quantifier, roles: Vec<Expr> },
    Policy { key: Ident, policy: PolicyTree },
    Require { key: Ident, condition: Box<Expr> },
}

impl Condition {
    /// The name of the argument that asked for it.
    pub(super) fn key(&self) -> &Ident {
        match self {
            Self::Scopes { key, .. }
            | Self::Roles { key, .. }
            | Self::Policy { key, .. }
            | Self::Require { key, .. } => key,
        }
    }

    /// The application's own code in it.
    pub(super) fn code(&self) -> Vec<&Expr> {
        match self {
            Self::Scopes { scopes, .. } => scopes.iter().filter_map(Scope::code).collect(),
            Self::Roles { roles, .. } => roles.iter().collect(),
            Self::Policy { policy, .. } => policy.code(),
            Self::Require { condition, .. } => vec![condition],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantifier {
    All,
    Any,
}

/// A scope that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scope {
    Literal(LitStr),
    /// A value of a type with `#[derive(Scope)]`.
    Typed(Box<Expr>),
}

impl Scope {
    fn code(&self) -> Option<&Expr> {
        match self {
            Self::Literal(_) => None,
            Self::Typed(scope) => Some(scope),
        }
    }
}

/// Named policies, each node a unit of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PolicyTree {
    Named(Box<Expr>),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl PolicyTree {
    fn code(&self) -> Vec<&Expr> {
        match self {
            Self::Named(policy) => vec![policy],
            Self::All(policies) | Self::Any(policies) => {
                policies.iter().flat_map(Self::code).collect()
            }
            Self::Not(policy) => policy.code(),
        }
    }
}
