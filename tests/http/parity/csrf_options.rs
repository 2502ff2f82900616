//! What an application may choose about its protection against forged requests.

use jwt_runtime::TokenLocation;
use jwt_tests::cookies::{ACCESS_COOKIE, REFRESH_COOKIE};
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{Refusal, cross_origin, csrf_failed, token_invalid};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::{PARTNER, Variant};
use super::table::{Held, Row, row};

const COOKIE: &[TokenLocation] = &[TokenLocation::Cookie];

fn post(held: &Held) -> Draft {
    Draft::post().cookie(ACCESS_COOKIE, &held.token)
}

fn refresh(held: &Held) -> Draft {
    Draft::post().cookie(REFRESH_COOKIE, &held.token)
}

/// What is said when names are other ones.
fn refusal(what: &str, token_type: &str, places: &str) -> Refusal {
    csrf_failed(&format!(
        "the CSRF token is {what}: send the value of the cookie `__Host-csrf_{token_type}_token` \
         in {places}"
    ))
}

pub(super) fn rows() -> Vec<Row> {
    [form_fields(), headers(), methods(), off()].concat()
}

fn form_fields() -> Vec<Row> {
    let checked = |input| row(input).configured(Variant::CheckForm);
    let places = "the header `X-CSRF-Token` or the form field `csrf_token`";
    let other = |input| row(input).configured(Variant::CheckOtherField);
    vec![
        checked(
            "the CSRF token in a form field, which is configured; or in the header all the same",
        )
        .sent_each(
            COOKIE,
            [
                |held| post(held).form(format!("csrf_token={}", held.csrf)),
                |held| post(held).form(format!("a=b&csrf%5Ftoken={}&c=d", held.csrf)),
                |held| post(held).header("X-CSRF-Token", &held.csrf),
                |held| post(held).header("X-CSRF-Token", &held.csrf).form("csrf_token=wrong"),
            ],
        )
        .let_in()
        .older("–", "200", "–", "–"),
        checked("the CSRF token in a form field, which is configured")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(COOKIE, |held| refresh(held).form(format!("csrf_token={}", held.csrf)))
            .let_in()
            .older("–", "200", "–", "–"),
        checked(
            "a wrong CSRF token in a form field, or two, or a wrong one in the header beside it",
        )
        .sent_each(
            COOKIE,
            [
                |held| post(held).form("csrf_token=wrong"),
                |held| post(held).form("csrf_token="),
                |held| post(held).form(format!("csrf_token={0}&csrf_token={0}", held.csrf)),
                |held| post(held).form(format!("csrf_token=wrong&csrf_token={}", held.csrf)),
                |held| {
                    let draft = post(held).header("X-CSRF-Token", "wrong");
                    draft.form(format!("csrf_token={}", held.csrf))
                },
            ],
        )
        .refused(refusal("wrong", "access", places))
        .older("–", "401", "–", "–")
        .because("403, and the answer names header, field and cookie."),
        checked("a form without the field, or a body that is no form")
            .sent_each(
                COOKIE,
                [
                    post,
                    |held| post(held).form("a=b"),
                    |held| post(held).body("text/plain", format!("csrf_token={}", held.csrf)),
                    |held| post(held).json(format!(r#"{{"csrf_token":"{}"}}"#, held.csrf)),
                ],
            )
            .refused(refusal("missing", "access", places))
            .older("–", "401", "–", "–")
            .because(
                "403; a page of any site can send `text/plain` without being asked for its origin \
                 first.",
            ),
        other("the CSRF token in a form field with another name")
            .sent(COOKIE, |held| post(held).form(format!("foo={}", held.csrf)))
            .let_in()
            .older("–", "200", "–", "–"),
        other("the CSRF token in a form field with another name")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(COOKIE, |held| refresh(held).form(format!("bar={}", held.csrf)))
            .let_in()
            .older("–", "200", "–", "–"),
        other("the field of the other token, or the default one")
            .sent_each(
                COOKIE,
                [
                    |held| post(held).form(format!("bar={}", held.csrf)),
                    |held| post(held).form(format!("csrf_token={}", held.csrf)),
                ],
            )
            .refused(refusal(
                "missing",
                "access",
                "the header `X-CSRF-Token` or the form field `foo`",
            ))
            .older("–", "401", "–", "–")
            .because("403, and the answer names the field."),
    ]
}

fn headers() -> Vec<Row> {
    let other = |input| row(input).configured(Variant::OtherHeader);
    vec![
        other("the CSRF token in a header with another name")
            .sent(COOKIE, |held| post(held).header("x-foo", &held.csrf))
            .let_in()
            .older("200", "200", "–", "–"),
        other("the CSRF token in a header with another name")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(COOKIE, |held| refresh(held).header("X-Bar", &held.csrf))
            .let_in()
            .older("200", "200", "–", "–"),
        other("the default header, or that of the other token")
            .sent_each(
                COOKIE,
                [
                    |held| post(held).header("X-CSRF-Token", &held.csrf),
                    |held| post(held).header("X-Bar", &held.csrf),
                ],
            )
            .refused(refusal("missing", "access", "the header `X-Foo`"))
            .older("401", "401", "–", "–")
            .because("403, and the answer names the header."),
        other("the default header, or that of the other token")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent_each(
                COOKIE,
                [
                    |held| refresh(held).header("X-CSRF-Token", &held.csrf),
                    |held| refresh(held).header("X-Foo", &held.csrf),
                ],
            )
            .refused(refusal("missing", "refresh", "the header `X-Bar`"))
            .older("401", "401", "–", "–")
            .because("403, and the answer names the header."),
    ]
}

fn methods() -> Vec<Row> {
    let get_alone = |input| row(input).configured(Variant::GetAlone);
    vec![
        get_alone("`POST` without a CSRF token, where `GET` alone needs one")
            .sent(COOKIE, post)
            .let_in()
            .older("200", "200", "–", "–"),
        get_alone("`POST` without a CSRF token, where `GET` alone needs one")
            .at(Guard::Optional)
            .sent(COOKIE, post)
            .let_in()
            .older("200", "200", "–", "–"),
        get_alone("`GET` without a CSRF token, where `GET` needs one")
            .sent(COOKIE, |held| Draft::get().cookie(ACCESS_COOKIE, &held.token))
            .refused(refusal("missing", "access", "the header `X-CSRF-Token`"))
            .older("401", "401", "–", "–")
            .because("403, as for every method that is protected."),
        get_alone("`GET` with the CSRF token, where `GET` needs one")
            .sent(COOKIE, |held| {
                let draft = Draft::get().cookie(ACCESS_COOKIE, &held.token);
                draft.header("X-CSRF-Token", &held.csrf)
            })
            .let_in()
            .older("200", "200", "–", "–"),
    ]
}

fn off() -> Vec<Row> {
    let off = |input| row(input).configured(Variant::CsrfOff);
    vec![
        off("`POST` without a CSRF token, where it is off")
            .sent_each(COOKIE, [post, |held| post(held).header("X-CSRF-Token", "wrong")])
            .let_in()
            .older("200", "200", "–", "–"),
        off("`POST` without a CSRF token, where it is off")
            .at(Guard::Optional)
            .sent(COOKIE, post)
            .let_in()
            .older("200", "200", "–", "–"),
        off("`POST` without a CSRF token, where it is off")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(COOKIE, refresh)
            .let_in()
            .older("200", "200", "–", "–"),
        off("`POST` of another origin, where it is off")
            .sent_each(
                COOKIE,
                [
                    |held| post(held).header("Origin", "https://evil.example"),
                    |held| post(held).header("Sec-Fetch-Site", "cross-site"),
                ],
            )
            .refused(cross_origin())
            .older("200", "200", "–", "–")
            .because("What the browser says of the origin is looked at all the same."),
        off("garbage, where it is off")
            .token(Kind::Text("garbage"))
            .sent(COOKIE, post)
            .refused(token_invalid())
            .older("422", "422", "–", "–")
            .because("401 `invalid_token`, as everywhere."),
        row("`POST` with the CSRF token, of another origin that is trusted")
            .configured(Variant::Trusted)
            .sent_each(
                COOKIE,
                [
                    |held| post(held).header("X-CSRF-Token", &held.csrf).header("Origin", PARTNER),
                    |held| {
                        let draft = post(held).header("X-CSRF-Token", &held.csrf);
                        draft.header("Origin", PARTNER).header("Sec-Fetch-Site", "cross-site")
                    },
                ],
            )
            .let_in()
            .older("200", "200", "–", "–"),
        row("`POST` of another origin that is trusted, without a CSRF token")
            .configured(Variant::Trusted)
            .sent(COOKIE, |held| post(held).header("Origin", PARTNER))
            .refused(refusal("missing", "access", "the header `X-CSRF-Token`"))
            .older("401", "401", "–", "–")
            .because("403, as for every page."),
        row("`POST` with the CSRF token, of an origin that looks like one that is trusted")
            .configured(Variant::Trusted)
            .sent_each(
                COOKIE,
                [
                    |held| {
                        let draft = post(held).header("X-CSRF-Token", &held.csrf);
                        draft.header("Origin", format!("{PARTNER}.evil.example"))
                    },
                    |held| {
                        let draft = post(held).header("X-CSRF-Token", &held.csrf);
                        draft.header("Origin", PARTNER.replace("https", "http"))
                    },
                    |held| {
                        let draft = post(held).header("X-CSRF-Token", &held.csrf);
                        draft.header("Origin", format!("{PARTNER}:444"))
                    },
                ],
            )
            .refused(cross_origin())
            .older("200", "200", "–", "–")
            .because("Origins are compared whole: scheme, host and port (RFC 6454 §5)."),
    ]
}

#[tokio::test]
async fn csrf_options_are_answered_as_the_table_says() {
    check(rows()).await;
}
