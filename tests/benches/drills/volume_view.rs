//! How much memory a local view takes: measured in a process that does nothing else.

use std::process::Command;
use std::time::{Duration, Instant};

use jwt_runtime::{LocalView, RedisStore, Standing, TokenRef, TokenStore, TokenType};
use jwt_tests::redis::RedisServer;

use super::Sizes;
use super::report::Row;
use super::table::short;
use super::volume::{NOW, many, open, resident_bytes, session_id, subject, token_id};

/// The first argument of the process that fills a view.
pub(crate) const FILL: &str = "fill-a-view";

pub(crate) fn measure(sizes: &Sizes) -> Vec<Row> {
    let sessions = sizes.get("sessions", 100_000);
    let tokens = sizes.get("tokens", 1_000_000);
    let server = RedisServer::start();
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program)
        .args([FILL, &server.url(), &sessions.to_string(), &tokens.to_string()])
        .output()
        .expect("this program starts again");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut row =
        Row::new(format!("a view of {sessions} sessions, {tokens} tokens"), "redis, view");
    row.requests = sessions + tokens;
    row.granted = sessions + tokens;
    let row = text.lines().fold(row, |row, line| row.note(line));
    let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    vec![row.require(output.status.success(), errors)]
}

/// Fills a view and prints what it takes.
pub(crate) fn fill(arguments: &[String]) {
    let [url, sessions, tokens] = arguments else { panic!("a URL and two numbers") };
    let sessions: u64 = sessions.parse().expect("a number");
    let tokens: u64 = tokens.parse().expect("a number");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let builder = RedisStore::builder(url).deadline(Duration::from_secs(20));
        let plain = builder.clone().lazy().expect("a good URL");
        many(&plain, sessions, |store, number| async move { open(&store, number, number).await })
            .await;
        let node = builder.local_view(LocalView::new()).connect().await.expect("a view");
        let empty = resident_bytes();
        many(&node, sessions, |store, number| async move { ask(&store, number, number).await })
            .await;
        let first = resident_bytes();
        let stats = node.view_stats().expect("a view");
        println!(
            "{} subjects known, {:.0} MB, {:.0} B per session",
            stats.entries,
            (first - empty) as f64 / 1e6,
            (first - empty) as f64 / sessions.max(1) as f64
        );
        let before = node.view_stats().expect("a view");
        many(&node, tokens, move |store, number| async move {
            ask(&store, number % sessions.max(1), number + sessions).await;
        })
        .await;
        let after = node.view_stats().expect("a view");
        println!(
            "{tokens} distinct tokens more: {:+.1} MB, {} answered by the view and {} not",
            (resident_bytes() as f64 - first as f64) / 1e6,
            after.hits - before.hits,
            after.misses - before.misses
        );
        for (name, store) in [("the view", &node), ("Redis", &plain)] {
            let mut times = Vec::new();
            for number in 0..20_000.min(sessions) {
                let start = Instant::now();
                ask(store, number, number + sessions + tokens).await;
                times.push(start.elapsed());
            }
            times.sort_unstable();
            let at = |share: usize| short(times[(times.len() - 1) * share / 100]);
            println!("a check by {name}: median {}, p99 {}", at(50), at(99));
        }
    });
}

async fn ask(store: &RedisStore, owner: u64, number: u64) {
    let (subject, session_id) = (subject(owner), session_id(owner));
    let token = TokenRef {
        subject: &subject,
        session_id: &session_id,
        token_id: &token_id(number + (1 << 42)),
        token_type: TokenType::Access,
    };
    assert_eq!(store.standing(token, NOW).await.expect("an answer"), Standing::Live);
}
