//! Around the token: B1 to B4, B8, RFC 9110 §11, RFC 9112; catalogue 16 and 17.

use jwt_tests::attack::Target;
use jwt_tests::refusal::{Refusal, request_malformed, token_missing};

fn request(target: &Target, head: &[u8]) -> Vec<u8> {
    let host = format!("Host: {}\r\nConnection: close\r\n\r\n", target.app.address);
    [head, host.as_bytes()].concat()
}

fn get(target: &Target, headers: &[u8]) -> Vec<u8> {
    request(target, &[b"GET /plain/access HTTP/1.1\r\n", headers].concat())
}

/// What a server may answer to bytes that are not HTTP: a 400 of its own, or nothing at all.
fn is_refused_below(reply: Option<&jwt_tests::client::Reply>) -> bool {
    reply.is_none_or(|reply| matches!(reply.status, 400 | 431))
}

#[tokio::test]
async fn bytes_that_are_not_http_are_refused_below() {
    let target = Target::new().await;
    let token = &target.good.access;
    for headers in [
        format!("Authorization: Bearer {token}\0\r\n"),
        format!("Authorization: Bearer \0{token}\r\n"),
        format!("Authorization: Bearer {token}\rX: y\r\n"),
        format!("Authorization : Bearer {token}\r\n"),
        format!("Authori zation: Bearer {token}\r\n"),
        format!("Authorization: Bearer\r\n {token}\r\n"),
        format!("Authorization: Bearer\r\n\t{token}\r\n"),
        format!("Authorization\0: Bearer {token}\r\n"),
        format!("Authorization Bearer {token}\r\n"),
        format!(" Authorization: Bearer {token}\r\n"),
        format!("Authorization: Bearer {token}\u{7f}\r\n"),
    ] {
        let reply = target.app.raw(get(&target, headers.as_bytes())).await;
        assert!(is_refused_below(reply.as_ref()), "{headers:?}: {reply:?}");
    }
    let control = format!("Authorization: Bearer {token}\r\n");
    let reply = target.app.raw(get(&target, control.as_bytes())).await;
    assert_eq!(reply.map(|reply| reply.status), Some(200));
}

/// B4: two are too many, in any order and any company.
#[tokio::test]
async fn second_authorization_header_is_refused() {
    let target = Target::new().await;
    let good = format!("Authorization: Bearer {}\r\n", target.good.access);
    for other in [
        good.clone(),
        good.to_lowercase().replace("bearer", "Bearer"),
        "Authorization: Bearer garbage\r\n".to_owned(),
        "Authorization: Basic dGVzdDp0ZXN0\r\n".to_owned(),
        "Authorization: \r\n".to_owned(),
        "authorization: x\r\n".to_owned(),
        "AUTHORIZATION: Bearer\r\n".to_owned(),
    ] {
        for headers in [format!("{good}{other}"), format!("{other}{good}")] {
            let reply = target.app.raw(get(&target, headers.as_bytes())).await.expect("an answer");
            request_malformed().assert(&reply);
        }
    }
}

/// B2, B3, B8 and RFC 9700 §4.3.2: the token is in the header or it is nowhere.
#[tokio::test]
async fn token_in_other_places_is_ignored() {
    let target = Target::new().await;
    let token = &target.good.access;
    let form = format!("access_token={token}");
    let json = format!(r#"{{"access_token":"{token}"}}"#);
    for (what, head) in [
        ("the query", format!("GET /plain/access?access_token={token} HTTP/1.1\r\n")),
        ("the query", format!("GET /plain/access?token={token}&jwt={token} HTTP/1.1\r\n")),
        ("the fragment", format!("GET /plain/access?#access_token={token} HTTP/1.1\r\n")),
        (
            "user information",
            format!("GET http://x:{token}@{}/plain/access HTTP/1.1\r\n", target.app.address),
        ),
        (
            "a cookie",
            format!(
                "GET /plain/access HTTP/1.1\r\nCookie: access_token={token}; access_token_cookie={token}; jwt={token}\r\n"
            ),
        ),
        (
            "the proxy's header",
            format!("GET /plain/access HTTP/1.1\r\nProxy-Authorization: Bearer {token}\r\n"),
        ),
        (
            "X-Authorization",
            format!("GET /plain/access HTTP/1.1\r\nX-Authorization: Bearer {token}\r\n"),
        ),
        ("X-Access-Token", format!("GET /plain/access HTTP/1.1\r\nX-Access-Token: {token}\r\n")),
        (
            "a subprotocol",
            format!("GET /plain/access HTTP/1.1\r\nSec-WebSocket-Protocol: bearer, {token}\r\n"),
        ),
        (
            "an underscore",
            format!("GET /plain/access HTTP/1.1\r\nHTTP_AUTHORIZATION: Bearer {token}\r\n"),
        ),
    ] {
        let reply = target.app.raw(request(&target, head.as_bytes())).await.expect("an answer");
        assert_row(what, &token_missing(), &reply);
    }
    for (content_type, body) in
        [("application/x-www-form-urlencoded", &form), ("application/json", &json)]
    {
        let head = format!(
            "POST /logout HTTP/1.1\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
             Host: {}\r\nConnection: close\r\n\r\n{body}",
            body.len(),
            target.app.address,
        );
        let reply = target.app.raw(head).await.expect("an answer");
        assert_row(content_type, &token_missing(), &reply);
    }
    target.app.get("/plain/access", token).await.assert_status(200);
}

#[track_caller]
fn assert_row(what: &str, row: &Refusal, reply: &jwt_tests::client::Reply) {
    if let Some(mismatch) = row.mismatch(reply) {
        panic!("{what}: {mismatch}");
    }
}

/// Headers by which a careless proxy tells who somebody is.
#[tokio::test]
async fn identity_headers_are_ignored() {
    let target = Target::new().await;
    for name in [
        "X-User",
        "X-User-Id",
        "X-Username",
        "X-Remote-User",
        "Remote-User",
        "X-Forwarded-User",
        "X-Auth-Request-User",
        "X-Authenticated-User",
        "X-Forwarded-For",
        "X-Real-IP",
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-HTTP-Method-Override",
        "X-Internal",
        "X-Sub",
        "X-JWT-Claims",
        "X-Userinfo",
        "X-Role",
        "Forwarded",
        "Via",
    ] {
        for value in ["victim", "admin", "127.0.0.1", "/login", "true"] {
            let reply = target.app.call("GET", "/plain/access").header(name, value).send().await;
            assert_row(name, &token_missing(), &reply);
        }
    }
}

/// Whatever the path or the method looks like, nothing guarded answers without a token.
#[tokio::test]
async fn spellings_of_paths_and_methods_open_nothing() {
    let target = Target::new().await;
    for line in [
        "GET /plain/access/ HTTP/1.1",
        "GET //plain/access HTTP/1.1",
        "GET /plain//access HTTP/1.1",
        "GET /./plain/access HTTP/1.1",
        "GET /x/../plain/access HTTP/1.1",
        "GET /plain/%61ccess HTTP/1.1",
        "GET /plain%2faccess HTTP/1.1",
        "GET /plain/access%00 HTTP/1.1",
        "GET /plain/access;a=b HTTP/1.1",
        "GET /plain/access%20 HTTP/1.1",
        "GET /PLAIN/ACCESS HTTP/1.1",
        "GET /plain/access? HTTP/1.1",
        "GET /plain/access.json HTTP/1.1",
        "GET /plain\\access HTTP/1.1",
        "GET http://example.com/plain/access HTTP/1.1",
        "get /plain/access HTTP/1.1",
        "HEAD /plain/access HTTP/1.1",
        "OPTIONS /plain/access HTTP/1.1",
        "TRACE /plain/access HTTP/1.1",
        "POST /plain/access HTTP/1.1",
        "PUT /plain/access HTTP/1.1",
        "DEBUG /plain/access HTTP/1.1",
        "GET /plain/access HTTP/1.0",
        "CONNECT /plain/access HTTP/1.1",
        "QUERY /plain/access HTTP/1.1",
        "POST /logout HTTP/1.1",
        "DELETE /sessions/x HTTP/1.1",
        "POST /refresh HTTP/1.1",
    ] {
        let reply = target.app.raw(request(&target, format!("{line}\r\n").as_bytes())).await;
        let status = reply.map_or(400, |reply| reply.status);
        assert!(matches!(status, 400 | 401 | 404 | 405), "{line}: {status}");
    }
}

/// `HEAD` is `GET` without the body: the same guard, the same challenge.
#[tokio::test]
async fn head_is_guarded_like_get() {
    let target = Target::new().await;
    let reply = target.app.call("HEAD", "/plain/access").send().await.assert_status(401);
    assert_eq!(reply.headers_named("www-authenticate"), [r#"Bearer realm="api""#]);
    assert_eq!(reply.headers_named("cache-control"), ["no-store"]);
    assert_eq!(reply.body, "");
    target
        .app
        .call("HEAD", "/plain/access")
        .bearer(&target.good.access)
        .send()
        .await
        .assert_status(200);
}

/// Too much of anything is refused below, and the next client is served.
#[tokio::test]
async fn floods_are_survived() {
    let target = Target::new().await;
    let many: String = (0..1000).map(|i| format!("X-H{i}: {i}\r\n")).collect();
    let cookies = format!("Cookie: {}\r\n", "a=b; ".repeat(1000));
    let long = format!("Authorization: Bearer {}\r\n", "A".repeat(1_000_000));
    for headers in [many, long] {
        let reply = target.app.raw(get(&target, headers.as_bytes())).await;
        assert!(is_refused_below(reply.as_ref()), "{reply:?}");
    }
    let reply = target.app.raw(get(&target, cookies.as_bytes())).await.expect("an answer");
    token_missing().assert(&reply);
    target.app.get("/plain/access", &target.good.access).await.assert_status(200);
}
