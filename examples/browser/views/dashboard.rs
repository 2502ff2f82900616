//! The dashboard: who is logged in, and for how long the access token is still good.

use jwt_runtime::NumericDate;
use maud::{Markup, html};

use super::{Place, Visitor, ago, icons, inside};

/// The visit that the page is shown for.
pub(crate) struct Visit {
    /// The life of the access token.
    pub(crate) issued_at: NumericDate,
    pub(crate) expires_at: NumericDate,
    pub(crate) logged_in_at: NumericDate,
    pub(crate) now: NumericDate,
    /// What the browser calls itself, in a few words.
    pub(crate) device: String,
}

pub(crate) fn dashboard(visitor: &Visitor<'_>, visit: &Visit) -> Markup {
    inside(
        "Dashboard",
        Place::Dashboard,
        visitor,
        html! {
            h1 { "Hello, " span #user-name { (visitor.name) } }
            p.lead { "You are logged in as " (visitor.email) "." }
            p.alert #ended role="alert" hidden {
                "This device was logged out. " a href="/login" { "Log in again" }
            }
            div.cards {
                (access(visit))
                (device(visit))
            }
            noscript {
                p.note { "Without JavaScript the clock stands still. All else works." }
            }
        },
    )
}

fn access(visit: &Visit) -> Markup {
    let left = visit.expires_at.since(visit.now).as_secs();
    html! {
        section.card aria-labelledby="access-title" {
            h2 #access-title { "Your access" }
            div.dial {
                (icons::ring())
                p.dial-text {
                    strong #countdown data-issued=(visit.issued_at) data-expires=(visit.expires_at)
                        data-now=(visit.now) { (left) }
                    span { "seconds left" }
                }
            }
            p { "When the time is up it is renewed, for as long as this page is open." }
            p.row.end {
                button #renew type="button" hidden { "Renew now" }
                span.soft { "Renewals so far: " span #renewals { "0" } }
            }
        }
    }
}

fn device(visit: &Visit) -> Markup {
    html! {
        section.card aria-labelledby="device-title" {
            h2 #device-title { "This device" }
            p.big { (visit.device) }
            dl {
                dt { "Logged in" }
                dd { (ago(visit.logged_in_at, visit.now)) }
                dt { "Live connection" }
                dd { span.pill #socket { "off" } }
            }
            p { "Log this device out somewhere else, and watch the connection close." }
            p.row.end { a href="/devices" { "See all your devices" } }
        }
    }
}
