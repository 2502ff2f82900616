//! Keys in a JWK Set that are weak, or written in an odd way.

use jwt_runtime::{JwtAuth, KeySet};
use jwt_tests::app::authority;
use jwt_tests::keys;
use jwt_tests::tokens::b64;
use serde_json::{Value, json};

fn good() -> Value {
    json!({
        "kty": "OKP", "crv": "Ed25519", "kid": "k",
        "x": "2-Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj8",
    })
}

/// RFC 7517 5: values out of the supported ranges are ignored; the other keys are good.
#[tokio::test]
async fn a_weak_key_beside_a_new_one_does_not_keep_the_new_one_out() {
    let weak = json!({ "kty": "RSA", "kid": "legacy", "n": b64(vec![0xC5; 128]), "e": "AQAB" });
    let keys = KeySet::from_jwk_set(&json!({ "keys": [good()] }).to_string()).expect("a set");
    let (_auth, _) = authority(|builder| builder.key_set(keys.clone()));
    keys.replace(&json!({ "keys": [good(), weak] }).to_string()).expect("the rotation goes on");
}

#[test]
fn odd_rsa_keys_are_refused() {
    let mut n2041 = vec![0xC5; 256];
    n2041[0] = 0x01;
    let mut even = vec![0xC5; 256];
    even[255] = 0xC4;
    let mut odd = vec![];
    for (name, n, e) in [
        ("2041 bits", n2041, vec![1, 0, 1]),
        ("even", even, vec![1, 0, 1]),
        ("32768 bits", vec![0xC5; 4096], vec![1, 0, 1]),
        ("huge exponent", vec![0xC5; 256], vec![0xC5; 255]),
        ("exponent over modulus", vec![0xC5; 256], vec![0xFF; 300]),
    ] {
        let set = json!({ "keys": [{ "kty": "RSA", "n": b64(n), "e": b64(e), "kid": "k" }] });
        let Ok(keys) = KeySet::from_jwk_set(&set.to_string()) else { continue };
        if JwtAuth::builder().key_set(keys.clone()).build().is_ok() {
            odd.push(name);
        }
    }
    assert!(odd.is_empty(), "taken: {odd:?}");
}

/// Encodings that other parsers read otherwise.
#[test]
fn odd_encodings_are_refused() {
    let mut taken = vec![];
    for x in [
        "2-Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj8=",
        "2+Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj8",
        "2-Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj9",
        "2-Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj8AAAA",
        "2-Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQ",
        " 2-Jj2UvNCvQiUPNYRgSi0cJSPiJI6Rs6D0UTeEpQVj8",
    ] {
        let mut key = good();
        key["x"] = json!(x);
        let Ok(keys) = KeySet::from_jwk_set(&json!({ "keys": [key] }).to_string()) else {
            continue;
        };
        if JwtAuth::builder().key_set(keys.clone()).build().is_ok() {
            taken.push(x);
        }
    }
    let point = keys::der(keys::P256_PUBLIC).split_off(27);
    let (x, y) = point.split_at(32);
    for (x, y) in [
        (&point[..31], &point[31..]),
        (&point[..33], &point[33..]),
        (&[[0].as_slice(), x].concat()[..], y),
        (x, &y[..31]),
        (&[][..], &point[..]),
        (&point[..], &[][..]),
    ] {
        let key = json!({ "kty": "EC", "crv": "P-256", "x": b64(x), "y": b64(y), "kid": "k" });
        let Ok(keys) = KeySet::from_jwk_set(&json!({ "keys": [key] }).to_string()) else {
            continue;
        };
        if JwtAuth::builder().key_set(keys.clone()).build().is_ok() {
            taken.push("EC with parts that are too long or short");
        }
    }
    assert!(taken.is_empty(), "taken: {taken:?}");
}
