//! A struct and its attributes make a claims type, or a list of mistakes.

use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Field, Fields, GenericParam, Generics, Ident, Meta};

use super::args::{self, Container, Role};
use super::field::Read;
use super::model::{Claim, ClaimsType, Marked, Wire};
use super::serde_attrs;
use super::wire::Seen;
use crate::diagnostics::{Errors, error};

/// Resolves what was written; only good for a fallback unless `errors` stays empty.
pub(super) fn validate(input: DeriveInput, errors: &mut Errors) -> ClaimsType {
    let Container { runtime, expected, state } = args::container(&input.attrs, errors);
    check_generics(&input.generics, errors);
    let entries = serde_attrs::entries(&input.attrs);
    check_container(&entries, errors);

    let mut claims = ClaimsType {
        runtime,
        expected,
        state,
        serde: serde_attrs::of_shadow(&input.attrs),
        fields: Vec::new(),
        scopes: None,
        wildcard: false,
        roles: None,
        ident: input.ident,
        generics: input.generics,
    };
    let Some(fields) = named_fields(&claims, &input.data, errors) else { return claims };

    let rules = serde_attrs::names(&entries, "rename_all");
    let is_default = serde_attrs::find(&entries, "default").is_some();
    let read: Vec<_> =
        fields.iter().map(|(field, ident)| Read::of(field, ident, &rules, errors)).collect();

    let subject = subject(&claims.ident, &read, errors);
    let mut seen = Seen::default();
    for read in read {
        let role = match &read.on_field.role {
            Some((Role::Scopes | Role::WildcardScopes, key)) => Some((&mut claims.scopes, key)),
            Some((Role::Roles, key)) => Some((&mut claims.roles, key)),
            _ => None,
        };
        match role {
            Some((Some(_), key)) => errors.push(error(
                key,
                format!("the {key} of a token are in one field; remove one `#[claim({key})]`"),
            )),
            Some((place, _)) => {
                *place = Some(Marked { ident: read.ident.clone(), ty: read.field.ty.clone() });
            }
            None => {}
        }
        let wire = match subject {
            Some(subject) if subject == read.ident => read.names.subject(errors),
            // One subject too many, which is reported.
            _ if read.names.is_subject() => Wire::Own { checked: false },
            _ => read.names.claim(errors),
        };
        claims.wildcard |= matches!(read.on_field.role, Some((Role::WildcardScopes, _)));
        seen.check(read.ident, &read.names, wire, errors);
        let name = read.check(wire, is_default, errors);
        claims.fields.push(Claim {
            ident: read.ident.clone(),
            ty: read.field.ty.clone(),
            serde: serde_attrs::of(&read.field.attrs),
            wire,
            name,
            rules: read.on_field.rules,
        });
    }
    claims
}

/// The field with `#[claim(sub)]`, or else the one that is called `sub`.
fn subject<'a>(claims: &Ident, fields: &[Read<'a>], errors: &mut Errors) -> Option<&'a Ident> {
    let marked = fields.iter().filter(|field| field.is_marked_subject());
    let named =
        fields.iter().filter(|field| !field.is_marked_subject() && field.names.is_subject());
    let mut subjects = marked.chain(named);
    let Some(first) = subjects.next() else {
        errors.push(error(
            claims,
            "a claims type needs a subject; add a field `sub`, or mark one with `#[claim(sub)]`",
        ));
        return None;
    };
    for surplus in subjects {
        let message = format!(
            "`{}` is the subject already; a token has one: remove or rename this one",
            first.ident
        );
        errors.push(match &surplus.on_field.role {
            Some((Role::Subject, key)) => error(key, message),
            _ => error(surplus.ident, message),
        });
    }
    Some(first.ident)
}

fn named_fields<'a>(
    claims: &ClaimsType,
    data: &'a Data,
    errors: &mut Errors,
) -> Option<Vec<(&'a Field, &'a Ident)>> {
    let message = "a claims type is a struct with named fields, one for each claim; write `struct … { sub: … }`";
    let mistake = match data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                let named = fields.named.iter();
                return Some(
                    named.filter_map(|field| Some((field, field.ident.as_ref()?))).collect(),
                );
            }
            Fields::Unnamed(_) | Fields::Unit => error(&claims.ident, message),
        },
        Data::Enum(data) => error(&data.enum_token, message),
        Data::Union(data) => error(&data.union_token, message),
    };
    errors.push(mistake);
    None
}

/// Claims outlive the request's bytes, and a parameter has to be readable from any token.
fn check_generics(generics: &Generics, errors: &mut Errors) {
    for parameter in &generics.params {
        match parameter {
            GenericParam::Lifetime(lifetime) => errors.push(error(
                &lifetime.lifetime,
                "a claims type owns what it holds; write `String` in place of a borrowed `str`, and remove the lifetime",
            )),
            GenericParam::Const(parameter) => errors.push(error(
                &parameter.const_token,
                "a claims type has no const parameters; write the value where it is used",
            )),
            GenericParam::Type(_) => {}
        }
    }
}

/// What serde offers for a struct and a token has no room for.
fn check_container(entries: &[Meta], errors: &mut Errors) {
    for entry in entries {
        let Some(name) = entry.path().get_ident().map(|name| name.unraw().to_string()) else {
            continue;
        };
        let reshapes = matches!(
            name.as_str(),
            "transparent"
                | "untagged"
                | "tag"
                | "content"
                | "from"
                | "try_from"
                | "into"
                | "remote"
        );
        if reshapes {
            errors.push(error(
                entry.path(),
                format!("the claims of a token are the fields of this struct; remove `{name}`"),
            ));
        }
    }
}
