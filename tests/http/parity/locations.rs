//! Servers that look in several locations, and requests that use one, none or two of them.

use jwt_runtime::{TokenLocation, TokenType};
use jwt_tests::cookies::{ACCESS_COOKIE, REFRESH_COOKIE};
use jwt_tests::draft::Draft;
use jwt_tests::places::{draft, put};
use jwt_tests::refusal::{csrf_missing, request_malformed, token_invalid, token_missing};

use super::kinds::Kind;
use super::routes::Guard;
use super::run::check;
use super::sites::Variant;
use super::table::{Held, Row, row};

use TokenLocation::{Cookie, Form, Header, Json, Query, WebSocket};

const EVERYWHERE: &[TokenLocation] = &TokenLocation::ALL;
const BOTH: &[TokenLocation] = &[Header, Cookie];

/// A good access token in one location.
fn access(location: TokenLocation, held: &Held) -> Draft {
    put(draft(location), location, TokenType::Access, &held.access)
}

/// A good refresh token in one location.
fn refresh(location: TokenLocation, held: &Held) -> Draft {
    put(draft(location), location, TokenType::Refresh, &held.refresh)
}

/// A good access token in two locations.
fn twice(one: TokenLocation, other: TokenLocation, held: &Held) -> Draft {
    put(access(one, held), other, TokenType::Access, &held.access)
}

/// The token of the row in the header, a good one in the cookie.
fn beside_cookie(authorization: &str, held: &Held) -> Draft {
    access(Cookie, held).header("Authorization", authorization)
}

pub(super) fn rows() -> Vec<Row> {
    [none(), not_looked_at(), two(), header_and_cookie(), of_the_route()].concat()
}

fn none() -> Vec<Row> {
    vec![
        row("several locations, and none has it")
            .sent_each(
                EVERYWHERE,
                [
                    |_| Draft::get(),
                    |_| Draft::post(),
                    |_| Draft::post().json("{}"),
                    |_| Draft::post().form("a=b"),
                    |_| Draft::handshake(),
                ],
            )
            .refused(token_missing())
            .older("401", "401", "401", "–")
            .because(
                "F names the last place and X all of them; here the answer says that there is no \
                 token, and the log where it was looked for.",
            ),
        row("several locations, and none has it")
            .at(Guard::Refresh)
            .sent_each(
                EVERYWHERE,
                [|_| Draft::get(), |_| Draft::post().json("{}"), |_| Draft::post().form("a=b")],
            )
            .refused(token_missing())
            .older("401", "401", "401", "–"),
        row("several locations, and none has it")
            .at(Guard::Optional)
            .sent_each(EVERYWHERE, [|_| Draft::get(), |_| Draft::post().json("{}")])
            .anonymous()
            .older("200", "200", "–", "–"),
    ]
}

fn not_looked_at() -> Vec<Row> {
    let silent = |input| row(input).refused(token_missing());
    let nowhere = "Nothing is read where nobody has said to look.";
    vec![
        silent("a good token in the header, where it is not looked for")
            .sent(&[Cookie, Query, WebSocket, Json, Form], |held| access(Header, held))
            .older("401", "401", "401", "–"),
        silent("a good token in the cookie, where it is not looked for")
            .sent(&[Header, Query, WebSocket, Json, Form], |held| access(Cookie, held))
            .older("401", "401", "401", "–"),
        silent("a good token in the query, where it is not looked for")
            .sent(&[Header, Cookie, WebSocket, Json, Form], |held| access(Query, held))
            .older("–", "401", "–", "–"),
        silent("a good token in the protocols, where it is not looked for")
            .sent(&[Header, Cookie, Query, Json, Form], |held| access(WebSocket, held))
            .because(nowhere),
        silent("a good refresh token in JSON, where it is not looked for")
            .at(Guard::Refresh)
            .sent(&[Header, Cookie, Query, WebSocket, Form], |held| refresh(Json, held))
            .older("–", "401", "–", "–"),
        silent("a good refresh token in a form, where it is not looked for")
            .at(Guard::Refresh)
            .sent(&[Header, Cookie, Query, WebSocket, Json], |held| refresh(Form, held))
            .because(nowhere),
        row("garbage where it is not looked for, a good token where it is")
            .sent_each(
                &[Header],
                [
                    |held| access(Header, held).cookie(ACCESS_COOKIE, "garbage"),
                    |held| access(Header, held).query("access_token", "garbage"),
                    |held| access(Header, held).header("Sec-WebSocket-Protocol", "bearer"),
                ],
            )
            .let_in()
            .older("200", "200", "200", "–"),
    ]
}

fn two() -> Vec<Row> {
    let one = "One way per request: RFC 6750 §2; which of two counts is not for an order to \
               decide, and 400 tells the client.";
    vec![
        row("a good token in two locations")
            .sent_each(
                EVERYWHERE,
                [
                    |held| twice(Header, Cookie, held),
                    |held| twice(Header, Query, held),
                    |held| twice(Cookie, Query, held),
                    |held| twice(WebSocket, Header, held),
                    |held| twice(WebSocket, Cookie, held),
                    |held| twice(WebSocket, Query, held),
                ],
            )
            .refused(request_malformed())
            .older("200", "200", "200", "–")
            .because(one),
        row("a good refresh token in two locations")
            .at(Guard::Refresh)
            .sent_each(
                EVERYWHERE,
                [
                    |held| refresh(Json, held).bearer(&held.refresh),
                    |held| refresh(Json, held).cookie(REFRESH_COOKIE, &held.refresh),
                    |held| refresh(Json, held).query("refresh_token", &held.refresh),
                    |held| refresh(Form, held).bearer(&held.refresh),
                    |held| refresh(Form, held).cookie(REFRESH_COOKIE, &held.refresh),
                    |held| refresh(Form, held).query("refresh_token", &held.refresh),
                ],
            )
            .refused(request_malformed())
            .older("–", "200", "–", "–")
            .because(one),
        row("a bad token in the first location, a good one in the second")
            .token(Kind::Text("garbage"))
            .sent_each(
                EVERYWHERE,
                [
                    |held| beside_cookie(&format!("Bearer {}", held.token), held),
                    |held| access(Query, held).bearer(&held.token),
                    |held| access(Query, held).cookie(ACCESS_COOKIE, &held.token),
                ],
            )
            .refused(request_malformed())
            .older("422", "422", "422", "–")
            .because(one),
        row("a good token in the first location, a bad one in the second")
            .token(Kind::Expired)
            .sent_each(
                EVERYWHERE,
                [
                    |held| access(Header, held).cookie(ACCESS_COOKIE, &held.token),
                    |held| access(Header, held).query("access_token", &held.token),
                ],
            )
            .refused(request_malformed())
            .older("200", "200", "200", "–")
            .because(one),
        row("a good token in two locations")
            .at(Guard::Optional)
            .sent_each(
                EVERYWHERE,
                [|held| twice(Header, Cookie, held), |held| twice(Cookie, Query, held)],
            )
            .refused(request_malformed())
            .older("200", "200", "–", "–")
            .because(one),
        row("an access token in one location, a refresh token in another")
            .sent_each(
                EVERYWHERE,
                [
                    |held| access(Header, held).cookie(REFRESH_COOKIE, &held.refresh),
                    |held| access(Cookie, held).query("refresh_token", &held.refresh),
                    |held| refresh(Json, held).bearer(&held.access),
                ],
            )
            .let_in()
            .older("200", "200", "200", "–"),
    ]
}

fn header_and_cookie() -> Vec<Row> {
    vec![
        row("`Basic` header and a good cookie")
            .sent_each(
                BOTH,
                [|held| beside_cookie("Basic dGVzdDp0ZXN0", held), |held| beside_cookie("", held)],
            )
            .let_in()
            .older("422", "200", "422", "–")
            .because("Somebody in front may want a password; the request has one bearer token."),
        row("`Bearer` alone and a good cookie")
            .sent_each(
                BOTH,
                [|held| beside_cookie("Bearer", held), |held| beside_cookie("Bearer ,,0", held)],
            )
            .refused(request_malformed())
            .older("422", "422", "422", "–")
            .because("400 `invalid_request`: the client meant to use the header."),
        row("`POST` with the token in the header, no CSRF token")
            .sent_each(
                BOTH,
                [
                    |held| Draft::post().bearer(&held.access),
                    |held| {
                        Draft::post().bearer(&held.access).header("Origin", "https://evil.example")
                    },
                    |held| Draft::post().bearer(&held.access).cookie(REFRESH_COOKIE, &held.refresh),
                ],
            )
            .let_in()
            .older("200", "200", "200", "–"),
        row("`POST` with the token in the header, no CSRF token")
            .at(Guard::Refresh)
            .sent(BOTH, |held| Draft::post().bearer(&held.refresh))
            .let_in()
            .older("200", "200", "200", "–"),
        row("`POST` with the token in the header, no CSRF token")
            .at(Guard::Fresh)
            .sent(BOTH, |held| Draft::post().bearer(&held.access))
            .let_in()
            .older("200", "200", "200", "–"),
        row("`POST` with the cookie and the CSRF token")
            .sent(BOTH, |held| cookie_post(held).header("X-CSRF-Token", &held.csrf))
            .let_in()
            .older("200", "200", "200", "–"),
        row("`POST` with the cookie and a header of another scheme, no CSRF token")
            .sent(BOTH, |held| cookie_post(held).header("Authorization", "Basic dGVzdDp0ZXN0"))
            .refused(csrf_missing("access"))
            .older("422", "401", "422", "–")
            .because("403: the token came by cookie, whatever else is there."),
        row("`POST` with the token in the query, no CSRF token")
            .sent(EVERYWHERE, |held| Draft::post().query("access_token", &held.access))
            .let_in()
            .older("–", "200", "200", "–"),
    ]
}

fn cookie_post(held: &Held) -> Draft {
    Draft::post().cookie(ACCESS_COOKIE, &held.access)
}

fn of_the_route() -> Vec<Row> {
    vec![
        row("header, where the authority looks in cookies")
            .at(Guard::HeaderOnly)
            .sent(&[Cookie], |held| access(Header, held))
            .let_in()
            .older("–", "200", "–", "–"),
        row("cookie, where the authority looks in cookies")
            .at(Guard::HeaderOnly)
            .sent(&[Cookie], |held| access(Cookie, held))
            .refused(token_missing())
            .older("–", "401", "–", "–"),
        row("header and cookie, where the authority looks in cookies")
            .at(Guard::HeaderOnly)
            .sent(&[Cookie], |held| twice(Header, Cookie, held))
            .let_in()
            .older("–", "200", "–", "–"),
        row("header or cookie, where the authority looks in the header")
            .at(Guard::HeaderOrCookie)
            .configured(Variant::WithCookies)
            .sent_each(&[Header], [|held| access(Header, held), |held| access(Cookie, held)])
            .let_in()
            .older("–", "200", "–", "–"),
        row("cookie, `POST` without a CSRF token, where the authority looks in the header")
            .at(Guard::HeaderOrCookie)
            .configured(Variant::WithCookies)
            .sent(&[Header], cookie_post)
            .refused(csrf_missing("access"))
            .older("–", "401", "–", "–")
            .because("403; the protection comes with the cookie and not with the setting."),
        row("garbage in the cookie, where the authority looks in the header")
            .at(Guard::HeaderOrCookie)
            .configured(Variant::WithCookies)
            .sent(&[Header], |_| Draft::get().cookie(ACCESS_COOKIE, "garbage"))
            .refused(token_invalid())
            .older("–", "422", "–", "–")
            .because("401 `invalid_token`, as everywhere."),
    ]
}

#[tokio::test]
async fn locations_are_answered_as_the_table_says() {
    check(rows()).await;
}
