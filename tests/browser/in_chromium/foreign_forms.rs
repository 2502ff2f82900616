//! Forms on other origins that send themselves to the website, in the browser of somebody who is
//! logged in there.

use jwt_tests::browser::Chromium;

use super::attacker::{Attacker, Distance, Guess, PATHS, assert_refused};
use super::person::Person;
use crate::site::Site;

/// Somebody with two sessions, at one of the website's origins.
async fn somebody(chromium: &Chromium, site: &Site, origin: String) -> Person {
    let ada = Person::new(chromium, origin).await;
    ada.sign_up("ada@example.com").await;
    site.log_in_elsewhere("ada@example.com").await;
    ada
}

/// Sends forms to every path, and asserts that each is refused and none has changed anything.
async fn assert_harmless(person: &Person, attacker: &Attacker, host: &str, distance: Distance) {
    let sessions = person.sessions().await;
    assert_eq!(sessions.len(), 2);
    let before = person.cookies().await;
    for path in PATHS {
        for guess in Guess::ALL {
            let fields = [("sid", sessions[0].as_str())];
            let post = attacker.submit(person, host, path, &fields, guess).await;
            assert!(post.url.ends_with(path), "{post:#?}");
            assert_refused(&post, distance);
            assert_eq!(person.cookies().await, before, "{path} {guess:?}");
        }
    }
    assert_eq!(person.sessions().await, sessions);
    person.assert_logged_in().await;
}

#[tokio::test]
async fn a_form_on_another_port_cannot_act() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site, site.localhost()).await;
    assert_harmless(&ada, &attacker, "localhost", Distance::SameSite).await;
}

#[tokio::test]
async fn a_form_on_127_0_0_1_cannot_act_on_localhost() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site, site.localhost()).await;
    assert_harmless(&ada, &attacker, "127.0.0.1", Distance::CrossSite).await;
}

#[tokio::test]
async fn a_form_on_another_port_of_127_0_0_1_cannot_act() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site, site.loopback()).await;
    assert_harmless(&ada, &attacker, "127.0.0.1", Distance::SameSite).await;
}

#[tokio::test]
async fn a_form_on_localhost_cannot_act_on_127_0_0_1() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site, site.loopback()).await;
    assert_harmless(&ada, &attacker, "localhost", Distance::CrossSite).await;
}

#[tokio::test]
async fn a_form_on_a_name_below_localhost_cannot_act() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site, site.localhost()).await;
    assert_harmless(&ada, &attacker, "blog.localhost", Distance::CrossSite).await;
}

/// Only Linux has all of 127.0.0.0/8.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_form_on_the_same_port_of_another_address_cannot_act() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start_at("127.0.0.2", site.port()).await;
    let ada = somebody(&chromium, &site, site.loopback()).await;
    assert_harmless(&ada, &attacker, "127.0.0.2", Distance::CrossSite).await;
}

/// Cookies have no port: a page on another one can put its own in the place of the website's, and
/// then knows the token that it needs.
#[tokio::test]
async fn a_planted_csrf_cookie_does_not_help_a_form() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let attacker = Attacker::start().await;
    let ada = somebody(&chromium, &site, site.localhost()).await;
    let sessions = ada.sessions().await;
    attacker.lure(&ada.device, "localhost").await;
    ada.device.run("document.cookie = 'csrf_access_token=guess; path=/'", &[]).await;
    for path in ["/logout", "/devices/end-others", "/api/auth/logout"] {
        let post = attacker.submit(&ada, "localhost", path, &[], Guess::Invented).await;
        assert_refused(&post, Distance::SameSite);
    }
    assert_eq!(ada.sessions().await, sessions);
}

/// The same without another origin in it: what the website compares with is in the token.
#[tokio::test]
async fn a_planted_csrf_cookie_does_not_help_a_script_either() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let script = "
        document.cookie = 'csrf_access_token=guess; path=/';
        const answer = await fetch('/api/auth/logout', {method: 'POST', headers: {'X-CSRF-Token': 'guess'}});
        return {status: answer.status, code: (await answer.json()).code};
    ";
    let outcome = ada.device.run(script, &[]).await;
    assert_eq!(
        (outcome["status"].as_u64(), outcome["code"].as_str()),
        (Some(403), Some("csrf_failed"))
    );
    ada.assert_logged_in().await;
}

/// A form of the website itself, without what the website has put into it.
#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.open("/devices").await;
    let script = "document.querySelectorAll('[name=csrf_token]').forEach(field => field.remove())";
    ada.device.run(script, &[]).await;
    ada.device.click("#logout-button").await;
    ada.device.wait_for_path("/logout").await;
    assert_eq!(ada.device.status().await, 403);
    ada.assert_logged_in().await;
}
