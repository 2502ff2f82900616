//! Refresh tokens in forms, names of the application's own, and what is read from no body.

use jwt_runtime::TokenLocation;
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{request_malformed, token_missing};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::Variant;
use super::table::{Held, Row, row};

const FORM: &[TokenLocation] = &[TokenLocation::Form];
const BODY: &[TokenLocation] = &[TokenLocation::Json, TokenLocation::Form];

fn refreshing(input: &'static str) -> Row {
    row(input).at(Guard::Refresh).token(Kind::Refresh)
}

/// As it should be.
fn fields(held: &Held) -> String {
    format!("refresh_token={}", held.token)
}

fn json(name: &str, held: &Held) -> String {
    format!(r#"{{"{name}":"{}"}}"#, held.token)
}

pub(super) fn rows() -> Vec<Row> {
    [forms(), configured(), of_access_tokens()].concat()
}

fn forms() -> Vec<Row> {
    vec![
        refreshing("a form, with other fields, with a charset, percent-encoded")
            .sent_each(
                FORM,
                [
                    |held| Draft::post().form(fields(held)),
                    |held| Draft::post().form(format!("a=b&{}&c", fields(held))),
                    |held| Draft::post().form(fields(held).replace('_', "%5F").replace('.', "%2E")),
                    |held| {
                        let content_type = "application/x-www-form-urlencoded; charset=utf-8";
                        Draft::post().body(content_type, fields(held))
                    },
                ],
            )
            .let_in()
            .because("The token endpoint of RFC 6749 §6 takes it so; none of them does."),
        refreshing("a form without the field, with another type, or in parts")
            .sent_each(
                FORM,
                [
                    |_| Draft::post().form("a=b"),
                    |_| Draft::post().form(""),
                    |held| Draft::post().form(format!("access_token={}", held.token)),
                    |held| Draft::post().body("text/plain", fields(held)),
                    |held| Draft::post().json(json("refresh_token", held)),
                    |held| Draft::post().body("multipart/form-data; boundary=x", multipart(held)),
                ],
            )
            .refused(token_missing())
            .because("RFC 6750 §2.2 reads `application/x-www-form-urlencoded` alone."),
        refreshing("the field twice, or empty")
            .sent_each(
                FORM,
                [
                    |held| Draft::post().form(format!("{0}&{0}", fields(held))),
                    |held| Draft::post().form(format!("refresh_token=x&{}", fields(held))),
                    |held| Draft::post().form(format!("refresh%5Ftoken=&{}", fields(held))),
                    |_| Draft::post().form("refresh_token="),
                ],
            )
            .refused(request_malformed())
            .because("400 for a parameter that is there twice: RFC 6750 §3.1."),
        refreshing("a form of more than 64 KiB")
            .sent(FORM, |held| {
                Draft::post().form(format!("a={}&{}", "b".repeat(65_536), fields(held)))
            })
            .refused(request_malformed())
            .because("As for JSON."),
    ]
}

fn multipart(held: &Held) -> String {
    let head = "--x\r\nContent-Disposition: form-data; name=\"refresh_token\"\r\n\r\n";
    format!("{head}{}\r\n--x--\r\n", held.token)
}

fn configured() -> Vec<Row> {
    let other = |input| refreshing(input).configured(Variant::OtherBody);
    vec![
        other("a member, or a field, with a name of the application's own")
            .sent_each(
                BODY,
                [
                    |held| Draft::post().json(json("foo", held)),
                    |held| Draft::post().form(format!("bar={}", held.token)),
                ],
            )
            .let_in()
            .older("–", "200", "–", "–"),
        other("the default names where others are configured")
            .sent_each(
                BODY,
                [
                    |held| Draft::post().json(json("refresh_token", held)),
                    |held| Draft::post().form(fields(held)),
                    |held| Draft::post().json(json("bar", held)),
                ],
            )
            .refused(token_missing())
            .older("–", "401", "–", "–"),
    ]
}

/// Access tokens are not read from bodies.
fn of_access_tokens() -> Vec<Row> {
    vec![
        row("an access token in a JSON body")
            .sent_each(
                BODY,
                [
                    |held| Draft::post().json(format!(r#"{{"access_token":"{}"}}"#, held.token)),
                    |held| Draft::post().json(json("refresh_token", held)),
                ],
            )
            .refused(token_missing())
            .older("–", "200", "200", "–")
            .because(
                "A guard would have to read the whole body of every request before it knows \
                 anybody; refresh routes have small ones.",
            ),
        row("an access token in a form")
            .sent_each(
                BODY,
                [
                    |held| Draft::post().form(format!("access_token={}", held.token)),
                    |held| Draft::post().form(fields(held)),
                ],
            )
            .refused(token_missing())
            .because("As for JSON; RFC 6750 §2.2 advises against it."),
    ]
}

#[tokio::test]
async fn forms_are_answered_as_the_table_says() {
    check(rows()).await;
}
