//! A store with a million revoked tokens and a hundred thousand sessions.

use std::time::{Duration, Instant};

use jwt_runtime::{
    Device, MemoryStore, NewSession, NumericDate, RedisStore, Standing, TokenRef, TokenStore,
    TokenType,
};
use jwt_tests::redis::RedisServer;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Sizes;
use super::report::Row;
use super::table::short;

pub(crate) const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const EXPIRES_AT: NumericDate = NumericDate::from_secs(1_802_592_000);
const KEEP_UNTIL: NumericDate = NumericDate::from_secs(1_802_592_090);

pub(crate) async fn redis(sizes: &Sizes) -> Vec<Row> {
    let server = RedisServer::start();
    let store = RedisStore::builder(&server.url()).deadline(Duration::from_secs(20));
    let store = store.lazy().expect("a good URL");
    let mut rows = fill("redis", store, || used_bytes(&server), sizes).await;
    rows.push(one_each(sizes).await);
    let stats = server.cli(&["INFO", "commandstats"]);
    let without_ttl = server.cli(&["INFO", "keyspace"]);
    if let Some(row) = rows.first_mut() {
        row.notes.push(without_ttl.lines().last().unwrap_or_default().trim().to_owned());
        let slowest =
            stats.lines().filter(|line| line.contains("evalsha") || line.contains("mget"));
        row.notes.extend(slowest.map(|line| line.trim().to_owned()));
    }
    rows
}

fn used_bytes(server: &RedisServer) -> u64 {
    let info = server.cli(&["INFO", "memory"]);
    let used = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
    used.and_then(|used| used.trim().parse().ok()).expect("a number of bytes")
}

/// One revoked token of each subject, which has a session or has none.
async fn one_each(sizes: &Sizes) -> Row {
    let subjects = sizes.get("sessions", 100_000);
    let server = RedisServer::start();
    let store = RedisStore::builder(&server.url()).deadline(Duration::from_secs(20));
    let store = store.lazy().expect("a good URL");
    let empty = used_bytes(&server);
    many(&store, subjects, |store, number| async move { open(&store, number, number).await }).await;
    let with_sessions = used_bytes(&server);
    many(&store, subjects, |store, number| async move { revoke(&store, number).await }).await;
    let with_revoked = used_bytes(&server);
    let (refused, times) = ask_for_revoked(&store, subjects).await;
    // Of these subjects nobody has logged in.
    many(&store, subjects, move |store, number| async move {
        revoke(&store, number + subjects).await;
    })
    .await;
    let strangers = used_bytes(&server);
    let per = |bytes: u64| bytes as f64 / subjects.max(1) as f64;
    Row {
        requests: 3 * subjects,
        median: times.0,
        p99: times.1,
        wrongly_accepted: subjects.min(20_000) - refused,
        ..Row::new(format!("{subjects} subjects, one revoked token each"), "redis")
    }
    .note(format!(
        "{:.0} B per session, {:.0} B more for its one revoked token, {:.0} B for a revoked token \
         of a subject without a session",
        per(with_sessions - empty),
        per(with_revoked.saturating_sub(with_sessions)),
        per(strangers.saturating_sub(with_revoked))
    ))
}

/// Revokes an access token of a subject.
async fn revoke(store: &RedisStore, owner: u64) {
    let (subject, session_id) = (subject(owner), session_id(owner));
    let token = TokenRef {
        subject: &subject,
        session_id: &session_id,
        token_id: &token_id(owner),
        token_type: TokenType::Access,
    };
    store.revoke_token(token, NOW, KEEP_UNTIL).await.expect("room for a revocation");
}

/// How many of them are refused, and how long that took: median and 99th percentile.
async fn ask_for_revoked(store: &RedisStore, subjects: u64) -> (u64, (Duration, Duration)) {
    let (mut refused, mut times) = (0, Vec::new());
    for owner in 0..subjects.min(20_000) {
        let (subject, session_id) = (subject(owner), session_id(owner));
        let token = TokenRef {
            subject: &subject,
            session_id: &session_id,
            token_id: &token_id(owner),
            token_type: TokenType::Access,
        };
        let start = Instant::now();
        let standing = store.standing(token, NOW).await.expect("an answer");
        times.push(start.elapsed());
        refused += u64::from(standing == Standing::Revoked);
    }
    times.sort_unstable();
    (refused, (times[times.len() / 2], times[times.len() * 99 / 100]))
}

pub(crate) async fn memory(sizes: &Sizes) -> Vec<Row> {
    let store = MemoryStore::with_max_records(2_000_000);
    fill("memory", store, resident_bytes, sizes).await
}

/// The memory of this process.
pub(crate) fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
    kilobytes.unwrap_or(0_u64) * 1_024
}

async fn fill<S: TokenStore + Clone>(
    name: &str,
    store: S,
    used: impl Fn() -> u64,
    sizes: &Sizes,
) -> Vec<Row> {
    let sessions = sizes.get("sessions", 100_000);
    let revoked = sizes.get("revoked", 1_000_000);
    let devices = sizes.get("devices", 10_000);
    let empty = used();
    let before = check_times(&store).await;

    many(&store, sessions, |store, number| async move { open(&store, number, number).await }).await;
    let with_sessions = used();
    // Ten tokens of every session, so the subjects exist already.
    many(&store, revoked, move |store, number| async move {
        let owner = number % sessions.max(1);
        let (subject, session_id) = (subject(owner), session_id(owner));
        let token = TokenRef {
            subject: &subject,
            session_id: &session_id,
            token_id: &token_id(number),
            token_type: TokenType::Access,
        };
        store.revoke_token(token, NOW, KEEP_UNTIL).await.expect("room for a revocation");
    })
    .await;
    let with_revoked = used();
    let after = check_times(&store).await;

    let mut alive = 0;
    for number in 0..revoked.min(10_000) {
        let owner = number % sessions.max(1);
        let (subject, session_id) = (subject(owner), session_id(owner));
        let token = TokenRef {
            subject: &subject,
            session_id: &session_id,
            token_id: &token_id(number),
            token_type: TokenType::Access,
        };
        alive += u64::from(!matches!(store.standing(token, NOW).await, Ok(Standing::Revoked)));
    }

    let owner = u64::MAX;
    many(&store, devices, move |store, number| async move {
        open(&store, owner, number + sessions).await;
    })
    .await;
    let start = Instant::now();
    store.end_all_sessions(&subject(owner), NOW).await.expect("the end of all sessions");
    let ended_in = start.elapsed();
    let left = store.sessions(&subject(owner), NOW).await.expect("a list").len();

    let per = |bytes: u64, count: u64| bytes as f64 / count.max(1) as f64;
    vec![
        Row {
            requests: sessions + revoked + devices,
            median: after.0,
            p99: after.1,
            wrongly_accepted: alive,
            ..Row::new(format!("{revoked} revoked tokens, {sessions} sessions"), name)
        }
        .require(left == 0, format!("{left} sessions are left after the end of all"))
        .require(
            ended_in < Duration::from_millis(50),
            format!("the end of {devices} sessions took {ended_in:?}"),
        )
        .note(format!(
            "{:.0} B per session, {:.0} B per revoked token, {:.0} MB in all",
            per(with_sessions.saturating_sub(empty), sessions),
            per(with_revoked.saturating_sub(with_sessions), revoked),
            with_revoked.saturating_sub(empty) as f64 / 1e6
        ))
        .note(format!(
            "a check took {} and {} (median, p99) when empty",
            short(before.0),
            short(before.1)
        ))
        .note(format!("all {devices} sessions of one user ended in {}", short(ended_in))),
    ]
}

/// Median and 99th percentile of one check at a time.
async fn check_times<S: TokenStore>(store: &S) -> (Duration, Duration) {
    let mut times = Vec::new();
    for number in 0..20_000 {
        let (subject, session_id) = (subject(number), session_id(number));
        let token = TokenRef {
            subject: &subject,
            session_id: &session_id,
            token_id: &token_id(number + (1 << 40)),
            token_type: TokenType::Access,
        };
        let start = Instant::now();
        store.standing(token, NOW).await.expect("an answer");
        times.push(start.elapsed());
    }
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// Does something so many times, 64 at once.
pub(crate) async fn many<S, F>(
    store: &S,
    count: u64,
    act: impl Fn(S, u64) -> F + Clone + Send + 'static,
) where
    S: TokenStore + Clone,
    F: Future<Output = ()> + Send,
{
    const TASKS: u64 = 64;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (store, act) = (store.clone(), act.clone());
        tasks.spawn(async move {
            for number in (task..count).step_by(TASKS as usize) {
                act(store.clone(), number).await;
            }
        });
    }
    tasks.join_all().await;
}

pub(crate) async fn open<S: TokenStore>(store: &S, owner: u64, number: u64) {
    let session = NewSession {
        subject: &subject(owner),
        session_id: &session_id(number),
        refresh_token_id: Some(&token_id(number + (1 << 41))),
        device: Device::default(),
        now: NOW,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
        limit: None,
    };
    store.open_session(session).await.expect("room for a session");
}

pub(crate) fn subject(number: u64) -> String {
    id(1, number)
}

pub(crate) fn session_id(number: u64) -> String {
    id(2, number)
}

pub(crate) fn token_id(number: u64) -> String {
    id(3, number)
}

/// As long as the ids that an authority makes, and the same in every run.
fn id(kind: u64, number: u64) -> String {
    let bits = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    Uuid::from_u128(bits ^ (u128::from(kind) << 120)).to_string()
}
