//! Tokens that are good, bad, old, of the wrong type or revoked, in every location.

use jwt_tests::places::{FOR_ACCESS, FOR_REFRESH};
use jwt_tests::refusal::{
    not_fresh, store_unavailable, token_expired, token_invalid, token_reused, token_revoked,
    type_wrong,
};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::Variant;
use super::table::{Row, row};

const BAD_TOKEN: &str = "A bad token is 401 `invalid_token` with a challenge (RFC 6750 §3.1); 422 \
                         is for a body that was understood (RFC 9110 §15.5.21).";

pub(super) fn rows() -> Vec<Row> {
    [accepted(), unreadable(), of_another_type(), ended(), of_the_store()].concat()
}

fn accepted() -> Vec<Row> {
    vec![
        row("good access token").in_each(FOR_ACCESS).let_in().older("200", "200", "200", "200"),
        row("good access token")
            .at(Guard::Fresh)
            .in_each(FOR_ACCESS)
            .let_in()
            .older("200", "200", "200", "–"),
        row("good refresh token")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .in_each(FOR_REFRESH)
            .let_in()
            .older("200", "200", "200", "200")
            .because(
                "A takes no refresh token from a query (401), and S reads the body of its own \
                 views alone; forms are new.",
            ),
    ]
}

fn unreadable() -> Vec<Row> {
    vec![
        row("garbage")
            .token(Kind::Text("garbage"))
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("422", "422", "422", "401")
            .because(BAD_TOKEN),
        row("garbage")
            .at(Guard::Refresh)
            .token(Kind::Text("garbage"))
            .in_each(FOR_REFRESH)
            .refused(token_invalid())
            .older("422", "422", "422", "401")
            .because(BAD_TOKEN),
        row("`a.b.c`, three parts that are no base64url")
            .token(Kind::Text("a.b.c"))
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("422", "422", "422", "401")
            .because(BAD_TOKEN),
        row("bad signature")
            .token(Kind::BadSignature)
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("422", "422", "422", "401")
            .because(BAD_TOKEN),
        row("`alg` `none`")
            .token(Kind::AlgNone)
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("500", "422", "422", "401")
            .because(
                "F looks the key up by the token's own `alg` and falls over; the key decides here \
                 (RFC 8725 §3.1).",
            ),
        row("another HMAC algorithm, with the right secret")
            .token(Kind::OtherAlgorithm)
            .in_each(FOR_ACCESS)
            .refused(token_invalid())
            .older("422", "422", "422", "401")
            .because(
                "A key is bound to one algorithm (RFC 8725 §3.1); the answer is that of any bad \
                 token.",
            ),
        row("expired")
            .token(Kind::Expired)
            .in_each(FOR_ACCESS)
            .refused(token_expired())
            .older("422", "401", "422", "401")
            .because(
                "An expired token is 401 `invalid_token` by RFC 6750 §3.1: clients refresh on it.",
            ),
        row("expired")
            .at(Guard::Refresh)
            .token(Kind::ExpiredRefresh)
            .in_each(FOR_REFRESH)
            .refused(token_expired())
            .older("422", "401", "422", "401")
            .because("An expired token is 401 `invalid_token` by RFC 6750 §3.1."),
    ]
}

fn of_another_type() -> Vec<Row> {
    let wrong_type = "The token is not one for this resource: 401 `invalid_token` (RFC 6750 §3.1), \
                      by its type (RFC 8725 §3.12).";
    vec![
        row("refresh token")
            .token(Kind::Refresh)
            .in_each(FOR_ACCESS)
            .refused(type_wrong("access"))
            .older("422", "422", "401", "401")
            .because(wrong_type),
        row("access token")
            .at(Guard::Refresh)
            .in_each(FOR_REFRESH)
            .refused(type_wrong("refresh"))
            .older("422", "422", "401", "401")
            .because(wrong_type),
        row("access token of a refresh")
            .at(Guard::Fresh)
            .token(Kind::Stale)
            .in_each(FOR_ACCESS)
            .refused(not_fresh(None))
            .older("401", "401", "401", "–")
            .because(
                "The challenge says `insufficient_user_authentication`, as RFC 9470 §3 has it.",
            ),
        row("refresh token")
            .at(Guard::Fresh)
            .token(Kind::Refresh)
            .in_each(FOR_ACCESS)
            .refused(type_wrong("access"))
            .older("422", "422", "401", "–")
            .because(wrong_type),
    ]
}

fn ended() -> Vec<Row> {
    vec![
        row("revoked")
            .token(Kind::Revoked)
            .in_each(FOR_ACCESS)
            .refused(token_revoked())
            .older("401", "401", "401", "–")
            .because("S revokes refresh tokens alone."),
        row("revoked")
            .at(Guard::Refresh)
            .token(Kind::RevokedRefresh)
            .in_each(FOR_REFRESH)
            .refused(token_revoked())
            .older("401", "401", "401", "401"),
        row("access token after the logout of its session")
            .token(Kind::LoggedOut)
            .in_each(FOR_ACCESS)
            .refused(token_revoked())
            .older("–", "–", "–", "200")
            .because(
                "S's blacklist holds refresh tokens alone; here both tokens are of one session, \
                 and end with it.",
            ),
        row("refresh token that was used before")
            .at(Guard::Refresh)
            .token(Kind::Used)
            .in_each(FOR_REFRESH)
            .refused(token_reused())
            .older("200", "200", "200", "401")
            .because(
                "F, X and A rotate nothing; S refuses it, and leaves what a thief got for it alive \
                 (RFC 9700 §4.14.2).",
            ),
    ]
}

fn of_the_store() -> Vec<Row> {
    vec![
        row("good token, and the store does not answer")
            .configured(Variant::Outage)
            .in_each(FOR_ACCESS)
            .refused(store_unavailable())
            .older("500", "500", "500", "–")
            .because(
                "Nobody knows whether it was revoked: 503 with `Retry-After`, and neither a pass \
                 nor a logout.",
            ),
        row("revocation is on, and nothing was registered to ask")
            .older("500", "–", "–", "–")
            .because(
                "There is no such state: the store is part of the authority, and `build` has it or \
                 not.",
            ),
        row("the handler of errors was not registered")
            .older("500", "n/a", "401", "n/a")
            .because("There is nothing to register: every refusal is an answer by itself."),
        row("too many requests").older("–", "–", "429", "–").because(
            "Out of scope: limits are for everybody, logged in or not, and belong in front, \
                 where proxies and `tower` have them.",
        ),
        row("custom text and status for each refusal")
            .older("handler", "loaders", "attributes", "–")
            .because(
                "The body is one shape with a stable `code`; a layer of the application can read \
                 the `AuthError` in the answer's extensions and write another body.",
            ),
    ]
}

#[tokio::test]
async fn tokens_are_answered_as_the_table_says() {
    check(rows()).await;
}
