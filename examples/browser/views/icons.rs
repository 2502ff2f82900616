//! Drawings that take their colour from the text around them.

use maud::{Markup, html};

use crate::devices::Kind;

/// The dial around the countdown. The script shortens `#dial-left`, of a length of 100.
pub(super) fn ring() -> Markup {
    html! {
        svg viewBox="0 0 120 120" aria-hidden="true" {
            circle.track cx="60" cy="60" r="53" {}
            circle.left #dial-left cx="60" cy="60" r="53" pathLength="100"
                stroke-dasharray="100 100" {}
        }
    }
}

pub(super) fn device(kind: Kind) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" aria-hidden="true" {
            @match kind {
                Kind::Computer => {
                    rect x="4" y="5" width="16" height="11" rx="1.5" {}
                    path d="M2 19h20" {}
                }
                Kind::Phone => {
                    rect x="7" y="2.5" width="10" height="19" rx="2" {}
                    path d="M11 18.5h2" {}
                }
                Kind::Tool => {
                    rect x="3" y="4.5" width="18" height="15" rx="1.5" {}
                    path d="M7 9.5l3 2.5-3 2.5M12.5 15h4" {}
                }
            }
        }
    }
}
