//! The cases of `tests/ui`, expanded here: what takes rustc minutes takes this a second.
//!
//! A new macro needs a line in `calls::Macro`.

mod blocks;
mod calls;
mod claims;
mod expansions;
mod fields;
mod fragments;
mod functions;
mod guards;
mod mutations;
mod policies;
mod printed;
mod ranges;
mod recovery;
mod spans;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use self::calls::{Call, Macro, calls};
use self::functions::functions;
use self::printed::{Mistake, printed, take_mistakes};

/// A file of `tests/ui`.
#[derive(Debug)]
struct Case {
    /// `guard/not_async`.
    name: String,
    calls: Vec<Call>,
    /// What rustc prints; nothing for code without mistakes.
    printed: Vec<Mistake>,
}

/// The cases in all folders of this kind: `fail` or `pass`.
fn cases(kind: &str) -> Vec<Case> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let groups =
        entries(&ui).into_iter().map(|group| group.join(kind)).filter(|kind| kind.is_dir());
    let files = groups.flat_map(|folder| entries(&folder));
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.map(|file| read(&ui, &file)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

fn read(ui: &Path, file: &Path) -> Case {
    let source = fs::read_to_string(file).expect("UTF-8");
    let tokens: TokenStream = source.parse().expect("tokens, whatever they mean");
    let stderr = file.with_extension("stderr");
    let stderr =
        if stderr.exists() { fs::read_to_string(stderr).expect("UTF-8") } else { String::new() };
    let below = file.strip_prefix(ui).expect("it is below").with_extension("");
    let parts: Vec<_> = below.iter().map(|part| part.to_str().expect("UTF-8")).collect();
    let name = format!("{}/{}", parts[0], parts[2..].join("/"));
    Case { name, calls: calls(tokens), printed: printed(&stderr) }
}

impl Case {
    /// Our mistakes, and what the expansions are without them, call by call.
    fn expand(&self) -> (Vec<Mistake>, Vec<TokenStream>) {
        let mut mistakes = Vec::new();
        let left = self
            .calls
            .iter()
            .map(|call| take_mistakes(call.expand(), call.site, &mut mistakes))
            .collect();
        (mistakes, left)
    }
}

/// The messages about the macros of a file, and their expansions without them.
fn expand(source: &str) -> (Vec<String>, String) {
    let calls = calls(source.parse().expect("tokens"));
    let case = Case { name: String::new(), calls, printed: Vec::new() };
    let (mistakes, left) = case.expand();
    let left: TokenStream = left.into_iter().collect();
    (mistakes.into_iter().map(|mistake| mistake.message).collect(), left.to_string())
}

/// Cases that are left out of a test, with the reason; each has to be needed.
struct Except(&'static [(&'static str, &'static str)]);

impl Except {
    /// Checks the cases that are not named here, and that those named would not pass.
    fn check(self, cases: &[Case], passes: impl Fn(&Case) -> Result<(), String>) {
        let mut unused: HashSet<&str> = self.0.iter().map(|(case, _)| *case).collect();
        let mut failures = Vec::new();
        for case in cases {
            if let Err(failure) = passes(case)
                && !unused.remove(case.name.as_str())
            {
                failures.push(format!("{}: {failure}", case.name));
            }
        }
        failures.extend(unused.into_iter().map(|case| format!("{case}: is no exception any more")));
        assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    }
}

/// Cases in which rustc itself speaks, or a macro of the case writes the item.
const NOT_OURS: Except = Except(&[
    ("block/public_outside_of_a_block", "what a guard leaves below it has the guard's place here"),
    ("guard/require_by_macro_not_a_closure", "its tokens come together in rustc"),
    ("guard/syntax_error_in_the_body", "the body is rustc's to read, and the handler is guarded"),
]);

/// Cases that have no handler to guard.
const NO_HANDLER: Except = Except(&[
    ("block/on_a_trait_impl", "a guard would be a parameter that the trait does not know"),
    ("guard/on_a_static", "nothing that axum could call"),
    ("guard/on_a_struct", "nothing that axum could call"),
    ("guard/on_a_trait", "nothing that axum could call"),
]);

/// Cases whose items a `macro_rules!` of theirs writes.
const WRITTEN_BY_MACROS: Except = Except(&[
    ("block/inside_macro_rules", "its tokens come together in rustc"),
    ("claims/collections_of_roles", "its tokens come together in rustc"),
    ("guard/inside_macro_rules", "its tokens come together in rustc"),
]);

#[test]
fn mistakes_are_those_that_rustc_prints() {
    let cases = cases("fail");
    assert!(cases.len() > 100, "only {} cases were found", cases.len());
    NOT_OURS.check(&cases, |case| {
        let (mistakes, _) = case.expand();
        match mistakes == case.printed && !mistakes.is_empty() {
            true => Ok(()),
            false => Err(format!("expanded to {mistakes:#?}, printed are {:#?}", case.printed)),
        }
    });
}

/// A `compile_error!` keeps a mistake from being built. This is the second line: without it the
/// handler would still ask for a token.
#[test]
fn mistakes_leave_no_handler_unguarded() {
    NO_HANDLER.check(&cases("fail"), |case| {
        let (_, left) = case.expand();
        case.calls.iter().zip(left).try_for_each(|(call, left)| guarded(call, left))
    });
}

#[test]
fn handlers_without_mistakes_are_guarded() {
    WRITTEN_BY_MACROS.check(&cases("pass"), |case| {
        let (mistakes, left) = case.expand();
        if case.calls.is_empty() || !mistakes.is_empty() {
            return Err(format!("{} calls, mistakes: {mistakes:#?}", case.calls.len()));
        }
        case.calls.iter().zip(left).try_for_each(|(call, left)| guarded(call, left))
    });
}

/// Whether the functions that an attribute was given are there, with a guard in front of each.
fn guarded(call: &Call, left: TokenStream) -> Result<(), String> {
    if !matches!(call.called, Macro::Guard(_)) {
        return Ok(());
    }
    let (given, left) = (functions(call.item.clone()), functions(left));
    if given.is_empty() {
        return Err("no function is given".to_owned());
    }
    for name in given.into_iter().filter(|given| given.is_handler).map(|given| given.name) {
        match left.iter().find(|function| function.name == name) {
            None => return Err(format!("`{name}` is lost")),
            Some(function) if !function.is_guarded() => {
                return Err(format!("`{name}` has no guard: {function:?}"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
