//! What `RedisStore` leaves in Redis: names, values, encodings and times to live.

use std::collections::BTreeSet;
use std::time::Duration;

use jwt_runtime::{Device, RedisStore, Rotation, SessionLimit, Standing, TokenStore};
use jwt_tests::redis::RedisServer;
use uuid::Uuid;

use super::{
    CLUSTER, EXPIRES_AT, KEEP_UNTIL, NOW, ROTATED, access, alone_on, connected, session, step,
};

/// The fields of the hash at `key`, sorted, each as `name = value`.
fn fields(server: &RedisServer, key: &str) -> Vec<String> {
    let text = server.cli(&["HGETALL", key]);
    let lines: Vec<&str> = text.lines().collect();
    let mut fields: Vec<String> = lines.chunks(2).map(|field| field.join(" = ")).collect();
    fields.sort();
    fields
}

/// The keys that are no epochs.
fn subjects(server: &RedisServer) -> Vec<String> {
    server.keys().into_iter().filter(|key| !key.ends_with(":epoch")).collect()
}

fn epochs(server: &RedisServer) -> Vec<String> {
    server.keys().into_iter().filter(|key| key.ends_with(":epoch")).collect()
}

#[tokio::test]
async fn keys_and_values_are_the_documented_ones() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice@example.com")).await.unwrap();
    store.revoke_token(access("alice@example.com"), NOW, KEEP_UNTIL).await.unwrap();

    assert_eq!(subjects(&server), ["jwt:{alice@example.com}"]);
    let epochs = epochs(&server);
    assert_eq!(epochs.len(), 1, "{epochs:?}");
    let epoch = server.cli(&["GET", &epochs[0]]);
    assert_eq!(epoch.len(), 8, "{epoch}");
    let (lasts, kept) = (EXPIRES_AT.since(NOW).as_secs(), KEEP_UNTIL.since(EXPIRES_AT).as_secs());
    assert_eq!(
        fields(&server, "jwt:{alice@example.com}"),
        [
            "device:sid-1 = Firefox - -".to_owned(),
            format!("revoked:access-1 = {KEEP_UNTIL}"),
            format!("session:sid-1 = {epoch} .refresh-1 {NOW} 0 {lasts} {kept}"),
        ]
    );

    let mut later = step("alice@example.com");
    later.now = NOW + Duration::from_secs(60);
    later.grace = Duration::from_secs(10);
    assert_eq!(store.rotate(later).await.unwrap(), ROTATED);
    assert_eq!(
        server.cli(&["HGET", "jwt:{alice@example.com}", "session:sid-1"]),
        format!("{epoch} .refresh-2 {NOW} 60 {} {kept} .refresh-1", lasts - 60)
    );
}

#[tokio::test]
async fn what_is_known_of_a_device_is_in_a_field_of_its_own() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let mut full = session("alice");
    full.device = Device {
        label: Some("my phone"),
        user_agent: Some("Mozilla/5.0 (X11)"),
        address: Some("2001:db8::1".parse().unwrap()),
    };
    store.open_session(full).await.unwrap();
    assert_eq!(
        server.cli(&["HGET", "jwt:{alice}", "device:sid-1"]),
        "my%20phone Mozilla/5.0%20(X11) 2001:db8::1"
    );
    let mut bare = session("alice");
    bare.device = Device::default();
    store.open_session(bare).await.unwrap();
    assert_eq!(server.cli(&["HKEYS", "jwt:{alice}"]), "session:sid-1");
}

#[tokio::test]
async fn ordinary_sessions_stay_in_the_compact_encoding() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let ids: Vec<String> = (0..4).map(|_| Uuid::now_v7().to_string()).collect();
    let year = Duration::from_secs(365 * 86_400);
    let month = Duration::from_secs(30 * 86_400);
    let margin = Duration::from_secs(120);
    let mut login = session("alice");
    (login.session_id, login.refresh_token_id) = (&ids[0], Some(ids[1].as_str()));
    login.device.label = Some("Firefox 150 on Linux");
    (login.expires_at, login.keep_until) = (NOW + year + month, NOW + year + month + margin);
    store.open_session(login).await.unwrap();
    let mut revoked = access("alice");
    revoked.token_id = &ids[2];
    store.revoke_token(revoked, NOW, login.keep_until).await.unwrap();
    let mut later = step("alice");
    (later.session_id, later.presented, later.successor) = (&ids[0], &ids[1], &ids[3]);
    later.now = NOW + year;
    (later.expires_at, later.keep_until) = (later.now + month, later.now + month + margin);
    assert_eq!(store.rotate(later).await.unwrap(), ROTATED);

    let value = server.cli(&["HGET", "jwt:{alice}", &format!("session:{}", ids[0])]);
    assert!(value.len() <= 64, "{value}");
    assert_eq!(server.cli(&["OBJECT", "ENCODING", "jwt:{alice}"]), "listpack");
}

/// Of what a browser gets, no part but the ids inside is found in Redis.
#[tokio::test]
async fn no_token_is_stored() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    let (auth, _) = jwt_tests::app::authority(|builder| {
        builder.secret(b"tests/stores: 48 bytes that nobody has to guess.").store(store)
    });
    let claims = serde_json::Map::from_iter([("sub".to_owned(), "alice".into())]);
    let pair = auth.login(&claims).await.unwrap();
    let found = server.cli(&["HGETALL", "jwt:{alice}"]);
    assert!(found.contains("session:"), "{found}");
    for token in [pair.access_token(), pair.refresh_token()] {
        for part in token.as_str().split('.') {
            assert!(!found.contains(part), "{part} in {found}");
        }
    }
}

/// A little of everything, ended and not.
async fn mixed_workload(store: &RedisStore) {
    for subject in ["alice", "bob", "carol d'été {x}"] {
        store.open_session(session(subject)).await.unwrap();
        for number in 2..6 {
            let id = format!("sid-{number}");
            let mut other = session(subject);
            other.session_id = &id;
            store.open_session(other).await.unwrap();
        }
        assert_eq!(store.rotate(step(subject)).await.unwrap(), ROTATED);
        store.revoke_token(access(subject), NOW, KEEP_UNTIL).await.unwrap();
        let mut reuse = step(subject);
        (reuse.session_id, reuse.presented) = ("sid-2", "refresh-0");
        assert_eq!(store.rotate(reuse).await.unwrap(), Rotation::Reused);
        assert!(store.end_session(subject, "sid-3", NOW).await.unwrap());
    }
    store.end_all_sessions("bob", NOW).await.unwrap();
    assert!(store.end_other_sessions("alice", "sid-5", NOW).await.unwrap());
}

/// For how many seconds a key may live longer than what is in it: an epoch for a day, so that it
/// is not changed by every login.
fn spare(key: &str) -> u64 {
    if key.ends_with(":epoch") { 86_400 } else { 0 }
}

#[tokio::test]
async fn every_key_has_a_time_to_live() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    mixed_workload(&store).await;
    assert_eq!(subjects(&server), ["jwt:{alice}", "jwt:{carol%20d'%C3%A9t%C3%A9%20%7Bx%7D}"]);
    assert_eq!(epochs(&server).len(), 3);
    let longest = KEEP_UNTIL.since(NOW).as_secs();
    for key in server.keys() {
        let ttl: i64 = server.cli(&["TTL", &key]).parse().unwrap();
        assert!(ttl > 0 && ttl as u64 <= longest + spare(&key), "{key} lives for {ttl} s");
    }
}

#[tokio::test]
async fn a_key_lives_as_long_as_the_last_thing_in_it() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    let mut longer = step("alice");
    longer.keep_until = KEEP_UNTIL + Duration::from_secs(10_000);
    store.rotate(longer).await.unwrap();
    let mut shorter = session("alice");
    shorter.session_id = "sid-2";
    store.open_session(shorter).await.unwrap();
    let assert_needed = |keep_until: jwt_runtime::NumericDate, keys: &[String]| {
        let needed = keep_until.since(NOW).as_secs();
        for key in keys {
            let ttl: u64 = server.cli(&["TTL", key]).parse().unwrap();
            let may_live = needed - 60..=needed + spare(key);
            assert!(may_live.contains(&ttl), "{key} lives for {ttl} s, not {needed}");
        }
    };
    assert_needed(longer.keep_until, &server.keys());

    let mut longest = session("alice");
    longest.session_id = "sid-3";
    longest.keep_until = KEEP_UNTIL + Duration::from_secs(15_000);
    store.open_session(longest).await.unwrap();
    assert_needed(longest.keep_until, &server.keys());

    let longest = KEEP_UNTIL + Duration::from_secs(20_000);
    store.revoke_token(access("alice"), NOW, longest).await.unwrap();
    store.revoke_token(access("alice"), NOW, NOW + Duration::from_secs(60)).await.unwrap();
    assert_needed(longest, &subjects(&server));
    let kept = server.cli(&["HGET", "jwt:{alice}", "revoked:access-1"]);
    assert_eq!(kept, longest.to_string());
}

#[tokio::test]
async fn a_record_whose_time_is_over_lives_for_one_second() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.revoke_token(access("alice"), KEEP_UNTIL, NOW).await.unwrap();
    let ttl: i64 = server.cli(&["PTTL", "jwt:{alice}"]).parse().unwrap();
    assert!(ttl <= 1_000, "{ttl} ms");
}

#[tokio::test]
async fn nothing_is_left_of_a_subject_whose_last_session_has_ended() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    for way in 0..4 {
        store.open_session(session("alice")).await.unwrap();
        match way {
            0 => assert!(store.end_session("alice", "sid-1", NOW).await.unwrap()),
            1 => store.end_all_sessions("alice", NOW).await.unwrap(),
            2 => assert!(!store.end_other_sessions("alice", "sid-2", NOW).await.unwrap()),
            _ => {
                let mut reuse = step("alice");
                reuse.presented = "refresh-0";
                assert_eq!(store.rotate(reuse).await.unwrap(), Rotation::Reused);
            }
        }
        assert_eq!(subjects(&server), Vec::<String>::new(), "way {way}");
    }
}

#[tokio::test]
async fn keys_of_a_subject_share_a_slot_under_any_prefix() {
    let server = RedisServer::start();
    for prefix in ["jwt", "", "{shop}", "my app", "a{b"] {
        let store = RedisStore::builder(&server.url()).key_prefix(prefix).connect().await.unwrap();
        store.open_session(session("al}ice{")).await.unwrap();
        let keys = server.keys();
        assert_eq!(keys.len(), 2, "{keys:?}");
        let slots: BTreeSet<String> =
            keys.iter().map(|key| CLUSTER.cli(&["CLUSTER", "KEYSLOT", key])).collect();
        assert_eq!(slots.len(), 1, "{keys:?}");
        server.cli(&["FLUSHALL"]);
    }
}

#[tokio::test]
async fn stores_with_different_prefixes_do_not_meet() {
    let server = RedisServer::start();
    let ours = connected(&server.url()).await;
    let theirs = alone_on(&server.url()).await;
    ours.open_session(session("alice")).await.unwrap();
    let standing = theirs.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
    theirs.open_session(session("alice")).await.unwrap();
    theirs.end_all_sessions("alice", NOW).await.unwrap();
    assert_eq!(ours.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    theirs.open_session(session("alice")).await.unwrap();
    theirs.end_every_session(NOW).await.unwrap();
    assert_eq!(ours.standing(access("alice"), NOW).await.unwrap(), Standing::Live);
    let standing = theirs.standing(access("alice"), NOW).await.unwrap();
    assert_eq!(standing, Standing::SessionEnded);
}

/// What was known of a device goes with its session: it may be personal data.
#[tokio::test]
async fn devices_go_with_the_other_sessions() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    let mut other = session("alice");
    other.session_id = "sid-2";
    store.open_session(other).await.unwrap();
    assert!(store.end_other_sessions("alice", "sid-1", NOW).await.unwrap());
    let fields = server.cli(&["HKEYS", "jwt:{alice}"]);
    let fields: BTreeSet<&str> = fields.lines().collect();
    assert_eq!(fields, BTreeSet::from(["device:sid-1", "session:sid-1"]));

    other.limit = Some(SessionLimit::EndOldest(1));
    store.open_session(other).await.unwrap();
    let fields = server.cli(&["HKEYS", "jwt:{alice}"]);
    let fields: BTreeSet<&str> = fields.lines().collect();
    assert_eq!(fields, BTreeSet::from(["device:sid-2", "session:sid-2"]));
}

/// Epochs are spared a day, and a session may be longer than that.
#[tokio::test]
async fn an_epoch_outlives_the_longest_session() {
    let server = RedisServer::start();
    let store = connected(&server.url()).await;
    store.open_session(session("alice")).await.unwrap();
    let month = Duration::from_secs(30 * 86_400);
    let mut longer = session("alice");
    longer.session_id = "sid-2";
    (longer.expires_at, longer.keep_until) = (EXPIRES_AT + month, KEEP_UNTIL + month);
    store.open_session(longer).await.unwrap();
    let assert_live_for = |needed: Duration| {
        for key in server.keys() {
            let ttl: u64 = server.cli(&["TTL", &key]).trim().parse().unwrap();
            assert!(ttl >= needed.as_secs(), "{key} lives for {ttl} s");
        }
    };
    assert_live_for(month);
    let mut refresh = step("alice");
    (refresh.expires_at, refresh.keep_until) = (EXPIRES_AT + 2 * month, KEEP_UNTIL + 2 * month);
    assert_eq!(store.rotate(refresh).await.unwrap(), ROTATED);
    assert_live_for(2 * month);
}
