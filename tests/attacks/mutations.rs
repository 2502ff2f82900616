//! Tokens that nobody thought of: random, and the same in every run. Catalogue 10; R14.

use axum::body::Body;
use axum::http::{HeaderValue, Request};
use jwt_tests::attack::Target;
use jwt_tests::client::Reply;
use jwt_tests::random::Random;
use jwt_tests::refusal::{
    Refusal, claim_invalid, request_malformed, token_expired, token_invalid, token_not_yet_valid,
    token_revoked, type_wrong,
};

/// Characters that a bearer token may have, and some that it may not.
const CHARACTERS: &[u8] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/= ,;:\"'%{}[]\t\x80\xff";

fn mutate(random: &mut Random, good: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=random.below(3) {
        let start = random.below(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
        let end = (start + 1 + random.below(40)).min(bytes.len());
        match random.below(10) {
            0 => bytes[start] ^= 1 << random.below(8),
            1 | 2 => bytes[start] = *random.pick(CHARACTERS),
            3 => bytes.insert(start, *random.pick(CHARACTERS)),
            4 => drop(bytes.drain(start..end)),
            5 => {
                let copy = bytes[start..end].to_vec();
                bytes.splice(start..start, copy);
            }
            6 => bytes[start..end].reverse(),
            7 => bytes.truncate(start + 1),
            8 => {
                let from = random.below(other.len());
                let to = (from + end - start).min(other.len());
                bytes.splice(start..end, other[from..to].iter().copied());
            }
            _ => bytes[start..end].iter_mut().for_each(|byte| {
                *byte = if byte.is_ascii_lowercase() {
                    byte.to_ascii_uppercase()
                } else {
                    byte.to_ascii_lowercase()
                };
            }),
        }
        if bytes.is_empty() {
            bytes.push(b'A');
        }
    }
    bytes
}

async fn send(target: &Target, path: &str, token: &[u8]) -> Option<Reply> {
    let header = HeaderValue::from_bytes(&[b"Bearer ", token].concat()).ok()?;
    let request = Request::get(path).header("authorization", header).body(Body::empty());
    Some(target.app.oneshot(request.expect("a good request")).await)
}

fn assert_one_of(rows: &[Refusal], reply: &Reply, token: &[u8]) {
    let is_known = rows.iter().any(|row| row.mismatch(reply).is_none());
    assert!(is_known, "{}\n{reply:?}", String::from_utf8_lossy(token));
}

#[tokio::test]
async fn mutated_tokens_are_refused() {
    let target = Target::new().await;
    let other = target.app.login("other").await;
    let good = target.good.access.as_bytes();
    let donor = format!("{}{}{}", other.access, target.good.refresh, other.refresh);
    let rows = [token_invalid(), request_malformed()];
    let mut random = Random::seeded(0x5EED);
    let mut sent = 0;
    while sent < 12_000 {
        let token = mutate(&mut random, good, donor.as_bytes());
        // Spaces around a token are the header's and not the token's.
        if token.trim_ascii() == good {
            continue;
        }
        let route = *random.pick(&["/access", "/optional", "/claims"]);
        let Some(reply) = send(&target, route, &token).await else {
            continue;
        };
        sent += 1;
        assert_one_of(&rows, &reply, &token);
    }
    target.finish(0).await;
}

/// Behind the signature: whatever a key signs by mistake is refused by a row of the table, or is
/// a token that says what the good one says in other words.
#[tokio::test]
async fn signed_nonsense_is_survived() {
    let target = Target::new().await;
    let names =
        ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "type", "fresh", "sid", "auth_time"];
    let mut rows = vec![
        token_invalid(),
        token_expired(),
        token_not_yet_valid(),
        token_revoked(),
        type_wrong("access"),
    ];
    rows.extend(names.map(claim_invalid));
    let mut random = Random::seeded(0xF0A7);
    let donor = br#"{"sub":null,"exp":1e9,"aud":["a"],"fresh":"","x":[{}]}\u0000\ud800"#;
    let mut refused = 0;
    for round in 0..8_000 {
        let in_header = round % 4 == 0;
        let forgery = if in_header {
            let text = target.access().header_text();
            let header = mutate(&mut random, text.as_bytes(), donor);
            target.access().raw_header(header)
        } else {
            let payload = mutate(&mut random, target.access().payload_bytes(), donor);
            target.access().raw_payload(payload)
        };
        let token = target.sign(&forgery);
        let reply = send(&target, "/access", token.as_bytes()).await.expect("base64url");
        if reply.status != 200 {
            refused += 1;
            assert_one_of(&rows, &reply, format!("{forgery:?}").as_bytes());
        }
    }
    assert!(refused > 4_000, "only {refused} were refused: the mutations are too tame");
    target.finish(0).await;
}
