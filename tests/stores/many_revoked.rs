//! One subject that has a great many tokens revoked must not make its store slow for the others.

use std::sync::Arc;

use jwt_runtime::{MemoryStore, Standing, TokenRef, TokenStore};
use jwt_tests::redis::RedisServer;
use tokio::task::JoinSet;

use super::{KEEP_UNTIL, NOW, access, connected, session};

const MOST: usize = 10_000;

async fn standing(store: &impl TokenStore, token: TokenRef<'_>) -> Standing {
    store.standing(token, NOW).await.unwrap()
}

/// `spare` is how many of them the store has no room for, because it counts other things too.
async fn revoke_too_many<S: TokenStore>(store: S, spare: usize) {
    let store = Arc::new(store);
    store.open_session(session("alice")).await.unwrap();
    store.open_session(session("bob")).await.unwrap();
    let mut revocations = JoinSet::new();
    for number in 0..MOST - spare {
        let store = Arc::clone(&store);
        revocations.spawn(async move {
            let token_id = format!("jti-{number}");
            let token = TokenRef { token_id: &token_id, ..access("alice") };
            store.revoke_token(token, NOW, KEEP_UNTIL).await.unwrap();
        });
        if revocations.len() > 500 {
            revocations.join_next().await.unwrap().unwrap();
        }
    }
    revocations.join_all().await;
    assert_eq!(standing(&*store, access("alice")).await, Standing::Live, "up to the last");

    // What is revoked already, or is somebody else's, needs no more room.
    let known = TokenRef { token_id: "jti-7", ..access("alice") };
    store.revoke_token(known, NOW, KEEP_UNTIL).await.unwrap();
    assert_eq!(standing(&*store, access("alice")).await, Standing::Live);
    store.revoke_token(access("bob"), NOW, KEEP_UNTIL).await.unwrap();
    assert_eq!(standing(&*store, access("bob")).await, Standing::Revoked);

    let one_more = TokenRef { token_id: "one more", ..access("alice") };
    store.revoke_token(one_more, NOW, KEEP_UNTIL).await.unwrap();
    assert_eq!(standing(&*store, one_more).await, Standing::SessionEnded);
    assert_eq!(store.sessions("alice", NOW).await.unwrap(), vec![]);
    assert_eq!(standing(&*store, known).await, Standing::Revoked, "nothing is forgotten for it");
    // Logging in again is the way out.
    store.open_session(session("alice")).await.unwrap();
    assert_eq!(standing(&*store, access("alice")).await, Standing::Live);
    assert_eq!(standing(&*store, known).await, Standing::Revoked);
}

#[tokio::test]
async fn the_memory_is_bounded_for_each_subject() {
    revoke_too_many(MemoryStore::new(), 0).await;
}

#[tokio::test]
async fn the_hash_is_bounded_for_each_subject() {
    let server = RedisServer::start();
    // Its session and that session's device are fields too.
    revoke_too_many(connected(&server.url()).await, 2).await;
    let fields = server.cli(&["HLEN", "jwt:{alice}"]);
    assert_eq!(fields.trim(), MOST.to_string());
}
