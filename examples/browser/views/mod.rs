//! The pages as HTML. maud escapes whatever is put into them.

mod dashboard;
mod device_list;
mod entrance;
mod icons;

use axum::http::StatusCode;
use jwt_runtime::NumericDate;
use maud::{DOCTYPE, Markup, html};

pub(crate) use self::dashboard::{Visit, dashboard};
pub(crate) use self::device_list::device_list;
pub(crate) use self::entrance::{log_in, sign_up};

/// What every page shows to somebody who is logged in.
pub(crate) struct Visitor<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    /// For the forms, which are refused without it.
    pub(crate) csrf: &'a str,
}

/// The entries of the navigation.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Dashboard,
    Devices,
}

fn document(title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Latchkey" }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
                script src="/app.js" type="module" {}
            }
            body { (body) }
        }
    }
}

fn inside(title: &str, place: Place, visitor: &Visitor<'_>, content: Markup) -> Markup {
    document(
        title,
        html! {
            header.bar {
                (brand("28"))
                nav aria-label="Pages" {
                    (entry(place, Place::Dashboard, "nav-dashboard", "/dashboard", "Dashboard"))
                    (entry(place, Place::Devices, "nav-devices", "/devices", "Devices"))
                }
                form.leave action="/logout" method="post" {
                    (csrf_field(visitor))
                    button.quiet #logout-button { "Log out" }
                }
            }
            main { (content) }
        },
    )
}

/// The way to the start.
fn brand(size: &str) -> Markup {
    html! {
        a.brand href="/" {
            img src="/icon.svg" alt="" width=(size) height=(size);
            "Latchkey"
        }
    }
}

fn entry(here: Place, place: Place, id: &str, path: &str, text: &str) -> Markup {
    html! { a id=(id) href=(path) aria-current=[(here == place).then_some("page")] { (text) } }
}

/// For every form that changes something.
fn csrf_field(visitor: &Visitor<'_>) -> Markup {
    html! { input type="hidden" name="csrf_token" value=(visitor.csrf); }
}

/// How long ago, in the largest unit that fits.
fn ago(then: NumericDate, now: NumericDate) -> String {
    let (amount, unit) = match now.since(then).as_secs() {
        ..60 => return "just now".to_owned(),
        seconds @ 60..3_600 => (seconds / 60, "minute"),
        seconds @ 3_600..86_400 => (seconds / 3_600, "hour"),
        seconds => (seconds / 86_400, "day"),
    };
    let plural = if amount == 1 { "" } else { "s" };
    format!("{amount} {unit}{plural} ago")
}

/// What went wrong, without details.
pub(crate) fn refusal(status: StatusCode, text: &str) -> Markup {
    let reason = status.canonical_reason().unwrap_or("Error");
    document(
        reason,
        html! {
            main.entrance {
                section.card.refusal {
                    p.status { (status.as_u16()) }
                    h1 { (reason) }
                    p { (text) }
                    p { a.button href="/" { "To the start" } }
                }
            }
        },
    )
}
