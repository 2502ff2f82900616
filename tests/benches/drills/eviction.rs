//! Redis runs out of memory and drops what it was to keep, by each of its policies.

use std::sync::Arc;
use std::time::Duration;

use jwt_runtime::{NumericDate, RedisStore, Standing, StoreError, TokenRef, TokenStore, TokenType};
use jwt_tests::redis::RedisServer;

use super::races::session;
use super::report::Row;

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const KEEP_UNTIL: NumericDate = NumericDate::from_secs(1_800_003_690);
const SUBJECTS: usize = 2_000;

pub(crate) async fn eviction() -> Vec<Row> {
    let mut rows = Vec::new();
    for policy in ["noeviction", "volatile-lru", "volatile-ttl", "allkeys-lru", "allkeys-random"] {
        rows.push(under(policy).await);
    }
    rows
}

/// Revokes a token of each of many subjects and ends the session of others, then logs people in
/// until Redis has dropped a good part of it.
async fn under(policy: &str) -> Row {
    let server = RedisServer::start_with(&["--maxmemory", "6mb", "--maxmemory-policy", policy]);
    let store = RedisStore::builder(&server.url()).deadline(Duration::from_secs(5));
    let store = Arc::new(store.lazy().expect("a good URL"));
    let (mut full, mut failed) = (0, 0);
    let mut count = |result: Result<(), StoreError>| match result {
        Ok(()) => {}
        Err(StoreError::Full) => full += 1,
        Err(_) => failed += 1,
    };
    for number in 0..SUBJECTS {
        let subject = format!("early-{number}");
        count(store.open_session(session(&subject)).await.map(drop));
        if number % 2 == 0 {
            count(store.revoke_token(access(&subject), NOW, KEEP_UNTIL).await);
        } else {
            count(store.end_session(&subject, "sid", NOW).await.map(drop));
        }
    }
    for number in 0..30_000 {
        let subject = format!("late-{number}");
        count(store.open_session(session(&subject)).await.map(drop));
    }
    let evicted = server.cli(&["INFO", "stats"]);
    let evicted = evicted.lines().find_map(|line| line.strip_prefix("evicted_keys:"));
    let evicted = evicted.unwrap_or("?").trim().to_owned();

    let (mut revoked_lives, mut ended_lives, mut logged_out) = (0, 0, 0);
    for number in 0..SUBJECTS {
        let subject = format!("early-{number}");
        let standing = store.standing(access(&subject), NOW).await;
        let lives = matches!(standing, Ok(Standing::Live));
        match number % 2 {
            0 if lives => revoked_lives += 1,
            0 if matches!(standing, Ok(Standing::SessionEnded)) => logged_out += 1,
            1 if lives => ended_lives += 1,
            _ => {}
        }
    }
    let row = Row { requests: 34_000, unavailable: full + failed, ..Row::default() };
    let row = Row { what: format!("6 MB, {policy}"), store: "redis".to_owned(), ..row }
        .require(ended_lives == 0, format!("{ended_lives} ended sessions live again"))
        .note(format!(
            "{evicted} keys evicted, {full} calls refused as full, {failed} otherwise; of {} \
             revoked tokens {revoked_lives} live again and {logged_out} are out with their \
             session; of as many ended sessions {ended_lives} live again",
            SUBJECTS / 2
        ));
    // Only where nothing is evicted is a revocation safe; the store warns of every other policy.
    let is_safe = revoked_lives == 0 || policy != "noeviction";
    row.require(is_safe, "a revocation was lost without an eviction policy")
}

fn access(subject: &str) -> TokenRef<'_> {
    TokenRef { subject, session_id: "sid", token_id: "access", token_type: TokenType::Access }
}
