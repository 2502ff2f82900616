//! Revocations that arrive while the answer which they make wrong is on its way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jwt_runtime::{LocalView, RedisStore, Standing, TokenRef, TokenStore};
use jwt_tests::redis::RedisServer;
use tokio::task::JoinSet;

use super::{KEEP_UNTIL, NOW, PATIENCE, access, plain, session, stats, viewing};

const BOUND: Duration = Duration::from_secs(1);

/// How many tokens are revoked; `JWT_VIEW_REVOCATIONS` makes it more.
fn revocations() -> usize {
    match std::env::var("JWT_VIEW_REVOCATIONS") {
        Ok(number) => number.parse().expect("JWT_VIEW_REVOCATIONS is a number"),
        Err(_) => 20_000,
    }
}

const AT_ONCE: usize = 64;

/// What one token was asked to on one node.
#[derive(Default)]
struct Tally {
    /// Accepted by a call that began when the bound was over.
    too_late: AtomicUsize,
    /// Accepted by a call that began after the revocation was confirmed, within the bound.
    within_the_bound: AtomicUsize,
}

/// Asks until the token is refused. `confirmed` is when its revocation was.
async fn asks_until_refused(
    node: &RedisStore,
    token: TokenRef<'_>,
    confirmed: &tokio::sync::watch::Receiver<Option<Instant>>,
    tally: &Tally,
) {
    let begin = Instant::now();
    loop {
        let asked_at = Instant::now();
        let confirmed_at = *confirmed.borrow();
        match node.standing(token, NOW).await.unwrap() {
            Standing::Revoked => return,
            Standing::Live => {}
            other => panic!("{other:?}"),
        }
        if let Some(confirmed_at) = confirmed_at {
            let late = asked_at.saturating_duration_since(confirmed_at);
            let count = if late > BOUND { &tally.too_late } else { &tally.within_the_bound };
            count.fetch_add(1, Ordering::SeqCst);
        }
        assert!(begin.elapsed() < PATIENCE, "the revocation of {token:?} was lost");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_revocation_is_lost_to_an_answer_on_its_way() {
    let server = RedisServer::start();
    let other = plain(&server.url()).await;
    let settings = LocalView::new().max_staleness(BOUND);
    let nodes =
        [viewing(&server.url(), settings.clone()).await, viewing(&server.url(), settings).await];
    let tally = Arc::new(Tally::default());

    let mut running = JoinSet::new();
    for number in 0..revocations() {
        if running.len() == AT_ONCE {
            running.join_next().await.unwrap().unwrap();
        }
        let (other, nodes, tally) = (other.clone(), nodes.clone(), Arc::clone(&tally));
        running.spawn(async move {
            let subject = format!("user-{number}");
            other.open_session(session(&subject)).await.unwrap();
            let (confirm, confirmed) = tokio::sync::watch::channel(None);
            let revoking = async {
                // So that it meets the look-ups at each stage.
                for _ in 0..number % 23 {
                    tokio::task::yield_now().await;
                }
                other.revoke_token(access(&subject), NOW, KEEP_UNTIL).await.unwrap();
                confirm.send_replace(Some(Instant::now()));
            };
            tokio::join!(
                revoking,
                asks_until_refused(&nodes[0], access(&subject), &confirmed, &tally),
                asks_until_refused(&nodes[1], access(&subject), &confirmed, &tally),
            );
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }

    assert_eq!(tally.too_late.load(Ordering::SeqCst), 0);
    for node in &nodes {
        let stats = stats(node);
        assert!(stats.hits > 0 && stats.misses > 0, "both ways were taken: {stats:?}");
        for number in 0..revocations() {
            let subject = format!("user-{number}");
            let standing = node.standing(access(&subject), NOW).await.unwrap();
            assert_eq!(standing, Standing::Revoked, "{subject} lives again");
        }
    }
    eprintln!(
        "{} revocations, {} acceptances within the bound, {:?}",
        revocations(),
        tally.within_the_bound.load(Ordering::SeqCst),
        stats(&nodes[0]),
    );
}

/// A node sees what it has done itself before the call returns.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_is_never_behind_its_own_writes() {
    let server = RedisServer::start();
    let node = viewing(&server.url(), LocalView::new()).await;
    let mut running = JoinSet::new();
    for number in 0..2_000 {
        if running.len() == AT_ONCE {
            running.join_next().await.unwrap().unwrap();
        }
        let node = node.clone();
        running.spawn(async move {
            let subject = format!("user-{number}");
            node.open_session(session(&subject)).await.unwrap();
            let asking = {
                let (node, subject) = (node.clone(), subject.clone());
                tokio::spawn(async move {
                    while node.standing(access(&subject), NOW).await.unwrap() == Standing::Live {
                        tokio::task::yield_now().await;
                    }
                })
            };
            for _ in 0..number % 7 {
                assert_eq!(node.standing(access(&subject), NOW).await.unwrap(), Standing::Live);
            }
            let ended = match number % 3 {
                0 => {
                    node.revoke_token(access(&subject), NOW, KEEP_UNTIL).await.unwrap();
                    Standing::Revoked
                }
                1 => {
                    assert!(node.end_session(&subject, "sid-1", NOW).await.unwrap());
                    Standing::SessionEnded
                }
                _ => {
                    node.end_all_sessions(&subject, NOW).await.unwrap();
                    Standing::SessionEnded
                }
            };
            assert_eq!(node.standing(access(&subject), NOW).await.unwrap(), ended);
            asking.await.unwrap();
        });
    }
    while let Some(done) = running.join_next().await {
        done.unwrap();
    }
}
