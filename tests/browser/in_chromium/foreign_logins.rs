//! Somebody is to be logged in as somebody else, so that the attacker sees what they do.

use jwt_tests::browser::Chromium;
use serde_json::json;

use super::attacker::{Attacker, Guess};
use super::person::Person;
use crate::site::{PASSWORD, Site};

/// Where the attacker's pages may be.
const HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

const MALLORY: [(&str, &str); 2] = [("email", "mallory@example.com"), ("password", PASSWORD)];

const NEW_ACCOUNT: [(&str, &str); 4] = [
    ("name", "Mallory"),
    ("email", "new@example.com"),
    ("password", PASSWORD),
    ("password_confirm", PASSWORD),
];

async fn site_with_mallory() -> Site {
    let site = Site::start();
    let (status, body) = site.api().register("mallory@example.com").await;
    assert_eq!(status, 201, "{body}");
    site
}

#[tokio::test]
async fn a_foreign_form_cannot_log_anybody_in() {
    let (site, chromium) = (site_with_mallory().await, Chromium::start());
    let attacker = Attacker::start().await;
    let nobody = Person::new(&chromium, site.localhost()).await;
    for host in HOSTS {
        for (path, fields) in [("/login", &MALLORY[..]), ("/signup", &NEW_ACCOUNT)] {
            let post = attacker.submit(&nobody, host, path, fields, Guess::Nothing).await;
            assert_eq!(post.status, Some(403), "{path} from {host}");
            assert_eq!(nobody.cookies().await.len(), 0);
        }
    }
    nobody.assert_logged_out().await;
    assert_eq!(site.api().log_in("new@example.com").await.0, 400);
}

#[tokio::test]
async fn a_foreign_form_cannot_make_somebody_another_one() {
    let (site, chromium) = (site_with_mallory().await, Chromium::start());
    let attacker = Attacker::start().await;
    let ada = Person::signed_up(&chromium, &site).await;
    let before = ada.cookies().await;
    for host in HOSTS {
        for guess in Guess::ALL {
            let post = attacker.submit(&ada, host, "/login", &MALLORY, guess).await;
            assert_eq!(post.status, Some(403), "{host} {guess:?}");
            assert_eq!(ada.cookies().await, before);
        }
    }
    ada.assert_logged_in().await;
}

/// The API takes JSON, which a form cannot send: only something that looks like it.
#[tokio::test]
async fn a_foreign_script_cannot_log_anybody_in_through_the_api() {
    let (site, chromium) = (site_with_mallory().await, Chromium::start());
    let attacker = Attacker::start().await;
    let nobody = Person::new(&chromium, site.localhost()).await;
    let script = "
        const [url, body, type] = arguments;
        const options = {method: 'POST', credentials: 'include', mode: 'no-cors', body};
        await fetch(url, {...options, headers: {'Content-Type': type}});
    ";
    let url = format!("{}/api/auth/login", site.localhost());
    let body = json!({"email": "mallory@example.com", "password": PASSWORD}).to_string();
    for host in HOSTS {
        attacker.lure(&nobody.device, host).await;
        for kind in ["text/plain", "application/x-www-form-urlencoded"] {
            nobody.device.exchanges().await;
            nobody.device.run(script, &[json!(url), json!(body), json!(kind)]).await;
            let exchanges = nobody.device.exchanges().await;
            let status = exchanges.iter().find(|it| it.method == "POST").and_then(|it| it.status);
            assert!(matches!(status, Some(400..=499)), "{exchanges:#?}");
            assert_eq!(nobody.cookies().await.len(), 0);
        }
    }
    nobody.assert_logged_out().await;
}
