//! Logouts where older tokens are accepted: full stores, clocks that are ahead, views of other nodes.

use std::time::Duration;

use jwt_runtime::{
    AccessToken, AuthError, JwtAuth, LocalView, MemoryStore, RedbStore, RedisStore, RefreshToken,
    Registered, TokenStore,
};
use jwt_tests::app::authority;
use jwt_tests::clock::START;
use jwt_tests::folder::Folder;
use jwt_tests::keys::SECRET;
use jwt_tests::older::{
    AllClaims, accepting, access, app_with, flask, flask_at, refresh, signed, user, with,
};
use jwt_tests::redis::RedisServer;
use jwt_tests::refusal::token_revoked;
use jwt_tests::scripted::Scripted;
use jwt_tests::tokens::claims;

/// A token of either kind, which can be exchanged.
enum Older {
    Access(AccessToken<AllClaims>),
    Refresh(RefreshToken<AllClaims>),
}

impl Older {
    async fn verified(auth: &JwtAuth, kind: &str) -> Self {
        let compact = signed(&flask(kind, "1"));
        match kind {
            "refresh" => Self::Refresh(refresh(auth, &compact).await),
            _ => Self::Access(access(auth, &compact).await.expect("a good one")),
        }
    }

    fn registered(&self) -> &Registered {
        match self {
            Self::Access(token) => token.registered(),
            Self::Refresh(token) => token.registered(),
        }
    }

    /// The fresh access token, or that of the pair.
    async fn exchange(self, auth: &JwtAuth) -> String {
        let token = match self {
            Self::Access(token) => {
                auth.reauthenticate(&token).await.expect("a grant").access_token().clone()
            }
            Self::Refresh(token) => {
                auth.rotate(token).await.expect("a pair").access_token().clone()
            }
        };
        token.as_str().to_owned()
    }
}

/// What an incident needs is done although the store is full.
#[tokio::test]
async fn logouts_end_sessions_of_a_full_store() {
    for everyone in [false, true] {
        let store = MemoryStore::with_max_records(3);
        let app = app_with(store).await;
        let pair = app.login("alice").await;
        app.login("bob").await;
        app.login("mallory").await;
        // They leave room to remember older tokens.
        let outcome = match everyone {
            true => app.auth.logout_everyone().await,
            false => app.auth.logout_all("alice").await,
        };
        assert_eq!(outcome, Ok(()), "everyone: {everyone}");
        token_revoked().assert(&app.get("/access", &pair.access).await);
    }
}

/// Redis ends sessions by freeing memory; there is none to remember older tokens with.
#[tokio::test]
async fn a_redis_without_memory_ends_sessions_all_the_same() {
    for accepts in [false, true] {
        let server = RedisServer::start();
        let store = RedisStore::builder(&server.url()).deadline(Duration::from_secs(10));
        let store = store.connect().await.expect("a store");
        let (auth, _) = authority(|builder| match accepts {
            true => accepting(builder, store),
            false => builder.secret(SECRET).store(store),
        });
        let pair = auth.login(&user("alice")).await.expect("a pair");
        server.cli(&["CONFIG", "SET", "maxmemory", "1"]);
        let outcome = auth.logout_all("alice").await;
        server.cli(&["CONFIG", "SET", "maxmemory", "0"]);
        assert_eq!(outcome.is_err(), accepts, "{outcome:?}");
        let after = access(&auth, pair.access_token().as_str()).await;
        assert!(after.is_err(), "accepts older: {accepts}");
    }
}

/// Whatever names an application passes on.
#[tokio::test]
async fn nobody_unlinks_what_is_remembered() {
    let server = RedisServer::start();
    let store = RedisStore::builder(&server.url()).deadline(Duration::from_secs(10));
    let app = app_with(store.connect().await.expect("a store")).await;
    let token = signed(&flask("refresh", "1"));
    let used = app.rotate(&token).await;
    app.post("/logout", &used.access).await.assert_status(204);
    assert_eq!(app.get("/refresh", &token).await.status, 401);
    // An endpoint of an application that logs out whom it is told of.
    let made_up = "\0older refresh token 1 1 alice";
    app.auth.logout_all(made_up).await.expect("nobody");
    assert!(app.auth.sessions(made_up).await.expect("nobody").is_empty());
    let id = &claims(&used.access)["sid"];
    let ended = app.auth.end_session(made_up, id.as_str().expect("an id")).await;
    assert_eq!(ended, Ok(false));
    let reply = app.post("/refresh", &token).await;
    assert_eq!(reply.status, 401, "a used token bought a session: {reply:?}");
}

/// The view of another node never answers for them.
#[tokio::test]
async fn a_local_view_does_not_hide_a_logout() {
    let server = RedisServer::start();
    let view = || async {
        RedisStore::builder(&server.url())
            .deadline(Duration::from_secs(10))
            .local_view(LocalView::new().max_staleness(Duration::from_secs(60)))
            .connect()
            .await
            .expect("a store")
    };
    let (a, _) = {
        let store = view().await;
        authority(|builder| accepting(builder, store))
    };
    let (b, _) = {
        let store = view().await;
        authority(|builder| accepting(builder, store))
    };
    let compact = signed(&flask("access", "1"));
    for _ in 0..5 {
        access(&b, &compact).await.expect("a good one");
    }
    let token = access(&a, &compact).await.expect("a good one");
    a.logout(&token).await.expect("a store");
    assert!(access(&b, &compact).await.is_err());
    let other = signed(&flask("access", "2"));
    access(&b, &other).await.expect("a good one");
    a.logout_all("alice").await.expect("a store");
    assert!(access(&b, &other).await.is_err());
    let bob = signed(&with(flask("access", "3"), "sub", "bob"));
    access(&b, &bob).await.expect("a good one");
    a.logout_everyone().await.expect("a store");
    assert!(access(&b, &bob).await.is_err());
}

/// One node's clock is ahead, and the token is good for longer by the others.
#[tokio::test]
async fn a_clock_that_is_ahead_does_not_shorten_a_logout() {
    let server = RedisServer::start();
    let store = RedisStore::builder(&server.url()).deadline(Duration::from_secs(10));
    let store = store.connect().await.expect("a store");
    let (auth, clock) = authority(|builder| accepting(builder, store));
    let token = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
    clock.advance(Duration::from_secs(850));
    auth.logout(&token).await.expect("a store");
    let key = "jwt:{%00older%20access%20token%201%201%20alice}";
    let left: i64 = server.cli(&["TTL", key]).trim().parse().expect("seconds");
    assert!(left >= 900, "it is remembered for {left} s, and the token is good for 900 s");
}

/// The browser closes the tab after "log me out everywhere".
#[tokio::test]
async fn whoever_hangs_up_during_a_logout_is_logged_out() {
    for kind in ["one", "all", "everyone"] {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()));
        let pair = auth.login(&user("alice")).await.expect("a pair");
        let own = pair.access_token().as_str().to_owned();
        let older = access(&auth, &signed(&flask("access", "1"))).await.expect("a good one");
        let grant = auth.reauthenticate(&older).await.expect("a grant");
        let fresh = grant.access_token().as_str().to_owned();
        let marked = store.hold("revoke_token", false, 0);
        {
            let logout = async {
                match kind {
                    "one" => auth.logout(&older).await,
                    "all" => auth.logout_all("alice").await,
                    _ => auth.logout_everyone().await,
                }
            };
            tokio::select! {
                biased;
                _ = logout => panic!("it waits for the store"),
                () = marked.is_reached() => {}
            }
        }
        store.stop();
        marked.let_go();
        let is_over = async |compact: &str| {
            for _ in 0..1000 {
                if access(&auth, compact).await.is_err() {
                    return true;
                }
                tokio::task::yield_now().await;
            }
            false
        };
        assert!(is_over(older.as_str()).await, "{kind}: the older one");
        assert!(is_over(&fresh).await, "{kind}: the fresh one beside it");
        assert_eq!(is_over(&own).await, kind != "one", "{kind}: the session");
    }
}

/// A token is used while it is logged out: at the last moment before it is refused.
#[tokio::test]
async fn what_is_opened_during_the_logout_of_a_token_ends_with_it() {
    for kind in ["access", "refresh"] {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()));
        let older = Older::verified(&auth, kind).await;
        let marked = store.hold("revoke_token", false, 0);
        let logout = {
            let (auth, registered) = (auth.clone(), older.registered().clone());
            tokio::spawn(async move { auth.logout(&registered).await })
        };
        marked.is_reached().await;
        let opened = older.exchange(&auth).await;
        access(&auth, &opened).await.expect("it is there");
        marked.let_go();
        logout.await.expect("no panic").expect("a store");
        assert!(access(&auth, &opened).await.is_err(), "{kind}: it goes on");
    }
}

/// The fresh token is good for a while after its end: by the leeway, or by a clock that is behind. Its
/// session is not listed any more.
#[tokio::test]
async fn a_fresh_token_that_has_just_expired_ends_with_its_older_one() {
    async fn assert_it_ends(store: impl TokenStore + Clone, leeway: u64, verifies_at: u64) {
        // One store may be asked twice.
        let id = leeway.to_string();
        let leeway = Duration::from_secs(leeway);
        let [(here, now), (there, then)] =
            [(); 2].map(|()| authority(|builder| accepting(builder, store.clone()).leeway(leeway)));
        let compact = signed(&flask_at(START, "access", &id, 3600));
        let older = access(&here, &compact).await.expect("a good one");
        let grant = here.reauthenticate(&older).await.expect("a grant");
        now.advance(Duration::from_secs(905));
        then.advance(Duration::from_secs(verifies_at));
        let fresh = grant.access_token().as_str();
        access(&there, fresh).await.expect("it is good there");
        here.logout(&older).await.expect("a store");
        assert!(access(&there, fresh).await.is_err(), "it outlives the logout");
    }
    let server = RedisServer::start();
    let redis = RedisStore::builder(&server.url()).deadline(Duration::from_secs(10));
    let redis = redis.connect().await.expect("a store");
    for (leeway, verifies_at) in [(300, 905), (0, 885)] {
        assert_it_ends(MemoryStore::new(), leeway, verifies_at).await;
        assert_it_ends(redis.clone(), leeway, verifies_at).await;
        let folder = Folder::new();
        let redb = RedbStore::open(folder.file("sessions")).expect("a new file");
        assert_it_ends(redb, leeway, verifies_at).await;
    }
}

/// The last record is there, and the store has not said so: nobody can ask again with that token.
#[tokio::test]
async fn a_logout_whose_answer_is_lost_is_finished() {
    for (logout, kind) in
        [("one", "access"), ("one", "refresh"), ("all", "access"), ("everyone", "access")]
    {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()));
        let older = Older::verified(&auth, kind).await;
        let marked = store.hold("revoke_token", false, 0);
        let answer = {
            let (auth, registered) = (auth.clone(), older.registered().clone());
            tokio::spawn(async move {
                match logout {
                    "one" => auth.logout(&registered).await,
                    "all" => auth.logout_all("alice").await,
                    _ => auth.logout_everyone().await,
                }
            })
        };
        marked.is_reached().await;
        let opened = older.exchange(&auth).await;
        access(&auth, &opened).await.expect("it is there");
        store.fail("revoke_token", true);
        marked.let_go();
        let answer = answer.await.expect("no panic");
        assert_eq!(answer, Err(AuthError::StoreUnavailable), "{logout}, {kind}");
        store.stop();
        assert!(access(&auth, &opened).await.is_err(), "{logout}, {kind}: it goes on");
    }
}

/// What is not of an older library is finished as well: a store that is slow to begin.
#[tokio::test]
async fn whoever_hangs_up_during_any_logout_is_logged_out() {
    for (kind, method) in [
        ("revoke", "revoke_token"),
        ("logout", "end_session"),
        ("session", "end_session"),
        ("others", "end_other_sessions"),
        ("all", "end_all_sessions"),
        ("everyone", "end_every_session"),
    ] {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| builder.secret(SECRET).store(store.clone()));
        let pair = auth.login(&user("alice")).await.expect("a pair");
        let compact = pair.access_token().as_str();
        let token = access(&auth, compact).await.expect("a good one");
        let other = auth.login(&user("alice")).await.expect("a pair");
        let other = access(&auth, other.access_token().as_str()).await.expect("a good one");
        let begun = store.hold(method, false, 0);
        {
            let registered = token.registered();
            let session_id = registered.sid.as_deref().expect("a session");
            let logout = async {
                match kind {
                    "revoke" => auth.revoke(&token).await,
                    "logout" => auth.logout(&token).await,
                    "session" => auth.end_session("alice", session_id).await.map(drop),
                    "others" => auth.logout_others(&other).await.map(drop),
                    "all" => auth.logout_all("alice").await,
                    _ => auth.logout_everyone().await,
                }
            };
            tokio::select! {
                biased;
                _ = logout => panic!("it waits for the store"),
                () = begun.is_reached() => {}
            }
        }
        store.stop();
        begun.let_go();
        let mut is_over = false;
        for _ in 0..1000 {
            is_over |= access(&auth, compact).await.is_err();
            tokio::task::yield_now().await;
        }
        assert!(is_over, "{kind}");
    }
}

/// 503 says: try again. The token that asks is refused when everything else is done.
#[tokio::test]
async fn a_logout_that_has_failed_can_be_asked_for_again() {
    for (kind, failing) in [
        ("one", "sessions"),
        ("one", "end_session"),
        ("one", "revoke_token"),
        ("all", "end_all_sessions"),
        ("all", "revoke_token"),
        ("everyone", "end_every_session"),
        ("everyone", "revoke_token"),
    ] {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()));
        let pair = auth.login(&user("alice")).await.expect("a pair");
        let compact = signed(&flask("access", "1"));
        let older = access(&auth, &compact).await.expect("a good one");
        let grant = auth.reauthenticate(&older).await.expect("a grant");
        let logout = async || match kind {
            "one" => auth.logout(&older).await,
            "all" => auth.logout_all("alice").await,
            _ => auth.logout_everyone().await,
        };
        store.fail(failing, false);
        let refused = logout().await;
        assert_eq!(refused, Err(AuthError::StoreUnavailable), "{kind}, {failing}");
        store.stop();
        access(&auth, &compact).await.expect("it is good for another attempt");
        logout().await.expect("a store");
        assert!(access(&auth, &compact).await.is_err(), "{kind}, {failing}: the older one");
        let fresh = access(&auth, grant.access_token().as_str()).await;
        assert!(fresh.is_err(), "{kind}, {failing}: the fresh one beside it");
        let own = access(&auth, pair.access_token().as_str()).await;
        assert_eq!(own.is_err(), kind != "one", "{kind}, {failing}: the session");
    }
}

/// A store without room for what is to be remembered ends what was opened all the same.
#[tokio::test]
async fn a_logout_of_an_older_token_ends_what_it_bought_in_a_full_store() {
    for kind in ["access", "refresh"] {
        let store = Scripted::default();
        let (auth, _) = authority(|builder| accepting(builder, store.clone()));
        let older = Older::verified(&auth, kind).await;
        let registered = older.registered().clone();
        let bought = older.exchange(&auth).await;
        access(&auth, &bought).await.expect("a good one");
        store.fail("revoke_token", false);
        let refused = auth.logout(&registered).await;
        assert_eq!(refused, Err(AuthError::StoreUnavailable), "{kind}");
        store.stop();
        assert!(access(&auth, &bought).await.is_err(), "{kind}: it goes on");
    }
}
