//! Many tasks call a store at once, on several nodes, and every call is written down.

use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jwt_runtime::{NumericDate, Opening, Rotation, SessionLimit, TokenStore, TokenType};
use jwt_tests::clock::START;
use jwt_tests::random::Random;
use tokio::task::JoinSet;

use super::linearize::Call;
use super::step::{Answer, Id, Operation, Step, perform};

/// No record ends by time in a recorded history: the calls are not told one time after another.
const EXPIRES_AT: NumericDate = NumericDate::from_secs(START + 30 * 24 * 60 * 60);
const KEEP_UNTIL: NumericDate = NumericDate::from_secs(START + 30 * 24 * 60 * 60 + 90);

/// Longer than a history, as its calls are told the time.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// Names that a store which builds keys has to escape.
const SUBJECTS: [&str; 4] = ["alice", "al{ic}e", "alice:sessions %20", "\u{e9}\u{0}\n"];

/// How a history is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Up to four.
    pub(crate) subjects: usize,
    pub(crate) tasks: usize,
    pub(crate) calls_per_task: usize,
    /// Whether clients make mistakes and thieves are about: old tokens are presented often, and
    /// sessions end often. Sessions grow old otherwise.
    pub(crate) is_rough: bool,
}

/// The calls of one subject.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) subject: &'static str,
    pub(crate) plan: Plan,
    pub(crate) calls: Vec<Call>,
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "subject {:?}, {} calls of {:?}", self.subject, self.calls.len(), self.plan)
    }
}

/// What the clients of a subject know: its sessions, each with its refresh tokens, latest last.
#[derive(Default)]
struct Known {
    sessions: Vec<(Id, Vec<Id>)>,
}

struct Recorder<S> {
    nodes: Vec<S>,
    plan: Plan,
    clock: AtomicU64,
    ids: AtomicU32,
    subjects: Vec<(Mutex<Known>, Mutex<Vec<Call>>)>,
}

/// Records what `nodes`, all of them handles to the same records, answer to the calls of a plan,
/// and in the end to questions about every token that was ever given out.
pub(crate) async fn record<S: TokenStore>(nodes: Vec<S>, plan: Plan) -> Vec<History> {
    let recorder = Arc::new(Recorder {
        nodes,
        plan,
        clock: AtomicU64::new(1),
        ids: AtomicU32::new(1),
        subjects: (0..plan.subjects).map(|_| Default::default()).collect(),
    });
    let mut tasks = JoinSet::new();
    for task in 0..plan.tasks {
        let recorder = Arc::clone(&recorder);
        tasks.spawn(async move { recorder.visit(task).await });
    }
    tasks.join_all().await;
    for subject in 0..plan.subjects {
        recorder.audit(subject).await;
    }
    let logs = recorder.subjects.iter().enumerate();
    logs.map(|(index, (_, log))| History {
        subject: SUBJECTS[index],
        plan,
        calls: std::mem::take(&mut *locked(log)),
    })
    .collect()
}

impl<S: TokenStore> Recorder<S> {
    async fn visit(&self, task: usize) {
        let mut random = Random::seeded(self.plan.seed ^ ((task as u64 + 1) << 32));
        for _ in 0..self.plan.calls_per_task {
            let subject = random.below(self.plan.subjects);
            let operation = {
                let known = locked(&self.subjects[subject].0);
                self.choose(&known, &mut random)
            };
            self.call(subject, task, random.below(self.nodes.len()), operation).await;
            if random.below(2) == 0 {
                tokio::task::yield_now().await;
            }
        }
    }

    /// Asks every node about every token that clients have got, one question after the other.
    async fn audit(&self, subject: usize) {
        let sessions = locked(&self.subjects[subject].0).sessions.clone();
        let auditor = self.plan.tasks;
        for (number, (session, tokens)) in sessions.into_iter().enumerate() {
            let node = number % self.nodes.len();
            let token = self.new_id();
            let access = Operation::Standing { session, token, token_type: TokenType::Access };
            self.call(subject, auditor, node, access).await;
            for token in tokens {
                let token_type = TokenType::Refresh;
                let refresh = Operation::Standing { session, token, token_type };
                self.call(subject, auditor, node, refresh).await;
            }
        }
        for node in 0..self.nodes.len() {
            self.call(subject, auditor, node, Operation::List).await;
        }
    }

    async fn call(&self, subject: usize, task: usize, node: usize, operation: Operation) {
        let invoked = self.clock.fetch_add(1, Ordering::SeqCst);
        // Every call is told a time of its own, so that no two logins are equally old.
        let step = Step { now: NumericDate::from_secs(START + invoked), operation };
        let answer = perform(&self.nodes[node], SUBJECTS[subject], &step).await.ok();
        let returned = self.clock.fetch_add(1, Ordering::SeqCst);
        if let Some(answer) = &answer {
            locked(&self.subjects[subject].0).learn(&step.operation, answer);
        }
        let reaches_all = matches!(step.operation, Operation::EndEvery);
        let call = Call { task, node, step, invoked, returned, answer };
        for (index, (_, log)) in self.subjects.iter().enumerate() {
            if reaches_all || index == subject {
                locked(log).push(call.clone());
            }
        }
    }

    fn choose(&self, known: &Known, random: &mut Random) -> Operation {
        let dice = random.below(1_000);
        let Some((session, tokens)) = known.recent(random) else { return self.open(random) };
        let session = *session;
        let bounds = if self.plan.is_rough {
            [90, 480, 760, 820, 890, 940, 970, 990, 993]
        } else {
            [40, 480, 900, 960, 985, 995, 1_000, 1_000, 1_000]
        };
        match bounds.iter().position(|bound| dice < *bound) {
            Some(0) => self.open(random),
            Some(1) => Operation::Rotate {
                session,
                presented: self.presented(tokens, random),
                successor: self.new_id(),
                grace: if random.below(4) == 0 { Duration::ZERO } else { GRACE },
                session_lifetime: None,
                idle_timeout: None,
                expires_at: EXPIRES_AT,
                keep_until: KEEP_UNTIL,
            },
            Some(2) => {
                let (token, token_type) = if random.below(3) == 0 {
                    (self.new_id(), TokenType::Access)
                } else {
                    (*random.pick(tokens), TokenType::Refresh)
                };
                Operation::Standing { session, token, token_type }
            }
            Some(3) => Operation::List,
            Some(4) => Operation::Revoke {
                session,
                token: self.presented(tokens, random),
                keep_until: KEEP_UNTIL,
            },
            Some(5) => Operation::End { session },
            Some(6) => Operation::EndOthers { kept: session },
            Some(7) => Operation::EndAll,
            Some(8) => Operation::EndEvery,
            _ => {
                Operation::Standing { session, token: self.new_id(), token_type: TokenType::Access }
            }
        }
    }

    fn open(&self, random: &mut Random) -> Operation {
        Operation::Open {
            session: self.new_id(),
            refresh: Some(self.new_id()),
            limit: match random.below(4) {
                0 => Some(SessionLimit::Refuse(3)),
                1 => Some(SessionLimit::EndOldest(3)),
                _ => None,
            },
            expires_at: EXPIRES_AT,
            keep_until: KEEP_UNTIL,
        }
    }

    /// Mostly the latest token that clients know, sometimes the one before, seldom any.
    fn presented(&self, tokens: &[Id], random: &mut Random) -> Id {
        let older = if self.plan.is_rough { random.below(10) } else { random.below(40) };
        let back = match older {
            0 => random.below(tokens.len()),
            1..=3 => 1,
            _ => 0,
        };
        tokens[tokens.len() - 1 - back.min(tokens.len() - 1)]
    }

    fn new_id(&self) -> Id {
        Id(self.ids.fetch_add(1, Ordering::Relaxed))
    }
}

impl Known {
    /// One of the latest sessions.
    fn recent(&self, random: &mut Random) -> Option<&(Id, Vec<Id>)> {
        let latest = &self.sessions[self.sessions.len().saturating_sub(4)..];
        (!latest.is_empty()).then(|| random.pick(latest))
    }

    fn learn(&mut self, operation: &Operation, answer: &Answer) {
        match (operation, answer) {
            (
                Operation::Open { session, refresh: Some(refresh), .. },
                Answer::Opening(Opening::Opened),
            ) => self.sessions.push((*session, vec![*refresh])),
            (
                Operation::Rotate { session, successor, .. },
                Answer::Rotation(Rotation::Rotated { .. }),
            ) => {
                if let Some((_, tokens)) = self.sessions.iter_mut().find(|(id, _)| id == session) {
                    tokens.push(*successor);
                }
            }
            _ => {}
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
