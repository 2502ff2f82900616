//! An open WebSocket ends with its session.

use std::time::Duration;

use jwt_tests::browser::Chromium;
use serde_json::Value;

use super::person::Person;
use crate::site::Site;

const ROUNDS: usize = 5;

/// Opens a socket, waits until it has said who is there, logs out, and returns the milliseconds
/// from the answer to the logout until the socket was closed, and the code that it was closed with.
const LOG_OUT_UNDER_AN_OPEN_SOCKET: &str = "
    const socket = new WebSocket(`ws://${location.host}/ws`);
    await new Promise((resolve, reject) => {
        socket.onmessage = resolve;
        socket.onclose = event => reject(`closed ${event.code}`);
    });
    const closed = new Promise(resolve => {
        socket.onclose = event => resolve({code: event.code, at: performance.now()});
    });
    const csrf = document.cookie.match(/(?:^|; )csrf_access_token=([^;]*)/)[1];
    const answer = await fetch('/api/auth/logout', {method: 'POST', headers: {'X-CSRF-Token': csrf}});
    const answered = performance.now();
    const {code, at} = await closed;
    return {status: answer.status, code, milliseconds: at - answered};
";

#[tokio::test]
async fn an_open_websocket_closes_within_a_second_of_logout() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    for round in 1..=ROUNDS {
        let outcome = ada.device.run(LOG_OUT_UNDER_AN_OPEN_SOCKET, &[]).await;
        assert_eq!((&outcome["status"], &outcome["code"]), (&Value::from(200), &Value::from(1008)));
        let milliseconds = outcome["milliseconds"].as_f64().expect("a number");
        println!("round {round}: closed {milliseconds:.0} ms after the answer to the logout");
        assert!(milliseconds < 1000.0, "{milliseconds} ms");
        ada.log_in("ada@example.com").await;
    }
}

#[tokio::test]
async fn logging_out_in_one_tab_closes_the_socket_of_another() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.device.wait_for_text("#socket", "open").await;
    let first = ada.device.tab().await;
    ada.device.open_tab().await;
    ada.open("/devices").await;
    ada.log_out().await;
    ada.device.switch_to(&first).await;
    ada.device.wait_for_text("#socket", "closed 1008").await;
}

#[tokio::test]
async fn a_websocket_without_a_session_does_not_open() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let nobody = Person::new(&chromium, site.localhost()).await;
    nobody.open("/login").await;
    nobody.device.exchanges().await;
    let script = "
        const socket = new WebSocket(`ws://${location.host}/ws`);
        return await new Promise(resolve => {
            socket.onopen = () => resolve('open');
            socket.onclose = event => resolve(event.code);
        });
    ";
    assert_eq!(nobody.device.run(script, &[]).await, 1006);
    assert_eq!(nobody.device.wait_for_answer("WEBSOCKET").await.status, Some(401));
}

#[tokio::test]
async fn a_socket_says_who_is_there() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let script = "
        const socket = new WebSocket(`ws://${location.host}/ws`);
        return await new Promise(resolve => socket.onmessage = event => resolve(JSON.parse(event.data)));
    ";
    let said = ada.device.run(script, &[]).await;
    assert!(!said["user"].is_null(), "{said}");
}

/// A socket may stay open for longer than a token lives, but not with that token.
#[tokio::test]
async fn a_socket_closes_when_its_token_expires() {
    let short = ("JWT_ACCESS_TOKEN_EXPIRES", "3");
    let (site, chromium) = (Site::start_with(&[short]), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let script = "
        const socket = new WebSocket(`ws://${location.host}/ws`);
        await new Promise(resolve => socket.onopen = resolve);
        const opened = performance.now();
        const code = await new Promise(resolve => socket.onclose = event => resolve(event.code));
        return {code, milliseconds: performance.now() - opened};
    ";
    // On a page that does not renew anything.
    ada.open("/devices").await;
    let closed = ada.device.run(script, &[]).await;
    assert_eq!(closed["code"], 3000);
    let after =
        Duration::from_secs_f64(closed["milliseconds"].as_f64().expect("a number") / 1000.0);
    assert!(after < Duration::from_secs(5), "{after:?}");
}
