//! Every algorithm, and rotation by `kid`: R1, R2, R3.

use jwt_runtime::{Algorithm, JwtAuth, MemoryStore, SigningKey, VerifyingKey};
use jwt_tests::app::{App, authority};
use jwt_tests::keys::{self, ForgerKey, der};
use jwt_tests::refusal::{token_invalid, token_reused, token_revoked};
use jwt_tests::tokens::{Forgery, header, parts, unb64};
use serde_json::json;

#[tokio::test]
async fn every_algorithm_signs_and_verifies() {
    for algorithm in keys::ALGORITHMS {
        let app = App::with(|builder| {
            builder.signing_key(keys::signing(algorithm)).store(MemoryStore::new())
        })
        .await;
        let pair = app.login("alice").await;
        let expected = json!({ "alg": algorithm.as_str(), "typ": "at+jwt" });
        assert_eq!(json!(header(&pair.access)), expected);
        let length = match algorithm.as_str() {
            "HS256" => 32,
            "HS384" => 48,
            "HS512" | "ES256" | "EdDSA" => 64,
            "ES384" => 96,
            _ => 256,
        };
        assert_eq!(unb64(parts(&pair.access)[2]).len(), length, "{algorithm}");
        app.get("/access", &pair.access).await.assert_status(200);
        let next = app.rotate(&pair.refresh).await;
        app.get("/user", &next.access).await.assert_status(200);
        token_reused().assert(&app.post("/refresh", &pair.refresh).await);
        token_revoked().assert(&app.get("/access", &next.access).await);
    }
}

/// What somebody else signs with the same key is verified here, and ours there.
#[tokio::test]
async fn signatures_are_the_standard_ones() {
    for algorithm in keys::ALGORITHMS {
        let app = App::with(|builder| builder.signing_key(keys::signing(algorithm))).await;
        let pair = app.login("alice").await;
        let by_hand = Forgery::of(&pair.access).sign(&ForgerKey::of(algorithm));
        app.get("/access", &by_hand).await.assert_status(200);
        let [header, payload, signature] = parts(&pair.access);
        let key = match keys::pair(algorithm) {
            None => jsonwebtoken::DecodingKey::from_secret(keys::SECRET),
            Some((_, public)) => match algorithm.as_str() {
                "ES256" | "ES384" => jsonwebtoken::DecodingKey::from_ec_pem(public.as_bytes()),
                "EdDSA" => jsonwebtoken::DecodingKey::from_ed_pem(public.as_bytes()),
                _ => jsonwebtoken::DecodingKey::from_rsa_pem(public.as_bytes()),
            }
            .expect("a good key"),
        };
        let name = algorithm.as_str().parse().expect("an algorithm");
        let message = format!("{header}.{payload}");
        let holds = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, name);
        assert!(holds.expect("the key fits"), "{algorithm}");
    }
}

/// A public key verifies what its private half signed, in PEM and in DER, PKCS#1 included.
#[tokio::test]
async fn verifier_needs_the_public_half_only() {
    let forms = |algorithm: Algorithm| {
        let Some((_, public)) = keys::pair(algorithm) else { return Vec::new() };
        let mut forms = vec![
            VerifyingKey::from_pem(algorithm, public),
            VerifyingKey::from_der(algorithm, der(public)),
        ];
        if public == keys::RSA_PUBLIC {
            forms.push(VerifyingKey::from_pem(algorithm, keys::RSA_PUBLIC_PKCS1));
        }
        forms
    };
    for algorithm in keys::ALGORITHMS {
        let (issuer, clock) = authority(|b| b.signing_key(keys::signing(algorithm)));
        let Ok(pair) = issuer
            .login(&jwt_tests::routes::guarded::User {
                sub: "alice".into(),
                roles: vec![],
                scope: Default::default(),
            })
            .await
        else {
            panic!("{algorithm} signs");
        };
        for key in forms(algorithm) {
            let key = key.unwrap_or_else(|error| panic!("{algorithm}: {error}"));
            let auth = JwtAuth::builder().verifying_key(key).clock(clock.clone()).build();
            let auth = auth.expect("a public key is enough");
            let routes = jwt_tests::routes::guarded::routes().with_state(auth.clone());
            let app = App::serve(auth, clock.clone(), routes).await;
            app.get("/access", pair.access_token().as_str()).await.assert_status(200);
        }
    }
}

#[tokio::test]
async fn private_keys_are_read_in_their_usual_forms() {
    for key in [
        SigningKey::from_pem(Algorithm::RS256, keys::RSA),
        SigningKey::from_pem(Algorithm::RS256, keys::RSA_PKCS1),
        SigningKey::from_der(Algorithm::RS256, der(keys::RSA)),
        SigningKey::from_pem(Algorithm::RS256, keys::RSA.replace('\n', "\r\n")),
        SigningKey::from_pem(Algorithm::ES256, keys::P256),
        SigningKey::from_der(Algorithm::ES256, der(keys::P256)),
        SigningKey::from_der(Algorithm::ES384, der(keys::P384)),
        SigningKey::from_der(Algorithm::EdDSA, der(keys::ED25519)),
    ] {
        let key = key.expect("a usual form");
        let what = format!("{key:?}");
        let app = App::with(|builder| builder.signing_key(key)).await;
        let pair = app.login("alice").await;
        assert_eq!(app.get("/access", &pair.access).await.status, 200, "{what}");
    }
}

fn named(secret: &[u8], kid: &str) -> SigningKey {
    SigningKey::from_secret(Algorithm::HS256, secret).expect("a good secret").with_kid(kid)
}

fn retired(secret: &[u8], kid: &str) -> VerifyingKey {
    VerifyingKey::from_secret(Algorithm::HS256, secret).expect("a good secret").with_kid(kid)
}

/// Add the next key, sign with it, drop the old one: no session is lost on the way, and nothing
/// of the old key is good after it.
#[tokio::test]
async fn keys_rotate_without_losing_a_session() {
    let store = MemoryStore::new();
    let (old, new) = (keys::OTHER_SECRET, keys::SECRET);
    let before = App::with(|b| b.signing_key(named(old, "old")).store(store.clone())).await;
    let both = App::with(|b| {
        let builder = b.signing_key(named(new, "new")).verifying_key(retired(old, "old"));
        builder.store(store.clone())
    })
    .await;
    let after = App::with(|b| b.signing_key(named(new, "new")).store(store.clone())).await;

    let pair = before.login("alice").await;
    assert_eq!(header(&pair.access)["kid"], "old");
    both.get("/access", &pair.access).await.assert_status(200);
    token_invalid().assert(&after.get("/access", &pair.access).await);
    token_invalid().assert(&after.post("/refresh", &pair.refresh).await);

    let next = both.rotate(&pair.refresh).await;
    assert_eq!(header(&next.access)["kid"], "new");
    for app in [&both, &after] {
        app.get("/access", &next.access).await.assert_status(200);
    }
    token_invalid().assert(&before.get("/access", &next.access).await);
    after.rotate(&next.refresh).await;
}

/// One algorithm to the next as well.
#[tokio::test]
async fn algorithms_rotate_too() {
    let app = App::with(|builder| {
        builder
            .signing_key(keys::signing(Algorithm::EdDSA).with_kid("ed"))
            .verifying_key(keys::verifying(Algorithm::RS256).with_kid("rsa"))
            .verifying_key(keys::verifying(Algorithm::HS512).with_kid("mac"))
    })
    .await;
    let pair = app.login("alice").await;
    assert_eq!(
        (&header(&pair.access)["alg"], &header(&pair.access)["kid"]),
        (&json!("EdDSA"), &json!("ed"))
    );
    for (kid, algorithm) in [("rsa", Algorithm::RS256), ("mac", Algorithm::HS512)] {
        let old = Forgery::of(&pair.access).header("kid", kid).header("alg", algorithm.as_str());
        app.get("/access", &old.sign(&ForgerKey::of(algorithm))).await.assert_status(200);
    }
    app.get("/access", &pair.access).await.assert_status(200);
}
