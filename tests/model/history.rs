//! Many tasks call a store at once, on several nodes, and every call is written down.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jwt_runtime::{NumericDate, Rotation, TokenRef, TokenStore, TokenType};
use jwt_tests::clock::START;
use jwt_tests::random::Random;
use tokio::task::JoinSet;

use super::clients::{Client, Ids, KEEP_UNTIL, Known};
use super::linearize::{Call, NEVER};
use super::step::{Answer, Operation, Step, perform};

/// Nothing takes as long, unless it never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many calls an outage may take to begin.
const CALLS_MEANWHILE: u64 = 100;

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

/// A history that is being recorded.
pub(crate) struct Recording<S> {
    nodes: Vec<S>,
    plan: Plan,
    clock: AtomicU64,
    ids: Ids,
    failures: AtomicU64,
    /// How many times the clock may strike before the tasks have to wait.
    allowed: AtomicU64,
    subjects: Vec<(Mutex<Known>, Mutex<Vec<Call>>)>,
    /// When outages began, and when they were over.
    outages: Mutex<Vec<(u64, u64)>>,
}

/// Records what `nodes`, all of them handles to the same records, answer to the calls of a plan,
/// and in the end to questions about every token that was ever given out.
pub(crate) async fn record<S: TokenStore>(nodes: Vec<S>, plan: Plan) -> Vec<History> {
    let recording = Arc::new(Recording::of(nodes, plan));
    let tasks = recording.begin();
    recording.end(tasks).await
}

impl<S: TokenStore> Recording<S> {
    pub(crate) fn of(nodes: Vec<S>, plan: Plan) -> Self {
        Self {
            nodes,
            plan,
            clock: AtomicU64::new(1),
            ids: Ids::default(),
            failures: AtomicU64::new(0),
            allowed: AtomicU64::new(u64::MAX),
            subjects: (0..plan.subjects).map(|_| Default::default()).collect(),
            outages: Mutex::default(),
        }
    }

    /// Lets the tasks of the plan go.
    pub(crate) fn begin(self: &Arc<Self>) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for task in 0..self.plan.tasks {
            let recording = Arc::clone(self);
            tasks.spawn(async move { recording.visit(task).await });
        }
        tasks
    }

    /// Waits for the tasks, asks about everything, and gives out what was recorded.
    pub(crate) async fn end(&self, tasks: JoinSet<()>) -> Vec<History> {
        tasks.join_all().await;
        for subject in 0..self.plan.subjects {
            self.audit(subject).await;
        }
        let outages = locked(&self.outages).clone();
        let logs = self.subjects.iter().enumerate();
        logs.map(|(index, (_, log))| {
            let mut calls = std::mem::take(&mut *locked(log));
            add_first_attempts(&mut calls, &outages);
            History { subject: SUBJECTS[index], plan: self.plan, calls }
        })
        .collect()
    }

    /// Lets about so many calls happen and no more.
    ///
    /// However busy the machine is, there are calls left when the tasks are let go on.
    pub(crate) async fn pause_after(&self, calls: u64) {
        let target = self.now() + 2 * calls;
        self.allowed.store(target, Ordering::SeqCst);
        self.wait_until(|| self.now() >= target).await;
    }

    /// Has an outage begin amid calls and last until this many calls have failed; records when it
    /// was.
    pub(crate) async fn outage(&self, failures: u64, begin: impl FnOnce(), end: impl FnOnce()) {
        let began = self.now();
        let target = self.failures.load(Ordering::SeqCst) + failures;
        // Not more calls than these are answered before it has begun.
        self.allowed.store(began + 2 * CALLS_MEANWHILE, Ordering::SeqCst);
        tokio::task::block_in_place(begin);
        // From now on a task that makes a call waits until the outage is over.
        self.allowed.store(u64::MAX, Ordering::SeqCst);
        self.wait_until(|| self.failures.load(Ordering::SeqCst) >= target).await;
        tokio::task::block_in_place(end);
        // Until everybody has noticed that it is over.
        let over = self.now() + 10 * self.plan.tasks as u64;
        self.allowed.store(over, Ordering::SeqCst);
        locked(&self.outages).push((began, over));
    }

    /// Lets the tasks go on to the end of the plan.
    pub(crate) fn go_on(&self) {
        self.allowed.store(u64::MAX, Ordering::SeqCst);
    }

    fn now(&self) -> u64 {
        self.clock.load(Ordering::SeqCst)
    }

    async fn wait_until(&self, is_so: impl Fn() -> bool) {
        let waiting = async {
            while !is_so() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("the tasks go on");
    }

    async fn visit(&self, task: usize) {
        let client = Client { ids: &self.ids, is_rough: self.plan.is_rough };
        let mut random = Random::seeded(self.plan.seed ^ ((task as u64 + 1) << 32));
        for _ in 0..self.plan.calls_per_task {
            while self.now() >= self.allowed.load(Ordering::SeqCst) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let subject = random.below(self.plan.subjects);
            let operation = {
                let known = locked(&self.subjects[subject].0);
                client.choose(&known, &mut random)
            };
            let node = random.below(self.nodes.len());
            if !self.call(subject, task, node, operation).await {
                self.wait_for(node).await;
            }
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
            let token = self.ids.next();
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

    /// Asks until there is an answer, so that few calls of an outage may or may not have happened.
    async fn wait_for(&self, node: usize) {
        let token = TokenRef {
            subject: "nobody",
            session_id: "none",
            token_id: "none",
            token_type: TokenType::Refresh,
        };
        let attempts = async {
            while self.nodes[node].standing(token, KEEP_UNTIL).await.is_err() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, attempts).await.expect("the store recovers by itself");
    }

    /// Makes a call and writes it down; `false` if it has failed.
    async fn call(&self, subject: usize, task: usize, node: usize, operation: Operation) -> bool {
        let invoked = self.clock.fetch_add(1, Ordering::SeqCst);
        // Every call is told a time of its own, so that no two logins are equally old.
        let step = Step { now: NumericDate::from_secs(START + invoked), operation };
        let answer = perform(&self.nodes[node], SUBJECTS[subject], &step).await.ok();
        let mut returned = self.clock.fetch_add(1, Ordering::SeqCst);
        let is_answered = answer.is_some();
        match &answer {
            Some(answer) => locked(&self.subjects[subject].0).learn(&step.operation, answer),
            None => {
                self.failures.fetch_add(1, Ordering::SeqCst);
                returned = NEVER;
            }
        }
        let reaches_all = matches!(step.operation, Operation::EndEvery);
        let call = Call { task, node, step, invoked, returned, answer };
        for (index, (_, log)) in self.subjects.iter().enumerate() {
            if reaches_all || index == subject {
                locked(log).push(call.clone());
            }
        }
        is_answered
    }
}

/// A store may try a call once more where the connection broke: the first attempt of what ends a
/// session may have happened too, and the answer is about the second.
fn add_first_attempts(calls: &mut Vec<Call>, outages: &[(u64, u64)]) {
    let mut attempts = Vec::new();
    for call in calls.iter() {
        let ends = match (&call.step.operation, &call.answer) {
            (Operation::Rotate { .. }, Some(Answer::Rotation(answer))) => {
                *answer == Rotation::SessionEnded
            }
            (
                Operation::End { .. }
                | Operation::EndOthers { .. }
                | Operation::EndAll
                | Operation::EndEvery,
                answer,
            ) => answer.is_some(),
            _ => false,
        };
        let overlaps =
            outages.iter().any(|(began, over)| call.invoked <= *over && call.returned >= *began);
        if ends && overlaps {
            attempts.push(Call { answer: None, ..call.clone() });
        }
    }
    calls.extend(attempts);
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
