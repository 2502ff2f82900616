//! Recorded histories of every store, and a checker that looks for one order that explains them.
//!
//! Many tasks log in, rotate, revoke, end and ask at once, on several nodes. A history is good if
//! some order of its calls, each between its beginning and its return, is what one small state
//! machine without concurrency would have answered. The state machine is in `subject.rs` and the
//! search in `linearize.rs`; `promises.rs` checks the promises of the contract without either, and
//! `defective.rs` shows that mistakes are found.
//!
//! A failure prints the seed of its history. `JWT_MODEL_SEED=<seed>` records that plan again, and
//! follows the sequences of `sequence.rs` that begin with it.

mod checker;
mod clients;
mod defective;
mod history;
mod linearize;
mod outages;
mod promises;
mod sequence;
mod step;
mod stores;
mod subject;

use std::collections::BTreeMap;

use jwt_runtime::TokenStore;

use self::history::{History, Plan, record};
use self::linearize::{Verdict, linearize};
use self::step::Answer;

/// How often a plan is recorded until its histories can be decided.
const ATTEMPTS: usize = 5;

/// Whether a history is known to be good; what is wrong with it, in words, if it is known to be bad.
fn fault_of(history: &History) -> Result<bool, String> {
    let broken = promises::broken(&history.calls);
    let verdict = linearize(&history.calls);
    if broken.is_empty() && !matches!(verdict, Verdict::Inexplicable(_)) {
        return Ok(matches!(verdict, Verdict::Explained));
    }
    let mut text = format!("{history}\n");
    for broken in broken {
        text += &format!("{:?} is broken by\n", broken.promise);
        for call in broken.calls {
            text += &format!("    {call}\n");
        }
    }
    if let Verdict::Inexplicable(why) = verdict {
        text += &why.to_string();
    }
    let (file, seed) = (written_down(history), history.plan.seed);
    text +=
        &format!("The whole history is in {file}; JWT_MODEL_SEED={seed} records this plan again");
    Err(text)
}

/// Records histories of a store by fixed seeds and one more, and checks each.
///
/// `nodes` makes handles to one set of records that nobody else uses.
async fn check_histories<S: TokenStore>(store: &str, nodes: impl AsyncFn() -> Vec<S>) {
    let mut answers = BTreeMap::new();
    for (number, seed) in seeds().into_iter().enumerate() {
        for is_rough in [true, false] {
            let subjects = if number % 2 == 0 { 1 } else { 4 };
            let plan = Plan { seed, subjects, tasks: 12, calls_per_task: 60, is_rough };
            for history in decided(store, &nodes, plan).await {
                for call in &history.calls {
                    *answers.entry(name_of(call.answer.as_ref())).or_insert(0) += 1;
                }
            }
        }
    }
    println!("{store}: {answers:?}");
    for answer in ANSWERS {
        assert!(
            asked_for().is_some() || answers.contains_key(answer),
            "{store}: `{answer}` has never been an answer"
        );
    }
}

/// Records a plan and checks its histories; again where one allows too many orders to try them all,
/// which says nothing of the store.
async fn decided<S: TokenStore>(
    store: &str,
    nodes: impl AsyncFn() -> Vec<S>,
    plan: Plan,
) -> Vec<History> {
    for _ in 0..ATTEMPTS {
        let histories = record(nodes().await, plan).await;
        assert_eq!(histories.len(), plan.subjects);
        let mut are_decided = true;
        for history in &histories {
            assert!(
                history.calls.iter().all(|call| call.answer.is_some()),
                "{store}: a call of a healthy store failed: {history}"
            );
            match fault_of(history) {
                Ok(is_decided) => are_decided &= is_decided,
                Err(fault) => panic!("{store}: {fault}"),
            }
        }
        if are_decided {
            return histories;
        }
    }
    panic!("{store}: undecided {ATTEMPTS} times: {plan:?}")
}

/// Every call of a history, in a file.
fn written_down(history: &History) -> String {
    let file = format!(
        "{}/history-{}-{}.txt",
        env!("CARGO_TARGET_TMPDIR"),
        history.plan.seed,
        std::process::id()
    );
    let mut calls: Vec<_> = history.calls.iter().collect();
    calls.sort_by_key(|call| call.invoked);
    let lines: Vec<String> = calls.iter().map(|call| call.to_string()).collect();
    match std::fs::write(&file, lines.join("\n")) {
        Ok(()) => file,
        Err(error) => format!("no file: {error}"),
    }
}

/// What has to occur, or the histories would prove little.
const ANSWERS: [&str; 14] = [
    "Opened",
    "LimitReached",
    "Live",
    "Revoked",
    "SessionEnded",
    "Reused",
    "Superseded",
    "rotation Rotated",
    "rotation Repeated",
    "rotation Revoked",
    "rotation SessionEnded",
    "rotation Reused",
    "Ended true",
    "Ended false",
];

fn name_of(answer: Option<&Answer>) -> String {
    let first = |text: String| text.split([' ', '{']).next().unwrap_or_default().to_owned();
    match answer {
        None => "no answer".to_owned(),
        Some(Answer::Opening(opening)) => format!("{opening:?}"),
        Some(Answer::Standing(standing)) => first(format!("{standing:?}")),
        Some(Answer::Rotation(rotation)) => format!("rotation {}", first(format!("{rotation:?}"))),
        Some(Answer::Ended(lived)) => format!("Ended {lived}"),
        Some(Answer::Listed(_)) => "Listed".to_owned(),
        Some(Answer::Done) => "Done".to_owned(),
    }
}

/// The seeds of every run and one that nobody has tried, or the one that was asked for.
fn seeds() -> Vec<u64> {
    if let Some(seed) = asked_for() {
        return vec![seed];
    }
    let drawn = (uuid::Uuid::new_v4().as_u128() as u64).max(1);
    println!("seed {drawn}");
    vec![1, 2, 3, drawn]
}

fn asked_for() -> Option<u64> {
    let seed = std::env::var("JWT_MODEL_SEED").ok()?;
    Some(seed.parse().expect("JWT_MODEL_SEED is a number"))
}
