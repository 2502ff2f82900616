//! The pages, as somebody sees them who does nothing wrong, or only mistypes.

use jwt_tests::browser::Chromium;

use super::person::{NAME, Person};
use crate::site::{PASSWORD, Site};

#[tokio::test]
async fn signing_up_leads_to_the_dashboard() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::new(&chromium, site.localhost()).await;
    ada.open("/").await;
    ada.device.wait_for_path("/login").await;
    ada.sign_up("ada@example.com").await;
    assert_eq!(ada.device.wait_for("#user-name").await, NAME);
    ada.open("/").await;
    ada.device.wait_for_path("/dashboard").await;
}

#[tokio::test]
async fn one_can_log_out_and_in_again() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.log_out().await;
    assert_eq!(ada.cookies().await.len(), 0);
    ada.assert_logged_out().await;
    ada.log_in("ada@example.com").await;
    assert_eq!(ada.device.wait_for("#user-name").await, NAME);
}

#[tokio::test]
async fn the_navigation_leads_to_the_pages() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.device.click("#nav-devices").await;
    ada.device.wait_for_path("/devices").await;
    ada.device.click("#nav-dashboard").await;
    ada.device.wait_for_path("/dashboard").await;
}

#[tokio::test]
async fn the_back_button_shows_nothing_after_logout() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.open("/devices").await;
    ada.log_out().await;
    ada.device.back().await;
    ada.device.wait_for_path("/login").await;
}

#[tokio::test]
async fn pages_want_a_login() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let nobody = Person::new(&chromium, site.localhost()).await;
    nobody.assert_logged_out().await;
}

#[tokio::test]
async fn a_wrong_password_is_said_on_the_page() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.log_out().await;
    ada.fill_log_in("ada@example.com", "incorrect horse").await;
    let wrong_password = ada.device.wait_for("#error").await;
    assert_eq!(ada.device.status().await, 400);
    ada.fill_log_in("eve@example.com", PASSWORD).await;
    let unknown_email = ada.device.wait_for("#error").await;
    assert_eq!((ada.device.status().await, unknown_email), (400, wrong_password));
    assert_eq!(ada.cookies().await.len(), 0);
}

#[tokio::test]
async fn a_taken_email_is_said_on_the_page() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.log_out().await;
    ada.fill_sign_up("ada@example.com", PASSWORD, PASSWORD).await;
    ada.device.wait_for("#error").await;
    assert_eq!(ada.device.status().await, 409);
    assert_eq!(ada.cookies().await.len(), 0);
}

#[tokio::test]
async fn two_different_passwords_are_said_on_the_page() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::new(&chromium, site.localhost()).await;
    ada.fill_sign_up("ada@example.com", PASSWORD, "correct horse batter").await;
    ada.device.wait_for("#error").await;
    assert_eq!(ada.device.status().await, 400);
    assert_eq!(ada.cookies().await.len(), 0);
}

#[tokio::test]
async fn pages_work_without_javascript() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let device = chromium.device_without_javascript().await;
    let ada = Person { device, origin: site.localhost() };
    ada.sign_up("ada@example.com").await;
    assert_eq!(ada.device.wait_for("#user-name").await, NAME);
    for _ in 0..2 {
        site.log_in_elsewhere("ada@example.com").await;
    }
    assert_eq!(ada.sessions().await.len(), 3);
    ada.device.click(".device:not(.current) .end-session").await;
    ada.device.wait_for_path("/devices").await;
    assert_eq!(ada.sessions().await.len(), 2);
    ada.device.click("#end-others").await;
    ada.device.wait_for_path("/devices").await;
    assert_eq!(ada.sessions().await.len(), 1);
    ada.log_out().await;
    ada.log_in("ada@example.com").await;
}

#[tokio::test]
async fn the_console_has_no_errors() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.device.wait_for_text("#socket", "open").await;
    ada.sessions().await;
    ada.log_out().await;
    assert_eq!(ada.device.console_errors().await, Vec::<String>::new());
}
