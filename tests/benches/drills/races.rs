//! Many clients present one refresh token at once.

use std::sync::Arc;
use std::time::Duration;

use jwt_runtime::{
    Device, MemoryStore, NewSession, NumericDate, RedbStore, RedisStore, Rotation, RotationStep,
    Standing, TokenRef, TokenStore, TokenType,
};
use jwt_tests::folder::Folder;
use jwt_tests::redis::{RedisBehindSentinel, RedisCluster, RedisServer};
use tokio::task::JoinSet;

use super::Sizes;
use super::process::ProcessNode;
use super::report::{Row, Tally};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const EXPIRES_AT: NumericDate = NumericDate::from_secs(1_800_003_600);
const KEEP_UNTIL: NumericDate = NumericDate::from_secs(1_800_003_690);

/// The subject's session `sid`, with the refresh token `first`.
pub(crate) fn session(subject: &str) -> NewSession<'_> {
    NewSession {
        subject,
        session_id: "sid",
        refresh_token_id: Some("first"),
        device: Device::default(),
        now: NOW,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
        limit: None,
    }
}

pub(crate) fn step<'a>(
    subject: &'a str,
    presented: &'a str,
    successor: &'a str,
    grace: Duration,
) -> RotationStep<'a> {
    RotationStep {
        subject,
        session_id: "sid",
        presented,
        successor,
        now: NOW,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
        grace,
        session_lifetime: None,
        idle_timeout: None,
    }
}

/// Four server processes, one Redis, and real requests.
pub(crate) async fn over_http(sizes: &Sizes) -> Vec<Row> {
    const CLIENTS: usize = 32;
    let rounds = sizes.get("rounds", 10_000);
    let server = RedisServer::start();
    let nodes: Vec<ProcessNode> = (0..4).map(|_| ProcessNode::start(&server.url())).collect();
    let tally = Arc::new(Tally::new());
    let mut winners = [0_u64; CLIENTS + 1];
    let mut zombies = 0;
    for round in 0..rounds {
        let login = nodes[0].node.login(&tally, &format!("racer-{round}")).await;
        let tokens = login.tokens();
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let node = nodes[client % nodes.len()].node.clone();
            let (tally, token) = (Arc::clone(&tally), tokens.refresh.clone());
            clients.spawn(async move { node.refresh(&tally, &token).await });
        }
        let answers = clients.join_all().await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        winners[won.len()] += 1;
        // The others were reuses, so that nothing of the session is good any more.
        for winner in won {
            let node = &nodes[round as usize % nodes.len()].node;
            if node.me(&tally, &winner.tokens().access).await == 200 {
                zombies += 1;
            }
        }
    }
    vec![
        tally
            .row(format!("{rounds} × {CLIENTS} refreshes, 4 processes"), "redis")
            .require(winners[1] == rounds, format!("rounds by winners: {winners:?}"))
            .require(zombies == 0, format!("{zombies} tokens outlived the reuse"))
            .note(format!("one winner in {}/{rounds}, {zombies} zombies", winners[1])),
    ]
}

/// A refresh on one node while another logs out: whoever wins, nothing is left.
pub(crate) async fn against_logout(sizes: &Sizes) -> Vec<Row> {
    let rounds = sizes.get("rounds", 10_000);
    let server = RedisServer::start();
    let nodes: Vec<ProcessNode> = (0..2).map(|_| ProcessNode::start(&server.url())).collect();
    let tally = Arc::new(Tally::new());
    let (mut refreshed, mut zombies) = (0, 0);
    for round in 0..rounds {
        let tokens = nodes[0].node.login(&tally, &format!("racer-{round}")).await.tokens();
        let (rotation, logout) = tokio::join!(
            nodes[0].node.refresh(&tally, &tokens.refresh),
            nodes[1].node.logout(&tally, &tokens.access)
        );
        if logout != 204 {
            tally.wrongly_refused(|| format!("{logout} for a logout"));
        }
        let mut left = vec![tokens.access];
        if rotation.status == 200 {
            refreshed += 1;
            left.push(rotation.tokens().access);
            if nodes[1].node.refresh(&tally, &rotation.tokens().refresh).await.status == 200 {
                zombies += 1;
            }
        }
        for token in left {
            if nodes[round as usize % 2].node.me(&tally, &token).await == 200 {
                zombies += 1;
            }
        }
    }
    vec![
        tally
            .row(format!("{rounds} × refresh against logout, 2 processes"), "redis")
            .require(zombies == 0, format!("{zombies} tokens outlived the logout"))
            .note(format!("the refresh won {refreshed} times, {zombies} zombies")),
    ]
}

/// The winners of 200 concurrent rotations, in each store.
pub(crate) async fn per_store(sizes: &Sizes) -> Vec<Row> {
    let rounds = sizes.get("rounds", 1_000);
    let two_nodes = |url: &str| {
        let store = || RedisStore::builder(url).deadline(Duration::from_secs(20));
        vec![store().lazy().expect("a good URL"), store().lazy().expect("a good URL")]
    };
    let mut rows = vec![
        race("memory", vec![MemoryStore::new()], rounds).await,
        race("redb", vec![file()], sizes.get("redb-rounds", rounds)).await,
    ];
    let server = RedisServer::start();
    rows.push(race("redis, 2 nodes", two_nodes(&server.url()), rounds).await);
    drop(server);
    let server = RedisServer::valkey();
    rows.push(race("valkey, 2 nodes", two_nodes(&server.url()), rounds).await);
    drop(server);
    let setup = RedisBehindSentinel::start(1);
    rows.push(race("sentinel, 2 nodes", two_nodes(&setup.url()), rounds).await);
    drop(setup);
    let cluster = RedisCluster::start();
    rows.push(race("cluster, 2 nodes", two_nodes(&cluster.url()), rounds).await);
    rows
}

/// A store in a file that goes away with it.
pub(crate) fn file() -> RedbStore {
    let folder = Folder::new();
    let store = RedbStore::builder(folder.file("sessions")).deadline(Duration::from_secs(20));
    store.open().expect("a new file")
}

async fn race<S: TokenStore + Clone>(name: &str, nodes: Vec<S>, rounds: u64) -> Row {
    const CLIENTS: usize = 200;
    let mut winners = [0_u64; CLIENTS + 1];
    let (mut others, mut errors, mut left) = (0_u64, 0_u64, 0_u64);
    for round in 0..rounds {
        let subject = format!("racer-{round}");
        if nodes[0].open_session(session(&subject)).await.is_err() {
            errors += 1;
        }
        let start = Arc::new(tokio::sync::Barrier::new(CLIENTS));
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (node, subject) = (nodes[client % nodes.len()].clone(), subject.clone());
            let start = Arc::clone(&start);
            clients.spawn(async move {
                start.wait().await;
                let successor = format!("successor-{client}");
                node.rotate(step(&subject, "first", &successor, Duration::ZERO)).await
            });
        }
        let answers = clients.join_all().await;
        let won = answers.iter().filter(|answer| matches!(answer, Ok(Rotation::Rotated { .. })));
        winners[won.count()] += 1;
        let ended = answers
            .iter()
            .filter(|answer| matches!(answer, Ok(Rotation::Reused | Rotation::SessionEnded)));
        others += ended.count() as u64;
        errors += answers.iter().filter(|answer| answer.is_err()).count() as u64;
        let token = TokenRef {
            subject: &subject,
            session_id: "sid",
            token_id: "access",
            token_type: TokenType::Access,
        };
        if !matches!(nodes[0].standing(token, NOW).await, Ok(Standing::SessionEnded)) {
            left += 1;
        }
    }
    Row {
        requests: rounds * CLIENTS as u64,
        granted: winners.iter().zip(0..).map(|(rounds, won)| rounds * won).sum(),
        refused: others,
        unavailable: errors,
        ..Row::new(format!("{rounds} × {CLIENTS} rotations"), name)
    }
    .require(winners[1] == rounds, format!("rounds by winners: {winners:?}"))
    .require(left == 0, format!("{left} sessions outlived the reuse"))
    .note(format!("one winner in {}/{rounds}", winners[1]))
}
