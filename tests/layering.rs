//! The layers of jwt-runtime: a module imports from rows below its own and from nowhere else. The
//! rows are the comments `// L0`, `// L1`, … between the `mod` lines of `lib.rs`.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The row of every module of the crate.
type Rows = HashMap<String, usize>;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../jwt-runtime/src")
}

/// Reads the rows out of `lib.rs`.
fn rows(lib: &str) -> Rows {
    let mut rows = Rows::new();
    let mut row = None;
    for line in lib.lines() {
        if let Some(number) = line.strip_prefix("// L").and_then(|rest| rest.trim().parse().ok()) {
            row = Some(number);
        }
        let module = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        if let Some(name) = module.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            let row = row.unwrap_or_else(|| panic!("`mod {name};` stands above the first row"));
            rows.insert(name.to_owned(), row);
        }
    }
    rows
}

/// Every source file of the crate but `lib.rs`, by its path below `src`.
fn files(folder: &Path, below: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files(&path, below, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(below).expect("it is below").to_owned();
            if name != Path::new("lib.rs") {
                found.push((name, fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
}

/// The code without comments and without the unit tests at its end, whose `super` is the file.
fn code(text: &str) -> String {
    let end = text.find("\n#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..end]
        .lines()
        .map(|line| line.find("//").map_or(line, |comment| &line[..comment]))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first names after each `root::`, be it one path or a group of them.
fn names_after<'t>(text: &'t str, root: &str) -> Vec<&'t str> {
    fn name(text: &str) -> &str {
        let text = text.trim_start();
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
        &text[..end]
    }
    let mut names = Vec::new();
    for (place, _) in text.match_indices(root) {
        // `$crate::` in a macro is how another crate sees this one.
        let is_other = text[..place].ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c));
        if is_other {
            continue;
        }
        let rest = &text[place + root.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            let used = name(rest);
            // `#[macro_export]` puts a macro at the root, wherever it is written.
            if !rest.trim_start()[used.len()..].starts_with('!') {
                names.push(used);
            }
            continue;
        };
        let mut depth = 0_usize;
        let mut start = 0;
        for (at, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    names.push(name(&group[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
            if character == '}' && depth == 0 && start == at + 1 {
                break;
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// What breaks the rules, one line each.
fn violations(rows: &Rows, files: &[(PathBuf, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let file = path.display();
        let own = path.iter().next().and_then(|first| first.to_str()).expect("a name");
        let own = own.trim_end_matches(".rs");
        let Some(own_row) = rows.get(own) else {
            found.push(format!("{file}: `{own}` is in no row of lib.rs"));
            continue;
        };
        let code = code(text);
        let is_top = path.components().count() == 1
            || (path.components().count() == 2 && path.ends_with("mod.rs"));
        let mut used = names_after(&code, "crate::");
        if is_top {
            used.extend(names_after(&code, "super::"));
        }
        for used in used {
            match rows.get(used) {
                Some(_) if used == own => {}
                Some(row) if row < own_row => {}
                Some(row) => {
                    found.push(format!("{file}: {own} (L{own_row}) uses {used} (L{row})"));
                }
                // A name that lib.rs exports is above everything but the last row.
                None if rows.values().all(|row| row <= own_row) => {}
                None => found.push(format!("{file}: `crate::{used}` goes through lib.rs")),
            }
        }
        if code.contains("super::super") {
            found.push(format!("{file}: `super::super`; write the path from `crate`"));
        }
        if own != "web" && !names_after(&code, "axum::").is_empty() {
            found.push(format!("{file}: axum is for web alone"));
        }
    }
    found
}

#[test]
fn every_path_points_down() {
    let lib = fs::read_to_string(source().join("lib.rs")).expect("lib.rs");
    let rows = rows(&lib);
    assert!(rows.len() > 15, "the rows were read: {rows:?}");
    let mut all = Vec::new();
    files(&source(), &source(), &mut all);
    assert!(all.len() > 30, "the sources were read");
    let found = violations(&rows, &all);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn wrong_paths_are_found() {
    let rows =
        rows("// L0\nmod low;\nmod beside;\n// L1\npub mod high;\nmod web;\n// L2\nmod roof;");
    let broken =
        |path: &str, text: &str| violations(&rows, &[(path.into(), text.to_owned())]).len();
    // Down, own, comments, tests, and the last row through lib.rs.
    assert_eq!(broken("high.rs", "use crate::low::A; use crate::high::B;"), 0);
    assert_eq!(broken("high/part.rs", "use super::x; use crate::{low::{A, B}, high::C};"), 0);
    assert_eq!(broken("low.rs", "/// See crate::high.\n// crate::high\n"), 0);
    assert_eq!(broken("low.rs", "\n#[cfg(test)]\nmod tests { use super::*; }"), 0);
    assert_eq!(broken("roof.rs", "use crate::Exported;"), 0);
    assert_eq!(broken("web/extract.rs", "use axum::Router;"), 0);
    // Up, sideways, hidden in a group, by way of lib.rs, by way of super.
    assert_eq!(broken("low.rs", "use crate::high::A;"), 1);
    assert_eq!(broken("low.rs", "use crate::beside::A;"), 1);
    assert_eq!(broken("low.rs", "fn f() -> crate::high::A {}"), 1);
    assert_eq!(broken("low/mod.rs", "use super::high::A;"), 1);
    assert_eq!(broken("low/mod.rs", "use crate::{low::{A, B}, high::C};"), 1);
    assert_eq!(broken("low/mod.rs", "use crate::{\n    beside,\n    high,\n};"), 2);
    assert_eq!(broken("high.rs", "use crate::Exported;"), 1);
    assert_eq!(broken("high/a/b.rs", "use super::super::c;"), 1);
    assert_eq!(broken("high.rs", "use axum::Router;"), 1);
    assert_eq!(broken("unknown.rs", ""), 1);
}
