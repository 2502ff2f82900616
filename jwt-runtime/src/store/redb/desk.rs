//! Where calls wait for the thread that serves them.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::failure::{Failure, store_error};
use super::reply::Slot;
use crate::error::StoreError;

/// How many calls may wait. More than that in front of a disk would only run out of time.
const MAX_WAITING: usize = 10_000;

/// A queue of calls that are served in a transaction of the type `X`.
pub(super) struct Desk<X> {
    waiting: Mutex<Waiting<X>>,
    arrived: Condvar,
}

struct Waiting<X> {
    calls: VecDeque<Box<dyn Call<X>>>,
    is_closed: bool,
}

/// One call: what to do in a transaction, and whom to tell.
pub(super) trait Call<X>: Send {
    /// Whether the caller was told already that its time is over.
    fn is_over(&self) -> bool;

    /// Does it, and keeps the answer. An error is one of the whole transaction.
    fn serve(&mut self, transaction: &X) -> Result<(), Failure>;

    /// Gives the answer, or the error of the transaction.
    fn answer(self: Box<Self>, transaction: Result<(), &Arc<Failure>>);
}

impl<X> Desk<X> {
    pub(super) fn new() -> Self {
        let waiting = Waiting { calls: VecDeque::new(), is_closed: false };
        Self { waiting: Mutex::new(waiting), arrived: Condvar::new() }
    }

    pub(super) fn submit(&self, call: Box<dyn Call<X>>) -> Result<(), StoreError> {
        let mut waiting = self.waiting();
        if waiting.is_closed {
            return Err(StoreError::unavailable("the store is closed"));
        }
        if waiting.calls.len() >= MAX_WAITING {
            return Err(StoreError::Overloaded);
        }
        waiting.calls.push_back(call);
        drop(waiting);
        self.arrived.notify_one();
        Ok(())
    }

    /// Up to `max` calls, as soon as there are any; `None` when there will be none any more.
    pub(super) fn take(&self, max: usize) -> Option<Vec<Box<dyn Call<X>>>> {
        let mut waiting = self.waiting();
        loop {
            if !waiting.calls.is_empty() {
                let count = waiting.calls.len().min(max);
                return Some(waiting.calls.drain(..count).collect());
            }
            if waiting.is_closed {
                return None;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes no more calls; those that wait are served.
    pub(super) fn close(&self) {
        self.waiting().is_closed = true;
        self.arrived.notify_all();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<X>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A [`Call`] that is a function of the transaction.
pub(super) struct Task<T, F> {
    slot: Arc<Slot<T>>,
    function: Option<F>,
    outcome: Option<Result<T, Arc<Failure>>>,
}

impl<T, F> Task<T, F> {
    pub(super) fn new(slot: Arc<Slot<T>>, function: F) -> Self {
        Self { slot, function: Some(function), outcome: None }
    }
}

impl<X, T, F> Call<X> for Task<T, F>
where
    T: Send,
    F: FnOnce(&X) -> Result<T, Failure> + Send,
{
    fn is_over(&self) -> bool {
        self.slot.is_settled()
    }

    fn serve(&mut self, transaction: &X) -> Result<(), Failure> {
        let Some(function) = self.function.take() else { return Ok(()) };
        self.outcome = Some(match function(transaction) {
            Err(failure) if !failure.is_of_one_call() => return Err(failure),
            outcome => outcome.map_err(Arc::new),
        });
        Ok(())
    }

    fn answer(self: Box<Self>, transaction: Result<(), &Arc<Failure>>) {
        let Self { slot, outcome, .. } = *self;
        slot.settle(match (transaction, outcome) {
            (Err(failure), _) => Err(store_error(failure)),
            (Ok(()), Some(outcome)) => outcome.map_err(|failure| store_error(&failure)),
            (Ok(()), None) => Err(StoreError::unavailable("the call was not served")),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let desk = Desk::<()>::new();
        let submit = || {
            let (slot, reply) = Slot::<()>::new();
            drop(reply);
            desk.submit(Box::new(Task::new(slot, |(): &()| Ok(()))))
        };
        for _ in 0..MAX_WAITING {
            submit().unwrap();
        }
        assert!(matches!(submit(), Err(StoreError::Overloaded)));
        assert_eq!(desk.take(1).map(|calls| calls.len()), Some(1));
        submit().unwrap();
    }
}
