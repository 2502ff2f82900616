//! What has to hold when calls overlap. Every task has a thread of its own.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::case::{Case, Login, new_id};
use crate::store::{Rotation, Standing, TokenStore};

const CONCURRENT: usize = 200;
const ROUNDS: usize = 50;

/// Of any number of clients that present one refresh token at once, at most one gets a successor.
/// The others were reuses, so afterwards the session has ended.
pub async fn of_concurrent_rotations_one_succeeds<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "of_concurrent_rotations_one_succeeds"));
    let login = Arc::new(case.login().await);
    let start = Arc::new(Barrier::new(CONCURRENT));
    let clients: Vec<_> = (0..CONCURRENT)
        .map(|_| {
            let (case, login, start) = (Arc::clone(&case), Arc::clone(&login), Arc::clone(&start));
            in_parallel(async move {
                start.wait();
                case.rotate(login.step(&login.refresh_id, &new_id())).await
            })
        })
        .collect();

    let (mut rotated, mut reused) = (0, 0);
    for client in clients {
        match joined(client).await {
            Rotation::Rotated { .. } => rotated += 1,
            Rotation::Reused => reused += 1,
            other => case.assert_eq(other, Rotation::SessionEnded, "a rotation that came later"),
        }
    }
    case.assert_eq((rotated, reused), (1, 1), "successful rotations, and reuses that ended it");
    case.assert_ended(&login, "the session").await;
}

/// A rotation that begins after `end_session` has returned fails, and one that began before leaves
/// nothing behind.
pub async fn no_rotation_outruns_the_end_of_its_session<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "no_rotation_outruns_the_end_of_its_session"));
    for _ in 0..ROUNDS {
        let login = Arc::new(case.login().await);
        race_against_the_end(&case, &login, {
            let (case, login) = (Arc::clone(&case), Arc::clone(&login));
            async move { case.assert_eq(case.end(&login).await, true, "`end_session`") }
        })
        .await;
    }
}

/// The same for `end_all_sessions`.
pub async fn no_rotation_outruns_the_end_of_all_sessions<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "no_rotation_outruns_the_end_of_all_sessions"));
    for _ in 0..ROUNDS {
        let login = Arc::new(case.login().await);
        race_against_the_end(&case, &login, {
            let (case, login) = (Arc::clone(&case), Arc::clone(&login));
            async move { case.end_all(&login.subject).await }
        })
        .await;
    }
}

/// Logins of one subject at once do not invalidate each other.
pub async fn concurrent_logins_all_live<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "concurrent_logins_all_live"));
    let subject = new_id();
    let start = Arc::new(Barrier::new(CONCURRENT));
    let clients: Vec<_> = (0..CONCURRENT)
        .map(|_| {
            let (case, start, subject) = (Arc::clone(&case), Arc::clone(&start), subject.clone());
            in_parallel(async move {
                start.wait();
                case.login_of(&subject).await
            })
        })
        .collect();
    let mut logins = Vec::new();
    for client in clients {
        logins.push(joined(client).await);
    }
    for login in &logins {
        case.assert_lives(login, "one of the logins").await;
    }
    case.assert_eq(case.listed_ids(&subject).await.len(), CONCURRENT, "the listed sessions");
}

/// Rotates as fast as it can while `end` runs, then checks what is left.
async fn race_against_the_end<S: TokenStore>(
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
    case.assert_eq(case.listed_ids(&login.subject).await, vec![], "the list of sessions");
}

/// Lets the other side of a race come to an end whatever happens to this one.
struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A future on a thread of its own, also where the runtime has only one.
fn in_parallel<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(future))
}

async fn joined<T>(task: JoinHandle<T>) -> T {
    match task.await {
        Ok(output) => output,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => panic!("a task of the contract was cancelled: {error}"),
        },
    }
}
