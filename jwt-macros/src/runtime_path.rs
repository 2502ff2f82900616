//! Where the runtime is, and the only list of what an expansion may name in it.

use darling::Result;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Ident, Path, parse_quote};

use crate::arguments::{Argument, FromArgument, Known};
use crate::diagnostics::error;

/// `crate = path`, for a crate that re-exports the runtime.
pub(crate) const ARGUMENT: Known = Known { name: "crate", form: "crate = ::my_crate::jwt_runtime" };

/// The path of the runtime crate, `::jwt_runtime` if no attribute says otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Runtime(Path);

impl Default for Runtime {
    fn default() -> Self {
        Self(parse_quote!(::jwt_runtime))
    }
}

impl FromArgument for Runtime {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let tokens = argument.assigned()?;
        let path = syn::parse2::<Path>(tokens.clone()).map_err(|_| {
            error(tokens, format!("`crate` takes a path; write `{}`", ARGUMENT.form))
        })?;
        if path.leading_colon.is_some() {
            return Ok(Self(path));
        }
        let written = tokens.to_string().replace(' ', "");
        let absolute = match path.segments[0].ident.to_string().as_str() {
            "crate" | "$crate" => return Ok(Self(path)),
            "self" => written.replacen("self", "crate::path::to::this::module", 1),
            "super" => written.replacen("super", "crate::path::to::the::parent", 1),
            _ => format!("::{written}` or `crate::{written}"),
        };
        let message =
            format!("a relative path does not hold inside the expansion; write `{absolute}`");
        Err(error(&path.segments[0], message))
    }
}

/// An item of the runtime's `__private` module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    runtime: &'a Runtime,
    path: &'static [&'static str],
    span: Span,
}

impl Item<'_> {
    /// The same item, with rustc's complaints about its bounds landing on `span`.
    pub(crate) fn at(self, span: Span) -> Self {
        Self { span: Span::mixed_site().located_at(span), ..self }
    }
}

impl ToTokens for Item<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let span = self.span;
        let runtime = self.runtime.0.to_token_stream().into_iter().map(|mut token| {
            // Found where it was written, reported where the item is.
            token.set_span(token.span().located_at(span));
            token
        });
        let path = self.path.iter().map(|segment| Ident::new(segment, span));
        tokens.extend(quote_spanned!(span=> #(#runtime)*::__private #(::#path)*));
    }
}

macro_rules! items {
    ($($method:ident = $($segment:ident)::+;)*) => {
        impl Runtime {$(
            pub(crate) fn $method(&self) -> Item<'_> {
                let path = &[$(stringify!($segment)),+];
                Item { runtime: self, path, span: Span::mixed_site() }
            }
        )*}
    };
}

items! {
    guarded = Guarded;
    guarded_user = GuardedUser;
    access = Access;
    optional = Optional;
    fresh = Fresh;
    refresh = Refresh;
    unbound = Unbound;
    no_claims = NoClaims;
    user_claims = UserClaims;

    guard = Guard;
    kind_access = kind::Access;
    kind_refresh = kind::Refresh;
    kind_any = kind::Any;
    claims_of = ClaimsOf;
    state_of = StateOf;
    parts = Parts;
    authorizing = Authorizing;
    rules = Rules;
    token_location = TokenLocation;
    jwt_auth = JwtAuth;
    assert_state = assert_state;
    assert_user_state = assert_user_state;
    assert_opens = assert_opens;
    opens = Opens;

    all_scopes = all_scopes;
    any_scope = any_scope;
    all_roles = all_roles;
    any_role = any_role;
    scope_name = scope_name;
    policy = Policy;
    policy_for = policy_for;
    all = all;
    any = any;
    not = not;
    require = require;
    authorize = authorize;
    auth_error = AuthError;
    passed = Passed;

    claims = Claims;
    any_state = AnyState;
    expected = Expected;
    has_scopes = HasScopes;
    scope = Scope;
    scopes = Scopes;
    has_roles = HasRoles;
    role_set = RoleSet;
    assert_claim = assert_claim;
    assert_date = assert_date;
    assert_text = assert_text;
    assert_audience = assert_audience;
    refused_claim = RefusedClaim;
    rule_length = rules::length;
    rule_non_empty = rules::non_empty;
    rule_one_of = rules::one_of;
    rule_range = rules::range;
    rule_validate = rules::validate;

    serde = serde;
    result = Result;
}
