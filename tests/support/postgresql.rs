//! A real PostgreSQL of one's own, on a free port, that never outlives the test process.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::folder::Folder;
use crate::leash::{Leashed, retry};

/// Where Debian and Ubuntu keep it, one folder for each version, off the search path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A running server with a new, empty cluster, that lets everybody in.
#[derive(Debug)]
pub struct PostgresServer {
    port: u16,
    _server: Leashed,
}

impl PostgresServer {
    /// Starts it.
    ///
    /// # Panics
    ///
    /// Panics when there is no PostgreSQL or it does not start.
    pub fn start() -> Self {
        // A port that was free a moment ago may be taken by another test.
        let started = retry(Self::try_start);
        started.unwrap_or_else(|said| panic!("PostgreSQL did not start: {said}"))
    }

    fn try_start() -> Result<Self, String> {
        let programs = programs();
        let folder = Folder::new();
        let user = unprivileged_user(&folder);
        let data = folder.file("data");
        make_cluster(&programs, &data, user);

        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = port.expect("a free port").port();
        let mut command = command(&programs, "postgres", user);
        command.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        // Nobody outside this machine, no socket file, and no waiting for disks.
        for option in ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"] {
            command.args(["-c", option]);
        }
        // SIGQUIT: all its processes end at once, and take their shared memory along.
        let server = Leashed::start(&mut command, "QUIT", folder);
        let ready = "database system is ready to accept connections";
        server.find_line(|line| line.contains(ready).then_some(()))?;
        Ok(Self { port, _server: server })
    }

    /// `postgres://postgres@127.0.0.1:<port>/postgres`
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

fn make_cluster(programs: &Path, data: &Path, user: Option<(u32, u32)>) {
    let output = command(programs, "initdb", user)
        .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale"])
        .args(["--no-sync", "--no-instructions", "-D"])
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .expect("initdb");
    assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
}

fn command(programs: &Path, name: &str, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(programs.join(name));
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    // One that the user may be in.
    command.current_dir("/");
    command
}

/// Root may not run PostgreSQL: somebody else then does, to whom the folder is given.
fn unprivileged_user(folder: &Folder) -> Option<(u32, u32)> {
    if std::fs::metadata(folder.path()).expect("the folder just made").uid() != 0 {
        return None;
    }
    let id = |option| {
        let output = Command::new("id").args([option, "postgres"]).output().expect("`id`");
        let id = String::from_utf8_lossy(&output.stdout);
        id.trim().parse::<u32>().expect("the user `postgres`, which its package makes")
    };
    let (user, group) = (id("-u"), id("-g"));
    chown(folder.path(), Some(user), Some(group)).expect("root may give files away");
    Some((user, group))
}

/// The folder with `initdb` and `postgres`; of the newest version, if there are several.
fn programs() -> PathBuf {
    let search_path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&search_path).collect();
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let found = folders
        .into_iter()
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file());
    found.unwrap_or_else(|| {
        panic!(
            "\n\nThere is no PostgreSQL, and these tests need a real one. Install it with\n    \
             sudo apt-get install postgresql                   (Debian, Ubuntu)\n    \
             sudo dnf install postgresql-server                (Fedora)\n    \
             brew install postgresql                           (macOS)\n\
             or leave them out: `tests/run` does so where it is missing, and plain `cargo test` with\n    \
             cargo test --workspace -- --skip on_postgresql::\n"
        )
    })
}
