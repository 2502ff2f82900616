//! Is there one order of the calls that explains every answer?
//!
//! The search of Wing and Gong with the memory of Lowe: take a call that no unexplained call has
//! finished before, see whether the model gives its answer, go on from there, and go back when
//! there is none. A pair of explained calls and state that failed once is not tried again.

use std::collections::HashSet;
use std::fmt;

use super::step::{Answer, Step};
use super::subject::Subject;

/// Later than any time of a history.
pub(crate) const NEVER: u64 = u64::MAX;

/// How many pairs of explained calls and state are looked at before the search gives up; a healthy
/// history needs a few thousand.
const PATIENCE: usize = 60_000;

/// One call in a history: when it began and returned, by one counter for all tasks.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) task: usize,
    pub(crate) node: usize,
    pub(crate) step: Step,
    pub(crate) invoked: u64,
    /// [`NEVER`] for a call that may happen at any time since.
    pub(crate) returned: u64,
    /// `None` if it is not known whether the call has happened.
    pub(crate) answer: Option<Answer>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>5} to {:<5} task {:<2} node {} at {}: {:?} => ",
            self.invoked, self.returned, self.task, self.node, self.step.now, self.step.operation
        )?;
        match &self.answer {
            Some(answer) => write!(f, "{answer:?}"),
            None => write!(f, "no answer"),
        }
    }
}

/// What a search has found.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// There is an order.
    Explained,
    /// There is none.
    Inexplicable(Box<Inexplicable>),
    /// Calls of which it is not known whether they happened allow too many orders to try them all.
    Undecided,
}

/// What is left when no order explains a history.
#[derive(Debug)]
pub(crate) struct Inexplicable {
    /// The longest beginning of an order that agrees with all of its answers.
    pub(crate) explained: Vec<Call>,
    pub(crate) state: Subject,
    /// The calls that could come next, none of which agrees.
    pub(crate) stuck: Vec<Call>,
}

impl fmt::Display for Inexplicable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "no order explains this history; after {} calls,", self.explained.len())?;
        for call in self.explained.iter().rev().take(12).rev() {
            writeln!(f, "    {call}")?;
        }
        writeln!(f, "the state is {:?}, and none of these agrees:", self.state)?;
        for call in &self.stuck {
            let (expected, _) = self.state.step(&call.step);
            writeln!(f, "    {call}, expected {expected:?}")?;
        }
        Ok(())
    }
}

/// A choice of the search: where it stands, and what it may still try there.
struct Choice {
    state: Subject,
    candidates: Vec<usize>,
    tried: usize,
}

/// Finds an order of the calls of one subject that a single store without concurrency could have
/// answered, in which every call lies between its beginning and its return.
pub(crate) fn linearize(calls: &[Call]) -> Verdict {
    let mut search = Search::of(calls);
    let mut choices = vec![search.choice(Subject::default())];
    while let Some(choice) = choices.last_mut() {
        if search.is_complete() {
            return Verdict::Explained;
        }
        if search.failed.len() > PATIENCE {
            return Verdict::Undecided;
        }
        let Some(&candidate) = choice.candidates.get(choice.tried) else {
            choices.pop();
            search.take_back();
            continue;
        };
        choice.tried += 1;
        let call = &search.calls[candidate];
        let Some(next) = choice.state.after(&call.step, call.answer.as_ref()) else { continue };
        // A call that may have happened and changes nothing need not have happened.
        if next == choice.state && call.answer.is_none() {
            continue;
        }
        // What agrees and would change nothing anywhere can stand here in every order that goes on
        // from here. That it changes nothing here is not enough: later it might.
        if call.answer.as_ref().is_some_and(|answer| call.step.operation.is_idle(answer)) {
            choice.tried = choice.candidates.len();
        }
        if search.explain(candidate, &next) {
            choices.push(search.choice(next));
        }
    }
    Verdict::Inexplicable(search.failure())
}

struct Search {
    /// By beginning.
    calls: Vec<Call>,
    explained: Vec<u64>,
    order: Vec<usize>,
    /// Calls with an answer that are not explained yet.
    open: usize,
    failed: HashSet<(Vec<u64>, Subject)>,
    best: (Vec<usize>, Subject),
}

impl Search {
    fn of(calls: &[Call]) -> Self {
        let mut calls: Vec<Call> = calls
            .iter()
            .filter(|call| call.answer.is_some() || !call.step.operation.is_read())
            .cloned()
            .collect();
        calls.sort_by_key(|call| call.invoked);
        Self {
            explained: vec![0; calls.len().div_ceil(64)],
            order: Vec::new(),
            open: calls.iter().filter(|call| call.answer.is_some()).count(),
            failed: HashSet::new(),
            best: (Vec::new(), Subject::default()),
            calls,
        }
    }

    fn is_complete(&self) -> bool {
        self.open == 0
    }

    fn is_explained(&self, index: usize) -> bool {
        self.explained[index / 64] & (1 << (index % 64)) != 0
    }

    /// The calls that may come next, soonest return first.
    fn choice(&self, state: Subject) -> Choice {
        let mut first_return = NEVER;
        // What is explained has begun before everything that comes after it returns.
        let latest = self.order.iter().map(|index| self.calls[*index].invoked).max().unwrap_or(0);
        let mut candidates = Vec::new();
        for (index, call) in self.calls.iter().enumerate() {
            if self.is_explained(index) {
                continue;
            }
            if call.invoked > first_return {
                break;
            }
            if call.answer.is_some() {
                first_return = first_return.min(call.returned);
            } else if call.returned < latest {
                continue;
            }
            candidates.push(index);
        }
        // What need not have happened comes last.
        candidates.sort_by_key(|index| {
            let call = &self.calls[*index];
            (call.answer.is_none(), call.returned)
        });
        Choice { state, candidates, tried: 0 }
    }

    /// Puts a call at the end of the order, unless that has failed before.
    fn explain(&mut self, index: usize, state: &Subject) -> bool {
        self.explained[index / 64] |= 1 << (index % 64);
        if !self.failed.insert((self.explained.clone(), state.clone())) {
            self.explained[index / 64] &= !(1 << (index % 64));
            return false;
        }
        self.order.push(index);
        self.open -= usize::from(self.calls[index].answer.is_some());
        if self.order.len() > self.best.0.len() {
            self.best = (self.order.clone(), state.clone());
        }
        true
    }

    fn take_back(&mut self) {
        if let Some(index) = self.order.pop() {
            self.explained[index / 64] &= !(1 << (index % 64));
            self.open += usize::from(self.calls[index].answer.is_some());
        }
    }

    fn failure(mut self) -> Box<Inexplicable> {
        let (order, state) = std::mem::take(&mut self.best);
        self.explained.fill(0);
        for index in &order {
            self.explained[index / 64] |= 1 << (index % 64);
        }
        let choice = self.choice(state);
        let named = |indices: &[usize]| indices.iter().map(|i| self.calls[*i].clone()).collect();
        Box::new(Inexplicable {
            explained: named(&order),
            stuck: named(&choice.candidates),
            state: choice.state,
        })
    }
}
