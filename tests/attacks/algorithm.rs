//! `alg`: RFC 8725 §3.1 and §3.2; R1, R2, R3. CVE-2015-9235, CVE-2022-23540.

use jwt_tests::attack::Target;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::{Forgery, parts, unb64};
use serde_json::json;

/// Every way to write `none` in upper and lower case.
fn cased() -> impl Iterator<Item = String> {
    (0..16_u8).map(|bits| {
        let letter = |(place, letter): (usize, char)| {
            if bits >> place & 1 == 1 { letter.to_ascii_uppercase() } else { letter }
        };
        "none".chars().enumerate().map(letter).collect()
    })
}

/// Ways that a lenient comparison might take for `none`, or for no algorithm at all.
const ODD: [&str; 17] = [
    "",
    " ",
    "none ",
    " none",
    "none\t",
    "none\n",
    "none\0",
    "\0none",
    "none\u{200b}",
    "ｎｏｎｅ",
    "nⲟne",
    "non\u{e9}",
    "null",
    "undefined",
    "none,HS256",
    "HS256,none",
    "n%6fne",
];

/// The four things that a forger puts where a signature belongs.
fn with_every_signature(forgery: &Forgery, original: &str) -> [(&'static str, String); 4] {
    let original = unb64(parts(original)[2]);
    [
        ("an empty signature", forgery.with_signature("")),
        ("the original signature", forgery.with_signature(original)),
        ("no trailing dot", forgery.signing_input()),
        ("an HMAC with an empty key", forgery.sign(&ForgerKey::hmac("HS256", b""))),
    ]
}

#[tokio::test]
async fn none_is_no_algorithm_in_any_spelling() {
    let mut target = Target::new().await;
    for name in cased().chain(ODD.map(str::to_owned)) {
        let forgery = target.access().header("alg", name.as_str());
        for (signature, token) in with_every_signature(&forgery, &target.good.access) {
            target.refuses(format!("alg {name:?}, {signature}"), &token, &token_invalid()).await;
        }
        // Not even the right key lends it a meaning.
        target.refuses_signed(format!("alg {name:?}, signed"), &forgery, &token_invalid()).await;
    }
    target.finish(33 * 5 * 3).await;
}

#[tokio::test]
async fn none_behind_an_escape_is_none() {
    let mut target = Target::new().await;
    for header in [
        r#"{"\u0061lg":"none","typ":"at+jwt"}"#,
        r#"{"alg":"\u006eone","typ":"at+jwt"}"#,
        r#"{"a\u006cg":"n\u006fne","typ":"at+jwt"}"#,
    ] {
        let forgery = target.access().raw_header(header);
        for (signature, token) in with_every_signature(&forgery, &target.good.access) {
            target.refuses(format!("{header}, {signature}"), &token, &token_invalid()).await;
        }
    }
    // The same escapes around the right algorithm are the right algorithm.
    let escaped = target.access().raw_header(r#"{"\u0061lg":"\u0048S256","typ":"at+jwt"}"#);
    target.accepts("escaped HS256", &target.sign(&escaped)).await;
    target.finish(36).await;
}

#[tokio::test]
async fn alg_has_to_be_a_string() {
    let mut target = Target::new().await;
    for alg in [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(256),
        json!(1.5),
        json!([]),
        json!(["HS256"]),
        json!(["none"]),
        json!({}),
        json!({ "alg": "HS256" }),
    ] {
        let forgery = target.access().header("alg", alg.clone());
        target.refuses_signed(format!("alg {alg}"), &forgery, &token_invalid()).await;
        let unsigned = forgery.with_signature("");
        target.refuses(format!("alg {alg}, unsigned"), &unsigned, &token_invalid()).await;
    }
    let missing = target.access().without_header("alg");
    target.refuses_signed("no alg", &missing, &token_invalid()).await;
    target.refuses("no alg, unsigned", &missing.with_signature(""), &token_invalid()).await;
    target.refuses_signed("empty header", &missing.raw_header("{}"), &token_invalid()).await;
    target.finish(75).await;
}

/// R1: names are case-sensitive and there are no aliases.
#[tokio::test]
async fn alg_has_one_spelling() {
    let mut target = Target::new().await;
    for alg in [
        "hs256",
        "Hs256",
        "HS256 ",
        " HS256",
        "HS256\0",
        "HS-256",
        "HS_256",
        "SHA256",
        "HMAC",
        "HMACSHA256",
        "HmacSHA256",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "*",
        "any",
    ] {
        let forgery = target.access().header("alg", alg);
        target.refuses_signed(format!("alg {alg:?}"), &forgery, &token_invalid()).await;
    }
    target.finish(42).await;
}

/// R17: a parser that takes the first and one that takes the last must not disagree.
#[tokio::test]
async fn alg_twice_is_refused() {
    let mut target = Target::new().await;
    for second in [
        r#""alg":"HS256""#,
        r#""alg":"none""#,
        r#""\u0061lg":"HS256""#,
        r#""\u0061lg":"none""#,
        r#""a\u006c\u0067":"RS256""#,
        r#""alg":null"#,
    ] {
        for (order, forgery) in [
            ("after", target.access().append_header(second)),
            ("before", target.access().prepend_header(second)),
        ] {
            let name = format!("{second} {order} the good one");
            target.refuses_signed(&name, &forgery, &token_invalid()).await;
            target
                .refuses(format!("{name}, unsigned"), &forgery.with_signature(""), &token_invalid())
                .await;
        }
    }
    target.finish(72).await;
}

/// R2: the authority's key is for HS256, whatever else the same bytes could be used for.
#[tokio::test]
async fn another_member_of_the_family_is_refused() {
    let mut target = Target::new().await;
    for algorithm in ["HS384", "HS512"] {
        let key = ForgerKey::hmac(algorithm, SECRET);
        let honest = target.access().header("alg", algorithm).sign(&key);
        target
            .refuses(format!("{algorithm} with the right secret"), &honest, &token_invalid())
            .await;
        let mislabelled = target.access().sign(&key);
        target.refuses(format!("{algorithm} called HS256"), &mislabelled, &token_invalid()).await;
    }
    target.finish(12).await;
}

/// R3: nothing outside of the list; most of these would need a key that nobody gave us.
#[tokio::test]
async fn other_algorithms_are_refused() {
    let mut target = Target::new().await;
    for alg in [
        "RS256",
        "RS384",
        "RS512",
        "PS256",
        "PS384",
        "PS512",
        "ES256",
        "ES384",
        "ES512",
        "ES256K",
        "EdDSA",
        "Ed25519",
        "Ed448",
        "HS1",
        "RS1",
        "MD5",
        "HS256/64",
        "dir",
        "A128KW",
        "RSA1_5",
        "RSA-OAEP",
        "ECDH-ES",
        "A128GCMKW",
        "PBES2-HS256+A128KW",
        "ML-DSA-44",
    ] {
        let forgery = target.access().header("alg", alg);
        target.refuses_signed(format!("{alg} signed by HS256"), &forgery, &token_invalid()).await;
        for (signature, token) in with_every_signature(&forgery, &target.good.access) {
            target.refuses(format!("{alg}, {signature}"), &token, &token_invalid()).await;
        }
    }
    target.finish(25 * 5 * 3).await;
}
