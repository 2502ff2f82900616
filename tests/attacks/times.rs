//! `exp`, `nbf`, `iat` and `auth_time`: R18, RFC 7519 §2 and §4.1.4 to §4.1.6. CVE-2026-25537.

use std::time::Duration;

use jwt_runtime::MemoryStore;
use jwt_runtime::testing::ManualClock;
use jwt_tests::app::App;
use jwt_tests::attack::Target;
use jwt_tests::clock::START;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{
    claim_invalid, store_unavailable, token_expired, token_invalid, token_not_yet_valid,
    token_revoked,
};
use serde_json::json;

/// Not a NumericDate of whole seconds between 1970 and 9999.
const NO_DATES: [&str; 34] = [
    "null",
    "true",
    "false",
    "\"\"",
    "\"1800000900\"",
    "\"never\"",
    "[]",
    "[1800000900]",
    "{}",
    "{\"$date\":1800000900}",
    "-1",
    "-0",
    "-0.0",
    "-1800000900",
    "0.5",
    "1800000900.0",
    "1800000900.5",
    "1.8e9",
    "1e10",
    "1E400",
    "1e400",
    "-1e400",
    "1e-400",
    // Past 9999, past 2^53, past 2^63, past 2^64.
    "253402300800",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "1000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "\"2027-01-15T08:00:00Z\"",
    "\"NaN\"",
];

#[tokio::test]
async fn dates_have_to_be_whole_seconds() {
    let mut target = Target::new().await;
    for claim in ["exp", "nbf", "iat", "auth_time"] {
        for value in NO_DATES {
            let forgery = target.access().raw_claim(claim, value);
            let name = format!("{claim} {value}");
            target.refuses_signed(name, &forgery, &claim_invalid(claim)).await;
        }
        for value in ["NaN", "Infinity", "-Infinity", "0x6b49d200", "01800000900", "+1800000900"] {
            let forgery = target.access().raw_claim(claim, value);
            let reply = target.app.get("/access", &target.sign(&forgery)).await;
            // Not JSON, or not a date: both are in the table.
            assert!(
                claim_invalid(claim).mismatch(&reply).is_none()
                    || token_invalid().mismatch(&reply).is_none(),
                "{claim} {value}: {reply:?}"
            );
        }
    }
    target.finish(34 * 4 * 3).await;
}

/// The same values on the way out: no sum overflows, no record lives for ever.
#[tokio::test]
async fn dates_without_an_end_do_not_reach_the_store() {
    let mut target = Target::new().await;
    for value in ["9223372036854775807", "18446744073709551615", "1e400", "\"never\""] {
        let access = target.sign(&target.access().raw_claim("exp", value));
        let refresh = target.sign(&target.refresh().raw_claim("exp", value));
        for (method, path, token) in [
            ("POST", "/logout", &access),
            ("POST", "/logout-all", &access),
            ("POST", "/revoke", &access),
            ("POST", "/reauthenticate", &access),
            ("GET", "/sessions", &access),
            ("POST", "/refresh", &refresh),
        ] {
            let reply = target.app.call(method, path).bearer(token).send().await;
            if let Some(mismatch) = claim_invalid("exp").mismatch(&reply) {
                panic!("{path} with exp {value}: {mismatch}");
            }
        }
    }
    target
        .refuses_at(
            &["/refresh"],
            "an access token's exp",
            &target.sign(&target.refresh().raw_claim("exp", "1e400")),
            &claim_invalid("exp"),
        )
        .await;
    target.finish(1).await;
}

/// The last date that there is works like any other.
#[tokio::test]
async fn last_date_works_to_the_end() {
    let target = Target::new().await;
    let app = &target.app;
    let access = target.sign(&target.access().claim("exp", 253_402_300_799_u64));
    let refresh = target.sign(&target.refresh().claim("exp", 253_402_300_799_u64));
    app.get("/access", &access).await.assert_status(200);
    let pair = app.rotate(&refresh).await;
    app.post("/revoke", &access).await.assert_status(204);
    token_revoked().assert(&app.get("/access", &access).await);
    app.get("/access", &pair.access).await.assert_status(200);
    app.post("/logout", &pair.access).await.assert_status(204);
    token_revoked().assert(&app.get("/access", &pair.access).await);
}

#[tokio::test]
async fn exp_is_required() {
    let mut target = Target::new().await;
    let forgery = target.access().without("exp");
    target.refuses_signed("no exp", &forgery, &claim_invalid("exp")).await;
    for claim in ["nbf", "iat", "auth_time"] {
        let token = target.sign(&target.access().without(claim));
        target.accepts(format!("no {claim}"), &token).await;
    }
    target.finish(3).await;
}

#[tokio::test]
async fn token_lives_from_nbf_and_iat_to_exp() {
    let mut target = Target::new().await;
    for exp in [0, 1, START - 1_000_000, START - 1, START] {
        let forgery = target.access().claim("exp", exp);
        target.refuses_signed(format!("exp {exp}"), &forgery, &token_expired()).await;
    }
    target.accepts("exp in a second", &target.sign(&target.access().claim("exp", START + 1))).await;
    for claim in ["nbf", "iat"] {
        for start in [START + 1, START + 60, START + 10_000, 253_402_300_799] {
            let forgery = target.access().claim(claim, start);
            let name = format!("{claim} {start}");
            target.refuses_signed(name, &forgery, &token_not_yet_valid()).await;
        }
        for start in [0, START - 1, START] {
            let token = target.sign(&target.access().claim(claim, start));
            target.accepts(format!("{claim} {start}"), &token).await;
        }
    }
    // Expired is what is said of a token that is both.
    let never = target.access().claim("nbf", START + 10).claim("exp", START - 10);
    target.refuses_signed("never valid", &never, &token_expired()).await;
    target.finish(42).await;
}

/// A clock that is set back makes no token valid that was revoked before.
#[tokio::test]
async fn clock_that_goes_back_revives_no_revoked_token() {
    let target = Target::new().await;
    let app = &target.app;
    let clock: &ManualClock = &app.clock;
    app.post("/revoke", &target.good.access).await.assert_status(204);
    for seconds in [0, 1, 600, 899, 900, 899, 600, 1, 0] {
        clock.set(jwt_runtime::NumericDate::from_secs(START + seconds));
        let reply = app.get("/access", &target.good.access).await;
        let row = if seconds < 900 { token_revoked() } else { token_expired() };
        row.assert(&reply);
    }
}

/// A token that has expired passes for as long as the leeway says, and its revocation outlives
/// that: also where somebody else's login looks for room.
#[tokio::test]
async fn revocation_outlives_the_leeway() {
    let app = App::with(|builder| {
        builder
            .secret(SECRET)
            .store(MemoryStore::with_max_records(3))
            .leeway(Duration::from_secs(300))
    })
    .await;
    let (revoked, good) = (app.login("alice").await, app.login("alice").await);
    app.post("/revoke", &revoked.access).await.assert_status(204);
    app.clock.advance(Duration::from_secs(900 + 299));
    app.get("/access", &good.access).await.assert_status(200);
    let login = app.call("POST", "/login").json(&json!({ "sub": "mallory" })).send().await;
    store_unavailable().assert(&login);
    token_revoked().assert(&app.get("/access", &revoked.access).await);
}
