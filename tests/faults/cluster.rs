//! A server of a Cluster dies, a replica takes over, a slot moves to another server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jwt_runtime::{RedisStore, Standing, StoreError, TokenStore};
use jwt_tests::redis::RedisCluster;

use super::load::Load;
use super::{EXPIRES_AT, NOW, access, recovered, session, soon, wait_for};

const SUBJECTS: usize = 90;

/// Subjects with a session each, by the primary that has them.
async fn subjects(cluster: &RedisCluster, store: &RedisStore) -> [Vec<String>; 3] {
    let mut by_primary = [const { Vec::new() }; 3];
    for number in 0..SUBJECTS {
        let subject = format!("subject-{number}");
        store.open_session(session(&subject)).await.unwrap();
        by_primary[cluster.primary_of("jwt", &subject)].push(subject);
    }
    assert!(by_primary.iter().all(|subjects| subjects.len() > SUBJECTS / 9), "{by_primary:?}");
    by_primary
}

#[tokio::test]
async fn a_dead_primary_takes_its_own_subjects_along_and_no_others() {
    let mut cluster = RedisCluster::start_with(0, &["--cluster-require-full-coverage", "no"]);
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    let by_primary = subjects(&cluster, &store).await;
    cluster.server(0).kill();

    // Through the moments in which the others notice, and for some time after.
    let start = Instant::now();
    let (mut served, mut refused, mut waited) = (0, 0, 0);
    while start.elapsed() < Duration::from_secs(3) {
        for subject in by_primary[1..].iter().flatten() {
            let standing = soon(store.standing(access(subject), NOW)).await.unwrap();
            assert_eq!(standing, Standing::Live, "{subject}");
            served += 1;
        }
        for subject in &by_primary[0] {
            let standing = soon(store.standing(access(subject), NOW)).await;
            assert!(standing.is_err(), "{subject}: {standing:?}");
            waited += usize::from(!matches!(standing, Err(StoreError::CircuitOpen)));
            refused += 1;
        }
        tokio::task::yield_now().await;
    }
    println!(
        "one of three primaries dead: {served} served, {refused} refused, {waited} of them waited"
    );
    assert!(waited <= 5, "{waited} of {refused} calls to a dead server waited");

    cluster.server(0).restart();
    // It wrote nothing to disk, so its sessions have ended.
    let standing = recovered(async || store.standing(access(&by_primary[0][0]), NOW).await).await;
    assert_eq!(standing, Standing::SessionEnded);
    let back = recovered(async || store.open_session(session(&by_primary[0][0])).await).await;
    assert_eq!(back, jwt_runtime::Opening::Opened);
}

#[tokio::test]
async fn a_hung_primary_delays_only_its_own_subjects() {
    let mut cluster = RedisCluster::start_with(0, &["--cluster-require-full-coverage", "no"]);
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    let by_primary = subjects(&cluster, &store).await;
    cluster.server(1).stop();
    let (mut served, mut slow) = (0, 0);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) {
        let standing = soon(store.standing(access(&by_primary[1][0]), NOW)).await;
        assert!(standing.is_err(), "{standing:?}");
        for subject in by_primary[0].iter().chain(&by_primary[2]) {
            let called = Instant::now();
            let standing = store.standing(access(subject), NOW).await.unwrap();
            assert_eq!(standing, Standing::Live, "{subject}");
            slow += usize::from(called.elapsed() > Duration::from_millis(200));
            served += 1;
        }
    }
    println!("one of three primaries hung: {served} others served, {slow} slowly");
    assert!(slow <= served / 100, "{slow} of {served} calls to living servers waited");
    cluster.server(1).cont();
    let standing = recovered(async || store.standing(access(&by_primary[1][0]), NOW).await).await;
    assert_eq!(standing, Standing::Live);
}

#[tokio::test]
async fn a_cluster_that_refuses_to_serve_in_part_is_an_error_until_it_is_whole() {
    let mut cluster = RedisCluster::start();
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    let by_primary = subjects(&cluster, &store).await;
    cluster.server(2).kill();
    recovered(async || match store.standing(access(&by_primary[0][0]), NOW).await {
        Ok(_) => Err(StoreError::Full),
        Err(error) => {
            // That of the server, and not a call that was not made: it is in good health.
            assert!(format!("{error}").contains("ClusterDown"), "{error}");
            Ok(())
        }
    })
    .await;
    cluster.server(2).restart();
    let standing = recovered(async || store.standing(access(&by_primary[0][0]), NOW).await).await;
    assert_eq!(standing, Standing::Live);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_takes_over() {
    let mut cluster = RedisCluster::start_with(1, &["--cluster-require-full-coverage", "no"]);
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    let by_primary = subjects(&cluster, &store).await;
    let load = Load::start(&store, "cluster-kill");
    wait_for(&load.seen.logouts, 200).await;
    cluster.server(0).kill();
    cluster.wait_for_promotion(3);
    let start = Instant::now();
    let standing = recovered(async || store.standing(access(&by_primary[0][0]), NOW).await).await;
    println!("found the new primary after {:?}", start.elapsed());
    assert_eq!(standing, Standing::Live, "the replica has what was acknowledged long ago");
    wait_for(&load.seen.logouts, 200).await;
    let outcome = load.end().await;
    println!("cluster-kill: {outcome}");
    assert!(outcome.revived.len() <= 4 * super::load::WORKERS, "{outcome}");

    // The old one comes back as a replica, and nobody minds.
    cluster.server(0).restart();
    for subject in by_primary.iter().flatten() {
        let standing = recovered(async || store.standing(access(subject), NOW).await).await;
        assert_eq!(standing, Standing::Live, "{subject}");
    }
}

/// Only one of three primaries can still be reached, and it reaches no other: they may have
/// replaced it, and it may not know of the latest logouts.
#[tokio::test]
async fn a_primary_that_is_cut_off_from_the_others_is_believed_for_the_node_timeout() {
    let mut cluster = RedisCluster::start_with(0, &["--cluster-require-full-coverage", "no"]);
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    let by_primary = subjects(&cluster, &store).await;
    for number in [1, 2] {
        cluster.server(number).stop();
    }
    let start = Instant::now();
    recovered(async || match store.standing(access(&by_primary[0][0]), NOW).await {
        Ok(_) => Err(StoreError::Full),
        Err(error) => {
            assert!(format!("{error}").contains("ClusterDown"), "{error}");
            Ok(())
        }
    })
    .await;
    let elapsed = start.elapsed();
    println!("a cut off primary was believed for {elapsed:?}, with a node timeout of 1 s");
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
    for number in [1, 2] {
        cluster.server(number).cont();
    }
    let standing = recovered(async || store.standing(access(&by_primary[0][0]), NOW).await).await;
    assert_eq!(standing, Standing::Live);
}

/// Each primary waits for its own replica, also where a slot moves.
#[tokio::test]
async fn writes_wait_for_the_replica_of_their_primary() {
    let mut cluster = RedisCluster::start_with(1, &["--cluster-require-full-coverage", "no"]);
    let builder = RedisStore::builder(&cluster.url()).wait_for_replicas(1);
    let store = builder.deadline(Duration::from_millis(600)).connect().await.unwrap();
    let mut by_primary = [const { Vec::new() }; 3];
    for number in 0..SUBJECTS {
        let subject = format!("subject-{number}");
        recovered(async || store.open_session(session(&subject)).await).await;
        by_primary[cluster.primary_of("jwt", &subject)].push(subject);
    }
    store.end_every_session(NOW).await.unwrap();
    cluster.server(3).stop();
    let login = store.open_session(session(&by_primary[0][0])).await;
    let is_right = matches!(login, Err(StoreError::Unconfirmed { confirmed: 0, wanted: 1 }));
    assert!(is_right, "{login:?}");
    store.open_session(session(&by_primary[1][0])).await.unwrap();
    cluster.server(3).cont();
    let slot = cluster.slot_of("jwt", &by_primary[1][0]);
    cluster.move_slot(slot, 1, 2);
    assert!(store.end_session(&by_primary[1][0], "sid-1", NOW).await.unwrap());
}

#[tokio::test]
async fn all_seeds_may_go_and_come_back() {
    let mut cluster = RedisCluster::start();
    let seed = cluster.server(0).url();
    let store = RedisStore::cluster([seed]).connect().await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    for number in 0..cluster.size() {
        cluster.server(number).kill();
    }
    recovered(async || match store.ping().await {
        Ok(()) => Err(StoreError::Full),
        Err(_) => Ok(()),
    })
    .await;
    for number in 0..cluster.size() {
        cluster.server(number).restart();
    }
    let standing = recovered(async || store.standing(access("alice"), NOW).await).await;
    assert_eq!(standing, Standing::SessionEnded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_moves_under_load() {
    let cluster = RedisCluster::start();
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    store.open_session(session("bob")).await.unwrap();
    assert!(store.end_session("bob", "sid-1", NOW).await.unwrap());

    let stop = Arc::new(AtomicBool::new(false));
    let (answers, errors) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (store, stop) = (store.clone(), Arc::clone(&stop));
            let (answers, errors) = (Arc::clone(&answers), Arc::clone(&errors));
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    for (subject, expected) in
                        [("alice", Standing::Live), ("bob", Standing::SessionEnded)]
                    {
                        match store.standing(access(subject), NOW).await {
                            Ok(standing) => assert_eq!(standing, expected, "{subject}"),
                            Err(_) => _ = errors.fetch_add(1, Ordering::SeqCst),
                        }
                        answers.fetch_add(1, Ordering::SeqCst);
                    }
                }
            })
        })
        .collect();
    for _ in 0..5 {
        for subject in ["alice", "bob"] {
            let slot = cluster.slot_of("jwt", subject);
            let home = cluster.primary_of("jwt", subject);
            let away = (home + 1) % 3;
            cluster.move_slot(slot, home, away);
            wait_for(&answers, 50).await;
            let listed = store.sessions("alice", NOW).await.unwrap();
            assert_eq!((listed.len(), listed[0].expires_at), (1, EXPIRES_AT));
            cluster.move_slot(slot, away, home);
            wait_for(&answers, 50).await;
        }
    }
    stop.store(true, Ordering::SeqCst);
    for reader in readers {
        reader.await.unwrap();
    }
    let count = |count: &AtomicUsize| count.load(Ordering::SeqCst);
    println!("a slot moved 20 times: {} answers, {} errors", count(&answers), count(&errors));
    assert!(count(&errors) <= count(&answers) / 10);
}

#[tokio::test]
async fn a_slot_between_two_servers_is_read_from_both() {
    let cluster = RedisCluster::start();
    let store = RedisStore::connect(&cluster.url()).await.unwrap();
    store.open_session(session("alice")).await.unwrap();
    let slot = cluster.slot_of("jwt", "alice");
    let (from, to) =
        (cluster.primary_of("jwt", "alice"), (cluster.primary_of("jwt", "alice") + 1) % 3);
    cluster.begin_to_move(slot, from, to);
    // All keys are still where they were.
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    cluster.move_keys(slot, from, to);
    // `ASK`: the old server does not have them any more, the new one does not have the slot yet.
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    assert!(store.end_session("alice", "sid-1", NOW).await.is_ok());
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::SessionEnded);
    // One of the two keys of a login is there and the other is not: `TRYAGAIN`.
    let login = soon(store.open_session(session("alice"))).await;
    assert!(matches!(login, Err(StoreError::Timeout(_))), "{login:?}");
    cluster.end_to_move(slot, to);
    store.open_session(session("alice")).await.unwrap();
    assert_eq!(store.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
}
