//! The shape of a token: R4, R14, RFC 7515 §3.1 and §7.2, RFC 7516. CVE-2025-27144,
//! CVE-2025-30204, CVE-2026-29000.

use jwt_runtime::MAX_TOKEN_BYTES;
use jwt_tests::attack::Target;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{request_malformed, token_invalid};
use jwt_tests::tokens::{b64, parts};

#[tokio::test]
async fn token_has_three_parts() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [header, payload, signature] = parts(&good);
    for token in [
        header.to_owned(),
        payload.to_owned(),
        format!("{header}.{payload}"),
        format!("{payload}.{signature}"),
        format!("{header}.{payload}.{signature}."),
        format!(".{header}.{payload}.{signature}"),
        format!("{header}.{payload}.{signature}.{signature}"),
        format!("{header}.{payload}.{payload}.{signature}"),
        format!("{header}..{payload}.{signature}"),
        format!("{header}.{payload}..{signature}"),
        format!("{header}.{header}.{payload}.{signature}.{signature}"),
        format!("{good}.{good}"),
        format!("{header}{payload}{signature}"),
        format!("{header}.{payload}{signature}"),
        format!("{header}{payload}.{signature}"),
        good.replace('.', "-"),
        good.replace('.', "~"),
    ] {
        target.refuses(&token, &token, &token_invalid()).await;
    }
    target.finish(51).await;
}

#[tokio::test]
async fn no_part_is_empty() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [header, payload, signature] = parts(&good);
    for token in [
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        "....".to_owned(),
        ".".repeat(1000),
        ".".repeat(MAX_TOKEN_BYTES),
        format!(".{payload}.{signature}"),
        format!("{header}..{signature}"),
        format!("{header}.{payload}."),
        format!("..{signature}"),
        format!("{header}.."),
        format!(".{payload}."),
    ] {
        target.refuses(&token[..token.len().min(60)], &token, &token_invalid()).await;
    }
    // Detached (RFC 7515, appendix F): signed, and sent without what was signed.
    let detached = format!("{header}..{}", parts(&target.sign(&target.access()))[2]);
    target.refuses("detached", &detached, &token_invalid()).await;
    // An empty payload that is really signed.
    let empty = target.access().raw_payload("");
    target.refuses_signed("empty payload, signed", &empty, &token_invalid()).await;
    target.finish(42).await;
}

/// RFC 7515 §7.2: the JSON serializations are other formats.
#[tokio::test]
async fn json_serializations_are_refused() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [header, payload, signature] = parts(&good);
    let flattened =
        format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#);
    let general = format!(
        r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#
    );
    for json in [flattened, general] {
        target.refuses(&json, &json, &request_malformed()).await;
        target.refuses("in base64url", &b64(&json), &token_invalid()).await;
        // A polyglot: three parts of which one is the JSON form.
        let nested = format!("{}.{payload}.{signature}", b64(&json));
        target.refuses("as a header", &nested, &token_invalid()).await;
    }
    target.finish(18).await;
}

/// R4: an encrypted token is another format; a plain one inside of it would have no signature.
#[tokio::test]
async fn encrypted_tokens_are_refused() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [header, payload, _] = parts(&good);
    let plain_inside = b64(format!("{}.{payload}.", b64(r#"{"alg":"none"}"#)));
    for protected in [
        r#"{"alg":"dir","enc":"A256GCM"}"#,
        r#"{"alg":"dir","enc":"A128CBC-HS256","cty":"JWT"}"#,
        r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#,
        r#"{"alg":"A256KW","enc":"A256GCM","zip":"DEF"}"#,
        r#"{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}}"#,
        // R15: a bomb for whoever derives the key before anything else.
        r#"{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2s":"AAAA","p2c":2147483647}"#,
    ] {
        let encoded = b64(protected);
        for token in [
            format!("{encoded}..AAAA.{plain_inside}.AAAA"),
            format!("{encoded}.AAAA.AAAA.{plain_inside}.AAAA"),
            format!("{encoded}.{plain_inside}.AAAA"),
            format!("{encoded}.{header}.AAAA.{payload}.AAAA"),
        ] {
            target.refuses(protected, &token, &token_invalid()).await;
        }
        let signed = target.access().raw_header(protected);
        target.refuses_signed(format!("{protected}, signed"), &signed, &token_invalid()).await;
    }
    target.finish(90).await;
}

/// R4: a token inside of a token is not unpacked, whoever signed the outside.
#[tokio::test]
async fn nested_tokens_are_refused() {
    let mut target = Target::new().await;
    let inner = target.good.access.clone();
    let unsigned = target.access().header("alg", "none").with_signature("");
    for inner in [inner, unsigned] {
        for payload in [inner.clone(), format!("\"{inner}\"")] {
            for cty in [None, Some("JWT"), Some("at+jwt")] {
                let mut outer = target.access().raw_payload(payload.clone());
                if let Some(cty) = cty {
                    outer = outer.header("cty", cty);
                }
                target.refuses_signed(format!("cty {cty:?}"), &outer, &token_invalid()).await;
            }
        }
    }
    target.finish(36).await;
}

/// Formats that merely look like ours.
#[tokio::test]
async fn other_token_formats_are_refused() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let [_, payload, signature] = parts(&good);
    for token in [
        format!("v2.local.{payload}"),
        format!("v4.public.{payload}"),
        format!("v4.public.{payload}.{signature}"),
        format!("v4.local.{payload}.{signature}"),
        "sk-live-4242424242424242".to_owned(),
        "0123456789abcdef0123456789abcdef".to_owned(),
        "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=".to_owned(),
        "a".to_owned(),
        "a.b.c".to_owned(),
        "null".to_owned(),
        "undefined".to_owned(),
        "true".to_owned(),
    ] {
        target.refuses(&token, &token, &token_invalid()).await;
    }
    target.refuses("SD-JWT", &format!("{good}~WyJhIl0~"), &token_invalid()).await;
    target.refuses("an object", "[object Object]", &request_malformed()).await;
    target.finish(42).await;
}

/// As long as a header may be, and one byte more.
#[tokio::test]
async fn token_has_a_limit() {
    let mut target = Target::new().await;
    // Some lengths cannot be reached: base64 grows by whole bytes.
    let of_length = |wanted: usize| {
        (0..wanted)
            .rev()
            .map(|filling| target.sign(&target.access().claim("filling", "x".repeat(filling))))
            .find(|token| token.len() <= wanted)
            .filter(|token| token.len() == wanted)
    };
    let longest = (0..4)
        .find_map(|less| of_length(MAX_TOKEN_BYTES - less))
        .expect("one of four consecutive lengths is reached");
    let shortest_over = (1..5)
        .find_map(|more| of_length(MAX_TOKEN_BYTES + more))
        .expect("one of four consecutive lengths is reached");
    assert!(longest.len() <= MAX_TOKEN_BYTES && shortest_over.len() > MAX_TOKEN_BYTES);
    target.accepts("the longest token", &longest).await;
    target.refuses("one over the limit", &shortest_over, &token_invalid()).await;
    for length in [10_000, 60_000, 200_000] {
        let good = &target.good.access;
        for (what, token) in [
            ("a long signature", format!("{good}{}", "A".repeat(length))),
            ("no dots", "A".repeat(length)),
            ("dots", ".".repeat(length)),
            ("a long header", format!("{}{good}", "A".repeat(length))),
        ] {
            target.refuses(format!("{what}, {length}"), &token, &token_invalid()).await;
        }
    }
    target.finish(39).await;
}

/// The signature is over the text of the parts, not over what they decode to.
#[tokio::test]
async fn reencoded_tokens_are_refused() {
    let mut target = Target::new().await;
    let good = target.good.access.clone();
    let swapped: String =
        good.chars()
            .map(|c| {
                if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            })
            .collect();
    let hex: String = good.bytes().map(|byte| format!("{byte:02x}")).collect();
    for (what, token) in [
        ("swapped case", swapped),
        ("upper case", good.to_uppercase()),
        ("hex", hex),
        ("base64url of the whole", b64(&good)),
        ("base64url of every part", parts(&good).map(b64).join(".")),
        ("reversed", good.chars().rev().collect()),
        ("parts reversed", parts(&good).into_iter().rev().collect::<Vec<_>>().join(".")),
    ] {
        target.refuses(what, &token, &token_invalid()).await;
    }
    // `%` is no character of a bearer token at all.
    let percent = good.replace('.', "%2E");
    target.refuses("percent-encoded dots", &percent, &request_malformed()).await;
    let twice = good.replace('.', "%252E");
    target.refuses("encoded twice", &twice, &request_malformed()).await;
    // The control: the forger's way of signing is ours.
    let key = ForgerKey::hmac("HS256", SECRET);
    target.accepts("taken apart and put together", &target.access().sign(&key)).await;
    target.finish(27).await;
}
