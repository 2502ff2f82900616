//! One-time refresh: O1, O2, RFC 9700 §4.14.2; section 0.2. CVE-2026-1035.

use jwt_tests::attack::Target;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, OTHER_SECRET};
use jwt_tests::refusal::{
    claim_invalid, token_expired, token_invalid, token_reused, token_revoked, type_wrong,
};
use jwt_tests::tokens::claims;

#[tokio::test]
async fn replayed_refresh_token_ends_its_session() {
    let target = Target::new().await;
    let app = &target.app;
    let next = app.rotate(&target.good.refresh).await;
    app.get("/access", &next.access).await.assert_status(200);
    token_reused().assert(&app.post("/refresh", &target.good.refresh).await);
    for access in [&target.good.access, &next.access] {
        token_revoked().assert(&app.get("/access", access).await);
    }
    for refresh in [&target.good.refresh, &next.refresh] {
        token_revoked().assert(&app.post("/refresh", refresh).await);
    }
}

/// Not only the predecessor: whoever kept an old one is found out as well.
#[tokio::test]
async fn every_old_generation_ends_the_session() {
    for replayed in [0, 3, 12, 23] {
        let target = Target::new().await;
        let app = &target.app;
        let mut generations = vec![target.good.clone()];
        for _ in 0..25 {
            let last = generations.last().expect("not empty").refresh.clone();
            generations.push(app.rotate(&last).await);
        }
        let current = &generations[25];
        app.get("/access", &current.access).await.assert_status(200);
        token_reused().assert(&app.post("/refresh", &generations[replayed].refresh).await);
        token_revoked().assert(&app.get("/access", &current.access).await);
        token_revoked().assert(&app.post("/refresh", &current.refresh).await);
    }
}

/// The guard alone finds the replay, before any handler runs.
#[tokio::test]
async fn replay_is_found_by_the_guard_too() {
    let target = Target::new().await;
    let app = &target.app;
    let next = app.rotate(&target.good.refresh).await;
    token_reused().assert(&app.get("/refresh", &target.good.refresh).await);
    token_revoked().assert(&app.get("/refresh", &next.refresh).await);
    token_revoked().assert(&app.get("/access", &next.access).await);
}

#[tokio::test]
async fn other_sessions_of_the_subject_are_unharmed() {
    let target = Target::new().await;
    let app = &target.app;
    let (laptop, stranger) = (app.login("victim").await, app.login("stranger").await);
    app.rotate(&target.good.refresh).await;
    token_reused().assert(&app.post("/refresh", &target.good.refresh).await);
    for alive in [laptop, stranger] {
        app.get("/access", &alive.access).await.assert_status(200);
        app.rotate(&alive.refresh).await;
    }
}

/// Catalogue 19: an attempt that is refused uses nothing up.
#[tokio::test]
async fn refused_attempts_do_not_burn_the_good_token() {
    let target = Target::new().await;
    let app = &target.app;
    let good = target.refresh();
    let stranger = ForgerKey::hmac("HS256", OTHER_SECRET);
    for (token, row) in [
        (good.clone().sign(&stranger), token_invalid()),
        (good.clone().with_signature([0; 32]), token_invalid()),
        (good.clone().header("alg", "none").with_signature(""), token_invalid()),
        (target.sign(&good.clone().claim("exp", START - 1)), token_expired()),
        (target.sign(&good.clone().without("jti")), claim_invalid("jti")),
        (target.sign(&good.clone().without("sid")), claim_invalid("sid")),
        (target.sign(&good.clone().claim("sub", "admin")), token_revoked()),
        (target.sign(&good.clone().claim("sid", "other")), token_revoked()),
        (target.good.access.clone(), type_wrong("refresh")),
        (target.good.refresh[1..].to_owned(), token_invalid()),
    ] {
        row.assert(&app.post("/refresh", &token).await);
    }
    app.get("/refresh", &target.good.refresh).await.assert_status(200);
    let next = app.rotate(&target.good.refresh).await;
    app.get("/access", &next.access).await.assert_status(200);
}

/// Ids are no secrets: whoever knows a victim's `jti` and `sid` cannot end or revoke anything.
#[tokio::test]
async fn forged_tokens_revoke_nothing() {
    let target = Target::new().await;
    let app = &target.app;
    let stranger = ForgerKey::hmac("HS256", OTHER_SECRET);
    let victim = claims(&target.good.access);
    assert!(victim["jti"].is_string() && victim["sid"].is_string());
    for path in ["/revoke", "/logout", "/logout-all", "/reauthenticate"] {
        token_invalid().assert(&app.post(path, &target.access().sign(&stranger)).await);
    }
    // A refresh token with an old generation's look, to provoke the end of the session.
    let forged =
        target.refresh().claim("jti", "00000000-0000-7000-8000-000000000000").sign(&stranger);
    token_invalid().assert(&app.post("/refresh", &forged).await);
    app.get("/access", &target.good.access).await.assert_status(200);
    app.rotate(&target.good.refresh).await;
}

/// Of all tokens that the authority signed for a session, one is the current refresh token.
#[tokio::test]
async fn unknown_generation_is_a_replay() {
    let target = Target::new().await;
    let app = &target.app;
    let jti = claims(&target.good.access)["jti"].clone();
    let access_as_refresh = target.sign(&target.refresh().claim("jti", jti));
    token_reused().assert(&app.post("/refresh", &access_as_refresh).await);
    token_revoked().assert(&app.get("/access", &target.good.access).await);
}

#[tokio::test]
async fn logout_kills_every_generation() {
    let target = Target::new().await;
    let app = &target.app;
    let second = app.rotate(&target.good.refresh).await;
    let third = app.rotate(&second.refresh).await;
    app.post("/logout", &third.access).await.assert_status(204);
    for pair in [&target.good, &second, &third] {
        token_revoked().assert(&app.get("/access", &pair.access).await);
        token_revoked().assert(&app.post("/refresh", &pair.refresh).await);
    }
    token_revoked().assert(&app.post("/logout", &third.access).await);
}
