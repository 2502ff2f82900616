//! Sessions whose time is over, by the absolute lifetime or by idleness.

use std::sync::Arc;
use std::time::Duration;

use super::case::{
    Case, GRACE, LEEWAY_AND_MARGIN, Login, REFRESH_LIFETIME, just_before, new_id, seconds,
};
use crate::numeric_date::NumericDate;
use crate::store::{Rotation, RotationStep, Standing, TokenStore};

const SESSION_LIFETIME: Duration = seconds(24 * 60 * 60);
const IDLE_TIMEOUT: Duration = seconds(60 * 60);

fn limited<'a>(
    login: &'a Login,
    presented: &'a str,
    successor: &'a str,
    now: NumericDate,
) -> RotationStep<'a> {
    RotationStep {
        session_lifetime: Some(SESSION_LIFETIME),
        ..login.graceful_step(presented, successor, now)
    }
}

fn not_idle<'a>(
    login: &'a Login,
    presented: &'a str,
    successor: &'a str,
    now: NumericDate,
) -> RotationStep<'a> {
    RotationStep {
        idle_timeout: Some(IDLE_TIMEOUT),
        ..login.graceful_step(presented, successor, now)
    }
}

/// From `session_lifetime` after the login on, a rotation ends the session, however often it was
/// rotated before.
pub async fn a_session_ends_with_its_lifetime<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_session_ends_with_its_lifetime");
    // Both before the `keep_until` of the record, so it is the lifetime that ends it.
    for too_late in [SESSION_LIFETIME, SESSION_LIFETIME + seconds(60)] {
        let login = case.login().await;
        let (first, second) = (new_id(), new_id());
        let expected = Rotation::Rotated { created_at: login.at };
        let halfway = login.at + SESSION_LIFETIME / 2;
        let rotation = case.rotate(limited(&login, &login.refresh_id, &first, halfway)).await;
        case.assert_eq(rotation, expected.clone(), "halfway");
        let in_time = just_before(login.at + SESSION_LIFETIME);
        let rotation = case.rotate(limited(&login, &first, &second, in_time)).await;
        case.assert_eq(rotation, expected, "one second before its end");
        let now = login.at + too_late;
        let rotation = case.rotate(limited(&login, &second, &new_id(), now)).await;
        case.assert_eq(rotation, Rotation::SessionEnded, "after its end");
        case.assert_is_over(&login, &second).await;
    }
}

/// A session that was opened before there was a lifetime ends by it all the same; what is
/// presented does not matter.
pub async fn the_end_of_a_session_comes_before_everything<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "the_end_of_a_session_comes_before_everything");
    for presented in ["the current token", "its predecessor", "no token of it", "a revoked one"] {
        let login = case.login().await;
        let current = new_id();
        case.rotate(login.graceful_step(&login.refresh_id, &current, login.at)).await;
        let id = match presented {
            "its predecessor" => login.refresh_id.clone(),
            "no token of it" => new_id(),
            _ => current.clone(),
        };
        if presented == "a revoked one" {
            case.revoke(login.refresh_token(&id), login.keep_until()).await;
        }
        let now = login.at + SESSION_LIFETIME;
        let successor = new_id();
        let step =
            RotationStep { grace: 2 * SESSION_LIFETIME, ..limited(&login, &id, &successor, now) };
        case.assert_eq(case.rotate(step).await, Rotation::SessionEnded, presented);
        case.assert_eq(case.end(&login).await, false, "`end_session` afterwards");
        case.assert_eq(case.standing(login.access()).await, Standing::SessionEnded, presented);
    }
}

/// No rotation moves `expires_at` and `keep_until` past the end of the session.
pub async fn a_rotation_prolongs_no_session_beyond_its_lifetime<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_rotation_prolongs_no_session_beyond_its_lifetime");
    let login = case.login().await;
    let end = login.at + SESSION_LIFETIME;
    let mut current = login.refresh_id.clone();
    for now in [login.at, login.at + SESSION_LIFETIME / 3, just_before(end)] {
        let successor = new_id();
        case.rotate(limited(&login, &current, &successor, now)).await;
        let listed = case.sessions_at(&login.subject, now).await;
        let expiries: Vec<NumericDate> = listed.iter().map(|session| session.expires_at).collect();
        case.assert_eq(expiries, vec![end], "`expires_at`");
        current = successor;
    }
    case.assert_eq(case.sessions_at(&login.subject, end).await, vec![], "the list at the end");
    let last_second = just_before(end + LEEWAY_AND_MARGIN);
    let standing = case.standing_at(login.refresh_token(&current), last_second).await;
    case.assert_eq(standing, Standing::Live, "one second before the last `keep_until`");
}

/// A lifetime that ends later than the refresh token changes nothing.
pub async fn a_long_lifetime_prolongs_nothing<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_long_lifetime_prolongs_nothing");
    let login = case.login().await;
    let (successor, now) = (new_id(), login.at + seconds(60));
    let step = RotationStep {
        session_lifetime: Some(2 * REFRESH_LIFETIME),
        ..login.step_at(&login.refresh_id, &successor, now)
    };
    case.assert_eq(case.rotate(step).await, Rotation::Rotated { created_at: login.at }, "a step");
    let listed = case.sessions_at(&login.subject, now).await;
    let expiries: Vec<NumericDate> = listed.iter().map(|session| session.expires_at).collect();
    case.assert_eq(expiries, vec![now + REFRESH_LIFETIME], "`expires_at`");
}

/// From `idle_timeout` after the login on, or after the last rotation, a rotation ends the session.
pub async fn an_idle_session_ends<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_idle_session_ends");
    let login = case.login().await;
    let now = login.at + IDLE_TIMEOUT;
    let rotation = case.rotate(not_idle(&login, &login.refresh_id, &new_id(), now)).await;
    case.assert_eq(rotation, Rotation::SessionEnded, "idle since the login");
    case.assert_is_over(&login, &login.refresh_id).await;

    let login = case.login().await;
    let mut current = login.refresh_id.clone();
    let mut last = login.at;
    for _ in 0..3 {
        last = just_before(last + IDLE_TIMEOUT);
        let successor = new_id();
        let rotation = case.rotate(not_idle(&login, &current, &successor, last)).await;
        case.assert_eq(rotation, Rotation::Rotated { created_at: login.at }, "just in time");
        current = successor;
    }
    let now = last + IDLE_TIMEOUT;
    let rotation = case.rotate(not_idle(&login, &current, &new_id(), now)).await;
    case.assert_eq(rotation, Rotation::SessionEnded, "idle since the last rotation");
    case.assert_is_over(&login, &current).await;
}

/// A retry is not a sign of life.
pub async fn a_repeated_rotation_is_idle<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_repeated_rotation_is_idle");
    let login = case.login().await;
    let successor = new_id();
    case.rotate(not_idle(&login, &login.refresh_id, &successor, login.at)).await;
    let retried_at = just_before(login.at + GRACE);
    let rotation = case.rotate(not_idle(&login, &login.refresh_id, &new_id(), retried_at)).await;
    let expected = Rotation::Repeated {
        successor: successor.clone(),
        rotated_at: login.at,
        created_at: login.at,
    };
    case.assert_eq(rotation, expected, "a retry");
    let now = login.at + IDLE_TIMEOUT;
    let rotation = case.rotate(not_idle(&login, &successor, &new_id(), now)).await;
    case.assert_eq(rotation, Rotation::SessionEnded, "idle since the rotation");
    case.assert_is_over(&login, &successor).await;
}
