//! Claims that are missing, of the wrong type, or not the ones that are wanted.

use jwt_tests::clock::START;
use jwt_tests::places::{FOR_ACCESS, FOR_REFRESH};
use jwt_tests::refusal::{
    claim_invalid, forbidden, not_fresh, token_expired, token_not_yet_valid, user_unknown,
};
use serde_json::json;

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::{AUDIENCE, ISSUER, Variant};
use super::table::{Row, row};

const REQUIRED: &str =
    "Every token of ours has it: 401 `invalid_token`, and nothing that a client sends is a 500.";

pub(super) fn rows() -> Vec<Row> {
    [missing(), times(), recipients(), of_the_application()].concat()
}

fn missing() -> Vec<Row> {
    vec![
        row("`type` missing")
            .token(Kind::Claims(|token| token.without("type")))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("type"))
            .older("500", "200", "200", "401")
            .because(
                "X and A take it for an access token; a token without a type can be any other JWT \
                 of the same key (RFC 8725 §3.12).",
            ),
        row("`type` missing")
            .at(Guard::Refresh)
            .token(Kind::RefreshClaims(|token| token.without("type")))
            .in_each(FOR_REFRESH)
            .refused(claim_invalid("type"))
            .older("500", "422", "401", "401")
            .because(REQUIRED),
        row("`type` is another word")
            .token(Kind::Claims(|token| token.claim("type", "id")))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("type"))
            .older("–", "200", "–", "401")
            .because(
                "X takes whatever is not `refresh` for an access token; types exclude each other \
                 (RFC 8725 §3.12).",
            ),
        row("`sub` missing")
            .token(Kind::Claims(|token| token.without("sub")))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("sub"))
            .older("500", "422", "422", "401")
            .because(REQUIRED),
        row("`sub` is not a string")
            .token(Kind::Claims(|token| token.claim("sub", 7)))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("sub"))
            .older("200", "422", "422", "401")
            .because(
                "RFC 7519 §4.1.2 has a string; F takes numbers, and its fork refuses them since \
                 PyJWT does.",
            ),
        row("`jti` missing")
            .token(Kind::Claims(|token| token.without("jti")))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("jti"))
            .older("200", "200", "200", "401")
            .because(
                "A token without an id cannot be revoked; F answers 500 once its denylist is on.",
            ),
        row("`exp` missing")
            .token(Kind::Claims(|token| token.without("exp")))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("exp"))
            .older("200", "200", "200", "401")
            .because(
                "A stolen token that never ends is good for ever: RFC 9068 §2.2 requires `exp`.",
            ),
        row("`fresh` missing")
            .at(Guard::Fresh)
            .token(Kind::Claims(|token| token.without("fresh")))
            .in_each(FOR_ACCESS)
            .refused(not_fresh(None))
            .older("500", "401", "401", "–")
            .because(
                "What does not say that it is fresh is not; F reads the claim without looking \
                 whether it is there.",
            ),
    ]
}

fn times() -> Vec<Row> {
    let early =
        "401 `invalid_token` (RFC 6750 §3.1), with a code of its own: a clock is wrong somewhere.";
    vec![
        row("`nbf` in the future")
            .token(Kind::Claims(|token| token.claim("nbf", START + 60)))
            .in_each(FOR_ACCESS)
            .refused(token_not_yet_valid())
            .older("422", "422", "422", "401")
            .because(early),
        row("`iat` in the future")
            .token(Kind::Claims(|token| token.claim("iat", START + 60)))
            .in_each(FOR_ACCESS)
            .refused(token_not_yet_valid())
            .older("200", "422", "422", "401")
            .because(early),
        row("`exp` is not a number")
            .token(Kind::Claims(|token| token.claim("exp", "tomorrow")))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("exp"))
            .older("422", "422", "422", "401")
            .because("RFC 7519 §4.1.4 has a number; 401 `invalid_token`, as for every bad token."),
        row("`fresh` until a time that has passed")
            .at(Guard::Fresh)
            .token(Kind::Claims(|token| token.claim("fresh", START - 1)))
            .in_each(FOR_ACCESS)
            .refused(not_fresh(None))
            .older("–", "401", "–", "–"),
        row("`fresh` until a time that is to come")
            .at(Guard::Fresh)
            .token(Kind::Claims(|token| token.claim("fresh", START + 300)))
            .in_each(FOR_ACCESS)
            .let_in()
            .older("–", "200", "–", "–"),
        row("expired this very second")
            .token(Kind::Claims(|token| token.claim("exp", START)))
            .in_each(FOR_ACCESS)
            .refused(token_expired())
            .because(
                "`exp` is the first second in which the token is no longer good: RFC 7519 §4.1.4.",
            ),
    ]
}

fn recipients() -> Vec<Row> {
    let named = |input| row(input).configured(Variant::Named).in_each(FOR_ACCESS);
    let aud = "RFC 7519 §4.1.3, RFC 8725 §3.9: who is not named must refuse; 401 `invalid_token`.";
    let iss = "RFC 8725 §3.8; 401 `invalid_token`.";
    vec![
        row("`aud` present, none configured")
            .token(Kind::Claims(|token| token.claim("aud", AUDIENCE)))
            .in_each(FOR_ACCESS)
            .refused(claim_invalid("aud"))
            .older("422", "200", "422", "200")
            .because(
                "RFC 7519 §4.1.3: a principal that does not identify itself with a value of `aud` \
                 must refuse; X and S do not look.",
            ),
        named("`aud` missing")
            .token(Kind::Claims(|token| token.without("aud")))
            .refused(claim_invalid("aud"))
            .older("422", "422", "422", "401")
            .because(aud),
        named("`aud` of somebody else")
            .token(Kind::Claims(|token| token.claim("aud", json!(["billing"]))))
            .refused(claim_invalid("aud"))
            .older("422", "422", "422", "401")
            .because(aud),
        named("`aud` is a list with us in it")
            .token(Kind::Claims(|token| token.claim("aud", json!(["billing", AUDIENCE]))))
            .let_in()
            .older("200", "200", "–", "–"),
        named("`iss` missing")
            .token(Kind::Claims(|token| token.without("iss")))
            .refused(claim_invalid("iss"))
            .older("422", "422", "422", "401")
            .because(iss),
        named("`iss` of somebody else")
            .token(Kind::Claims(|token| token.claim("iss", format!("{ISSUER}.evil"))))
            .refused(claim_invalid("iss"))
            .older("422", "422", "422", "401")
            .because(iss),
        row("`iss` missing")
            .at(Guard::Refresh)
            .token(Kind::RefreshClaims(|token| token.without("iss")))
            .configured(Variant::Named)
            .in_each(FOR_REFRESH)
            .refused(claim_invalid("iss"))
            .older("200", "422", "422", "401")
            .because("F checks the issuer of access tokens alone."),
    ]
}

fn of_the_application() -> Vec<Row> {
    vec![
        row("a scope is missing")
            .at(Guard::Scope)
            .in_each(FOR_ACCESS)
            .refused(forbidden(Some("write")))
            .older("–", "–", "403", "–")
            .because("The same status; the challenge names the scope, as RFC 6750 §3 has it."),
        row("the scope is there")
            .at(Guard::Scope)
            .token(Kind::Claims(|token| token.claim("scope", "read write")))
            .in_each(FOR_ACCESS)
            .let_in()
            .older("–", "–", "200", "–"),
        row("the application's check of the claims says no")
            .at(Guard::Hook)
            .in_each(FOR_ACCESS)
            .refused(forbidden(None))
            .older("–", "400", "403", "–")
            .because(
                "The request is well-formed and the token good, so not 400: 403 \
                 `insufficient_scope` (RFC 6750 §3.1).",
            ),
        row("the user look-up finds nobody")
            .at(Guard::Account)
            .in_each(FOR_ACCESS)
            .refused(user_unknown())
            .older("–", "401", "200", "401")
            .because(
                "A hands the handler a `None` to forget about, and X puts the id into its answer.",
            ),
    ]
}

#[tokio::test]
async fn claims_are_answered_as_the_table_says() {
    check(rows()).await;
}
