//! What stands between the parentheses of an attribute: `name`, `name = value`, `name(values)`.
//!
//! Values stay tokens here; [`values`] reads them. Parsing goes on after a mistake, at the next
//! thing that looks like an argument, so that all mistakes of a list are found in one go.

mod parse;
pub(crate) mod scope_token;
pub(crate) mod values;

use darling::Result;
use proc_macro2::{Group, TokenStream};
use syn::Ident;

use crate::diagnostics::{Errors, error, nearest, quoted};

/// An argument that an attribute knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// Its name.
    pub(crate) name: &'static str,
    /// How it is written, as an example for error messages.
    pub(crate) form: &'static str,
}

/// An argument as it was written.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: Ident,
    value: Written,
    pub(crate) form: &'static str,
}

#[derive(Debug)]
enum Written {
    Word,
    Assigned(TokenStream),
    List(Group),
    /// Something that is reported already; the name still counts as written.
    Refused,
}

/// The value of an argument together with the argument's name, the place for errors about its
/// being there at all.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// The arguments of one attribute: known ones only, each once.
#[derive(Debug)]
pub(crate) struct Arguments(Vec<Argument>);

impl Arguments {
    /// Reads a list; `explain` may know more about a name that `known` does not hold.
    pub(crate) fn parse(
        tokens: TokenStream,
        attribute: &str,
        known: &[Known],
        explain: impl Fn(&str) -> Option<String>,
        errors: &mut Errors,
    ) -> Self {
        let mut arguments = Self(Vec::new());
        for mut argument in parse::arguments(tokens, errors) {
            let name = argument.name.to_string();
            let Some(entry) = known.iter().find(|entry| entry.name == name) else {
                let message = explain(&name).unwrap_or_else(|| unknown(&name, attribute, known));
                errors.push(error(&argument.name, message));
                continue;
            };
            if arguments.0.iter().any(|earlier| earlier.name == argument.name) {
                errors.push(error(
                    &argument.name,
                    format!("`{name}` is given twice; remove one of them"),
                ));
                continue;
            }
            argument.form = entry.form;
            arguments.0.push(argument);
        }
        arguments
    }

    /// Takes the value of the argument `name`; `None` if it is absent or was refused.
    pub(crate) fn take<T: FromArgument>(&mut self, name: &str, errors: &mut Errors) -> Option<T> {
        self.take_with(name, T::from_argument, errors)
    }

    /// The same for a value that `read` reads.
    pub(crate) fn take_with<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Argument) -> Result<T>,
        errors: &mut Errors,
    ) -> Option<T> {
        let position = self.0.iter().position(|argument| argument.name == name)?;
        let argument = self.0.remove(position);
        if let Written::Refused = argument.value {
            return None;
        }
        errors.handle(read(&argument))
    }

    /// The names of all that are not taken yet.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Ident> {
        self.0.iter().map(|argument| &argument.name)
    }

    /// The name itself, if the argument was written and not taken yet.
    pub(crate) fn key(&self, name: &str) -> Option<Ident> {
        self.keys().find(|&key| key == name).cloned()
    }
}

fn unknown(name: &str, attribute: &str, known: &[Known]) -> String {
    let names = || known.iter().map(|entry| entry.name);
    let mut message =
        format!("unknown argument `{name}` for `{attribute}`; expected one of {}", quoted(names()));
    if let Some(meant) = nearest(name, names()) {
        message.push_str(&format!("; did you mean `{meant}`?"));
    }
    message
}

/// A value that an argument may have.
pub(crate) trait FromArgument: Sized {
    /// Reads it, or says how the argument is written.
    fn from_argument(argument: &Argument) -> Result<Self>;
}

impl<T: FromArgument> FromArgument for Keyed<T> {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let value = T::from_argument(argument)?;
        Ok(Self { key: argument.name.clone(), value })
    }
}

impl Argument {
    pub(crate) fn word(&self) -> Result<()> {
        match self.value {
            Written::Word => Ok(()),
            _ => Err(self.misused("takes no value")),
        }
    }

    pub(crate) fn assigned(&self) -> Result<&TokenStream> {
        match &self.value {
            Written::Assigned(tokens) => Ok(tokens),
            _ => Err(self.misused("takes one value, after `=`")),
        }
    }

    pub(crate) fn list(&self) -> Result<&Group> {
        match &self.value {
            Written::List(group) => Ok(group),
            _ => Err(self.misused("takes its values in parentheses")),
        }
    }

    /// `name …; write …`, at the name.
    fn misused(&self, what: &str) -> darling::Error {
        error(&self.name, format!("`{}` {what}; write `{}`", self.name, self.form))
    }
}
