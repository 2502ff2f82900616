//! Fault and load drills: a guarded service and its clients while the store fails, and at a size
//! that a test does not wait for.
//!
//! ```sh
//! cargo bench -p jwt-tests --bench drills                       # all of them
//! cargo bench -p jwt-tests --bench drills -- kill partition     # some, by a part of the name
//! cargo bench -p jwt-tests --bench drills -- soak minutes=20    # with a size of its own
//! cargo bench -p jwt-tests --bench drills -- list
//! ```
//!
//! All of them take about a quarter of an hour. Needs `redis-server` and `valkey-server`; starts its
//! own. Each row of the report is one experiment: what the clients were answered, how many answers
//! were wrong, and how long after the repair somebody was served. A row with a wrong answer fails
//! the run.
//!
//! A client is *wrongly accepted* if it gets 200 for a token whose logout was answered before the
//! request began, and *wrongly refused* if it gets 401 for one that nobody has ended.

mod cancels;
mod clock;
mod cluster;
mod data_loss;
mod eviction;
mod failover;
mod kill_node;
mod load;
mod node;
mod outages;
mod partition;
mod process;
mod races;
mod refusals;
mod report;
mod restarts;
mod slow;
mod soak;
mod table;
mod view;
mod volume;
mod volume_view;
mod wire;

use std::collections::HashMap;
use std::process::ExitCode;
use std::time::Instant;

use self::report::Row;

/// What was asked for on the command line.
pub(crate) struct Sizes(HashMap<String, u64>);

impl Sizes {
    /// The size of this name, or what it is by default.
    pub(crate) fn get(&self, name: &str, default: u64) -> u64 {
        self.0.get(name).copied().unwrap_or(default)
    }
}

/// Name, what it does, and the sizes that can be set.
const DRILLS: [(&str, &str); 22] = [
    ("kill", "kill -9 of Redis under load, restart after 5 s [seconds]"),
    ("stall", "SIGSTOP of Redis for 10 s, and CLIENT PAUSE [seconds]"),
    ("partition", "one node of two loses its connection in five ways [seconds]"),
    ("refusals", "READONLY, OOM, NOPERM, MISCONF, NOREPLICAS, LOADING"),
    ("failover", "Sentinel: kill -9 of the master, SENTINEL FAILOVER, logouts lost [trials]"),
    ("cluster", "three primaries: a dead shard, a failover, slots that move [seconds]"),
    ("view", "nodes with a local view: SIGSTOP, kill -9, partition of one node [seconds]"),
    ("file-kill", "kill -9 of the server process with its store in a file [rounds]"),
    ("eviction", "Redis drops records under memory pressure, by each policy"),
    ("data-loss", "FLUSHALL, and a restart without persistence"),
    ("races-http", "32 refreshes of one token over four server processes [rounds]"),
    ("races-logout", "a refresh and a logout at once, on two nodes [rounds]"),
    ("races-store", "200 rotations of one token at once, per store [rounds, redb-rounds]"),
    ("clock", "clocks that leap an hour either way, and differ by 5 min [tokens]"),
    ("restarts", "rolling restart of four server processes under load"),
    ("volume-redis", "1 M revoked tokens and 100 k sessions in Redis [revoked, sessions, devices]"),
    ("volume-view", "memory of a local view, by sessions and by tokens [sessions, tokens]"),
    ("volume-memory", "the same in memory [revoked, sessions, devices]"),
    ("cancels-store", "rotations that are cancelled at any moment [cancels, redb-cancels]"),
    ("cancels-http", "clients that hang up during a refresh [cancels]"),
    ("slow", "5,000 clients and a Redis that answers 20 ms late [clients]"),
    ("soak", "two minutes of everything, memory and connections counted [minutes]"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, url] = arguments.as_slice()
        && command == process::SERVE
    {
        process::serve(url);
        return ExitCode::SUCCESS;
    }
    if arguments.first().is_some_and(|argument| argument == volume_view::FILL) {
        volume_view::fill(&arguments[1..]);
        return ExitCode::SUCCESS;
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("drills run by `cargo bench -p jwt-tests --bench drills`");
        return ExitCode::SUCCESS;
    }
    let arguments: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| *argument != "--bench").collect();
    if arguments == ["list"] {
        for (name, what) in DRILLS {
            println!("{name:<16} {what}");
        }
        return ExitCode::SUCCESS;
    }
    run(&arguments)
}

fn run(arguments: &[&str]) -> ExitCode {
    let mut sizes = Sizes(HashMap::new());
    let mut names = Vec::new();
    for argument in arguments {
        match argument.split_once('=') {
            Some((name, size)) => {
                let Ok(size) = size.parse() else {
                    eprintln!("`{argument}`: expected a number after `=`");
                    return ExitCode::FAILURE;
                };
                sizes.0.insert(name.to_owned(), size);
            }
            None => names.push(*argument),
        }
    }
    let chosen: Vec<_> = DRILLS
        .into_iter()
        .filter(|(drill, _)| names.is_empty() || names.iter().any(|name| drill.contains(name)))
        .collect();
    if chosen.is_empty() {
        eprintln!("no drill has a name like {names:?}; `list` shows them");
        return ExitCode::FAILURE;
    }
    let mut all = Vec::new();
    for (name, what) in chosen {
        println!("\n## {name}: {what}\n");
        let start = Instant::now();
        let rows = drill(name, &sizes);
        println!("{}", table::table(&rows));
        println!("({:.1} s)", start.elapsed().as_secs_f64());
        all.extend(rows);
    }
    let failed: Vec<&Row> = all.iter().filter(|row| !row.faults().is_empty()).collect();
    println!("\n## all\n\n{}", table::table(&all));
    for row in &failed {
        eprintln!("FAILED {}: {}", row.what, row.faults().join("; "));
    }
    println!("\n{} experiments, {} failed", all.len(), failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn drill(name: &str, sizes: &Sizes) -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        match name {
            "kill" => outages::kill(sizes).await,
            "stall" => outages::stall(sizes).await,
            "partition" => partition::partition(sizes).await,
            "refusals" => refusals::refusals().await,
            "failover" => failover::failover(sizes).await,
            "cluster" => cluster::cluster(sizes).await,
            "view" => view::view(sizes).await,
            "file-kill" => kill_node::kill_node(sizes).await,
            "eviction" => eviction::eviction().await,
            "data-loss" => data_loss::data_loss().await,
            "races-http" => races::over_http(sizes).await,
            "races-logout" => races::against_logout(sizes).await,
            "races-store" => races::per_store(sizes).await,
            "clock" => clock::steps(sizes).await,
            "restarts" => restarts::rolling().await,
            "volume-redis" => volume::redis(sizes).await,
            "volume-view" => volume_view::measure(sizes),
            "volume-memory" => volume::memory(sizes).await,
            "cancels-store" => cancels::of_store(sizes).await,
            "cancels-http" => cancels::over_http(sizes).await,
            "slow" => slow::slow(sizes).await,
            "soak" => soak::soak(sizes).await,
            other => unreachable!("`{other}` is in the list"),
        }
    })
}
