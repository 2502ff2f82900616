//! What whoever holds a key of a set can and cannot write.

use std::time::Duration;

use jwt_runtime::{
    AccessToken, Algorithm, AuthError, Claims, ConfigError, CookieOptions, InvalidToken,
    IssueOptions, JwtAuth, JwtAuthBuilder, KeySet, MemoryStore, OlderTokens, RenewalOptions,
    SigningKey, SubjectKeys, TokenLocation,
};
use jwt_tests::app::{App, authority};
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::draft::Draft;
use jwt_tests::keys::{self, ForgerKey, OTHER_ED25519, OTHER_SECRET, SECRET};
use jwt_tests::older::{accepting, flask, signed_with, with};
use jwt_tests::refusal::{token_invalid, token_revoked};
use jwt_tests::tokens::Forgery;
use serde_json::{Map, Value, json};

type AllClaims = Map<String, Value>;

#[derive(Claims)]
#[claims(issuer = "us")]
struct Ours {
    sub: String,
}

/// As PyJWT writes it.
const OLDER_HEADER: &str = r#"{"alg":"EdDSA","typ":"JWT","kid":"p"}"#;

/// A partner: its keys as it publishes them, and its private key.
fn partner(kid: &str) -> (String, ForgerKey) {
    let key = SigningKey::from_pem(Algorithm::EdDSA, OTHER_ED25519).expect("a key").with_kid(kid);
    let (auth, _) = authority(|builder| builder.signing_key(key));
    let set = serde_json::to_string(&auth.jwk_set()).expect("JSON");
    (set, ForgerKey::pem("EdDSA", OTHER_ED25519))
}

/// `red/…` are subjects of the tenant red.
fn tenants(red: SigningKey) -> SubjectKeys {
    SubjectKeys::new(|subject| subject.split_once('/').map(|(tenant, _)| tenant.to_owned()))
        .signing_key("red", red)
}

fn user(subject: &str) -> AllClaims {
    Map::from_iter([("sub".to_owned(), json!(subject))])
}

async fn access(auth: &JwtAuth, compact: &str) -> Result<AccessToken<AllClaims>, AuthError> {
    auth.verify_access::<AllClaims>(compact).await
}

/// RFC 8725 §3.8: a key of somebody else must not write the authority's own `iss`, nor its tenants'.
#[test]
fn a_set_beside_a_key_that_signs_says_whose_it_is() {
    let (set, _) = partner("p");
    let keys = KeySet::from_jwk_set(&set).expect("a set");
    let build = |keys: &KeySet, configure: fn(JwtAuthBuilder) -> JwtAuthBuilder| {
        configure(JwtAuth::builder().key_set(keys.clone())).build().map(drop)
    };
    let signs: [fn(JwtAuthBuilder) -> JwtAuthBuilder; 4] = [
        |builder| builder.secret(SECRET),
        |builder| builder.secret(SECRET).issuer("us").also_accept_issuer("partner"),
        |builder| builder.secret(SECRET).accept_older(OlderTokens::flask_jwt_extended()),
        |builder| {
            let red = SigningKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a key");
            builder.subject_keys(tenants(red.with_kid("of red")))
        },
    ];
    for configure in signs {
        let refused = build(&keys, configure).expect_err("nobody's");
        assert!(refused.to_string().contains("for_issuer"), "{refused}");
        build(&keys.clone().for_issuer("partner"), configure).expect("the partner's");
    }
    let own = build(&keys.clone().for_issuer("us"), |builder| builder.secret(SECRET).issuer("us"));
    assert!(own.expect_err("its own").to_string().contains("for_issuer"));
    build(&keys, |builder| builder.issuer("partner")).expect("nothing is signed here");
}

/// Nothing is signed here. Without a name, the keys of one would speak for the other too.
#[test]
fn sets_say_whose_they_are_all_or_none() {
    let keys = ["a", "b"].map(|kid| KeySet::from_jwk_set(&partner(kid).0).expect("a set"));
    let build = |sets: [KeySet; 2]| {
        sets.into_iter().fold(JwtAuth::builder(), JwtAuthBuilder::key_set).build().map(drop)
    };
    let [a, b] = keys;
    let bound = a.clone().for_issuer("a");
    for sets in [[bound.clone(), b.clone()], [b.clone(), bound.clone()]] {
        let refused = build(sets).expect_err("whose is b?");
        assert!(refused.to_string().contains("for_issuer"), "{refused}");
    }
    build([bound, b.clone().for_issuer("b")]).expect("both say it");
    build([a, b]).expect("neither does");
}

#[tokio::test]
async fn a_key_of_a_set_does_not_speak_for_a_tenant() {
    let red = SigningKey::from_secret(Algorithm::HS256, OTHER_SECRET).expect("a key");
    let (set, key) = partner("red");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let (auth, _) = authority(|builder| {
        builder.secret(SECRET).subject_keys(tenants(red.with_kid("of red"))).key_set(set.clone())
    });
    let own = auth.issue_access(&user("red/alice"), IssueOptions::new()).await.expect("a token");
    let forged = Forgery::of(own.as_str())
        .header("alg", "EdDSA")
        .header("kid", "red")
        .claim("iss", "partner")
        .sign(&key);
    assert!(access(&auth, &forged).await.is_err());
}

/// A store knows the sessions that are written to it.
#[tokio::test]
async fn a_token_of_a_session_that_the_store_does_not_know_is_refused() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let app =
        App::with(|builder| builder.secret(SECRET).store(MemoryStore::new()).key_set(set.clone()));
    let app = app.await;
    let own = app.login("alice").await;
    let theirs = Forgery::of(&own.access)
        .header("alg", "EdDSA")
        .header("kid", "p")
        .claim("iss", "partner")
        .claim("sid", "of theirs")
        .sign(&key);
    token_revoked().assert(&app.get("/access", &theirs).await);
    app.get("/unrevoked", &theirs).await.assert_status(200);
}

/// Refresh tokens go to whoever has issued them.
#[tokio::test]
async fn refresh_tokens_of_a_set_are_not_taken() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let app =
        App::with(|builder| builder.secret(SECRET).store(MemoryStore::new()).key_set(set.clone()));
    let app = app.await;
    let own = app.login("alice").await;
    let theirs = |token: &str| {
        let token = Forgery::of(token).header("alg", "EdDSA").header("kid", "p");
        token.claim("iss", "partner").sign(&key)
    };
    token_invalid().assert(&app.post("/refresh", &theirs(&own.refresh)).await);
    app.get("/access", &theirs(&own.access)).await.assert_status(200);
}

/// A trade would write our own `iss`.
#[tokio::test]
async fn a_key_of_a_bound_set_buys_no_token_with_our_iss() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let app = App::with(|builder| {
        accepting(builder, MemoryStore::new()).issuer("us").key_set(set.clone())
    })
    .await;
    let payload = with(flask("refresh", "1"), "iss", "partner");
    let forged = signed_with(&key, OLDER_HEADER, &payload.to_string());
    let reply = app.post("/refresh", &forged).await;
    token_invalid().assert(&reply);
}

#[tokio::test]
async fn a_key_of_a_set_logs_nobody_out() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let app = App::with(|builder| {
        accepting(builder, MemoryStore::new()).issuer("us").key_set(set.clone())
    })
    .await;
    let own = app.login("alice").await;
    let payload = with(flask("access", "1"), "iss", "partner");
    let forged = signed_with(&key, OLDER_HEADER, &payload.to_string());
    token_invalid().assert(&app.post("/logout-all", &forged).await);
    app.get("/access", &own.access).await.assert_status(200);
}

/// Whoever has seen a token of alice's knows the `sid` of her session.
#[tokio::test]
async fn a_key_of_a_bound_set_speaks_for_no_session_of_ours() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let app = App::with(|builder| {
        builder.secret(SECRET).store(MemoryStore::new()).issuer("us").key_set(set.clone())
    })
    .await;
    let own = app.login("alice").await;
    let forged = Forgery::of(&own.refresh)
        .header("alg", "EdDSA")
        .header("kid", "p")
        .claim("iss", "partner")
        .claim("jti", "anything")
        .sign(&key);
    token_invalid().assert(&app.post("/refresh", &forged).await);
    app.get("/access", &own.access).await.assert_status(200);
}

/// One issuer publishes a key with the name of another's.
#[tokio::test]
async fn one_issuer_does_not_silence_another() {
    let (ours, key) = partner("b");
    let mallory = keys::signing(Algorithm::EdDSA).with_kid("b");
    let (other, _) = authority(|builder| builder.signing_key(mallory));
    let shadow = serde_json::to_string(&other.jwk_set()).expect("JSON");
    let a = KeySet::from_jwk_set(&shadow).expect("a set").for_issuer("a");
    let b = KeySet::from_jwk_set(&ours).expect("a set").for_issuer("b");
    let (auth, _) =
        authority(|builder| builder.secret(SECRET).key_set(a.clone()).key_set(b.clone()));
    let own = auth.issue_access(&user("alice"), IssueOptions::new()).await.expect("a token");
    let token = Forgery::of(own.as_str())
        .header("alg", "EdDSA")
        .header("kid", "b")
        .claim("iss", "b")
        .sign(&key);
    access(&auth, &token).await.expect("b's token by b's key");
}

/// Several issuers that publish one set, as clones of it are the same keys.
#[tokio::test]
async fn two_issuers_with_one_set_speak_each_for_itself() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set");
    let [a, b] = ["a", "b"].map(|issuer| set.clone().for_issuer(issuer));
    let (auth, _) = authority(|builder| {
        builder.secret(SECRET).issuer("us").key_set(a).key_set(b.also_for_older_tokens())
    });
    let own = auth.issue_access(&user("alice"), IssueOptions::new()).await.expect("a token");
    for (issuer, is_good) in [("a", true), ("b", true), ("us", false), ("c", false)] {
        let token = Forgery::of(own.as_str()).header("alg", "EdDSA").header("kid", "p");
        let token = token.claim("iss", issuer).sign(&key);
        assert_eq!(access(&auth, &token).await.is_ok(), is_good, "{issuer}");
        // A claims type that wants one issuer opens nothing for the keys of others.
        let ours = auth.verify_access::<Ours>(&token).await;
        assert!(ours.is_err(), "{issuer}: {}", ours.expect("a token").sub);
    }
    assert!(auth.verify_access::<Ours>(own.as_str()).await.is_ok());
}

/// An older token is signed with a key that is for such, whichever set comes first.
#[tokio::test]
async fn a_set_for_older_tokens_is_found_behind_another() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let payload = with(flask("access", "1"), "iss", "partner");
    let older = signed_with(&key, OLDER_HEADER, &payload.to_string());
    for is_last in [true, false] {
        let (auth, _) = authority(|builder| {
            let builder = accepting(builder, MemoryStore::new()).key_set(set.clone());
            match is_last {
                true => builder.key_set(set.clone().also_for_older_tokens()),
                false => builder,
            }
        });
        assert_eq!(access(&auth, &older).await.is_ok(), is_last);
    }
}

#[test]
fn nobody_is_an_issuer_without_a_name() {
    let (set, _) = partner("p");
    let keys = KeySet::from_jwk_set(&set).expect("a set").for_issuer("");
    let built = JwtAuth::builder().secret(SECRET).key_set(keys).build();
    assert!(matches!(built, Err(ConfigError::Empty("issuer"))), "{built:?}");
}

/// A renewal would write it once more, by the authority's own key, which lives longer than the set's.
#[tokio::test]
async fn a_token_of_a_set_is_not_renewed() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let (auth, clock) = authority(|builder| {
        builder
            .secret(SECRET)
            .key_set(set)
            .locations([TokenLocation::Cookie])
            .cookies(CookieOptions::new())
            .renewal(RenewalOptions::new())
    });
    let router = jwt_tests::routes::all().with_state(auth.clone()).layer(auth.layer());
    let app = App::serve(auth, clock, router).await;
    let own = app.login("alice").await.access;
    let theirs = Forgery::of(&own).header("alg", "EdDSA").header("kid", "p");
    let theirs = theirs.claim("iss", "partner").sign(&key);
    app.clock.advance(Duration::from_secs(800));
    for (token, is_renewed) in [(&own, true), (&theirs, false)] {
        let page = Draft::get().cookie(ACCESS_COOKIE, token);
        let reply = page.send(&app, "/access").await.expect("an answer").assert_status(200);
        assert_eq!(!reply.headers_named("set-cookie").is_empty(), is_renewed);
    }
}

/// Not where the set is read either.
#[tokio::test]
async fn what_is_published_lets_no_tenant_speak_for_others() {
    let red = SigningKey::from_pem(Algorithm::EdDSA, OTHER_ED25519).expect("a key").with_kid("red");
    let own = keys::signing(Algorithm::EdDSA).with_kid("own");
    let (issuer, _) =
        authority(|builder| builder.signing_key(own).issuer("us").subject_keys(tenants(red)));
    let published = serde_json::to_string(&issuer.jwk_set()).expect("JSON");
    let set = KeySet::from_jwk_set(&published).expect("a set").for_issuer("us");
    let (relying, _) = authority(|builder| builder.key_set(set.clone()));
    let token = issuer.issue_access(&user("admin"), IssueOptions::new()).await.expect("a token");
    access(&relying, token.as_str()).await.expect("a good one");
    let red_key = ForgerKey::pem("EdDSA", OTHER_ED25519);
    let forged = Forgery::of(token.as_str()).header("kid", "red").sign(&red_key);
    assert!(access(&issuer, &forged).await.is_err(), "the issuer itself");
    assert!(access(&relying, &forged).await.is_err(), "a tenant is admin at another service");
}

/// What another issuer says of alice is not what this one says.
#[tokio::test]
async fn a_token_of_a_set_is_not_signed_again_in_the_name_of_its_issuer() {
    let (set, key) = partner("p");
    let set = KeySet::from_jwk_set(&set).expect("a set").for_issuer("partner");
    let (auth, _) = authority(|builder| builder.secret(SECRET).issuer("us").key_set(set.clone()));
    let own = auth.issue_access(&user("alice"), IssueOptions::new()).await.expect("a token");
    let theirs = Forgery::of(own.as_str())
        .header("alg", "EdDSA")
        .header("kid", "p")
        .claim("iss", "partner")
        .sign(&key);
    let token = access(&auth, &theirs).await.expect("a good one");
    let refused = auth.reauthenticate(&token).await.expect_err("another's");
    assert_eq!(refused, AuthError::TokenInvalid(InvalidToken::KeyUnknown));
}
