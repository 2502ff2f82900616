//! What the application says of a device is listed as it was said.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::case::{Case, Login, new_id};
use super::subjects::ODD;
use crate::store::TokenStore;

/// What is listed of a device: label, user agent, address.
type Listed = (Option<String>, Option<String>, Option<IpAddr>);

/// Opens the session and reads what is listed, before and after a rotation.
async fn assert_listed_as_given<S: TokenStore>(case: &Case<S>, login: &Login) {
    case.open(login).await;
    let expected = (login.label.clone(), login.user_agent.clone(), login.address);
    for time in ["after the login", "after a rotation"] {
        let sessions = case.sessions_at(&login.subject, case.now).await;
        let listed: Vec<Listed> = sessions
            .into_iter()
            .map(|session| (session.label, session.user_agent, session.address))
            .collect();
        case.assert_eq(listed, vec![expected.clone()], time);
        case.rotate(login.step(&login.refresh_id, &new_id())).await;
    }
}

/// Strings of all kinds, that a label or a user agent may be.
fn texts() -> impl Iterator<Item = String> {
    let more = ["Pixel 9 – Firefox".to_owned(), " two  spaces ".to_owned(), "x".repeat(1_024)];
    ODD.iter().map(|odd| (*odd).to_owned()).chain(more)
}

/// Whatever the label, it is listed as it was given, before and after a rotation.
pub async fn labels_are_any_strings<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "labels_are_any_strings");
    for label in texts() {
        let login = Login { label: Some(label), ..Login::new(&new_id(), case.now) };
        assert_listed_as_given(&case, &login).await;
    }
}

/// Whatever the user agent, it is listed as it was given, with a label or without.
pub async fn user_agents_are_any_strings<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "user_agents_are_any_strings");
    for user_agent in texts() {
        let label = (user_agent.len() % 2 == 0).then(|| "a label".to_owned());
        let user_agent = Some(user_agent);
        let login = Login { label, user_agent, ..Login::new(&new_id(), case.now) };
        assert_listed_as_given(&case, &login).await;
    }
}

/// Addresses of both families are listed as they were given; an IPv4 address that is written as
/// an IPv6 address stays one.
pub async fn addresses_are_listed_as_given<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "addresses_are_listed_as_given");
    for address in [
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7)),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
        IpAddr::V6(Ipv4Addr::new(192, 0, 2, 7).to_ipv6_mapped()),
    ] {
        let login = Login { address: Some(address), ..Login::new(&new_id(), case.now) };
        assert_listed_as_given(&case, &login).await;
    }
}

/// What was not said is absent, which is not the same as empty.
pub async fn an_unknown_device_is_listed_as_such<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_unknown_device_is_listed_as_such");
    let address = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    for known in 0..8 {
        let login = Login {
            label: (known & 1 != 0).then(String::new),
            user_agent: (known & 2 != 0).then(String::new),
            address: address.filter(|_| known & 4 != 0),
            ..Login::new(&new_id(), case.now)
        };
        assert_listed_as_given(&case, &login).await;
    }
}
