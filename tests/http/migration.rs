//! What the pages about migration say of the day on which a service is exchanged.

use std::collections::HashSet;

use jwt_runtime::{
    Algorithm, AuthError, CookieOptions, JwtAuthBuilder, MemoryStore, OlderTokens, SigningKey,
    TokenLocation, VerifyingKey,
};
use jwt_tests::app::{App, Pair};
use jwt_tests::clock::START;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::{OTHER_SECRET, SECRET};
use jwt_tests::older::{flask, signed, with, without};
use jwt_tests::refusal::{claim_invalid, csrf_not_in_token, forbidden, token_revoked, type_wrong};
use jwt_tests::tokens::{claims, header};
use serde_json::json;

async fn app(older: OlderTokens, configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> App {
    App::with(|builder| configure(builder.store(MemoryStore::new()).accept_older(older))).await
}

#[tokio::test]
async fn their_key_verifies_beside_a_new_one_that_signs() {
    let new = SigningKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a good key");
    let theirs = VerifyingKey::from_secret(Algorithm::HS256, SECRET).expect("a good key");
    let app = app(OlderTokens::flask_jwt_extended(), |builder| {
        builder.signing_key(new.with_kid("new")).verifying_key(theirs)
    })
    .await;
    app.get("/access", &signed(&flask("access", "1"))).await.assert_status(200);
    let pair = Pair::read(&app.post("/refresh", &signed(&flask("refresh", "2"))).await);
    assert_eq!(header(&pair.access)["kid"], "new");
    app.get("/access", &pair.access).await.assert_status(200);
}

/// Over there or here: the ids are handed over, and each token is asked.
#[tokio::test]
async fn what_was_revoked_over_there_stays_revoked() {
    let revoked = HashSet::from(["1".to_owned(), "2".to_owned()]);
    let app = app(OlderTokens::flask_jwt_extended(), |builder| {
        builder.secret(SECRET).require(move |token, _| match revoked.contains(&token.jti) {
            true => Err(AuthError::TokenRevoked),
            false => Ok(()),
        })
    })
    .await;
    token_revoked().assert(&app.get("/access", &signed(&flask("access", "1"))).await);
    token_revoked().assert(&app.post("/refresh", &signed(&flask("refresh", "2"))).await);
    app.get("/access", &signed(&flask("access", "3"))).await.assert_status(200);
    app.post("/refresh", &signed(&flask("refresh", "4"))).await.assert_status(200);
}

#[tokio::test]
async fn their_cookies_are_read_where_they_are_called_as_there() {
    let cookies = CookieOptions::new()
        .access_name("access_token_cookie")
        .refresh_name("refresh_token_cookie")
        .csrf_access_name("csrf_access_token")
        .csrf_refresh_name("csrf_refresh_token")
        .refresh_path("/");
    let app = app(OlderTokens::flask_jwt_extended(), |builder| {
        builder
            .secret(SECRET)
            .locations([TokenLocation::Header, TokenLocation::Cookie])
            .cookies(cookies)
    })
    .await;
    let (access, refresh) = (flask("access", "1"), flask("refresh", "2"));
    let bearing = |draft: Draft, cookie, payload| draft.cookie(cookie, &signed(payload));
    let read = bearing(Draft::get(), "access_token_cookie", &access);
    read.send(&app, "/access").await.expect("an answer").assert_status(200);

    let post = || Draft::post().header("Origin", OWN_ORIGIN);
    let bare = bearing(post(), "refresh_token_cookie", &refresh);
    let reply = bare.send(&app, "/refresh").await.expect("an answer").assert_status(403);
    assert!(reply.text("error_description").contains("`csrf_refresh_token`"), "{reply:?}");
    let csrf = refresh["csrf"].as_str().expect("the CSRF token");
    let full = bare.header("X-CSRF-TOKEN", csrf);
    full.send(&app, "/refresh").await.expect("an answer").assert_status(200);

    // One that was made without: by cookie it changes nothing, in the header it does.
    let plain = without(flask("refresh", "3"), "csrf");
    let by_cookie = bearing(post(), "refresh_token_cookie", &plain).header("X-CSRF-TOKEN", csrf);
    csrf_not_in_token().assert(&by_cookie.send(&app, "/refresh").await.expect("an answer"));
    app.post("/refresh", &signed(&plain)).await.assert_status(200);
}

#[tokio::test]
async fn a_list_of_scopes_is_asked_for_as_ours_are() {
    let app = app(OlderTokens::authx(), |builder| builder.secret(SECRET)).await;
    let scoped = |scopes| signed(&with(flask("access", "1"), "scopes", scopes));
    app.get("/read", &scoped(json!(["orders:read", "x"]))).await.assert_status(200);
    for scopes in [json!([]), json!(["orders:write"]), json!(["orders:read x"]), json!("orders")] {
        let reply = app.get("/read", &scoped(scopes.clone())).await;
        forbidden(Some("orders:read orders")).assert(&reply);
    }
    // It goes on into the session as one text.
    let old = with(flask("refresh", "2"), "scopes", json!(["a", "b"]));
    let pair = Pair::read(&app.post("/refresh", &signed(&old)).await);
    assert_eq!(claims(&pair.access)["scope"], "a b");
    // Only theirs are read so.
    let own = app.login_as(&json!({ "sub": "alice", "scopes": ["orders:read"] })).await;
    forbidden(Some("orders:read orders")).assert(&app.get("/read", &own.access).await);
}

#[tokio::test]
async fn simplejwt_says_user_id_and_token_type() {
    let app = app(OlderTokens::simplejwt(), |builder| builder.secret(SECRET)).await;
    let theirs = |kind: &str, id: &str| json!({ "token_type": kind, "iat": START, "exp": START + 300, "jti": id, "user_id": 7 });
    let reply = app.get("/access", &signed(&theirs("access", "1"))).await.assert_status(200);
    assert_eq!(reply.json()["sub"], "7");
    let text = with(theirs("access", "1"), "user_id", json!("7"));
    app.get("/access", &signed(&text)).await.assert_status(200);
    type_wrong("access").assert(&app.get("/access", &signed(&theirs("refresh", "1"))).await);
    type_wrong("refresh").assert(&app.post("/refresh", &signed(&theirs("access", "1"))).await);
    for kind in ["sliding", "", "Access"] {
        let refused = app.get("/access", &signed(&theirs(kind, "1"))).await;
        claim_invalid("type").assert(&refused);
    }
    let untyped = without(theirs("access", "1"), "token_type");
    claim_invalid("type").assert(&app.get("/access", &signed(&untyped)).await);
    let pair = Pair::read(&app.post("/refresh", &signed(&theirs("refresh", "2"))).await);
    let issued = claims(&pair.access);
    assert_eq!((&issued["sub"], &issued["type"]), (&json!("7"), &json!("access")));
}
