//! The server process is killed under load, and the next one goes on with its file.

use std::time::{Duration, Instant};

use jwt_tests::folder::Folder;
use tokio::task::block_in_place;

use super::Sizes;
use super::load::Load;
use super::process::{FILE, ProcessNode};
use super::report::Row;

pub(crate) async fn kill_node(sizes: &Sizes) -> Vec<Row> {
    let rounds = sizes.get("rounds", 10);
    let folder = Folder::new();
    let url = format!("{FILE}{}", folder.file("sessions").display());
    let mut process = block_in_place(|| ProcessNode::start(&url));
    let load = Load::start(vec![process.node.clone()], 32, 4.0);
    let (mut slowest, mut all) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds {
        load.run_for(1.5).await;
        let killed = Instant::now();
        process = block_in_place(|| {
            process.kill();
            ProcessNode::start(&url)
        });
        load.replace(0, process.node.clone());
        load.until_granted(1).await;
        slowest = slowest.max(killed.elapsed());
        all += killed.elapsed();
    }
    load.run_for(1.0).await;
    let logouts = load.logouts();
    let tally = load.stop().await;
    let average = all.as_secs_f64() / rounds.max(1) as f64;
    vec![
        tally
            .row(format!("kill -9 of the server process, {rounds} times"), "redb")
            .excuse_unanswered("their process was killed")
            .recovered(slowest)
            .require(slowest < Duration::from_secs(5), format!("back only after {slowest:?}"))
            .note(format!(
                "{logouts} acknowledged logouts; first 2xx after {average:.3} s on average, \
                 new process included"
            )),
    ]
}
