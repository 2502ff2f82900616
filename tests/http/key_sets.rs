//! Key sets: the public keys of one service, published there and verified with here, and replaced.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jwt_runtime::{
    Algorithm, AuthError, ConfigError, InvalidToken, IssueOptions, JwkSet, JwtAuth, KeySet,
    MemoryStore, OlderTokens, SigningKey,
};
use jwt_tests::app::{App, authority};
use jwt_tests::client::Reply;
use jwt_tests::clock::START;
use jwt_tests::keys::{self, ALGORITHMS, ForgerKey, OTHER_ED25519, SECRET};
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::{Forgery, b64, claims, header};
use serde_json::{Map, Value, json};

type AllClaims = Map<String, Value>;

async fn jwks(State(auth): State<JwtAuth>) -> JwkSet {
    auth.jwk_set()
}

/// A service that issues tokens and publishes its keys.
async fn issuer(key: SigningKey) -> (App, Reply) {
    let (auth, clock) =
        authority(|builder| builder.signing_key(key).issuer("issuer").store(MemoryStore::new()));
    let router = Router::new().route("/jwks.json", get(jwks)).with_state(auth.clone());
    let app = App::serve(auth, clock, router).await;
    let published = app.call("GET", "/jwks.json").send().await.assert_status(200);
    (app, published)
}

fn claims_of(subject: &str) -> AllClaims {
    Map::from_iter([("sub".to_owned(), json!(subject))])
}

async fn token(app: &App) -> String {
    let issued = app.auth.issue_access(&claims_of("alice"), IssueOptions::new()).await;
    issued.expect("a token").as_str().to_owned()
}

/// A service that has keys of others only.
fn verifier(keys: &KeySet) -> JwtAuth {
    authority(|builder| builder.key_set(keys.clone()).issuer("issuer")).0
}

async fn verify(auth: &JwtAuth, token: &str) -> Result<String, AuthError> {
    auth.verify_access::<AllClaims>(token).await.map(|token| token.registered().sub.clone())
}

#[tokio::test]
async fn what_one_service_publishes_another_verifies_with() {
    for algorithm in ALGORITHMS {
        let name = algorithm.as_str();
        let is_secret = name.starts_with("HS");
        let (app, published) = issuer(keys::signing(algorithm).with_kid("2026-11")).await;
        assert_eq!(published.headers_named("content-type"), ["application/jwk-set+json"]);
        assert_eq!(published.headers_named("cache-control"), ["public, max-age=300"]);
        let set = published.json();
        let set_keys = set["keys"].as_array().expect("a list");
        assert_eq!(app.auth.jwk_set().len(), set_keys.len(), "{name}");
        assert_eq!(app.auth.jwk_set().is_empty(), is_secret, "{name}");
        if is_secret {
            assert_eq!(published.body, r#"{"keys":[]}"#, "{name}");
            continue;
        }
        let key = &set_keys[0];
        assert_eq!([&key["kid"], &key["alg"], &key["use"]], ["2026-11", name, "sig"]);
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert_eq!(key.get(private), None, "{name}: {private} is nobody's business");
        }
        let keys = KeySet::from_jwk_set(&published.body).expect("a good set");
        assert_eq!((keys.len(), keys.is_empty()), (1, false));
        let good = token(&app).await;
        assert_eq!(verify(&verifier(&keys), &good).await.as_deref(), Ok("alice"), "{name}");
        // Without `alg` a key is for what its curve says, and RSA for RS256.
        let mut bare = set.clone();
        bare["keys"][0].as_object_mut().expect("a key").remove("alg");
        let keys = KeySet::from_jwk_set(&bare.to_string()).expect("a good set");
        let is_default = matches!(name, "RS256" | "ES256" | "ES384" | "EdDSA");
        assert_eq!(verify(&verifier(&keys), &good).await.is_ok(), is_default, "{name}");
    }
}

/// RFC 8037 A.2 and RFC 7515 A.3 print these keys.
#[tokio::test]
async fn numbers_are_written_as_the_rfc_has_them() {
    let x = b64(keys::der(keys::ED25519_PUBLIC).split_off(12));
    let (app, _) = issuer(keys::signing(Algorithm::EdDSA)).await;
    let set = serde_json::to_value(app.auth.jwk_set()).expect("JSON");
    let expected = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA", "use": "sig" });
    assert_eq!(set, json!({ "keys": [expected] }));

    let (app, _) = issuer(keys::signing(Algorithm::ES256).with_kid("k")).await;
    let point = keys::der(keys::P256_PUBLIC).split_off(27);
    let (x, y) = point.split_at(32);
    let set = serde_json::to_value(app.auth.jwk_set()).expect("JSON");
    assert_eq!(set["keys"][0]["crv"], "P-256");
    assert_eq!([&set["keys"][0]["x"], &set["keys"][0]["y"]], [&b64(x), &b64(y)]);

    let (app, _) = issuer(keys::signing(Algorithm::RS256).with_kid("k")).await;
    let set = serde_json::to_value(app.auth.jwk_set()).expect("JSON");
    assert_eq!(set["keys"][0]["e"], "AQAB");
    let n = set["keys"][0]["n"].as_str().expect("a number");
    // 2048 bits without a zero octet in front: RFC 7518 §6.3.1.1.
    assert_eq!(n.len(), 342);
}

#[tokio::test]
async fn keys_are_replaced_while_requests_are_served() {
    let (old, old_set) = issuer(keys::signing(Algorithm::EdDSA).with_kid("old")).await;
    let other = SigningKey::from_pem(Algorithm::EdDSA, OTHER_ED25519).expect("a good key");
    let (new, new_set) = issuer(other.with_kid("new")).await;
    let keys = KeySet::from_jwk_set(&old_set.body).expect("a good set");
    let auth = verifier(&keys);
    let [old_token, new_token] = [token(&old).await, token(&new).await];
    assert!(verify(&auth, &old_token).await.is_ok());
    let unknown = Err(AuthError::TokenInvalid(InvalidToken::KeyUnknown));
    assert_eq!(verify(&auth, &new_token).await, unknown);
    // Both, while the one takes over from the other.
    let mut both = old_set.json();
    both["keys"].as_array_mut().expect("a list").push(new_set.json()["keys"][0].clone());
    keys.replace(&both.to_string()).expect("a good set");
    assert!(verify(&auth, &old_token).await.is_ok());
    assert!(verify(&auth, &new_token).await.is_ok());
    keys.replace(&new_set.body).expect("a good set");
    assert_eq!(verify(&auth, &old_token).await, unknown);
    assert!(verify(&auth, &new_token).await.is_ok());
    // What is no good changes nothing.
    for bad in ["", "{}", "[]", r#"{"keys":[]}"#, r#"{"keys":{}}"#, "null", "<html>"] {
        assert!(keys.replace(bad).is_err(), "{bad}");
        assert!(verify(&auth, &new_token).await.is_ok(), "{bad}");
    }
}

#[tokio::test]
async fn keys_of_others_do_not_stand_in_for_ones_own() {
    let mallory = SigningKey::from_pem(Algorithm::EdDSA, OTHER_ED25519).expect("a good key");
    let (theirs, set) = issuer(mallory.with_kid("own")).await;
    let keys = KeySet::from_jwk_set(&set.body).expect("a good set").for_issuer("issuer");
    let (auth, clock) = authority(|builder| {
        builder.signing_key(keys::signing(Algorithm::EdDSA).with_kid("own")).key_set(keys.clone())
    });
    let router = jwt_tests::routes::all().with_state(auth.clone());
    let app = App::serve(auth, clock, router).await;
    let own = app.auth.issue_access(&claims_of("bob"), IssueOptions::new()).await.expect("a token");
    app.get("/access", own.as_str()).await.assert_status(200);
    token_invalid().assert(&app.get("/access", &token(&theirs).await).await);
    // Nor are they published as one's own.
    assert_eq!(app.auth.jwk_set().len(), 1);
}

/// The algorithm is the key's, and never the token's.
#[tokio::test]
async fn a_key_of_a_set_has_one_algorithm() {
    let (app, set) = issuer(keys::signing(Algorithm::RS256).with_kid("k")).await;
    let auth = verifier(&KeySet::from_jwk_set(&set.body).expect("a good set"));
    let good = token(&app).await;
    assert_eq!(header(&good)["alg"], "RS256");
    let pem = keys::RSA_PUBLIC.as_bytes();
    let modulus = set.json()["keys"][0]["n"].as_str().expect("a number").to_owned();
    for (algorithm, key) in [
        ("HS256", ForgerKey::hmac("HS256", pem)),
        ("HS256", ForgerKey::hmac("HS256", set.body.as_bytes())),
        ("HS256", ForgerKey::hmac("HS256", modulus.as_bytes())),
        ("RS512", ForgerKey::pem("RS512", keys::RSA)),
        ("PS256", ForgerKey::pem("PS256", keys::RSA)),
    ] {
        let forged = Forgery::of(&good).header("alg", algorithm).sign(&key);
        assert_eq!(
            verify(&auth, &forged).await,
            Err(AuthError::TokenInvalid(InvalidToken::AlgorithmNotAllowed)),
            "{algorithm}"
        );
    }
    // A key that the token brings along is not even looked at.
    let mallory = ForgerKey::pem("RS256", keys::OTHER_RSA);
    for member in ["jwk", "jku", "x5u", "x5c"] {
        let forged = Forgery::of(&good).header(member, set.json()["keys"][0].clone());
        let refused = verify(&auth, &forged.sign(&mallory)).await;
        assert_eq!(refused, Err(AuthError::TokenInvalid(InvalidToken::SignatureInvalid)));
    }
}

#[test]
fn what_cannot_verify_is_left_out() {
    let (auth, _) =
        authority(|builder| builder.signing_key(keys::signing(Algorithm::EdDSA).with_kid("good")));
    let good = serde_json::to_value(auth.jwk_set()).expect("JSON")["keys"][0].clone();
    let altered = |name: &str, value: Value| {
        let mut key = good.clone();
        key[name] = value;
        key["kid"] = json!(format!("{name} altered"));
        key
    };
    let secret = json!({ "kty": "oct", "k": b64(SECRET), "kid": "secret", "alg": "HS256" });
    let useless = [
        secret,
        altered("use", json!("enc")),
        altered("key_ops", json!(["sign"])),
        altered("alg", json!("RS256")),
        altered("alg", json!("none")),
        altered("alg", json!("HS256")),
        altered("alg", json!("ES256K")),
        altered("crv", json!("Ed448")),
        altered("crv", json!("P-256")),
        altered("kty", json!("XYZ")),
        altered("x", json!("not base64!")),
        altered("x", json!(7)),
        json!("a string"),
        json!(null),
        json!({}),
    ];
    for key in &useless {
        let alone = KeySet::from_jwk_set(&json!({ "keys": [key] }).to_string());
        assert!(matches!(alone, Err(ConfigError::Setting { .. })), "{key}: {alone:?}");
    }
    let mut all = useless.to_vec();
    all.push(good.clone());
    let keys = KeySet::from_jwk_set(&json!({ "keys": all }).to_string()).expect("one good key");
    assert_eq!(keys.len(), 1);
}

/// RFC 7517 §4.5 has them for equivalent keys of several types; others forget to name keys at all.
#[tokio::test]
async fn keys_of_one_name_are_all_tried() {
    let (first, set) = issuer(keys::signing(Algorithm::EdDSA).with_kid("k")).await;
    let other = SigningKey::from_pem(Algorithm::EdDSA, OTHER_ED25519).expect("a good key");
    let (second, other_set) = issuer(other.with_kid("k")).await;
    let (third, es_set) = issuer(keys::signing(Algorithm::ES256).with_kid("k")).await;
    let mut all: Vec<Value> = vec![json!({ "kty": "RSA", "n": b64([0xC5; 128]), "e": "AQAB",
        "kid": "k" })];
    all.extend([&set, &other_set, &es_set].map(|set| set.json()["keys"][0].clone()));
    let keys = KeySet::from_jwk_set(&json!({ "keys": all }).to_string()).expect("a good set");
    let auth = verifier(&keys);
    assert_eq!(keys.len(), 3, "the weak one is left out");
    for issuer in [&first, &second, &third] {
        assert_eq!(verify(&auth, &token(issuer).await).await.as_deref(), Ok("alice"));
    }
    let forged = Forgery::of(&token(&first).await).sign(&ForgerKey::hmac("HS256", SECRET));
    assert!(verify(&auth, &forged).await.is_err());
    // Each costs a verification, so there is an end.
    let many = vec![all[1].clone(); 9];
    let keys = KeySet::from_jwk_set(&json!({ "keys": many }).to_string()).expect("a good set");
    verifier(&keys);
    assert_eq!(keys.len(), 4);
    // Bad ones do not count.
    let mut crowd = vec![all[0].clone(); 4];
    let rsa = keys::signing(Algorithm::RS256).with_kid("k");
    let (good, rsa_set) = issuer(rsa).await;
    crowd.push(rsa_set.json()["keys"][0].clone());
    let keys = KeySet::from_jwk_set(&json!({ "keys": crowd }).to_string()).expect("a good set");
    let auth = verifier(&keys);
    assert_eq!(verify(&auth, &token(&good).await).await.as_deref(), Ok("alice"));
}

/// Size, curve and name, as of the authority's own keys: when it is built, and at each replacement.
#[test]
fn weak_keys_are_refused() {
    let short = |bytes: usize| json!({ "kty": "RSA", "n": b64(vec![0xC5; bytes]), "e": "AQAB" });
    let off_curve = json!({ "kty": "EC", "crv": "P-256", "x": b64([1; 32]), "y": b64([1; 32]) });
    let small = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64([1; 16]) });
    let (auth, _) =
        authority(|builder| builder.signing_key(keys::signing(Algorithm::ES256).with_kid("good")));
    let good = serde_json::to_string(&auth.jwk_set()).expect("JSON");
    for key in [short(128), off_curve, small] {
        let weak = json!({ "keys": [key] }).to_string();
        let Ok(keys) = KeySet::from_jwk_set(&weak) else { continue };
        let built = JwtAuth::builder().key_set(keys.clone()).build();
        assert!(matches!(built, Err(ConfigError::KeyUnfit { .. })), "{weak}: {built:?}");
        let keys = KeySet::from_jwk_set(&good).expect("a good set");
        JwtAuth::builder().key_set(keys.clone()).build().expect("an authority");
        let replaced = keys.replace(&weak);
        assert!(matches!(replaced, Err(ConfigError::KeyUnfit { .. })), "{weak}: {replaced:?}");
    }
    let mut nameless: Value = serde_json::from_str(&good).expect("JSON");
    nameless["keys"][0]["kid"] = json!("");
    let keys = KeySet::from_jwk_set(&nameless.to_string()).expect("a set");
    let built = JwtAuth::builder().key_set(keys.clone()).build();
    assert!(matches!(built, Err(ConfigError::KidInvalid)), "{built:?}");
}

/// simplejwt's `JWK_URL`: its tokens, signed by another service whose keys are published.
#[tokio::test]
async fn tokens_of_an_older_service_are_verified_with_its_set() {
    let (_, set) = issuer(keys::signing(Algorithm::RS256).with_kid("django")).await;
    let keys = KeySet::from_jwk_set(&set.body).expect("a good set").also_for_older_tokens();
    let (auth, _) =
        authority(|builder| builder.key_set(keys.clone()).accept_older(OlderTokens::simplejwt()));
    let payload = json!({
        "token_type": "access", "exp": START + 300, "iat": START, "jti": "1", "user_id": "7",
    });
    let header = r#"{"alg":"RS256","typ":"JWT","kid":"django"}"#;
    let input = format!("{}.{}", b64(header), b64(payload.to_string()));
    let signature = ForgerKey::of(Algorithm::RS256).sign(input.as_bytes());
    let token = format!("{input}.{signature}");
    assert_eq!(claims(&token)["user_id"], "7");
    assert_eq!(verify(&auth, &token).await.as_deref(), Ok("7"));
}

/// RFC 8725 §3.8: the keys of one issuer do not speak for another, nor for the authority itself.
#[tokio::test]
async fn keys_of_an_issuer_are_good_for_its_tokens_alone() {
    let (_, set) = issuer(keys::signing(Algorithm::EdDSA).with_kid("a")).await;
    let other = SigningKey::from_pem(Algorithm::EdDSA, OTHER_ED25519).expect("a good key");
    let (_, other_set) = issuer(other.with_kid("b")).await;
    let [a, b] = [(&set, "issuer a"), (&other_set, "issuer b")]
        .map(|(set, name)| KeySet::from_jwk_set(&set.body).expect("a set").for_issuer(name));
    let (auth, _) = authority(|builder| {
        builder.secret(SECRET).issuer("own").key_set(a.clone()).key_set(b.clone())
    });
    let own = auth.issue_access(&claims_of("alice"), IssueOptions::new()).await.expect("a token");
    assert!(verify(&auth, own.as_str()).await.is_ok());
    let key_a = ForgerKey::of(Algorithm::EdDSA);
    let key_b = ForgerKey::pem("EdDSA", OTHER_ED25519);
    for (kid, key, named, is_good) in [
        ("a", &key_a, Some("issuer a"), true),
        ("b", &key_b, Some("issuer b"), true),
        ("a", &key_a, Some("issuer b"), false),
        ("b", &key_b, Some("issuer a"), false),
        ("a", &key_a, Some("own"), false),
        ("a", &key_a, None, false),
    ] {
        let token = Forgery::of(own.as_str()).header("alg", "EdDSA").header("kid", kid);
        let token = match named {
            Some(named) => token.claim("iss", named),
            None => token.without("iss"),
        };
        let outcome = verify(&auth, &token.sign(key)).await;
        assert_eq!(outcome.is_ok(), is_good, "{kid} for {named:?}: {outcome:?}");
    }
    // The authority's own key does not speak for them either.
    let forged = Forgery::of(own.as_str()).claim("iss", "issuer a");
    let refused = verify(&auth, &forged.sign(&ForgerKey::hmac("HS256", SECRET))).await;
    assert_eq!(refused, Err(AuthError::ClaimInvalid { claim: "iss".into() }));
}
