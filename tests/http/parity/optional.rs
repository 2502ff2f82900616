//! Routes that nobody has to be logged in for: who brings a token has to bring a good one.

use jwt_runtime::TokenLocation;
use jwt_tests::draft::Draft;
use jwt_tests::places::{self, FOR_ACCESS};
use jwt_tests::refusal::{
    request_malformed, token_expired, token_invalid, token_revoked, type_wrong,
};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::table::{Row, row};

use TokenLocation::{Cookie, Header, Query, WebSocket};

const HEADER: &[TokenLocation] = &[Header];

fn authorization(value: &str) -> Draft {
    Draft::get().header("Authorization", value)
}

pub(super) fn rows() -> Vec<Row> {
    let rows = [absent(), present()].concat();
    rows.into_iter().map(|row| row.at(Guard::Optional)).collect()
}

fn absent() -> Vec<Row> {
    let list = "Another scheme with commas of its own (RFC 9110 §11.6.2): the request has no bearer \
         token.";
    vec![
        row("nothing")
            .sent_each(
                FOR_ACCESS,
                [|_| places::draft(Header), |_| places::draft(WebSocket), |_| Draft::post()],
            )
            .anonymous()
            .older("200", "200", "–", "200"),
        row("`Basic x`, `basic creds`")
            .sent_each(HEADER, [|_| authorization("Basic x"), |_| authorization("basic creds")])
            .anonymous()
            .older("422", "200", "–", "200")
            .because("Another scheme is no bad bearer token."),
        row("`Foo 1, Bar 2, Baz, 3`")
            .sent(HEADER, |_| authorization("Foo 1, Bar 2, Baz, 3"))
            .anonymous()
            .older("422", "200", "–", "–")
            .because("Another scheme is no bad bearer token."),
        row("`Foo 1, Bearer, Baz, 3`, `Foo 1, Bearer 2, Baz, 3`")
            .sent_each(
                HEADER,
                [
                    |_| authorization("Foo 1, Bearer, Baz, 3"),
                    |_| authorization("Foo 1, Bearer 2, Baz, 3"),
                ],
            )
            .anonymous()
            .older("422", "422", "–", "–")
            .because(list),
        row("cookies and parameters of other names")
            .sent_each(
                &[Cookie, Query],
                [
                    |held| Draft::get().cookie("access_token", &held.token),
                    |held| Draft::get().query("token", &held.token),
                ],
            )
            .anonymous()
            .because("Nothing is read where nobody has said to look."),
    ]
}

fn present() -> Vec<Row> {
    vec![
        row("good access token").in_each(FOR_ACCESS).let_in().older("200", "200", "–", "200"),
        row("`Bearer` alone")
            .sent_each(HEADER, [|_| authorization("Bearer"), |_| authorization("Bearer ,,0")])
            .refused(request_malformed())
            .older("422", "422", "–", "401")
            .because("400 `invalid_request`, as RFC 6750 §3.1 has it."),
        row("garbage")
            .token(Kind::Text("garbage"))
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("422", "422", "–", "401")
            .because("401 `invalid_token`; nobody becomes anonymous by mistake."),
        row("expired")
            .token(Kind::Expired)
            .in_each(FOR_ACCESS)
            .refused(token_expired())
            .older("422", "401", "–", "401")
            .because(
                "A client that is shown the anonymous page does not know that it has to refresh.",
            ),
        row("revoked")
            .token(Kind::Revoked)
            .in_each(FOR_ACCESS)
            .refused(token_revoked())
            .older("401", "401", "–", "401"),
        row("refresh token")
            .token(Kind::Refresh)
            .in_each(FOR_ACCESS)
            .refused(type_wrong("access"))
            .older("422", "422", "–", "401")
            .because("401 `invalid_token`, as everywhere."),
    ]
}

#[tokio::test]
async fn optional_routes_answer_as_the_table_says() {
    check(rows()).await;
}
