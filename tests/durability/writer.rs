//! A process to be killed: it writes to a store and says what was answered.
//!
//! `durability-writer work FILE NAME` works with many tasks until it is killed.
//! `durability-writer fill FILE` logs in until the disk is full, and again when it is told to.

mod history;

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use history::{MAX_SESSIONS, Operation, State};
use jwt_runtime::{
    Device, NewSession, NumericDate, RedbStore, RotationStep, SessionLimit, StoreError, TokenRef,
    TokenStore, TokenType,
};

const TASKS: usize = 24;
const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const LATER: NumericDate = NumericDate::from_secs(1_900_000_000);

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["work", file, name] => work(open(file), name).await,
        ["fill", file] => fill(open(file)).await,
        _ => panic!("work FILE NAME, or fill FILE"),
    }
}

fn open(file: &str) -> RedbStore {
    RedbStore::builder(file).deadline(Duration::from_secs(20)).open().expect("the file opens")
}

/// One line, whole and at once: the reader has to see everything up to the kill.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).expect("a reader");
}

async fn work(store: RedbStore, name: &str) {
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| tokio::spawn(subject(store.clone(), format!("{name}-{task}"), task as u64 + 1)))
        .collect();
    for task in tasks {
        task.await.expect("no task fails");
    }
}

/// Works for one subject, one call after the other.
async fn subject(store: RedbStore, subject: String, seed: u64) {
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut state = State::default();
    for number in 0.. {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let operation = next(&state, number, random);
        say(&format!("+ {subject} {operation}"));
        call(&store, &subject, &state, number, &operation).await.expect("it is written");
        say(&format!("- {subject} {operation}"));
        state.apply(&operation);
    }
}

fn next(state: &State, number: usize, random: u64) -> Operation {
    let login = Operation::Login(format!("{number:06}"));
    let count = state.living.len() as u64;
    let Some(id) = state.living.keys().nth((random % count.max(1)) as usize).cloned() else {
        return login;
    };
    match random >> 32 & 15 {
        0..4 => login,
        4..9 => Operation::Rotate(id),
        9 | 10 => Operation::Revoke(id),
        11 | 12 => Operation::Logout(id),
        13 => Operation::LogoutOthers(id),
        14 if state.living[&id] > 0 => Operation::Reuse(id),
        _ => Operation::LogoutAll,
    }
}

async fn call(
    store: &RedbStore,
    subject: &str,
    state: &State,
    number: usize,
    operation: &Operation,
) -> Result<(), StoreError> {
    // So that sessions are as old as their number.
    let now = NOW + Duration::from_secs(number as u64);
    match operation {
        Operation::Login(id) => {
            let session = NewSession {
                refresh_token_id: Some(&format!("{id}-r0")),
                limit: Some(SessionLimit::EndOldest(MAX_SESSIONS)),
                ..login(subject, id, now)
            };
            store.open_session(session).await?;
        }
        Operation::Rotate(id) | Operation::Reuse(id) => {
            let current = state.living[id];
            let presented = if matches!(operation, Operation::Rotate(_)) { current } else { 0 };
            let step = RotationStep {
                subject,
                session_id: id,
                presented: &format!("{id}-r{presented}"),
                successor: &format!("{id}-r{}", current + 1),
                now,
                expires_at: LATER,
                keep_until: LATER,
                grace: Duration::ZERO,
                session_lifetime: None,
                idle_timeout: None,
            };
            store.rotate(step).await?;
        }
        Operation::Revoke(id) => {
            let token_id = &format!("{id}-a");
            let token =
                TokenRef { subject, session_id: id, token_id, token_type: TokenType::Access };
            store.revoke_token(token, now, LATER).await?;
        }
        Operation::Logout(id) => drop(store.end_session(subject, id, now).await?),
        Operation::LogoutOthers(id) => drop(store.end_other_sessions(subject, id, now).await?),
        Operation::LogoutAll => store.end_all_sessions(subject, now).await?,
    }
    Ok(())
}

fn login<'a>(subject: &'a str, session_id: &'a str, now: NumericDate) -> NewSession<'a> {
    NewSession {
        subject,
        session_id,
        refresh_token_id: None,
        device: Device::default(),
        now,
        expires_at: LATER,
        keep_until: LATER,
        limit: None,
    }
}

async fn fill(store: RedbStore) {
    say("open");
    let mut go_on = std::io::stdin().lines().map_while(Result::ok);
    go_on.next();
    let label = "x".repeat(10_000);
    let device = Device { label: Some(&label), ..Device::default() };
    let mut logins = 0;
    loop {
        let id = logins.to_string();
        match store.open_session(NewSession { device, ..login("alice", &id, NOW) }).await {
            Ok(_) => logins += 1,
            Err(StoreError::Full) => break,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(logins > 0, "there was room for one");
    let refused = store.open_session(login("bob", "bob", NOW)).await;
    assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
    let listed = store.sessions("alice", NOW).await.expect("reads need no room");
    say(&format!("full {logins} {}", listed.len()));
    go_on.next();
    let patient = Instant::now() + Duration::from_secs(20);
    while let Err(error) = store.open_session(login("bob", "bob", NOW)).await {
        assert!(Instant::now() < patient, "{error:?}");
    }
    let listed = store.sessions("alice", NOW).await.expect("an answer");
    say(&format!("again {logins} {}", listed.len()));
}
