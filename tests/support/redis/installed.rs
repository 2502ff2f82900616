//! Whether the programs are there that the tests start.

use std::io::ErrorKind;
use std::process::{Command, Stdio};

pub(super) fn assert_installed(program: &str) {
    match Command::new(program).arg("--version").stdout(Stdio::null()).status() {
        Err(error) if error.kind() == ErrorKind::NotFound => panic!("{}", how_to_install(program)),
        Err(error) => panic!("`{program}` does not run: {error}"),
        Ok(_) => {}
    }
}

fn how_to_install(program: &str) -> String {
    let how = match program {
        "valkey-server" => {
            "sudo apt-get install valkey-server    (Debian 13; 12 with bookworm-backports; Ubuntu)\n    \
             sudo dnf install valkey               (Fedora)\n    \
             brew install valkey                   (macOS)\n"
        }
        _ => {
            "sudo apt-get install redis-server     (Debian, Ubuntu)\n    \
             sudo dnf install redis                (Fedora)\n    \
             brew install redis                    (macOS)\n"
        }
    };
    format!(
        "\n\n`{program}` is missing, and these tests need a real one. Install it with\n    \
         {how}or run `tests/run`, which does so where it can.\n"
    )
}
