//! A picture of every page, in the light and in the dark, on a desk and on a phone.

use std::path::PathBuf;

use jwt_tests::browser::Chromium;
use serde_json::json;

use super::person::Person;
use crate::site::{PASSWORD, Site};

/// Name, width, height.
const SCREENS: [(&str, u32, u32); 2] = [("desktop", 1280, 800), ("phone", 360, 740)];

const SCHEMES: [&str; 2] = ["light", "dark"];

/// Looks at the page on every screen; puts the pictures where `BROWSER_SCREENSHOTS` says.
async fn look_at(person: &Person, name: &str) {
    let folder = std::env::var_os("BROWSER_SCREENSHOTS").map(PathBuf::from);
    if let Some(folder) = &folder {
        std::fs::create_dir_all(folder).expect("a folder for the pictures");
    }
    for (screen, width, height) in SCREENS {
        let phone = screen == "phone";
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 2, "mobile": phone,
        });
        person.device.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        for scheme in SCHEMES {
            let feature = json!({"name": "prefers-color-scheme", "value": scheme});
            let media = json!({"features": [feature]});
            person.device.devtools("Emulation.setEmulatedMedia", media).await;
            let width_of_page = "return document.documentElement.scrollWidth";
            let page = person.device.run(width_of_page, &[]).await;
            assert!(page.as_u64() <= Some(width.into()), "{name} on a {screen}: {page} of {width}");
            if let Some(folder) = &folder {
                let file = folder.join(format!("{name}-{screen}-{scheme}.png"));
                person.device.take_screenshot(&file).await;
            }
        }
    }
    person.device.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
}

#[tokio::test]
async fn every_page_fits_on_every_screen() {
    let (site, chromium) = (Site::start(), Chromium::start());
    let ada = Person::new(&chromium, site.localhost()).await;
    ada.open("/login").await;
    look_at(&ada, "login").await;
    ada.open("/signup").await;
    look_at(&ada, "signup").await;
    ada.fill_sign_up("ada@example.com", PASSWORD, "something else").await;
    ada.device.wait_for("#error").await;
    look_at(&ada, "signup-error").await;
    ada.fill_log_in("ada@example.com", "something else").await;
    ada.device.wait_for("#error").await;
    look_at(&ada, "login-error").await;
    ada.sign_up("ada@example.com").await;
    ada.device.wait_for_text("#socket", "open").await;
    look_at(&ada, "dashboard").await;
    for _ in 0..2 {
        site.log_in_elsewhere("ada@example.com").await;
    }
    ada.open("/devices").await;
    look_at(&ada, "devices").await;
}
