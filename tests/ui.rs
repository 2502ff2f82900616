//! What the macros say about mistakes, and that they say nothing about correct code.
//!
//! A file in `fail` is named for its mistake and stands beside the message, which is ours. The
//! messages in `type_errors` are rustc's, led to the right token and worded by the runtime's
//! traits. After a change on purpose: `TRYBUILD=overwrite`, and read the difference.

use trybuild::TestCases;

/// Here once more, as trybuild does not run clippy.
#[path = "ui/guard/pass/strict_lints.rs"]
pub mod strict_lints;

#[test]
fn guard_mistakes_are_refused() {
    TestCases::new().compile_fail("ui/guard/fail/*.rs");
}

#[test]
fn guards_compile() {
    TestCases::new().pass("ui/guard/pass/*.rs");
}

#[test]
fn block_mistakes_are_refused() {
    TestCases::new().compile_fail("ui/block/fail/*.rs");
}

#[test]
fn blocks_compile() {
    TestCases::new().pass("ui/block/pass/*.rs");
}

#[test]
fn claims_mistakes_are_refused() {
    TestCases::new().compile_fail("ui/claims/fail/*.rs");
}

#[test]
fn claims_compile() {
    TestCases::new().pass("ui/claims/pass/*.rs");
}

#[test]
fn scope_mistakes_are_refused() {
    TestCases::new().compile_fail("ui/scope/fail/*.rs");
}

#[test]
fn scopes_compile() {
    TestCases::new().pass("ui/scope/pass/*.rs");
}

#[test]
fn type_errors_are_readable() {
    TestCases::new().compile_fail("ui/type_errors/*.rs");
}
