//! `Authorization: Bearer <token>`: B1, B4, B6; RFC 6750 §2.1, RFC 9110 §11.1 and §11.4.

use jwt_tests::app::App;
use jwt_tests::refusal::{Refusal, request_malformed, token_invalid, token_missing};

/// `{}` stands for the token; the answer is a row of the table, or 200.
fn forms() -> Vec<(&'static str, Option<Refusal>)> {
    let accepted = [
        "Bearer {}",
        "bearer {}",
        "BEARER {}",
        "bEaReR {}",
        "Bearer  {}",
        "Bearer       {}",
        "Bearer {} ",
        "Bearer {}   ",
    ];
    // Another scheme, or none: this request has no bearer token.
    let missing = [
        "",
        " ",
        "{}",
        "Basic {}",
        "Basic dGVzdDp0ZXN0",
        "Basic",
        "Digest username=\"x\"",
        "Token {}",
        "JWT {}",
        "DPoP {}",
        "Negotiate {}",
        "Bear {}",
        "Bearerr {}",
        "BearerToken {}",
        "Bearer{}",
        "Basic x, Bearer {}",
        "\"Bearer {}\"",
        "=Bearer {}",
        "Bea rer {}",
        "0 {}",
    ];
    let malformed = [
        "Bearer",
        "Bearer ",
        "bearer",
        "Bearer,",
        "Bearer, {}",
        "Bearer,{}",
        "Bearer: {}",
        "Bearer:{}",
        "Bearer={}",
        "Bearer;{}",
        "Bearer\t{}",
        "Bearer \t{}",
        "Bearer {}\tx",
        "Bearer {} x",
        "Bearer x {}",
        "Bearer {} {}",
        "Bearer {},",
        "Bearer {}, Bearer {}",
        "Bearer {}, Basic x",
        "Bearer {};",
        "Bearer \"{}\"",
        "Bearer '{}'",
        "Bearer <{}>",
        "Bearer [{}]",
        "Bearer {}\"",
        "Bearer token={}",
        "Bearer ={}",
        "Bearer {}=x",
        "Bearer Bearer {}",
        "Bearer =",
        "Bearer \u{a0}{}",
        "Bearer {}\u{a0}",
        "Bearer \u{feff}{}",
        "Bearer {}\u{200b}",
        "Bearer \u{e9}",
        "Bearer\u{a0}{}",
        "Bearer %20{}",
        "Bearer {}&x=y",
    ];
    let invalid = ["Bearer x{}", "Bearer {}x", "Bearer x", "Bearer {}=", "Bearer ~", "Bearer ."];
    let refused = |row: Refusal| move |form| (form, Some(row.clone()));
    accepted
        .into_iter()
        .map(|form| (form, None))
        .chain(missing.into_iter().map(refused(token_missing())))
        .chain(malformed.into_iter().map(refused(request_malformed())))
        .chain(invalid.into_iter().map(refused(token_invalid())))
        .collect()
}

#[tokio::test]
async fn header_is_read_as_the_rfc_has_it() {
    let app = App::new().await;
    let token = app.login("alice").await.access;
    let mut failures = Vec::new();
    for (form, row) in forms() {
        let value = form.replace("{}", &token);
        for route in ["/access", "/user", "/plain/access"] {
            let reply = app.call("GET", route).header("authorization", &value).send().await;
            let failure = match &row {
                None if reply.status == 200 => None,
                None => Some(format!("expected 200, got {reply:?}")),
                Some(row) => row.mismatch(&reply),
            };
            failures.extend(failure.map(|failure| format!("{form:?} at {route}: {failure}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The same on an optional route: nobody is let in anonymously with a broken header.
#[tokio::test]
async fn only_a_request_without_a_bearer_token_is_anonymous() {
    let app = App::new().await;
    let token = app.login("alice").await.access;
    for (form, row) in forms() {
        let value = form.replace("{}", &token);
        let reply = app.call("GET", "/optional").header("authorization", &value).send().await;
        match row {
            None => assert_eq!(reply.assert_status(200).json()["sub"], "alice", "{form:?}"),
            Some(row) if row == token_missing() => {
                let body = reply.assert_status(200).json();
                assert!(body["sub"].is_null(), "{form:?}: {body}");
            }
            Some(row) => row.assert(&reply),
        }
    }
}

#[tokio::test]
async fn header_name_has_no_case() {
    let app = App::new().await;
    let token = app.login("alice").await.access;
    for name in ["Authorization", "authorization", "AUTHORIZATION", "aUtHoRiZaTiOn"] {
        let head = format!(
            "GET /access HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{name}: Bearer {token}\r\n\r\n"
        );
        let reply = app.raw(head).await.expect("an answer");
        assert_eq!(reply.status, 200, "{name}");
    }
}

#[tokio::test]
async fn two_headers_are_malformed_in_both_orders() {
    let app = App::new().await;
    let token = app.login("alice").await.access;
    let good = format!("Bearer {token}");
    for other in [good.as_str(), "Bearer x", "Basic dGVzdDp0ZXN0", "", "Bearer"] {
        for (first, second) in [(good.as_str(), other), (other, good.as_str())] {
            for route in ["/access", "/optional", "/user", "/plain/optional"] {
                let call = app.call("GET", route).header("authorization", first);
                let reply = call.header("authorization", second).send().await;
                request_malformed().assert(&reply);
            }
        }
    }
}

/// Bytes past ASCII are no part of any credentials.
#[tokio::test]
async fn bytes_past_ascii_are_malformed() {
    let app = App::new().await;
    let token = app.login("alice").await.access;
    for byte in [0x80, 0xa0, 0xc3, 0xff] {
        for value in [
            [b"Bearer ", &[byte][..], token.as_bytes()].concat(),
            [b"Bearer ", token.as_bytes(), &[byte]].concat(),
            [b"Bearer", &[byte][..], token.as_bytes()].concat(),
            vec![byte],
        ] {
            let reply = app.call("GET", "/access").header("authorization", &value).send().await;
            request_malformed().assert(&reply);
        }
    }
}

#[tokio::test]
async fn every_method_is_guarded_by_the_same_header() {
    let app = App::new().await;
    let pair = app.login("alice").await;
    for (method, path) in
        [("POST", "/echo"), ("POST", "/logout"), ("DELETE", "/sessions/x"), ("GET", "/sessions")]
    {
        token_missing().assert(&app.call(method, path).send().await);
        let basic = app.call(method, path).header("authorization", "Basic eDp5").send().await;
        token_missing().assert(&basic);
        let bare = app.call(method, path).header("authorization", "Bearer").send().await;
        request_malformed().assert(&bare);
    }
    let head = app.call("HEAD", "/access").bearer(&pair.access).send().await;
    assert_eq!(head.assert_status(200).body, "");
}
