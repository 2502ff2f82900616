//! Header members that would change what a token means or where its key comes from: R4, R7, R11,
//! R12, R16. CVE-2018-0114, CVE-2025-59420, CVE-2026-32597, GHSA-hm7r-c7qw-ghp6.

use jwt_tests::attack::Target;
use jwt_tests::keys::{self, ForgerKey, der};
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::b64;
use serde_json::{Value, json};
use tokio::net::TcpListener;

fn attackers_jwk() -> Value {
    let spki = der(keys::OTHER_RSA_PUBLIC);
    json!({ "kty": "RSA", "n": b64(&spki[33..33 + 256]), "e": "AQAB", "kid": "mine", "alg": "RS256" })
}

/// R11, RFC 8725 §3.10: a token cannot bring the key that it is to be verified with.
#[tokio::test]
async fn keys_inside_of_the_token_are_not_used() {
    let mut target = Target::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let trap = format!("http://{}/jwks.json", listener.local_addr().expect("bound"));
    let certificate = json!([b64(der(keys::OTHER_RSA_PUBLIC))]);
    let members = [
        ("jwk", attackers_jwk()),
        ("jwk", json!({ "kty": "oct", "k": b64("guess"), "alg": "HS256" })),
        ("jwks", json!({ "keys": [attackers_jwk()] })),
        ("jku", json!(trap)),
        ("jku", json!(format!("https://auth.example.com@{}", &trap[7..]))),
        ("jku", json!("file:///etc/passwd")),
        ("jku", json!("gopher://127.0.0.1:6379/_FLUSHALL")),
        ("jku", json!("http://169.254.169.254/latest/meta-data/")),
        ("x5u", json!(trap)),
        ("x5c", certificate.clone()),
        ("x5t", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        ("x5t#S256", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (name, value) in members {
        let what = format!("{name} {value}");
        for (algorithm, key) in [
            ("RS256", ForgerKey::pem("RS256", keys::OTHER_RSA)),
            ("HS256", ForgerKey::hmac("HS256", b"guess")),
            ("HS256", ForgerKey::hmac("HS256", b"")),
        ] {
            let forgery = target.access().header("alg", algorithm).header(name, value.clone());
            target.refuses(&what, &forgery.sign(&key), &token_invalid()).await;
        }
        // With the right signature it is a member like any other, and nobody follows it.
        let honest = target.access().header(name, value);
        target.accepts(&what, &target.sign(&honest)).await;
    }
    let called = tokio::time::timeout(std::time::Duration::ZERO, listener.accept()).await;
    assert!(called.is_err(), "somebody fetched the attacker's key");
    target.finish(12 * 9).await;
}

/// R16, RFC 7515 §4.1.11: whatever is critical is not understood here.
#[tokio::test]
async fn crit_is_refused_in_every_form() {
    let mut target = Target::new().await;
    for crit in [
        json!(["exp"]),
        json!(["b64"]),
        json!(["alg"]),
        json!(["crit"]),
        json!(["http://example.com/unknown"]),
        json!(["x", "x"]),
        json!([""]),
        json!([null]),
        json!([1]),
        json!([]),
        json!({}),
        json!("exp"),
        json!(""),
        json!(null),
        json!(true),
        json!(false),
        json!(0),
    ] {
        let forgery = target.access().header("crit", crit.clone()).header("exp", 1);
        target.refuses_signed(format!("crit {crit}"), &forgery, &token_invalid()).await;
    }
    let escaped = target.access().append_header(r#""cr\u0069t":["exp"]"#);
    target.refuses_signed("crit behind an escape", &escaped, &token_invalid()).await;
    target.finish(18 * 3).await;
}

/// RFC 7797: the payload would mean something else.
#[tokio::test]
async fn b64_is_refused() {
    let mut target = Target::new().await;
    for b64 in [json!(false), json!(true), json!(null), json!("false"), json!(0)] {
        for crit in [None, Some(json!(["b64"]))] {
            let mut forgery = target.access().header("b64", b64.clone());
            if let Some(crit) = crit {
                forgery = forgery.header("crit", crit);
            }
            target.refuses_signed(format!("b64 {b64}"), &forgery, &token_invalid()).await;
        }
    }
    // The payload as it is, which may hold no dot and is then even a token in shape.
    let header =
        jwt_tests::tokens::b64(r#"{"alg":"HS256","typ":"at+jwt","b64":false,"crit":["b64"]}"#);
    let input = format!("{header}.eyJzdWIiOiJhZG1pbiJ9");
    let signature = ForgerKey::hmac("HS256", keys::SECRET).sign(input.as_bytes());
    target.refuses("an unencoded payload", &format!("{input}.{signature}"), &token_invalid()).await;
    target.finish(33).await;
}

/// R7, RFC 8725 §3.6, and R4: no compression, no encryption.
#[tokio::test]
async fn zip_and_enc_are_refused() {
    let mut target = Target::new().await;
    for (name, value) in [
        ("zip", json!("DEF")),
        ("zip", json!("GZIP")),
        ("zip", json!(null)),
        ("enc", json!("A256GCM")),
        ("enc", json!("none")),
        ("enc", json!(null)),
    ] {
        let forgery = target.access().header(name, value.clone());
        target.refuses_signed(format!("{name} {value}"), &forgery, &token_invalid()).await;
    }
    target.finish(18).await;
}

/// R12, RFC 8725 §3.11, RFC 9068 §4: other kinds of JWT are no access tokens.
#[tokio::test]
async fn typ_of_another_kind_is_refused() {
    let mut target = Target::new().await;
    for typ in [
        json!("JWT"),
        json!("jwt"),
        json!("JWS"),
        json!("JOSE"),
        json!("dpop+jwt"),
        json!("logout+jwt"),
        json!("secevent+jwt"),
        json!("id_token"),
        json!("id+jwt"),
        json!("client-authentication+jwt"),
        json!("token-introspection+jwt"),
        json!("oauth-authz-req+jwt"),
        json!("kb+jwt"),
        json!("vc+sd-jwt"),
        json!("at"),
        json!("at+jwt "),
        json!(" at+jwt"),
        json!("at+jwt\0"),
        json!("at+jwt; charset=utf-8"),
        json!("at+jwt,rt+jwt"),
        json!("text/at+jwt"),
        json!("application/"),
        json!("application/application/at+jwt"),
        json!("/at+jwt"),
        json!("application/JWT"),
        json!(""),
        json!(null),
        json!(true),
        json!(1),
        json!(["at+jwt"]),
        json!({ "at+jwt": true }),
    ] {
        let forgery = target.access().header("typ", typ.clone());
        target.refuses_signed(format!("typ {typ}"), &forgery, &token_invalid()).await;
    }
    let missing = target.access().without_header("typ");
    target.refuses_signed("no typ", &missing, &token_invalid()).await;
    // Media types have no case, and `application/` may be left out: RFC 7515 §4.1.9.
    for typ in ["at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt", "APPLICATION/at+JWT"] {
        target.accepts(typ, &target.sign(&target.access().header("typ", typ))).await;
    }
    target.finish(32 * 3).await;
}

/// R17, RFC 7515 §4.
#[tokio::test]
async fn members_that_stand_twice_are_refused() {
    let mut target = Target::new().await;
    for second in [
        r#""typ":"at+jwt""#,
        r#""t\u0079p":"at+jwt""#,
        r#""typ":"JWT""#,
        r#""x":1,"x":1"#,
        r#""x":1,"\u0078":2"#,
        r#""kid":"a","kid":"a""#,
    ] {
        for forgery in
            [target.access().append_header(second), target.access().prepend_header(second)]
        {
            target.refuses_signed(second, &forgery, &token_invalid()).await;
        }
    }
    target.finish(36).await;
}

/// What has no signature yet gets no room to be expensive.
#[tokio::test]
async fn header_has_a_limit() {
    let mut target = Target::new().await;
    let many = |count: usize| -> String {
        (0..count).map(|i| format!(r#""m{i}":0"#)).collect::<Vec<_>>().join(",")
    };
    target.accepts("30 more members", &target.sign(&target.access().append_header(many(30)))).await;
    for count in [31, 32, 100, 150] {
        let forgery = target.access().append_header(many(count));
        target.refuses_signed(format!("{count} more members"), &forgery, &token_invalid()).await;
    }
    for bytes in [2000, 4000, 5000] {
        let forgery = target.access().header("x", "x".repeat(bytes));
        target
            .refuses_signed(format!("a header of {bytes} bytes"), &forgery, &token_invalid())
            .await;
    }
    target.finish(21).await;
}
