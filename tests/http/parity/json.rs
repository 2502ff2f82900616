//! Refresh tokens in the body of their request, as JSON.

use jwt_runtime::TokenLocation;
use jwt_tests::cookies::REFRESH_COOKIE;
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{request_malformed, token_invalid, token_missing};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::table::{Held, Row, row};

const JSON: &[TokenLocation] = &[TokenLocation::Json];
const COOKIE_OR_JSON: &[TokenLocation] = &[TokenLocation::Cookie, TokenLocation::Json];
const BODY: &[TokenLocation] = &[TokenLocation::Json, TokenLocation::Form];

const MALFORMED: &str =
    "A body that is not what it says to be is 400 `invalid_request` (RFC 6750 §3.1).";

/// `{}` in the text stands for the token.
fn text(text: &str, held: &Held) -> String {
    text.replace("{}", &held.token)
}

/// As it should be.
fn body(held: &Held) -> String {
    text(r#"{"refresh_token":"{}"}"#, held)
}

/// Refresh tokens alone are read from bodies.
fn refreshing(input: &'static str) -> Row {
    row(input).at(Guard::Refresh).token(Kind::Refresh)
}

pub(super) fn rows() -> Vec<Row> {
    [types(), members(), malformed()].concat()
}

fn types() -> Vec<Row> {
    vec![
        refreshing("`application/json`, with a charset, in another case, or a suffix `+json`")
            .sent_each(
                JSON,
                [
                    |held| Draft::post().json(body(held)),
                    |held| Draft::post().body("application/json; charset=utf-8", body(held)),
                    |held| Draft::post().body("application/json;charset=UTF-8", body(held)),
                    |held| Draft::post().body("Application/JSON", body(held)),
                    |held| Draft::post().body("application/vnd.api+json", body(held)),
                ],
            )
            .let_in()
            .older("–", "200", "401", "–")
            .because(
                "A compares the whole header; a media type has parameters and no case (RFC 9110 \
                 §8.3.1).",
            ),
        refreshing("JSON with another content type, with none, or with two")
            .sent_each(
                JSON,
                [
                    |held| Draft::post().body("text/plain", body(held)),
                    |held| Draft::post().body("application/jsonp", body(held)),
                    |held| Draft::post().form(body(held)),
                    |held| Draft::post().body("", body(held)),
                    |held| {
                        Draft::post().json(body(held)).header("Content-Type", "application/json")
                    },
                ],
            )
            .refused(token_missing())
            .older("–", "401", "401", "–")
            .because(
                "A page of any site can send `text/plain`; what is not said to be JSON is not \
                 read.",
            ),
        refreshing("a form, where JSON alone is read")
            .sent(JSON, |held| Draft::post().form(text("refresh_token={}", held)))
            .refused(token_missing())
            .older("–", "401", "401", "–"),
        refreshing("no body at all")
            .sent_each(BODY, [|_| Draft::post(), |_| Draft::get()])
            .refused(token_missing())
            .older("–", "401", "401", "–"),
    ]
}

fn members() -> Vec<Row> {
    vec![
        refreshing("other members around it, white space, an escaped name")
            .sent_each(
                JSON,
                [
                    |held| {
                        Draft::post()
                            .json(text("{ \"a\": [1],\n\t\"refresh_token\" : \"{}\" }\n", held))
                    },
                    |held| {
                        Draft::post()
                            .json(text(r#"{"refresh_token":"{}","refresh_token_expires":1}"#, held))
                    },
                    |held| Draft::post().json(text(r#"{"refresh\u005ftoken":"{}"}"#, held)),
                ],
            )
            .let_in()
            .older("–", "200", "–", "–"),
        refreshing("no such member: `{}`, another name, a list, inside of another member")
            .sent_each(
                JSON,
                [
                    |_| Draft::post().json("{}"),
                    |held| Draft::post().json(text(r#"{"token":"{}"}"#, held)),
                    |held| Draft::post().json(text(r#"{"access_token":"{}"}"#, held)),
                    |held| Draft::post().json(text(r#"{"Refresh_Token":"{}"}"#, held)),
                    |held| Draft::post().json(text(r#"{"data":{"refresh_token":"{}"}}"#, held)),
                ],
            )
            .refused(token_missing())
            .older("–", "401", "401", "–"),
        refreshing("an empty body that says to be JSON")
            .sent(JSON, |_| Draft::post().json(""))
            .refused(token_missing())
            .older("–", "401", "401", "–"),
        refreshing("an empty body that says to be JSON, and the cookie")
            .sent(COOKIE_OR_JSON, |held| {
                let draft = Draft::post().json("").cookie(REFRESH_COOKIE, &held.token);
                draft.header("X-CSRF-Token", &held.csrf)
            })
            .let_in()
            .older("–", "200", "–", "–")
            .because("Nothing is in it; many clients say so of every request."),
        refreshing("a list at the top")
            .sent_each(
                JSON,
                [
                    |_| Draft::post().json("[]"),
                    |held| Draft::post().json(text(r#"[{"refresh_token":"{}"}]"#, held)),
                ],
            )
            .refused(token_missing())
            .older("–", "500", "401", "–")
            .because("X asks the list for a member and falls over; there is no token in it."),
    ]
}

fn malformed() -> Vec<Row> {
    vec![
        refreshing("the member is no string, or an empty one")
            .sent_each(
                JSON,
                [
                    |_| Draft::post().json(r#"{"refresh_token":7}"#),
                    |_| Draft::post().json(r#"{"refresh_token":null}"#),
                    |_| Draft::post().json(r#"{"refresh_token":true}"#),
                    |held| Draft::post().json(text(r#"{"refresh_token":["{}"]}"#, held)),
                    |held| Draft::post().json(text(r#"{"refresh_token":{"value":"{}"}}"#, held)),
                    |_| Draft::post().json(r#"{"refresh_token":""}"#),
                ],
            )
            .refused(request_malformed())
            .older("–", "422", "401", "–")
            .because(MALFORMED),
        refreshing("the member twice")
            .sent_each(
                JSON,
                [
                    |held| {
                        Draft::post()
                            .json(text(r#"{"refresh_token":"{}","refresh_token":"{}"}"#, held))
                    },
                    |held| {
                        Draft::post()
                            .json(text(r#"{"refresh_token":"x","refresh_token":"{}"}"#, held))
                    },
                    |held| {
                        Draft::post()
                            .json(text(r#"{"refresh_token":"x","refresh\u005ftoken":"{}"}"#, held))
                    },
                ],
            )
            .refused(request_malformed())
            .because("Parsers disagree on which one counts (RFC 8259 §4)."),
        refreshing("malformed JSON, or text behind it")
            .sent_each(
                JSON,
                [
                    |held| Draft::post().json(&body(held)[..20]),
                    |held| Draft::post().json(format!("{}{}", body(held), "x")),
                    |held| Draft::post().json(format!("{0}{0}", body(held))),
                    |held| Draft::post().json(text(r#"{refresh_token:"{}"}"#, held)),
                    |held| Draft::post().json(text(r#"{'refresh_token':'{}'}"#, held)),
                    |held| Draft::post().json(format!("\u{feff}{}", body(held))),
                    |held| Draft::post().json(text("refresh_token={}", held)),
                ],
            )
            .refused(request_malformed())
            .older("–", "401", "401", "–")
            .because(MALFORMED),
        refreshing("more than 64 KiB")
            .sent_each(
                JSON,
                [
                    |held| Draft::post().json(format!("{}{}", " ".repeat(65_536), body(held))),
                    |held| Draft::post().json(format!("{}{}", body(held), " ".repeat(65_536))),
                ],
            )
            .refused(request_malformed())
            .because(
                "Nobody is known yet when the body is read: a token has room in it, a flood has \
                 not.",
            ),
        refreshing("garbage in the member")
            .token(Kind::Text("garbage"))
            .sent_each(
                JSON,
                [
                    |held| Draft::post().json(body(held)),
                    |_| Draft::post().json(r#"{"refresh_token":"Bearer x"}"#),
                    |_| Draft::post().json(r#"{"refresh_token":" "}"#),
                ],
            )
            .refused(token_invalid())
            .older("–", "422", "–", "–")
            .because("401 `invalid_token`, as everywhere."),
    ]
}

#[tokio::test]
async fn bodies_are_answered_as_the_table_says() {
    check(rows()).await;
}
