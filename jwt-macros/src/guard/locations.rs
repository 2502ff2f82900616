//! `locations(header)`: where a route looks for its token.

use darling::{Error, Result};
use syn::{Expr, Ident};

use super::model::Attr;
use crate::arguments::values::{elements, twice};
use crate::arguments::{Argument, FromArgument};
use crate::diagnostics::{Errors, error, nearest, quoted};

/// Where a token may be.
#[derive(Clone, Copy, Debug)]
struct Location {
    name: &'static str,
    /// Whether only refresh tokens may be there.
    for_refresh_only: bool,
    /// Whether the runtime of this version looks there; accepting a location and looking elsewhere
    /// would let tokens in from where nobody expects them.
    is_read: bool,
}

const LOCATIONS: [Location; 6] = [
    Location { name: "header", for_refresh_only: false, is_read: true },
    Location { name: "cookie", for_refresh_only: false, is_read: false },
    Location { name: "query", for_refresh_only: false, is_read: false },
    Location { name: "json", for_refresh_only: true, is_read: false },
    Location { name: "form", for_refresh_only: true, is_read: false },
    Location { name: "websocket", for_refresh_only: false, is_read: false },
];

/// The locations that were written, each known and there once.
///
/// The one that is read in this version is the default, so a guard's model has no place for them.
#[derive(Debug)]
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
        return Err(error(element, "a location is a name alone; write `locations(header)`"));
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
    /// Refuses what `attr` does not look at.
    pub(super) fn check(&self, attr: Attr, errors: &mut Errors) {
        for (name, location) in &self.0 {
            if location.for_refresh_only && attr != Attr::Refresh {
                let message = format!(
                    "`{name}` is a place for refresh tokens, so `{}` never looks there; write `locations(header)`",
                    attr.written()
                );
                errors.push(error(name, message));
            } else if !location.is_read {
                let message = format!(
                    "`{name}` is not read by this version, which looks in the header; write `locations(header)`"
                );
                errors.push(error(name, message));
            }
        }
    }
}
