//! The opening handshakes of WebSockets. Who is refused gets an answer of HTTP, and no WebSocket.

use jwt_runtime::TokenLocation;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::refusal::{request_malformed, token_invalid, token_missing, type_wrong};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::table::{Held, Row, row};

use TokenLocation::{Cookie, Header, Query, WebSocket};

const PROTOCOL: &[TokenLocation] = &[WebSocket];
const QUERY: &[TokenLocation] = &[Query];

pub(super) const BEFORE: &str = "The handshake is refused as every other request, before there is a WebSocket \
                      (RFC 6455 §4.2.2); F opens it and sends its text.";

fn protocols(value: &str) -> Draft {
    Draft::handshake().header("Sec-WebSocket-Protocol", value)
}

/// `{}` stands for the token.
macro_rules! protocols {
    ($($form:literal),+) => {
        [$(|held: &Held| protocols(&$form.replace("{}", &held.token))),+]
    };
}

fn query(held: &Held) -> Draft {
    Draft::handshake().query("access_token", &held.token)
}

pub(super) fn rows() -> Vec<Row> {
    [missing(), spelt(), elsewhere(), queries()].concat()
}

fn missing() -> Vec<Row> {
    vec![
        row("handshake without a token")
            .sent_each(
                &[WebSocket, Header, Cookie, Query],
                [
                    |_| Draft::handshake(),
                    |_| protocols("chat"),
                    |_| protocols("chat, superchat"),
                    |_| Draft::handshake().header("Origin", OWN_ORIGIN),
                ],
            )
            .refused(token_missing())
            .older("1008", "–", "exception", "–")
            .because(BEFORE),
        row("handshake without a token")
            .at(Guard::Refresh)
            .sent(&[WebSocket, Cookie], |_| Draft::handshake())
            .refused(token_missing())
            .older("1008", "–", "exception", "–")
            .because(BEFORE),
        row("handshake without a token")
            .at(Guard::Fresh)
            .sent(&[WebSocket, Cookie], |_| Draft::handshake())
            .refused(token_missing())
            .older("1008", "–", "exception", "–")
            .because(BEFORE),
        row("handshake without a token")
            .at(Guard::Optional)
            .sent_each(&[WebSocket, Cookie], [|_| Draft::handshake(), |_| protocols("chat")])
            .anonymous()
            .older("open", "–", "–", "–"),
    ]
}

fn spelt() -> Vec<Row> {
    let new = "F and A have a token in the query alone; a browser can set this header too, and it \
               is in no log.";
    vec![
        row("`bearer, <t>`, and other protocols around it")
            .sent_each(
                PROTOCOL,
                protocols!["bearer, {}", "bearer,{}", "chat, bearer, {}", "bearer, {}, chat"],
            )
            .let_in()
            .because(new),
        row("`bearer, <t>` in two headers")
            .sent(PROTOCOL, |held| {
                protocols("bearer").header("Sec-WebSocket-Protocol", &held.token)
            })
            .let_in()
            .because("The header may be split: RFC 6455 §11.3.4."),
        row("`bearer` without a token, before something that is none, or twice")
            .sent_each(
                PROTOCOL,
                protocols![
                    "bearer",
                    "bearer,",
                    "{}, bearer",
                    "bearer, bearer, {}",
                    "bearer, {}, bearer, {}"
                ],
            )
            .refused(request_malformed())
            .because("400 `invalid_request`, as for the header."),
        row("`bearer, <t>`, from a page of somebody else")
            .sent(PROTOCOL, |held| {
                let draft = protocols(&format!("bearer, {}", held.token));
                draft.header("Origin", "https://evil.example")
            })
            .let_in()
            .because("The page has the token: no browser has put it there."),
        row("the token alone, or behind another word")
            .sent_each(PROTOCOL, protocols!["{}", "chat, {}", "token, {}", "bearer {}"])
            .refused(token_missing())
            .because("Nothing says that it is one."),
        row("`bearer, garbage`")
            .sent_each(PROTOCOL, protocols!["bearer, garbage", "bearer, chat, {}"])
            .refused(token_invalid())
            .because("What follows `bearer` is the token."),
    ]
}

fn elsewhere() -> Vec<Row> {
    vec![
        row("`Authorization` of a client that is no browser")
            .sent(&[Header, WebSocket], |held| Draft::handshake().bearer(&held.token))
            .let_in()
            .older("–", "–", "open", "–"),
        row("a token in the protocol and in the header")
            .sent(&[Header, WebSocket], |held| {
                protocols(&format!("bearer, {}", held.token)).bearer(&held.token)
            })
            .refused(request_malformed())
            .because("One token: RFC 6750 §2."),
        row("`bearer, <t>` where the protocol is not looked at")
            .sent_each(&[Header, Cookie, Query], protocols!["bearer, {}"])
            .refused(token_missing())
            .because("Nothing is read where nobody has said to look."),
    ]
}

fn queries() -> Vec<Row> {
    vec![
        row("token in the query").sent(QUERY, query).let_in().older("open", "–", "open", "–"),
        row("refresh token in the query")
            .at(Guard::Optional)
            .token(Kind::Refresh)
            .sent(QUERY, query)
            .refused(type_wrong("access"))
            .older("text", "–", "–", "–")
            .because(BEFORE),
        row("empty token in the query")
            .sent(QUERY, |_| Draft::handshake().query("access_token", ""))
            .refused(request_malformed())
            .older("text", "–", "–", "–")
            .because("The parameter is there, and is malformed: RFC 6750 §3.1."),
    ]
}

#[tokio::test]
async fn handshakes_are_answered_as_the_table_says() {
    check(rows()).await;
}
