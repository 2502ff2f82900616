//! Whether a rule fits the type of its field, as far as the type's name tells.

use syn::Type;

use super::number::{Number, NumberValue};
use super::{Ask, Rule, Value};
use crate::claims::types::{Known, inner_of_option, known};
use crate::diagnostics::{Errors, error};

/// Refuses what rustc would refuse too, with less to say about it.
pub(in crate::claims) fn check_fit(rule: &Rule, ty: &Type, errors: &mut Errors) {
    let Some((known, name)) = known(inner_of_option(ty).unwrap_or(ty)) else { return };
    let Rule { key, ask } = rule;
    let misfit = match (ask, known) {
        (Ask::Range(_), Known::Text | Known::Collection) => {
            format!("a `{name}` has a length, and no place in a range; write `length(1..=64)`")
        }
        (Ask::Range(_), Known::Bool | Known::Char) => {
            format!("a `{name}` is no number; remove `range`")
        }
        (Ask::Length(_) | Ask::NonEmpty, Known::Integer { .. } | Known::Float) => {
            format!("a `{name}` has no length; write `range(1..=10)`, or remove `{key}`")
        }
        (Ask::Length(_) | Ask::NonEmpty, Known::Bool | Known::Char) => {
            format!("a `{name}` has no length; remove `{key}`")
        }
        (Ask::OneOf(_), Known::Collection | Known::Bool | Known::Char) => {
            format!(
                "`one_of` is for strings and integers, not for a `{name}`; write `validate = path`"
            )
        }
        (Ask::OneOf(_), Known::Float) => {
            "floats are not compared for equality; write `range(0.0..=1.0)`".to_owned()
        }
        (Ask::OneOf(values), _) => {
            values.iter().for_each(|value| check_value(value, known, &name, errors));
            return;
        }
        (Ask::Range(range), _) => {
            range.ends().for_each(|end| check_number(end, known, &name, errors));
            return;
        }
        (Ask::Length(_) | Ask::NonEmpty, Known::Text | Known::Collection)
        | (Ask::Validate(_), _) => {
            return;
        }
    };
    errors.push(error(key, misfit));
}

fn check_value(value: &Value, known: Known, name: &str, errors: &mut Errors) {
    match (value, known) {
        (Value::Text(text, _), Known::Integer { .. }) => {
            errors.push(error(text, format!("a `{name}` is no string; write `one_of(1, 2)`")));
        }
        (Value::Integer(number), Known::Text) => errors.push(error(
            &number.expr,
            format!("a `{name}` is no integer; write `one_of(\"eu\", \"us\")`"),
        )),
        (Value::Integer(number), known) => check_number(number, known, name, errors),
        (Value::Text(..), _) => {}
    }
}

fn check_number(number: &Number, known: Known, name: &str, errors: &mut Errors) {
    let message = match (number.value, known) {
        (NumberValue::Integer(value), Known::Integer { min, max })
            if !(min..=max).contains(&value) =>
        {
            format!("no `{name}` is `{value}`; write a number from {min} to {max}")
        }
        (NumberValue::Float(_), Known::Integer { .. }) => {
            format!("a `{name}` is a whole number; write `range(1..=10)`")
        }
        (NumberValue::Integer(value), Known::Float) => {
            format!("a `{name}` is written with a point; write `{value}.0`")
        }
        _ => return,
    };
    errors.push(error(&number.expr, message));
}
