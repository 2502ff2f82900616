//! Bounds and expiry of `MemoryStore`.

use std::time::Duration;

use jwt_runtime::{MemoryStore, NewSession, Rotation, Standing, StoreError, TokenRef, TokenStore};

use super::{EXPIRES_AT, KEEP_UNTIL, NOW, ROTATED, access, session, step};

const HOUR: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn a_full_store_refuses_and_forgets_nothing() {
    let store = MemoryStore::with_max_records(2);
    store.open_session(session("alice")).await.unwrap();
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();

    let refused = store.open_session(session("bob")).await;
    assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
    let other = TokenRef { token_id: "access-2", ..access("alice") };
    let refused = store.revoke_token(other, NOW, KEEP_UNTIL).await;
    assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");

    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Revoked);
    assert_eq!(store.standing(other, NOW).await.unwrap(), Standing::Live);
    // What needs no room still works.
    store.revoke_token(access("alice"), NOW, KEEP_UNTIL).await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    assert_eq!(store.rotate(step("alice")).await.unwrap(), ROTATED);
    assert!(store.end_session("alice", "sid-1", NOW).await.unwrap());
    store.open_session(session("bob")).await.unwrap();
}

#[tokio::test]
async fn a_full_store_makes_room_from_what_has_expired() {
    let store = MemoryStore::with_max_records(1);
    store.open_session(session("alice")).await.unwrap();
    let later = NewSession { now: KEEP_UNTIL, keep_until: KEEP_UNTIL + HOUR, ..session("bob") };
    store.open_session(later).await.unwrap();
    assert_eq!(store.len(), 1);
    let standing = store.standing(access("alice"), KEEP_UNTIL).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
}

#[tokio::test]
async fn expired_records_are_swept_by_later_writes() {
    let store = MemoryStore::new();
    for number in 0..1_000 {
        let subject = format!("subject-{number}");
        store.open_session(session(&subject)).await.unwrap();
        store.revoke_token(access(&subject), NOW, KEEP_UNTIL).await.unwrap();
    }
    assert_eq!(store.len(), 2_000);
    let much_later = KEEP_UNTIL + 2 * HOUR;
    for _ in 0..50 {
        store.end_all_sessions("nobody", much_later).await.unwrap();
    }
    assert!(store.is_empty(), "{} records are left", store.len());
}

#[tokio::test]
async fn ended_and_rotated_sessions_leave_nothing_behind() {
    let store = MemoryStore::new();
    for round in 0..1_000_u64 {
        let now = NOW + Duration::from_secs(round);
        let (old, new) = (format!("refresh-{round}"), format!("refresh-{}", round + 1));
        if round == 0 {
            let first = NewSession { refresh_token_id: Some(&old), ..session("alice") };
            store.open_session(first).await.unwrap();
        }
        let mut step = step("alice");
        (step.presented, step.successor) = (&old, &new);
        (step.now, step.expires_at, step.keep_until) = (now, now + HOUR, now + HOUR);
        assert_eq!(store.rotate(step).await.unwrap(), ROTATED);
        store.open_session(session("bob")).await.unwrap();
        assert!(store.end_session("bob", "sid-1", now).await.unwrap());
    }
    assert_eq!(store.len(), 1);
    store.end_all_sessions("alice", NOW).await.unwrap();
    assert!(store.is_empty());
}

#[tokio::test]
async fn a_session_is_over_at_keep_until_swept_or_not() {
    let store = MemoryStore::new();
    store.open_session(session("alice")).await.unwrap();
    let standing = store.standing(access("alice"), KEEP_UNTIL).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    let mut late = step("alice");
    late.now = KEEP_UNTIL;
    assert_eq!(store.rotate(late).await.unwrap(), Rotation::SessionEnded);
    assert!(!store.end_session("alice", "sid-1", KEEP_UNTIL).await.unwrap());
}

#[tokio::test]
async fn a_clock_set_back_revives_no_revoked_token() {
    let store = MemoryStore::new();
    store.open_session(session("alice")).await.unwrap();
    store.revoke_token(access("alice"), NOW, NOW + Duration::from_secs(960)).await.unwrap();
    let ahead = NOW + HOUR;
    store.end_all_sessions("bob", ahead).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Revoked);
}

#[tokio::test]
async fn clones_share_their_records() {
    let store = MemoryStore::new();
    store.clone().open_session(session("alice")).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    assert_eq!(store.sessions("alice", EXPIRES_AT).await.unwrap(), vec![]);
}

#[tokio::test]
async fn debug_shows_no_record() {
    let store = MemoryStore::new();
    store.open_session(session("alice")).await.unwrap();
    assert_eq!(format!("{store:?}"), "MemoryStore { max_records: 1000000, .. }");
}
