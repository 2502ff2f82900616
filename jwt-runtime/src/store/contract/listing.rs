//! What `sessions` shows.

use std::sync::Arc;
use std::time::Duration;

use super::case::{Case, Login, REFRESH_LIFETIME, new_id};
use crate::store::{Session, TokenStore};

/// Sessions are listed by the time of their login, whatever happened to them since.
pub async fn sessions_are_listed_oldest_first<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "sessions_are_listed_oldest_first");
    let subject = new_id();
    let mut logins = Vec::new();
    for minute in [3_u64, 1, 2] {
        let login = Login::new(&subject, case.now + Duration::from_secs(60 * minute));
        case.open(&login).await;
        logins.push((minute, login));
    }
    logins.sort_by_key(|(minute, _)| *minute);
    if let Some((_, oldest)) = logins.first() {
        let later = case.now + Duration::from_secs(600);
        case.rotate(oldest.step_at(&oldest.refresh_id, &new_id(), later)).await;
    }
    let expected: Vec<String> = logins.into_iter().map(|(_, login)| login.session_id).collect();
    case.assert_eq(case.listed_ids(&subject).await, expected, "the ids in order");
}

/// Id, dates and label are those of the login and of the last rotation.
pub async fn a_listed_session_tells_what_is_known_of_it<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_listed_session_tells_what_is_known_of_it");
    let mut login = Login::new(&new_id(), case.now);
    login.label = Some("Firefox on Linux".to_owned());
    case.open(&login).await;
    let mut expected = Session {
        id: login.session_id.clone(),
        created_at: case.now,
        last_used_at: case.now,
        expires_at: case.now + REFRESH_LIFETIME,
        label: login.label.clone(),
        user_agent: None,
        address: None,
    };
    let listed = case.sessions_at(&login.subject, case.now).await;
    case.assert_eq(listed, vec![expected.clone()], "after the login");

    let later = case.now + Duration::from_secs(3_600);
    case.rotate(login.step_at(&login.refresh_id, &new_id(), later)).await;
    expected.last_used_at = later;
    expected.expires_at = later + REFRESH_LIFETIME;
    let listed = case.sessions_at(&login.subject, later).await;
    case.assert_eq(listed, vec![expected], "after a rotation");
}

/// Sessions that have ended or expired are not listed.
pub async fn only_living_sessions_are_listed<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "only_living_sessions_are_listed");
    let subject = new_id();
    let ended = case.login_of(&subject).await;
    let reused = case.login_of(&subject).await;
    let short = case.login_of(&subject).await;
    let long = Login::new(&subject, case.now + Duration::from_secs(60));
    case.open(&long).await;

    case.end(&ended).await;
    case.rotate(reused.step(&new_id(), &new_id())).await;
    let expected = vec![short.session_id.clone(), long.session_id.clone()];
    case.assert_eq(case.listed_ids(&subject).await, expected, "before any has expired");

    let listed = case.sessions_at(&subject, short.expires_at()).await;
    let ids: Vec<String> = listed.into_iter().map(|session| session.id).collect();
    case.assert_eq(ids, vec![long.session_id.clone()], "when one has expired");
    let listed = case.sessions_at(&subject, long.expires_at()).await;
    case.assert_eq(listed, vec![], "when all have expired");
}
