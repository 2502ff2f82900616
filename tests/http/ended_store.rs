//! Open connections, and what the store says of them, or does not say.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::Request;
use jwt_runtime::{
    Ended, FreshJwt, JwtAuth, MemoryStore, RefreshJwt, StoreError, Token, TokenType,
};
use jwt_tests::app::authority;
use jwt_tests::counting::Counting;
use jwt_tests::keys::SECRET;
use jwt_tests::meeting::Meeting;
use jwt_tests::plugged::Plugged;
use jwt_tests::watched::{Watched, Watcher};

use crate::ended::{User, pass, verified};

/// What an extractor of a guard gives for this token.
async fn extracted<E: FromRequestParts<JwtAuth>>(auth: &JwtAuth, token: &str) -> E {
    let request = Request::builder().header("authorization", format!("Bearer {token}"));
    let (mut parts, ()) = request.body(()).expect("a request").into_parts();
    match E::from_request_parts(&mut parts, auth).await {
        Ok(extracted) => extracted,
        Err(_) => panic!("it is a good token"),
    }
}

#[tokio::test(start_paused = true)]
async fn store_that_is_silent_for_long_ends_it() {
    let store = Plugged::default();
    let (auth, _clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let token = verified(&auth).await;
    let ended = tokio::spawn(token.ended());
    store.pull();
    let begun = tokio::time::Instant::now();
    assert_eq!(ended.await.expect("no panic"), Ended::StoreUnavailable);
    let silent = begun.elapsed();
    assert!((9..=12).contains(&silent.as_secs()), "{silent:?}");
}

#[tokio::test(start_paused = true)]
async fn short_outage_of_the_store_ends_nothing() {
    let store = Plugged::default();
    let (auth, _clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let token = verified(&auth).await;
    let ended = tokio::spawn(token.ended());
    for _ in 0..3 {
        store.pull();
        pass(Duration::from_secs(8)).await;
        store.plug_in();
        pass(Duration::from_secs(1)).await;
    }
    assert!(!ended.is_finished());
    auth.logout(token.registered()).await.expect("the store works");
    assert_eq!(ended.await.expect("no panic"), Ended::Revoked);
}

/// One that neither answers nor fails is as silent as one that is not there.
#[tokio::test(start_paused = true)]
async fn store_that_hangs_ends_it() {
    let store = Meeting::default();
    let (auth, _clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let token = verified(&auth).await;
    let ended = tokio::spawn(token.ended());
    pass(Duration::from_secs(3)).await;
    // A question waits for a second one, and there is none.
    store.begin();
    let begun = tokio::time::Instant::now();
    assert_eq!(ended.await.expect("no panic"), Ended::StoreUnavailable);
    let silent = begun.elapsed();
    assert!((9..=12).contains(&silent.as_secs()), "{silent:?}");
}

/// It is known without the store.
#[tokio::test(start_paused = true)]
async fn token_expires_while_the_store_hangs() {
    let store = Meeting::default();
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let token = verified(&auth).await;
    clock.advance(Duration::from_secs(895));
    store.begin();
    let ended = tokio::spawn(token.ended());
    pass(Duration::from_secs(1)).await;
    clock.advance(Duration::from_secs(5));
    let begun = tokio::time::Instant::now();
    assert_eq!(ended.await.expect("no panic"), Ended::Expired);
    assert!(begun.elapsed() <= Duration::from_secs(5), "{:?}", begun.elapsed());
}

/// A request may be let in so; a connection would be for as long as the outage.
#[tokio::test(start_paused = true)]
async fn nobody_stays_unchecked() {
    let store = Plugged::default();
    let (auth, _clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(store.clone());
        builder.accept_access_tokens_unchecked_while_the_store_is_down()
    });
    let pair = auth.login(&User { sub: "alice".into() }).await.expect("a login");
    let plain = verified(&auth).await;
    let FreshJwt(fresh) =
        extracted::<FreshJwt<Token<User>>>(&auth, pair.access_token().as_str()).await;
    let RefreshJwt(refresh) =
        extracted::<RefreshJwt<User>>(&auth, pair.refresh_token().as_str()).await;
    let watched = [
        ("plain", tokio::spawn(plain.ended())),
        ("fresh", tokio::spawn(fresh.ended())),
        ("refresh", tokio::spawn(refresh.ended())),
    ];
    store.pull();
    pass(Duration::from_secs(9)).await;
    for (what, ended) in &watched {
        assert!(!ended.is_finished(), "{what}");
    }
    pass(Duration::from_secs(2)).await;
    for (what, ended) in watched {
        assert!(ended.is_finished(), "{what}");
        assert_eq!(ended.await.expect("no panic"), Ended::StoreUnavailable, "{what}");
    }
}

/// Access tokens that nobody asks about at a request are not asked about afterwards.
#[tokio::test(start_paused = true)]
async fn token_that_is_not_looked_up_ends_when_it_expires() {
    let store = Counting::default();
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(store.clone());
        builder.revocation_checks([TokenType::Refresh])
    });
    let token = verified(&auth).await;
    store.reset();
    let ended = tokio::spawn(token.ended());
    pass(Duration::from_secs(30)).await;
    assert_eq!(store.calls(), 0);
    auth.logout(token.registered()).await.expect("the store works");
    pass(Duration::from_secs(30)).await;
    assert!(!ended.is_finished());
    clock.advance(Duration::from_secs(900));
    pass(Duration::from_secs(1)).await;
    assert!(ended.is_finished());
    assert_eq!(ended.await.expect("no panic"), Ended::Expired);
}

/// A connection that was opened with a refresh token lives on with its session, unless a second use
/// of that token would end the session.
#[tokio::test(start_paused = true)]
async fn rotation_within_a_grace_does_not_end_it() {
    for grace in [0, 10] {
        let (auth, clock) = authority(|builder| {
            let builder = builder.secret(SECRET).store(MemoryStore::new());
            builder.rotation_grace(Duration::from_secs(grace))
        });
        let pair = auth.login(&User { sub: "alice".into() }).await.expect("a login");
        let refresh = pair.refresh_token().as_str();
        let RefreshJwt(token) = extracted::<RefreshJwt<User>>(&auth, refresh).await;
        let RefreshJwt(presented) = extracted::<RefreshJwt<User>>(&auth, refresh).await;
        let ended = tokio::spawn(token.ended());
        let next = auth.rotate::<User>(presented).await.expect("it was not used yet");
        if grace > 0 {
            for _ in 0..2 {
                pass(Duration::from_secs(5)).await;
                clock.advance(Duration::from_secs(20));
                assert!(!ended.is_finished());
            }
            let next = next.refresh_token().as_str();
            let RefreshJwt(next) = extracted::<RefreshJwt<User>>(&auth, next).await;
            auth.logout(next.registered()).await.expect("the store works");
        }
        assert_eq!(ended.await.expect("no panic"), Ended::Revoked, "{grace}");
    }
}

/// A store that is there, and has to be waited for.
#[derive(Clone, Debug, Default)]
struct Patient;

impl Watcher for Patient {
    async fn before(&self, _: &'static str) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        Ok(())
    }
}

/// Nobody was silent: nobody was asked.
#[tokio::test(start_paused = true)]
async fn long_interval_is_no_silence() {
    let (auth, _clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(Watched::<Patient>::default());
        builder.watch_interval(Duration::from_secs(30))
    });
    let token = verified(&auth).await;
    let ended = tokio::spawn(token.ended());
    pass(Duration::from_secs(100)).await;
    assert!(!ended.is_finished());
    auth.logout(token.registered()).await.expect("the store works");
    assert_eq!(ended.await.expect("no panic"), Ended::Revoked);
}
