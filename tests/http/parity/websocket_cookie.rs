//! The opening handshakes of WebSockets, with a token in a cookie: the page's origin decides.

use jwt_runtime::TokenLocation;
use jwt_tests::cookies::{ACCESS_COOKIE, REFRESH_COOKIE};
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::refusal::{cross_origin, not_fresh, token_expired, token_revoked};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::{PARTNER, Variant};
use super::table::{Held, Row, row};
use super::websocket::BEFORE;

const COOKIE: &[TokenLocation] = &[TokenLocation::Cookie];

/// The cookie, and what the browser says of the page.
fn cookie(held: &Held) -> Draft {
    Draft::handshake().cookie(ACCESS_COOKIE, &held.token)
}

fn own(held: &Held) -> Draft {
    cookie(held).header("Origin", OWN_ORIGIN)
}

fn refresh(held: &Held) -> Draft {
    Draft::handshake().cookie(REFRESH_COOKIE, &held.token)
}

pub(super) fn rows() -> Vec<Row> {
    [cookies(), cross_site()].concat()
}

fn cookies() -> Vec<Row> {
    let fourfold = "F wants the CSRF token handed to it by the handler, out of a query; a browser \
                    tells the page's origin with every handshake, and no page can change that.";
    vec![
        row("cookie, from a page of the application")
            .sent_each(
                COOKIE,
                [
                    own,
                    |held| cookie(held).header("Sec-Fetch-Site", "same-origin"),
                    |held| own(held).header("X-CSRF-Token", "wrong"),
                    |held| own(held).query("csrf_token", "wrong"),
                ],
            )
            .let_in()
            .older("open", "–", "–", "–")
            .because(fourfold),
        row("cookie, from a page of the application")
            .at(Guard::Fresh)
            .sent(COOKIE, own)
            .let_in()
            .older("open", "–", "–", "–")
            .because(fourfold),
        row("cookie, from a page of the application")
            .at(Guard::Optional)
            .sent(COOKIE, own)
            .let_in()
            .older("open", "–", "–", "–")
            .because(fourfold),
        row("cookie, from a page of the application")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent(COOKIE, |held| refresh(held).header("Origin", OWN_ORIGIN))
            .let_in()
            .older("open", "–", "–", "–")
            .because(fourfold),
        row("cookie, and its token has no CSRF token to compare with")
            .token(Kind::Claims(|token| token.without("csrf")))
            .sent(COOKIE, own)
            .let_in()
            .older("text", "–", "–", "–")
            .because("F compares its CSRF token here; the origin stands in for it."),
        row("cookie with an expired token, from a page of the application")
            .token(Kind::Expired)
            .sent(COOKIE, own)
            .refused(token_expired())
            .older("text", "–", "–", "–")
            .because(BEFORE),
        row("cookie with a revoked token, from a page of the application")
            .token(Kind::Revoked)
            .sent(COOKIE, own)
            .refused(token_revoked())
            .older("text", "–", "–", "–")
            .because(BEFORE),
        row("cookie with a token of a refresh, from a page of the application")
            .at(Guard::Fresh)
            .token(Kind::Stale)
            .sent(COOKIE, own)
            .refused(not_fresh(None))
            .older("text", "–", "–", "–")
            .because(BEFORE),
    ]
}

fn cross_site() -> Vec<Row> {
    let hijacking = "A page of any site can open a WebSocket with the user's cookies, and read it \
                     (cross-site WebSocket hijacking).";
    vec![
        row("cookie, and nobody says from where")
            .sent_each(
                COOKIE,
                [
                    cookie,
                    |held| cookie(held).header("X-CSRF-Token", &held.csrf),
                    |held| cookie(held).query("csrf_token", &held.csrf),
                ],
            )
            .refused(cross_origin())
            .older("text", "–", "–", "–")
            .because(
                "F asks for its CSRF token and opens with it; every browser sends `Origin` (RFC \
                 6455 §4.1), and other clients have other places for a token.",
            ),
        row("cookie, from a page of somebody else")
            .sent_each(
                COOKIE,
                [
                    |held| cookie(held).header("Origin", "https://evil.example"),
                    |held| cookie(held).header("Origin", "null"),
                    |held| cookie(held).header("Origin", "http://127.0.0.1:1"),
                    |held| own(held).header("Sec-Fetch-Site", "cross-site"),
                    |held| own(held).header("Sec-Fetch-Site", "same-site"),
                    |held| own(held).header("Origin", "https://evil.example"),
                    |held| {
                        let draft = cookie(held).header("X-CSRF-Token", &held.csrf);
                        draft.header("Origin", "https://evil.example")
                    },
                ],
            )
            .refused(cross_origin())
            .older("text", "–", "–", "–")
            .because(hijacking),
        row("cookie, from a page of somebody else")
            .at(Guard::Optional)
            .sent_each(
                COOKIE,
                [cookie, |held| cookie(held).header("Origin", "https://evil.example")],
            )
            .refused(cross_origin())
            .older("text", "–", "–", "–")
            .because(hijacking),
        row("cookie, from a page of somebody else")
            .at(Guard::Refresh)
            .token(Kind::Refresh)
            .sent_each(
                COOKIE,
                [refresh, |held| refresh(held).header("Origin", "https://evil.example")],
            )
            .refused(cross_origin())
            .older("text", "–", "–", "–")
            .because(hijacking),
        row("cookie, from a page of somebody else, where CSRF tokens are off")
            .configured(Variant::CsrfOff)
            .sent_each(
                COOKIE,
                [cookie, |held| cookie(held).header("Origin", "https://evil.example")],
            )
            .refused(cross_origin())
            .older("open", "–", "–", "–")
            .because(hijacking),
        row("cookie, from a page of another origin that is trusted")
            .configured(Variant::Trusted)
            .sent_each(
                COOKIE,
                [
                    |held| cookie(held).header("Origin", PARTNER),
                    |held| {
                        cookie(held)
                            .header("Origin", PARTNER)
                            .header("Sec-Fetch-Site", "cross-site")
                    },
                ],
            )
            .let_in()
            .older("open", "–", "–", "–"),
    ]
}

#[tokio::test]
async fn handshakes_with_cookies_are_answered_as_the_table_says() {
    check(rows()).await;
}
