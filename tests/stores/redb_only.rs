//! What `RedbStore` keeps, and when it forgets.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use jwt_runtime::{
    NewSession, NumericDate, RedbStore, Rotation, RotationStep, Standing, StoreError, TokenRef,
    TokenStore, TokenType,
};
use jwt_tests::folder::Folder;
use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableDefinition};

use super::{EXPIRES_AT, KEEP_UNTIL, NOW, PATIENT, ROTATED, access, session, step};

const HOUR: Duration = Duration::from_secs(3_600);

const SESSIONS: TableDefinition<'_, (&str, &str), (u64, &str)> =
    TableDefinition::new("jwt_sessions");
const REVOKED: TableDefinition<'_, (&str, &str), u64> = TableDefinition::new("jwt_revoked");
const SESSIONS_DUE: TableDefinition<'_, (u64, &str, &str), ()> =
    TableDefinition::new("jwt_sessions_due");
const REVOKED_DUE: TableDefinition<'_, (u64, &str, &str), ()> =
    TableDefinition::new("jwt_revoked_due");

/// A store in a file without a name, which goes away with the last clone.
pub(super) fn opened() -> RedbStore {
    let folder = Folder::new();
    RedbStore::builder(folder.file("sessions")).deadline(PATIENT).open().unwrap()
}

fn refresh<'a>(subject: &'a str, token_id: &'a str) -> TokenRef<'a> {
    TokenRef { token_id, token_type: TokenType::Refresh, ..access(subject) }
}

/// How many sessions and revocations are in a file that nobody has open, each with its entry in
/// the schedule.
fn counted(path: &Path) -> (u64, u64) {
    let database = Database::open(path).unwrap();
    let reading = database.begin_read().unwrap();
    let sessions = reading.open_table(SESSIONS).unwrap().len().unwrap();
    assert_eq!(reading.open_table(SESSIONS_DUE).unwrap().len().unwrap(), sessions);
    let revoked = reading.open_table(REVOKED).unwrap().len().unwrap();
    assert_eq!(reading.open_table(REVOKED_DUE).unwrap().len().unwrap(), revoked);
    (sessions, revoked)
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let store = RedbStore::open(&path).unwrap();
    for subject in ["alice", "bob", "carol", "dave"] {
        store.open_session(session(subject)).await.unwrap();
    }
    store.revoke_token(access("bob"), NOW, KEEP_UNTIL).await.unwrap();
    assert!(store.end_session("carol", "sid-1", NOW).await.unwrap());
    let with_grace = RotationStep { grace: HOUR, ..step("dave") };
    assert_eq!(store.rotate(with_grace).await.unwrap(), ROTATED);
    let listed = store.sessions("alice", NOW).await.unwrap();
    drop(store);

    let store = RedbStore::open(&path).unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    assert_eq!(store.sessions("alice", NOW).await.unwrap(), listed);
    assert_eq!(listed[0].label.as_deref(), Some("Firefox"));
    assert_eq!(store.standing(access("bob"), NOW).await.unwrap(), Standing::Revoked);
    assert_eq!(store.standing(access("carol"), NOW).await.unwrap(), Standing::SessionEnded);
    let standing = store.standing(refresh("dave", "refresh-1"), NOW).await.unwrap();
    assert_eq!(standing, Standing::Superseded { rotated_at: NOW });
    let repeated =
        Rotation::Repeated { successor: "refresh-2".to_owned(), rotated_at: NOW, created_at: NOW };
    assert_eq!(store.rotate(with_grace).await.unwrap(), repeated);
    assert_eq!(store.rotate(step("dave")).await.unwrap(), Rotation::Reused);
}

#[tokio::test]
async fn the_end_of_everything_is_on_disk() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let store = RedbStore::open(&path).unwrap();
    store.open_session(session("alice")).await.unwrap();
    store.revoke_token(access("bob"), NOW, KEEP_UNTIL).await.unwrap();
    store.end_every_session(NOW).await.unwrap();
    store.open_session(session("carol")).await.unwrap();
    drop(store);
    assert_eq!(counted(&path), (1, 1));
    let store = RedbStore::open(&path).unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::SessionEnded);
    assert_eq!(store.standing(access("carol"), NOW).await.unwrap(), Standing::Live);
}

#[tokio::test]
async fn expired_records_are_swept_by_later_writes() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let store = RedbStore::open(&path).unwrap();
    for number in 0..100 {
        let subject = format!("subject-{number}");
        store.open_session(session(&subject)).await.unwrap();
        store.revoke_token(access(&subject), NOW, KEEP_UNTIL).await.unwrap();
    }
    store.end_all_sessions("nobody", KEEP_UNTIL).await.unwrap();
    drop(store);
    assert_eq!(counted(&path), (100, 100));

    let store = RedbStore::open(&path).unwrap();
    for _ in 0..4 {
        store.end_all_sessions("nobody", KEEP_UNTIL + HOUR).await.unwrap();
    }
    drop(store);
    assert_eq!(counted(&path), (0, 0));
}

#[tokio::test]
async fn every_record_has_one_due_entry() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let store = RedbStore::open(&path).unwrap();
    store.open_session(session("alice")).await.unwrap();
    for round in 1..20_u64 {
        let now = NOW + Duration::from_secs(round);
        let (old, new) = (format!("refresh-{round}"), format!("refresh-{}", round + 1));
        let mut step = step("alice");
        (step.presented, step.successor) = (&old, &new);
        (step.now, step.expires_at, step.keep_until) = (now, now + HOUR, now + HOUR);
        assert_eq!(store.rotate(step).await.unwrap(), ROTATED);
        store.revoke_token(access("alice"), now, now + HOUR).await.unwrap();
        store.open_session(NewSession { keep_until: now + HOUR, ..session("bob") }).await.unwrap();
    }
    store.revoke_token(access("alice"), NOW, NOW).await.unwrap();
    drop(store);
    assert_eq!(counted(&path), (2, 1));
    let store = RedbStore::open(&path).unwrap();
    store.end_all_sessions("alice", NOW).await.unwrap();
    store.end_all_sessions("bob", NOW).await.unwrap();
    drop(store);
    assert_eq!(counted(&path), (0, 1));
}

#[tokio::test]
async fn a_clock_set_back_revives_no_revoked_token() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file("sessions")).unwrap();
    store.open_session(session("alice")).await.unwrap();
    store.revoke_token(access("alice"), NOW, NOW + Duration::from_secs(960)).await.unwrap();
    store.end_all_sessions("bob", NOW + HOUR).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Revoked);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_an_error_and_no_answer() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let store = RedbStore::open(&path).unwrap();
    for subject in ["alice", "bob"] {
        store.open_session(session(subject)).await.unwrap();
    }
    drop(store);
    let database = Database::open(&path).unwrap();
    let writing = database.begin_write().unwrap();
    let unreadable = (KEEP_UNTIL.as_secs(), r#"{"created_at":1,"from_the_future":true}"#);
    writing.open_table(SESSIONS).unwrap().insert(("alice", "sid-1"), unreadable).unwrap();
    writing.commit().unwrap();
    drop(database);

    let store = RedbStore::open(&path).unwrap();
    let standing = store.standing(access("alice"), NOW).await;
    assert!(matches!(standing, Err(StoreError::Unreadable(_))), "{standing:?}");
    assert!(store.sessions("alice", NOW).await.is_err());
    // Not even beside others in one transaction does it harm them.
    let (broken, whole) = tokio::join!(store.rotate(step("alice")), store.rotate(step("bob")));
    assert!(matches!(broken, Err(StoreError::Unreadable(_))), "{broken:?}");
    assert_eq!(whole.unwrap(), ROTATED);
    assert!(store.end_session("alice", "sid-1", NOW).await.unwrap());
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::SessionEnded);
    drop(store);
    assert_eq!(counted(&path), (1, 0));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_is_carried_out() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file("sessions")).unwrap();
    store.open_session(session("alice")).await.unwrap();
    {
        let call = pin!(store.end_session("alice", "sid-1", NOW));
        let mut context = Context::from_waker(Waker::noop());
        // Ready only if the disk was faster than this.
        let _ = call.poll(&mut context);
    }
    // Behind it in the queue.
    store.end_all_sessions("nobody", NOW).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::SessionEnded);
}

#[test]
fn no_runtime_is_needed() {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }
    let folder = Folder::new();
    let store = RedbStore::open(folder.file("sessions")).unwrap();
    block_on(store.open_session(session("alice"))).unwrap();
    assert_eq!(block_on(store.standing(access("alice"), NOW)).unwrap(), Standing::Live);
}

#[tokio::test]
async fn no_deadline_is_too_long() {
    let folder = Folder::new();
    let builder = RedbStore::builder(folder.file("sessions")).deadline(Duration::MAX);
    let store = builder.open().unwrap();
    store.open_session(session("alice")).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
}

#[tokio::test]
async fn no_date_is_too_far_away() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file("sessions")).unwrap();
    let login = NewSession {
        expires_at: NumericDate::MAX,
        keep_until: NumericDate::MAX,
        ..session("alice")
    };
    store.open_session(login).await.unwrap();
    assert_eq!(store.standing(access("alice"), EXPIRES_AT).await.unwrap(), Standing::Live);
    assert_eq!(store.rotate(step("alice")).await.unwrap(), ROTATED);
}

#[test]
fn debug_shows_no_record() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file("sessions")).unwrap();
    let shown = format!("{store:?}");
    assert!(shown.starts_with("RedbStore { path: "), "{shown}");
    assert!(shown.ends_with("deadline: 2s, .. }"), "{shown}");
}
