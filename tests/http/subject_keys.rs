//! Keys that are made for some subjects: who signs for whom, and who cannot.

use jwt_runtime::{
    Algorithm, AuthError, ConfigError, InvalidToken, IssueError, IssueOptions, JwtAuth,
    JwtAuthBuilder, MemoryStore, SigningKey, SubjectKeys, VerifyingKey,
};
use jwt_tests::app::{App, authority};
use jwt_tests::keys::{self, ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::{Forgery, header};
use serde_json::{Map, Value, json};

fn red() -> SigningKey {
    SigningKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a good key").with_kid("red")
}

fn blue() -> SigningKey {
    keys::signing(Algorithm::EdDSA).with_kid("blue")
}

/// `red/alice` is a subject of red.
fn no_keys() -> SubjectKeys {
    SubjectKeys::new(|subject| subject.split_once('/').map(|(tenant, _)| tenant.to_owned()))
}

fn tenants(builder: JwtAuthBuilder) -> JwtAuthBuilder {
    let keys = no_keys().signing_key("red", red()).signing_key("blue", blue());
    builder.secret(SECRET).store(MemoryStore::new()).subject_keys(keys)
}

#[tokio::test]
async fn each_subject_has_the_key_that_was_chosen() {
    let app = App::with(tenants).await;
    for (subject, kid, alg) in [
        ("red/alice", json!("red"), "HS256"),
        ("blue/alice", json!("blue"), "EdDSA"),
        ("alice", Value::Null, "HS256"),
    ] {
        let pair = app.login(subject).await;
        let next = app.rotate(&pair.refresh).await;
        for token in [&pair.access, &pair.refresh, &next.access] {
            let header = header(token);
            assert_eq!(header.get("kid").cloned().unwrap_or_default(), kid, "{subject}");
            assert_eq!(header["alg"], alg, "{subject}");
        }
        app.get("/access", &next.access).await.assert_status(200);
    }
}

/// Whoever holds the key of one tenant writes any claims they like; not for the others' subjects.
#[tokio::test]
async fn a_key_does_not_speak_for_the_subjects_of_another() {
    let app = App::with(tenants).await;
    let red = app.login("red/alice").await.access;
    let plain = app.login("alice").await.access;
    let red_key = ForgerKey::hmac("HS256", OTHER_SECRET);
    let own_key = ForgerKey::hmac("HS256", SECRET);
    app.get("/access", &Forgery::of(&red).sign(&red_key)).await.assert_status(200);
    for (forged, key) in [
        (Forgery::of(&red).claim("sub", "blue/alice"), &red_key),
        (Forgery::of(&red).claim("sub", "alice"), &red_key),
        (Forgery::of(&red).claim("sub", "green/alice"), &red_key),
        // Nor does the authority's own key speak for those who have one of their own.
        (Forgery::of(&plain).claim("sub", "red/alice"), &own_key),
        (Forgery::of(&plain).claim("sub", "green/alice"), &own_key),
        (Forgery::of(&plain).header("kid", "red"), &own_key),
    ] {
        token_invalid().assert(&app.get("/access", &forged.sign(key)).await);
    }
}

#[tokio::test]
async fn retired_keys_of_the_authority_stay_good_for_everybody_else() {
    let retired = VerifyingKey::from_secret(Algorithm::HS512, SECRET).expect("a good key");
    let (auth, _) =
        authority(|builder| tenants(builder).verifying_key(retired.with_kid("last year")));
    let token = auth.issue_access(&claims("alice"), IssueOptions::new()).await.expect("a token");
    let old = Forgery::of(token.as_str()).header("kid", "last year").header("alg", "HS512");
    let key = ForgerKey::hmac("HS512", SECRET);
    auth.verify_expired::<Map<String, Value>>(&old.sign(&key)).expect("a good one");
    let forged = old.claim("sub", "red/alice").sign(&key);
    assert_eq!(
        auth.verify_expired::<Map<String, Value>>(&forged).err(),
        Some(AuthError::TokenInvalid(InvalidToken::KeyUnknown))
    );
}

#[tokio::test]
async fn a_choice_that_names_no_key_issues_nothing() {
    let (auth, _) = authority(tenants);
    let issued = auth.issue_access(&claims("green/alice"), IssueOptions::new()).await;
    assert!(matches!(issued.err(), Some(AuthError::NotIssued(IssueError::SigningKeyMissing))));
}

/// Changed keys are changed for their tenant, and for nobody else.
#[tokio::test]
async fn a_retired_key_of_a_tenant_is_good_for_that_tenant_alone() {
    let app = App::with(tenants).await;
    let old = app.login("red/alice").await.access;
    let new = SigningKey::from_secret(Algorithm::HS512, SECRET).expect("a good key");
    let retired = VerifyingKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a good key");
    let keys = no_keys()
        .signing_key("red", new.with_kid("red 2"))
        .verifying_key("red", retired.with_kid("red"))
        .signing_key("blue", blue());
    let (auth, _) = authority(|builder| builder.secret(SECRET).subject_keys(keys));
    let read = |token: &str| auth.verify_expired::<Map<String, Value>>(token).map(drop);
    let unknown = Err(AuthError::TokenInvalid(InvalidToken::KeyUnknown));
    assert_eq!(read(&old), Ok(()));
    let red_key = ForgerKey::hmac("HS256", OTHER_SECRET);
    for subject in ["alice", "blue/alice", "admin"] {
        let forged = Forgery::of(&old).claim("sub", subject).sign(&red_key);
        assert_eq!(read(&forged), unknown, "{subject}");
    }
    let token =
        auth.issue_access(&claims("red/alice"), IssueOptions::new()).await.expect("a token");
    assert_eq!(header(token.as_str())["kid"], "red 2");
    assert_eq!(read(token.as_str()), Ok(()));
}

/// A tenant that only has an old key issues nothing.
#[tokio::test]
async fn a_tenant_without_a_key_that_signs_issues_nothing() {
    let retired = VerifyingKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a good key");
    let keys = no_keys().verifying_key("red", retired.with_kid("red"));
    let (auth, _) = authority(|builder| builder.secret(SECRET).subject_keys(keys));
    let issued = auth.issue_access(&claims("red/alice"), IssueOptions::new()).await;
    assert!(matches!(issued.err(), Some(AuthError::NotIssued(IssueError::SigningKeyMissing))));
}

#[test]
fn subject_keys_are_checked_when_the_authority_is_built() {
    let build = |keys: SubjectKeys| -> Result<JwtAuth, ConfigError> {
        JwtAuth::builder().secret(SECRET).subject_keys(keys).build()
    };
    let nameless = || SigningKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a good key");
    let retired = || VerifyingKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a good key");
    for keys in
        [no_keys().signing_key("red", nameless()), no_keys().verifying_key("red", retired())]
    {
        assert!(matches!(build(keys), Err(ConfigError::KidInvalid)));
    }
    let twice = build(no_keys().signing_key("red", red()).signing_key("blue", red()));
    assert!(matches!(twice, Err(ConfigError::KidRepeated)), "{twice:?}");
    let two = build(no_keys().signing_key("red", red()).signing_key("red", blue()));
    assert!(matches!(two, Err(ConfigError::Setting { .. })), "{two:?}");
    let own = JwtAuth::builder()
        .signing_key(red())
        .subject_keys(no_keys().signing_key("red", red()))
        .build();
    assert!(matches!(own, Err(ConfigError::KidRepeated)), "{own:?}");
}

fn claims(subject: &str) -> Map<String, Value> {
    Map::from_iter([("sub".to_owned(), json!(subject))])
}
