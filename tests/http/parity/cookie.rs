//! Cookies, on requests with safe methods.

use jwt_runtime::TokenLocation;
use jwt_tests::cookies::{ACCESS_COOKIE, CSRF_ACCESS_COOKIE, REFRESH_COOKIE};
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{request_malformed, token_invalid, token_missing, type_wrong};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::Variant;
use super::table::{Held, Row, row};

const COOKIE: &[TokenLocation] = &[TokenLocation::Cookie];

fn access(held: &Held) -> Draft {
    Draft::get().cookie(ACCESS_COOKIE, &held.token)
}

pub(super) fn rows() -> Vec<Row> {
    [missing(), names(), values()].concat()
}

fn missing() -> Vec<Row> {
    vec![
        row("no cookie")
            .sent_each(COOKIE, [|_| Draft::get(), |_| Draft::post()])
            .refused(token_missing())
            .older("401", "401", "401", "–"),
        row("no cookie")
            .at(Guard::Refresh)
            .sent_each(COOKIE, [|_| Draft::get(), |_| Draft::post()])
            .refused(token_missing())
            .older("401", "401", "401", "–"),
        row("empty cookie")
            .sent(COOKIE, |_| Draft::get().cookie(ACCESS_COOKIE, ""))
            .refused(token_missing())
            .because("How some servers delete a cookie: nothing is in it."),
        row("`GET` without a CSRF token, or with a wrong one")
            .sent_each(COOKIE, [access, |held| access(held).header("X-CSRF-Token", "wrong")])
            .let_in()
            .older("200", "200", "200", "–"),
        row("`GET` by a page of another site")
            .sent(COOKIE, |held| access(held).header("Origin", "https://evil.example"))
            .let_in()
            .because(
                "A safe method changes nothing (RFC 9110 §9.2.1), and the page cannot read the \
                 answer.",
            ),
    ]
}

fn names() -> Vec<Row> {
    vec![
        row("cookies of other names: `access_token`, `access_token_cookie`, another case")
            .sent_each(
                COOKIE,
                [
                    |held| Draft::get().cookie("access_token", &held.token),
                    |held| Draft::get().cookie("access_token_cookie", &held.token),
                    |held| Draft::get().cookie("__host-access_token", &held.token),
                    |held| Draft::get().cookie("__Secure-access_token", &held.token),
                ],
            )
            .refused(token_missing())
            .because(
                "The prefix is what keeps other hosts from planting it (RFC 6265bis §4.1.3); their \
                 defaults have none.",
            ),
        row("cookies with names of the application's own")
            .configured(Variant::OtherCookies)
            .sent(COOKIE, |held| Draft::get().cookie("foo", &held.token))
            .let_in()
            .older("200", "200", "–", "–"),
        row("default names where others are configured")
            .configured(Variant::OtherCookies)
            .sent(COOKIE, access)
            .refused(token_missing())
            .older("401", "401", "–", "–"),
        row("the refresh cookie alone")
            .sent(COOKIE, |held| Draft::get().cookie(REFRESH_COOKIE, &held.refresh))
            .refused(token_missing())
            .older("401", "401", "401", "–"),
        row("the access cookie alone")
            .at(Guard::Refresh)
            .sent(COOKIE, access)
            .refused(token_missing())
            .older("401", "401", "401", "–"),
        row("both cookies, and that of another application")
            .sent(COOKIE, |held| {
                access(held).cookie(REFRESH_COOKIE, &held.refresh).cookie("theme", "dark")
            })
            .let_in()
            .older("200", "200", "200", "–"),
        row("both cookies")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(COOKIE, access_and_refresh)
            .let_in()
            .older("200", "200", "200", "–"),
        row("an access token in the refresh cookie")
            .at(Guard::Refresh)
            .sent(COOKIE, |held| Draft::get().cookie(REFRESH_COOKIE, &held.access))
            .refused(type_wrong("refresh"))
            .older("422", "422", "401", "–")
            .because("401 `invalid_token`, as everywhere."),
    ]
}

fn access_and_refresh(held: &Held) -> Draft {
    let draft = Draft::get().cookie(ACCESS_COOKIE, &held.access);
    draft.cookie(REFRESH_COOKIE, &held.refresh).cookie(CSRF_ACCESS_COOKIE, &held.csrf)
}

fn values() -> Vec<Row> {
    vec![
        row("two cookies of one name, in one header or in two")
            .sent_each(
                COOKIE,
                [
                    |held| access(held).cookie(ACCESS_COOKIE, &held.token),
                    |held| access(held).cookie(ACCESS_COOKIE, "planted"),
                    |held| {
                        Draft::get()
                            .cookie(ACCESS_COOKIE, "planted")
                            .cookie(ACCESS_COOKIE, &held.token)
                    },
                    |held| access(held).cookie(ACCESS_COOKIE, ""),
                    |held| access(held).header("Cookie", format!("{ACCESS_COOKIE}={}", held.token)),
                ],
            )
            .refused(request_malformed())
            .because(
                "A host beside this one can plant the second, and its path decides which comes \
                 first (RFC 6265 §8.6): neither is believed.",
            ),
        row("one cookie of each name in two headers")
            .sent(COOKIE, |held| access(held).header("Cookie", "theme=dark"))
            .let_in()
            .because("HTTP/2 splits the header: RFC 9113 §8.2.3."),
        row("the value in quotes")
            .sent(COOKIE, |held| Draft::get().cookie(ACCESS_COOKIE, &format!("\"{}\"", held.token)))
            .refused(token_invalid())
            .because(
                "The quotes are part of the value (RFC 6265bis §4.1.1), and no server of ours \
                 writes any.",
            ),
        row("`Bearer <t>` in the cookie")
            .sent(COOKIE, |held| {
                Draft::get().cookie(ACCESS_COOKIE, &format!("Bearer {}", held.token))
            })
            .refused(token_invalid())
            .because("The scheme is the header's."),
    ]
}

#[tokio::test]
async fn cookies_are_answered_as_the_table_says() {
    check(rows()).await;
}
