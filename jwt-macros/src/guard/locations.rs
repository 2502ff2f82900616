//! `locations(header, cookie)`: where a route looks for its token.

use darling::{Error, Result};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Expr, Ident};

use super::model::Attr;
use crate::arguments::values::{elements, twice};
use crate::arguments::{Argument, FromArgument};
use crate::diagnostics::{Errors, error, nearest, quoted};
use crate::runtime_path::Runtime;

/// Where a token may be.
#[derive(Clone, Copy, Debug)]
struct Location {
    name: &'static str,
    /// The variant of the runtime's `TokenLocation`.
    variant: &'static str,
    tokens: Tokens,
}

/// Which tokens may be in a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tokens {
    Both,
    Access,
    Refresh,
}

impl Location {
    const fn new(name: &'static str, variant: &'static str, tokens: Tokens) -> Self {
        Self { name, variant, tokens }
    }
}

const LOCATIONS: [Location; 6] = [
    Location::new("header", "Header", Tokens::Both),
    Location::new("cookie", "Cookie", Tokens::Both),
    Location::new("query", "Query", Tokens::Both),
    Location::new("json", "Json", Tokens::Refresh),
    Location::new("form", "Form", Tokens::Refresh),
    Location::new("websocket", "WebSocket", Tokens::Access),
];

/// The locations that were written, each known and there once.
#[derive(Clone, Debug)]
pub(super) struct Locations(Vec<(Ident, Location)>);

impl FromArgument for Locations {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let elements = elements(argument)?;
        let mut errors = Error::accumulator();
        let mut locations: Vec<(Ident, Location)> = Vec::new();
        for element in elements {
            let Some((name, location)) = errors.handle(location(&element)) else { continue };
            if locations.iter().any(|(earlier, _)| *earlier == name) {
                errors.push(twice(&name));
            }
            locations.push((name, location));
        }
        errors.finish_with(Self(locations))
    }
}

fn location(element: &Expr) -> Result<(Ident, Location)> {
    let name = match element {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    };
    let Some(name) = name else {
        return Err(error(
            element,
            "a location is a name alone; write `locations(header, cookie)`",
        ));
    };
    let names = || LOCATIONS.iter().map(|location| location.name);
    match LOCATIONS.iter().find(|location| name == location.name) {
        Some(location) => Ok((name.clone(), *location)),
        None => {
            let written = name.to_string();
            let mut message =
                format!("unknown location `{written}`; expected one of {}", quoted(names()));
            if let Some(meant) = nearest(&written, names()) {
                message.push_str(&format!("; did you mean `{meant}`?"));
            }
            Err(error(name, message))
        }
    }
}

impl Locations {
    /// Refuses what `attr` never finds a token in.
    pub(super) fn check(&self, attr: Attr, errors: &mut Errors) {
        let here = attr.written();
        for (name, location) in &self.0 {
            let message = match (location.tokens, attr) {
                (Tokens::Refresh, Attr::Access | Attr::Fresh) => format!(
                    "`{name}` is a place for refresh tokens, so `{here}` never looks there; write `locations(header)` or `locations(cookie)`"
                ),
                (Tokens::Access, Attr::Refresh) => format!(
                    "`{name}` is a place for access tokens, so `{here}` never looks there; write `locations(header)` or `locations(cookie)`"
                ),
                _ => continue,
            };
            errors.push(error(name, message));
        }
    }

    /// The list as the runtime has it.
    pub(super) fn expand(&self, runtime: &Runtime) -> TokenStream {
        let locations = self.0.iter().map(|(name, location)| {
            let span = name.span();
            let token_location = runtime.token_location().at(span);
            let variant = Ident::new(location.variant, span);
            quote_spanned!(span=> #token_location::#variant)
        });
        quote!(&[#(#locations),*])
    }
}
