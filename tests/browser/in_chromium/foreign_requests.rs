//! Scripts, pictures and frames on other origins, in the browser of somebody who is logged in.

use jwt_tests::browser::{Chromium, Exchange};
use serde_json::{Value, json};

use super::attacker::{Attacker, Distance, Guess, PATHS, assert_refused, with_guess};
use super::person::Person;
use crate::site::Site;

/// Where the attacker's pages are, for somebody at `localhost`.
const HOSTS: [(&str, Distance); 2] =
    [("localhost", Distance::SameSite), ("127.0.0.1", Distance::CrossSite)];

/// What the browser has sent to the website.
fn to_site<'a>(exchanges: &'a [Exchange], person: &Person, method: &str) -> Vec<&'a Exchange> {
    let to_site = exchanges.iter().filter(|exchange| exchange.url.starts_with(&person.origin));
    to_site.filter(|exchange| exchange.method == method).collect()
}

async fn somebody(chromium: &Chromium, site: &Site) -> Person {
    let ada = Person::signed_up(chromium, site).await;
    site.log_in_elsewhere("ada@example.com").await;
    ada
}

/// What a form could send too, so that the browser does not ask first.
#[tokio::test]
async fn a_foreign_script_cannot_act() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site).await;
    let (sessions, cookies) = (ada.sessions().await, ada.cookies().await);
    let script = with_guess(
        "const [url, type, chosen] = arguments;
        const body = guess[chosen] ? `csrf_token=${guess[chosen]}` : '';
        const options = {method: 'POST', credentials: 'include', mode: 'no-cors', body};
        await fetch(url, {...options, headers: {'Content-Type': type}});",
    );
    for (host, distance) in HOSTS {
        attacker.lure(&ada.device, host).await;
        ada.device.exchanges().await;
        for path in PATHS {
            for kind in ["text/plain", "application/x-www-form-urlencoded"] {
                for guess in Guess::ALL {
                    let url = format!("{}{path}", ada.origin);
                    let arguments = [json!(url), json!(kind), json!(guess.name())];
                    ada.device.run(&script, &arguments).await;
                }
            }
        }
        let exchanges = ada.device.exchanges().await;
        let posts = to_site(&exchanges, &ada, "POST");
        assert_eq!(posts.len(), PATHS.len() * 2 * Guess::ALL.len());
        for post in posts {
            assert_refused(post, distance);
        }
        assert_eq!(ada.cookies().await, cookies);
    }
    assert_eq!(ada.sessions().await, sessions);
    ada.assert_logged_in().await;
}

/// With the header, or with a method that no form has, the browser asks first.
#[tokio::test]
async fn a_foreign_script_may_not_send_the_csrf_header() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site).await;
    let sessions = ada.sessions().await;
    let script = with_guess(
        "const [origin] = arguments;
        const options = {credentials: 'include', headers: {'X-CSRF-Token': guess.read}};
        const calls = [['POST', '/api/auth/logout'], ['POST', '/api/auth/refresh'], ['DELETE', '/api/devices']];
        return await Promise.all(calls.map(([method, path]) =>
            fetch(origin + path, {...options, method}).then(() => 'answered', error => error.name)));",
    );
    for (host, _) in HOSTS {
        attacker.lure(&ada.device, host).await;
        ada.device.exchanges().await;
        let outcomes = ada.device.run(&script, &[json!(ada.origin)]).await;
        assert_eq!(outcomes, json!(["TypeError", "TypeError", "TypeError"]));
        let exchanges = ada.device.exchanges().await;
        assert!(to_site(&exchanges, &ada, "OPTIONS").len() >= 3, "{exchanges:#?}");
        for method in ["POST", "DELETE"] {
            let mut not_asked_for = to_site(&exchanges, &ada, method).into_iter();
            assert!(not_asked_for.all(|exchange| exchange.status.is_none()), "{exchanges:#?}");
        }
    }
    assert_eq!(ada.sessions().await, sessions);
    ada.assert_logged_in().await;
}

#[tokio::test]
async fn a_foreign_script_cannot_read_anything() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site).await;
    let script = "
        const [origin] = arguments;
        const read = path => fetch(origin + path, {credentials: 'include'}).then(answer => answer.text(), error => error.name);
        return await Promise.all(['/api/dashboard', '/api/devices', '/dashboard', '/devices'].map(read));
    ";
    for (host, _) in HOSTS {
        attacker.lure(&ada.device, host).await;
        let outcomes = ada.device.run(script, &[json!(ada.origin)]).await;
        assert_eq!(outcomes, json!(["TypeError", "TypeError", "TypeError", "TypeError"]), "{host}");
    }
}

/// A GET changes nothing, even with all cookies.
#[tokio::test]
async fn a_picture_cannot_act() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site).await;
    let (sessions, cookies) = (ada.sessions().await, ada.cookies().await);
    let script = "
        const [url] = arguments;
        await new Promise(resolve => Object.assign(new Image(), {onload: resolve, onerror: resolve, src: url}));
    ";
    for (host, _) in HOSTS {
        attacker.lure(&ada.device, host).await;
        for path in PATHS.into_iter().chain(["/", "/dashboard", "/devices", "/ws"]) {
            ada.device.run(script, &[json!(format!("{}{path}", ada.origin))]).await;
        }
        assert_eq!(ada.cookies().await, cookies);
    }
    assert_eq!(ada.sessions().await, sessions);
    ada.assert_logged_in().await;
}

/// Or one could be made to click on the buttons in it.
#[tokio::test]
async fn a_foreign_page_cannot_frame_the_website() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site).await;
    for (host, distance) in HOSTS {
        for (path, button) in [("/dashboard", "#logout-button"), ("/devices", "#end-others")] {
            let frame = format!(r#"<iframe src="{}{path}"></iframe>"#, ada.origin);
            ada.device.exchanges().await;
            attacker.show(&ada.device, host, &frame).await;
            let exchanges = ada.device.exchanges().await;
            if distance == Distance::SameSite {
                let gets = to_site(&exchanges, &ada, "GET");
                assert!(gets.iter().any(|get| get.sent_cookie("access_token")), "{exchanges:#?}");
            }
            ada.device.enter_frame(0).await;
            assert_eq!(ada.device.text(button).await, None, "{path} from {host}");
            let origin = ada.device.run("return location.origin", &[]).await;
            assert_eq!(origin, Value::from("null"), "{path} from {host}");
        }
    }
}
