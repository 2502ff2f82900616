//! Which of two things that are wrong is told.
//!
//! Malformed, signature, times and recipients, type, CSRF, freshness, scopes and the application's
//! checks, store, user: cheap before dear, and what only a genuine token's holder may learn last.

use jwt_runtime::TokenLocation;
use jwt_tests::cookies::{ACCESS_COOKIE, REFRESH_COOKIE};
use jwt_tests::draft::Draft;
use jwt_tests::places::{FOR_ACCESS, FOR_REFRESH};
use jwt_tests::refusal::{
    cross_origin, csrf_missing, forbidden, not_fresh, request_malformed, store_unavailable,
    token_expired, token_invalid, token_missing, token_revoked, type_wrong,
};

use super::kinds::{Kind, expired};
use super::routes::Guard;
use super::run::check;
use super::sites::Variant;
use super::table::{Held, Row, row};

use TokenLocation::{Cookie, Header};

const COOKIE: &[TokenLocation] = &[Cookie];

fn post(held: &Held) -> Draft {
    Draft::post().cookie(ACCESS_COOKIE, &held.token)
}

pub(super) fn rows() -> Vec<Row> {
    [of_the_token(), of_the_store(), of_forgery(), of_the_method()].concat()
}

fn of_the_token() -> Vec<Row> {
    let genuine = "What a token says is worth nothing before its signature holds.";
    vec![
        row("bad signature and expired")
            .token(Kind::UnsignedClaims(expired))
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("422", "422", "422", "401")
            .because(genuine),
        row("bad signature, and without a type or an id")
            .token(Kind::UnsignedClaims(|token| token.without("type").without("jti")))
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("422", "422", "422", "401")
            .because(genuine),
        row("expired and of the wrong type")
            .token(Kind::ExpiredRefresh)
            .in_each(FOR_ACCESS)
            .refused(token_expired())
            .older("422", "401", "422", "401")
            .because("401, as for every expired token."),
        row("expired and of the wrong type")
            .at(Guard::Refresh)
            .token(Kind::Expired)
            .in_each(FOR_REFRESH)
            .refused(token_expired())
            .older("422", "401", "422", "401")
            .because("401, as for every expired token."),
        row("not fresh, and a scope is missing")
            .at(Guard::FreshScope)
            .token(Kind::Stale)
            .in_each(FOR_ACCESS)
            .refused(not_fresh(None))
            .because("A login can help, and a scope cannot be helped."),
        row("fresh, and a scope is missing")
            .at(Guard::FreshScope)
            .in_each(FOR_ACCESS)
            .refused(forbidden(Some("write")))
            .older("–", "–", "403", "–"),
    ]
}

fn of_the_store() -> Vec<Row> {
    let last = "The store is asked last: whoever sends junk costs it nothing.";
    let outage = |input| row(input).configured(Variant::Outage).in_each(FOR_ACCESS);
    vec![
        row("revoked and of the wrong type")
            .token(Kind::RevokedRefresh)
            .in_each(FOR_ACCESS)
            .refused(type_wrong("access"))
            .older("401", "422", "401", "401")
            .because(last),
        row("revoked and not fresh")
            .at(Guard::Fresh)
            .token(Kind::RevokedStale)
            .in_each(FOR_ACCESS)
            .refused(not_fresh(None))
            .older("401", "401", "401", "–")
            .because("As X; F and A say that it is revoked, and have asked their store for it."),
        row("revoked and expired")
            .token(Kind::RevokedClaims(expired))
            .in_each(FOR_ACCESS)
            .refused(token_expired())
            .older("422", "401", "401", "–")
            .because(last),
        row("revoked, and a scope is missing")
            .at(Guard::Scope)
            .token(Kind::Revoked)
            .in_each(FOR_ACCESS)
            .refused(forbidden(Some("write")))
            .older("–", "–", "401", "–")
            .because(last),
        outage("garbage, and the store does not answer")
            .token(Kind::Text("garbage"))
            .refused(token_invalid())
            .older("422", "422", "500", "–")
            .because(last),
        outage("expired, and the store does not answer")
            .token(Kind::Expired)
            .refused(token_expired())
            .older("422", "401", "500", "–")
            .because(last),
        outage("wrong type, and the store does not answer")
            .token(Kind::Refresh)
            .refused(type_wrong("access"))
            .older("500", "422", "500", "–")
            .because(last),
        outage("a scope is missing, and the store does not answer")
            .at(Guard::Scope)
            .refused(forbidden(Some("write")))
            .because(last),
        outage("the user look-up would find nobody, and the store does not answer")
            .at(Guard::Account)
            .refused(store_unavailable())
            .older("–", "500", "500", "–")
            .because("The application is asked about tokens that are good, and about no others."),
    ]
}

fn of_forgery() -> Vec<Row> {
    let claim = "What the CSRF token has to be stands in the token: that one has to be good first, \
                 and an expired one is refreshed.";
    vec![
        row("expired, and no CSRF token")
            .token(Kind::Expired)
            .sent(COOKIE, post)
            .refused(token_expired())
            .older("401", "401", "401", "–")
            .because(claim),
        row("expired, and a wrong CSRF token")
            .token(Kind::Expired)
            .sent(COOKIE, |held| post(held).header("X-CSRF-Token", "wrong"))
            .refused(token_expired())
            .older("422", "401", "422", "–")
            .because(claim),
        row("garbage, and no CSRF token")
            .token(Kind::Text("garbage"))
            .sent(COOKIE, post)
            .refused(token_invalid())
            .older("401", "401", "401", "–")
            .because(claim),
        row("expired, and of another origin")
            .token(Kind::Expired)
            .sent(COOKIE, |held| post(held).header("Origin", "https://evil.example"))
            .refused(token_expired())
            .older("401", "401", "401", "–")
            .because(claim),
        row("of the wrong type, and no CSRF token")
            .token(Kind::Refresh)
            .sent(COOKIE, post)
            .refused(type_wrong("access"))
            .older("401", "401", "401", "–")
            .because(claim),
        row("revoked, and no CSRF token")
            .token(Kind::Revoked)
            .sent(COOKIE, post)
            .refused(csrf_missing("access"))
            .older("401", "401", "401", "–")
            .because("403; a forged request costs the store nothing."),
        row("revoked, and the CSRF token")
            .token(Kind::Revoked)
            .sent(COOKIE, |held| post(held).header("X-CSRF-Token", &held.csrf))
            .refused(token_revoked())
            .older("401", "401", "401", "–"),
        row("used before, and no CSRF token")
            .at(Guard::Refresh)
            .token(Kind::Used)
            .sent(COOKIE, |held| Draft::post().cookie(REFRESH_COOKIE, &held.token))
            .refused(csrf_missing("refresh"))
            .older("401", "401", "401", "–")
            .because("403; or a page of any site could have the user's session ended as a reuse."),
        row("a scope is missing, and no CSRF token")
            .at(Guard::Scope)
            .sent(COOKIE, post)
            .refused(csrf_missing("access"))
            .older("–", "–", "401", "–")
            .because("403, and nothing of the application's has run for a forged request."),
        row("the store does not answer, and no CSRF token")
            .configured(Variant::Outage)
            .sent(COOKIE, post)
            .refused(csrf_missing("access"))
            .older("401", "401", "401", "–")
            .because("403; a forged request costs the store nothing."),
        row("of another origin, and a wrong CSRF token")
            .sent(COOKIE, |held| {
                post(held).header("X-CSRF-Token", "wrong").header("Sec-Fetch-Site", "cross-site")
            })
            .refused(cross_origin())
            .older("401", "401", "401", "–")
            .because("403; the origin says more."),
        row("two access cookies, and no CSRF token")
            .sent(COOKIE, |held| post(held).cookie(ACCESS_COOKIE, &held.token))
            .refused(request_malformed())
            .older("401", "401", "401", "–")
            .because("Which of the two would have to be compared is not known."),
        row("not fresh, and no CSRF token")
            .at(Guard::Fresh)
            .token(Kind::Stale)
            .sent(COOKIE, post)
            .refused(csrf_missing("access"))
            .older("401", "401", "401", "–")
            .because("403; nobody is asked for a password because of a forged request."),
        row("not fresh, and the CSRF token")
            .at(Guard::Fresh)
            .token(Kind::Stale)
            .sent(COOKIE, |held| post(held).header("X-CSRF-Token", &held.csrf))
            .refused(not_fresh(None))
            .older("401", "401", "401", "–"),
    ]
}

fn of_the_method() -> Vec<Row> {
    vec![
        row("`OPTIONS` without a token")
            .sent(&[Header, Cookie], |_| Draft::new("OPTIONS"))
            .refused(token_missing())
            .older("401", "200", "401", "401")
            .because(
                "X lets it by at every guard; a preflight is answered by the CORS layer in front, \
                 and a handler for `OPTIONS` is guarded as it says.",
            ),
        row("`OPTIONS` with a good token")
            .sent_each(
                &[Header, Cookie],
                [
                    |held| Draft::new("OPTIONS").bearer(&held.token),
                    |held| Draft::new("OPTIONS").cookie(ACCESS_COOKIE, &held.token),
                ],
            )
            .let_in()
            .older("200", "200", "200", "200"),
        row("`OPTIONS` with a bad token")
            .token(Kind::Text("garbage"))
            .sent(&[Header, Cookie], |held| Draft::new("OPTIONS").bearer(&held.token))
            .refused(token_invalid())
            .older("422", "200", "422", "401")
            .because("As above."),
    ]
}

#[tokio::test]
async fn order_is_as_the_table_says() {
    check(rows()).await;
}
