//! WebSockets from other origins, to which the browser does not apply the rules of `fetch`.

use jwt_tests::browser::Chromium;
use serde_json::json;

use super::attacker::Attacker;
use super::person::Person;
use crate::site::Site;

/// How the attempt ends: `open`, or the code that it was closed with.
const OPEN: &str = "
    const socket = new WebSocket(arguments[0]);
    return await new Promise(resolve => {
        socket.onopen = () => resolve('open');
        socket.onclose = event => resolve(event.code);
    });
";

/// Tries it on an attacker's page, and returns the status of the answer.
async fn try_to_open(person: &Person, attacker: &Attacker, host: &str) -> Option<u64> {
    attacker.lure(&person.device, host).await;
    person.device.exchanges().await;
    let url = format!("{}/ws", person.origin.replace("http", "ws"));
    // 1006: it was never open.
    assert_eq!(person.device.run(OPEN, &[json!(url)]).await, 1006, "{host}");
    let handshake = person.device.wait_for_answer("WEBSOCKET").await;
    assert_eq!(handshake.headers["origin"], attacker.origin(host));
    handshake.status
}

#[tokio::test]
async fn a_websocket_from_another_port_is_refused() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = Person::signed_up(&chromium, &site).await;
    // The browser has sent the token along: without one it were 401.
    assert_eq!(try_to_open(&ada, &attacker, "localhost").await, Some(403));
    ada.assert_logged_in().await;
}

#[tokio::test]
async fn a_cross_site_websocket_is_refused() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = Person::signed_up(&chromium, &site).await;
    for host in ["127.0.0.1", "blog.localhost"] {
        let status = try_to_open(&ada, &attacker, host).await;
        assert!(matches!(status, Some(401 | 403)), "{host}: {status:?}");
    }
    ada.assert_logged_in().await;
}
