//! An example as a running process.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// One of `examples/*.rs`, listening on a free port; stopped when dropped.
#[derive(Debug)]
pub struct Example {
    process: Child,
    address: String,
}

impl Example {
    /// Builds the example if it has changed, starts it, and waits until it listens.
    ///
    /// The environment is the caller's, without any `JWT_*`, `AUTHJWT_*` and `REDIS_URL`.
    pub fn start(name: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO"));
        command
            .args(["run", "--quiet", "--locked", "--example", name])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .stdout(Stdio::piped());
        for (variable, _) in std::env::vars_os() {
            let foreign = ["JWT_", "AUTHJWT_", "REDIS_URL"];
            if foreign.iter().any(|prefix| variable.to_string_lossy().starts_with(prefix)) {
                command.env_remove(variable);
            }
        }
        command.env("LISTEN_ADDR", "127.0.0.1:0").envs(environment.iter().copied());
        let mut process = command.spawn().expect("cargo can be started");
        let stdout = process.stdout.take().expect("its output is piped");
        let mut lines = BufReader::new(stdout).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned))
            .unwrap_or_else(|| panic!("{name} ended before it listened"));
        // Whatever else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        // The process is the example itself: `cargo run` has replaced itself by it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
