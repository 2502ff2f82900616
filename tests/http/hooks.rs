//! What an application adds to every token, and asks of every token.

use jwt_runtime::{
    AuthError, Denied, IssueError, IssueOptions, JwtAuthBuilder, MemoryStore, TokenType,
};
use jwt_tests::app::{App, authority};
use jwt_tests::counting::Counting;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{claim_invalid, forbidden, token_expired};
use jwt_tests::tokens::{claims, header};
use serde_json::{Map, Value, json};

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

async fn app(configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> App {
    App::with(|builder| configure(builder.secret(SECRET).store(MemoryStore::new()))).await
}

#[tokio::test]
async fn claims_are_added_to_every_token() {
    let app = app(|builder| {
        builder.additional_claims(|token| {
            let TokenType::Access = token.token_type else { return Map::new() };
            map(json!({ "tenant": token.subject.len(), "team": "blue" }))
        })
    })
    .await;
    let pair = app.login_as(&json!({ "sub": "alice", "team": "red" })).await;
    let next = app.rotate(&pair.refresh).await;
    let granted = app.post("/reauthenticate", &next.access).await.assert_status(200);
    for access in [&pair.access, &next.access, &granted.text("access_token")] {
        assert_eq!(claims(access)["tenant"], 5);
        // What the application's own claims say stays.
        assert_eq!(claims(access)["team"], "red");
    }
    assert_eq!(claims(&pair.refresh).get("tenant"), None);
    let bob = app.login("bob").await;
    assert_eq!(claims(&bob.access)["team"], "blue");
    app.get("/access", &bob.access).await.assert_status(200);
}

#[tokio::test]
async fn registered_claims_cannot_be_added() {
    for name in ["sub", "exp", "type", "fresh", "sid", "cnf"] {
        let (auth, _) = authority(|builder| {
            builder
                .secret(SECRET)
                .additional_claims(move |_| Map::from_iter([(name.to_owned(), json!("x"))]))
        });
        let issued = auth.issue_access(&map(json!({ "sub": "alice" })), IssueOptions::new()).await;
        match issued.err() {
            Some(AuthError::NotIssued(IssueError::ReservedClaim(refused))) => {
                assert_eq!(refused, name);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn header_members_are_added_to_every_token() {
    let app = app(|builder| {
        builder.additional_header(|token| map(json!({ "for": token.subject, "site": "eu" })))
    })
    .await;
    let pair = app.login("alice").await;
    let next = app.rotate(&pair.refresh).await;
    for token in [&pair.access, &pair.refresh, &next.access, &next.refresh] {
        assert_eq!(header(token)["for"], "alice");
    }
    app.get("/access", &next.access).await.assert_status(200);
    let own = IssueOptions::new().header("site", "us");
    let token = app.auth.issue_access(&map(json!({ "sub": "alice" })), own).await.expect("a token");
    assert_eq!(header(token.as_str())["site"], "us");
    assert_eq!(header(token.as_str())["for"], "alice");
}

#[tokio::test]
async fn header_members_of_the_library_cannot_be_added() {
    let (auth, _) = authority(|builder| {
        builder.secret(SECRET).additional_header(|_| map(json!({ "kid": "other" })))
    });
    let issued = auth.issue_access(&map(json!({ "sub": "alice" })), IssueOptions::new()).await;
    assert!(matches!(
        issued.err(),
        Some(AuthError::NotIssued(IssueError::ReservedHeader(name))) if name == "kid"
    ));
}

#[tokio::test]
async fn every_token_is_asked_what_the_application_requires() {
    let store = Counting::default();
    let app = App::with(|builder| {
        builder.secret(SECRET).store(store.clone()).require(|token, claims| {
            match claims.get("tenant").and_then(Value::as_str) {
                Some("red") => Ok(()),
                Some("blue") => Err(AuthError::from(Denied::for_scope("blue"))),
                _ => Err(AuthError::ClaimInvalid { claim: token.sub.clone().into() }),
            }
        })
    })
    .await;
    let red = app.login_as(&json!({ "sub": "alice", "tenant": "red" })).await;
    let blue = app.login_as(&json!({ "sub": "bob", "tenant": "blue" })).await;
    let none = app.login("sub").await;
    for route in ["/access", "/optional", "/fresh", "/token", "/nothing", "/unrevoked"] {
        app.get(route, &red.access).await.assert_status(200);
        store.reset();
        forbidden(Some("blue")).assert(&app.get(route, &blue.access).await);
        claim_invalid("sub").assert(&app.get(route, &none.access).await);
        // Asked before the store, which has better things to do.
        assert_eq!(store.calls(), 0, "{route}");
    }
    forbidden(Some("blue")).assert(&app.post("/refresh", &blue.refresh).await);
    app.rotate(&red.refresh).await;
    let by_hand = app.auth.verify_access::<Map<String, Value>>(&blue.access).await;
    assert!(matches!(by_hand.err(), Some(AuthError::Forbidden { .. })));
    // Nobody is asked about a token that is no good.
    app.clock.advance(std::time::Duration::from_secs(900));
    token_expired().assert(&app.get("/access", &blue.access).await);
}

/// The second does not take the place of the first: one of the two would be forgotten.
#[tokio::test]
async fn every_requirement_is_asked() {
    for (first, second, status) in [(true, true, 200), (false, true, 403), (true, false, 403)] {
        let app = app(|builder| builder.require(move |_, _| first).require(move |_, _| second));
        let app = app.await;
        let alice = app.login("alice").await;
        app.get("/access", &alice.access).await.assert_status(status);
    }
}

#[tokio::test]
async fn a_requirement_may_answer_with_a_bool() {
    let app = app(|builder| builder.require(|token, _| token.sub == "alice")).await;
    let [alice, bob] = [app.login("alice").await, app.login("bob").await];
    app.get("/access", &alice.access).await.assert_status(200);
    forbidden(None).assert(&app.get("/access", &bob.access).await);
}

#[tokio::test]
async fn what_is_required_of_every_token_is_required_of_an_expired_one() {
    let (auth, _) =
        authority(|builder| builder.secret(SECRET).require(|token, _| token.sub == "alice"));
    let bob = auth
        .issue_access(&map(json!({ "sub": "bob" })), IssueOptions::new())
        .await
        .expect("a token");
    assert!(auth.verify_access::<Map<String, Value>>(bob.as_str()).await.is_err());
    assert!(auth.verify_expired::<Map<String, Value>>(bob.as_str()).is_err());
}

#[tokio::test]
async fn a_header_that_is_too_long_is_not_issued() {
    let long: Map<String, Value> = Map::from_iter([("note".to_owned(), json!("x".repeat(2000)))]);
    let members = |count: usize, size: usize| -> Map<String, Value> {
        (0..count).map(|n| (format!("m{n}"), json!("x".repeat(size)))).collect()
    };
    for (header, is_issued) in [
        (members(29, 1), true),
        (members(30, 1), false),
        (members(1, 1400), true),
        (members(1, 1600), false),
        (long, false),
    ] {
        let (auth, _) =
            authority(|builder| builder.secret(SECRET).additional_header(move |_| header.clone()));
        match auth.issue_access(&map(json!({ "sub": "alice" })), IssueOptions::new()).await {
            Err(AuthError::NotIssued(error)) => {
                assert!(!is_issued);
                assert_eq!(error, IssueError::HeaderTooLarge);
            }
            Err(other) => panic!("{other:?}"),
            // What is issued is read again.
            Ok(token) => {
                assert!(is_issued);
                auth.verify_access::<Map<String, Value>>(token.as_str())
                    .await
                    .expect("what was issued");
            }
        }
    }
}
