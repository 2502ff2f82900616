//! The page on what the compiler refuses is made of the cases in `tests/ui`.
//!
//! After a change on purpose: `UPDATE_EXPECT=1 cargo test -p jwt-tests --test refusals_page`, and
//! read the difference.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;

/// What stands above the tables.
const INTRO: &str = "\
The messages are those of the cases in `tests/ui`, where each mistake has a file that is named for
it. An error stands on the token to change and says what to write instead, and all mistakes of an
item are reported at once. None of the macros' own errors is followed by one that is only its
consequence, and after each the handler is guarded all the same.
";

/// The sections, in order; a folder of `tests/ui` that is new here gets one of its own name, before
/// those of types.
const SECTIONS: [&str; 10] = [
    "Guards: the attribute",
    "Guards: the function",
    "Guards: the parameters",
    "Blocks",
    "Claims: the struct",
    "Claims: a field",
    "Scopes",
    TYPES,
    "Types: layers",
    "Types: claims",
];

/// The first of the sections of what only rustc finds.
const TYPES: &str = "Types: guards";

/// Stands below the heading of `TYPES`.
const ON_TYPES: &str = "
What only rustc can know, led to the token to change; here as in the two sections below. The words are
ours where a trait is missing, and the notes below them say what to write.
";

/// What a file's name spells as words, and Rust as one.
const IDENTIFIERS: [&str; 10] = [
    "allow_sensitive",
    "any_type",
    "cfg_attr",
    "debug_handler",
    "max_age",
    "non_empty",
    "one_of",
    "rename_all",
    "self_type",
    "skip_revocation",
];

/// A mistake that does not compile.
struct Refusal {
    section: String,
    mistake: String,
    message: String,
    /// The errors that are reported together with the first.
    further: usize,
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// Every refusal below `tests/ui`.
fn refusals() -> Vec<Refusal> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut found = Vec::new();
    for group in entries(&ui) {
        let name = group.file_name().and_then(|name| name.to_str()).expect("UTF-8").to_owned();
        let folder = if name == "type_errors" { group } else { group.join("fail") };
        let files = entries(&folder).into_iter();
        let cases =
            files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
        found.extend(cases.map(|case| refusal(&name, &case)));
    }
    found
}

fn refusal(group: &str, case: &Path) -> Refusal {
    let stderr = read(&case.with_extension("stderr"));
    let lines: Vec<&str> = stderr.lines().collect();
    let mut errors = lines.windows(2).filter(|pair| pair[0].starts_with("error"));
    let first = errors.next().unwrap_or_else(|| panic!("{case:?} has no error"));
    let (_, message) = first[0].split_once(": ").expect("a message");
    let mut place = first[1].rsplit(':').map(|number| number.parse::<usize>().expect("a number"));
    let (column, line) = (place.next().expect("a column"), place.next().expect("a line"));
    let source = read(case);
    let line = source.lines().nth(line - 1).expect("the line is there");
    let before: String = line.chars().take(column - 1).collect();
    let name = case.file_stem().and_then(|name| name.to_str()).expect("UTF-8");
    Refusal {
        section: section(group, line, &before),
        mistake: words(name),
        message: message.to_owned(),
        further: errors.count(),
    }
}

/// A file's name as words.
fn words(name: &str) -> String {
    let words = name.replace('_', " ");
    IDENTIFIERS.iter().fold(words, |words, identifier| {
        words.replace(&identifier.replace('_', " "), &format!("`{identifier}`"))
    })
}

/// Where a mistake belongs, judged by the line that it is on.
fn section(group: &str, line: &str, before: &str) -> String {
    let is_attribute = line.trim_start().starts_with("#[") && line.contains("_required");
    let is_parameter = match line.split_once("fn ") {
        Some(_) => before.contains('('),
        None => line.trim_start().starts_with(['_', '#']),
    };
    let is_layer = line.contains("auth.require_");
    // A field, which holds a claim or an authority.
    let is_field = line.ends_with(',') && !line.contains("fn ") && !line.contains("JwtAuth");
    let is_claim = is_field || line.trim_start().starts_with("#[claim");
    let section = match group {
        "guard" if is_attribute => "Guards: the attribute",
        "guard" if is_parameter => "Guards: the parameters",
        "guard" => "Guards: the function",
        "claims" if before.starts_with(' ') => "Claims: a field",
        "claims" => "Claims: the struct",
        "scope" => "Scopes",
        "block" => "Blocks",
        "type_errors" if is_layer => "Types: layers",
        "type_errors" if is_claim => "Types: claims",
        "type_errors" => TYPES,
        other => return format!("{}{}s", other[..1].to_uppercase(), &other[1..]),
    };
    section.to_owned()
}

fn page(refusals: &[Refusal]) -> String {
    let mut sections: Vec<&str> = SECTIONS.to_vec();
    for Refusal { section, .. } in refusals {
        if !sections.contains(&section.as_str()) {
            let types = sections.iter().position(|section| *section == TYPES);
            sections.insert(types.expect("a section of the list"), section);
        }
    }
    let mut page = format!(
        "{} mistakes that do not compile, and what the compiler says.\n\n{INTRO}",
        refusals.len()
    );
    for section in sections {
        let note = if section == TYPES { ON_TYPES } else { "" };
        write!(page, "\n# {section}\n{note}\n| mistake | the compiler says |\n|---|---|\n")
            .expect("a string");
        for refusal in refusals.iter().filter(|refusal| refusal.section == section) {
            writeln!(page, "{}", row(refusal)).expect("a string");
        }
    }
    page
}

fn row(Refusal { mistake, message, further, .. }: &Refusal) -> String {
    let message = message.replace("jwt_runtime::__private::", "").replace('|', "\\|");
    match further {
        0 => format!("| {mistake} | {message} |"),
        more => format!("| {mistake} | {message} *(and {more} more)* |"),
    }
}

#[test]
fn page_lists_every_refusal() {
    let refusals = refusals();
    assert!(refusals.len() >= 60, "only {} cases were found", refusals.len());
    expect_file!["../jwt-runtime/src/docs/refused_at_compile_time.md"].assert_eq(&page(&refusals));
}
