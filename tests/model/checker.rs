//! The checker is tested too: it accepts what is right and finds each mistake.

use std::time::Duration;

use jwt_runtime::{NumericDate, Opening, Rotation, Standing, TokenType};

use super::defective::{Defect, DefectiveStore};
use super::fault_of;
use super::history::{Plan, record};
use super::linearize::{Call, NEVER, Verdict, linearize};
use super::promises::{Promise, broken};
use super::step::{Answer, Id, Operation, Step};

const AT: NumericDate = NumericDate::from_secs(1_800_000_000);
const EXPIRES_AT: NumericDate = NumericDate::from_secs(1_800_003_600);
const KEEP_UNTIL: NumericDate = NumericDate::from_secs(1_800_003_690);

const SESSION: Id = Id(0);
const FIRST: Id = Id(1);
const SECOND: Id = Id(2);
const THIRD: Id = Id(3);

fn call((invoked, returned): (u64, u64), operation: Operation, answer: Answer) -> Call {
    let step = Step { now: AT, operation };
    Call { task: 0, node: 0, step, invoked, returned, answer: Some(answer) }
}

fn open(when: (u64, u64)) -> Call {
    let operation = Operation::Open {
        session: SESSION,
        refresh: Some(FIRST),
        limit: None,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
    };
    call(when, operation, Answer::Opening(Opening::Opened))
}

fn rotate(when: (u64, u64), presented: Id, successor: Id, answer: Rotation) -> Call {
    let operation = Operation::Rotate {
        session: SESSION,
        presented,
        successor,
        grace: Duration::from_secs(60),
        session_lifetime: None,
        idle_timeout: None,
        expires_at: EXPIRES_AT,
        keep_until: KEEP_UNTIL,
    };
    call(when, operation, Answer::Rotation(answer))
}

fn ask(when: (u64, u64), token: Id, answer: Standing) -> Call {
    let operation = Operation::Standing { session: SESSION, token, token_type: TokenType::Refresh };
    call(when, operation, Answer::Standing(answer))
}

fn revoke(when: (u64, u64), token: Id) -> Call {
    let operation = Operation::Revoke { session: SESSION, token, keep_until: KEEP_UNTIL };
    call(when, operation, Answer::Done)
}

fn end(when: (u64, u64), lived: bool) -> Call {
    call(when, Operation::End { session: SESSION }, Answer::Ended(lived))
}

const ROTATED: Rotation = Rotation::Rotated { created_at: AT };

fn repeated(successor: Id) -> Rotation {
    Rotation::Repeated { successor: successor.to_string(), rotated_at: AT, created_at: AT }
}

#[track_caller]
fn assert_good(calls: &[Call]) {
    match linearize(calls) {
        Verdict::Explained => {}
        Verdict::Inexplicable(why) => panic!("{why}"),
        Verdict::Undecided => panic!("undecided"),
    }
    let broken = broken(calls);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[track_caller]
fn assert_bad(promise: Option<Promise>, calls: &[Call]) {
    assert!(matches!(linearize(calls), Verdict::Inexplicable(_)), "no order should explain this");
    let found: Vec<Promise> = broken(calls).into_iter().map(|broken| broken.promise).collect();
    assert!(promise.is_none_or(|promise| found.contains(&promise)), "{found:?}");
}

#[test]
fn calls_that_overlap_may_have_happened_in_any_order() {
    assert_good(&[
        open((1, 2)),
        end((3, 8), true),
        ask((4, 5), FIRST, Standing::Live),
        rotate((4, 9), FIRST, SECOND, ROTATED),
        ask((9, 10), SECOND, Standing::SessionEnded),
    ]);
    assert_good(&[
        open((1, 2)),
        rotate((3, 6), FIRST, SECOND, ROTATED),
        rotate((3, 6), FIRST, THIRD, repeated(SECOND)),
        ask((7, 8), SECOND, Standing::Live),
        ask((7, 8), FIRST, Standing::Superseded { rotated_at: AT }),
    ]);
}

/// What would change nothing at first may have come later, when it did.
#[test]
fn an_end_may_have_waited_for_the_login_that_it_ends() {
    assert_good(&[
        call((1, 6), Operation::EndAll, Answer::Done),
        open((2, 7)),
        ask((8, 9), FIRST, Standing::SessionEnded),
    ]);
    assert_good(&[
        revoke((1, 6), FIRST),
        open((2, 7)),
        rotate((3, 5), FIRST, SECOND, ROTATED),
        ask((8, 9), FIRST, Standing::Revoked),
    ]);
}

#[test]
fn a_call_without_an_answer_may_have_happened_late_or_never() {
    let unanswered = Call { answer: None, ..end((3, NEVER), true) };
    assert_good(&[open((1, 2)), unanswered.clone(), ask((5, 6), FIRST, Standing::Live)]);
    assert_good(&[
        open((1, 2)),
        unanswered.clone(),
        ask((5, 6), FIRST, Standing::Live),
        ask((7, 8), FIRST, Standing::SessionEnded),
    ]);
    assert_bad(
        None,
        &[
            open((1, 2)),
            unanswered,
            ask((5, 6), FIRST, Standing::SessionEnded),
            ask((7, 8), FIRST, Standing::Live),
        ],
    );
}

#[test]
fn a_late_revocation_is_found() {
    assert_bad(
        Some(Promise::NothingRevokedIsAccepted),
        &[open((1, 2)), revoke((3, 4), FIRST), ask((5, 6), FIRST, Standing::Live)],
    );
    assert_bad(
        Some(Promise::NothingRevokedIsAccepted),
        &[open((1, 2)), end((3, 4), true), rotate((5, 6), FIRST, SECOND, ROTATED)],
    );
}

#[test]
fn a_stale_answer_is_found() {
    assert_bad(
        Some(Promise::OneLivingChain),
        &[
            open((1, 2)),
            rotate((3, 4), FIRST, SECOND, ROTATED),
            ask((5, 6), SECOND, Standing::Live),
            ask((7, 8), FIRST, Standing::Live),
        ],
    );
}

#[test]
fn a_double_rotation_is_found() {
    assert_bad(
        Some(Promise::OneSuccessor),
        &[
            open((1, 2)),
            rotate((3, 6), FIRST, SECOND, ROTATED),
            rotate((3, 6), FIRST, THIRD, ROTATED),
        ],
    );
}

#[test]
fn a_lost_session_is_found() {
    assert_bad(
        Some(Promise::NoSessionIsLost),
        &[open((1, 2)), ask((3, 4), FIRST, Standing::SessionEnded)],
    );
}

#[test]
fn a_wrong_retry_is_found() {
    let begin = [open((1, 2)), rotate((3, 4), FIRST, SECOND, ROTATED)];
    for wrong in [
        vec![rotate((5, 6), FIRST, THIRD, repeated(THIRD))],
        vec![
            rotate((5, 6), SECOND, THIRD, ROTATED),
            rotate((7, 8), FIRST, Id(4), repeated(SECOND)),
        ],
        vec![rotate((5, 6), SECOND, THIRD, ROTATED), rotate((7, 8), FIRST, Id(4), repeated(THIRD))],
    ] {
        assert_bad(Some(Promise::TheSameSuccessor), &[&begin, wrong.as_slice()].concat());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_mistake_is_found_in_a_store() {
    for defect in Defect::ALL {
        let mut tries = 0;
        while !is_found(defect, tries + 1).await {
            tries += 1;
            assert!(tries < 20, "{defect:?} is not found in {tries} histories");
        }
        println!("{defect:?}: found in history {}", tries + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_mistake_is_found_in_a_store_without_one() {
    for seed in 1..=5 {
        assert!(!is_found(Defect::None, seed).await);
    }
}

async fn is_found(defect: Defect, seed: u64) -> bool {
    let plan = Plan { seed, subjects: 1, tasks: 8, calls_per_task: 40, is_rough: true };
    let histories = record(vec![DefectiveStore::with(defect)], plan).await;
    histories.iter().any(|history| fault_of(history).is_err())
}
