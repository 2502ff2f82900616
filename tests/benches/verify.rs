//! What a guard costs: one-pass verification beside `jsonwebtoken::decode` of the same token.
//!
//! ```sh
//! cargo bench --bench verify
//! ```
//!
//! Both check signature, `exp`, `nbf`, issuer and audience and end in the same typed claims. Ours
//! starts at the request's header and asks no store. Ratios carry over to other machines, times do
//! not. `alloc` is allocations per operation.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::extract::FromRequestParts;
use axum::http::Request;
use axum::http::request::Parts;
use divan::{AllocProfiler, Bencher, black_box};
use jsonwebtoken::{DecodingKey, Validation};
use jwt_runtime::{Algorithm, Claims, Jwt, JwtAuth, Scopes};
use jwt_tests::keys;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

const ISSUER: &str = "https://auth.example.com";
const AUDIENCE: &str = "orders";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
}

/// Owned strings, as most applications have them.
#[derive(Debug, Claims)]
struct User {
    sub: String,
    #[claim(roles)]
    roles: Vec<Role>,
    #[claim(scopes)]
    scope: Scopes,
    region: String,
}

/// The same claims, and types that need no allocation.
#[derive(Debug, Claims)]
struct Compact {
    sub: Uuid,
    role: Role,
}

/// What somebody would write for `jsonwebtoken::decode`.
#[allow(dead_code, reason = "deserialised, as an application would")]
#[derive(Deserialize)]
struct ByHand {
    iss: String,
    aud: String,
    sub: String,
    exp: u64,
    nbf: u64,
    iat: u64,
    jti: String,
    r#type: String,
    fresh: bool,
    sid: String,
    auth_time: u64,
    roles: Vec<Role>,
    scope: String,
    region: String,
}

const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::HS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256];

fn authority(algorithm: Algorithm) -> JwtAuth {
    let builder = JwtAuth::builder().issuer(ISSUER).audience([AUDIENCE]);
    builder.signing_key(keys::signing(algorithm)).build().unwrap()
}

fn user() -> User {
    User {
        sub: "0b7c9a52-3f1e-4d55-8a77-0d1f4f1f9f10".to_owned(),
        roles: vec![Role::Admin],
        scope: "orders:read orders:write".parse().unwrap(),
        region: "eu".to_owned(),
    }
}

fn request(auth: &JwtAuth, claims: &impl Claims) -> Parts {
    let pair = ready(auth.login(claims)).unwrap();
    let bearer = format!("Bearer {}", pair.access_token().as_str());
    Request::builder().header("authorization", bearer).body(()).unwrap().into_parts().0
}

/// Without a store nothing waits.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("there is nothing to wait for"),
    }
}

#[divan::bench(args = ALGORITHMS)]
fn guard(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let auth = authority(algorithm);
    let mut parts = request(&auth, &user());
    bencher.bench_local(|| {
        ready(Jwt::<User>::from_request_parts(black_box(&mut parts), &auth)).unwrap()
    });
}

#[divan::bench]
fn guard_compact_claims(bencher: Bencher<'_, '_>) {
    let auth = authority(Algorithm::HS256);
    let mut parts = request(&auth, &Compact { sub: Uuid::new_v4(), role: Role::Admin });
    bencher.bench_local(|| {
        ready(Jwt::<Compact>::from_request_parts(black_box(&mut parts), &auth)).unwrap()
    });
}

#[divan::bench(args = ALGORITHMS)]
fn jsonwebtoken_decode(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let auth = authority(algorithm);
    let pair = ready(auth.login(&user())).unwrap();
    let token = pair.access_token().as_str();
    let public = keys::pair(algorithm).map_or("", |(_, public)| public).as_bytes();
    let (key, algorithm) = match algorithm {
        Algorithm::ES256 => (DecodingKey::from_ec_pem(public), jsonwebtoken::Algorithm::ES256),
        Algorithm::EdDSA => (DecodingKey::from_ed_pem(public), jsonwebtoken::Algorithm::EdDSA),
        Algorithm::RS256 => (DecodingKey::from_rsa_pem(public), jsonwebtoken::Algorithm::RS256),
        _ => (Ok(DecodingKey::from_secret(keys::SECRET)), jsonwebtoken::Algorithm::HS256),
    };
    let key = key.unwrap();
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_nbf = true;
    bencher.bench_local(|| {
        jsonwebtoken::decode::<ByHand>(black_box(token), &key, &validation).unwrap().claims
    });
}

#[divan::bench(args = ALGORITHMS)]
fn login(bencher: Bencher<'_, '_>, algorithm: Algorithm) {
    let auth = authority(algorithm);
    let user = user();
    bencher.bench_local(|| ready(auth.login(black_box(&user))).unwrap());
}

fn main() {
    divan::main();
}
