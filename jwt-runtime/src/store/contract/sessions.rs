//! Sessions begin, live and end.

use std::sync::Arc;

use super::case::{Case, Login, just_before, new_id};
use crate::store::{Rotation, Standing, TokenStore};

/// A session without a record has ended: losing data logs people out.
pub async fn a_session_that_was_never_opened_has_ended<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_session_that_was_never_opened_has_ended");
    let stranger = Login::new(&new_id(), case.now);
    case.assert_ended(&stranger, "an unknown subject").await;
    let rotation = case.rotate(stranger.step(&stranger.refresh_id, &new_id())).await;
    case.assert_eq(rotation, Rotation::SessionEnded, "its rotation");
    case.assert_eq(case.end(&stranger).await, false, "`end_session` for it");
    case.end_all(&stranger.subject).await;
    case.assert_eq(case.listed_ids(&stranger.subject).await, vec![], "its sessions");

    let known = case.login().await;
    let stranger = Login::new(&known.subject, case.now);
    case.assert_ended(&stranger, "an unknown session of a known subject").await;
    case.assert_eq(case.end(&stranger).await, false, "`end_session` for it");
    case.assert_lives(&known, "the known session").await;
}

/// After `open_session` every token of the session is good.
pub async fn an_opened_session_lives<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_opened_session_lives");
    let first = case.login().await;
    let second = case.login_of(&first.subject).await;
    case.assert_lives(&first, "the first session").await;
    case.assert_lives(&second, "the second session").await;
}

/// A record is not dropped before `keep_until`, which is later than `expires_at`.
pub async fn a_session_lives_through_its_leeway<S: TokenStore>(store: &Arc<S>) {
    let mut case = Case::new(store, "a_session_lives_through_its_leeway");
    let login = case.login().await;
    case.now = just_before(login.keep_until());
    // A write at that time is when a store would take the opportunity to sweep.
    case.login().await;
    case.login_of(&login.subject).await;
    case.assert_lives(&login, "a session one second before `keep_until`").await;
}

/// `end_session` says that there was a session, once, and nothing brings it back.
pub async fn an_ended_session_stays_ended<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_ended_session_stays_ended");
    let login = case.login().await;
    case.assert_eq(case.end(&login).await, true, "`end_session` for a living session");
    case.assert_ended(&login, "the ended session").await;
    case.assert_eq(case.end(&login).await, false, "`end_session` for the second time");

    case.login_of(&login.subject).await;
    case.assert_ended(&login, "the ended session after another login").await;
}

/// Ending one session leaves the subject's other sessions and other subjects alone.
pub async fn ending_a_session_reaches_no_other<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_a_session_reaches_no_other");
    let ended = case.login().await;
    let sibling = case.login_of(&ended.subject).await;
    let mut namesake = Login::new(&new_id(), case.now);
    namesake.session_id.clone_from(&ended.session_id);
    case.open(&namesake).await;

    case.end(&ended).await;
    case.assert_ended(&ended, "the ended session").await;
    case.assert_lives(&sibling, "another session of the subject").await;
    case.assert_lives(&namesake, "a session with the same id of another subject").await;
}

/// `end_all_sessions` ends every session of the subject and of nobody else.
pub async fn ending_all_sessions_ends_each_of_them<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_all_sessions_ends_each_of_them");
    let bystander = case.login().await;
    let subject = new_id();
    let mut logins = Vec::new();
    for _ in 0..20 {
        logins.push(case.login_of(&subject).await);
    }

    case.end_all(&subject).await;
    for login in &logins {
        case.assert_ended(login, "a session of the subject").await;
        case.assert_eq(case.end(login).await, false, "`end_session` for one of them");
    }
    case.assert_eq(case.listed_ids(&subject).await, vec![], "the list of sessions");
    case.assert_lives(&bystander, "another subject").await;
    case.end_all(&subject).await;
}

/// After `end_all_sessions` a new login works, and revives no older one.
pub async fn ending_all_sessions_allows_the_next_login<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_all_sessions_allows_the_next_login");
    let before = case.login().await;
    case.end_all(&before.subject).await;
    let after = case.login_of(&before.subject).await;

    case.assert_lives(&after, "the login after it").await;
    case.assert_ended(&before, "the login before it").await;
    let listed = case.listed_ids(&before.subject).await;
    case.assert_eq(listed, vec![after.session_id.clone()], "the list of sessions");
    let rotation = case.rotate(before.step(&before.refresh_id, &new_id())).await;
    case.assert_eq(rotation, Rotation::SessionEnded, "a rotation of the login before it");
    case.assert_lives(&after, "the login after it").await;
}

/// `standing` and `sessions` only read, even when the answer is bad news.
pub async fn asking_changes_nothing<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "asking_changes_nothing");
    let login = case.login().await;
    let stale = new_id();
    for _ in 0..3 {
        let standing = case.standing(login.refresh_token(&stale)).await;
        case.assert_eq(standing, Standing::Reused, "a refresh token that is not the current one");
        case.listed_ids(&login.subject).await;
    }
    case.assert_lives(&login, "the session").await;
    let rotation = case.rotate(login.step(&login.refresh_id, &new_id())).await;
    case.assert_eq(
        rotation,
        Rotation::Rotated { created_at: login.at },
        "the rotation of its current token",
    );
}
