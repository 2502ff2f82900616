//! What may be written in the parentheses of `#[jwt_required]` and its siblings.

use proc_macro2::TokenStream;
use syn::{Ident, Type, parse_quote};

use super::arg_values::{Authorization, MaxAge, Presence, Requirement, RoleList, ScopeList};
use super::locations::Locations;
use super::model::{Attr, Condition, Quantifier};
use crate::arguments::values::{Text, Texts, Word};
use crate::arguments::{Arguments, Keyed, Known};
use crate::diagnostics::Errors;
use crate::runtime_path::{self, Runtime};

const OPTIONAL: Known = Known { name: "optional", form: "optional` or `optional(lenient)" };
const ANY_TYPE: Known = Known { name: "any_type", form: "any_type" };
const CLAIMS: Known = Known { name: "claims", form: "claims = YourClaims" };
const ALL_SCOPES: Known = Known { name: "all_scopes", form: "all_scopes(\"orders:write\")" };
const ANY_SCOPE: Known =
    Known { name: "any_scope", form: "any_scope(\"orders:read\", \"orders\")" };
const ALL_ROLES: Known = Known { name: "all_roles", form: "all_roles(Role::Admin)" };
const ANY_ROLE: Known = Known { name: "any_role", form: "any_role(Role::Admin, Role::Seller)" };
const POLICY: Known = Known { name: "policy", form: "policy = AdminOnly" };
const REQUIRE: Known = Known { name: "require", form: "require = |user: &User| …" };
const AUTHORIZE: Known = Known { name: "authorize", form: "authorize = owns_order" };
const MAX_AGE: Known = Known { name: "max_age", form: "max_age = \"5m\"" };
const LOCATIONS: Known = Known { name: "locations", form: "locations(header, cookie)" };
const ISSUER: Known = Known { name: "issuer", form: "issuer = \"https://auth.example.com\"" };
const AUDIENCE: Known = Known { name: "audience", form: "audience(\"orders\", \"billing\")" };
const AUTH: Known = Known { name: "auth", form: "auth = AdminAuth" };
const STATE: Known = Known { name: "state", form: "state = AppState" };
const SELF_TYPE: Known = Known { name: "self_type", form: "self_type = Api" };
const SKIP_REVOCATION: Known = Known { name: "skip_revocation", form: "skip_revocation" };
const CRATE: Known = runtime_path::ARGUMENT;

/// Every argument, in the order of the documentation, and the attributes that know it.
const ARGUMENTS: [(Known, &[Attr]); 19] = [
    (OPTIONAL, &[Attr::Access]),
    (ANY_TYPE, &[Attr::Access]),
    (MAX_AGE, &[Attr::Fresh]),
    (CLAIMS, &Attr::ALL),
    (ALL_SCOPES, &Attr::ALL),
    (ANY_SCOPE, &Attr::ALL),
    (ALL_ROLES, &Attr::ALL),
    (ANY_ROLE, &Attr::ALL),
    (POLICY, &Attr::ALL),
    (REQUIRE, &Attr::ALL),
    (AUTHORIZE, &Attr::ALL),
    (LOCATIONS, &Attr::ALL),
    (ISSUER, &Attr::ALL),
    (AUDIENCE, &Attr::ALL),
    (AUTH, &Attr::ALL),
    (STATE, &Attr::ALL),
    (SELF_TYPE, &Attr::ALL),
    (SKIP_REVOCATION, &[Attr::Access, Attr::Fresh]),
    (CRATE, &Attr::ALL),
];

fn known(attr: Attr) -> Vec<Known> {
    let of_attr = ARGUMENTS.iter().filter(|(_, attrs)| attrs.contains(&attr));
    of_attr.map(|(known, _)| *known).collect()
}

/// What to say about a name that `attr` does not know but that means something elsewhere.
fn explain(attr: Attr, name: &str) -> Option<String> {
    let here = attr.written();
    Some(match name {
        "optional" => format!(
            "`optional` is an argument of `#[jwt_required]`; `{here}` always needs a token: remove `optional`"
        ),
        "max_age" => format!(
            "`max_age` is an argument of `#[fresh_jwt_required]`; write that in place of `{here}`, or remove `max_age`"
        ),
        "skip_revocation" => format!(
            "`{here}` cannot skip the store, which knows what refresh tokens were used before; remove `skip_revocation`"
        ),
        "any_type" => format!(
            "`any_type` is an argument of `#[jwt_required]`; write that in place of `{here}`, or remove `any_type`"
        ),
        "lenient" => "`lenient` is a value of `optional`; write `optional(lenient)`".to_owned(),
        "fresh" => format!(
            "`fresh` is not an argument but an attribute; write `#[fresh_jwt_required]` in place of `{here}`"
        ),
        "refresh" => format!(
            "`refresh` is not an argument but an attribute; write `#[refresh_required]` in place of `{here}`"
        ),
        _ => return None,
    })
}

/// The arguments of one attribute, as far as they could be read.
#[derive(Clone, Debug)]
pub(super) struct Args {
    /// The names of everything that was written.
    pub(super) keys: Vec<Ident>,
    pub(super) optional: Option<Ident>,
    /// A token that is refused counts as none.
    pub(super) lenient: bool,
    /// Refresh tokens pass as well.
    pub(super) any_type: Option<Ident>,
    pub(super) claims: Option<Keyed<Type>>,
    /// The names of the conditions that were written, also of those that could not be read.
    pub(super) condition_keys: Vec<Ident>,
    pub(super) conditions: Vec<Condition>,
    pub(super) authorize: Option<Authorization>,
    pub(super) max_age: Option<MaxAge>,
    pub(super) locations: Option<Locations>,
    pub(super) issuer: Option<Text>,
    pub(super) audience: Option<Texts>,
    pub(super) auth: Option<Type>,
    pub(super) state: Option<Type>,
    pub(super) self_type: Option<Type>,
    pub(super) skip_revocation: bool,
    pub(super) runtime: Runtime,
}

impl Args {
    pub(super) fn parse(attr: Attr, tokens: TokenStream, errors: &mut Errors) -> Self {
        let explain = |name: &str| explain(attr, name);
        let mut list = Arguments::parse(tokens, &attr.written(), &known(attr), explain, errors);
        let keys = list.keys().cloned().collect();
        let locations: Option<Locations> = list.take(LOCATIONS.name, errors);
        let any_type = flag(&mut list, ANY_TYPE, errors);
        if let (Some(locations), None) = (&locations, &any_type) {
            locations.check(attr, errors);
        }
        let optional = list.key(OPTIONAL.name);
        let presence: Option<Presence> = list.take(OPTIONAL.name, errors);
        Self {
            keys,
            optional,
            lenient: matches!(presence, Some(Presence::Lenient)),
            any_type,
            claims: list.key(CLAIMS.name).map(|key| {
                let value = list.take(CLAIMS.name, errors).unwrap_or_else(|| parse_quote!(_));
                Keyed { key, value }
            }),
            condition_keys: CONDITIONS.iter().filter_map(|known| list.key(known.name)).collect(),
            conditions: conditions(&mut list, errors),
            authorize: list.take(AUTHORIZE.name, errors),
            max_age: list.take(MAX_AGE.name, errors),
            locations,
            issuer: list.take(ISSUER.name, errors),
            audience: list.take(AUDIENCE.name, errors),
            auth: list.take(AUTH.name, errors),
            state: list.take(STATE.name, errors),
            self_type: list.take(SELF_TYPE.name, errors),
            skip_revocation: flag(&mut list, SKIP_REVOCATION, errors).is_some(),
            runtime: list.take(CRATE.name, errors).unwrap_or_default(),
        }
    }

    /// The name of an argument that was written.
    pub(super) fn key(&self, name: &str) -> Option<&Ident> {
        self.keys.iter().find(|&key| key == name)
    }
}

/// The name of an argument without a value, also where it was given one: it counts as written, so
/// that the mistake is not followed by one about its absence.
fn flag(list: &mut Arguments, known: Known, errors: &mut Errors) -> Option<Ident> {
    let key = list.key(known.name);
    let _: Option<Word> = list.take(known.name, errors);
    key
}

const CONDITIONS: [Known; 7] =
    [ALL_SCOPES, ANY_SCOPE, ALL_ROLES, ANY_ROLE, POLICY, REQUIRE, AUTHORIZE];

/// Cheap and telling ones first: a client that lacks a scope learns which.
fn conditions(list: &mut Arguments, errors: &mut Errors) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (known, quantifier) in [(ALL_SCOPES, Quantifier::All), (ANY_SCOPE, Quantifier::Any)] {
        if let Some(Keyed { key, value: ScopeList(scopes) }) = list.take(known.name, errors) {
            conditions.push(Condition::Scopes { key, quantifier, scopes });
        }
    }
    for (known, quantifier) in [(ALL_ROLES, Quantifier::All), (ANY_ROLE, Quantifier::Any)] {
        if let Some(Keyed { key, value: RoleList(roles) }) = list.take(known.name, errors) {
            conditions.push(Condition::Roles { key, quantifier, roles });
        }
    }
    if let Some(Keyed { key, value: policy }) = list.take(POLICY.name, errors) {
        conditions.push(Condition::Policy { key, policy });
    }
    if let Some(Keyed { key, value: Requirement(condition) }) = list.take(REQUIRE.name, errors) {
        conditions.push(Condition::Require { key, condition: Box::new(condition) });
    }
    conditions
}
