//! The derive causes no warning, and leaves the names of the enum to its owner.
#![deny(warnings)]
#![deny(missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(clippy::all, clippy::pedantic)]

use jwt_runtime::{Scope, Scopes};

/// What a token may be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Scope)]
#[repr(u8)]
pub enum Perm {
    /// To look.
    #[scope("orders:read")]
    OrdersRead = 1,
    /// To change.
    #[scope("orders:write")]
    OrdersWrite = 2,
    /// As it was called.
    #[deprecated]
    #[scope("orders")]
    Orders = 3,
    /// A name that is a keyword.
    #[scope("type")]
    r#Type = 4,
}

#[derive(Scope)]
enum Private {
    #[scope("*")]
    Star,
}

fn main() {
    let scopes: Scopes = [Perm::OrdersRead, Perm::OrdersWrite].into_iter().collect();
    assert!(scopes.contains(Perm::OrdersRead) && !scopes.contains(Perm::r#Type));
    assert_eq!(format!("{scopes} {:>6}", Private::Star), "orders:read orders:write      *");
    let read: &str = Perm::OrdersRead.as_ref();
    assert_eq!(read, Perm::OrdersRead.as_str());
}
