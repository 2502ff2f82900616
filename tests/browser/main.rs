//! The example `browser`, walked by people with real browsers, and by attackers with pages of their
//! own on other origins.
//!
//! With `BROWSER_SCREENSHOTS=<folder>` a picture of every page is put there.

mod accounts;
mod api;
mod in_chromium;
mod site;
