//! One refresh token buys one successor.
//!
//! Source: [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2).

use std::sync::Arc;
use std::time::Duration;

use super::case::{Case, Login, just_before, new_id};
use crate::store::{NewSession, Rotation, Standing, TokenStore};

/// The successor is good, the presented token is not, access tokens stay as they are.
pub async fn a_rotation_replaces_the_refresh_token<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_rotation_replaces_the_refresh_token");
    let login = case.login().await;
    let mut presented = login.refresh_id.clone();
    for _ in 0..3 {
        let successor = new_id();
        let rotation = case.rotate(login.step(&presented, &successor)).await;
        case.assert_eq(rotation, Rotation::Rotated { created_at: login.at }, "the rotation");
        let standing = case.standing(login.refresh_token(&successor)).await;
        case.assert_eq(standing, Standing::Live, "the successor");
        let standing = case.standing(login.refresh_token(&presented)).await;
        case.assert_eq(standing, Standing::Reused, "the presented token");
        case.assert_eq(case.standing(login.access()).await, Standing::Live, "an access token");
        presented = successor;
    }
}

/// From a rotation on, the new `keep_until` counts.
pub async fn a_rotation_prolongs_the_session<S: TokenStore>(store: &Arc<S>) {
    let mut case = Case::new(store, "a_rotation_prolongs_the_session");
    let login = case.login().await;
    let successor = new_id();
    let later = case.now + Duration::from_secs(24 * 60 * 60);
    let step = login.step_at(&login.refresh_id, &successor, later);
    case.assert_eq(
        case.rotate(step).await,
        Rotation::Rotated { created_at: login.at },
        "the rotation",
    );

    case.now = just_before(step.keep_until);
    case.login_of(&login.subject).await;
    let standing = case.standing(login.refresh_token(&successor)).await;
    case.assert_eq(standing, Standing::Live, "one second before the new `keep_until`");
}

/// A refresh token that is presented for a second time ends its session, and only that.
pub async fn a_reused_refresh_token_ends_its_session<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_reused_refresh_token_ends_its_session");
    let login = case.login().await;
    let sibling = case.login_of(&login.subject).await;
    let successor = new_id();
    case.rotate(login.step(&login.refresh_id, &successor)).await;

    let rotation = case.rotate(login.step(&login.refresh_id, &new_id())).await;
    case.assert_eq(rotation, Rotation::Reused, "the second rotation of one token");
    case.assert_is_over(&login, &successor).await;
    case.assert_lives(&sibling, "another session of the subject").await;
    case.assert_eq(case.end(&login).await, false, "`end_session` afterwards");
}

/// Not only the last predecessor is recognised.
pub async fn a_refresh_token_of_any_age_is_a_reuse<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_refresh_token_of_any_age_is_a_reuse");
    for replayed in [0_usize, 3, 23, 24] {
        let login = case.login().await;
        let mut generations = vec![login.refresh_id.clone()];
        let mut current = login.refresh_id.clone();
        for _ in 0..25 {
            let successor = new_id();
            let rotation = case.rotate(login.step(&current, &successor)).await;
            case.assert_eq(rotation, Rotation::Rotated { created_at: login.at }, "a rotation");
            generations.push(successor.clone());
            current = successor;
        }
        let Some(old) = generations.get(replayed) else { continue };
        let rotation = case.rotate(login.step(old, &new_id())).await;
        let what = format!("generation {replayed} of 25, presented again");
        case.assert_eq(rotation, Rotation::Reused, &what);
        case.assert_is_over(&login, &current).await;
    }
}

/// A refresh token that is not the current one ends the session, issued or not.
pub async fn an_unknown_refresh_token_is_a_reuse<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_unknown_refresh_token_is_a_reuse");
    let login = case.login().await;
    let rotation = case.rotate(login.step(&new_id(), &new_id())).await;
    case.assert_eq(rotation, Rotation::Reused, "a token that was never issued");
    case.assert_is_over(&login, &login.refresh_id).await;
}

/// A step that has been made cannot be made again.
pub async fn the_same_step_twice_is_a_reuse<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "the_same_step_twice_is_a_reuse");
    let login = case.login().await;
    let successor = new_id();
    let step = login.step(&login.refresh_id, &successor);
    case.assert_eq(case.rotate(step).await, Rotation::Rotated { created_at: login.at }, "the step");
    case.assert_eq(case.rotate(step).await, Rotation::Reused, "the same step again");
    case.assert_is_over(&login, &successor).await;
}

/// A session that was opened without a refresh token has access tokens only.
pub async fn a_session_without_refresh_token_does_not_rotate<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_session_without_refresh_token_does_not_rotate");
    for forged in [new_id(), "-".to_owned(), String::new()] {
        let login = Login::new(&new_id(), case.now);
        let session = NewSession { refresh_token_id: None, ..login.new_session() };
        let opened = case.store.open_session(session).await.is_ok();
        case.assert_eq(opened, true, "a session without a refresh token opens");
        case.assert_eq(case.standing(login.access()).await, Standing::Live, "its access token");
        let standing = case.standing(login.refresh_token(&forged)).await;
        case.assert_eq(standing, Standing::Reused, "a refresh token of it");
        let rotation = case.rotate(login.step(&forged, &new_id())).await;
        case.assert_eq(rotation, Rotation::Reused, "a rotation of it");
    }
}

/// After `end_session` has returned, no rotation succeeds, and none brings the session back.
pub async fn an_ended_session_does_not_rotate<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_ended_session_does_not_rotate");
    let login = case.login().await;
    case.end(&login).await;
    let successor = new_id();
    let rotation = case.rotate(login.step(&login.refresh_id, &successor)).await;
    case.assert_eq(rotation, Rotation::SessionEnded, "a rotation");
    case.assert_is_over(&login, &successor).await;
}

/// After `end_all_sessions` has returned, no rotation succeeds, and none brings a session back.
pub async fn all_ended_sessions_do_not_rotate<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "all_ended_sessions_do_not_rotate");
    let login = case.login().await;
    case.end_all(&login.subject).await;
    let successor = new_id();
    let rotation = case.rotate(login.step(&login.refresh_id, &successor)).await;
    case.assert_eq(rotation, Rotation::SessionEnded, "a rotation");
    case.assert_is_over(&login, &successor).await;
}
