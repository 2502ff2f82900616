//! The list of devices, and ending the sessions in it.

use jwt_tests::browser::Chromium;

use super::person::Person;
use crate::site::Site;

#[tokio::test]
async fn a_session_ended_elsewhere_closes_its_socket_and_lands_on_login() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let laptop = Person::signed_up(&chromium, &site).await;
    let phone = Person::logged_in(&chromium, &site).await;
    phone.device.wait_for_text("#socket", "open").await;

    assert_eq!(laptop.sessions().await.len(), 2);
    laptop.device.click(".device:not(.current) .end-session").await;
    phone.device.wait_for_text("#socket", "closed 1008").await;
    phone.assert_logged_out().await;

    assert_eq!(laptop.sessions().await.len(), 1);
    laptop.assert_logged_in().await;
}

#[tokio::test]
async fn all_other_sessions_end_and_this_one_goes_on() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let laptop = Person::signed_up(&chromium, &site).await;
    let phone = Person::logged_in(&chromium, &site).await;
    let mut tablet = site.log_in_elsewhere("ada@example.com").await;
    phone.device.wait_for_text("#socket", "open").await;

    assert_eq!(laptop.sessions().await.len(), 3);
    laptop.device.click("#end-others").await;
    phone.device.wait_for_text("#socket", "closed 1008").await;
    phone.assert_logged_out().await;
    assert_eq!(tablet.get("/api/dashboard").await.0, 401);

    assert_eq!(laptop.sessions().await.len(), 1);
    laptop.assert_logged_in().await;
}

#[tokio::test]
async fn the_own_device_is_marked_and_cannot_be_ended_by_mistake() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let laptop = Person::signed_up(&chromium, &site).await;
    let phone = Person::logged_in(&chromium, &site).await;
    assert_eq!(laptop.sessions().await, phone.sessions().await);
    let own = ".device.current";
    for person in [&laptop, &phone] {
        let text = person.device.wait_for(own).await.to_lowercase();
        assert!(text.contains("this device"), "{text}");
        assert_eq!(
            person.device.attributes(&format!("{own} .end-session"), "class").await.len(),
            0
        );
    }
    let marked = async |person: &Person| person.device.attributes(own, "data-sid").await;
    let (laptops, phones) = (marked(&laptop).await, marked(&phone).await);
    assert_eq!((laptops.len(), phones.len()), (1, 1));
    assert_ne!(laptops, phones);
}

#[tokio::test]
async fn the_sessions_of_others_are_not_listed() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let eve = Person::new(&chromium, site.localhost()).await;
    eve.sign_up("eve@example.com").await;
    let (adas, eves) = (ada.sessions().await, eve.sessions().await);
    assert_eq!((adas.len(), eves.len()), (1, 1));
    assert_ne!(adas, eves);
}
