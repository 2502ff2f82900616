//! The servers of the table: one for each set of locations and each configuration.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use axum::http::Method;
use jwt_runtime::{CookieOptions, CsrfOptions, JwtAuthBuilder, TokenLocation};
use jwt_tests::app::{App, authority};
use jwt_tests::keys::SECRET;
use jwt_tests::plugged::Plugged;
use jwt_tests::routes::session;
use jwt_tests::tokens::claims;

use super::kinds::Kind;
use super::routes;
use super::table::Held;

use TokenLocation::{Cookie, Header};

/// What is configured beside the locations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Variant {
    Plain,
    /// With an issuer and an audience.
    Named,
    /// The store does not answer.
    Outage,
    /// The CSRF token may come in a form field.
    CheckForm,
    /// The CSRF token may come in a form field with a name of its own.
    CheckOtherField,
    /// The CSRF token comes in a header with a name of its own.
    OtherHeader,
    /// `GET` alone needs a CSRF token.
    GetAlone,
    /// No CSRF token is needed.
    CsrfOff,
    /// A page of `https://partner.example` may do what ours may.
    Trusted,
    /// Cookies have names of their own.
    OtherCookies,
    /// Cookies are configured; who looks at them is left to the routes.
    WithCookies,
    /// The header is `Foo`.
    OtherHeaderName,
    /// The scheme is `JWT`.
    OtherScheme,
    /// There is no scheme.
    NoScheme,
    /// The query parameters are `foo` and `bar`.
    OtherQuery,
    /// Tokens in the query begin with `bearer `.
    QueryPrefix,
    /// The member of a JSON body is `foo`, the field of a form `bar`.
    OtherBody,
}

/// The issuer and the audience of [`Variant::Named`].
pub(super) const ISSUER: &str = "https://auth.example.com";
pub(super) const AUDIENCE: &str = "orders";
/// The other origin that [`Variant::Trusted`] trusts.
pub(super) const PARTNER: &str = "https://partner.example";

impl Variant {
    fn configure(self, builder: JwtAuthBuilder) -> JwtAuthBuilder {
        match self {
            Self::Plain | Self::Outage => builder,
            Self::Named => builder.issuer(ISSUER).audience([AUDIENCE]),
            Self::OtherHeaderName => builder.header_name("Foo"),
            Self::OtherScheme => builder.header_scheme("JWT"),
            Self::NoScheme => builder.header_scheme(""),
            Self::OtherQuery => builder.query_name("foo").refresh_query_name("bar"),
            Self::QueryPrefix => builder.query_prefix("bearer "),
            Self::OtherBody => builder.json_name("foo").form_name("bar"),
            Self::WithCookies => builder.cookies(CookieOptions::new()),
            Self::OtherCookies => {
                builder.cookies(CookieOptions::new().access_name("foo").refresh_name("bar"))
            }
            _ => builder.csrf(self.csrf()),
        }
    }

    fn csrf(self) -> CsrfOptions {
        let csrf = CsrfOptions::new();
        match self {
            Self::CheckForm => csrf.check_form(),
            Self::CheckOtherField => csrf.check_form().access_field("foo").refresh_field("bar"),
            Self::OtherHeader => csrf.access_header("X-Foo").refresh_header("X-Bar"),
            Self::GetAlone => csrf.methods([Method::GET]),
            Self::CsrfOff => csrf.disabled(),
            Self::Trusted => csrf.trusted_origins([PARTNER]),
            _ => csrf,
        }
    }

    /// What the desk has of it: its own routes look in the usual header.
    fn at_the_desk(self) -> Self {
        match self {
            Self::OtherHeaderName | Self::OtherScheme | Self::NoScheme => Self::Plain,
            other => other,
        }
    }
}

/// A server, and a desk beside it with the same keys and the same store, where tokens are got: the
/// server itself need not look in any place where the desk's routes have theirs.
pub(super) struct Site {
    pub(super) app: App,
    desk: App,
    store: Plugged,
    variant: Variant,
}

impl Site {
    async fn open(locations: &[TokenLocation], variant: Variant) -> Self {
        let store = Plugged::default();
        let build = |locations: &[TokenLocation], variant: Variant| {
            authority(|builder| {
                let builder = builder.secret(SECRET).store(store.clone());
                variant.configure(builder.locations(locations.iter().copied()))
            })
        };
        let (auth, clock) = build(locations, variant);
        let routes = routes::routes(&auth).with_state(auth.clone());
        let routes =
            if needs_layer(locations, variant) { routes.layer(auth.layer()) } else { routes };
        let app = App::serve(auth, clock, routes).await;
        // With cookies, so that every token has a CSRF token.
        let (auth, clock) = build(&[Header, Cookie], variant.at_the_desk());
        let desk = App::serve(auth.clone(), clock, session::routes().with_state(auth)).await;
        Self { app, desk, store, variant }
    }

    /// Logs somebody in and makes a token of this kind.
    pub(super) async fn hold(&self, kind: Kind) -> Held {
        self.store.plug_in();
        let pair = self.desk.login("alice").await;
        let other = self.desk.login("alice").await;
        let token = kind.of(&self.desk, &pair).await;
        if self.variant == Variant::Outage {
            self.store.pull();
        }
        let csrf = csrf_of(&pair.access);
        let other_csrf = csrf_of(&other.access);
        Held { token, access: pair.access, refresh: pair.refresh, csrf, other_csrf }
    }
}

/// The layer is only there where something is read that a guard does not see by itself.
fn needs_layer(locations: &[TokenLocation], variant: Variant) -> bool {
    let reads_more = |location: &TokenLocation| {
        matches!(location, TokenLocation::Query | TokenLocation::Json | TokenLocation::Form)
    };
    let has_field = matches!(variant, Variant::CheckForm | Variant::CheckOtherField);
    has_field || locations.iter().any(reads_more)
}

fn csrf_of(token: &str) -> String {
    claims(token).get("csrf").and_then(|csrf| csrf.as_str()).unwrap_or_default().to_owned()
}

/// The servers that are running.
#[derive(Default)]
pub(super) struct Sites(HashMap<(&'static [TokenLocation], Variant), Site>);

impl Sites {
    /// The server that looks in these locations; it is started if it does not run yet.
    pub(super) async fn at(
        &mut self,
        locations: &'static [TokenLocation],
        variant: Variant,
    ) -> &Site {
        match self.0.entry((locations, variant)) {
            Entry::Occupied(running) => running.into_mut(),
            Entry::Vacant(entry) => entry.insert(Site::open(locations, variant).await),
        }
    }
}
