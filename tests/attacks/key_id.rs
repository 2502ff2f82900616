//! `kid` is a name in a closed list: R11, RFC 8725 §3.10.

use jwt_runtime::{Algorithm, MemoryStore, SigningKey};
use jwt_tests::app::App;
use jwt_tests::attack::Target;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::token_invalid;
use serde_json::json;

const KID: &str = "2026-11";

async fn target() -> Target {
    let key = SigningKey::from_secret(Algorithm::HS256, SECRET).expect("a good secret");
    let app =
        App::with(|builder| builder.signing_key(key.with_kid(KID)).store(MemoryStore::new())).await;
    Target::on(app, ForgerKey::hmac("HS256", SECRET)).await
}

/// Names that mean something to a file system, a database, a shell or a template.
const INJECTIONS: [&str; 40] = [
    "/dev/null",
    "../../../../dev/null",
    "..\\..\\..\\windows\\win.ini",
    "....//....//dev/null",
    "%2e%2e%2f%2e%2e%2fdev%2fnull",
    "/proc/self/environ",
    "file:///etc/passwd",
    "/etc/passwd",
    "' OR '1'='1",
    "' UNION SELECT 'secret' --",
    "1; DROP TABLE keys",
    "\" OR \"\"=\"",
    "*)(uid=*))(|(uid=*",
    "*",
    "?",
    "[0-9]*",
    "2026-1?",
    "| cat /etc/passwd",
    "; id",
    "`id`",
    "$(id)",
    "&& id",
    "{{7*7}}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "${jndi:ldap://127.0.0.1/a}",
    "%s%s%s%n",
    "%x",
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "2026-11\0",
    "\u{0}2026-11",
    "2026-11\r\nSet-Cookie: a=b",
    "2026-11\n",
    "http://127.0.0.1/key",
    "*\r\nFLUSHALL\r\n",
    "\u{202e}11-6202",
];

#[tokio::test]
async fn injected_names_are_unknown_keys() {
    let mut target = target().await;
    let passwd = std::fs::read("/etc/passwd").unwrap_or_default();
    for kid in INJECTIONS {
        let forgery = target.access().header("kid", kid);
        target.refuses_signed(format!("{kid:?}, signed"), &forgery, &token_invalid()).await;
        // Signed with what the file or the query would have given.
        for secret in [&b""[..], b"\0", b"secret", &passwd] {
            let token = forgery.sign(&ForgerKey::hmac("HS256", secret));
            target.refuses(format!("{kid:?}, a guess"), &token, &token_invalid()).await;
        }
    }
    target.finish(40 * 5 * 3).await;
}

#[tokio::test]
async fn kid_is_compared_exactly() {
    let mut target = target().await;
    let long = "k".repeat(1000);
    let longer = "k".repeat(5000);
    for kid in [
        "",
        " ",
        "2026-1",
        "2026-111",
        "026-11",
        "2026-11 ",
        " 2026-11",
        "2026-11\t",
        "2026–11",
        "２０２６-11",
        "2026-11.",
        "2026-11/",
        "2026-11,2026-11",
        "null",
        &long,
        &longer,
    ] {
        let forgery = target.access().header("kid", kid);
        target.refuses_signed(format!("kid {kid:?}"), &forgery, &token_invalid()).await;
    }
    let escaped =
        target.access().without_header("kid").append_header(r#""k\u0069d":"2026\u002d11""#);
    target.accepts("the same name behind escapes", &target.sign(&escaped)).await;
    target.finish(48).await;
}

#[tokio::test]
async fn kid_has_to_be_a_string() {
    let mut target = target().await;
    for kid in [
        json!(null),
        json!(true),
        json!(0),
        json!(2026),
        json!(1.5),
        json!([KID]),
        json!([]),
        json!({ "kid": KID }),
        json!({}),
    ] {
        let forgery = target.access().header("kid", kid.clone());
        target.refuses_signed(format!("kid {kid}"), &forgery, &token_invalid()).await;
    }
    target.finish(27).await;
}

/// No falling back to "the only key there is".
#[tokio::test]
async fn kid_is_required_where_the_key_has_one_and_unknown_where_it_has_none() {
    let mut named = target().await;
    let without = named.access().without_header("kid");
    named.refuses_signed("no kid", &without, &token_invalid()).await;
    named.finish(3).await;

    let mut nameless = Target::new().await;
    for kid in ["", "default", "0", KID] {
        let with = nameless.access().header("kid", kid);
        nameless.refuses_signed(format!("kid {kid:?}"), &with, &token_invalid()).await;
    }
    nameless.finish(12).await;
}

#[tokio::test]
async fn kid_twice_is_refused() {
    let mut target = target().await;
    for second in [
        r#""kid":"2026-11""#,
        r#""k\u0069d":"2026-11""#,
        r#""kid":"/dev/null""#,
        r#""\u006bid":"/dev/null""#,
    ] {
        for forgery in
            [target.access().append_header(second), target.access().prepend_header(second)]
        {
            target.refuses_signed(second, &forgery, &token_invalid()).await;
        }
    }
    target.finish(24).await;
}
