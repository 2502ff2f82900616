//! Tokens that are in no request: verified from a string, or only looked at.

use std::time::Duration;

use jwt_runtime::{
    AuthError, InvalidToken, IssueOptions, JwtAuth, MAX_TOKEN_BYTES, MemoryStore, TokenType,
    UnverifiedToken,
};
use jwt_tests::app::authority;
use jwt_tests::keys::{ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::plugged::Plugged;
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::Forgery;
use serde_json::{Map, Value, json};

type AllClaims = Map<String, Value>;

fn claims() -> AllClaims {
    Map::from_iter([("sub".to_owned(), json!("alice"))])
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, AuthError>) -> AuthError {
    outcome.expect_err("a refusal")
}

async fn login(auth: &JwtAuth) -> [String; 2] {
    let pair = auth.login(&claims()).await.expect("a pair");
    [pair.access_token(), pair.refresh_token()].map(|token| token.as_str().to_owned())
}

#[tokio::test]
async fn a_token_from_a_string_is_verified_like_any_other() {
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(MemoryStore::new()));
    let [access, refresh] = login(&auth).await;

    let token = auth.verify_access::<User>(&access).await.expect("a good one");
    assert_eq!(token.sub, "alice");
    assert_eq!(token.as_str(), access);
    assert_eq!(token.location(), None);
    let wrong = refusal(auth.verify_access::<User>(&refresh).await);
    assert_eq!(wrong, AuthError::TokenTypeWrong { expected: TokenType::Access });

    let old = auth.verify_refresh::<AllClaims>(&refresh).await.expect("a good one");
    let wrong = refusal(auth.verify_refresh::<User>(&access).await);
    assert_eq!(wrong, AuthError::TokenTypeWrong { expected: TokenType::Refresh });
    // Looked at, and not used up.
    auth.verify_refresh::<User>(&refresh).await.expect("a good one");
    let next = auth.rotate(old).await.expect("the next pair");
    let reused = refusal(auth.verify_refresh::<User>(&refresh).await);
    assert_eq!(reused, AuthError::TokenReused);
    let ended = refusal(auth.verify_access::<User>(next.access_token().as_str()).await);
    assert_eq!(ended, AuthError::TokenRevoked);

    let [access, _] = login(&auth).await;
    let forged = Forgery::of(&access).sign(&ForgerKey::hmac("HS256", OTHER_SECRET));
    let invalid = refusal(auth.verify_access::<User>(&forged).await);
    assert_eq!(invalid, AuthError::TokenInvalid(InvalidToken::SignatureInvalid));
    clock.advance(Duration::from_secs(900));
    assert_eq!(refusal(auth.verify_access::<User>(&access).await), AuthError::TokenExpired);
}

#[tokio::test]
async fn a_store_that_does_not_answer_verifies_nothing() {
    let store = Plugged::default();
    let (auth, _) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let [access, refresh] = login(&auth).await;
    store.pull();
    assert_eq!(refusal(auth.verify_access::<User>(&access).await), AuthError::StoreUnavailable);
    assert_eq!(refusal(auth.verify_refresh::<User>(&refresh).await), AuthError::StoreUnavailable);
}

#[tokio::test]
async fn a_token_that_has_expired_can_be_read_and_opens_nothing() {
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(MemoryStore::new()));
    let [access, refresh] = login(&auth).await;
    clock.advance(Duration::from_secs(40 * 24 * 60 * 60));
    for (token, kind) in [(&access, TokenType::Access), (&refresh, TokenType::Refresh)] {
        let (user, registered) = auth.verify_expired::<User>(token).expect("a genuine one");
        assert_eq!((user.sub.as_str(), registered.token_type), ("alice", kind));
    }
    // Nothing else is forgiven.
    let forged = Forgery::of(&access).sign(&ForgerKey::hmac("HS256", OTHER_SECRET));
    let invalid = refusal(auth.verify_expired::<User>(&forged));
    assert_eq!(invalid, AuthError::TokenInvalid(InvalidToken::SignatureInvalid));
    let key = ForgerKey::hmac("HS256", SECRET);
    for forged in [
        Forgery::of(&access).claim("nbf", 4_000_000_000_u64),
        Forgery::of(&access).claim("aud", "others"),
        Forgery::of(&access).without("exp"),
        Forgery::of(&access).without("jti"),
    ] {
        auth.verify_expired::<User>(&forged.sign(&key)).expect_err("a refusal");
    }
}

#[tokio::test]
async fn the_header_of_a_verified_token_is_there() {
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let options = IssueOptions::new().header("tenant", "red");
    let token = auth.issue_access(&claims(), options).await.expect("a token");
    let token = auth.verify_access::<User>(token.as_str()).await.expect("a good one");
    let header = json!({ "typ": "at+jwt", "alg": "HS256", "tenant": "red" });
    assert_eq!(Value::Object(token.header()), header);
}

#[tokio::test]
async fn an_unverified_token_is_only_looked_at() {
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let token = auth.issue_access(&claims(), IssueOptions::new()).await.expect("a token");
    let forged = Forgery::of(token.as_str()).claim("sub", "mallory").with_signature("no");
    for (compact, subject) in [(token.as_str(), "alice"), (forged.as_str(), "mallory")] {
        let seen = UnverifiedToken::parse(compact).expect("three parts");
        assert_eq!(seen.id(), Some(token.id()));
        assert_eq!(seen.claims()["sub"], subject);
        assert_eq!(seen.header()["alg"], "HS256");
        assert!(!format!("{seen:?}").contains(subject));
    }
    for (compact, mistake) in [
        ("", InvalidToken::FormatMalformed),
        ("a.b", InvalidToken::FormatMalformed),
        ("e30.e30.AA=", InvalidToken::HeaderMalformed),
        ("W10.e30.AA", InvalidToken::HeaderMalformed),
        ("e30.W10.AA", InvalidToken::PayloadMalformed),
        ("e30.e30=.AA", InvalidToken::FormatMalformed),
        (&"a".repeat(MAX_TOKEN_BYTES + 1), InvalidToken::TooLong),
    ] {
        let seen = UnverifiedToken::parse(compact);
        match (compact, seen) {
            // The signature is not even looked at.
            ("e30.e30.AA=", Ok(seen)) => assert_eq!(seen.id(), None),
            (_, seen) => assert_eq!(seen.err(), Some(mistake), "{compact:.20}"),
        }
    }
}

#[tokio::test]
async fn the_header_of_a_token_does_not_depend_on_its_payload() {
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let token = auth.issue_access(&claims(), IssueOptions::new()).await.expect("a token");
    let mut lost = Vec::new();
    for (name, text) in [("n", "1e999".to_owned()), ("d", "[".repeat(200) + &"]".repeat(200))] {
        let odd = Forgery::of(token.as_str())
            .raw_claim(name, &text)
            .sign(&ForgerKey::hmac("HS256", SECRET));
        let Ok(read) = auth.verify_access::<User>(&odd).await else { continue };
        if read.header().get("typ") != Some(&json!("at+jwt")) {
            lost.push(name);
        }
    }
    assert!(lost.is_empty(), "no header: {lost:?}");
}
