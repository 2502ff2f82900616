//! Claims of the wrong value or type: R9, R10, R13, R18. CVE-2020-26160, CVE-2024-53861,
//! CVE-2026-25537.

use jwt_runtime::MemoryStore;
use jwt_tests::app::App;
use jwt_tests::attack::{REFRESH_ROUTES, Target};
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{claim_invalid, token_expired};
use serde_json::{Value, json};

const ISSUER: &str = "https://auth.example.com";
const AUDIENCE: &str = "orders";

async fn target() -> Target {
    let app = App::with(|builder| {
        builder
            .secret(SECRET)
            .issuer(ISSUER)
            .audience([AUDIENCE, "billing"])
            .store(MemoryStore::new())
    })
    .await;
    Target::on(app, ForgerKey::hmac("HS256", SECRET)).await
}

/// Values that are near a string, and values that are no string at all.
fn near(text: &str) -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1.5),
        json!([]),
        json!({}),
        json!({ text: true }),
        json!([null]),
        json!([1]),
        json!([[text]]),
        json!([text, 1]),
        json!([text, null]),
        json!(""),
        json!(" "),
        json!("*"),
        json!("null"),
        json!(&text[..text.len() - 1]),
        json!(&text[..1]),
        json!(&text[1..]),
        json!(format!("{text}/")),
        json!(format!("{text}.attacker.example")),
        json!(format!("{text}@attacker.example")),
        json!(format!("{text}\0")),
        json!(format!("{text} ")),
        json!(format!(" {text}")),
        json!(format!("{text}\n")),
        json!(format!("{text},{text}")),
        json!(text.to_uppercase()),
        json!(text.replacen('o', "\u{43e}", 1)),
        json!(text.replacen('e', "e\u{301}", 1)),
    ]
}

/// R9, RFC 8725 §3.8; a substring is no issuer (CVE-2024-53861), and neither is an array of one.
#[tokio::test]
async fn issuer_is_compared_exactly() {
    let mut target = target().await;
    let mut values = near(ISSUER);
    values.extend([
        json!([ISSUER]),
        json!("http://auth.example.com"),
        json!("https://auth.example.com:443"),
        json!("https://auth.example.com/."),
        json!("https://AUTH.example.com"),
        json!("https://evil.example/https://auth.example.com"),
    ]);
    for value in values {
        let forgery = target.access().claim("iss", value.clone());
        target.refuses_signed(format!("iss {value}"), &forgery, &claim_invalid("iss")).await;
        let refresh = target.sign(&target.refresh().claim("iss", value.clone()));
        target
            .refuses_at(&REFRESH_ROUTES, format!("iss {value}"), &refresh, &claim_invalid("iss"))
            .await;
    }
    target.refuses_signed("no iss", &target.access().without("iss"), &claim_invalid("iss")).await;
    target.finish(36 * 4 + 3).await;
}

/// R10, RFC 8725 §3.9, RFC 7519 §4.1.3.
#[tokio::test]
async fn audience_is_compared_exactly() {
    let mut target = target().await;
    let mut values = near(AUDIENCE);
    values.extend([
        json!(["Orders"]),
        json!(["order", "s"]),
        json!(["shipping"]),
        json!(["orders "]),
    ]);
    for value in values {
        let forgery = target.access().claim("aud", value.clone());
        target.refuses_signed(format!("aud {value}"), &forgery, &claim_invalid("aud")).await;
        let refresh = target.sign(&target.refresh().claim("aud", value.clone()));
        target
            .refuses_at(&REFRESH_ROUTES, format!("aud {value}"), &refresh, &claim_invalid("aud"))
            .await;
    }
    target.refuses_signed("no aud", &target.access().without("aud"), &claim_invalid("aud")).await;
    for value in
        [json!("orders"), json!("billing"), json!(["orders"]), json!(["shipping", "billing"])]
    {
        let token = target.sign(&target.access().claim("aud", value.clone()));
        target.accepts(format!("aud {value}"), &token).await;
    }
    target.finish(34 * 4 + 3).await;
}

/// RFC 7519 §4.1.3: a token for somebody is not for an authority without a name.
#[tokio::test]
async fn audience_is_refused_where_none_is_configured() {
    let mut target = Target::new().await;
    for value in [json!("orders"), json!(["orders"]), json!([]), json!(""), json!(null), json!(1)] {
        let forgery = target.access().claim("aud", value.clone());
        target.refuses_signed(format!("aud {value}"), &forgery, &claim_invalid("aud")).await;
    }
    target.finish(18).await;
}

fn no_text() -> [Value; 9] {
    [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(42),
        json!(1.5),
        json!([]),
        json!(["victim"]),
        json!({ "victim": 1 }),
    ]
}

/// R9: `sub` is a known string; section 0.5: so is `jti`; sessions hang on `sid`.
#[tokio::test]
async fn sub_jti_and_sid_are_texts() {
    let mut target = Target::new().await;
    for claim in ["sub", "jti", "sid"] {
        for value in no_text().into_iter().chain([json!("")]) {
            let forgery = target.access().claim(claim, value.clone());
            let name = format!("{claim} {value}");
            target.refuses_signed(name, &forgery, &claim_invalid(claim)).await;
            let refresh = target.sign(&target.refresh().claim(claim, value.clone()));
            let name = format!("refresh {claim} {value}");
            target.refuses_at(&REFRESH_ROUTES, name, &refresh, &claim_invalid(claim)).await;
        }
        let missing = target.access().without(claim);
        target.refuses_signed(format!("no {claim}"), &missing, &claim_invalid(claim)).await;
    }
    target.finish(3 * 43).await;
}

/// R13: what is neither access nor refresh is nothing.
#[tokio::test]
async fn type_is_access_or_refresh() {
    let mut target = Target::new().await;
    let texts = [
        "",
        "Access",
        "ACCESS",
        "access ",
        " access",
        "access\0",
        "acces",
        "accessrefresh",
        "access,refresh",
        "id",
        "id_token",
        "csrf",
        "reset",
        "verify",
        "magic",
        "api",
        "bearer",
        "at+jwt",
        "null",
        "any",
        "*",
    ];
    for value in no_text().into_iter().chain(texts.map(|text| json!(text))) {
        let forgery = target.access().claim("type", value.clone());
        target.refuses_signed(format!("type {value}"), &forgery, &claim_invalid("type")).await;
        let refresh = target.sign(&target.refresh().claim("type", value.clone()));
        let name = format!("refresh type {value}");
        target.refuses_at(&REFRESH_ROUTES, name, &refresh, &claim_invalid("type")).await;
    }
    let missing = target.access().without("type");
    target.refuses_signed("no type", &missing, &claim_invalid("type")).await;
    let array = target.access().claim("type", json!({ "access": null }));
    target.refuses_signed("type as a serde enum", &array, &claim_invalid("type")).await;
    target.finish(30 * 4 + 6).await;
}

/// Where `/fresh` of a well-known library answered 500.
#[tokio::test]
async fn fresh_is_a_flag_or_a_date() {
    let mut target = Target::new().await;
    let routes = ["/access", "/fresh", "/claims"];
    for value in [
        json!(null),
        json!("true"),
        json!("false"),
        json!(""),
        json!([]),
        json!([true]),
        json!({}),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(253_402_300_800_u64),
        json!(u64::MAX),
    ] {
        let token = target.sign(&target.access().claim("fresh", value.clone()));
        target.refuses_at(&routes, format!("fresh {value}"), &token, &claim_invalid("fresh")).await;
    }
    target.finish(36).await;
}

/// A session that does not exist, or is somebody else's, is an ended session.
#[tokio::test]
async fn sessions_cannot_be_borrowed() {
    let mut target = Target::new().await;
    let other = target.app.login("other").await;
    let others_sid = jwt_tests::tokens::claims(&other.access)["sid"].clone();
    let revoked = jwt_tests::refusal::token_revoked();
    for sid in [others_sid, json!("unknown"), json!("*"), json!("victim"), json!("\0")] {
        let forgery = target.access().claim("sid", sid.clone());
        target.refuses_signed(format!("sid {sid}"), &forgery, &revoked).await;
    }
    for sub in ["other", "victim ", "Victim", "victim\0", "vic*"] {
        let forgery = target.access().claim("sub", sub);
        target.refuses_signed(format!("sub {sub:?}"), &forgery, &revoked).await;
    }
    target.finish(30).await;
}

/// The first thing that is wrong is what is said: an expired token is expired, whatever else.
#[tokio::test]
async fn expired_comes_before_issuer_and_audience() {
    let mut target = target().await;
    let expired =
        target.access().claim("exp", START - 1).claim("iss", "other").claim("aud", "other");
    target.refuses_signed("expired and foreign", &expired, &token_expired()).await;
    let foreign = target.access().claim("iss", "other").claim("aud", "other");
    target.refuses_signed("foreign", &foreign, &claim_invalid("iss")).await;
    target.finish(6).await;
}
