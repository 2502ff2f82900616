//! Chromium without a window, driven through chromedriver.

mod device;
mod installed;
mod network;
mod protocol;

use std::os::unix::fs::MetadataExt;
use std::process::Command;

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::leash::{Leashed, retry};

pub use device::{Device, until};
pub use network::Exchange;

/// A chromedriver. The browsers that it has started end with it, and their profiles go away.
#[derive(Debug)]
pub struct Chromium {
    driver: Leashed,
    url: String,
    program: String,
}

impl Chromium {
    /// Starts chromedriver on a free port of the loopback interface.
    ///
    /// # Panics
    ///
    /// Panics when there is no Chromium or no chromedriver.
    pub fn start() -> Self {
        // It wants one port on two addresses, of which another program may have the second.
        let started = retry(Self::try_start);
        started.unwrap_or_else(|said| panic!("chromedriver did not start: {said}"))
    }

    fn try_start() -> Result<Self, String> {
        let program = installed::chromium();
        let folder = Folder::new();
        let mut command = Command::new(installed::chromedriver());
        // Where the browsers write: their profiles, and what they keep beside those.
        command.arg("--port=0").env("TMPDIR", folder.path()).env("HOME", folder.path());
        command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_CACHE_HOME");
        // Only SIGKILL ends the browsers too.
        let driver = Leashed::start(&mut command, "KILL", folder);
        let port = driver.find_line(|line| {
            let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        })?;
        Ok(Self { driver, url: format!("http://127.0.0.1:{port}"), program })
    }

    /// A browser with a fresh profile.
    pub async fn device(&self) -> Device {
        self.start_device(json!({})).await
    }

    /// A browser in which pages cannot run scripts.
    pub async fn device_without_javascript(&self) -> Device {
        self.start_device(json!({"profile.managed_default_content_settings.javascript": 2})).await
    }

    /// A browser that sends cookies with everything that goes to their website, as browsers did
    /// for long, and some still do.
    pub async fn lenient_device(&self) -> Device {
        self.start_device(json!({"profile.cookie_controls_mode": 0})).await
    }

    async fn start_device(&self, preferences: Value) -> Device {
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": self.program, "args": self.arguments(), "prefs": preferences,
            },
            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.url)
            .await
            .expect("chromedriver starts Chromium");
        Device::new(client)
    }

    fn arguments(&self) -> Vec<&'static str> {
        let mut arguments = vec![
            "--headless=new",
            "--window-size=1280,900",
            "--disable-dev-shm-usage",
            "--disable-component-update",
            "--no-proxy-server",
            // Nothing beyond this machine can be asked for. `website.test` is a name of it that does
            // not look like one.
            "--host-resolver-rules=MAP website.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.*",
        ];
        let folder = std::fs::metadata(self.driver.folder().path()).expect("the folder just made");
        if folder.uid() == 0 {
            // Chromium's sandbox refuses to work for root.
            arguments.push("--no-sandbox");
        }
        arguments
    }
}
