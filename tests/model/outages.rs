//! Histories of a Redis that is killed, hangs and comes back while they are recorded.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use jwt_runtime::RedisStore;
use jwt_tests::redis::RedisServer;

use super::history::{Plan, Recording};
use super::{fault_of, seeds};

/// Between two faults there is time for calls that are answered.
const CALLS_BETWEEN: u64 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_explains_every_history_of_redis_in_outages() {
    let (mut unanswered, mut decided, mut histories) = (0, 0, 0);
    for seed in seeds() {
        let server = RedisServer::durable();
        let store = || {
            let builder = RedisStore::builder(&server.url()).deadline(Duration::from_millis(100));
            builder.lazy().expect("a good URL")
        };
        let nodes = vec![store(), store(), store()];
        let plan = Plan { seed, subjects: 2, tasks: 8, calls_per_task: 200, is_rough: true };
        let recording = Arc::new(Recording::of(nodes, plan));
        let tasks = recording.begin();
        recording.pause_after(CALLS_BETWEEN).await;
        let server = RefCell::new(server);
        recording.outage(2, || server.borrow_mut().kill(), || server.borrow_mut().restart()).await;
        recording.pause_after(CALLS_BETWEEN).await;
        recording.outage(2, || server.borrow_mut().stop(), || server.borrow_mut().cont()).await;
        recording.go_on();
        for history in recording.end(tasks).await {
            unanswered += history.calls.iter().filter(|call| call.answer.is_none()).count();
            match fault_of(&history) {
                Ok(is_decided) => decided += usize::from(is_decided),
                Err(fault) => panic!("{fault}"),
            }
            histories += 1;
        }
    }
    println!(
        "{unanswered} calls may or may not have happened; {decided} of {histories} histories decided"
    );
    assert!(decided * 2 > histories, "{decided} of {histories} histories decided");
    assert!(unanswered > 0, "the outages were noticed by nobody");
}
