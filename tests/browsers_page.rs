//! The page about browsers names every option, and tests that are there.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of the table of options: the option, and the test.
fn rows(page: &str) -> Vec<(String, String)> {
    let table = page.split("# Every option").nth(1).expect("the table");
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.contains("| test |"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].to_owned(), cells[3].trim_matches('`').to_owned())
    })
    .collect()
}

/// The methods of a builder that take `self`.
fn options(source: &str, type_name: &str) -> Vec<String> {
    let start = format!("impl {type_name} {{");
    let block =
        source.split(&start).nth(1).expect("the block").split("\n}").next().expect("its end");
    let names = block.split("pub fn ").skip(1);
    let names =
        names.filter(|rest| rest.contains("mut self") && rest.find("mut self") < rest.find('{'));
    names.map(|rest| rest.split(['(', '<']).next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_option_has_a_row() {
    let page = read("jwt-runtime/src/docs/browsers.md");
    let rows = rows(&page);
    let has_row = |option: &str| rows.iter().any(|(name, _)| name.contains(&format!("`{option}`")));
    let mut found = 0;
    for (type_name, path) in [
        ("CookieOptions", "jwt-runtime/src/cookies/options.rs"),
        ("CsrfOptions", "jwt-runtime/src/csrf/options.rs"),
        ("RenewalOptions", "jwt-runtime/src/auth/renewal.rs"),
    ] {
        for option in options(&read(path), type_name) {
            assert!(has_row(&format!("{type_name}::{option}")), "{type_name}::{option} has no row");
            found += 1;
        }
    }
    for option in options(&read("jwt-runtime/src/auth/browser.rs"), "JwtAuthBuilder") {
        let is_group = ["cookies", "csrf"].contains(&option.as_str());
        assert!(is_group || has_row(&option), "{option} has no row");
        found += 1;
    }
    assert!(found > 35, "only {found} options were found");
}

#[test]
fn every_test_that_is_named_exists() {
    let rows = rows(&read("jwt-runtime/src/docs/browsers.md"));
    assert!(rows.len() >= 40, "only {} rows", rows.len());
    for (option, test) in rows {
        let (module, name) = test.rsplit_once("::").unwrap_or_else(|| panic!("{option}: {test}"));
        let source = read(format!("tests/{}.rs", module.replace("::", "/")));
        assert!(source.contains(&format!("fn {name}(")), "{option}: there is no {test}");
    }
}

/// In the environment as on the page.
#[test]
fn every_variable_is_read() {
    let page = read("jwt-runtime/src/docs/browsers.md");
    let table = page.split("# Every option").nth(1).expect("the table");
    let source = read("jwt-runtime/src/auth/config_browser.rs");
    let source = source.split("fn add_browser").next().expect("what comes before it");
    let arms =
        source.lines().filter(|line| line.trim_start().starts_with('"') && line.contains("=>"));
    let mut found = 0;
    for arm in arms {
        let name = arm.split('"').nth(1).expect("a name");
        let is_there =
            [format!("`{name}`"), format!("`{name}=")].iter().any(|row| table.contains(row));
        assert!(is_there, "{name} has no row");
        found += 1;
    }
    assert!(found > 35, "only {found} variables were found");
}
