//! Requests that change something, with a token that came by cookie.

use jwt_runtime::TokenLocation;
use jwt_tests::cookies::{ACCESS_COOKIE, CSRF_ACCESS_COOKIE, REFRESH_COOKIE};
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{csrf_missing, csrf_not_in_token, csrf_wrong};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::table::{Held, Row, row};

const COOKIE: &[TokenLocation] = &[TokenLocation::Cookie];
const HEADER: &str = "X-CSRF-Token";

const FORBIDDEN: &str = "403, as the token is good and logging in again would not help (RFC 9110 \
                         §15.5.4); the answer says which header wants which cookie.";

/// With the cookie, and without a CSRF token.
fn bare(method: &'static str, held: &Held) -> Draft {
    Draft::new(method).cookie(ACCESS_COOKIE, &held.token)
}

/// As a page of the application sends it.
fn good(held: &Held) -> Draft {
    bare("POST", held).header(HEADER, &held.csrf)
}

fn refresh(held: &Held) -> Draft {
    Draft::post().cookie(REFRESH_COOKIE, &held.token)
}

pub(super) fn rows() -> Vec<Row> {
    [missing(), wrong(), right(), methods(), refreshing()].concat()
}

fn missing() -> Vec<Row> {
    vec![
        row("`POST` without a CSRF token")
            .sent(COOKIE, |held| bare("POST", held))
            .refused(csrf_missing("access"))
            .older("401", "401", "401", "–")
            .because(FORBIDDEN),
        row("`POST` without a CSRF token")
            .at(Guard::Fresh)
            .sent(COOKIE, |held| bare("POST", held))
            .refused(csrf_missing("access"))
            .older("401", "401", "401", "–")
            .because(FORBIDDEN),
        row("`POST` without a cookie and without a CSRF token")
            .at(Guard::Optional)
            .sent(COOKIE, |_| Draft::post())
            .anonymous()
            .older("200", "200", "–", "–"),
        row("`POST` with the cookie, without a CSRF token")
            .at(Guard::Optional)
            .sent(COOKIE, |held| bare("POST", held))
            .refused(csrf_missing("access"))
            .older("401", "401", "–", "–")
            .because(
                "Not anonymous: a form whose user is logged in would be lost without a word. 403 \
                 as above.",
            ),
        row("CSRF token in the CSRF cookie alone, in the query, or in a field that is not \
             configured")
        .sent_each(
            COOKIE,
            [
                |held| bare("POST", held).cookie(CSRF_ACCESS_COOKIE, &held.csrf),
                |held| bare("POST", held).query("csrf_token", &held.csrf),
                |held| bare("POST", held).form(format!("csrf_token={}", held.csrf)),
                |held| bare("POST", held).json(format!(r#"{{"csrf_token":"{}"}}"#, held.csrf)),
            ],
        )
        .refused(csrf_missing("access"))
        .older("401", "401", "401", "–")
        .because(
            "A browser sends the cookie by itself, and URLs are logged: neither shows who has \
                 made the request.",
        ),
        row("the token has no CSRF token to compare with")
            .token(Kind::Claims(|token| token.without("csrf")))
            .sent_each(
                COOKIE,
                [
                    |held| bare("POST", held),
                    |held| bare("POST", held).header(HEADER, "test"),
                    |held| bare("POST", held).header(HEADER, ""),
                    |held| good(held).cookie(CSRF_ACCESS_COOKIE, &held.csrf),
                ],
            )
            .refused(csrf_not_in_token())
            .older("422", "422", "401", "–")
            .because(
                "The token is from before cookies were on, or from elsewhere; 403, and a login \
                 gets one that has it.",
            ),
        row("the token's CSRF token is empty")
            .token(Kind::Claims(|token| token.claim("csrf", "")))
            .sent_each(
                COOKIE,
                [|held| bare("POST", held), |held| bare("POST", held).header(HEADER, "")],
            )
            .refused(csrf_not_in_token())
            .because("An empty header would be equal to it."),
    ]
}

fn wrong() -> Vec<Row> {
    vec![
        row("`POST` with a wrong CSRF token: any text, nothing, one letter less, another case, \
             twice")
        .sent_each(
            COOKIE,
            [
                |held| bare("POST", held).header(HEADER, "wrong"),
                |held| bare("POST", held).header(HEADER, ""),
                |held| bare("POST", held).header(HEADER, &held.csrf[1..]),
                |held| bare("POST", held).header(HEADER, held.csrf.to_uppercase()),
                |held| bare("POST", held).header(HEADER, format!("{0}, {0}", held.csrf)),
                |held| good(held).header(HEADER, &held.csrf),
                |held| good(held).header(HEADER, "wrong"),
            ],
        )
        .refused(csrf_wrong("access"))
        .older("401", "401", "401", "–")
        .because(FORBIDDEN),
        row("`POST` with a wrong CSRF token")
            .at(Guard::Optional)
            .sent(COOKIE, |held| bare("POST", held).header(HEADER, "wrong"))
            .refused(csrf_wrong("access"))
            .older("401", "401", "–", "–")
            .because(FORBIDDEN),
        row("the CSRF token of another login of the same user")
            .sent(COOKIE, |held| bare("POST", held).header(HEADER, &held.other_csrf))
            .refused(csrf_wrong("access"))
            .older("401", "401", "401", "–")
            .because(FORBIDDEN),
        row("a planted pair: the same text in the CSRF cookie and in the header")
            .sent(COOKIE, |held| {
                bare("POST", held).cookie(CSRF_ACCESS_COOKIE, "planted").header(HEADER, "planted")
            })
            .refused(csrf_wrong("access"))
            .older("401", "401", "401", "–")
            .because(
                "The header is held against the signed claim, as F, X and A do too: who can plant \
                 a cookie cannot sign one.",
            ),
    ]
}

fn right() -> Vec<Row> {
    vec![
        row("`POST` with the CSRF token")
            .sent(COOKIE, good)
            .let_in()
            .older("200", "200", "200", "–"),
        row("`POST` with the CSRF token")
            .at(Guard::Optional)
            .sent(COOKIE, good)
            .let_in()
            .older("200", "200", "–", "–"),
        row("`POST` with the CSRF token")
            .at(Guard::Fresh)
            .sent(COOKIE, good)
            .let_in()
            .older("200", "200", "200", "–"),
        row("the header in another case: `x-csrf-token`, `X-CSRF-TOKEN`")
            .sent_each(
                COOKIE,
                [
                    |held| bare("POST", held).header("x-csrf-token", &held.csrf),
                    |held| bare("POST", held).header("X-CSRF-TOKEN", &held.csrf),
                ],
            )
            .let_in()
            .older("200", "200", "200", "–"),
    ]
}

fn methods() -> Vec<Row> {
    vec![
        row("`PUT`, `PATCH`, `DELETE` without a CSRF token")
            .sent_each(
                COOKIE,
                [|held| bare("PUT", held), |held| bare("PATCH", held), |held| bare("DELETE", held)],
            )
            .refused(csrf_missing("access"))
            .older("401", "401", "401", "–")
            .because(FORBIDDEN),
        row("`PROPFIND`, `LINK`, `post` without a CSRF token")
            .sent_each(
                COOKIE,
                [
                    |held| bare("PROPFIND", held),
                    |held| bare("LINK", held),
                    |held| bare("post", held),
                ],
            )
            .refused(csrf_missing("access"))
            .older("200", "200", "200", "–")
            .because(
                "They list four methods that are not safe, and let all others by; here four are \
                 safe (RFC 9110 §9.2.1).",
            ),
        row("`HEAD`, `OPTIONS`, `TRACE` without a CSRF token")
            .sent_each(
                COOKIE,
                [
                    |held| bare("HEAD", held),
                    |held| bare("OPTIONS", held),
                    |held| bare("TRACE", held),
                ],
            )
            .let_in()
            .older("200", "200", "200", "–"),
        row("`POST` that says to be a `GET`")
            .sent_each(
                COOKIE,
                [
                    |held| bare("POST", held).header("X-HTTP-Method-Override", "GET"),
                    |held| bare("POST", held).query("_method", "GET"),
                ],
            )
            .refused(csrf_missing("access"))
            .because("The method is the request line's."),
    ]
}

fn refreshing() -> Vec<Row> {
    let refreshing = |input| row(input).at(Guard::Refresh).token(Kind::Refresh);
    vec![
        refreshing("`POST` without a CSRF token")
            .sent(COOKIE, refresh)
            .refused(csrf_missing("refresh"))
            .older("401", "401", "401", "–")
            .because(FORBIDDEN),
        refreshing("`POST` with a wrong CSRF token")
            .sent_each(
                COOKIE,
                [
                    |held| refresh(held).header(HEADER, "wrong"),
                    |held| refresh(held).header(HEADER, &held.other_csrf),
                ],
            )
            .refused(csrf_wrong("refresh"))
            .older("401", "401", "401", "–")
            .because(FORBIDDEN),
        refreshing("`POST` with the CSRF token")
            .sent(COOKIE, |held| refresh(held).header(HEADER, &held.csrf))
            .let_in()
            .older("200", "200", "200", "–")
            .because(
                "One value for both tokens of a session, which outlives its refreshes: a page that \
                 is open goes on working.",
            ),
        row("the token has no CSRF token to compare with")
            .at(Guard::Refresh)
            .token(Kind::RefreshClaims(|token| token.without("csrf")))
            .sent(COOKIE, |held| refresh(held).header(HEADER, "test"))
            .refused(csrf_not_in_token())
            .older("422", "422", "401", "–")
            .because("403, and a login gets one that has it."),
    ]
}

#[tokio::test]
async fn forged_requests_are_answered_as_the_table_says() {
    check(rows()).await;
}
