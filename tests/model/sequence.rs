//! One call after the other, with time that passes: lifetimes, idle times, graces and limits.

use std::time::Duration;

use jwt_runtime::{NumericDate, SessionLimit, TokenStore, TokenType};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use super::defective::{Defect, DefectiveStore};
use super::seeds;
use super::step::{Id, Operation, Step, perform};
use super::subject::Subject;

const HOUR: u64 = 60 * 60;

/// Long enough that no store which counts real time drops a record during a test.
const LEEWAY: Duration = Duration::from_secs(HOUR);

/// One call, before it is known which sessions and tokens there are.
#[derive(Clone, Debug)]
struct Draft {
    /// Seconds since the call before.
    later: u64,
    kind: Kind,
    /// Which session, of those that were opened; counted from the latest.
    session: usize,
    /// Which of its tokens; counted from the latest.
    token: usize,
}

#[derive(Clone, Debug)]
enum Kind {
    Open { has_refresh: bool, limit: Option<SessionLimit>, expires_in: u64 },
    AskAccess,
    AskRefresh,
    Rotate { grace: u64, session_lifetime: Option<u64>, idle_timeout: Option<u64>, expires_in: u64 },
    Revoke,
    End,
    EndOthers,
    EndAll,
    EndEvery,
    List,
}

fn draft() -> impl Strategy<Value = Draft> {
    let later = prop_oneof![6 => 0..30_u64, 3 => 30..1_800_u64, 1 => 1_800..3 * HOUR];
    let back = prop_oneof![6 => Just(0_usize), 3 => Just(1), 1 => 0..8_usize];
    (later, kind(), 0..3_usize, back).prop_map(|(later, kind, session, token)| Draft {
        later,
        kind,
        session,
        token,
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    let limit = prop_oneof![
        2 => Just(None),
        1 => (0..4_u32).prop_map(|max| Some(SessionLimit::Refuse(max))),
        1 => (0..4_u32).prop_map(|max| Some(SessionLimit::EndOldest(max))),
    ];
    let open = (prop::bool::weighted(0.9), limit, HOUR..6 * HOUR)
        .prop_map(|(has_refresh, limit, expires_in)| Kind::Open { has_refresh, limit, expires_in });
    let rotate = (
        prop_oneof![1 => Just(0), 2 => 1..60_u64],
        prop::option::weighted(0.3, HOUR..8 * HOUR),
        prop::option::weighted(0.3, 1_200..2 * HOUR),
        HOUR..6 * HOUR,
    )
        .prop_map(|(grace, session_lifetime, idle_timeout, expires_in)| Kind::Rotate {
            grace,
            session_lifetime,
            idle_timeout,
            expires_in,
        });
    prop_oneof![
        20 => open,
        40 => rotate,
        10 => Just(Kind::AskAccess),
        20 => Just(Kind::AskRefresh),
        8 => Just(Kind::List),
        6 => Just(Kind::Revoke),
        4 => Just(Kind::End),
        3 => Just(Kind::EndOthers),
        1 => Just(Kind::EndAll),
        1 => Just(Kind::EndEvery),
    ]
}

/// Turns drafts into calls: names sessions and tokens, whether or not they are good any more.
#[derive(Default)]
struct Writer {
    now: u64,
    ids: u32,
    sessions: Vec<(Id, Vec<Id>)>,
}

impl Writer {
    fn id(&mut self) -> Id {
        self.ids += 1;
        Id(self.ids)
    }

    fn step(&mut self, draft: &Draft) -> Step {
        // No two logins are equally old.
        self.now += draft.later + 1;
        let now = NumericDate::from_secs(jwt_tests::clock::START + self.now);
        let fresh = self.id();
        let after = |seconds: u64| now + Duration::from_secs(seconds);
        if let Kind::Open { has_refresh, limit, expires_in } = draft.kind {
            let refresh = has_refresh.then(|| self.id());
            self.sessions.push((fresh, refresh.into_iter().collect()));
            let operation = Operation::Open {
                session: fresh,
                refresh,
                limit,
                expires_at: after(expires_in),
                keep_until: after(expires_in) + LEEWAY,
            };
            return Step { now, operation };
        }
        let unknown = self.id();
        let (session, tokens) = match self.sessions.iter_mut().rev().nth(draft.session) {
            Some((session, tokens)) => (*session, tokens),
            None => (unknown, &mut Vec::new()),
        };
        let token = tokens.iter().rev().nth(draft.token).copied().unwrap_or(unknown);
        let operation = match draft.kind {
            Kind::Rotate { grace, session_lifetime, idle_timeout, expires_in } => {
                tokens.push(fresh);
                Operation::Rotate {
                    session,
                    presented: token,
                    successor: fresh,
                    grace: Duration::from_secs(grace),
                    session_lifetime: session_lifetime.map(Duration::from_secs),
                    idle_timeout: idle_timeout.map(Duration::from_secs),
                    expires_at: after(expires_in),
                    keep_until: after(expires_in) + LEEWAY,
                }
            }
            Kind::AskAccess => {
                Operation::Standing { session, token: fresh, token_type: TokenType::Access }
            }
            Kind::AskRefresh => {
                Operation::Standing { session, token, token_type: TokenType::Refresh }
            }
            // Kept for longer than any sequence lasts.
            Kind::Revoke => Operation::Revoke { session, token, keep_until: after(9_000 * HOUR) },
            Kind::End => Operation::End { session },
            Kind::EndOthers => Operation::EndOthers { kept: session },
            Kind::EndAll => Operation::EndAll,
            Kind::EndEvery => Operation::EndEvery,
            Kind::List | Kind::Open { .. } => Operation::List,
        };
        Step { now, operation }
    }

    /// A step that did not rotate has made no token.
    fn forget_successor(&mut self, step: &Step) {
        if let Operation::Rotate { session, .. } = step.operation
            && let Some((_, tokens)) = self.sessions.iter_mut().find(|(id, _)| *id == session)
        {
            tokens.pop();
        }
    }
}

/// Asks a store that nobody else uses, and compares every answer with the state machine's.
async fn follow<S: TokenStore>(
    store: &S,
    subject: &str,
    drafts: &[Draft],
) -> Result<(), TestCaseError> {
    let mut writer = Writer::default();
    let mut states = vec![Subject::default()];
    let mut asked = Vec::new();
    for draft in drafts {
        let step = writer.step(draft);
        let answer = perform(store, subject, &step).await;
        let answer = answer.map_err(|error| TestCaseError::fail(format!("{step:?}: {error}")))?;
        if matches!(&answer, super::step::Answer::Rotation(rotation)
            if !matches!(rotation, jwt_runtime::Rotation::Rotated { .. }))
        {
            writer.forget_successor(&step);
        }
        let mut next: Vec<Subject> = states
            .iter()
            .flat_map(|state| state.forgetting(step.now))
            .filter_map(|state| state.after(&step, Some(&answer)))
            .collect();
        next.sort();
        next.dedup();
        asked.push(format!("{step:?} => {answer:?}"));
        if next.is_empty() {
            let expected: Vec<_> = states.iter().map(|state| state.step(&step).0).collect();
            return Err(TestCaseError::fail(format!(
                "{}\nbut expected one of {expected:?}",
                asked.join("\n")
            )));
        }
        states = next;
    }
    Ok(())
}

/// Follows `cases` sequences for each seed.
pub(crate) fn check_sequences<S: TokenStore>(cases: u32, store: impl AsyncFn() -> S) {
    if let Err(fault) = try_sequences(cases, store) {
        panic!("{fault}");
    }
}

/// The shortest sequence that goes wrong.
fn try_sequences<S: TokenStore>(cases: u32, store: impl AsyncFn() -> S) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for seed in seeds() {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let bytes = seed.to_le_bytes().repeat(4);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config, rng);
        let sequences = prop::collection::vec(draft(), 1..60);
        let outcome = runner.run(&sequences, |drafts| {
            runtime.block_on(async { follow(&store().await, "al{ic}e %20", &drafts).await })
        });
        outcome.map_err(|error| format!("JWT_MODEL_SEED={seed}: {error}"))?;
    }
    Ok(())
}

#[test]
fn mistakes_that_need_no_other_task_are_found_in_sequences() {
    for defect in [
        Defect::AnswersFromACache,
        Defect::RevokesLate,
        Defect::EndsLate,
        Defect::RepeatsForAncestors,
        Defect::RepeatsWithANewToken,
        Defect::ToleratesReuse,
        Defect::LosesSessions,
        Defect::KeepsNone,
    ] {
        let store = async || DefectiveStore::with(defect);
        assert!(try_sequences(250, store).is_err(), "{defect:?} is not found");
    }
    let store = async || DefectiveStore::with(Defect::None);
    assert_eq!(try_sequences(50, store), Ok(()));
}
