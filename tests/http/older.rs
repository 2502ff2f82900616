//! Tokens that an older library has issued, accepted through a migration.
//!
//! The tokens here are written by hand, so that time can stand still; `tests/python` presents those
//! of the libraries themselves.

use std::sync::Arc;
use std::time::Duration;

use jwt_runtime::{
    AuthError, ConfigError, IssueError, IssueOptions, JwtAuth, MemoryStore, OlderTokens,
    RefreshToken,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::clock::START;
use jwt_tests::counting::Counting;
use jwt_tests::keys::{ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::older::{DAY, accepting, flask, signed, signed_with, with, without};
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{
    claim_invalid, not_fresh, store_unavailable, token_expired, token_invalid, token_missing,
    token_reused, token_revoked, type_wrong,
};
use jwt_tests::reuses;
use jwt_tests::tokens::claims;
use serde_json::{Map, Value, json};

async fn app(older: OlderTokens) -> App {
    App::with(|builder| {
        builder.secret(SECRET).store(MemoryStore::new()).accept_older(older.clone())
    })
    .await
}

#[tokio::test]
async fn they_are_refused_unless_they_are_accepted() {
    let app = App::new().await;
    for kind in ["access", "refresh"] {
        token_invalid().assert(&app.get(&format!("/{kind}"), &signed(&flask(kind, "1"))).await);
    }
}

#[tokio::test]
async fn each_librarys_claims_are_read_under_its_names() {
    let exp = START + 900;
    for (older, payload) in [
        (OlderTokens::flask_jwt_extended(), flask("access", "1")),
        (
            OlderTokens::flask_jwt_extended(),
            json!({ "identity": "alice", "user_claims": { "team": "red" }, "type": "access",
                "jti": "1", "exp": exp, "iat": START, "fresh": true }),
        ),
        (
            OlderTokens::flask_jwt_extended().identity_claim("name"),
            json!({ "name": "alice", "sub": "x", "type": "access", "jti": "1", "exp": exp,
                "iat": START }),
        ),
        (
            OlderTokens::fastapi_jwt_auth(),
            json!({ "sub": "alice", "iat": START, "nbf": START, "jti": "1", "exp": exp,
                "type": "access", "fresh": false }),
        ),
        (
            OlderTokens::authx(),
            json!({ "sub": "alice", "iat": START as f64 + 0.1, "exp": exp as f64 + 0.9,
                "jti": "1", "type": "access", "fresh": false, "csrf": "" }),
        ),
        (
            OlderTokens::simplejwt(),
            json!({ "token_type": "access", "exp": exp, "iat": START, "jti": "1",
                "user_id": "alice" }),
        ),
    ] {
        let app = app(older).await;
        let reply = app.get("/access", &signed(&payload)).await;
        assert_eq!(reply.status, 200, "{payload}: {reply:?}");
        assert_eq!(reply.json()["sub"], "alice", "{payload}");
        assert_eq!(reply.json()["exp"], exp, "{payload}");
        assert_eq!(reply.json().get("sid"), None, "{payload}");
        // The authority's own are good beside them.
        let own = app.login("bob").await;
        app.get("/access", &own.access).await.assert_status(200);
    }
}

#[tokio::test]
async fn a_number_is_a_subject_and_nested_claims_are_claims() {
    let app = app(OlderTokens::flask_jwt_extended()).await;
    let payload = json!({ "identity": 42, "user_claims": { "team": "red" }, "type": "access",
        "jti": "1", "exp": START + 900, "iat": START });
    let reply = app.get("/claims", &signed(&payload)).await.assert_status(200);
    assert_eq!(reply.json()["sub"], "42");
    assert_eq!(reply.json()["team"], "red");
    let numbered = with(flask("access", "1"), "sub", json!(42));
    let reply = app.get("/claims", &signed(&numbered)).await.assert_status(200);
    assert_eq!(reply.json()["sub"], "42");
}

#[tokio::test]
async fn whatever_is_asked_of_a_token_is_asked_of_them() {
    let app = app(OlderTokens::flask_jwt_extended()).await;
    let access = || flask("access", "1");
    app.get("/access", &signed(&access())).await.assert_status(200);
    for (payload, refusal) in [
        (flask("refresh", "1"), type_wrong("access")),
        (without(access(), "exp"), claim_invalid("exp")),
        (without(access(), "iat"), claim_invalid("iat")),
        (without(access(), "jti"), claim_invalid("jti")),
        (without(access(), "type"), claim_invalid("type")),
        (without(access(), "sub"), claim_invalid("sub")),
        (with(access(), "sub", json!(null)), claim_invalid("sub")),
        (with(access(), "sub", json!(1.5)), claim_invalid("sub")),
        (with(access(), "type", json!("app")), claim_invalid("type")),
        (with(access(), "aud", json!("orders")), claim_invalid("aud")),
        (with(access(), "exp", json!(START)), token_expired()),
        (with(access(), "exp", json!("never")), claim_invalid("exp")),
        (with(access(), "exp", json!(START + 30 * DAY + 1)), claim_invalid("exp")),
        (with(access(), "cnf", json!({})), claim_invalid("cnf")),
    ] {
        refusal.assert(&app.get("/access", &signed(&payload)).await);
    }
    not_fresh(None).assert(&app.get("/fresh", &signed(&access())).await);
    let fresh = with(access(), "fresh", json!(true));
    app.get("/fresh", &signed(&fresh)).await.assert_status(200);
    let fresh_until = with(access(), "fresh", json!(START as f64 + 60.5));
    app.get("/fresh", &signed(&fresh_until)).await.assert_status(200);
    // How long ago the login was, these tokens do not say.
    not_fresh(Some(300)).assert(&app.get("/fresh-recent", &signed(&fresh)).await);
    // None of them writes when the login was, so it is something else that is called so.
    let recent = with(with(access(), "fresh", json!(true)), "auth_time", json!(START));
    not_fresh(Some(300)).assert(&app.get("/fresh-recent", &signed(&recent)).await);
    type_wrong("refresh").assert(&app.get("/refresh", &signed(&access())).await);
    token_missing().assert(&app.call("GET", "/access").send().await);
}

#[tokio::test]
async fn whatever_is_no_token_of_the_key_is_refused() {
    let app = app(OlderTokens::flask_jwt_extended()).await;
    let payload = flask("access", "1").to_string();
    for (secret, header, payload) in [
        (OTHER_SECRET, r#"{"alg":"HS256","typ":"JWT"}"#, payload.as_str()),
        (SECRET, r#"{"alg":"HS512","typ":"JWT"}"#, &payload),
        (SECRET, r#"{"alg":"none","typ":"JWT"}"#, &payload),
        (SECRET, r#"{"alg":"HS256","typ":"JWT","crit":["exp"]}"#, &payload),
        (SECRET, r#"{"alg":"HS256","typ":"JWT","kid":"x"}"#, &payload),
        (SECRET, r#"{"alg":"HS256"}"#, &payload),
        (SECRET, r#"{"alg":"HS256","typ":"dpop+jwt"}"#, &payload),
        // Written here, it has no session, and the names of here.
        (SECRET, r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"sub":"a","sub":"b"}"#),
        (SECRET, r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"identity":"a","sub":"b"}"#),
        (SECRET, r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"user_claims":{"sub":"b"}}"#),
        (SECRET, r#"{"alg":"HS256","typ":"JWT"}"#, "[]"),
        (SECRET, r#"{"alg":"HS256","typ":"JWT"}"#, ""),
    ] {
        let token = signed_with(&ForgerKey::hmac("HS256", secret), header, payload);
        token_invalid().assert(&app.get("/access", &token).await);
    }
    // With the header of this library's tokens it is read as one of them.
    let own = signed_with(
        &ForgerKey::hmac("HS256", SECRET),
        r#"{"alg":"HS256","typ":"at+jwt"}"#,
        &payload,
    );
    claim_invalid("sid").assert(&app.get("/access", &own).await);
}

#[tokio::test]
async fn a_logout_ends_the_token() {
    let app = app(OlderTokens::flask_jwt_extended()).await;
    for path in ["/logout", "/revoke"] {
        let [first, second] =
            ["first", "second"].map(|id| signed(&flask("access", &format!("{path}{id}"))));
        app.post(path, &first).await.assert_status(204);
        token_revoked().assert(&app.get("/access", &first).await);
        token_revoked().assert(&app.post(path, &first).await);
        app.get("/access", &second).await.assert_status(200);
        app.clock.advance(Duration::from_secs(800));
        token_revoked().assert(&app.get("/access", &first).await);
        app.clock.set(jwt_runtime::NumericDate::from_secs(START));
    }
    // Without a store nothing can be ended, and nobody is told otherwise.
    let stateless =
        App::with(|builder| builder.secret(SECRET).accept_older(OlderTokens::flask_jwt_extended()))
            .await;
    let token = signed(&flask("access", "1"));
    stateless.get("/access", &token).await.assert_status(200);
    stateless.post("/logout", &token).await.assert_status(500);
}

#[tokio::test]
async fn the_logout_of_a_subject_ends_theirs_and_no_others() {
    let app = app(OlderTokens::flask_jwt_extended()).await;
    let alice = ["1", "2"].map(|id| signed(&flask("access", id)));
    let refresh = signed(&flask("refresh", "3"));
    let bob = signed(&with(flask("access", "4"), "sub", json!("bob")));
    let session = Pair::read(&app.post("/refresh", &signed(&flask("refresh", "5"))).await);
    app.post("/logout-all", &alice[0]).await.assert_status(204);
    for token in &alice {
        token_revoked().assert(&app.get("/access", token).await);
    }
    token_revoked().assert(&app.post("/refresh", &refresh).await);
    token_revoked().assert(&app.get("/access", &session.access).await);
    app.get("/access", &bob).await.assert_status(200);
    // It lasts as long as any of them could.
    app.clock.advance(Duration::from_secs(30 * DAY - 10));
    token_revoked().assert(&app.post("/refresh", &refresh).await);
    // Whoever logs in here is in a session.
    let login = app.login("alice").await;
    app.get("/access", &login.access).await.assert_status(200);

    app.auth.logout_everyone().await.expect("a store");
    token_revoked().assert(&app.get("/access", &login.access).await);
    let now = START + 30 * DAY - 10;
    for subject in ["alice", "bob"] {
        let late = with(with(flask("access", "6"), "iat", json!(now)), "exp", json!(now + 60));
        let late = with(late, "sub", json!(subject));
        token_revoked().assert(&app.get("/access", &signed(&late)).await);
    }
}

#[tokio::test]
async fn a_refresh_token_is_traded_for_a_session_once() {
    let (tell, mut reuses) = reuses::listener();
    let app = App::with(|builder| accepting(builder, MemoryStore::new()).on_reuse(tell)).await;
    let old = signed(&with(flask("refresh", "old"), "team", json!("red")));
    let pair = Pair::read(&app.post("/refresh", &old).await.assert_status(200));
    let issued = claims(&pair.access);
    assert_eq!(issued["sub"], "alice");
    assert_eq!(issued["team"], "red");
    assert_eq!(issued["fresh"], false);
    not_fresh(None).assert(&app.get("/fresh", &pair.access).await);
    let next = app.rotate(&pair.refresh).await;
    app.get("/access", &next.access).await.assert_status(200);
    assert_eq!(app.get("/sessions", &next.access).await.json().as_array().map(Vec::len), Some(1));
    assert!(reuses.try_recv().is_err());

    // Whoever comes with it again: one of the two is a thief.
    token_reused().assert(&app.post("/refresh", &old).await);
    token_revoked().assert(&app.get("/access", &next.access).await);
    token_revoked().assert(&app.post("/refresh", &next.refresh).await);
    let event = reuses.try_recv().expect("the alarm");
    assert_eq!((event.subject.as_str(), event.token_id.as_str()), ("alice", "old"));
    assert_eq!(Value::from(event.session_id), issued["sid"]);
    token_revoked().assert(&app.post("/refresh", &old).await);
    assert!(reuses.try_recv().is_err());
}

#[tokio::test]
async fn the_logout_of_a_token_that_was_traded_ends_the_session() {
    let app = app(OlderTokens::flask_jwt_extended()).await;
    let verified = |token: String| {
        let auth = app.auth.clone();
        async move { auth.verify_refresh::<Map<String, Value>>(&token).await.expect("a good one") }
    };
    let old = verified(signed(&flask("refresh", "1"))).await;
    let again = old.clone();
    let pair = app.auth.rotate(old).await.expect("a pair");
    app.auth.logout(&again).await.expect("a store");
    let access = pair.access_token().as_str();
    token_revoked().assert(&app.get("/access", access).await);
}

#[tokio::test]
async fn of_several_who_trade_at_once_one_gets_a_session() {
    let app = Arc::new(app(OlderTokens::flask_jwt_extended()).await);
    for round in 0..20 {
        let compact = signed(&flask("refresh", &format!("race {round}")));
        let mut tries = Vec::new();
        for _ in 0..8 {
            let token: RefreshToken<Map<String, Value>> =
                app.auth.verify_refresh(&compact).await.expect("a good one");
            let app = Arc::clone(&app);
            tries.push(tokio::spawn(async move { app.auth.rotate(token).await }));
        }
        let mut pairs = Vec::new();
        for outcome in tries {
            match outcome.await.expect("no panic") {
                Ok(pair) => pairs.push(pair),
                // Reused, if there was a session to end by then.
                Err(AuthError::TokenReused | AuthError::TokenRevoked) => {}
                Err(refusal) => panic!("{refusal:?}"),
            }
        }
        assert!(pairs.len() <= 1, "{}", pairs.len());
        // Seven of them were reuses: what the first one got is over, and nothing else was opened.
        for pair in &pairs {
            token_revoked().assert(&app.get("/access", pair.access_token().as_str()).await);
        }
        assert_eq!(app.auth.sessions("alice").await.expect("a store").len(), 0);
    }
}

#[tokio::test]
async fn no_trade_outruns_a_logout_of_the_subject() {
    let app = Arc::new(app(OlderTokens::flask_jwt_extended()).await);
    for round in 0..20 {
        let subject = format!("subject {round}");
        let old = with(flask("refresh", "1"), "sub", json!(subject));
        let token: RefreshToken<Map<String, Value>> =
            app.auth.verify_refresh(&signed(&old)).await.expect("a good one");
        let trading = {
            let app = Arc::clone(&app);
            tokio::spawn(async move { app.auth.rotate(token).await })
        };
        app.auth.logout_all(&subject).await.expect("a store");
        let outcome = trading.await.expect("no panic");
        if let Ok(pair) = outcome {
            token_revoked().assert(&app.get("/access", pair.access_token().as_str()).await);
        }
        assert_eq!(app.auth.sessions(&subject).await.expect("a store").len(), 0);
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_accepts_none() {
    let store = Plugged::default();
    let app = App::with(|builder| accepting(builder, store.clone())).await;
    let [access, refresh] = ["access", "refresh"].map(|kind| signed(&flask(kind, kind)));
    store.pull();
    store_unavailable().assert(&app.get("/access", &access).await);
    store_unavailable().assert(&app.post("/logout", &access).await);
    store_unavailable().assert(&app.post("/refresh", &refresh).await);
    store.plug_in();
    app.get("/access", &access).await.assert_status(200);
    app.post("/refresh", &refresh).await.assert_status(200);
}

#[tokio::test]
async fn they_cost_three_questions_and_the_others_one() {
    let store = Counting::default();
    let app = App::with(|builder| accepting(builder, store.clone())).await;
    let own = app.login("alice").await;
    let older = signed(&flask("access", "1"));
    for (token, calls) in [(&own.access, 1), (&older, 3)] {
        store.reset();
        app.get("/access", token).await.assert_status(200);
        assert_eq!(store.calls(), calls);
        store.reset();
        app.get("/unrevoked", token).await.assert_status(200);
        assert_eq!(store.calls(), 0);
    }
}

#[tokio::test]
async fn the_longest_lifetime_is_what_it_was_there() {
    let longer = OlderTokens::flask_jwt_extended().longest_lifetime(Duration::from_secs(90 * DAY));
    let app = app(longer).await;
    let old = |days: u64| signed(&with(flask("refresh", "1"), "exp", json!(START + days * DAY)));
    app.get("/refresh", &old(90)).await.assert_status(200);
    claim_invalid("exp").assert(&app.get("/refresh", &old(91)).await);
    for lifetime in [Duration::ZERO, Duration::MAX] {
        let older = OlderTokens::authx().longest_lifetime(lifetime);
        let built = JwtAuth::builder().secret(SECRET).accept_older(older).build();
        assert!(matches!(built, Err(ConfigError::LifetimeInvalid("longest_lifetime"))));
    }
}

/// What the store remembers of these tokens stands under subjects that nobody can have.
#[tokio::test]
async fn nobody_is_called_like_what_is_remembered() {
    let (auth, _) =
        authority(|builder| builder.secret(SECRET).accept_older(OlderTokens::flask_jwt_extended()));
    for subject in ["\0older tokens", "\0older tokens of alice", "\0older token 1 alice"] {
        let claims = Map::from_iter([("sub".to_owned(), json!(subject))]);
        let issued = auth.issue_access(&claims, IssueOptions::new()).await;
        assert!(matches!(issued.err(), Some(AuthError::NotIssued(IssueError::SubjectInvalid))));
    }
}
