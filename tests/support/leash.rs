//! A process that never outlives the test process.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::folder::Folder;

/// How long a program may take to say that it is ready, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Its input is the leash: that is closed on drop, and by the system when the test process is gone,
/// however that ended.
const WATCHDOG: &str = r#"
read -r _
kill -s "$1" -- "-$2"
while kill -s 0 "$2"; do sleep 0.05; done
rm -rf "$3" || rm -rf "$3"
"#;

/// A program with all the processes that it starts, and the folder that they write to. Both are
/// gone when this is dropped, or when the test process ends.
#[derive(Debug)]
pub struct Leashed {
    process: Child,
    watchdog: Child,
    leash: Option<ChildStdin>,
    /// Locked only so that it can be shared.
    output: Mutex<Receiver<String>>,
    folder: Folder,
}

impl Leashed {
    /// Starts a program, in a process group of its own that `signal` ends.
    ///
    /// What it writes to standard output and to standard error can be waited for.
    pub fn start(command: &mut Command, signal: &str, folder: Folder) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.process_group(0).spawn().expect("a program that is there");
        let mut watchdog = Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog", signal, &process.id().to_string()])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("`sh` to watch a process with");
        let leash = watchdog.stdin.take();
        let (lines, output) = channel();
        let sent = lines.clone();
        read_lines(process.stdout.take().expect("a pipe"), move |line| sent.send(line).is_ok());
        read_lines(process.stderr.take().expect("a pipe"), move |line| lines.send(line).is_ok());
        Self { process, watchdog, leash, output: Mutex::new(output), folder }
    }

    /// Waits for the first line of which `find` makes something.
    ///
    /// # Errors
    ///
    /// If the program ends before, or takes too long: what it has said.
    pub fn find_line<T>(&self, find: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let mut said = String::new();
        while let Ok(line) = output.recv_timeout(PATIENCE) {
            if let Some(found) = find(&line) {
                return Ok(found);
            }
            said += &format!("{line}\n");
        }
        Err(said)
    }

    /// The folder that goes away with the program.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }
}

impl Drop for Leashed {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ = self.process.wait();
        let _ = self.watchdog.wait();
    }
}

/// Reads to the end even if nobody listens: the pipe of a living program must not fill.
fn read_lines(
    pipe: impl Read + Send + 'static,
    mut take: impl FnMut(String) -> bool + Send + 'static,
) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            take(line);
        }
    });
}

/// Tries it up to ten times, as long as it fails.
pub(crate) fn retry<T>(start: impl Fn() -> Result<T, String>) -> Result<T, String> {
    let mut outcome = start();
    for _ in 1..10 {
        if outcome.is_ok() {
            break;
        }
        outcome = start();
    }
    outcome
}
