//! Where the browser and its driver are.

use std::path::PathBuf;

/// The names that the packages of the systems give them.
const BROWSERS: [&str; 3] = ["chromium", "google-chrome", "chromium-browser"];
const DRIVERS: [&str; 1] = ["chromedriver"];

pub(super) fn chromium() -> String {
    path_of(&BROWSERS)
}

pub(super) fn chromedriver() -> String {
    path_of(&DRIVERS)
}

fn path_of(names: &[&str]) -> String {
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let paths = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    match paths.into_iter().find(|path| path.is_file()) {
        Some(path) => path.display().to_string(),
        None => panic!(
            "\n\nThere is no `{}`, and these tests walk the example in a real browser. Install it with\n    \
             sudo apt-get install chromium chromium-driver     (Debian)\n    \
             sudo dnf install chromium chromedriver            (Fedora)\n\
             or leave them out: `tests/run` does so where it is missing, and plain `cargo test` with\n    \
             cargo test --workspace -- --skip in_chromium::\n",
            names[0]
        ),
    }
}
