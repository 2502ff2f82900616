//! A Redis Cluster of three primaries: one dies, one is replaced, slots move.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jwt_tests::redis::RedisCluster;
use tokio::task::{JoinSet, block_in_place};

use super::Sizes;
use super::node::{Node, Tokens};
use super::outages::{load_on, two_nodes};
use super::report::{Row, Tally};
use super::table::short;

const IN_PART: [&str; 2] = ["--cluster-require-full-coverage", "no"];

/// As servers are by default: no primary takes another for dead because the machine is busy.
const PATIENT: [&str; 2] = ["--cluster-node-timeout", "15000"];

const PRIMARIES: usize = 3;

pub(crate) async fn cluster(sizes: &Sizes) -> Vec<Row> {
    let seconds = sizes.get("seconds", 5);
    vec![dead_shard(seconds).await, failover().await, moving_slots().await]
}

struct Citizen {
    subject: String,
    primary: usize,
    tokens: Tokens,
}

/// As many sessions on each primary.
async fn sessions(cluster: &RedisCluster, node: &Node, each: usize) -> Vec<Citizen> {
    let tally = Tally::new();
    let mut sessions = Vec::new();
    let mut counts = [0; PRIMARIES];
    for number in 0.. {
        if counts == [each; PRIMARIES] {
            break;
        }
        let subject = format!("citizen-{number}");
        let primary = block_in_place(|| cluster.primary_of("jwt", &subject));
        if counts[primary] < each {
            counts[primary] += 1;
            let tokens = node.login(&tally, &subject).await.tokens();
            sessions.push(Citizen { subject, primary, tokens });
        }
    }
    sessions
}

/// One third of the sessions cannot be looked up, and the rest does not notice.
async fn dead_shard(seconds: u64) -> Row {
    let mut cluster = block_in_place(|| RedisCluster::start_with(0, &IN_PART));
    let nodes = two_nodes(&cluster.url()).await;
    let sessions = Arc::new(sessions(&cluster, &nodes[0].node, 40).await);
    block_in_place(|| cluster.server(0).kill());
    let tally = Arc::new(Tally::new());
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut clients = JoinSet::new();
    for client in 0..8 {
        let (sessions, tally) = (Arc::clone(&sessions), Arc::clone(&tally));
        let node = nodes[client % 2].node.clone();
        clients.spawn(async move {
            let (mut passes, mut least, mut disturbed) = (0, usize::MAX, 0);
            while Instant::now() < until {
                let mut served = 0;
                for citizen in sessions.iter() {
                    let status = node.me(&tally, &citizen.tokens.access).await;
                    served += usize::from(status == 200);
                    disturbed += usize::from(citizen.primary != 0 && status != 200);
                    if status == 401 {
                        tally.wrongly_refused(|| "401 for a good token".to_owned());
                    }
                }
                passes += 1;
                least = least.min(served);
            }
            (passes, least, disturbed)
        });
    }
    let (mut passes, mut least, mut disturbed) = (0, usize::MAX, 0);
    for outcome in clients.join_all().await {
        passes += outcome.0;
        least = least.min(outcome.1);
        disturbed += outcome.2;
    }
    let share = 100.0 * least as f64 / sessions.len() as f64;
    block_in_place(|| cluster.server(0).restart());
    tally.repaired();
    let back = Instant::now();
    let of_dead = sessions.iter().find(|citizen| citizen.primary == 0).expect("a third of them");
    // It wrote nothing to disk, so its sessions are over: 401 is the answer of a shard that works.
    while nodes[0].node.me(&tally, &of_dead.tokens.access).await != 401
        && back.elapsed() < Duration::from_secs(30)
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let back = back.elapsed();
    no_crossslot(
        &mut cluster,
        tally.row(format!("one shard of three dead, {seconds} s"), "cluster"),
    )
    .recovered(back)
    .require(share >= 66.0, format!("only {share:.1} % of the sessions worked"))
    .require(disturbed == 0, format!("{disturbed} requests of other shards failed"))
    .note(format!(
        "{passes} passes over {} sessions, at least {share:.1} % of them served in each; \
             {disturbed} requests of other shards failed; recovery is the dead shard's",
        sessions.len()
    ))
}

/// A replica takes over from a primary, under load.
async fn failover() -> Row {
    let mut cluster = block_in_place(|| RedisCluster::start_with(1, &IN_PART));
    let nodes = two_nodes(&cluster.url()).await;
    let load = load_on(&nodes);
    load.run_for(2.0).await;
    let began = Instant::now();
    block_in_place(|| {
        cluster.server(0).kill();
        cluster.wait_for_promotion(PRIMARIES);
    });
    let took = began.elapsed();
    load.tally.repaired();
    load.run_for(4.0).await;
    let logouts = load.logouts();
    let tally = load.stop().await;
    no_crossslot(&mut cluster, tally.row("kill -9 of a primary that has a replica", "cluster"))
        .excuse_acceptances("logouts that the replica had not seen")
        .excuse_refusals("sessions that the replica had not seen")
        .note(format!("{logouts} acknowledged logouts; promoted after {}", short(took)))
}

/// The slots of sessions in use go round the primaries.
async fn moving_slots() -> Row {
    let mut cluster = block_in_place(|| RedisCluster::start_with(0, &PATIENT));
    let nodes = two_nodes(&cluster.url()).await;
    let load = load_on(&nodes);
    let sessions = sessions(&cluster, &nodes[0].node, 8).await;
    // By slot, because two of them may share one.
    let slot_and_owner = |citizen: &Citizen| {
        block_in_place(|| (cluster.slot_of("jwt", &citizen.subject), citizen.primary))
    };
    let slots: BTreeMap<u32, usize> = sessions.iter().map(slot_and_owner).collect();
    let is_over = Arc::new(AtomicBool::new(false));
    let mut users = JoinSet::new();
    for (number, Citizen { mut tokens, .. }) in sessions.into_iter().enumerate() {
        let (is_over, tally) = (Arc::clone(&is_over), Arc::clone(&load.tally));
        let node = nodes[number % 2].node.clone();
        users.spawn(async move {
            let mut refreshes = 0_u64;
            while !is_over.load(Ordering::SeqCst) {
                if node.me(&tally, &tokens.access).await == 401 {
                    tally.wrongly_refused(|| "401 while its slot moves".to_owned());
                }
                let refreshed = node.refresh(&tally, &tokens.refresh).await;
                match refreshed.status {
                    200 => tokens = refreshed.tokens(),
                    // Of a refresh without an answer nobody knows whether the token is used up.
                    503 => break,
                    _ => {
                        tally.wrongly_refused(|| "no refresh while its slot moves".to_owned());
                        break;
                    }
                }
                refreshes += 1;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            refreshes
        });
    }
    let began = Instant::now();
    let mut moves = 0;
    for round in 0..PRIMARIES {
        for (slot, first) in &slots {
            let from = (first + round) % PRIMARIES;
            block_in_place(|| cluster.move_slot(*slot, from, (from + 1) % PRIMARIES));
            moves += 1;
        }
    }
    let took = began.elapsed();
    is_over.store(true, Ordering::SeqCst);
    let refreshes: u64 = users.join_all().await.iter().sum();
    let logouts = load.logouts();
    let tally = load.stop().await;
    no_crossslot(&mut cluster, tally.row(format!("{moves} slots move under load"), "cluster"))
        .require(tally.unavailable() == 0, format!("{} times 503", tally.unavailable()))
        .require(refreshes > 100, format!("{refreshes} refreshes"))
        .note(format!(
            "{logouts} acknowledged logouts; {refreshes} refreshes of sessions whose slots move; \
             {} for all moves",
            short(took)
        ))
}

/// No server has refused a command because its keys lie in different slots.
fn no_crossslot(cluster: &mut RedisCluster, row: Row) -> Row {
    let mut errors = Vec::new();
    for number in 0..cluster.size() {
        let server = cluster.server(number);
        let stats = block_in_place(|| server.try_cli(&["INFO", "errorstats"])).unwrap_or_default();
        let lines = stats.lines().filter(|line| line.starts_with("errorstat_CROSSSLOT"));
        errors.extend(lines.map(|line| line.trim().to_owned()));
    }
    row.require(errors.is_empty(), format!("{errors:?}")).note("0 CROSSSLOT")
}
