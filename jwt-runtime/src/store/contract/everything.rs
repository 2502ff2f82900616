//! The end of every session, which needs a store of its own.

use std::sync::Arc;

use super::case::{Case, GRACE, Login, new_id};
use super::parallel::race_against_the_end;
use crate::store::{Rotation, Standing, TokenStore};

/// Sessions of several subjects, some of them rotated with a grace; each with its last refresh
/// token.
async fn crowd<S: TokenStore>(case: &Case<S>) -> Vec<(Login, String)> {
    let mut crowd = Vec::new();
    for _ in 0..20 {
        let subject = new_id();
        let login = case.login_of(&subject).await;
        let last = login.refresh_id.clone();
        crowd.push((login, last));
        let login = case.login_of(&subject).await;
        let last = new_id();
        case.rotate(login.graceful_step(&login.refresh_id, &last, login.at)).await;
        crowd.push((login, last));
    }
    crowd
}

/// `end_every_session` ends the sessions of all subjects: no token of theirs is good, none
/// rotates, with a grace or without.
pub async fn ending_every_session_ends_each_of_them<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_every_session_ends_each_of_them");
    let crowd = crowd(&case).await;
    case.end_every().await;
    for (login, last) in &crowd {
        case.assert_is_over(login, last).await;
        case.assert_eq(case.end(login).await, false, "`end_session` for one of them");
        case.assert_eq(case.end_others(login).await, false, "`end_other_sessions` for one of them");
        case.assert_eq(case.listed_ids(&login.subject).await, vec![], "the list of sessions");
    }
}

/// Sessions that are opened afterwards, also of the same subjects, live and rotate.
pub async fn ending_every_session_allows_the_next_login<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_every_session_allows_the_next_login");
    let crowd = crowd(&case).await;
    case.end_every().await;
    for (before, last) in &crowd {
        let after = case.login_of(&before.subject).await;
        case.assert_lives(&after, "the login after it").await;
        let successor = new_id();
        let rotation =
            case.rotate(after.graceful_step(&after.refresh_id, &successor, after.at)).await;
        let rotated = Rotation::Rotated { created_at: after.at };
        case.assert_eq(rotation, rotated, "its rotation");
        let standing = case.standing(after.refresh_token(&successor)).await;
        case.assert_eq(standing, Standing::Live, "its successor");
        case.assert_is_over(before, last).await;
        case.end(&after).await;
    }
}

/// The second time, and the first time on a store without sessions, it ends what there is.
pub async fn ending_every_session_again_is_harmless<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_every_session_again_is_harmless");
    let mut ended: Vec<(Login, String)> = Vec::new();
    for _ in 0..3 {
        case.end_every().await;
        case.end_every().await;
        for (login, last) in &ended {
            case.assert_is_over(login, last).await;
        }
        ended.extend(crowd(&case).await);
    }
    for (login, last) in ended.iter().skip(ended.len() * 2 / 3) {
        let standing = case.standing(login.refresh_token(last)).await;
        case.assert_eq(standing, Standing::Live, "a session opened since");
    }
}

/// Tokens that were revoked stay refused, whether or not their sessions were there to be ended.
pub async fn revocations_outlive_the_end_of_every_session<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "revocations_outlive_the_end_of_every_session");
    let ended = case.login().await;
    let unopened = Login::new(&ended.subject, case.now);
    for login in [&ended, &unopened] {
        case.revoke(login.access(), login.keep_until()).await;
    }
    case.end_every().await;
    let standing = case.standing(unopened.access()).await;
    case.assert_eq(standing, Standing::Revoked, "a revoked token of no session");
    let standing = case.standing(ended.access()).await;
    let is_refused = matches!(standing, Standing::Revoked | Standing::SessionEnded);
    case.assert_eq(is_refused, true, "a revoked token of a session that was ended is refused");
    case.open(&unopened).await;
    let standing = case.standing(unopened.access()).await;
    case.assert_eq(standing, Standing::Revoked, "a revoked token of a session opened afterwards");
    case.assert_eq(case.standing(unopened.refresh()).await, Standing::Live, "its sibling");
}

/// A rotation that begins after `end_every_session` has returned fails, and one that began before
/// leaves nothing behind.
pub async fn no_rotation_outruns_the_end_of_every_session<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "no_rotation_outruns_the_end_of_every_session"));
    for _ in 0..20 {
        let login = Arc::new(case.login().await);
        race_against_the_end(&case, &login, {
            let case = Arc::clone(&case);
            async move { case.end_every().await }
        })
        .await;
        let retried_at = login.at + GRACE / 2;
        let step = login.graceful_step(&login.refresh_id, &login.session_id, retried_at);
        case.assert_eq(case.rotate(step).await, Rotation::SessionEnded, "a retry afterwards");
    }
}
