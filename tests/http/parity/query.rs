//! Tokens in the query, for those who have no other way.

use jwt_runtime::TokenLocation;
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{request_malformed, token_invalid, token_missing, type_wrong};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::Variant;
use super::table::{Held, Row, row};

const QUERY: &[TokenLocation] = &[TokenLocation::Query];

fn query(name: &str, held: &Held) -> Draft {
    Draft::get().query(name, &held.token)
}

pub(super) fn rows() -> Vec<Row> {
    [names(), values(), configured()].concat()
}

fn names() -> Vec<Row> {
    vec![
        row("no query, or no such parameter")
            .sent_each(
                QUERY,
                [
                    |_| Draft::get(),
                    |held| query("jwt", held),
                    |held| query("token", held),
                    |held| query("Access_Token", held),
                    |held| query("access_token[]", held),
                    |held| query("refresh_token", held),
                ],
            )
            .refused(token_missing())
            .older("–", "401", "401", "–"),
        row("other parameters around it, and a `POST`")
            .sent_each(
                QUERY,
                [
                    |held| {
                        Draft::get()
                            .query("a", "b")
                            .query("access_token", &held.token)
                            .query("c", "")
                    },
                    |held| Draft::post().query("access_token", &held.token).json("{}"),
                ],
            )
            .let_in()
            .older("–", "200", "200", "–")
            .because(
                "The answer says `Cache-Control: no-store` and `Referrer-Policy: no-referrer`: \
                 URLs leak (RFC 6750 §2.3, RFC 9700 §4.3.2).",
            ),
        row("refresh token")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(QUERY, |held| query("refresh_token", held))
            .let_in()
            .older("–", "200", "401", "–")
            .because("A looks the refresh token up as an access token there, and so takes none."),
        row("refresh token in the parameter of access tokens")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(QUERY, |held| query("access_token", held))
            .refused(token_missing())
            .because("Each type has its place, as cookies have."),
        row("access token in the parameter of refresh tokens")
            .at(Guard::Refresh)
            .sent(QUERY, |held| query("refresh_token", held))
            .refused(type_wrong("refresh"))
            .older("–", "422", "401", "–")
            .because("401 `invalid_token`, as everywhere."),
    ]
}

fn values() -> Vec<Row> {
    vec![
        row("the parameter twice")
            .sent_each(
                QUERY,
                [
                    |held| query("access_token", held).query("access_token", &held.token),
                    |held| query("access_token", held).query("access_token", "x"),
                    |held| query("access_token", held).query("access%5Ftoken", "x"),
                    |held| query("access_token", held).query("access_token", ""),
                ],
            )
            .refused(request_malformed())
            .because(
                "RFC 6750 §3.1 has 400 for a parameter that is there twice: proxy and server may \
                 read different ones.",
            ),
        row("the parameter without a value")
            .sent(QUERY, |_| Draft::get().query("access_token", ""))
            .refused(request_malformed())
            .because("The parameter is there, and is malformed: RFC 6750 §3.1."),
        row("percent-encoded name and value")
            .sent_each(
                QUERY,
                [
                    |held| query("access%5Ftoken", held),
                    |held| Draft::get().query("access_token", &held.token.replacen('e', "%65", 1)),
                    |held| Draft::get().query("access_token", &held.token.replace('.', "%2E")),
                ],
            )
            .let_in()
            .because("An encoded letter is the letter: RFC 3986 §2.3."),
        row("`Bearer <t>` in the parameter")
            .sent_each(
                QUERY,
                [
                    |held| Draft::get().query("access_token", &format!("Bearer%20{}", held.token)),
                    |held| Draft::get().query("access_token", &format!("Bearer+{}", held.token)),
                ],
            )
            .refused(token_invalid())
            .because("The scheme is the header's."),
    ]
}

fn configured() -> Vec<Row> {
    let other = |input| row(input).configured(Variant::OtherQuery);
    let prefixed = |input| row(input).configured(Variant::QueryPrefix);
    vec![
        other("a parameter with a name of the application's own")
            .sent(QUERY, |held| query("foo", held))
            .let_in()
            .older("–", "200", "–", "–"),
        other("the default name where another is configured")
            .sent_each(QUERY, [|held| query("access_token", held), |held| query("bar", held)])
            .refused(token_missing())
            .older("–", "401", "–", "–"),
        prefixed("the prefix that is configured")
            .sent_each(
                QUERY,
                [
                    |held| Draft::get().query("access_token", &format!("bearer%20{}", held.token)),
                    |held| Draft::get().query("access_token", &format!("bearer+{}", held.token)),
                ],
            )
            .let_in()
            .older("–", "200", "–", "–"),
        prefixed("no prefix, or another one, where one is configured")
            .sent_each(
                QUERY,
                [
                    |held| query("access_token", held),
                    |held| Draft::get().query("access_token", &format!("Bearer%20{}", held.token)),
                    |_| Draft::get().query("access_token", "bearer%20"),
                ],
            )
            .refused(request_malformed())
            .older("–", "422", "–", "–")
            .because(
                "400 `invalid_request`: the parameter is there, and is not as it has to be (RFC \
                 6750 §3.1).",
            ),
    ]
}

#[tokio::test]
async fn queries_are_answered_as_the_table_says() {
    check(rows()).await;
}
