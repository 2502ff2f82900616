//! base64url has one spelling: R14, RFC 7515 §2 and appendix C, RFC 4648 §3.5. A second spelling
//! of a token would be a second token to whoever compares tokens.

use jwt_tests::attack::Target;
use jwt_tests::refusal::{request_malformed, token_invalid};
use jwt_tests::tokens::{Forgery, b64, parts, unb64};

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The other encodings of the same bytes: their last character has bits to spare.
fn siblings(part: &str) -> Vec<String> {
    let spare_bits = match part.len() % 4 {
        2 => 4,
        3 => 2,
        _ => return Vec::new(),
    };
    let (rest, last) = part.split_at(part.len() - 1);
    let value = ALPHABET.iter().position(|c| *c == last.as_bytes()[0]).expect("base64url");
    (1..1 << spare_bits).map(|bits| format!("{rest}{}", ALPHABET[value | bits] as char)).collect()
}

/// A forgery whose header and payload both have spare bits, which white space in JSON decides.
fn with_spare_bits(forgery: Forgery, spaces: usize) -> Forgery {
    let mut header = forgery.header_text().into_bytes();
    let mut payload = forgery.payload_bytes().to_vec();
    for json in [&mut header, &mut payload] {
        while json.len() % 3 != spaces {
            json.push(b' ');
        }
    }
    forgery.raw_header(header).raw_payload(payload)
}

#[tokio::test]
async fn trailing_bits_of_the_signature_are_zero() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [header, payload, signature] = parts(&good);
    let siblings = siblings(signature);
    assert_eq!(siblings.len(), 3, "32 bytes leave two bits");
    for sibling in siblings {
        let token = format!("{header}.{payload}.{sibling}");
        target.refuses(&sibling, &token, &token_invalid()).await;
    }
    target.finish(9).await;
}

/// Even signed: the key's owner has one spelling only, and so has everybody else.
#[tokio::test]
async fn trailing_bits_of_header_and_payload_are_zero() {
    let key = jwt_tests::keys::ForgerKey::hmac("HS256", jwt_tests::keys::SECRET);
    for remainder in [1, 2] {
        let mut target = Target::new().await;
        let canonical = with_spare_bits(target.access(), remainder);
        target.accepts("the canonical spelling", &target.sign(&canonical)).await;
        let input = canonical.signing_input();
        let (header, payload) = input.split_once('.').expect("two parts");
        let others = siblings(header)
            .into_iter()
            .map(|header| format!("{header}.{payload}"))
            .chain(siblings(payload).into_iter().map(|payload| format!("{header}.{payload}")));
        for input in others {
            let signature = key.sign(input.as_bytes());
            target.refuses(&input, &format!("{input}.{signature}"), &token_invalid()).await;
        }
        target.finish(if remainder == 1 { 30 * 3 } else { 6 * 3 }).await;
    }
}

#[tokio::test]
async fn padding_is_refused() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [header, payload, signature] = parts(&good);
    for padding in ["=", "==", "===", "===="] {
        // Padding at the end of credentials is RFC 6750's; no token of ours has it.
        let token = format!("{good}{padding}");
        target.refuses(format!("{padding} after the signature"), &token, &token_invalid()).await;
        let token = format!("{header}{padding}.{payload}.{signature}");
        target.refuses(format!("{padding} after the header"), &token, &request_malformed()).await;
        let token = format!("{header}.{payload}{padding}.{signature}");
        target.refuses(format!("{padding} after the payload"), &token, &request_malformed()).await;
    }
    target.finish(36).await;
}

/// The alphabet of base64 is another one, even where it spells the same bytes.
#[tokio::test]
async fn other_alphabet_is_refused() {
    let mut target = Target::new().await;
    // A claim whose encoding is sure to need both characters.
    let forgery = target.access().claim("odd", "\u{fb}\u{ff}>>>???~~~\u{ffff}\u{fffe}");
    let mut token = target.sign(&forgery);
    for round in 0.. {
        if token.contains('-') && token.contains('_') {
            break;
        }
        assert!(round < 1000, "some token has both characters");
        token = target.sign(&target.access().claim("odd", format!("{round}>>>???\u{ffff}")));
    }
    target.accepts("with - and _", &token).await;
    target.refuses("with + and _", &token.replace('-', "+"), &token_invalid()).await;
    target.refuses("with - and /", &token.replace('_', "/"), &token_invalid()).await;
    let both = token.replace('-', "+").replace('_', "/");
    target.refuses("with + and /", &both, &token_invalid()).await;
    target.finish(9).await;
}

/// Decoders that skip what they do not know give one token many spellings.
#[tokio::test]
async fn characters_between_are_refused() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let places = [1, good.find('.').expect("a dot"), good.len() / 2, good.len() - 1];
    for place in places {
        let (before, after) = good.split_at(place);
        for (character, row) in [
            (" ", request_malformed()),
            ("\t", request_malformed()),
            ("\"", request_malformed()),
            (",", request_malformed()),
            (";", request_malformed()),
            ("%0a", request_malformed()),
            ("\u{e9}", request_malformed()),
            ("=", request_malformed()),
            ("+", token_invalid()),
            ("/", token_invalid()),
            ("~", token_invalid()),
            (".", token_invalid()),
        ] {
            let token = format!("{before}{character}{after}");
            target.refuses(format!("{character:?} at {place}"), &token, &row).await;
        }
    }
    target.finish(144).await;
}

/// A length that no base64url text has.
#[tokio::test]
async fn impossible_lengths_are_refused() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [header, payload, signature] = parts(&good);
    for (what, part) in [("header", header), ("payload", payload), ("signature", signature)] {
        let mut bytes = unb64(part);
        while !b64(&bytes).len().is_multiple_of(4) {
            bytes.pop();
        }
        let impossible = format!("{}A", b64(&bytes));
        let token = good.replacen(part, &impossible, 1);
        target.refuses(what, &token, &token_invalid()).await;
    }
    target.finish(9).await;
}
