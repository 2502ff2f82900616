//! The page about parity counts its rows, names tests that are there, and says why where something
//! is not.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn page() -> String {
    read("jwt-runtime/src/docs/parity.md")
}

/// One thing that an older library can do or be told.
struct Row {
    section: String,
    what: String,
    ours: String,
    tests: String,
    reason: String,
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

/// Which column has this heading.
fn column(headings: &[&str], heading: &str) -> usize {
    let found = headings.iter().position(|cell| *cell == heading);
    found.unwrap_or_else(|| panic!("no column `{heading}` in {headings:?}"))
}

/// The rows of every table with a verdict.
fn rows(page: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for section in page.split("\n# ").skip(1) {
        let title = section.lines().next().unwrap_or_default();
        let mut lines = section.lines().filter(|line| line.starts_with('|'));
        let headings = cells(lines.next().unwrap_or_else(|| panic!("{title} has no table")));
        if !headings.contains(&"ours") {
            continue;
        }
        let [ours, tests, reason] =
            ["ours", "test", "why not, and what instead"].map(|heading| column(&headings, heading));
        for line in lines.skip(1) {
            let cells = cells(line);
            assert_eq!(cells.len(), headings.len(), "{line}");
            rows.push(Row {
                section: title.to_owned(),
                what: cells[0].to_owned(),
                ours: cells[ours].to_owned(),
                tests: cells[tests].to_owned(),
                reason: cells[reason].to_owned(),
            });
        }
    }
    rows
}

/// What stands in backticks.
fn codes(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What stands in backticks and is the path of a test.
fn tests(text: &str) -> impl Iterator<Item = &str> {
    codes(text).filter(|code| code.contains(".rs::"))
}

#[test]
fn counts_are_those_of_the_rows() {
    let page = page();
    let rows = rows(&page);
    let count = |section: &str, ours: &str| {
        let is_counted = |row: &&Row| {
            (section == "all" || row.section == section) && (ours.is_empty() || row.ours == ours)
        };
        rows.iter().filter(is_counted).count().to_string()
    };
    let top = page.split("\n# ").next().expect("what is above the tables");
    let told: Vec<Vec<&str>> =
        top.lines().filter(|line| line.starts_with("| ")).skip(1).map(cells).collect();
    for line in &told {
        let section = line[0];
        let counted = ["", "yes", "partly", "no"].map(|ours| count(section, ours));
        assert_eq!(line[1..], counted, "{section}: rows, yes, partly, no");
    }
    let sections: HashSet<&str> = rows.iter().map(|row| row.section.as_str()).collect();
    assert_eq!(told.len(), sections.len() + 1, "each table once, and all of them");
    assert!(rows.len() > 150, "only {} rows were found", rows.len());
}

#[test]
fn every_row_has_a_verdict_and_what_it_needs() {
    let page = page();
    let mut seen = HashSet::new();
    for Row { what, ours, tests: named, reason, .. } in rows(&page) {
        match ours.as_str() {
            "yes" => {}
            "partly" | "no" => assert!(!reason.is_empty(), "{what}: {ours}, and no reason"),
            other => panic!("{what}: {other}"),
        }
        let is_shown = ours == "no" || tests(&named).next().is_some();
        assert!(is_shown, "{what}: {ours}, and no test");
        assert!(seen.insert(what.clone()), "{what} has two rows");
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let page = page();
    let mut found = 0;
    for test in tests(&page) {
        let (file, path) = test.split_once(".rs::").expect("it was looked for");
        let name = path.rsplit("::").next().expect("a name");
        let source = read(format!("{file}.rs"));
        assert!(source.contains(&format!("fn {name}(")), "there is no {test}");
        found += 1;
    }
    assert!(found > 150, "only {found} tests were found");
    for case in codes(&page).filter(|code| code.ends_with(".rs")) {
        assert!(root().join(case).with_extension("stderr").exists(), "{case} is not refused");
    }
}

#[test]
fn nothing_is_left_to_do() {
    let page = page();
    let left: Vec<&str> = page.lines().filter(|line| line.contains("TODO")).collect();
    assert!(left.is_empty(), "{}", left.join("\n"));
}

/// What `JwtConfig` reads of the environment is on this page or on that about browsers.
#[test]
fn every_variable_is_told() {
    let pages = page() + &read("jwt-runtime/src/docs/browsers.md");
    let is_name = |text: &&str| {
        text.len() > 2
            && !text.ends_with('_')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    let mut found = 0;
    for path in ["env", "config_browser", "several_names"] {
        let source = read(format!("jwt-runtime/src/auth/{path}.rs"));
        let source = source.split("#[cfg(test)]").next().expect("what is before the tests");
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        for name in code.flat_map(|line| line.split('"').skip(1).step_by(2)).filter(is_name) {
            let is_told =
                [format!("`{name}`"), format!("`{name}=")].iter().any(|code| pages.contains(code));
            assert!(is_told, "{name} is on neither page");
            found += 1;
        }
    }
    assert!(found > 60, "only {found} variables were found");
}
