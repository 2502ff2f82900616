//! Which origin is the application's own, and which requests have to say theirs.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::{any, post};
use jwt_runtime::{JwtAuth, MemoryStore, SameOrigin, TokenLocation, jwt_required};
use jwt_tests::app::{App, authority};
use jwt_tests::client::Reply;
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::cross_origin;
use jwt_tests::routes::guarded::User;

#[jwt_required]
async fn access() {}

async fn login(_: SameOrigin) {}

async fn app() -> (App, String) {
    let (auth, clock) = authority(|builder| {
        builder.secret(SECRET).store(MemoryStore::new()).locations([TokenLocation::Cookie])
    });
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let pair = auth.login(&user).await.expect("a login");
    let cookie = format!("{ACCESS_COOKIE}={}", pair.access_token().as_str());
    let routes: Router<JwtAuth> =
        Router::new().route("/access", any(access)).route("/login", post(login));
    let router = routes.with_state(auth.clone()).layer(auth.layer());
    (App::serve(auth, clock, router).await, cookie)
}

#[track_caller]
fn assert_let_in(reply: &Reply, is_let_in: bool, what: &str) {
    match (is_let_in, cross_origin().mismatch(reply)) {
        (true, _) => assert_eq!(reply.status, 200, "{what}: {reply:?}"),
        (false, Some(mismatch)) => panic!("{what}: {mismatch}"),
        (false, None) => {}
    }
}

#[tokio::test]
async fn own_origin_is_the_host_that_was_asked_for() {
    let (app, _) = app().await;
    for (host, origin, is_let_in) in [
        ("shop.example", "https://shop.example", true),
        ("SHOP.example", "https://shop.example", true),
        ("shop.example:443", "https://shop.example", true),
        ("shop.example.", "https://shop.example.", true),
        ("[2001:db8::1]:8443", "https://[2001:db8::1]:8443", true),
        ("[::1]:3000", "http://[::1]:3000", true),
        ("localhost.:3000", "http://localhost.:3000", true),
        ("[::ffff:127.0.0.1]:3000", "http://[::ffff:127.0.0.1]:3000", true),
        // A plain page may be anybody's who is on the way.
        ("shop.example", "http://shop.example", false),
        ("shop.example:80", "http://shop.example", false),
        ("10.0.0.1:3000", "http://10.0.0.1:3000", false),
        ("shop.example", "https://shop.example:8443", false),
        ("shop.example:8443", "https://shop.example", false),
        ("shop.example.", "https://shop.example", false),
        // What is no port does not count as the scheme's own.
        ("shop.example:99999", "https://shop.example", false),
        ("shop.example:", "https://shop.example", false),
        ("shop.example:x", "https://shop.example", false),
        ("x@shop.example", "https://shop.example", false),
        ("x:y@shop.example", "https://shop.example", false),
        ("shop.example/", "https://shop.example", false),
        ("shop.example, shop.example", "https://shop.example", false),
        ("", "https://shop.example", false),
    ] {
        let request = Request::builder().method("POST").uri("/login");
        let request = request.header("host", host).header("origin", origin);
        let reply = app.oneshot(request.body(Body::empty()).expect("a request")).await;
        assert_let_in(&reply, is_let_in, &format!("{origin} at {host:?}"));
    }
}

/// Which of them a proxy has looked at, nobody knows.
#[tokio::test]
async fn two_hosts_are_none() {
    let (app, _) = app().await;
    for hosts in [["shop.example", "evil.example"], ["shop.example", "shop.example"]] {
        for origin in ["https://shop.example", "https://evil.example"] {
            let request = Request::builder().method("POST").uri("/login").header("origin", origin);
            let request = hosts.iter().fold(request, |request, host| request.header("host", *host));
            let reply = app.oneshot(request.body(Body::empty()).expect("a request")).await;
            assert_let_in(&reply, false, &format!("{origin} at {hosts:?}"));
        }
    }
}

/// Of HTTP/2 it is a part of the URI; RFC 9113 §8.3.1.
#[tokio::test]
async fn authority_of_the_uri_comes_before_the_host() {
    let (app, _) = app().await;
    for (host, origin, is_let_in) in [
        (None, "https://shop.example", true),
        (None, "https://evil.example", false),
        (Some("evil.example"), "https://shop.example", true),
        (Some("evil.example"), "https://evil.example", false),
    ] {
        let request = Request::builder().method("POST").uri("https://shop.example/login");
        let request = request.header("origin", origin);
        let request = match host {
            Some(host) => request.header("host", host),
            None => request,
        };
        let reply = app.oneshot(request.body(Body::empty()).expect("a request")).await;
        assert_let_in(&reply, is_let_in, &format!("{origin} beside {host:?}"));
    }
}

const OWN: &str = "https://shop.example";
const FOREIGN: &str = "https://evil.example";

/// Every way to open a WebSocket: HTTP/1.1's, however it is spelt, and HTTP/2's.
#[tokio::test]
async fn websocket_has_to_say_its_origin() {
    let (app, cookie) = app().await;
    let upgrades: [&[&str]; 6] = [
        &["websocket"],
        &["WebSocket"],
        &["WEBSOCKET"],
        &["h2c, websocket"],
        &["h2c,websocket ,x"],
        &["h2c", "WebSocket"],
    ];
    let upgrades = upgrades.map(|upgrade| ("GET", upgrade));
    let no_sockets = [("GET", [].as_slice()), ("GET", &["h2c"]), ("GET", &["websockets"])];
    for (is_socket, ways) in
        [(true, [upgrades.as_slice(), &[("CONNECT", &[])]].concat()), (false, no_sockets.to_vec())]
    {
        for (method, upgrade) in ways {
            for (headers, is_own) in [
                ([("origin", OWN)].as_slice(), true),
                (&[("sec-fetch-site", "same-origin")], true),
                // No page has made it.
                (&[("sec-fetch-site", "none")], true),
                (&[("origin", FOREIGN)], false),
                (&[("origin", "null")], false),
                (&[("sec-fetch-site", "cross-site"), ("origin", OWN)], false),
                (&[("sec-fetch-site", "same-site")], false),
                (&[], false),
            ] {
                let request = Request::builder().method(method).uri("https://shop.example/access");
                let request = request.header("cookie", &cookie);
                let request =
                    upgrade.iter().fold(request, |request, name| request.header("upgrade", *name));
                let request = headers
                    .iter()
                    .fold(request, |request, (name, value)| request.header(*name, *value));
                let reply = app.oneshot(request.body(Body::empty()).expect("a request")).await;
                let what = format!("{method}, upgrade to {upgrade:?}, with {headers:?}");
                assert_let_in(&reply, is_own || !is_socket, &what);
            }
        }
    }
}
