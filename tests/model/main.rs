//! Recorded histories of every store, and a checker that looks for one order that explains them.
//!
//! Many tasks log in, rotate, revoke, end and ask at once, on several nodes. A history is good if
//! some order of its calls, each between its beginning and its return, is what one small state
//! machine without concurrency would have answered. The state machine is in `subject.rs` and the
//! search in `linearize.rs`; `promises.rs` checks the promises of the contract without either, and
//! `defective.rs` shows that mistakes are found.
//!
//! A failure prints the seed of its history. `JWT_MODEL_SEED=<seed>` records that plan again.

mod checker;
mod defective;
mod history;
mod linearize;
mod promises;
mod sequence;
mod step;
mod stores;
mod subject;

use jwt_runtime::TokenStore;

use self::history::{History, Plan, record};

/// What is wrong with a history, in words; `None` if nothing is.
fn fault_of(history: &History) -> Option<String> {
    let broken = promises::broken(&history.calls);
    let order = linearize::linearize(&history.calls).err();
    if broken.is_empty() && order.is_none() {
        return None;
    }
    let mut text = format!("{history}\n");
    for broken in broken {
        text += &format!("{:?} is broken by\n", broken.promise);
        for call in broken.calls {
            text += &format!("    {call}\n");
        }
    }
    text += &order.map(|order| order.to_string()).unwrap_or_default();
    Some(text)
}

/// Records histories of a store by fixed seeds and one more, and checks each.
///
/// `nodes` makes handles to one set of records that nobody else uses.
async fn check_histories<S: TokenStore>(store: &str, nodes: impl AsyncFn() -> Vec<S>) {
    for (number, seed) in seeds().into_iter().enumerate() {
        for is_rough in [true, false] {
            let subjects = if number % 2 == 0 { 1 } else { 4 };
            let plan = Plan { seed, subjects, tasks: 12, calls_per_task: 60, is_rough };
            let histories = record(nodes().await, plan).await;
            assert_eq!(histories.len(), subjects);
            for history in &histories {
                assert!(
                    history.calls.iter().all(|call| call.answer.is_some()),
                    "{store}: a call of a healthy store failed: {history}"
                );
                if let Some(fault) = fault_of(history) {
                    panic!("{store}: {fault}\nJWT_MODEL_SEED={seed} records this plan again");
                }
            }
        }
    }
}

/// The seeds of every run and one that nobody has tried, or the one that was asked for.
fn seeds() -> Vec<u64> {
    if let Ok(seed) = std::env::var("JWT_MODEL_SEED") {
        return vec![seed.parse().expect("JWT_MODEL_SEED is a number")];
    }
    let drawn = (uuid::Uuid::new_v4().as_u128() as u64).max(1);
    println!("seed {drawn}");
    vec![1, 2, 3, drawn]
}
