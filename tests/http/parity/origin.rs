//! What a browser says of where a request that changes something comes from.

use jwt_runtime::TokenLocation;
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::refusal::{cross_origin, csrf_missing};

use super::run::check;
use super::table::{Held, Row, row};

const COOKIE: &[TokenLocation] = &[TokenLocation::Cookie];

/// With the cookie, and without a CSRF token.
fn bare(held: &Held) -> Draft {
    Draft::post().cookie(ACCESS_COOKIE, &held.token)
}

/// As a page of the application sends it, but for what the browser says.
fn good(held: &Held) -> Draft {
    bare(held).header("X-CSRF-Token", &held.csrf)
}

pub(super) fn rows() -> Vec<Row> {
    let browser =
        "The browser says that another page has made the request, and the value may have leaked.";
    vec![
        row("the CSRF token, and an `Origin` of somebody else, or `null`, or two")
            .sent_each(
                COOKIE,
                [
                    |held| good(held).header("Origin", "https://evil.example"),
                    |held| good(held).header("Origin", "null"),
                    |held| good(held).header("Origin", ""),
                    |held| good(held).header("Origin", "http://127.0.0.1:1"),
                    |held| good(held).header("Origin", "http://localhost"),
                    |held| good(held).header("Origin", format!("{OWN_ORIGIN}.evil.example")),
                    |held| {
                        good(held)
                            .header("Origin", OWN_ORIGIN)
                            .header("Origin", "https://evil.example")
                    },
                ],
            )
            .refused(cross_origin())
            .older("200", "200", "200", "–")
            .because(browser),
        row("the CSRF token, and `Sec-Fetch-Site: cross-site` or `same-site`")
            .sent_each(
                COOKIE,
                [
                    |held| good(held).header("Sec-Fetch-Site", "cross-site"),
                    |held| good(held).header("Sec-Fetch-Site", "same-site"),
                    |held| good(held).header("Sec-Fetch-Site", "Same-Origin"),
                    |held| {
                        good(held)
                            .header("Sec-Fetch-Site", "cross-site")
                            .header("Origin", OWN_ORIGIN)
                    },
                ],
            )
            .refused(cross_origin())
            .older("200", "200", "200", "–")
            .because(browser),
        row("the CSRF token, and the application's own `Origin`")
            .sent_each(
                COOKIE,
                [
                    |held| good(held).header("Origin", OWN_ORIGIN),
                    |held| good(held).header("Origin", "https://{host}"),
                    |held| {
                        good(held)
                            .header("Sec-Fetch-Site", "same-origin")
                            .header("Origin", OWN_ORIGIN)
                    },
                    |held| good(held).header("Sec-Fetch-Site", "same-origin"),
                    |held| good(held).header("Sec-Fetch-Site", "none"),
                ],
            )
            .let_in()
            .older("200", "200", "200", "–"),
        row("the application's own `Origin`, without a CSRF token")
            .sent_each(
                COOKIE,
                [
                    |held| bare(held).header("Origin", OWN_ORIGIN),
                    |held| bare(held).header("Sec-Fetch-Site", "same-origin"),
                ],
            )
            .refused(csrf_missing("access"))
            .older("401", "401", "401", "–")
            .because("Both are asked for: each stands in where the other has a hole."),
        row("neither, and from another site")
            .sent(COOKIE, |held| bare(held).header("Sec-Fetch-Site", "cross-site"))
            .refused(cross_origin())
            .older("401", "401", "401", "–")
            .because("403, which says that it is the origin."),
    ]
}

#[tokio::test]
async fn origins_are_answered_as_the_table_says() {
    check(rows()).await;
}
