//! The example as a website.

use std::collections::BTreeMap;

use jwt_tests::example::Example;
use jwt_tests::folder::Folder;
use jwt_tests::keys;

use crate::api::Api;

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// One running example with a database and sessions of its own.
pub(crate) struct Site {
    /// None only while it is started again.
    example: Option<Example>,
    environment: Vec<(String, String)>,
    _folder: Folder,
}

impl Site {
    /// Everything in files.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With some variables of the environment set otherwise.
    pub(crate) fn start_with(changes: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        let file = |name| folder.file(name).display().to_string();
        let mut environment = BTreeMap::from([
            ("DATABASE_URL", format!("sqlite://{}?mode=rwc", file("accounts.sqlite"))),
            ("JWT_STORE_PATH", file("sessions.redb")),
            ("JWT_ALGORITHM", "EdDSA".to_owned()),
            ("JWT_PRIVATE_KEY", keys::ED25519.to_owned()),
            // It warns of cookies that are for development, as it should.
            ("RUST_LOG", "error".to_owned()),
        ]);
        for (name, value) in changes {
            if *name == "REDIS_URL" {
                environment.remove("JWT_STORE_PATH");
            }
            environment.insert(name, (*value).to_owned());
        }
        let environment = environment.into_iter().map(|(name, value)| (name.to_owned(), value));
        let environment: Vec<(String, String)> = environment.collect();
        let example = Some(start(&environment));
        Self { example, environment, _folder: folder }
    }

    /// Kills the process, and starts another one on the same data; on another port.
    pub(crate) fn restart(&mut self) {
        drop(self.example.take());
        self.example = Some(start(&self.environment));
    }

    /// Its port on the loopback interface.
    pub(crate) fn port(&self) -> u16 {
        let example = self.example.as_ref().expect("it runs");
        let port = example.address().rsplit(':').next().expect("host and port");
        port.parse().expect("a port")
    }

    /// Its origin under the name `localhost`.
    pub(crate) fn localhost(&self) -> String {
        format!("http://localhost:{}", self.port())
    }

    /// Its origin under its address.
    pub(crate) fn loopback(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// A client without a browser.
    pub(crate) fn api(&self) -> Api {
        Api::new(self.loopback())
    }

    /// One more session of somebody who has signed up.
    pub(crate) async fn log_in_elsewhere(&self, email: &str) -> Api {
        let mut api = self.api();
        let (status, body) = api.log_in(email).await;
        assert_eq!(status, 200, "{body}");
        api
    }
}

fn start(environment: &[(String, String)]) -> Example {
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (&**name, &**value)).collect();
    Example::start("browser", &environment)
}
