//! Fresh tokens for the holders of older access tokens.

use jwt_runtime::{AuthError, MemoryStore, SessionLimit};
use jwt_tests::app::authority;
use jwt_tests::older::{accepting, access, app_with, flask, signed, user};

#[tokio::test]
async fn reauthentication_gives_nothing_for_a_token_that_was_revoked_meanwhile() {
    for all in [false, true] {
        let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
        let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
        match all {
            true => auth.logout_all("alice").await.expect("a store"),
            false => auth.logout(&token).await.expect("a store"),
        }
        let refused = auth.reauthenticate(&token).await.expect_err("nothing");
        assert_eq!(refused, AuthError::TokenRevoked, "all: {all}");
        assert!(auth.sessions("alice").await.expect("a store").is_empty(), "all: {all}");
    }
}

/// For a token of its own session, which has ended, that session's next token is as dead.
#[tokio::test]
async fn reauthentication_revives_no_session() {
    let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
    let pair = auth.login(&user("alice")).await.expect("a pair");
    let token = access(&auth, pair.access_token().as_str()).await.expect("a good one");
    auth.logout(&token).await.expect("a store");
    let grant = auth.reauthenticate(&token).await.expect("a grant");
    assert!(access(&auth, grant.access_token().as_str()).await.is_err());
}

#[tokio::test]
async fn reauthentication_keeps_to_the_limit() {
    let (auth, _) = authority(|builder| {
        accepting(builder, MemoryStore::new()).session_limit(SessionLimit::Refuse(2))
    });
    let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
    for _ in 0..5 {
        drop(auth.reauthenticate(&token).await.expect("a grant"));
    }
    assert_eq!(auth.sessions("alice").await.expect("a store").len(), 1);
    drop(auth.login(&user("alice")).await.expect("the second"));
}

/// The logout of the token ends what was made of it.
#[tokio::test]
async fn the_logout_of_an_older_token_ends_its_fresh_one() {
    let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
    let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
    let grant = auth.reauthenticate(&token).await.expect("a grant");
    let fresh = access(&auth, grant.access_token().as_str()).await.expect("a good one");
    auth.logout(&token).await.expect("a store");
    assert!(access(&auth, fresh.as_str()).await.is_err());
}

/// What was logged out stays so, however often the older token is used to prove oneself.
#[tokio::test]
async fn proving_oneself_again_revives_nothing() {
    let (auth, _) = authority(|builder| accepting(builder, MemoryStore::new()));
    let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
    let mut dead = Vec::<String>::new();
    for _ in 0..3 {
        let grant = auth.reauthenticate(&token).await.expect("a grant");
        let compact = grant.access_token().as_str().to_owned();
        let fresh = access(&auth, &compact).await.expect("a good one");
        for compact in &dead {
            assert!(access(&auth, compact).await.is_err(), "revived");
        }
        auth.logout(&fresh).await.expect("a store");
        dead.push(compact);
    }
    access(&auth, &signed(&flask("access", "1"))).await.expect("it was not logged out");
}

/// Somebody with an older access token proves who they are again.
#[tokio::test]
async fn reauthentication_with_an_older_token_says_why_not() {
    let app = app_with(MemoryStore::new()).await;
    let reply = app.post("/reauthenticate", &signed(&flask("access", "1"))).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}
