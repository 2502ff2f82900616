//! Everything, for as long as one likes: what grows, grows.

use std::time::{Duration, Instant};

use jwt_runtime::RedisStore;
use jwt_tests::redis::RedisServer;

use super::Sizes;
use super::load::Load;
use super::node::{LocalNode, authority};
use super::report::Row;
use super::volume::resident_bytes;

/// By when Redis has forgotten everything: a record outlives its session by six minutes.
const FORGOTTEN_BY: Duration = Duration::from_secs(420);

pub(crate) async fn soak(sizes: &Sizes) -> Vec<Row> {
    let minutes = sizes.get("minutes", 2);
    let server = RedisServer::start();
    let mut nodes = Vec::new();
    for _ in 0..2 {
        // Short lives, so that what is forgotten is forgotten within the soak.
        let store = RedisStore::lazy(&server.url()).expect("a good URL");
        let authority = authority(store)
            .leeway(Duration::ZERO)
            .access_lifetime(Duration::from_secs(10))
            .refresh_lifetime(Duration::from_secs(20));
        nodes.push(LocalNode::serve(authority).await);
    }
    let load = Load::start(nodes.iter().map(|node| node.node.clone()).collect(), 32, 2.0);
    let start = Instant::now();
    let mut samples = Vec::new();
    while start.elapsed() < Duration::from_secs(60 * minutes) {
        load.run_for(5.0).await;
        samples.push((start.elapsed().as_secs_f64() / 3_600.0, resident_bytes(), open_files()));
    }
    let keys_under_load = server.cli(&["DBSIZE"]);
    let logouts = load.logouts();
    let tally = load.stop().await;
    // Every record is kept for its token's life, leeway and a margin.
    let stopped = Instant::now();
    // There is at most one epoch for each slot, and it outlives the sessions that name it.
    let count = || server.keys().iter().filter(|key| !key.ends_with("}:epoch")).count();
    let mut keys = count();
    while keys != 0 && stopped.elapsed() < FORGOTTEN_BY {
        tokio::time::sleep(Duration::from_secs(1)).await;
        keys = count();
    }
    // The first third is warming up.
    let steady = &samples[samples.len() / 3..];
    let slope = slope(steady) / 1e6;
    let files: Vec<usize> = steady.iter().map(|(_, _, files)| *files).collect();
    let files = files.iter().min().zip(files.iter().max());
    vec![
        tally
            .row(format!("soak, {minutes} min"), "redis")
            .require(tally.unavailable() == 0, "503 without a fault")
            .require(keys == 0, format!("{keys} keys are left"))
            .note(format!(
                "{logouts} acknowledged logouts; memory {slope:+.2} MB/h (clients included), \
                 open files {files:?}; {keys_under_load} keys under load, {keys} beside epochs after {} s",
                stopped.elapsed().as_secs()
            )),
    ]
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

/// Bytes per hour, by least squares.
fn slope(samples: &[(f64, u64, usize)]) -> f64 {
    let count = samples.len().max(1) as f64;
    let mean_time = samples.iter().map(|(time, _, _)| time).sum::<f64>() / count;
    let mean_size = samples.iter().map(|(_, size, _)| *size as f64).sum::<f64>() / count;
    let (mut above, mut below) = (0.0, 0.0);
    for (time, size, _) in samples {
        above += (time - mean_time) * (*size as f64 - mean_size);
        below += (time - mean_time).powi(2);
    }
    if below == 0.0 { 0.0 } else { above / below }
}
