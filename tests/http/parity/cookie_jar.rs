//! Cookies from the login to the logout, in a jar that keeps them as a browser does: the cases of
//! `test_cookies` in F and in X.

use std::time::Duration;

use jwt_runtime::{CookieOptions, CsrfOptions, JwtAuthBuilder, SameSite, TokenLocation};
use jwt_tests::cookies::{
    ACCESS_COOKIE, CSRF_ACCESS_COOKIE, CSRF_REFRESH_COOKIE, REFRESH_COOKIE, SetCookie,
};
use jwt_tests::draft::Draft;
use jwt_tests::refusal::{csrf_failed, csrf_missing, token_missing, token_not_issued};
use jwt_tests::tokens::claims;

use super::browser::Browser;

const ALL: [&str; 4] = [ACCESS_COOKIE, CSRF_ACCESS_COOKIE, REFRESH_COOKIE, CSRF_REFRESH_COOKIE];

/// Fifteen minutes, and thirty days: the lifetimes of the tokens.
const ACCESS_AGE: &str = "900";
const REFRESH_AGE: &str = "2592000";

fn named<'c>(cookies: &'c [SetCookie], name: &str) -> &'c SetCookie {
    let found = cookies.iter().find(|cookie| cookie.name == name);
    found.unwrap_or_else(|| panic!("no {name} in {cookies:?}"))
}

#[tokio::test]
async fn cookies_come_with_the_login_and_go_with_the_logout() {
    let mut browser = Browser::new(|builder| builder).await;
    for (which, guard, csrf_cookie) in
        [("access", "/access", CSRF_ACCESS_COOKIE), ("refresh", "/refresh", CSRF_REFRESH_COOKIE)]
    {
        token_missing().assert(&browser.get(guard).await);
        for logout in [which, "all"] {
            assert_eq!(browser.get(&format!("/login/{which}")).await.status, 200);
            assert_eq!(browser.get(guard).await.status, 200);
            csrf_missing(which).assert(&browser.send(Draft::post(), guard).await);
            assert_eq!(browser.post_with(guard, csrf_cookie).await.status, 200);
            browser.get(&format!("/logout/{logout}")).await;
            assert!(browser.jar.names().is_empty(), "{:?} after {logout}", browser.jar);
            token_missing().assert(&browser.get(guard).await);
        }
    }
}

#[tokio::test]
async fn refresh_cookie_goes_to_its_path_alone() {
    let mut browser = Browser::new(|builder| builder).await;
    browser.get("/login/refresh").await;
    assert_eq!(browser.get("/refresh").await.status, 200);
    token_missing().assert(&browser.get("/plain/refresh").await);
}

#[tokio::test]
async fn defaults_are_the_strict_ones() {
    let mut browser = Browser::new(|builder| builder).await;
    let reply = browser.get("/login/all").await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "logged in"));
    assert_eq!(reply.headers_named("cache-control"), ["no-store"]);
    let cookies = SetCookie::all(&reply);
    assert_eq!(cookies.len(), 4, "{cookies:?}");
    for (name, path, is_http_only, max_age) in [
        (ACCESS_COOKIE, "/", true, ACCESS_AGE),
        (CSRF_ACCESS_COOKIE, "/", false, ACCESS_AGE),
        (REFRESH_COOKIE, "/refresh", true, REFRESH_AGE),
        (CSRF_REFRESH_COOKIE, "/", false, REFRESH_AGE),
    ] {
        let cookie = named(&cookies, name);
        assert_eq!(cookie.attribute("path"), Some(path), "{cookie:?}");
        assert_eq!(cookie.attribute("samesite"), Some("Lax"), "{cookie:?}");
        assert_eq!(cookie.attribute("max-age"), Some(max_age), "{cookie:?}");
        assert_eq!(cookie.attribute("domain"), None, "{cookie:?}");
        assert!(cookie.has("secure"), "{cookie:?}");
        assert_eq!(cookie.has("httponly"), is_http_only, "{cookie:?}");
    }
    let csrf = |token: &str, name: &str| {
        assert_eq!(claims(&named(&cookies, token).value)["csrf"], named(&cookies, name).value);
    };
    csrf(ACCESS_COOKIE, CSRF_ACCESS_COOKIE);
    csrf(REFRESH_COOKIE, CSRF_REFRESH_COOKIE);
}

/// F's delete leaves attributes out, and a browser keeps what it was to forget.
#[tokio::test]
async fn cookie_is_unset_as_it_was_set() {
    let options = || {
        let options = CookieOptions::new().domain("shop.example").same_site(SameSite::Strict);
        options.access_path("/shop").refresh_path("/shop/refresh")
    };
    let mut browser = Browser::new(|builder| builder.cookies(options())).await;
    let set = browser.set_by("/login/all").await;
    let unset = browser.set_by("/logout/all").await;
    assert_eq!(set.len(), 4, "{set:?}");
    assert_eq!(unset.len(), 4, "{unset:?}");
    for cookie in &set {
        let gone = named(&unset, &cookie.name);
        assert!(gone.is_unset() && gone.value.is_empty(), "{gone:?}");
        for name in ["path", "domain", "samesite"] {
            assert_eq!(gone.attribute(name), cookie.attribute(name), "{name} of {gone:?}");
        }
        for name in ["secure", "httponly"] {
            assert_eq!(gone.has(name), cookie.has(name), "{name} of {gone:?}");
        }
    }
    assert!(browser.jar.names().is_empty(), "{:?}", browser.jar);
}

#[tokio::test]
async fn attributes_are_what_is_configured() {
    let options = CookieOptions::new().domain("test.com").same_site(SameSite::Strict);
    let mut browser =
        Browser::new(|builder| builder.cookies(options.max_age(Duration::from_secs(31_540_000))))
            .await;
    for cookie in browser.set_by("/login/all").await {
        assert_eq!(cookie.attribute("domain"), Some("test.com"), "{cookie:?}");
        assert_eq!(cookie.attribute("samesite"), Some("Strict"), "{cookie:?}");
        assert_eq!(cookie.attribute("max-age"), Some("31540000"), "{cookie:?}");
        assert!(cookie.has("secure"), "{cookie:?}");
        assert!(cookie.name.starts_with("__Secure-"), "`__Host-` has no domain: {cookie:?}");
    }
    let mut browser = Browser::new(|builder| builder.cookies(CookieOptions::new().session())).await;
    for cookie in browser.set_by("/login/all").await {
        assert_eq!(cookie.attribute("max-age"), None, "{cookie:?}");
        assert_eq!(cookie.attribute("expires"), None, "{cookie:?}");
    }
}

#[tokio::test]
async fn names_and_paths_are_what_is_configured() {
    let options = CookieOptions::new()
        .access_name("access_foo")
        .refresh_name("refresh_foo")
        .csrf_access_name("access_foo_csrf")
        .csrf_refresh_name("refresh_foo_csrf")
        .access_path("/access")
        .csrf_access_path("/access")
        .refresh_path("/refresh")
        .csrf_refresh_path("/refresh");
    let mut browser = Browser::new(|builder| builder.cookies(options)).await;
    let cookies = browser.set_by("/login/all").await;
    assert_eq!(cookies.len(), 4, "{cookies:?}");
    for (name, path) in [
        ("access_foo", "/access"),
        ("access_foo_csrf", "/access"),
        ("refresh_foo", "/refresh"),
        ("refresh_foo_csrf", "/refresh"),
    ] {
        assert_eq!(named(&cookies, name).attribute("path"), Some(path));
    }
    for (guard, csrf_cookie) in [("/access", "access_foo_csrf"), ("/refresh", "refresh_foo_csrf")] {
        assert_eq!(browser.get(guard).await.status, 200);
        assert_eq!(browser.post_with(guard, csrf_cookie).await.status, 200);
    }
    browser.get("/logout/all").await;
    assert!(browser.jar.names().is_empty(), "{:?}", browser.jar);
}

#[tokio::test]
async fn csrf_token_can_be_kept_out_of_cookies() {
    let csrf = CsrfOptions::new().without_cookies();
    let mut browser = Browser::new(|builder| builder.csrf(csrf)).await;
    let cookies = browser.set_by("/login/all").await;
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    let claim = claims(&named(&cookies, ACCESS_COOKIE).value)["csrf"].clone();
    let csrf = claim.as_str().expect("the claim is there all the same").to_owned();
    let told = "the CSRF token is missing: send the value that the application has handed out in the \
                header `X-CSRF-Token`";
    csrf_failed(told).assert(&browser.send(Draft::post(), "/access").await);
    let reply = browser.send(Draft::post().header("X-CSRF-Token", csrf), "/access").await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn without_csrf_there_is_no_cookie_for_it() {
    let csrf = CsrfOptions::new().disabled();
    let mut browser = Browser::new(|builder| builder.csrf(csrf)).await;
    let cookies = browser.set_by("/login/all").await;
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    assert!(claims(&named(&cookies, ACCESS_COOKIE).value).get("csrf").is_none());
    assert_eq!(browser.send(Draft::post(), "/access").await.status, 200);
    assert_eq!(browser.set_by("/logout/all").await.len(), 2);
}

#[tokio::test]
async fn domain_and_lifetime_can_be_chosen_at_each_login() {
    let options = CookieOptions::new().domain("test.com");
    let mut browser = Browser::new(|builder| builder.cookies(options)).await;
    for which in ["access", "refresh", "all"] {
        for path in [format!("/login/{which}"), format!("/logout/{which}")] {
            for cookie in browser.set_by(&format!("{path}?domain=yolo.com")).await {
                assert_eq!(cookie.attribute("domain"), Some("yolo.com"), "{cookie:?}");
            }
        }
    }
    for cookie in browser.set_by("/login/all?max_age=60").await {
        assert_eq!(cookie.attribute("max-age"), Some("60"), "{cookie:?}");
    }
    for cookie in browser.set_by("/login/all?session").await {
        assert_eq!(cookie.attribute("max-age"), None, "{cookie:?}");
    }
}

/// A name with `__Host-` has no domain: the browser would drop the cookie without a word.
#[tokio::test]
async fn domain_does_not_fit_every_name() {
    let mut browser = Browser::new(|builder| builder).await;
    for path in ["/login/all?domain=yolo.com", "/login/access?domain=yolo.com"] {
        let reply = browser.get(path).await;
        token_not_issued().assert(&reply);
        assert!(SetCookie::all(&reply).is_empty(), "{reply:?}");
    }
}

/// F warns of it, and X sets cookies that nobody reads.
#[tokio::test]
async fn cookies_that_nobody_reads_are_not_set() {
    let header = |builder: JwtAuthBuilder| builder.locations([TokenLocation::Header]);
    let mut browser = Browser::new(header).await;
    for which in ["all", "access", "refresh"] {
        let reply = browser.get(&format!("/login/{which}")).await;
        token_not_issued().assert(&reply);
        assert!(SetCookie::all(&reply).is_empty(), "{reply:?}");
        assert!(browser.set_by(&format!("/logout/{which}")).await.is_empty());
    }
}

/// Every cookie is one that a browser takes, under the name that it has.
#[tokio::test]
async fn names_are_as_their_prefixes_want() {
    let mut browser = Browser::new(|builder| builder).await;
    let cookies = browser.set_by("/login/all").await;
    for name in ALL {
        let cookie = named(&cookies, name);
        let is_of_host = name.starts_with("__Host-");
        assert!(cookie.has("secure"), "{cookie:?}");
        assert!(!is_of_host || cookie.attribute("path") == Some("/"), "{cookie:?}");
        assert!(!is_of_host || cookie.attribute("domain").is_none(), "{cookie:?}");
    }
}
