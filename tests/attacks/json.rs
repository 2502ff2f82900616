//! JSON that parsers disagree about: R17, RFC 7519 §4, RFC 8259, RFC 8725 §2.4.
//!
//! All of it is signed with the right key: what counts is that no second reader of the same token
//! could have understood it differently.

use jwt_tests::attack::Target;
use jwt_tests::refusal::{claim_invalid, token_invalid};

#[tokio::test]
async fn claim_that_stands_twice_is_refused() {
    let mut target = Target::new().await;
    for second in [
        r#""sub":"admin""#,
        r#""sub":"victim""#,
        r#""s\u0075b":"admin""#,
        r#""\u0073\u0075\u0062":"admin""#,
        r#""exp":253402300799"#,
        r#""\u0065xp":253402300799"#,
        r#""nbf":0"#,
        r#""iat":0"#,
        r#""jti":"another""#,
        r#""\u006ati":"another""#,
        r#""sid":"another""#,
        r#""type":"access""#,
        r#""type":"refresh""#,
        r#""t\u0079pe":"access""#,
        r#""fresh":true"#,
        r#""auth_time":1"#,
        r#""iss":"a","iss":"a""#,
        r#""aud":"a","aud":"a""#,
        r#""mine":1,"mine":1"#,
        r#""mine":1,"m\u0069ne":2"#,
        r#""":1,"":2"#,
    ] {
        for (order, forgery) in
            [("after", target.access().append(second)), ("before", target.access().prepend(second))]
        {
            let name = format!("{second} {order}");
            target.refuses_signed(name, &forgery, &token_invalid()).await;
        }
    }
    target.finish(21 * 2 * 3).await;
}

#[tokio::test]
async fn payload_has_to_be_one_object() {
    let mut target = Target::new().await;
    let good = String::from_utf8(target.access().payload_bytes().to_vec()).expect("UTF-8");
    for payload in [
        "null",
        "true",
        "0",
        "1800000900",
        "\"\"",
        "\"victim\"",
        "[]",
        "[[]]",
        " ",
        "\n",
        "{",
        "}",
        "{}{}",
        "{}x",
        "{},",
        "[{}]",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{:1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "\u{0}",
        "\0{}",
        "{}\0",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        format!("[{good}]"),
        format!("{good}{good}"),
        format!("{good},"),
        format!("{good}\0"),
        format!("{good}x"),
        format!("({good})"),
        format!(")]}}'\n{good}"),
        good[..good.len() - 1].to_owned(),
        good[1..].to_owned(),
        format!("data:application/json,{good}"),
    ]) {
        let forgery = target.access().raw_payload(payload.clone());
        target.refuses_signed(payload, &forgery, &token_invalid()).await;
    }
    // White space around an object is JSON.
    let spaced = target.access().raw_payload(format!(" \t\r\n{good}\r\n\t "));
    target.accepts("white space", &target.sign(&spaced)).await;
    target.refuses_signed("{}", &target.access().raw_payload("{}"), &claim_invalid("sub")).await;
    target.finish(36 * 3).await;
}

/// What some parsers take for JSON, as the value of a claim that nobody asked for.
const NEARLY_JSON: [&str; 42] = [
    "NaN",
    "nan",
    "-NaN",
    "Infinity",
    "-Infinity",
    "+Infinity",
    "undefined",
    "None",
    "True",
    "FALSE",
    "nul",
    "+1",
    "01",
    "-01",
    "1.",
    ".5",
    "-.5",
    "1e",
    "1e+",
    "0x10",
    "1_000",
    "1f",
    "-",
    "'text'",
    "text",
    "\"open",
    "\"\\x41\"",
    "\"\\u12\"",
    "\"\\u{41}\"",
    "\"\\\"",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"a\u{1}b\"",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1",
    "{\"a\":1,}",
    "{a:1}",
    "{'a':1}",
    "/* comment */ 1",
    "1 // comment\n",
];

#[tokio::test]
async fn nearly_json_is_refused_in_a_payload() {
    let mut target = Target::new().await;
    for text in NEARLY_JSON {
        let forgery = target.access().raw_claim("ignored", text);
        target.refuses_signed(text, &forgery, &token_invalid()).await;
    }
    for text in [",", "\"a\":1,", "/**/\"a\":1", "#\n\"a\":1", "\"a\";1", "\"a\"=1", "a:1"] {
        target.refuses_signed(text, &target.access().append(text), &token_invalid()).await;
    }
    target.finish(49 * 3).await;
}

#[tokio::test]
async fn nearly_json_is_refused_in_a_header() {
    let mut target = Target::new().await;
    for text in NEARLY_JSON {
        let forgery = target.access().append_header(format!("\"ignored\":{text}"));
        target.refuses_signed(text, &forgery, &token_invalid()).await;
    }
    let good = target.access().header_text();
    for header in [
        "null".to_owned(),
        "[]".to_owned(),
        "\"HS256\"".to_owned(),
        format!("[{good}]"),
        format!("{good}{good}"),
        format!("{good}x"),
        format!("{good}\0"),
        good[1..].to_owned(),
    ] {
        let forgery = target.access().raw_header(header.clone());
        target.refuses_signed(header, &forgery, &token_invalid()).await;
    }
    target
        .accepts(
            "an ignored member",
            &target.sign(&target.access().append_header(r#""ignored":[1,{"a":null}]"#)),
        )
        .await;
    target.finish(50 * 3).await;
}

/// Depth and size: refused or not, the server answers by its table and goes on.
#[tokio::test]
async fn deep_and_long_json_is_survived() {
    let mut target = Target::new().await;
    let refused_by_map = claim_invalid("ignored");
    for depth in [100, 127, 128, 129, 200, 500, 1000, 1500, 2500] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let half = depth * if open == "[" { 1 } else { 3 };
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            if half > 2500 {
                continue;
            }
            let token = target.sign(&target.access().raw_claim("ignored", &text));
            // Nobody asked for it: it is JSON, and skipped without recursion.
            target.app.get("/access", &token).await.assert_status(200);
            // Somebody did: it is read as far as a reader goes.
            let reply = target.app.get("/claims", &token).await;
            if reply.status != 200 {
                assert!(depth > 100, "{reply:?}");
                refused_by_map.assert(&reply);
            }
            let header = target.access().append_header(format!("\"ignored\":{text}"));
            let reply = target.app.get("/access", &target.sign(&header)).await;
            if reply.status != 200 {
                token_invalid().assert(&reply);
            }
            let unclosed = target.access().raw_claim("ignored", &open.repeat(depth));
            target.refuses_signed(format!("{depth} unclosed"), &unclosed, &token_invalid()).await;
        }
    }
    for digits in [20, 309, 1000, 5000] {
        let token = target.sign(&target.access().raw_claim("ignored", &"9".repeat(digits)));
        target.app.get("/access", &token).await.assert_status(200);
        let reply = target.app.get("/claims", &token).await;
        if reply.status != 200 {
            refused_by_map.assert(&reply);
        }
        let exp = target.access().raw_claim("exp", &"9".repeat(digits));
        target.refuses_signed(format!("exp of {digits} digits"), &exp, &claim_invalid("exp")).await;
    }
    let many: String = (0..500).map(|i| format!("\"m{i}\":{i},")).collect();
    let token = target.sign(&target.access().append(many.trim_end_matches(',')));
    target.accepts("500 members", &token).await;
    target.finish(40).await;
}
