//! The older libraries: what of each is set up, and what it calls things.

use std::path::Path;

use jwt_runtime::{OlderTokens, RefusalForm};
use jwt_tests::keys::SECRET;
use jwt_tests::python::PythonServer;

/// One of the packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    FastapiJwtAuth,
    FlaskJwtExtended,
    AuthX,
    SimpleJwt,
}

/// How a server is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// With defaults.
    Plain,
    /// With tokens in headers and cookies.
    Cookies,
    /// With an issuer and an audience.
    Audience,
}

impl Library {
    pub const ALL: [Self; 4] =
        [Self::FastapiJwtAuth, Self::FlaskJwtExtended, Self::AuthX, Self::SimpleJwt];

    /// The column of the page.
    pub const fn letter(self) -> char {
        match self {
            Self::FastapiJwtAuth => 'F',
            Self::FlaskJwtExtended => 'X',
            Self::AuthX => 'A',
            Self::SimpleJwt => 'S',
        }
    }

    /// Starts the application with the package.
    pub fn start(self) -> PythonServer {
        let (environment, name) = match self {
            Self::FastapiJwtAuth => ("pyjwt1", "fastapi_jwt_auth"),
            Self::FlaskJwtExtended => ("pyjwt2", "flask_jwt_extended"),
            Self::AuthX => ("pyjwt2", "authx"),
            Self::SimpleJwt => ("pyjwt2", "simplejwt"),
        };
        let sites: Vec<&str> = self.sites().iter().map(|site| site.name()).collect();
        let secret = str::from_utf8(SECRET).expect("ASCII");
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        PythonServer::start(scratch, environment, name, secret, &sites)
    }

    /// The ways in which it is set up.
    pub const fn sites(self) -> &'static [Site] {
        match self {
            Self::SimpleJwt => &[Site::Plain, Site::Audience],
            _ => &[Site::Plain, Site::Cookies, Site::Audience],
        }
    }

    /// Whether its application has this route.
    pub fn has(self, path: &str) -> bool {
        match (self, path) {
            (Self::FastapiJwtAuth, "/any") | (Self::AuthX, "/optional") => false,
            (Self::SimpleJwt, path) => matches!(path, "/access" | "/optional" | "/login"),
            _ => true,
        }
    }

    /// What reads its tokens.
    pub fn older_tokens(self) -> OlderTokens {
        match self {
            Self::FastapiJwtAuth => OlderTokens::fastapi_jwt_auth(),
            Self::FlaskJwtExtended => OlderTokens::flask_jwt_extended(),
            Self::AuthX => OlderTokens::authx(),
            Self::SimpleJwt => OlderTokens::simplejwt(),
        }
    }

    /// What says its refusals.
    pub const fn refusal_form(self) -> RefusalForm {
        match self {
            Self::FastapiJwtAuth => RefusalForm::FastapiJwtAuth,
            Self::FlaskJwtExtended => RefusalForm::FlaskJwtExtended,
            Self::AuthX => RefusalForm::AuthX,
            Self::SimpleJwt => RefusalForm::SimpleJwt,
        }
    }

    /// The claim of the subject.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::SimpleJwt => "user_id",
            _ => "sub",
        }
    }

    /// The claim of the type.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::SimpleJwt => "token_type",
            _ => "type",
        }
    }
}

impl Site {
    /// As the application prints it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "listening",
            Self::Cookies => "cookies",
            Self::Audience => "audience",
        }
    }
}
