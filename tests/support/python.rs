//! Servers of the packages from PyPI that people migrate from, as running processes.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

/// A package in an application of `tests/python`, on free ports; stopped when dropped, and by
/// itself when the test process is gone.
#[derive(Debug)]
pub struct PythonServer {
    process: Child,
    /// Its input: it lives until that is closed.
    leash: Option<ChildStdin>,
    sites: Vec<(String, SocketAddr)>,
}

impl PythonServer {
    /// Starts `tests/python/<name>_app.py` with this secret, in an environment that is made below
    /// `scratch` if it is not there, and waits until each of these sites of it listens.
    ///
    /// # Panics
    ///
    /// Panics when there is no Python, a package cannot be installed, or the application does not
    /// start: then it says what to do.
    pub fn start(
        scratch: &Path,
        environment: &str,
        name: &str,
        secret: &str,
        sites: &[&str],
    ) -> Self {
        let python = environments(scratch).join(environment).join("bin/python");
        let mut process = Command::new(python)
            .arg("-B")
            .arg(folder().join(format!("{name}_app.py")))
            .env("SECRET", secret)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the interpreter of a prepared environment");
        let leash = process.stdin.take();
        let output = process.stdout.take().expect("a pipe");
        let mut lines = BufReader::new(output).lines();
        let mut found = Vec::new();
        while found.len() < sites.len() {
            let line = lines.next().and_then(Result::ok);
            let line = line.unwrap_or_else(|| panic!("{name} ended before it listened"));
            if let Some((site, address)) = line.split_once(" on http://") {
                found.push((site.to_owned(), address.parse().expect("an address")));
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, leash, sites: found }
    }

    /// Where a site of it listens.
    pub fn address(&self, site: &str) -> SocketAddr {
        let found = self.sites.iter().find(|(name, _)| name == site);
        found.unwrap_or_else(|| panic!("there is no site {site}")).1
    }
}

impl Drop for PythonServer {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ = self.process.wait();
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// The folder of the environments with the packages, made by the first who asks.
fn environments(scratch: &Path) -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let made = scratch.join("python");
        let prepared = Command::new(folder().join("prepare")).arg(&made).output();
        let prepared = prepared.expect("`tests/python/prepare` can be started");
        assert!(
            prepared.status.success(),
            "`tests/python/prepare` failed; it needs Python 3.11 or later with `venv`, and PyPI: {}",
            String::from_utf8_lossy(&prepared.stderr)
        );
        made
    })
}
