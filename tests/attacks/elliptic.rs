//! ECDSA and EdDSA: R5, RFC 8725 §3.4. CVE-2022-21449 and the second spelling of an ECDSA
//! signature.

use jwt_runtime::{Algorithm, MemoryStore};
use jwt_tests::app::App;
use jwt_tests::attack::Target;
use jwt_tests::keys::{self, ForgerKey};
use jwt_tests::refusal::{token_invalid, token_revoked};
use jwt_tests::tokens::{parts, unb64};

/// The order of P-256.
const P256_N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The order of Ed25519's base point, little-endian.
const ED25519_L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

async fn target(algorithm: Algorithm) -> Target {
    let app = App::with(|builder| {
        builder.signing_key(keys::signing(algorithm)).store(MemoryStore::new())
    })
    .await;
    Target::on(app, ForgerKey::of(algorithm)).await
}

/// `a - b`, big-endian, for `a >= b`.
fn minus(a: &[u8; 32], b: &[u8]) -> [u8; 32] {
    let mut difference = [0; 32];
    let mut borrow = 0;
    for place in (0..32).rev() {
        let value = i16::from(a[place]) - i16::from(b[place]) - borrow;
        borrow = i16::from(value < 0);
        difference[place] = value.rem_euclid(256) as u8;
    }
    difference
}

/// ASN.1: what OpenSSL and Java write in place of r and s side by side.
fn der_signature(signature: &[u8]) -> Vec<u8> {
    let integer = |half: &[u8]| {
        let mut bytes: Vec<u8> = half.iter().copied().skip_while(|byte| *byte == 0).collect();
        if bytes.first().is_none_or(|byte| byte & 0x80 != 0) {
            bytes.insert(0, 0);
        }
        [vec![2, bytes.len() as u8], bytes].concat()
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let body = [integer(r), integer(s)].concat();
    [vec![0x30, body.len() as u8], body].concat()
}

fn signature(token: &str) -> Vec<u8> {
    unb64(parts(token)[2])
}

#[tokio::test]
async fn r_and_s_are_within_the_group() {
    let mut target = target(Algorithm::ES256).await;
    let good = signature(&target.good.access);
    let (r, s) = good.split_at(32);
    let one: [u8; 32] = std::array::from_fn(|place| u8::from(place == 31));
    let zero = [0; 32];
    let all = [0xff; 32];
    let halves: [&[u8]; 7] = [&zero, &one, &P256_N, &minus(&P256_N, &one), &all, r, s];
    for first in halves {
        for second in halves {
            let forged = [first, second].concat();
            if forged == good {
                continue;
            }
            let token = target.access().with_signature(&forged);
            target.refuses(format!("{forged:02x?}"), &token, &token_invalid()).await;
        }
    }
    target.finish(48 * 3).await;
}

#[tokio::test]
async fn elliptic_signature_has_one_length() {
    for (algorithm, length) in
        [(Algorithm::ES256, 64), (Algorithm::ES384, 96), (Algorithm::EdDSA, 64)]
    {
        let mut target = target(algorithm).await;
        let good = signature(&target.good.access);
        assert_eq!(good.len(), length);
        let mut forged = vec![
            ("empty", Vec::new()),
            ("zeros", vec![0; length]),
            ("one byte less", good[..length - 1].to_vec()),
            ("one byte more", [&good[..], &[0]].concat()),
            ("a zero in front", [&[0], &good[..]].concat()),
            ("half", good[..length / 2].to_vec()),
            ("doubled", good.repeat(2)),
            ("halves swapped", [&good[length / 2..], &good[..length / 2]].concat()),
        ];
        if algorithm != Algorithm::EdDSA {
            forged.push(("ASN.1", der_signature(&good)));
        }
        for (what, signature) in forged {
            let token = target.access().with_signature(signature);
            target.refuses(format!("{algorithm}, {what}"), &token, &token_invalid()).await;
        }
        for place in 0..length {
            let mut flipped = good.clone();
            flipped[place] ^= 1 << (place % 8);
            let token = target.access().with_signature(flipped);
            let name = format!("{algorithm}, byte {place}");
            target.refuses_at(&["/access"], name, &token, &token_invalid()).await;
        }
        target.finish(24 + length).await;
    }
}

/// Whoever has (r, s) has (r, n - s): a token with another text and the same meaning. It must not
/// survive the logout of the first. RFC 8725bis §3.14; section 0.5.
#[tokio::test]
async fn second_spelling_of_a_signature_dies_with_the_first() {
    let target = target(Algorithm::ES256).await;
    let app = &target.app;
    let good = signature(&target.good.access);
    let (r, s) = good.split_at(32);
    let twin = target.access().with_signature([r, &minus(&P256_N, s)].concat());
    assert_ne!(twin, target.good.access);
    let before = app.get("/access", &twin).await;
    if before.status != 200 {
        token_invalid().assert(&before);
    }
    app.post("/revoke", &target.good.access).await.assert_status(204);
    let after = app.get("/access", &twin).await;
    if before.status == 200 {
        token_revoked().assert(&after);
    } else {
        token_invalid().assert(&after);
    }
}

/// S + L signs the same message to a verifier that forgets RFC 8032 §5.1.7.
#[tokio::test]
async fn edwards_signature_has_one_spelling() {
    let mut target = target(Algorithm::EdDSA).await;
    let good = signature(&target.good.access);
    let mut shifted = good.clone();
    let mut carry = 0_u16;
    for place in 0..32 {
        let sum = u16::from(good[32 + place]) + u16::from(ED25519_L[place]) + carry;
        shifted[32 + place] = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "L is far below 2^256");
    let mut negated = good.clone();
    negated[31] ^= 0x80;
    let identity_r = [&[1][..], &[0; 31], &good[32..]].concat();
    let identity = [&[1][..], &[0; 63]].concat();
    for (what, forged) in [
        ("S + L", shifted),
        ("-R", negated),
        ("R = identity", identity_r),
        ("R = identity, S = 0", identity),
    ] {
        target.refuses(what, &target.access().with_signature(forged), &token_invalid()).await;
    }
    target.finish(12).await;
}
