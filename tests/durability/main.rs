//! What a `RedbStore` holds after its process was killed, or its disk was full.

mod history;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use history::{History, State};
use jwt_runtime::{NumericDate, RedbStore, Standing, TokenRef, TokenStore, TokenType};
use jwt_tests::folder::Folder;
use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableDefinition};

const ROUNDS: u32 = 40;
const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);

/// A writer; killed when dropped.
struct Writer {
    process: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Writer {
    fn start(command: &mut Command) -> Self {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the writer can be started");
        let stdout = process.stdout.take().expect("it is piped");
        Self { process, lines: BufReader::new(stdout).lines() }
    }

    fn line(&mut self) -> String {
        self.lines.next().and_then(Result::ok).expect("the writer ended before its next line")
    }

    fn go_on(&mut self) {
        let stdin = self.process.stdin.as_mut().expect("it is piped");
        writeln!(stdin).expect("the writer reads");
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn writer() -> &'static str {
    env!("CARGO_BIN_EXE_durability-writer")
}

#[tokio::test]
async fn a_kill_loses_nothing_and_halves_nothing() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let mut histories: HashMap<String, History> = HashMap::new();
    let (mut answered, mut in_flight) = (0, 0);
    for round in 0..ROUNDS {
        let name = format!("round{round}");
        let mut command = Command::new(writer());
        let mut writer = Writer::start(command.args(["work"]).arg(&path).arg(&name));
        // The moments are spread evenly over what a fast and a slow disk do in that time.
        let first = writer.line();
        let until = Instant::now() + Duration::from_millis(3 + u64::from(round * 37 % 100));
        read(&mut histories, &first);
        while Instant::now() < until {
            read(&mut histories, &writer.line());
        }
        if round == 0 {
            let refused = RedbStore::open(&path).expect_err("the other process has it");
            assert!(refused.to_string().contains("in use by another process"), "{refused}");
        }
        writer.process.kill().expect("it runs");
        writer.process.wait().expect("it ends");
        // What it had said and we had not read yet. Its last line may be torn.
        for line in writer.lines.by_ref().map_while(Result::ok) {
            read(&mut histories, &line);
        }

        every_record_is_due(&path);
        let store = RedbStore::open(&path).expect("it opens after a kill");
        let is_of_all = round % 10 == 9;
        let own = |subject: &str| subject.starts_with(&format!("{name}-"));
        for (subject, history) in &mut histories {
            if !is_of_all && !own(subject) {
                continue;
            }
            let held = held(&store, subject, history).await;
            assert!(
                history.possible().contains(&held),
                "round {round}, {subject}: {held:?} is none of {:?}",
                history.possible()
            );
            in_flight += u32::from(history.in_flight.take().is_some());
            // From here on, it has to stay what it was found to be.
            history.acknowledged = held;
        }
        drop(store);
    }
    for history in histories.values() {
        let state = &history.acknowledged;
        answered += state.living.len() + state.ended.len() + state.revoked.len();
    }
    println!("{ROUNDS} kills, {answered} sessions and revocations, {in_flight} calls in flight");
    assert!(answered > 1_000 && in_flight > ROUNDS, "{answered} records, {in_flight} in flight");
}

fn read(histories: &mut HashMap<String, History>, line: &str) {
    let mut words = line.splitn(3, ' ');
    let (Some(mark), Some(subject), Some(operation)) = (words.next(), words.next(), words.next())
    else {
        return;
    };
    let Ok(operation) = operation.parse() else { return };
    let mark = mark.chars().next().expect("a mark");
    histories.entry(subject.to_owned()).or_default().read(mark, operation);
}

/// What the store says of every token that the history knows.
async fn held(store: &RedbStore, subject: &str, history: &History) -> State {
    let mut state = State::default();
    let listed = store.sessions(subject, NOW).await.expect("a list");
    let listed: Vec<String> = listed.into_iter().map(|session| session.id).collect();
    let possible = history.possible();
    let known = possible.iter().flat_map(|state| state.living.iter().chain(&state.ended));
    let mut known: Vec<(&String, usize)> = known.map(|(id, current)| (id, *current)).collect();
    known.sort();
    for (id, current) in known {
        let standing = |token_id: String, token_type| async move {
            let token = TokenRef { subject, session_id: id, token_id: &token_id, token_type };
            store.standing(token, NOW).await.expect("a standing")
        };
        let access = standing(format!("{id}-a"), TokenType::Access).await;
        if access == Standing::Revoked {
            state.revoked.insert(id.clone());
        } else {
            let lives = listed.contains(id);
            let expected = if lives { Standing::Live } else { Standing::SessionEnded };
            assert_eq!(access, expected, "{subject}, {id}: the access token");
        }
        let mut live = Vec::new();
        for generation in 0..=current + 1 {
            match standing(format!("{id}-r{generation}"), TokenType::Refresh).await {
                Standing::Live => live.push(generation),
                Standing::Reused => assert!(listed.contains(id)),
                other => assert_eq!((other, listed.contains(id)), (Standing::SessionEnded, false)),
            }
        }
        match live[..] {
            [one] => drop(state.living.insert(id.clone(), one)),
            // How far it got is not held any more; nor that a login was never written.
            [] if !listed.contains(id) => {
                if history.acknowledged.knows(id) {
                    state.ended.insert(id.clone(), current);
                }
            }
            _ => panic!("{subject}, {id}: the refresh tokens {live:?} live"),
        }
    }
    assert_eq!(listed, state.living.keys().cloned().collect::<Vec<_>>(), "{subject}: the list");
    state
}

/// As many entries of the schedule as records: no half of one was written.
fn every_record_is_due(path: &Path) {
    let sessions = TableDefinition::<(&str, &str), (u64, &str)>::new("jwt_sessions");
    let revoked = TableDefinition::<(&str, &str), u64>::new("jwt_revoked");
    let due = TableDefinition::<(u64, u8, &str, &str), ()>::new("jwt_due");
    let database = Database::open(path).expect("it opens after a kill");
    let reading = database.begin_read().expect("a transaction");
    let records = reading.open_table(sessions).expect("a table").len().expect("a length")
        + reading.open_table(revoked).expect("a table").len().expect("a length");
    assert_eq!(reading.open_table(due).expect("a table").len().expect("a length"), records);
}

/// Sets how large a file of a process may get.
#[cfg(target_os = "linux")]
fn limit(process: u32, bytes: &str) {
    let set = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &format!("--fsize={bytes}:unlimited")])
        .status()
        .expect("`prlimit` is missing; install it with `sudo apt-get install util-linux`");
    assert!(set.success());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_refuses_writes_until_there_is_room() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let mut command = Command::new("sh");
    // As on a full disk, a write beyond the limit then fails instead of ending the process.
    command.args(["-c", r#"trap '' XFSZ; exec "$0" "$@""#, writer(), "fill"]).arg(&path);
    let mut writer = Writer::start(&mut command);
    assert_eq!(writer.line(), "open");
    let size = std::fs::metadata(&path).expect("the file").len();
    limit(writer.process.id(), &(size + 500_000).to_string());
    writer.go_on();
    let full = writer.line();
    let logins = full.strip_prefix("full ").expect("it is full");
    let (logins, listed) = logins.split_once(' ').expect("two numbers");
    assert_eq!(logins, listed);
    limit(writer.process.id(), "unlimited");
    writer.go_on();
    assert_eq!(writer.line(), format!("again {logins} {logins}"));
    drop(writer);
    every_record_is_due(&path);
}
