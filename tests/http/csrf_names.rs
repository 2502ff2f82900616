//! What is called how in the protection against forged requests, and whom it trusts.

use axum::Router;
use axum::http::Method;
use axum::routing::{any, post};
use jwt_runtime::{
    CookieOptions, CsrfOptions, JwtAuth, MemoryStore, RefreshToken, SameOrigin, TokenLocation,
    jwt_required, refresh_required,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::client::Reply;
use jwt_tests::cookies::{ACCESS_COOKIE, REFRESH_COOKIE};
use jwt_tests::draft::{Draft, OWN_ORIGIN};
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::cross_origin;
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::claims;

#[jwt_required]
async fn access() {}

#[refresh_required]
async fn refresh(#[token] _old: RefreshToken<User>) {}

async fn login(_: SameOrigin) {}

async fn app(csrf: CsrfOptions) -> (App, Pair, String) {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new()).csrf(csrf);
        builder.locations([TokenLocation::Cookie]).cookies(CookieOptions::new())
    });
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let pair = auth.login(&user).await.expect("a login");
    let csrf = pair.access_token().csrf().expect("a claim").as_str().to_owned();
    let pair = Pair {
        access: pair.access_token().as_str().to_owned(),
        refresh: pair.refresh_token().as_str().to_owned(),
    };
    assert_eq!(claims(&pair.refresh)["csrf"], csrf);
    let routes: Router<JwtAuth> = Router::new()
        .route("/access", any(access))
        .route("/refresh", any(refresh))
        .route("/login", post(login));
    let router = routes.with_state(auth.clone()).layer(auth.layer());
    (App::serve(auth, clock, router).await, pair, csrf)
}

async fn status(app: &App, draft: Draft, path: &str) -> u16 {
    draft.send(app, path).await.expect("an answer").status
}

#[tokio::test]
async fn headers_and_fields_are_what_is_configured() {
    let options = CsrfOptions::new()
        .check_form()
        .access_header("X-A")
        .refresh_header("X-R")
        .access_field("fa")
        .refresh_field("fr");
    let (app, pair, csrf) = app(options).await;
    for (path, cookie, token, header, field) in [
        ("/access", ACCESS_COOKIE, &pair.access, "X-A", "fa"),
        ("/refresh", REFRESH_COOKIE, &pair.refresh, "X-R", "fr"),
    ] {
        let request = || Draft::post().cookie(cookie, token);
        for name in ["X-A", "X-R", "X-CSRF-Token"] {
            let expected = if name == header { 200 } else { 403 };
            assert_eq!(status(&app, request().header(name, &csrf), path).await, expected, "{name}");
        }
        for name in ["fa", "fr", "csrf_token"] {
            let expected = if name == field { 200 } else { 403 };
            let form = request().form(format!("{name}={csrf}"));
            assert_eq!(status(&app, form, path).await, expected, "{name}");
        }
        let told = request().send(&app, path).await.expect("an answer").text("error_description");
        assert!(told.contains(&format!("`{header}` or the form field `{field}`")), "{told}");
    }
}

#[tokio::test]
async fn methods_are_what_is_configured() {
    let all = ["GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PURGE"];
    for (methods, protected) in [
        (None, ["POST", "PUT", "PATCH", "DELETE", "PURGE"].as_slice()),
        (Some(vec![Method::PUT, Method::GET]), &["PUT", "GET"]),
        (Some(vec![]), &[]),
    ] {
        let options = match methods {
            Some(methods) => CsrfOptions::new().methods(methods),
            None => CsrfOptions::new(),
        };
        let (app, pair, _) = app(options).await;
        for method in all {
            let draft = Draft::new(method).cookie(ACCESS_COOKIE, &pair.access);
            let expected = if protected.contains(&method) { 403 } else { 200 };
            assert_eq!(status(&app, draft, "/access").await, expected, "{method}");
        }
    }
}

const FRONT_END: &str = "https://front.example";

#[tokio::test]
async fn trusted_origins_may_send() {
    for trusts in [false, true] {
        let options = match trusts {
            true => CsrfOptions::new().trusted_origins([FRONT_END]),
            false => CsrfOptions::new(),
        };
        let (app, pair, csrf) = app(options).await;
        let post = || {
            Draft::post().cookie(ACCESS_COOKIE, &pair.access).header("X-CSRF-Token", csrf.as_str())
        };
        let is_refused = |reply: &Reply| cross_origin().mismatch(reply).is_none();
        for (site, origin, is_let_in) in [
            (None, None, true),
            (None, Some(OWN_ORIGIN), true),
            (None, Some(FRONT_END), trusts),
            (Some("cross-site"), Some(FRONT_END), trusts),
            (Some("same-site"), Some(FRONT_END), trusts),
            (Some("same-origin"), Some(OWN_ORIGIN), true),
            // A proxy has changed `Host`, and the browser knows better.
            (Some("same-origin"), Some("https://public.example"), true),
            (Some("none"), None, true),
            (Some("cross-site"), Some(OWN_ORIGIN), false),
            (Some("cross-site"), None, false),
            (Some("same-site"), None, false),
            (Some("SAME-ORIGIN"), None, false),
            (None, Some("null"), false),
            (None, Some(""), false),
            (None, Some("https://front.example.evil.example"), false),
            (None, Some("https://evil.example"), false),
            (None, Some("http://front.example"), false),
            (None, Some("https://front.example:8443"), false),
            (None, Some("http://{host}.evil.example"), false),
            (None, Some("http://evil.example@{host}"), false),
        ] {
            let told = |draft: Draft| {
                let draft = match site {
                    Some(site) => draft.header("Sec-Fetch-Site", site),
                    None => draft,
                };
                match origin {
                    Some(origin) => draft.header("Origin", origin),
                    None => draft,
                }
            };
            for (draft, path) in [(post(), "/access"), (Draft::post(), "/login")] {
                let reply = told(draft).send(&app, path).await.expect("an answer");
                let what = format!("{path} from {site:?} {origin:?}, trusted: {trusts}: {reply:?}");
                assert_eq!(reply.status == 200, is_let_in, "{what}");
                assert_eq!(is_refused(&reply), !is_let_in, "{what}");
            }
        }
        // Two of a header are one too many.
        for name in ["Origin", "Sec-Fetch-Site"] {
            let value = if name == "Origin" { OWN_ORIGIN } else { "same-origin" };
            let draft = post().header(name, value).header(name, value);
            assert!(is_refused(&draft.send(&app, "/access").await.expect("an answer")), "{name}");
        }
    }
}

/// What is written on the request of a cross-site page is no way around, and neither is a method.
#[tokio::test]
async fn method_override_is_not_read() {
    let (app, pair, _) = app(CsrfOptions::new()).await;
    let override_with = |draft: Draft| {
        let draft = draft.header("X-HTTP-Method-Override", "GET").query("_method", "GET");
        draft.cookie(ACCESS_COOKIE, &pair.access)
    };
    assert_eq!(status(&app, override_with(Draft::post()), "/access").await, 403);
}
