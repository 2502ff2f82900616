//! `policy = any(AdminOnly, not(Suspended))`: a tree of named policies.

use darling::{Error, Result};
use syn::{BinOp, Expr, ExprCall, UnOp};

use super::arg_values::is_value;
use super::model::PolicyTree;
use crate::arguments::values::{plain, twice};
use crate::arguments::{Argument, FromArgument};
use crate::diagnostics::error;

/// The runtime combines tuples of up to this many policies.
const MOST_OPERANDS: usize = 8;

impl FromArgument for PolicyTree {
    fn from_argument(argument: &Argument) -> Result<Self> {
        let tokens = argument.assigned()?;
        match syn::parse2(tokens.clone()) {
            Ok(written) => tree(written),
            Err(_) => Err(error(tokens, NO_POLICY)),
        }
    }
}

fn tree(written: Expr) -> Result<PolicyTree> {
    match plain(written)? {
        Expr::Paren(paren) => tree(*paren.expr),
        Expr::Call(call) => match combinator(&call).as_deref() {
            Some("all") => operands("all", call).map(PolicyTree::All),
            Some("any") => operands("any", call).map(PolicyTree::Any),
            Some("not") => operand(call).map(|policy| PolicyTree::Not(Box::new(policy))),
            _ => named(Expr::Call(call)),
        },
        other => named(other),
    }
}

/// `all`, `any` or `not`, where it is written bare; with a path it is a function like any other.
fn combinator(call: &ExprCall) -> Option<String> {
    match &*call.func {
        Expr::Path(function) => function.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

fn operands(name: &str, call: ExprCall) -> Result<Vec<PolicyTree>> {
    let count = call.args.len();
    if count == 0 {
        let message = format!("`{name}` of no policies decides nothing; write `{name}(A, B)`");
        return Err(error(&call.func, message));
    }
    let mut errors = Error::accumulator();
    if count > MOST_OPERANDS {
        let message = format!(
            "`{name}` takes at most {MOST_OPERANDS} policies; write `{name}({name}(…), …)`"
        );
        errors.push(error(&call.func, message));
    }
    let mut policies = Vec::new();
    for written in call.args {
        let Some(policy) = errors.handle(tree(written.clone())) else { continue };
        if policies.contains(&policy) {
            errors.push(twice(&written));
        }
        policies.push(policy);
    }
    errors.finish_with(policies)
}

fn operand(call: ExprCall) -> Result<PolicyTree> {
    let mut policies = call.args.into_iter();
    match (policies.next(), policies.next()) {
        (Some(policy), None) => tree(policy),
        _ => Err(error(
            &call.func,
            "`not` takes one policy; write `not(A)`, or `not(any(A, B))` for none of several",
        )),
    }
}

fn named(written: Expr) -> Result<PolicyTree> {
    if is_value(&written) {
        return Ok(PolicyTree::Named(Box::new(written)));
    }
    Err(match &written {
        Expr::Binary(binary) => match &binary.op {
            BinOp::And(and) => error(and, "policies are combined by name; write `all(A, B)`"),
            BinOp::Or(or) => error(or, "policies are combined by name; write `any(A, B)`"),
            _ => error(&written, NO_POLICY),
        },
        Expr::Unary(unary) => match &unary.op {
            UnOp::Not(not) => error(not, "a policy is negated by name; write `not(A)`"),
            _ => error(&written, NO_POLICY),
        },
        Expr::Tuple(_) => {
            error(&written, "policies are combined without a tuple here; write `all(A, B)`")
        }
        Expr::Closure(_) => error(
            &written,
            "a policy has a name, and a closure has none; write `require = |user: &User| …`",
        ),
        _ => error(&written, NO_POLICY),
    })
}

const NO_POLICY: &str =
    "a policy is a value of a type with `impl Policy<…>`; write `policy = AdminOnly`";
