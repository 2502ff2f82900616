//! What the local view of Redis costs and saves: `cargo bench -p jwt-tests --bench view`.
//!
//! Starts a server of its own and prints one line per figure. The nodes share this process.

use std::time::{Duration, Instant};

use jwt_runtime::{
    Device, LocalView, NewSession, NumericDate, RedisStore, Standing, TokenRef, TokenStore,
    TokenType, ViewStats,
};
use jwt_tests::redis::RedisServer;
use tokio::task::JoinSet;
use uuid::Uuid;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const EXPIRES_AT: NumericDate = NumericDate::from_secs(1_800_003_600);
const KEEP_UNTIL: NumericDate = NumericDate::from_secs(1_800_003_690);

const SESSIONS: usize = 100_000;
const TOKENS_PER_SESSION: usize = 10;
const REVOCATIONS: usize = 5_000;
const AT_ONCE: usize = 64;

/// A subject with one session, all ids of which are UUIDs.
#[derive(Clone)]
struct User {
    subject: String,
    session_id: String,
}

impl User {
    fn new() -> Self {
        Self { subject: Uuid::new_v4().to_string(), session_id: Uuid::now_v7().to_string() }
    }

    async fn log_in(&self, store: &RedisStore) {
        let refresh_token_id = Uuid::now_v7().to_string();
        let session = NewSession {
            subject: &self.subject,
            session_id: &self.session_id,
            refresh_token_id: Some(&refresh_token_id),
            device: Device::default(),
            now: NOW,
            expires_at: EXPIRES_AT,
            keep_until: KEEP_UNTIL,
            limit: None,
        };
        store.open_session(session).await.expect("a login");
    }

    fn token<'a>(&'a self, token_id: &'a str) -> TokenRef<'a> {
        TokenRef {
            subject: &self.subject,
            session_id: &self.session_id,
            token_id,
            token_type: TokenType::Access,
        }
    }
}

async fn connect(server: &RedisServer, view: Option<LocalView>) -> RedisStore {
    let mut builder = RedisStore::builder(&server.url()).deadline(Duration::from_secs(10));
    if let Some(view) = view {
        builder = builder.local_view(view);
    }
    builder.connect().await.expect("a store")
}

fn stats(store: &RedisStore) -> ViewStats {
    store.view_stats().expect("a view")
}

/// The mean time of one question, in the best of so many rounds.
async fn best(store: &RedisStore, tokens: &[TokenRef<'_>], rounds: usize) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        best = best.min(mean(store, tokens).await);
    }
    best
}

/// The mean time of one question.
async fn mean(store: &RedisStore, tokens: &[TokenRef<'_>]) -> Duration {
    let start = Instant::now();
    for token in tokens {
        assert_eq!(store.standing(*token, NOW).await.expect("an answer"), Standing::Live);
    }
    start.elapsed() / u32::try_from(tokens.len()).expect("not so many")
}

async fn latency(server: &RedisServer) {
    let plain = connect(server, None).await;
    let node = connect(server, Some(LocalView::new())).await;
    let users: Vec<User> = std::iter::repeat_with(User::new).take(2_000).collect();
    for user in &users {
        user.log_in(&plain).await;
    }
    let ids: Vec<String> = (0..2_000).map(|_| Uuid::now_v7().to_string()).collect();
    let tokens: Vec<_> = users.iter().zip(&ids).map(|(user, id)| user.token(id)).collect();
    println!("asked of Redis            {:>12?}", best(&plain, &tokens, 10).await);
    println!("view, unknown subject     {:>12?}", mean(&node, &tokens).await);
    let misses = stats(&node).misses;
    println!("view, known subject       {:>12?}", best(&node, &tokens, 1_000).await);
    assert_eq!(stats(&node).misses, misses);
}

/// From the confirmation of a revocation on one node to the refusal on another.
async fn propagation(server: &RedisServer) {
    let plain = connect(server, None).await;
    let node = connect(server, Some(LocalView::new())).await;
    let mut delays = Vec::new();
    for _ in 0..REVOCATIONS {
        let user = User::new();
        user.log_in(&plain).await;
        let token = user.token("access");
        while node.standing(token, NOW).await.expect("an answer") != Standing::Live {}
        let hits = stats(&node).hits;
        while stats(&node).hits == hits {
            let _live = node.standing(token, NOW).await.expect("an answer");
        }
        plain.revoke_token(token, NOW, KEEP_UNTIL).await.expect("a revocation");
        let revoked_at = Instant::now();
        while node.standing(token, NOW).await.expect("an answer") == Standing::Live {
            tokio::task::yield_now().await;
        }
        delays.push(revoked_at.elapsed());
    }
    delays.sort();
    println!(
        "revoked until refused     median {:?}, p99 {:?}, most {:?}",
        delays[delays.len() / 2],
        delays[delays.len() * 99 / 100],
        delays[delays.len() - 1],
    );
}

fn sent(server: &RedisServer) -> f64 {
    let stats = server.cli(&["INFO", "stats"]);
    let line = stats.lines().find_map(|line| line.strip_prefix("total_net_output_bytes:"));
    line.expect("a figure").trim().parse().expect("a number")
}

/// What Redis sends for one revocation, by the number of nodes with a view.
async fn traffic(server: &RedisServer) {
    let plain = connect(server, None).await;
    let mut per_write = Vec::new();
    for nodes in [0, 1, 4] {
        let mut views = Vec::new();
        for _ in 0..nodes {
            views.push(connect(server, Some(LocalView::new())).await);
        }
        let user = User::new();
        user.log_in(&plain).await;
        let before = sent(server);
        for _ in 0..10_000 {
            let id = Uuid::now_v7().to_string();
            plain.revoke_token(user.token(&id), NOW, KEEP_UNTIL).await.expect("a revocation");
        }
        per_write.push((nodes, (sent(server) - before) / 10_000.0));
    }
    for (nodes, bytes) in per_write {
        println!("sent per write, {nodes} views   {bytes:>8.0} bytes");
    }
}

fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = statm.split(' ').nth(1).expect("a field").parse().expect("a number");
    pages * 4_096
}

async fn memory(server: &RedisServer) {
    let plain = connect(server, None).await;
    let node = connect(server, Some(LocalView::new())).await;
    let users: Vec<User> = std::iter::repeat_with(User::new).take(SESSIONS).collect();
    let mut logins = JoinSet::new();
    for part in users.chunks(SESSIONS / AT_ONCE + 1) {
        let (plain, part) = (plain.clone(), part.to_vec());
        logins.spawn(async move {
            for user in part {
                user.log_in(&plain).await;
            }
        });
    }
    logins.join_all().await;

    let before = resident();
    let start = Instant::now();
    for round in 0..TOKENS_PER_SESSION {
        let mut questions = JoinSet::new();
        for part in users.chunks(SESSIONS / AT_ONCE + 1) {
            let (node, part) = (node.clone(), part.to_vec());
            questions.spawn(async move {
                for user in part {
                    let id = Uuid::now_v7().to_string();
                    let standing = node.standing(user.token(&id), NOW).await.expect("an answer");
                    assert_eq!(standing, Standing::Live);
                }
            });
        }
        questions.join_all().await;
        if round == 0 {
            println!("first question to all     {:>12?}", start.elapsed());
        }
    }
    let grown = resident().saturating_sub(before);
    let stats = stats(&node);
    println!(
        "{SESSIONS} sessions, {} tokens: {} MiB, {} bytes per session, {} hits, {} misses",
        SESSIONS * TOKENS_PER_SESSION,
        grown >> 20,
        grown / stats.entries,
        stats.hits,
        stats.misses,
    );
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let server = RedisServer::start();
    runtime.block_on(async {
        latency(&server).await;
        propagation(&server).await;
        traffic(&server).await;
        memory(&server).await;
    });
}
