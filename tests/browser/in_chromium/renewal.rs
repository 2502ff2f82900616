//! Access tokens of a few seconds: they expire all the time, and nobody notices.

use std::collections::BTreeMap;

use jwt_tests::browser::{Chromium, Device, until};

use super::person::Person;
use crate::site::Site;

/// Long enough for a page to be used before it expires, on a machine that is busy.
const SHORT: (&str, &str) = ("JWT_ACCESS_TOKEN_EXPIRES", "3");

async fn renewals(device: &Device) -> u32 {
    device.text("#renewals").await.and_then(|text| text.parse().ok()).unwrap_or_default()
}

async fn wait_for_renewals(device: &Device, count: u32) {
    let what = format!("{count} renewals");
    until(&what, async || (renewals(device).await >= count).then_some(())).await;
}

async fn expiry(device: &Device) -> u64 {
    let expiries = device.attributes("#countdown", "data-expires").await;
    expiries.first().and_then(|text| text.parse().ok()).expect("a countdown")
}

#[tokio::test]
async fn an_expired_token_is_renewed() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let (first, cookies) = (expiry(&ada.device).await, ada.cookies().await);
    wait_for_renewals(&ada.device, 2).await;
    assert!(expiry(&ada.device).await > first);
    assert_ne!(ada.cookies().await["access_token"], cookies["access_token"]);
    assert_eq!(ada.device.url().await.path(), "/dashboard");
    ada.assert_logged_in().await;
    assert_eq!(ada.sessions().await.len(), 1);
}

#[tokio::test]
async fn an_expired_token_is_no_longer_accepted() {
    let site = Site::start_with(&[("JWT_ACCESS_TOKEN_EXPIRES", "1")]);
    let mut api = site.api();
    assert_eq!(api.register("ada@example.com").await.0, 201);
    assert_eq!(api.log_in("ada@example.com").await.0, 200);
    until("the token to expire", async || {
        let (status, body) = api.get("/api/dashboard").await;
        (status == 401).then(|| assert_eq!(body["code"], "token_expired"))
    })
    .await;
}

#[tokio::test]
async fn the_button_renews_at_once() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let before = ada.cookies().await;
    ada.device.click("#renew").await;
    ada.device.wait_for_text("#renewals", "1").await;
    let after = ada.cookies().await;
    assert_eq!(changed(&before, &after), ["access_token", "refresh_token"]);
    assert_eq!(ada.sessions().await.len(), 1);
}

/// The names of the cookies that are not the same.
fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    assert_eq!(before.len(), after.len());
    before.keys().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

#[tokio::test]
async fn two_tabs_renew_at_the_same_time_and_stay_logged_in() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let first = ada.device.tab().await;
    let second = ada.device.open_tab().await;
    ada.open("/dashboard").await;
    for tab in [&first, &second] {
        ada.device.switch_to(tab).await;
        let count = renewals(&ada.device).await;
        wait_for_renewals(&ada.device, count + 2).await;
        assert_eq!(ada.device.url().await.path(), "/dashboard");
    }
    assert_eq!(ada.sessions().await.len(), 1);
}

#[tokio::test]
async fn the_socket_is_open_again_after_a_renewal() {
    let (site, chromium) = (Site::start_with(&[SHORT]), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.device.wait_for_text("#socket", "open").await;
    wait_for_renewals(&ada.device, 2).await;
    ada.device.wait_for_text("#socket", "open").await;
}
