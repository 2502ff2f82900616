//! Attacks to which the browser brings the token along from everywhere.

use jwt_tests::browser::Chromium;
use serde_json::json;

use super::attacker::{Attacker, Guess, with_guess};
use super::own_website;
use super::person::Person;

const TOKEN: &str = "__Host-access_token";

/// Another port, another host, and a name below.
const HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "blog.localhost"];

/// Somebody who is logged in, and has done one thing.
async fn somebody(chromium: &Chromium) -> (Person, own_website::Deeds) {
    let (origin, deeds) = own_website::start().await;
    let ada = Person { device: chromium.lenient_device().await, origin };
    ada.open("/").await;
    ada.device.click("#act").await;
    ada.device.wait_for_text("body", "done").await;
    assert_eq!(deeds.count(), 1);
    (ada, deeds)
}

#[tokio::test]
async fn the_browser_takes_the_cookies_under_their_default_names() {
    let chromium = Chromium::start();
    let (ada, _) = somebody(&chromium).await;
    let cookies = ada.device.cookies().await;
    let mut described: Vec<_> = cookies
        .iter()
        .map(|cookie| {
            assert_eq!((&cookie["secure"], &cookie["domain"]), (&json!(true), &json!("localhost")));
            let text = |name: &str| cookie[name].as_str().unwrap_or_default().to_owned();
            (text("name"), text("path"), cookie["httpOnly"] == true)
        })
        .collect();
    described.sort();
    let expected = [
        ("__Host-access_token", "/", true),
        ("__Host-csrf_access_token", "/", false),
        ("__Host-csrf_refresh_token", "/", false),
        ("__Secure-refresh_token", "/refresh", true),
    ];
    let expected = expected.map(|(name, path, only)| (name.to_owned(), path.to_owned(), only));
    assert_eq!(described, expected);
}

#[tokio::test]
async fn a_form_that_brings_the_token_cannot_act() {
    let chromium = Chromium::start();
    let attacker = Attacker::start().await;
    let (ada, deeds) = somebody(&chromium).await;
    for host in HOSTS {
        for guess in Guess::ALL {
            let post = attacker.submit(&ada, host, "/act", &[], guess).await;
            assert!(post.sent_cookie(TOKEN), "{host}: {post:#?}");
            assert_eq!(post.status, Some(403), "{host} {guess:?}");
        }
    }
    assert_eq!(deeds.count(), 1);
}

/// In a frame that is nobody's, a form comes from the origin `null`.
#[tokio::test]
async fn a_form_from_nowhere_cannot_act() {
    let chromium = Chromium::start();
    let attacker = Attacker::start().await;
    let (ada, deeds) = somebody(&chromium).await;
    let script = with_guess(&format!(
        "const form = `<form method=post target=_top action={}/act>
            <input name=csrf_token value=${{guess.read}}></form>`;
        const frame = document.createElement('iframe');
        frame.sandbox = 'allow-forms allow-scripts allow-top-navigation';
        frame.srcdoc = form + '<script>document.forms[0].submit()<\\/script>';
        document.body.append(frame);",
        ada.origin
    ));
    let page = format!("<script>{script}</script>");
    ada.device.exchanges().await;
    attacker.show(&ada.device, "localhost", &page).await;
    let post = ada.device.wait_for_answer("POST").await;
    assert_eq!(post.headers["origin"], "null");
    assert_eq!(post.status, Some(403), "{post:#?}");
    assert_eq!(deeds.count(), 1);
}

#[tokio::test]
async fn a_script_that_brings_the_token_cannot_act() {
    let chromium = Chromium::start();
    let attacker = Attacker::start().await;
    let (ada, deeds) = somebody(&chromium).await;
    let script = "
        const [url] = arguments;
        await fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include'});
    ";
    for host in HOSTS {
        attacker.lure(&ada.device, host).await;
        ada.device.exchanges().await;
        ada.device.run(script, &[json!(format!("{}/act", ada.origin))]).await;
        let post = ada.device.wait_for_answer("POST").await;
        assert!(post.sent_cookie(TOKEN), "{host}: {post:#?}");
        assert_eq!(post.status, Some(403), "{host}");
    }
    assert_eq!(deeds.count(), 1);
}

#[tokio::test]
async fn a_websocket_that_brings_the_token_does_not_open() {
    let chromium = Chromium::start();
    let attacker = Attacker::start().await;
    let (ada, deeds) = somebody(&chromium).await;
    let script = "
        const socket = new WebSocket(arguments[0]);
        return await new Promise(resolve => {
            socket.onopen = () => resolve('open');
            socket.onclose = event => resolve(event.code);
        });
    ";
    let url = format!("{}/ws", ada.origin.replace("http", "ws"));
    for host in HOSTS {
        attacker.lure(&ada.device, host).await;
        ada.device.exchanges().await;
        assert_eq!(ada.device.run(script, &[json!(url)]).await, 1006, "{host}");
        // Without a token it were 401.
        assert_eq!(ada.device.wait_for_answer("WEBSOCKET").await.status, Some(403), "{host}");
    }
    assert_eq!(deeds.count(), 1);
    ada.open("/").await;
    assert_eq!(ada.device.run(script, &[json!(url)]).await, "open");
}
