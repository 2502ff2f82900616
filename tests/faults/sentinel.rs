//! The master dies, hangs or steps down, and the sentinels make a replica the master.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jwt_runtime::{RedisStore, Standing, StoreError, TokenStore};
use jwt_tests::redis::RedisBehindSentinel;

use super::load::Load;
use super::{NOW, access, recovered, session, wait_for};

/// A deadline with time for `WAIT`, which Redis rounds up to a tenth of a second.
const PATIENT: Duration = Duration::from_millis(600);

/// What the documentation tells operators to set, so that a master without a replica stops
/// acknowledging.
const CAREFUL: [&str; 4] = ["--min-replicas-to-write", "1", "--min-replicas-max-lag", "1"];

async fn fail_over_by(replicas: usize, fault: impl FnOnce(&mut RedisBehindSentinel), name: &str) {
    let mut setup = RedisBehindSentinel::start_with(replicas, &CAREFUL);
    let store = RedisStore::connect(&setup.url()).await.unwrap();
    let old = setup.master_port().unwrap();
    let load = Load::start(&store, name);
    wait_for(&load.seen.logouts, 200).await;
    fault(&mut setup);
    setup.wait_for_another_master(old);
    let start = Instant::now();
    recovered(async || store.standing(access("alice"), NOW).await).await;
    println!("{name}: found the new master after {:?}", start.elapsed());
    wait_for(&load.seen.logouts, 200).await;
    let outcome = load.end().await;
    println!("{name}: {outcome}");

    // Whatever replication has lost, from now on everything holds.
    store.open_session(session("alice")).await.unwrap();
    assert!(store.end_session("alice", "sid-1", NOW).await.unwrap());
    let standing = store.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    let new = setup.master();
    assert_ne!(new.port(), old);
    assert!(new.cli(&["CLIENT", "LIST", "TYPE", "normal"]).contains("cmd=get "), "not used");
    // Replication is asynchronous: what was acknowledged in the moment before may be lost. The
    // bound tells a moment from the second that a master would go on for without `CAREFUL`.
    assert!(outcome.revived.len() <= 4 * super::load::WORKERS, "{outcome}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_master() {
    fail_over_by(2, |setup| setup.master().kill(), "sentinel-kill").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hung_master() {
    fail_over_by(2, |setup| setup.master().stop(), "sentinel-stop").await;
}

/// With one replica, because it would go on acknowledging as long as it has another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_that_is_told_to_step_down() {
    fail_over_by(1, |setup| setup.fail_over(), "sentinel-failover").await;
}

/// How often a failover is repeated: without waiting for replicas, one in a few loses something.
const FAILOVERS: usize = 3;

/// Nothing that was acknowledged gets lost, however often the master changes under load.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_that_all_replicas_have_confirmed() {
    let setup = RedisBehindSentinel::start(1);
    let builder = RedisStore::builder(&setup.url()).wait_for_replicas(1);
    let store = builder.deadline(PATIENT).connect().await.unwrap();
    for failover in 1..=FAILOVERS {
        let old = setup.master_port().unwrap();
        let load = Load::start(&store, &format!("confirmed-{failover}"));
        wait_for(&load.seen.logouts, 100).await;
        setup.fail_over();
        setup.wait_for_another_master(old);
        // Not before the old master has become a replica of the new one.
        wait_for(&load.seen.logouts, 100).await;
        let outcome = load.end().await;
        println!("failover {failover}, replicas confirm: {outcome}");
        assert_eq!(outcome.revived, [""; 0], "{outcome}");
    }
}

/// Writes are refused until the dead master is back, as a replica.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_with_a_master_that_dies_if_all_replicas_have_confirmed_it() {
    let mut setup = RedisBehindSentinel::start(2);
    let builder = RedisStore::builder(&setup.url()).wait_for_replicas(2);
    let store = builder.deadline(PATIENT).connect().await.unwrap();
    let old = setup.master_port().unwrap();
    let load = Load::start(&store, "confirmed-kill");
    wait_for(&load.seen.logouts, 100).await;
    setup.master().kill();
    setup.wait_for_another_master(old);
    let found = recovered(async || store.standing(access("alice"), NOW).await).await;
    assert_eq!(found, Standing::SessionEnded);
    let refused = store.open_session(session("alice")).await;
    assert!(refused.is_err(), "a replica is missing: {refused:?}");
    setup.server_at(old).restart();
    wait_for(&load.seen.logouts, 100).await;
    let outcome = load.end().await;
    println!("kill, replicas confirm: {outcome}");
    assert_eq!(outcome.revived, [""; 0], "{outcome}");
}

/// A connection to the old master that nobody has closed answers reads with old news.
#[tokio::test]
async fn a_master_that_the_sentinels_have_replaced_is_left_even_if_it_goes_on_answering() {
    let mut setup = RedisBehindSentinel::start(1);
    let store = RedisStore::connect(&setup.url()).await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    let old = setup.master_port().unwrap();
    // Cut off from the sentinels, but not from the store: only they are refused.
    setup.master().cli(&["ACL", "SETUSER", "app", "on", "nopass", "~*", "&*", "+@all"]);
    let url = setup.url().replace("://", "://app:any@");
    let store_of_app = RedisStore::connect(&url).await.unwrap();
    setup.master().cli(&["ACL", "SETUSER", "default", "-@all", "+acl"]);
    setup.wait_for_another_master(old);
    for server in setup.servers().iter().filter(|server| server.port() != old) {
        server.cli(&["ACL", "SETUSER", "app", "on", "nopass", "~*", "&*", "+@all"]);
        server.cli(&["UNLINK", "jwt:{alice}"]);
    }
    // It only reads, so that no refused write gives the old master away.
    recovered(async || match store_of_app.standing(access("alice"), NOW).await? {
        Standing::SessionEnded => Ok(()),
        _ => Err(StoreError::Full),
    })
    .await;
}

/// One node still reaches the old master, which nobody else does. Another logs somebody out.
#[tokio::test]
async fn a_master_that_is_cut_off_is_believed_for_a_second_or_nothing_is_acknowledged() {
    let mut setup = RedisBehindSentinel::start(1);
    for server in setup.servers() {
        server.cli(&["ACL", "SETUSER", "app", "on", "nopass", "~*", "&*", "+@all"]);
    }
    let url = setup.url().replace("://", "://app:any@");
    let node = RedisStore::connect(&url).await.unwrap();
    // The next master has to know them: what is lost by a failover is another test's concern.
    let sure = RedisStore::builder(&url).deadline(Duration::from_secs(20)).wait_for_replicas(1);
    let sure = sure.connect().await.unwrap();
    for subject in ["alice", "bob"] {
        sure.open_session(session(subject)).await.unwrap();
    }
    drop(sure);
    let old = setup.master_port().unwrap();
    setup.master().cli(&["ACL", "SETUSER", "default", "-@all", "+acl"]);
    setup.wait_for_another_master(old);
    let new = setup.master().url().replace("://", "://app:any@");

    // The first node finds out when it asks the sentinels again.
    let other = RedisStore::connect(&new).await.unwrap();
    assert!(other.end_session("bob", "sid-1", NOW).await.unwrap());
    let start = Instant::now();
    let wrong = AtomicUsize::new(0);
    recovered(async || match node.standing(access("bob"), NOW).await? {
        Standing::SessionEnded => Ok(()),
        _ => {
            wrong.fetch_add(1, Ordering::SeqCst);
            Err(StoreError::Full)
        }
    })
    .await;
    let elapsed = start.elapsed();
    println!("a cut off master was believed {wrong:?} times, for {elapsed:?} after a logout");
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");

    // With the number of replicas the old master is needed, so nobody may rely on a logout.
    let waiting = RedisStore::builder(&new).deadline(PATIENT).wait_for_replicas(1);
    let unconfirmed = waiting.connect().await.unwrap().end_session("alice", "sid-1", NOW).await;
    assert!(matches!(unconfirmed, Err(StoreError::Unconfirmed { .. })), "{unconfirmed:?}");
}

#[tokio::test]
async fn two_of_three_sentinels_may_be_missing() {
    let mut setup = RedisBehindSentinel::start(0);
    setup.sentinels()[0].stop();
    setup.sentinels()[1].kill();
    let store = RedisStore::connect(&setup.url()).await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    // And all of them, as long as the connection lives.
    setup.sentinels()[2].kill();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    setup.sentinels()[0].cont();
}
