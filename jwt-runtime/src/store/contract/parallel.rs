//! Calls that overlap, each on a thread of its own.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::case::{Case, Login, new_id};
use crate::store::{Rotation, Standing, TokenStore};

/// What `count` calls that begin at the same time come to.
pub(super) async fn all_at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    count: usize,
    call: impl Fn(usize) -> F,
) -> Vec<T> {
    let start = Arc::new(Barrier::new(count));
    let calls: Vec<_> = (0..count)
        .map(|number| {
            let (start, call) = (Arc::clone(&start), call(number));
            in_parallel(async move {
                start.wait();
                call.await
            })
        })
        .collect();
    let mut outcomes = Vec::with_capacity(count);
    for call in calls {
        outcomes.push(joined(call).await);
    }
    outcomes
}

/// Rotates as fast as it can while `end` runs, then checks what is left.
pub(super) async fn race_against_the_end<S: TokenStore>(
    case: &Arc<Case<S>>,
    login: &Arc<Login>,
    end: impl Future<Output = ()> + Send + 'static,
) {
    let start = Arc::new(Barrier::new(2));
    let has_ended = Arc::new(AtomicBool::new(false));
    let rotating = in_parallel({
        let (case, login) = (Arc::clone(case), Arc::clone(login));
        let (start, has_ended) = (Arc::clone(&start), Arc::clone(&has_ended));
        async move {
            start.wait();
            let mut current = login.refresh_id.clone();
            loop {
                let begins_after_the_end = has_ended.load(Ordering::SeqCst);
                let successor = new_id();
                let rotation = case.rotate(login.step(&current, &successor)).await;
                let expected =
                    if begins_after_the_end || !matches!(rotation, Rotation::Rotated { .. }) {
                        Rotation::SessionEnded
                    } else {
                        Rotation::Rotated { created_at: login.at }
                    };
                let is_over = rotation == Rotation::SessionEnded;
                case.assert_eq(rotation, expected, "a rotation during or after the end");
                if is_over {
                    return current;
                }
                current = successor;
            }
        }
    });
    let ending = in_parallel(async move {
        let _set_also_when_it_fails = SetOnDrop(has_ended);
        start.wait();
        end.await;
    });
    joined(ending).await;
    let last = joined(rotating).await;

    case.assert_ended(login, "the session").await;
    let standing = case.standing(login.refresh_token(&last)).await;
    case.assert_eq(standing, Standing::SessionEnded, "its last refresh token");
    let is_listed = case.listed_ids(&login.subject).await.contains(&login.session_id);
    case.assert_eq(is_listed, false, "whether the session is listed");
}

/// Lets the other side of a race come to an end whatever happens to this one.
struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future on a thread of its own, also where the runtime has only one.
pub(super) fn in_parallel<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(future))
}

pub(super) async fn joined<T>(task: JoinHandle<T>) -> T {
    match task.await {
        Ok(output) => output,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => panic!("a task of the contract was cancelled: {error}"),
        },
    }
}
