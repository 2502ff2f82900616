//! What may be written in `#[claims(…)]` on the struct and in `#[claim(…)]` on a field.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, LitStr, Meta, Type};

use super::model::Expected;
use super::rules::{self, Rule};
use crate::arguments::values::{Text, Texts, Word, whole_seconds};
use crate::arguments::{Argument, Arguments, FromArgument, Known};
use crate::diagnostics::{Errors, error};
use crate::runtime_path::{self, Runtime};

const ISSUER: Known = Known { name: "issuer", form: "issuer = \"https://auth.example.com\"" };
const AUDIENCE: Known = Known { name: "audience", form: "audience(\"orders\", \"billing\")" };
const LEEWAY: Known = Known { name: "leeway", form: "leeway = \"30s\"" };
const STATE: Known = Known { name: "state", form: "state = AppState" };
const CONTAINER: [Known; 5] = [ISSUER, AUDIENCE, LEEWAY, STATE, runtime_path::ARGUMENT];

const SUB: Known = Known { name: "sub", form: "sub" };
const SCOPES: Known = Known { name: "scopes", form: "scopes" };
const ROLES: Known = Known { name: "roles", form: "roles" };
const WILDCARD: Known = Known { name: "wildcard", form: "scopes, wildcard" };
const ALLOW_SENSITIVE: Known =
    Known { name: "allow_sensitive", form: "allow_sensitive = \"why it is no secret\"" };
const FIELD: [Known; 10] = [
    SUB,
    SCOPES,
    ROLES,
    WILDCARD,
    rules::ONE_OF,
    rules::RANGE,
    rules::LENGTH,
    rules::NON_EMPTY,
    rules::VALIDATE,
    ALLOW_SENSITIVE,
];

/// The runtime's own limit, in seconds; beyond it an expiry would mean little.
const MOST_LEEWAY: u64 = 300;

struct Leeway(u64);

impl FromArgument for Leeway {
    fn from_argument(argument: &Argument) -> darling::Result<Self> {
        let (text, seconds) = whole_seconds(argument)?;
        if seconds > MOST_LEEWAY {
            let message = "leeway makes up for clocks that differ, by at most 5 minutes; write `leeway = \"30s\"`";
            return Err(error(&text, message));
        }
        Ok(Self(seconds))
    }
}

/// Why a name that promises a secret is none.
struct Reason;

impl FromArgument for Reason {
    fn from_argument(argument: &Argument) -> darling::Result<Self> {
        let tokens = argument.assigned()?;
        match syn::parse2::<LitStr>(tokens.clone()) {
            Ok(reason) if !reason.value().trim().is_empty() => Ok(Self),
            _ => {
                let message = format!(
                    "`allow_sensitive` takes a reason, quoted; write `{}`",
                    ALLOW_SENSITIVE.form
                );
                Err(error(tokens, message))
            }
        }
    }
}

/// What was written in `#[claims(…)]`.
pub(super) struct Container {
    pub(super) runtime: Runtime,
    pub(super) expected: Expected,
    pub(super) state: Option<Type>,
}

/// Reads `#[claims(…)]`.
pub(super) fn container(attrs: &[Attribute], errors: &mut Errors) -> Container {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("claim")) {
        errors.push(error(
            attr.path(),
            "`#[claim(…)]` goes on a field; write `#[claims(…)]` on the struct",
        ));
    }
    let tokens = tokens(attrs, "claims", "issuer = \"…\"", errors);
    let mut list = Arguments::parse(tokens, "#[claims]", &CONTAINER, on_struct, errors);
    let expected = Expected {
        issuer: list.take(ISSUER.name, errors).map(|Text(issuer)| issuer),
        audience: list.take(AUDIENCE.name, errors).map_or(Vec::new(), |Texts(audience)| audience),
        leeway: list.take(LEEWAY.name, errors).map(|Leeway(seconds)| seconds),
    };
    Container {
        runtime: list.take(runtime_path::ARGUMENT.name, errors).unwrap_or_default(),
        expected,
        state: list.take(STATE.name, errors),
    }
}

fn on_struct(name: &str) -> Option<String> {
    let Known { form, .. } = FIELD.iter().find(|known| known.name == name)?;
    Some(format!("`{name}` says what a field is; write `#[claim({form})]` on that field"))
}

/// What a field was marked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Subject,
    Scopes,
    /// Scopes among which `orders:*` stands for `orders:read`.
    WildcardScopes,
    Roles,
}

/// What was written in `#[claim(…)]`.
pub(super) struct OnField {
    /// With the token that says so.
    pub(super) role: Option<(Role, Ident)>,
    pub(super) rules: Vec<Rule>,
    /// The name of `allow_sensitive`, if that was written.
    pub(super) allow_sensitive: Option<Ident>,
}

/// Reads `#[claim(…)]`.
pub(super) fn field(attrs: &[Attribute], errors: &mut Errors) -> OnField {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("claims")) {
        errors.push(error(
            attr.path(),
            "`#[claims(…)]` goes on the struct; write `#[claim(…)]` on a field",
        ));
    }
    let tokens = tokens(attrs, "claim", "sub", errors);
    let mut list = Arguments::parse(tokens, "#[claim]", &FIELD, on_field, errors);
    let mut marks = [(SUB, Role::Subject), (SCOPES, Role::Scopes), (ROLES, Role::Roles)]
        .into_iter()
        .filter_map(|(known, role)| {
            let key = list.key(known.name)?;
            list.take::<Word>(known.name, errors).map(|Word| (role, key))
        })
        .collect::<Vec<_>>()
        .into_iter();
    let mut first = marks.next();
    if let Some(key) = list.key(WILDCARD.name)
        && list.take::<Word>(WILDCARD.name, errors).is_some()
    {
        match &mut first {
            Some((role @ Role::Scopes, _)) => *role = Role::WildcardScopes,
            _ => errors.push(error(
                &key,
                "`wildcard` says how scopes are compared; write `#[claim(scopes, wildcard)]`",
            )),
        }
    }
    for (_, surplus) in marks {
        errors.push(error(
            &surplus,
            "a field is one of `sub`, `scopes` and `roles`; remove the others",
        ));
    }
    let allow_sensitive = list.key(ALLOW_SENSITIVE.name);
    list.take::<Reason>(ALLOW_SENSITIVE.name, errors);
    OnField { role: first, rules: rules::take(&mut list, errors), allow_sensitive }
}

fn on_field(name: &str) -> Option<String> {
    CONTAINER.iter().any(|known| known.name == name).then(|| {
        format!("`{name}` holds for the whole struct; write it in `#[claims(…)]` on the struct")
    })
}

/// The tokens of every attribute `name(…)`, as one list.
fn tokens(attrs: &[Attribute], name: &str, example: &str, errors: &mut Errors) -> TokenStream {
    let mut joined = TokenStream::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        match &attr.meta {
            Meta::List(list) if joined.is_empty() => joined = list.tokens.clone(),
            Meta::List(list) => {
                let tokens = &list.tokens;
                joined.extend(quote!(, #tokens));
            }
            _ => errors.push(error(
                attr.path(),
                format!("`#[{name}]` alone says nothing; write `#[{name}({example})]`"),
            )),
        }
    }
    joined
}
