//! What a guard costs a small service: requests per second against the same route without a guard.
//!
//! ```sh
//! cargo bench -p jwt-tests --bench throughput
//! cargo bench -p jwt-tests --bench throughput -- seconds=5 connections=64
//! ```
//!
//! Takes about 50 s. Needs `redis-server`. Client, servers and Redis share the machine, and the
//! variants take turns, so only the ratios carry over to other machines. CPU time per request, of
//! client and service together and of Redis, is given too: a machine that does something else as
//! well changes it less. The client sends the same bytes over and over on connections that stay
//! open; every answer has to be 200.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::routing::get;
use jwt_runtime::{Jwt, JwtAuth, LocalView, MemoryStore, RedbStore, RedisStore, Registered};
use jwt_tests::folder::Folder;
use jwt_tests::redis::RedisServer;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const SECRET: &[u8] = b"tests/benches/throughput: guards nothing at all.";

async fn me(Jwt(token): Jwt<Registered>) -> String {
    token.sub
}

/// One service, and the bytes of a request to it.
struct Variant {
    name: &'static str,
    address: std::net::SocketAddr,
    request: Arc<[u8]>,
    /// Requests per second, in each round.
    rounds: Vec<f64>,
    answered: f64,
    /// Seconds of this process and of Redis, over all rounds.
    cpu: f64,
    redis_cpu: f64,
}

/// Seconds of CPU time that this process has used.
fn own_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    // The kernel tells of ticks of 10 ms to every program, whatever its own are.
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Seconds of CPU time that Redis has used.
fn redis_cpu(server: &RedisServer) -> f64 {
    let info = server.cli(&["INFO", "cpu"]);
    let used = |name: &str| -> f64 {
        let line = info.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.trim().parse().ok()).unwrap_or(0.0)
    };
    used("used_cpu_user:") + used("used_cpu_sys:")
}

fn main() {
    let sizes: HashMap<String, u64> = std::env::args()
        .filter_map(|argument| {
            let (name, size) = argument.split_once('=')?;
            Some((name.to_owned(), size.parse().ok()?))
        })
        .collect();
    let size = |name: &str, default| sizes.get(name).copied().unwrap_or(default);
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("run it by `cargo bench -p jwt-tests --bench throughput`");
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(size("rounds", 7), size("seconds", 1), size("connections", 64)));
}

async fn run(rounds: u64, seconds: u64, connections: u64) {
    let server = RedisServer::start();
    let folder = Folder::new();
    let redis = RedisStore::connect(&server.url()).await.expect("a store");
    let view = RedisStore::builder(&server.url()).local_view(LocalView::new());
    let view = view.connect().await.expect("a view that is fed");
    let file = RedbStore::open(folder.file("sessions")).expect("a new file");
    let authority = || JwtAuth::builder().secret(SECRET);
    let mut variants = vec![
        unguarded().await,
        guarded("guard, no store", authority().build()).await,
        guarded("guard, memory", authority().store(MemoryStore::new()).build()).await,
        guarded("guard, redb", authority().store(file).build()).await,
        guarded("guard, Redis, local view", authority().store(view).build()).await,
        guarded("guard, Redis", authority().store(redis).build()).await,
    ];
    // One round is for warming up.
    for round in 0..=rounds {
        for variant in &mut variants {
            let (cpu, of_redis) = (own_cpu(), redis_cpu(&server));
            let (answered, took) = load(variant, Duration::from_secs(seconds), connections).await;
            if round > 0 {
                variant.rounds.push(answered / took);
                variant.answered += answered;
                variant.cpu += own_cpu() - cpu;
                variant.redis_cpu += redis_cpu(&server) - of_redis;
            }
        }
    }
    let median = |rounds: &[f64]| {
        let mut rounds = rounds.to_vec();
        rounds.sort_by(f64::total_cmp);
        rounds[rounds.len() / 2]
    };
    let whole = median(&variants[0].rounds);
    println!("{rounds} rounds of {seconds} s, {connections} connections, HS256; medians\n");
    println!(
        "| route | requests/s | against unguarded | CPU µs per request | against unguarded | of Redis |\n\
         |---|--:|--:|--:|--:|--:|"
    );
    let unguarded = variants[0].cpu * 1e6 / variants[0].answered;
    for variant in &variants {
        let per_second = median(&variant.rounds);
        let each = |seconds: f64| seconds * 1e6 / variant.answered;
        println!(
            "| {} | {per_second:.0} | {:.2} | {:.1} | {:.2} | {:.1} |",
            variant.name,
            per_second / whole,
            each(variant.cpu),
            unguarded / each(variant.cpu),
            each(variant.redis_cpu)
        );
    }
}

async fn unguarded() -> Variant {
    let app = Router::new().route("/me", get(|| async { "alice" }));
    variant("unguarded", app, None).await
}

async fn guarded(
    name: &'static str,
    authority: Result<JwtAuth, jwt_runtime::ConfigError>,
) -> Variant {
    let auth = authority.expect("a good configuration");
    let mut claims = serde_json::Map::new();
    claims.insert("sub".to_owned(), json!("alice"));
    // A login where there is a store; a token without a session where there is none.
    let token = match auth.login(&claims).await {
        Ok(pair) => pair.access_token().as_str().to_owned(),
        Err(_) => {
            let options = jwt_runtime::IssueOptions::new();
            let token = auth.issue_access(&claims, options).await.expect("an access token");
            token.as_str().to_owned()
        }
    };
    let app = Router::new().route("/me", get(me)).with_state(auth);
    variant(name, app, Some(token)).await
}

async fn variant(name: &'static str, app: Router, token: Option<String>) -> Variant {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, app).await });
    let authorization =
        token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let request = format!("GET /me HTTP/1.1\r\nHost: localhost\r\n{authorization}\r\n");
    Variant {
        name,
        address,
        request: Arc::from(request.into_bytes()),
        rounds: Vec::new(),
        answered: 0.0,
        cpu: 0.0,
        redis_cpu: 0.0,
    }
}

/// How many requests were answered, and in how many seconds.
async fn load(variant: &Variant, duration: Duration, connections: u64) -> (f64, f64) {
    let answered = Arc::new(AtomicU64::new(0));
    let is_over = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..connections {
        let (answered, is_over) = (Arc::clone(&answered), Arc::clone(&is_over));
        let (address, request) = (variant.address, Arc::clone(&variant.request));
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("the server listens");
            stream.set_nodelay(true).expect("a socket");
            let mut buffer = vec![0; 4_096];
            stream.write_all(&request).await.expect("the server reads");
            // All answers are equally long: the first one tells how long.
            let length = stream.read(&mut buffer).await.expect("an answer");
            while !is_over.load(Ordering::Relaxed) {
                stream.write_all(&request).await.expect("the server reads");
                stream.read_exact(&mut buffer[..length]).await.expect("an answer");
                assert!(buffer.starts_with(b"HTTP/1.1 200"), "an answer that is not 200");
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    tokio::time::sleep(duration).await;
    is_over.store(true, Ordering::Relaxed);
    clients.join_all().await;
    (answered.load(Ordering::Relaxed) as f64, start.elapsed().as_secs_f64())
}
