//! Every test that the page on threats names is there.

use std::fs;
use std::path::Path;

#[test]
fn every_test_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page =
        fs::read_to_string(root.join("../jwt-runtime/src/docs/threats.md")).expect("the page");
    let codes = || page.split('`').skip(1).step_by(2);
    let named: Vec<&str> = codes().filter(|code| code.matches("::").count() >= 2).collect();
    assert!(named.len() > 50, "only {} tests are named", named.len());
    for test in named {
        let (module, name) = test.rsplit_once("::").expect("it was counted");
        let file = root.join(module.replace("::", "/")).with_extension("rs");
        let source = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{test}: {error}"));
        assert!(source.contains(&format!("fn {name}(")), "{test} is not in {}", file.display());
    }
    for case in codes().filter(|code| code.ends_with(".rs")) {
        assert!(root.join(case).with_extension("stderr").exists(), "{case} is not refused");
    }
}
