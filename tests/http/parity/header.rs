//! `Authorization`, and what stands in it.

use jwt_runtime::TokenLocation;
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{request_malformed, token_missing};

use super::routes::Guard;
use super::run::check;
use super::sites::Variant;
use super::table::{Held, Row, row};

const HEADER: &[TokenLocation] = &[TokenLocation::Header];

fn authorization(value: &str) -> Draft {
    Draft::get().header("Authorization", value)
}

/// `{}` stands for the token.
macro_rules! authorization {
    ($($form:literal),+) => {
        [$(|held: &Held| authorization(&$form.replace("{}", &held.token))),+]
    };
}

pub(super) fn rows() -> Vec<Row> {
    [schemes(), lists(), configured()].concat()
}

fn schemes() -> Vec<Row> {
    vec![
        row("no header")
            .sent(HEADER, |_| Draft::get())
            .refused(token_missing())
            .older("401", "401", "401", "401")
            .because(
                "The challenge here is bare, as RFC 6750 §3.1 wants it without credentials; of the \
                 others S alone challenges, and T answers 403 to this and 401 to a bad token.",
            ),
        row("empty header")
            .sent(HEADER, |_| authorization(""))
            .refused(token_missing())
            .older("401", "401", "422", "401")
            .because("A takes nothing for a bad token; there is none in an empty header."),
        row("`Bearer` alone, or with blanks")
            .sent_each(
                HEADER,
                [
                    |_| authorization("Bearer"),
                    |_| authorization("Bearer "),
                    |_| authorization("bearer   "),
                ],
            )
            .refused(request_malformed())
            .older("422", "422", "422", "401")
            .because(
                "RFC 6750 §3.1 has 400 `invalid_request` for a malformed request; 422 is about a \
                 body.",
            ),
        row("another scheme: `Basic x`, `Test x`, `JWT <t>`")
            .sent_each(
                HEADER,
                [
                    |_| authorization("Basic x"),
                    |_| authorization("Test asd"),
                    |_| authorization("Test "),
                    |held| authorization(&format!("JWT {}", held.token)),
                ],
            )
            .refused(token_missing())
            .older("422", "401", "422", "401")
            .because(
                "Another scheme is no malformed one (RFC 9110 §11.4): the request has no bearer \
                 token.",
            ),
        row("`Basic x`")
            .at(Guard::Open)
            .sent(HEADER, |_| authorization("Basic x"))
            .anonymous()
            .older("422", "–", "–", "–")
            .because(
                "F reads the header wherever its object is injected; here nothing looks without a \
                 guard.",
            ),
        row("bare token, no scheme")
            .sent_each(HEADER, authorization!["{}"])
            .refused(token_missing())
            .older("422", "401", "200", "401")
            .because(
                "A cuts `Bearer ` off if it is there; without a scheme these are no credentials of \
                 RFC 6750 §2.1.",
            ),
        row("`bearer <t>`, `BEARER <t>`")
            .sent_each(HEADER, authorization!["bearer {}", "BEARER {}", "bEaReR  {}"])
            .let_in()
            .older("422", "401", "422", "401")
            .because("A scheme has no case: RFC 9110 §11.1."),
    ]
}

fn lists() -> Vec<Row> {
    let list = "The header holds one set of credentials and no list (RFC 9110 §11.6.2): commas are \
                the scheme's.";
    vec![
        row("`Bearer <t> x`")
            .sent_each(HEADER, authorization!["Bearer {} x", "Bearer x {}", "Bearer {} {}"])
            .refused(request_malformed())
            .older("422", "422", "422", "401")
            .because("400 `invalid_request`, as RFC 6750 §3.1 has it."),
        row("`Basic c, Bearer <t>`")
            .sent_each(HEADER, authorization!["Basic c, Bearer {}"])
            .refused(token_missing())
            .older("422", "200", "422", "401")
            .because(list),
        row("`Bearer <t>, Basic c`")
            .sent_each(HEADER, authorization!["Bearer {}, Basic c"])
            .refused(request_malformed())
            .older("422", "200", "422", "401")
            .because(list),
        row("two `Bearer` values in one header")
            .sent_each(HEADER, authorization!["Bearer {}, Bearer {}", "Bearer {}, Bearer x"])
            .refused(request_malformed())
            .older("422", "401", "422", "401")
            .because(
                "X counts the values and then says that the scheme is missing; two tokens are 400 \
                 (RFC 6750 §2, §3.1).",
            ),
        row("two `Authorization` headers")
            .sent_each(
                HEADER,
                [
                    |held| authorization(&format!("Bearer {}", held.token)).bearer(&held.token),
                    |held| authorization("Basic c").bearer(&held.token),
                    |held| {
                        authorization(&format!("Bearer {}", held.token)).header("Authorization", "")
                    },
                ],
            )
            .refused(request_malformed())
            .because(
                "Which of them a proxy in front has read is anybody's guess: RFC 9110 §5.3, RFC \
                 6750 §3.1.",
            ),
        row("trailing comma: `Bearer <t>,`, `Bearer <t>,   `")
            .sent_each(HEADER, authorization!["Bearer {},", "Bearer {},   ", "Bearer {} ,"])
            .refused(request_malformed())
            .older("422", "200", "422", "401")
            .because(list),
        row("trailing space: `Bearer <t> `")
            .sent_each(HEADER, authorization!["Bearer {} ", "Bearer {}     "])
            .let_in()
            .older("422", "200", "422", "401")
            .because("White space around a field's value is none of the value: RFC 9110 §5.5."),
        row("`Bearer ,,0`")
            .sent(HEADER, |_| authorization("Bearer ,,0"))
            .refused(request_malformed())
            .older("–", "422", "–", "–")
            .because("400 `invalid_request`, as RFC 6750 §3.1 has it."),
    ]
}

fn configured() -> Vec<Row> {
    let named = |input| row(input).configured(Variant::OtherHeaderName);
    let jwt = |input| row(input).configured(Variant::OtherScheme);
    let bare = |input| row(input).configured(Variant::NoScheme);
    vec![
        named("`Foo: Bearer <t>`, where the header is `Foo`")
            .sent(HEADER, |held| Draft::get().header("foo", format!("Bearer {}", held.token)))
            .let_in()
            .older("200", "200", "–", "–"),
        named("`Authorization: Bearer <t>`, where the header is `Foo`")
            .sent_each(HEADER, authorization!["Bearer {}", "Bearer test test"])
            .refused(token_missing())
            .older("401", "401", "–", "–"),
        named("`Foo: Bearer test test`, `Foo: Bearer <t>, Basic c`, where the header is `Foo`")
            .sent_each(
                HEADER,
                [
                    |_| Draft::get().header("Foo", "Bearer test test"),
                    |held| Draft::get().header("Foo", format!("Bearer {}, Basic c", held.token)),
                ],
            )
            .refused(request_malformed())
            .older("422", "422 / 200", "–", "–")
            .because(
                "400 `invalid_request`; the second is a list, which this header is not either.",
            ),
        jwt("`JWT <t>`, where the scheme is `JWT`")
            .sent_each(HEADER, authorization!["JWT {}", "jwt {}"])
            .let_in()
            .older("200", "200", "–", "–"),
        jwt("`Bearer <t>`, where the scheme is `JWT`")
            .sent_each(HEADER, authorization!["Bearer {}", "JWTs {}", "{}"])
            .refused(token_missing())
            .older("422", "401", "–", "–")
            .because("Another scheme is no malformed one."),
        jwt("`JWT` alone, `JWT <t>, Basic c`, where the scheme is `JWT`")
            .sent_each(HEADER, authorization!["JWT", "JWT {}, Basic c"])
            .refused(request_malformed())
            .older("422", "422 / 200", "–", "–")
            .because("400 `invalid_request`, as for `Bearer`."),
        bare("bare token, where there is no scheme")
            .sent_each(HEADER, authorization!["{}", "{} "])
            .let_in()
            .older("200", "200", "–", "–"),
        bare("`Bearer <t>`, where there is no scheme")
            .sent_each(HEADER, authorization!["Bearer {}", "JWT {}", "{} x"])
            .refused(request_malformed())
            .older("422", "422", "–", "–")
            .because("400 `invalid_request`: the header is there, and it is not one token."),
    ]
}

#[tokio::test]
async fn header_is_answered_as_the_table_says() {
    check(rows()).await;
}
