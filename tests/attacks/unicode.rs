//! Text is UTF-8 and all of it is characters: R8, RFC 8725 §3.7.
//!
//! All of it is signed with the right key.

use jwt_tests::attack::Target;
use jwt_tests::refusal::token_invalid;
use jwt_tests::tokens::Forgery;

/// Every other Unicode encoding of the same text.
fn transcoded(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 =
        |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let utf32 =
        |bytes: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| bytes(c as u32)).collect::<Vec<u8>>();
    let marked = |mark: &[u8], text: Vec<u8>| [mark.to_vec(), text].concat();
    vec![
        ("a byte order mark", marked(b"\xef\xbb\xbf", text.into())),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("UTF-16LE with a mark", marked(b"\xff\xfe", utf16(u16::to_le_bytes))),
        ("UTF-16BE with a mark", marked(b"\xfe\xff", utf16(u16::to_be_bytes))),
        ("UTF-32LE", utf32(u32::to_le_bytes)),
        ("UTF-32BE", utf32(u32::to_be_bytes)),
        ("UTF-32LE with a mark", marked(b"\xff\xfe\0\0", utf32(u32::to_le_bytes))),
        ("UTF-32BE with a mark", marked(b"\0\0\xfe\xff", utf32(u32::to_be_bytes))),
        ("UTF-7", text.replace('{', "+AHs-").into()),
    ]
}

/// No other encoding of the same characters.
#[tokio::test]
async fn text_is_utf_8() {
    let mut target = Target::new().await;
    let payload = String::from_utf8(target.access().payload_bytes().to_vec()).expect("UTF-8");
    for (what, bytes) in transcoded(&payload) {
        let forgery = target.access().raw_payload(bytes);
        target.refuses_signed(format!("payload in {what}"), &forgery, &token_invalid()).await;
    }
    for (what, bytes) in transcoded(&target.access().header_text()) {
        let forgery = target.access().raw_header(bytes);
        target.refuses_signed(format!("header in {what}"), &forgery, &token_invalid()).await;
    }
    target.finish(60).await;
}

/// Bytes that no UTF-8 text has, in places that nobody would look at.
#[tokio::test]
async fn invalid_utf_8_is_refused_in_members_that_nobody_reads() {
    let mut target = Target::new().await;
    let invalid: [&[u8]; 11] = [
        b"\xff",
        b"\x80",
        b"\xc3",
        b"\xc0\xaf",                 // overlong /
        b"\xc1\xa1",                 // overlong a
        b"\xe0\x80\xaf",             // overlong, three bytes
        b"\xf0\x80\x80\xaf",         // overlong, four bytes
        b"\xed\xa0\x80",             // a surrogate
        b"\xed\xa0\xbd\xed\xb8\x80", // a pair of them (CESU-8)
        b"\xf4\x90\x80\x80",         // past U+10FFFF
        b"\xf8\x88\x80\x80\x80",     // five bytes
    ];
    for bytes in invalid {
        let value = [br#""ignored":""#, bytes, b"\""].concat();
        let name = [b"\"", bytes, b"\":1"].concat();
        let nested = [br#""ignored":[{"a":[""#, bytes, b"\"]}]"].concat();
        for text in [value, name, nested] {
            let what = String::from_utf8_lossy(&text).into_owned();
            let payload = target.access().append(&text);
            target.refuses_signed(format!("payload {what}"), &payload, &token_invalid()).await;
            let header = target.access().append_header(&text);
            target.refuses_signed(format!("header {what}"), &header, &token_invalid()).await;
        }
    }
    target
        .accepts("valid UTF-8", &target.sign(&target.access().append("\"\u{1f600}\":\"\u{e9}\"")))
        .await;
    target.finish(11 * 6 * 3).await;
}

/// R8: half of a surrogate pair is no character, and every reader makes something else of it.
#[tokio::test]
async fn lone_surrogates_are_refused() {
    let mut target = Target::new().await;
    for escape in [
        r"\ud800",
        r"\udbff",
        r"\udc00",
        r"\uDFFF",
        r"\ud800x",
        r"\ud800\n",
        r"\ud800\ud800",
        r"\udc00\ud800",
        r"\ud83d\u0041",
        r"a\ude00b",
    ] {
        let value = format!(r#""ignored":"{escape}""#);
        let name = format!(r#""{escape}":1"#);
        let nested = format!(r#""ignored":[{{"a":["{escape}"]}}]"#);
        let nested_name = format!(r#""ignored":{{"{escape}":1}}"#);
        for text in [value, name, nested, nested_name] {
            let payload = target.access().append(&text);
            target.refuses_signed(format!("payload {text}"), &payload, &token_invalid()).await;
            let header = target.access().append_header(&text);
            target.refuses_signed(format!("header {text}"), &header, &token_invalid()).await;
        }
        let subject = target.access().raw_claim("sub", &format!("\"{escape}\""));
        target.refuses_signed(format!("sub {escape}"), &subject, &token_invalid()).await;
    }
    let pair = Forgery::append(target.access(), r#""ignored":"\ud83d\ude00""#);
    target.accepts("a whole pair", &target.sign(&pair)).await;
    target.finish(10 * 9 * 3).await;
}
