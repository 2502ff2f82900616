//! An answer that comes from another thread, once.
//!
//! Needs no runtime, so a store works on any, and without one.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::error::StoreError;

/// The place where the answer to one call is put.
pub(super) struct Slot<T>(Mutex<State<T>>);

enum State<T> {
    Waiting(Option<Waker>),
    Settled(Option<Result<T, StoreError>>),
}

/// A call whose time can run out.
pub(super) trait Expire: Send + Sync {
    /// Answers [`StoreError::Timeout`], unless there is an answer.
    fn expire(&self, deadline: Duration);
}

/// The caller's end of a [`Slot`].
pub(super) struct Reply<T>(Arc<Slot<T>>);

impl<T> Slot<T> {
    pub(super) fn new() -> (Arc<Self>, Reply<T>) {
        let slot = Arc::new(Self(Mutex::new(State::Waiting(None))));
        (Arc::clone(&slot), Reply(slot))
    }

    /// Gives the answer; the first one counts.
    pub(super) fn settle(&self, answer: Result<T, StoreError>) {
        let mut state = self.state();
        if let State::Waiting(waker) = &mut *state {
            let waker = waker.take();
            *state = State::Settled(Some(answer));
            drop(state);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }

    pub(super) fn is_settled(&self) -> bool {
        matches!(*self.state(), State::Settled(_))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send> Expire for Slot<T> {
    fn expire(&self, deadline: Duration) {
        self.settle(Err(StoreError::Timeout(deadline)));
    }
}

impl<T> Future for Reply<T> {
    type Output = Result<T, StoreError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self.0.state() {
            // Taken twice only by an executor that polls what is done.
            State::Settled(answer) => match answer.take() {
                Some(answer) => Poll::Ready(answer),
                None => Poll::Pending,
            },
            State::Waiting(waker) => {
                match waker {
                    Some(known) => known.clone_from(context.waker()),
                    None => *waker = Some(context.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}
