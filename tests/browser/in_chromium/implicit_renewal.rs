//! Somebody comes back after the access token has expired, to a page that renews nothing by itself.
//! The website does that on the way, with the refresh token, for whoever may act with it.

use jwt_tests::browser::{Chromium, until};
use serde_json::json;

use super::attacker::{Attacker, Guess};
use super::person::Person;
use crate::site::Site;

/// So short that waiting for the end of it is no matter.
const SHORT: (&str, &str) = ("JWT_ACCESS_TOKEN_EXPIRES", "2");

/// Until the browser has nothing left of the access token.
async fn wait_until_expired(person: &Person) {
    until("the access token to expire", async || {
        let cookies = person.cookies().await;
        cookies.keys().eq(["csrf_refresh_token", "refresh_token"]).then_some(())
    })
    .await;
}

/// Somebody without JavaScript, so that nothing is renewed behind their back.
async fn somebody(chromium: &Chromium, site: &Site) -> Person {
    let device = chromium.device_without_javascript().await;
    let ada = Person { device, origin: site.localhost() };
    ada.sign_up("ada@example.com").await;
    ada
}

#[tokio::test]
async fn a_page_opened_after_expiry_is_there() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let ada = somebody(&chromium, &site).await;
    wait_until_expired(&ada).await;
    let before = ada.cookies().await;
    assert_eq!(ada.sessions().await.len(), 1);
    let after = ada.cookies().await;
    assert!(after.contains_key("access_token"));
    assert_ne!(after["refresh_token"], before["refresh_token"]);
    assert_eq!(after["csrf_refresh_token"], before["csrf_refresh_token"]);
}

#[tokio::test]
async fn a_form_sent_after_expiry_still_acts() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let ada = somebody(&chromium, &site).await;
    site.log_in_elsewhere("ada@example.com").await;
    assert_eq!(ada.sessions().await.len(), 2);
    wait_until_expired(&ada).await;
    ada.device.click("#end-others").await;
    ada.device.wait_for_path("/devices").await;
    assert_eq!(ada.sessions().await.len(), 1);
    wait_until_expired(&ada).await;
    ada.log_out().await;
    assert_eq!(ada.cookies().await.len(), 0);
    ada.assert_logged_out().await;
}

#[tokio::test]
async fn a_foreign_form_after_expiry_cannot_act() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = Person::signed_up(&chromium, &site).await;
    site.log_in_elsewhere("ada@example.com").await;
    let sessions = ada.sessions().await;
    wait_until_expired(&ada).await;
    let before = ada.cookies().await;
    let paths = ["/logout", "/devices/end", "/devices/end-others", "/api/auth/refresh"];
    for path in paths {
        for guess in Guess::ALL {
            let fields = [("sid", sessions[0].as_str())];
            let post = attacker.submit(&ada, "localhost", path, &fields, guess).await;
            assert!(post.sent_cookie("refresh_token"), "{post:#?}");
            assert_eq!(post.status, Some(403), "{path} {guess:?}");
            // Neither used up nor renewed.
            assert_eq!(ada.cookies().await, before, "{path} {guess:?}");
        }
    }
    assert_eq!(ada.sessions().await, sessions);
}

/// A link on another website leads to the page, as it does for whoever is logged in.
#[tokio::test]
async fn a_link_from_elsewhere_after_expiry_leads_to_the_page() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = Person::signed_up(&chromium, &site).await;
    for host in ["localhost", "127.0.0.1"] {
        let link = format!(r#"<a id="link" href="{}/devices">Your devices</a>"#, ada.origin);
        attacker.show(&ada.device, host, &link).await;
        wait_until_expired(&ada).await;
        ada.device.click("#link").await;
        ada.device.wait_for_path("/devices").await;
        assert!(ada.cookies().await.contains_key("access_token"));
    }
}

/// What a page of somebody else's fetches could go without the answer, and with it the new tokens.
#[tokio::test]
async fn a_foreign_script_cannot_use_up_the_refresh_token() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = Person::signed_up(&chromium, &site).await;
    attacker.lure(&ada.device, "localhost").await;
    wait_until_expired(&ada).await;
    let before = ada.cookies().await;
    let script = "
        const [url] = arguments;
        await fetch(url, {mode: 'no-cors', credentials: 'include'});
    ";
    for path in ["/dashboard", "/devices"] {
        ada.device.exchanges().await;
        ada.device.run(script, &[json!(format!("{}{path}", ada.origin))]).await;
        let get = ada.device.wait_for_answer("GET").await;
        assert!(get.sent_cookie("refresh_token"), "{get:#?}");
        assert_eq!(ada.cookies().await, before, "{path}");
    }
    ada.assert_logged_in().await;
}
