//! Which cookie is the token's, among all that a browser sends.

use axum::http::HeaderValue;
use jwt_runtime::{MemoryStore, TokenLocation};
use jwt_tests::app::App;
use jwt_tests::client::Reply;
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{request_malformed, token_invalid, token_missing};

async fn app() -> (App, String) {
    let app = App::with(|builder| {
        builder.secret(SECRET).store(MemoryStore::new()).locations([TokenLocation::Cookie])
    })
    .await;
    let token = app.login("alice").await.access;
    (app, token)
}

/// Sends these `Cookie` headers.
async fn send(app: &App, headers: &[Vec<u8>]) -> Reply {
    for header in headers {
        HeaderValue::from_bytes(header).expect("what HTTP lets through");
    }
    let call = app.call("GET", "/access");
    headers.iter().fold(call, |call, header| call.header("cookie", header)).send().await
}

fn filled(forms: &[&str], token: &str) -> Vec<Vec<u8>> {
    let fill = |form: &&str| form.replace("NAME", ACCESS_COOKIE).replace("{}", token).into_bytes();
    forms.iter().map(fill).collect()
}

#[tokio::test]
async fn one_cookie_of_the_name_is_the_token() {
    let (app, token) = app().await;
    for forms in [
        ["NAME={}"].as_slice(),
        &["a=b; NAME={}; c=d"],
        &["a=b;NAME={};c=d"],
        &["  NAME={}  "],
        &["NAME = {}"],
        &["a=b", "NAME={}", "c=d"],
        // Others are none of our business, whatever they are.
        &["=x; ; ;;a; a=; a=a=a; \"; NAME={}; é=ü; a=\u{2000}"],
        // Names have case, and no parts.
        &["NAME={}; __host-access_token=x; access_token=x; x__Host-access_token=x; NAME2=x"],
        &["NAME={}; x=NAME=y"],
    ] {
        let reply = send(&app, &filled(forms, &token)).await;
        assert_eq!(reply.status, 200, "{forms:?}: {reply:?}");
    }
}

#[tokio::test]
async fn two_cookies_of_the_name_are_malformed() {
    let (app, token) = app().await;
    for forms in [
        ["NAME={}; NAME={}"].as_slice(),
        &["NAME=x; NAME={}"],
        &["NAME={}; NAME=x"],
        &["NAME={}; NAME="],
        &["NAME=; NAME={}"],
        &["NAME={}; a=b", "NAME={}"],
        &["NAME={};\tNAME=x"],
        &["$Version=1; NAME={}; $Path=/; NAME=x"],
    ] {
        request_malformed().assert(&send(&app, &filled(forms, &token)).await);
    }
}

/// The parser of a browser, or of a proxy, that trims more than RFC 6265 does sends a planted cookie
/// with such a name.
#[tokio::test]
async fn white_space_of_unicode_makes_no_prefix() {
    let (app, token) = app().await;
    for space in ["\u{2000}", "\u{a0}", "\u{3000}", "\u{feff}", "\u{85}", "\u{2028}"] {
        for form in [format!("{space}NAME={{}}"), format!("NAME{space}={{}}")] {
            token_missing().assert(&send(&app, &filled(&[&form], &token)).await);
            // Beside the real one it is another cookie.
            let both = format!("{form}; NAME={{}}");
            assert_eq!(send(&app, &filled(&[&both], &token)).await.status, 200, "{both:?}");
        }
    }
}

#[tokio::test]
async fn value_is_the_token_as_it_is() {
    let (app, token) = app().await;
    for form in ["NAME=\"{}\"", "NAME={}=", "NAME={}%20", "NAME=Bearer {}", "NAME={}, {}", "NAME=x"]
    {
        token_invalid().assert(&send(&app, &filled(&[form], &token)).await);
    }
    for form in ["NAME=", "NAME", "NAME; {}", "=NAME={}", "a=NAME={}", "NAME\t\u{b7}={}", ""] {
        token_missing().assert(&send(&app, &filled(&[form], &token)).await);
    }
}

#[tokio::test]
async fn many_cookies_are_read_in_their_time() {
    let (app, token) = app().await;
    let many = (0..3_000).map(|number| format!("a{number}=b; ")).collect::<String>();
    let reply = send(&app, &filled(&[&format!("{many}NAME={{}}")], &token)).await;
    assert_eq!(reply.status, 200);
}
