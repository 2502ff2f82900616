//! Rules from their arguments; what no type could make sense of is refused here.

use darling::{Error, Result};
use quote::ToTokens;
use syn::{Expr, ExprAssign, ExprLit, Lit};

use super::number::{Number, NumberValue, Range};
use super::{Ask, Value};
use crate::arguments::Argument;
use crate::arguments::values::{elements, plain_value};
use crate::diagnostics::error;

/// `one_of("eu", "us")`: strings or integers, none twice.
pub(super) fn one_of(argument: &Argument) -> Result<Ask> {
    let elements = elements(argument)?;
    let mut errors = Error::accumulator();
    let mut values: Vec<Value> = Vec::new();
    for element in elements {
        let Some(value) = errors.handle(value(element)) else { continue };
        if values.iter().any(|earlier| earlier.is_text() != value.is_text()) {
            let message =
                "the values of `one_of` are all strings or all integers; write one kind of them";
            errors.push(error(value.expr(), message));
            continue;
        }
        if values.iter().any(|earlier| earlier.is_same(&value)) {
            let message =
                format!("`{}` is listed twice; remove one of them", written(value.expr()));
            errors.push(error(value.expr(), message));
        }
        values.push(value);
    }
    errors.finish_with(Ask::OneOf(values))
}

fn value(element: Expr) -> Result<Value> {
    if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &element {
        return Ok(Value::Text(element.clone(), text.value()));
    }
    let message = match Number::read(&element) {
        Some(number) => match number.value {
            NumberValue::Integer(_) => return Ok(Value::Integer(number)),
            NumberValue::Float(_) => {
                "floats are not compared for equality; write `range(0.0..=1.0)`"
            }
        },
        None => {
            "`one_of` takes string literals, or integers without a suffix; write `one_of(\"eu\", \"us\")`"
        }
    };
    Err(error(&element, message))
}

impl Value {
    pub(super) fn expr(&self) -> &Expr {
        match self {
            Self::Text(expr, _) => expr,
            Self::Integer(number) => &number.expr,
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text(..))
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(_, one), Self::Text(_, other)) => one == other,
            (Self::Integer(one), Self::Integer(other)) => one.value == other.value,
            _ => false,
        }
    }
}

/// `range(1..=10)`: a range of number literals that some number is in.
pub(super) fn numbers(argument: &Argument) -> Result<Ask> {
    range(argument).map(Ask::Range)
}

/// `length(1..=64)`: a range of whole numbers that some length is in, and some length is not.
pub(super) fn lengths(argument: &Argument) -> Result<Ask> {
    let range = range(argument)?;
    let counts = |end: &&Number| matches!(end.value, NumberValue::Integer(0..));
    if let Some(end) = range.ends().find(|end| !counts(end)) {
        return Err(error(&end.expr, "a length is a whole number from 0; write `length(1..=64)`"));
    }
    let starts_at_nothing =
        range.start.as_ref().is_none_or(|start| start.value == NumberValue::Integer(0));
    let message = match range.last() {
        Some(..=0) => "only what is empty has this length; write `length(1..=64)`",
        None if starts_at_nothing => "everything has this length; write `length(1..)`",
        _ => return Ok(Ask::Length(range)),
    };
    Err(error(&range.expr, message))
}

fn range(argument: &Argument) -> Result<Range> {
    let Argument { name, form, .. } = argument;
    let elements = elements(argument)?;
    let [Expr::Range(written_range)] = elements.as_slice() else {
        let meant =
            as_range(&elements).map_or(String::from(*form), |range| format!("{name}({range})"));
        let message = format!("`{name}` takes one range, as Rust writes them; write `{meant}`");
        return Err(error(&elements[0], message));
    };
    let range = Range::read(written_range).map_err(|end| {
        let message =
            format!("the ends of a `{name}` are number literals without a suffix; write `{form}`");
        error(end, message)
    })?;
    let message = if range.ends().next().is_none() {
        format!("a range without ends holds everything; write `{form}`")
    } else if range.is_mixed() {
        "a range has two whole numbers as its ends, or two floats; write one kind".to_owned()
    } else if range.is_empty() {
        format!("nothing is in `{}`; write `{form}`", written(written_range))
    } else {
        return Ok(range);
    };
    Err(error(written_range, message))
}

/// The range that was meant by `min = 1, max = 10`, by `1, 10`, or by `5`.
fn as_range(elements: &[Expr]) -> Option<String> {
    let mut ends = (None, None);
    for element in elements {
        match element {
            Expr::Assign(ExprAssign { left, right, .. }) => match written(left).as_str() {
                "min" => ends.0 = Some(written(right)),
                "max" => ends.1 = Some(written(right)),
                _ => return None,
            },
            element => {
                Number::read(element)?;
                ends.0.get_or_insert_with(|| written(element));
                ends.1 = Some(written(element));
            }
        }
    }
    match ends {
        (start, Some(end)) => Some(format!("{}..={end}", start.unwrap_or_default())),
        (Some(start), None) => Some(format!("{start}..")),
        (None, None) => None,
    }
}

/// `validate = is_region`.
pub(super) fn function(argument: &Argument) -> Result<Ask> {
    let tokens = argument.assigned()?;
    match plain_value(tokens)? {
        Some(Expr::Path(path)) => Ok(Ask::Validate(path)),
        _ => {
            let message = "`validate` takes the path of a function; write `validate = is_region`";
            Err(error(tokens, message))
        }
    }
}

fn written(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    if text.starts_with('"') { text } else { text.replace(' ', "") }
}
