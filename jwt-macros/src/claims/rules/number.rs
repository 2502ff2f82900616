//! Number literals, and ranges of them.

use std::cmp::Ordering;

use syn::{Expr, ExprRange, ExprUnary, Lit, RangeLimits, UnOp};

use crate::arguments::values::ungrouped;

/// A literal, with its sign.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) expr: Expr,
    pub(super) value: NumberValue,
}

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum NumberValue {
    Integer(i128),
    Float(f64),
}

impl Number {
    /// Reads a literal without a suffix, as its type is the field's.
    pub(super) fn read(expr: &Expr) -> Option<Self> {
        let expr = ungrouped(expr.clone());
        let (sign, literal) = match &expr {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
                ("-", ungrouped((**expr).clone()))
            }
            literal => ("", literal.clone()),
        };
        let Expr::Lit(literal) = literal else { return None };
        let value = match &literal.lit {
            Lit::Int(digits) if digits.suffix().is_empty() => NumberValue::Integer(
                format!("{sign}{digits}", digits = digits.base10_digits()).parse().ok()?,
            ),
            Lit::Float(digits) if digits.suffix().is_empty() => NumberValue::Float(
                format!("{sign}{digits}", digits = digits.base10_digits()).parse().ok()?,
            ),
            _ => return None,
        };
        Some(Self { expr, value })
    }
}

/// A range as Rust writes it, of which at least one end is there.
#[derive(Debug)]
pub(super) struct Range {
    pub(super) expr: ExprRange,
    pub(super) start: Option<Number>,
    pub(super) end: Option<Number>,
    pub(super) is_inclusive: bool,
}

impl Range {
    /// Reads the ends.
    ///
    /// # Errors
    ///
    /// The end that is not a literal.
    pub(super) fn read(expr: &ExprRange) -> Result<Self, &Expr> {
        Ok(Self {
            start: end(&expr.start)?,
            end: end(&expr.end)?,
            is_inclusive: matches!(expr.limits, RangeLimits::Closed(_)),
            expr: expr.clone(),
        })
    }

    /// The ends that are there.
    pub(super) fn ends(&self) -> impl Iterator<Item = &Number> {
        self.start.iter().chain(&self.end)
    }

    /// Whether one end is a whole number and the other is not.
    pub(super) fn is_mixed(&self) -> bool {
        let is_float = |number: &Number| matches!(number.value, NumberValue::Float(_));
        self.ends().any(is_float) && !self.ends().all(is_float)
    }

    /// Whether no number is in it.
    pub(super) fn is_empty(&self) -> bool {
        let (Some(start), Some(end)) = (&self.start, &self.end) else { return false };
        match start.value.partial_cmp(&end.value) {
            Some(Ordering::Less) => false,
            Some(Ordering::Equal) => !self.is_inclusive,
            _ => true,
        }
    }

    /// The greatest whole number in it, if there is an end.
    pub(super) fn last(&self) -> Option<i128> {
        match self.end.as_ref()?.value {
            NumberValue::Integer(end) => Some(end.saturating_sub(i128::from(!self.is_inclusive))),
            NumberValue::Float(_) => None,
        }
    }
}

fn end(written: &Option<Box<Expr>>) -> Result<Option<Number>, &Expr> {
    written.as_deref().map(|end| Number::read(end).ok_or(end)).transpose()
}
