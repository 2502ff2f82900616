//! What `RedbStore` does per second, and what a session takes on disk.
//!
//! ```sh
//! cargo bench --bench redb            # in the folder for temporary files
//! TMPDIR=/srv cargo bench --bench redb   # on the disk that counts
//! ```
//!
//! Writes wait for `fsync`, so these are figures of the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jwt_runtime::{
    Device, NewSession, NumericDate, RedbStore, RotationStep, TokenRef, TokenStore, TokenType,
};
use uuid::Uuid;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const LATER: NumericDate = NumericDate::from_secs(1_802_592_000);
const FILLED: usize = 100_000;

fn id() -> String {
    Uuid::now_v7().to_string()
}

/// A session to log in, refresh and log out.
#[derive(Clone)]
struct User {
    subject: String,
    session_id: String,
    current: String,
}

impl User {
    fn new() -> Self {
        Self { subject: id(), session_id: id(), current: id() }
    }

    async fn login(&self, store: &RedbStore) {
        let session = NewSession {
            subject: &self.subject,
            session_id: &self.session_id,
            refresh_token_id: Some(&self.current),
            device: Device::default(),
            now: NOW,
            expires_at: LATER,
            keep_until: LATER,
            limit: None,
        };
        store.open_session(session).await.expect("a login");
    }

    async fn rotate(&mut self, store: &RedbStore) {
        let successor = id();
        let step = RotationStep {
            subject: &self.subject,
            session_id: &self.session_id,
            presented: &self.current,
            successor: &successor,
            now: NOW,
            expires_at: LATER,
            keep_until: LATER,
            grace: Duration::ZERO,
            session_lifetime: None,
            idle_timeout: None,
        };
        store.rotate(step).await.expect("a rotation");
        self.current = successor;
    }

    fn access(&self) -> TokenRef<'_> {
        TokenRef {
            subject: &self.subject,
            session_id: &self.session_id,
            token_id: "access",
            token_type: TokenType::Access,
        }
    }
}

/// Logs in, rotates four times and logs out, from so many tasks; prints each per second.
async fn writes(store: &RedbStore, tasks: usize, each: usize) {
    let began = Instant::now();
    let mut users = in_tasks(
        tasks,
        vec![(); tasks],
        |store, ()| async move {
            let mut users = Vec::new();
            for _ in 0..each {
                let user = User::new();
                user.login(&store).await;
                users.push(user);
            }
            users
        },
        store,
    )
    .await;
    report(tasks, "logins", tasks * each, began);
    let began = Instant::now();
    users = in_tasks(
        tasks,
        users,
        |store, mut users: Vec<User>| async move {
            for user in &mut users {
                user.rotate(&store).await;
            }
            users
        },
        store,
    )
    .await;
    report(tasks, "rotations", tasks * each, began);
    let began = Instant::now();
    in_tasks(
        tasks,
        users,
        |store, users: Vec<User>| async move {
            for user in users {
                store.end_session(&user.subject, &user.session_id, NOW).await.expect("an end");
            }
        },
        store,
    )
    .await;
    report(tasks, "logouts", tasks * each, began);
}

async fn in_tasks<A, T, F>(
    tasks: usize,
    given: Vec<A>,
    run: impl Fn(RedbStore, A) -> F,
    store: &RedbStore,
) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    assert_eq!(given.len(), tasks);
    let running: Vec<_> =
        given.into_iter().map(|given| tokio::spawn(run(store.clone(), given))).collect();
    let mut done = Vec::new();
    for task in running {
        done.push(task.await.expect("no task fails"));
    }
    done
}

fn report(tasks: usize, what: &str, count: usize, began: Instant) {
    println!("{tasks:>4} tasks: {:>8.0} {what}/s", count as f64 / began.elapsed().as_secs_f64());
}

/// Asks for one token after the other, and prints how long an answer takes.
async fn standings(what: &str, store: &RedbStore, users: &[User], for_how_long: Duration) {
    let mut times = Vec::new();
    let began = Instant::now();
    for user in users.iter().cycle() {
        let asked = Instant::now();
        store.standing(user.access(), NOW).await.expect("a standing");
        times.push(asked.elapsed());
        if began.elapsed() > for_how_long {
            break;
        }
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "standing, {what}: median {:?}, 99 % {:?}, 99.9 % {:?}, longest {:?}, of {}",
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0),
        times.len()
    );
}

async fn fill(store: &RedbStore, path: &Path) -> Vec<User> {
    let empty = std::fs::metadata(path).expect("the file").len();
    let began = Instant::now();
    let users = in_tasks(
        500,
        vec![(); 500],
        |store, ()| async move {
            let mut users = Vec::new();
            for _ in 0..FILLED / 500 {
                let user = User::new();
                user.login(&store).await;
                users.push(user);
            }
            users
        },
        store,
    )
    .await
    .concat();
    report(500, "logins", FILLED, began);
    let size = std::fs::metadata(path).expect("the file").len() - empty;
    println!("{FILLED} sessions: {} bytes each in the file", size / FILLED as u64);
    users
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = std::env::temp_dir().join(format!("jwt-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("sessions");
    let store = RedbStore::builder(&path).deadline(Duration::from_secs(60)).open().expect("a file");
    runtime.block_on(async {
        writes(&store, 1, 500).await;
        writes(&store, 64, 200).await;
        let users = Arc::new(fill(&store, &path).await);
        standings("idle", &store, &users, Duration::from_secs(2)).await;
        let busy = {
            let store = store.clone();
            tokio::spawn(async move { writes(&store, 32, 500).await })
        };
        while !busy.is_finished() {
            standings("while 32 tasks write", &store, &users, Duration::from_secs(2)).await;
        }
    });
    drop(store);
    let began = Instant::now();
    let store = RedbStore::open(&path).expect("the file");
    println!("opened with {FILLED} sessions in {:?}", began.elapsed());
    runtime.block_on(async {
        let size = || std::fs::metadata(&path).expect("the file").len();
        let before = size();
        in_tasks(
            500,
            vec![(); 500],
            |store, ()| async move {
                for _ in 0..400 {
                    let user = User::new();
                    user.login(&store).await;
                    let ended = store.end_session(&user.subject, &user.session_id, NOW).await;
                    assert!(ended.expect("an end"));
                }
            },
            &store,
        )
        .await;
        println!("200000 logins with their logouts: {before} bytes before, {} after", size());
        let began = Instant::now();
        store.end_every_session(NOW).await.expect("the end");
        println!("ended every one of {FILLED} sessions in {:?}", began.elapsed());
    });
    drop(store);
    let _ = std::fs::remove_dir_all(&folder);
}
