//! RSA signatures: R3, R4, RFC 8017 §8.

use jwt_runtime::{Algorithm, MemoryStore};
use jwt_tests::app::App;
use jwt_tests::attack::Target;
use jwt_tests::keys::{self, ForgerKey, der};
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::{Forgery, parts, unb64};

async fn target(algorithm: Algorithm) -> Target {
    let app = App::with(|builder| {
        builder.signing_key(keys::signing(algorithm)).store(MemoryStore::new())
    })
    .await;
    Target::on(app, ForgerKey::of(algorithm)).await
}

#[tokio::test]
async fn rsa_signature_is_as_long_as_the_modulus() {
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let mut target = target(algorithm).await;
        let good = unb64(parts(&target.good.access)[2]);
        assert_eq!(good.len(), 256);
        let modulus = &der(keys::RSA_PUBLIC)[33..33 + 256];
        for (what, forged) in [
            ("empty", Vec::new()),
            ("zeros", vec![0; 256]),
            ("one", [vec![0; 255], vec![1]].concat()),
            ("ones", vec![0xff; 256]),
            ("the modulus", modulus.to_vec()),
            ("a zero in front", [&[0][..], &good].concat()),
            ("a zero behind", [&good[..], &[0]].concat()),
            ("one byte less", good[1..].to_vec()),
            ("the last byte missing", good[..255].to_vec()),
            ("doubled", good.repeat(2)),
        ] {
            let token = target.access().with_signature(forged);
            target.refuses(format!("{algorithm}, {what}"), &token, &token_invalid()).await;
        }
        for place in (0..256).step_by(8) {
            let mut flipped = good.clone();
            flipped[place] ^= 1;
            let token = target.access().with_signature(flipped);
            target.refuses(format!("{algorithm}, byte {place}"), &token, &token_invalid()).await;
        }
        target.finish((10 + 32) * 3).await;
    }
}

/// s + n is s to a verifier that does not compare s with n: RFC 8017 §5.2.2, step 1.
#[tokio::test]
async fn rsa_signature_is_below_the_modulus() {
    let mut target = target(Algorithm::RS256).await;
    let spki = der(keys::RSA_PUBLIC);
    let modulus = &spki[33..33 + 256];
    let (token, sum) = (0..)
        .find_map(|round| {
            let token = target.sign(&target.access().claim("round", round));
            plus(&unb64(parts(&token)[2]), modulus).map(|sum| (token, sum))
        })
        .expect("some signature is small enough");
    target.accepts("s", &token).await;
    let forged = Forgery::of(&token).with_signature(sum);
    target.refuses("s + n", &forged, &token_invalid()).await;
    target.finish(3).await;
}

/// The sum, if it fits.
fn plus(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut sum = vec![0; a.len()];
    let mut carry = 0;
    for place in (0..a.len()).rev() {
        let value = u16::from(a[place]) + u16::from(b[place]) + carry;
        sum[place] = value as u8;
        carry = value >> 8;
    }
    (carry == 0).then_some(sum)
}
