//! The page of "your devices".

use jwt_runtime::NumericDate;
use maud::{Markup, html};

use super::{Place, Visitor, ago, csrf_field, icons, inside};
use crate::devices::Device;

pub(crate) fn device_list(visitor: &Visitor<'_>, devices: &[Device], now: NumericDate) -> Markup {
    let has_others = devices.iter().any(|device| !device.current);
    inside(
        "Devices",
        Place::Devices,
        visitor,
        html! {
            h1 { "Your devices" }
            p.lead { "Everywhere you are logged in. If you do not recognise one, log it out." }
            ul.devices {
                @for device in devices { (row(visitor, device, now)) }
            }
            @if has_others {
                form.others action="/devices/end-others" method="post" {
                    (csrf_field(visitor))
                    button.danger #end-others { "Log out all other devices" }
                }
            } @else {
                p.note { "You are logged in nowhere else." }
            }
        },
    )
}

fn row(visitor: &Visitor<'_>, device: &Device, now: NumericDate) -> Markup {
    html! {
        li.device.current[device.current] data-sid=(device.sid) {
            (icons::device(device.kind))
            div.what {
                p.label {
                    (device.label)
                    @if device.current { " " span.badge { "this device" } }
                }
                p.times {
                    span { "Logged in " (ago(device.logged_in_at, now)) } " "
                    span { "Last seen " (ago(device.last_seen_at, now)) }
                }
            }
            @if !device.current {
                form action="/devices/end" method="post" {
                    (csrf_field(visitor))
                    input type="hidden" name="sid" value=(device.sid);
                    button.quiet.end-session aria-label={ "Log out " (device.label) } { "Log out" }
                }
            }
        }
    }
}
