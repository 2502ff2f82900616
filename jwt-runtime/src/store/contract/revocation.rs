//! Single tokens are revoked.

use std::sync::Arc;
use std::time::Duration;

use super::case::{Case, Login, just_before, new_id};
use crate::store::{Rotation, Standing, TokenStore};

/// After `revoke_token` the token is refused, however often it was or is revoked.
pub async fn a_revoked_token_stays_revoked<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_revoked_token_stays_revoked");
    let login = case.login().await;
    for token in [login.access(), login.refresh()] {
        for time in ["once", "twice"] {
            case.revoke(token, login.keep_until()).await;
            let standing = case.standing(token).await;
            case.assert_eq(standing, Standing::Revoked, &format!("a token revoked {time}"));
        }
    }
    case.login_of(&login.subject).await;
    let standing = case.standing(login.access()).await;
    case.assert_eq(standing, Standing::Revoked, "after another login");

    case.end_all(&login.subject).await;
    let standing = case.standing(login.access()).await;
    let is_refused = matches!(standing, Standing::Revoked | Standing::SessionEnded);
    case.assert_eq(is_refused, true, "refused after its session has ended");
}

/// The other tokens of the session, and a token with the same id of somebody else, stay good.
pub async fn revoking_a_token_reaches_no_other<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "revoking_a_token_reaches_no_other");
    let login = case.login().await;
    let mut namesake = case.login().await;
    namesake.access_id.clone_from(&login.access_id);

    case.revoke(login.access(), login.keep_until()).await;
    case.assert_eq(case.standing(login.refresh()).await, Standing::Live, "the refresh token");
    case.assert_lives(&namesake, "a token with the same id of another subject").await;

    let next = new_id();
    let rotation = case.rotate(login.step(&login.refresh_id, &next)).await;
    case.assert_eq(
        rotation,
        Rotation::Rotated { created_at: login.at },
        "the rotation of the session",
    );
    let standing = case.standing(login.access()).await;
    case.assert_eq(standing, Standing::Revoked, "the access token after the rotation");
}

/// A revoked refresh token buys nothing, and does not take its session with it.
pub async fn a_revoked_refresh_token_does_not_rotate<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_revoked_refresh_token_does_not_rotate");
    let login = case.login().await;
    case.revoke(login.refresh(), login.keep_until()).await;
    for _ in 0..2 {
        let next = new_id();
        let rotation = case.rotate(login.step(&login.refresh_id, &next)).await;
        case.assert_eq(rotation, Rotation::Revoked, "the rotation");
        let standing = case.standing(login.refresh_token(&next)).await;
        case.assert_eq(standing, Standing::Reused, "the successor that was not granted");
    }
    case.assert_eq(case.standing(login.access()).await, Standing::Live, "the access token");
}

/// A revocation is not dropped before `keep_until`, and a later call never shortens it.
pub async fn a_revocation_is_kept_as_long_as_was_asked<S: TokenStore>(store: &Arc<S>) {
    let mut case = Case::new(store, "a_revocation_is_kept_as_long_as_was_asked");
    let login = case.login().await;
    let keep_until = case.now + Duration::from_secs(24 * 60 * 60);
    case.revoke(login.access(), keep_until).await;
    case.revoke(login.access(), case.now + Duration::from_secs(60)).await;

    case.now = just_before(keep_until);
    // A write at that time is when a store would take the opportunity to sweep.
    let other = case.login_of(&login.subject).await;
    case.revoke(other.access(), other.keep_until()).await;
    let standing = case.standing(login.access()).await;
    case.assert_eq(standing, Standing::Revoked, "one second before `keep_until`");
}

/// A token can be revoked whatever the store knows of its session.
pub async fn a_revocation_needs_no_session<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_revocation_needs_no_session");
    let login = Login::new(&new_id(), case.now);
    case.revoke(login.access(), login.keep_until()).await;
    let standing = case.standing(login.access()).await;
    case.assert_eq(standing, Standing::Revoked, "a revoked token of no session");
    case.open(&login).await;
    let standing = case.standing(login.access()).await;
    case.assert_eq(standing, Standing::Revoked, "a token revoked before its session was opened");
    case.assert_eq(case.standing(login.refresh()).await, Standing::Live, "its sibling");
}
