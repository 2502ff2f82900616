//! The rules of a claim: `one_of`, `range`, `length`, `non_empty`, `validate`.
//!
//! `read` takes one from its argument and refuses what no type could make sense of, `fit` refuses
//! what does not fit the field's type, `expand` writes it.

mod expand;
mod fit;
mod number;
mod read;

use darling::Result;
use syn::{Expr, ExprPath, Ident};

use crate::arguments::values::Word;
use crate::arguments::{Argument, Arguments, FromArgument, Known};
use crate::diagnostics::{Errors, error};
use number::{Number, Range};

pub(super) use expand::check_rules;
pub(super) use fit::check_fit;

pub(super) const ONE_OF: Known = Known { name: "one_of", form: "one_of(\"eu\", \"us\")" };
pub(super) const RANGE: Known = Known { name: "range", form: "range(1..=10)" };
pub(super) const LENGTH: Known = Known { name: "length", form: "length(1..=64)" };
pub(super) const NON_EMPTY: Known = Known { name: "non_empty", form: "non_empty" };
pub(super) const VALIDATE: Known = Known { name: "validate", form: "validate = is_region" };

/// One rule, with the name it was given by.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) key: Ident,
    ask: Ask,
}

/// What a rule asks of the claim.
#[derive(Debug)]
enum Ask {
    OneOf(Vec<Value>),
    Range(Range),
    Length(Range),
    NonEmpty,
    Validate(ExprPath),
}

/// One of the literals of `one_of`.
#[derive(Debug)]
enum Value {
    Text(Expr, String),
    Integer(Number),
}

type Read = fn(&Argument) -> Result<Ask>;

/// How each rule is read; in this order they are asked.
const RULES: [(Known, Read); 5] = [
    (NON_EMPTY, |argument| Word::from_argument(argument).map(|Word| Ask::NonEmpty)),
    (LENGTH, read::lengths),
    (RANGE, read::numbers),
    (ONE_OF, read::one_of),
    (VALIDATE, read::function),
];

/// Takes every rule of a field.
pub(super) fn take(list: &mut Arguments, errors: &mut Errors) -> Vec<Rule> {
    let rules: Vec<_> = RULES
        .iter()
        .filter_map(|(known, read)| {
            let key = list.key(known.name)?;
            list.take_with(known.name, read, errors).map(|ask| Rule { key, ask })
        })
        .collect();
    if let [Rule { key, ask: Ask::NonEmpty }, Rule { ask: Ask::Length(_), .. }, ..] = &rules[..] {
        errors.push(error(
            key,
            "`length` says this too; write `length(1..=64)`, and remove `non_empty`",
        ));
    }
    rules
}
