//! The signature of an HMAC: R4. CVE-2020-28042 and its kind.

use jwt_tests::attack::Target;
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::{b64, parts, unb64};

#[tokio::test]
async fn every_bit_of_the_signature_counts() {
    let mut target = Target::new().await;
    let signature = unb64(parts(&target.good.access)[2]);
    for place in 0..signature.len() {
        for bit in 0..8 {
            let mut flipped = signature.clone();
            flipped[place] ^= 1 << bit;
            let token = target.access().with_signature(flipped);
            target.refuses(format!("bit {bit} of byte {place}"), &token, &token_invalid()).await;
        }
    }
    target.finish(32 * 8 * 3).await;
}

#[tokio::test]
async fn every_character_of_header_and_payload_counts() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let end = good.rfind('.').expect("three parts");
    for place in (0..end).filter(|place| good.as_bytes()[*place] != b'.') {
        let mut changed = good.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(changed).expect("ASCII");
        target.refuses_at(&["/access"], format!("at {place}"), &token, &token_invalid()).await;
    }
    target.finish(300).await;
}

#[tokio::test]
async fn signature_has_its_length() {
    let mut target = Target::new().await;
    let signature = unb64(parts(&target.good.access)[2]);
    assert_eq!(signature.len(), 32);
    for length in 0..32 {
        let token = target.access().with_signature(&signature[..length]);
        target.refuses(format!("the first {length} bytes"), &token, &token_invalid()).await;
        let token = target.access().with_signature(&signature[length + 1..]);
        target.refuses(format!("without {} bytes", length + 1), &token, &token_invalid()).await;
    }
    for more in [1, 2, 3, 16, 32, 64, 224] {
        for filling in [0, 0xff] {
            let longer = [signature.clone(), vec![filling; more]].concat();
            target
                .refuses(
                    format!("{more} more"),
                    &target.access().with_signature(longer),
                    &token_invalid(),
                )
                .await;
            let longer = [vec![filling; more], signature.clone()].concat();
            target
                .refuses(
                    format!("{more} in front"),
                    &target.access().with_signature(longer),
                    &token_invalid(),
                )
                .await;
        }
    }
    target.finish((64 + 28) * 3).await;
}

#[tokio::test]
async fn invented_signatures_are_refused() {
    let mut target = Target::new().await;
    let signature = unb64(parts(&target.good.access)[2]);
    let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    for (what, bytes) in [
        ("zeros", vec![0; 32]),
        ("ones", vec![0xff; 32]),
        ("one zero", vec![0]),
        ("64 zeros", vec![0; 64]),
        ("256 zeros", vec![0; 256]),
        ("hex", hex.into_bytes()),
        ("base64url once more", b64(&signature).into_bytes()),
        ("doubled", signature.repeat(2)),
        ("reversed", signature.iter().rev().copied().collect()),
        ("inverted", signature.iter().map(|byte| !byte).collect()),
        ("none", b"none".to_vec()),
        ("null", b"null".to_vec()),
    ] {
        target.refuses(what, &target.access().with_signature(bytes), &token_invalid()).await;
    }
    target.finish(36).await;
}

/// A good signature of something else.
#[tokio::test]
async fn spliced_parts_are_refused() {
    let mut target = Target::new().await;
    let mine = target.good.clone();
    let theirs = target.app.login("admin").await;
    let tokens = [&mine.access, &mine.refresh, &theirs.access, &theirs.refresh];
    for a in tokens {
        for b in tokens {
            for c in tokens {
                let ([header, ..], [_, payload, _], [.., signature]) =
                    (parts(a), parts(b), parts(c));
                let token = format!("{header}.{payload}.{signature}");
                if tokens.contains(&&token) {
                    continue;
                }
                target.refuses("spliced", &token, &token_invalid()).await;
            }
        }
    }
    // Two access tokens have one header, so some splices are the whole token again.
    target.finish(150).await;
}

/// Signed for one subject, sent for another.
#[tokio::test]
async fn tampered_payload_is_refused() {
    let mut target = Target::new().await;
    let signature = unb64(parts(&target.good.access)[2]);
    for forgery in [
        target.access().claim("sub", "admin"),
        target.access().claim("exp", 253_402_300_799_u64),
        target.access().claim("type", "refresh"),
        target.access().claim("fresh", true),
        target.access().claim("sid", "another"),
        target.access().claim("jti", "another"),
        target.access().claim("scope", "everything"),
        target.access().without("sid"),
        target.access().without("exp"),
    ] {
        target.refuses("tampered", &forgery.with_signature(&signature), &token_invalid()).await;
    }
    target.finish(27).await;
}
