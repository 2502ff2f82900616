//! What a script in the page can see of the tokens.

use jwt_tests::browser::Chromium;
use serde_json::json;

use super::person::Person;
use crate::site::{PASSWORD, Site};

#[tokio::test]
async fn javascript_cannot_read_the_token_cookies() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let seen = ada.device.run("return document.cookie", &[]).await;
    let mut names: Vec<&str> = seen
        .as_str()
        .expect("text")
        .split("; ")
        .filter_map(|cookie| cookie.split('=').next())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["csrf_access_token", "csrf_refresh_token"]);
    let by_another_way = "return (await cookieStore.getAll()).map(cookie => cookie.name).sort()";
    assert_eq!(ada.device.run(by_another_way, &[]).await, json!(names));
}

#[tokio::test]
async fn a_token_is_in_no_place_where_a_script_could_find_it() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    ada.device.wait_for_text("#socket", "open").await;
    let everything = "return [document.documentElement.outerHTML, document.cookie, location.href,
        JSON.stringify(localStorage), JSON.stringify(sessionStorage),
        JSON.stringify(performance.getEntries())].join()";
    for path in ["/dashboard", "/devices"] {
        ada.open(path).await;
        let seen = ada.device.run(everything, &[]).await;
        let seen = seen.as_str().expect("text");
        assert!(seen.contains("csrf_access_token"));
        // So begins the header of every token.
        assert!(!seen.contains("eyJ"), "{seen}");
    }
}

#[tokio::test]
async fn the_cookies_are_of_this_host_and_not_sent_along_by_others() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::signed_up(&chromium, &site).await;
    let cookies = ada.device.cookies().await;
    let mut described: Vec<_> = cookies
        .iter()
        .map(|cookie| {
            // Host-only, so no other name of this machine gets it.
            assert_eq!(cookie["domain"], "localhost");
            let text = |name: &str| cookie[name].as_str().unwrap_or_default().to_owned();
            (text("name"), text("path"), cookie["httpOnly"] == true, text("sameSite"))
        })
        .collect();
    described.sort();
    let expected = [
        ("access_token", "/", true, "Lax"),
        ("csrf_access_token", "/", false, "Lax"),
        ("csrf_refresh_token", "/", false, "Lax"),
        ("refresh_token", "/", true, "Lax"),
    ];
    let expected = expected.map(|(name, path, http_only, same_site)| {
        (name.to_owned(), path.to_owned(), http_only, same_site.to_owned())
    });
    assert_eq!(described, expected);
}

/// Cookies for development go over plain HTTP, which must not leave the machine.
#[tokio::test]
async fn nobody_logs_in_over_plain_http_under_another_name() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let (status, body) = site.api().register("ada@example.com").await;
    assert_eq!(status, 201, "{body}");
    let ada = Person::new(&chromium, format!("http://website.test:{}", site.port())).await;
    ada.fill_log_in("ada@example.com", PASSWORD).await;
    assert_eq!(ada.device.wait_for_answer("POST").await.status, Some(403));
    assert_eq!(ada.cookies().await.len(), 0);
    ada.assert_logged_out().await;
}
