//! A retry within the grace gets what the first attempt got, and nothing else does.

use std::sync::Arc;
use std::time::Duration;

use super::case::{Case, GRACE, Login, just_before, new_id, seconds};
use crate::numeric_date::NumericDate;
use crate::store::{Rotation, Standing, TokenStore};

/// The presented token was replaced by `successor` at the time of the login.
fn repeated(login: &Login, successor: &str) -> Rotation {
    Rotation::Repeated {
        successor: successor.to_owned(),
        rotated_at: login.at,
        created_at: login.at,
    }
}

/// A login whose refresh token was rotated with a grace, and the successor.
async fn rotated<S: TokenStore>(case: &Case<S>) -> (Login, String) {
    let login = case.login().await;
    let successor = new_id();
    let rotation = case.rotate(login.graceful_step(&login.refresh_id, &successor, login.at)).await;
    case.assert_eq(rotation, Rotation::Rotated { created_at: login.at }, "the rotation");
    (login, successor)
}

/// The predecessor gets the same successor until the last second, any number of times.
pub async fn within_the_grace_a_predecessor_gets_the_same_successor<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "within_the_grace_a_predecessor_gets_the_same_successor");
    let (login, successor) = rotated(&case).await;
    for now in [login.at, login.at, login.at + seconds(1), just_before(login.at + GRACE)] {
        let step_successor = new_id();
        let step = login.graceful_step(&login.refresh_id, &step_successor, now);
        case.assert_eq(case.rotate(step).await, repeated(&login, &successor), "a retry");
        let standing = case.standing(login.refresh_token(&step_successor)).await;
        case.assert_eq(standing, Standing::Reused, "the successor that the retry offered");
    }
    let rotation = case.rotate(login.step(&new_id(), &new_id())).await;
    case.assert_eq(rotation, Rotation::Reused, "a token that was never issued");
    case.assert_is_over(&login, &successor).await;
}

/// A retry leaves dates, tokens and the rest of the session as they were.
pub async fn a_repeated_rotation_changes_nothing<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_repeated_rotation_changes_nothing");
    let (login, successor) = rotated(&case).await;
    let listed = case.sessions_at(&login.subject, case.now).await;
    for second in 1..5 {
        let now = login.at + seconds(second);
        case.rotate(login.graceful_step(&login.refresh_id, &new_id(), now)).await;
        case.assert_eq(case.sessions_at(&login.subject, now).await, listed.clone(), "the list");
        let standing = case.standing(login.refresh_token(&successor)).await;
        case.assert_eq(standing, Standing::Live, "the successor");
        case.assert_eq(case.standing(login.access()).await, Standing::Live, "an access token");
    }
    let rotation = case.rotate(login.step(&successor, &new_id())).await;
    let expected = Rotation::Rotated { created_at: login.at };
    case.assert_eq(rotation, expected, "the rotation of the successor");
}

/// Exactly `grace` after the rotation is too late, whatever was repeated in between.
pub async fn after_the_grace_a_predecessor_is_a_reuse<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "after_the_grace_a_predecessor_is_a_reuse");
    for too_late in [GRACE, GRACE + seconds(1), GRACE + seconds(3_600)] {
        let (login, successor) = rotated(&case).await;
        let in_time = just_before(login.at + GRACE);
        let rotation =
            case.rotate(login.graceful_step(&login.refresh_id, &new_id(), in_time)).await;
        case.assert_eq(rotation, repeated(&login, &successor), "one second before its end");
        let now = login.at + too_late;
        let rotation = case.rotate(login.graceful_step(&login.refresh_id, &new_id(), now)).await;
        let what = format!("{} seconds after the rotation", too_late.as_secs());
        case.assert_eq(rotation, Rotation::Reused, &what);
        case.assert_is_over(&login, &successor).await;
    }
}

/// A clock that is behind by less than the grace does no harm, and one that is further behind does
/// not make the grace longer.
pub async fn long_before_the_rotation_a_predecessor_is_a_reuse<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "long_before_the_rotation_a_predecessor_is_a_reuse");
    for too_early in [GRACE, GRACE + seconds(3_600)] {
        let (login, successor) = rotated(&case).await;
        let earlier = |by: Duration| NumericDate::from_secs(login.at.as_secs() - by.as_secs());
        let now = earlier(GRACE - seconds(1));
        let rotation = case.rotate(login.graceful_step(&login.refresh_id, &new_id(), now)).await;
        case.assert_eq(rotation, repeated(&login, &successor), "by a clock that is a bit behind");
        let now = earlier(too_early);
        let rotation = case.rotate(login.graceful_step(&login.refresh_id, &new_id(), now)).await;
        let what = format!("{} seconds before the rotation", too_early.as_secs());
        case.assert_eq(rotation, Rotation::Reused, &what);
        case.assert_is_over(&login, &successor).await;
    }
}

/// `standing` tells when the predecessor was replaced, during the grace and after it, and that an
/// older one is a reuse.
pub async fn a_predecessor_stands_as_superseded<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_predecessor_stands_as_superseded");
    let (login, first) = rotated(&case).await;
    let mut predecessor = login.refresh_id.clone();
    let mut current = first;
    for number in 1..4 {
        let rotated_at = login.at + seconds(number * 100);
        let successor = new_id();
        case.rotate(login.graceful_step(&current, &successor, rotated_at)).await;
        let older = std::mem::replace(&mut predecessor, std::mem::replace(&mut current, successor));
        for now in [rotated_at, rotated_at + seconds(5), rotated_at + GRACE, rotated_at + 9 * GRACE]
        {
            let standing = case.standing_at(login.refresh_token(&predecessor), now).await;
            case.assert_eq(standing, Standing::Superseded { rotated_at }, "the predecessor");
            let standing = case.standing_at(login.refresh_token(&older), now).await;
            case.assert_eq(standing, Standing::Reused, "the predecessor of the predecessor");
            let standing = case.standing_at(login.refresh_token(&current), now).await;
            case.assert_eq(standing, Standing::Live, "the current token");
            let standing = case.standing_at(login.access(), now).await;
            case.assert_eq(standing, Standing::Live, "an access token");
        }
    }
}

/// Once the successor was used, only it has a grace: every older token is a reuse.
pub async fn an_older_ancestor_is_a_reuse_within_the_grace<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_older_ancestor_is_a_reuse_within_the_grace");
    for replayed in 0..3_usize {
        let (login, first) = rotated(&case).await;
        let mut generations = vec![login.refresh_id.clone(), first];
        for _ in 0..3 {
            let (presented, successor) =
                (generations.last().cloned().unwrap_or_default(), new_id());
            let step = login.graceful_step(&presented, &successor, login.at);
            let rotation = case.rotate(step).await;
            case.assert_eq(rotation, Rotation::Rotated { created_at: login.at }, "a rotation");
            let rotation = case.rotate(login.graceful_step(&presented, &new_id(), login.at)).await;
            case.assert_eq(rotation, repeated(&login, &successor), "its retry");
            generations.push(successor);
        }
        let (Some(old), Some(current)) = (generations.get(replayed), generations.last()) else {
            continue;
        };
        let rotation = case.rotate(login.graceful_step(old, &new_id(), login.at)).await;
        let what = format!("generation {replayed} of 4, presented again");
        case.assert_eq(rotation, Rotation::Reused, &what);
        case.assert_is_over(&login, current).await;
    }
}

/// A rotation without a grace has no retry, even where the next step has a grace.
pub async fn a_rotation_without_grace_remembers_no_predecessor<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_rotation_without_grace_remembers_no_predecessor");
    let (login, first) = rotated(&case).await;
    let second = new_id();
    case.rotate(login.step(&first, &second)).await;
    for stale in [&login.refresh_id, &first] {
        let standing = case.standing(login.refresh_token(stale)).await;
        case.assert_eq(standing, Standing::Reused, "a token that was replaced");
    }
    let rotation = case.rotate(login.graceful_step(&first, &new_id(), login.at)).await;
    case.assert_eq(rotation, Rotation::Reused, "a retry with a grace");
    case.assert_is_over(&login, &second).await;
}

/// The grace is that of the retry: without one there is none.
pub async fn a_step_without_grace_repeats_nothing<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_step_without_grace_repeats_nothing");
    let (login, successor) = rotated(&case).await;
    let rotation = case.rotate(login.step(&login.refresh_id, &new_id())).await;
    case.assert_eq(rotation, Rotation::Reused, "a retry without a grace");
    case.assert_is_over(&login, &successor).await;
}

/// Whichever way a session ends, no retry brings its tokens back.
pub async fn an_ended_session_repeats_nothing<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "an_ended_session_repeats_nothing");
    let (login, successor) = rotated(&case).await;
    case.end(&login).await;
    case.assert_is_over(&login, &successor).await;

    let (login, successor) = rotated(&case).await;
    let kept = case.login_of(&login.subject).await;
    case.end_others(&kept).await;
    case.assert_is_over(&login, &successor).await;

    let (login, successor) = rotated(&case).await;
    case.end_all(&login.subject).await;
    case.assert_is_over(&login, &successor).await;
}

/// A successor that was revoked is not handed out again, and the session stays as it is.
pub async fn a_revoked_successor_is_not_repeated<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_revoked_successor_is_not_repeated");
    let (login, successor) = rotated(&case).await;
    case.revoke(login.refresh_token(&successor), login.keep_until()).await;
    for _ in 0..2 {
        let offered = new_id();
        let step = login.graceful_step(&login.refresh_id, &offered, login.at);
        case.assert_eq(case.rotate(step).await, Rotation::Revoked, "the retry");
    }
    case.assert_eq(case.standing(login.access()).await, Standing::Live, "the access token");
}

/// A predecessor that was revoked gets nothing, and its successor stays good.
pub async fn a_revoked_predecessor_gets_no_successor<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_revoked_predecessor_gets_no_successor");
    let (login, successor) = rotated(&case).await;
    case.revoke(login.refresh(), login.keep_until()).await;
    case.assert_eq(case.standing(login.refresh()).await, Standing::Revoked, "the predecessor");
    for now in [login.at, login.at + GRACE] {
        let offered = new_id();
        let step = login.graceful_step(&login.refresh_id, &offered, now);
        case.assert_eq(case.rotate(step).await, Rotation::Revoked, "the retry");
    }
    let rotation = case.rotate(login.step(&successor, &new_id())).await;
    let expected = Rotation::Rotated { created_at: login.at };
    case.assert_eq(rotation, expected, "the rotation of the successor");
}
