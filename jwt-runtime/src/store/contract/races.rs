//! What has to hold when calls overlap. Every call has a thread of its own.

use std::sync::Arc;

use super::case::{Case, Login, new_id, seconds};
use super::parallel::{all_at_once, in_parallel, joined, race_against_the_end};
use crate::store::{Opening, Rotation, SessionLimit, TokenStore};

const CONCURRENT: usize = 200;
const CONCURRENT_LOGINS: usize = 50;
const LIMIT: usize = 3;
const ROUNDS: usize = 50;

/// Of any number of clients that present one refresh token at once, at most one gets a successor.
/// The others were reuses, so afterwards the session has ended.
pub async fn of_concurrent_rotations_one_succeeds<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "of_concurrent_rotations_one_succeeds"));
    let login = Arc::new(case.login().await);
    let rotations = all_at_once(CONCURRENT, |_| {
        let (case, login) = (Arc::clone(&case), Arc::clone(&login));
        async move { case.rotate(login.step(&login.refresh_id, &new_id())).await }
    })
    .await;

    let (mut rotated, mut reused) = (0, 0);
    for rotation in rotations {
        match rotation {
            Rotation::Rotated { .. } => rotated += 1,
            Rotation::Reused => reused += 1,
            other => case.assert_eq(other, Rotation::SessionEnded, "a rotation that came later"),
        }
    }
    case.assert_eq((rotated, reused), (1, 1), "successful rotations, and reuses that ended it");
    case.assert_ended(&login, "the session").await;
}

/// With a grace, one of the clients rotates, and all others are told of that one's successor.
pub async fn concurrent_rotations_within_the_grace_share_one_successor<S: TokenStore>(
    store: &Arc<S>,
) {
    let clause = "concurrent_rotations_within_the_grace_share_one_successor";
    let case = Arc::new(Case::new(store, clause));
    let login = Arc::new(case.login().await);
    let rotations = all_at_once(CONCURRENT, |_| {
        let (case, login) = (Arc::clone(&case), Arc::clone(&login));
        async move {
            let successor = new_id();
            let step = login.graceful_step(&login.refresh_id, &successor, login.at);
            (case.rotate(step).await, successor)
        }
    })
    .await;

    let rotated = Rotation::Rotated { created_at: login.at };
    let (winners, others): (Vec<_>, Vec<_>) =
        rotations.into_iter().partition(|(rotation, _)| *rotation == rotated);
    case.assert_eq(winners.len(), 1, "successful rotations");
    let Some((_, successor)) = winners.into_iter().next() else { return };
    for (rotation, _) in others {
        let repeated = Rotation::Repeated {
            successor: successor.clone(),
            rotated_at: login.at,
            created_at: login.at,
        };
        case.assert_eq(rotation, repeated, "a rotation that came later");
    }
    let rotation = case.rotate(login.step(&successor, &new_id())).await;
    case.assert_eq(rotation, rotated, "the rotation of the successor");
}

/// A rotation that begins after `end_session` has returned fails, and one that began before leaves
/// nothing behind.
pub async fn no_rotation_outruns_the_end_of_its_session<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "no_rotation_outruns_the_end_of_its_session"));
    for _ in 0..ROUNDS {
        let login = Arc::new(case.login().await);
        race_against_the_end(&case, &login, {
            let (case, login) = (Arc::clone(&case), Arc::clone(&login));
            async move { case.assert_eq(case.end(&login).await, true, "`end_session`") }
        })
        .await;
    }
}

/// The same for `end_other_sessions`; the session that is kept stays as it is.
pub async fn no_rotation_outruns_the_end_of_other_sessions<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "no_rotation_outruns_the_end_of_other_sessions"));
    for _ in 0..ROUNDS {
        let login = Arc::new(case.login().await);
        let kept = case.login_of(&login.subject).await;
        race_against_the_end(&case, &login, {
            let (case, kept) = (Arc::clone(&case), kept.clone());
            async move { case.assert_eq(case.end_others(&kept).await, true, "`end_other_sessions`") }
        })
        .await;
        case.assert_lives(&kept, "the session that is kept").await;
    }
}

/// The same for `end_all_sessions`.
pub async fn no_rotation_outruns_the_end_of_all_sessions<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "no_rotation_outruns_the_end_of_all_sessions"));
    for _ in 0..ROUNDS {
        let login = Arc::new(case.login().await);
        race_against_the_end(&case, &login, {
            let (case, login) = (Arc::clone(&case), Arc::clone(&login));
            async move { case.end_all(&login.subject).await }
        })
        .await;
    }
}

/// Logins of one subject at once do not invalidate each other.
pub async fn concurrent_logins_all_live<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "concurrent_logins_all_live"));
    let subject = new_id();
    let logins = all_at_once(CONCURRENT, |_| {
        let (case, subject) = (Arc::clone(&case), subject.clone());
        async move { case.login_of(&subject).await }
    })
    .await;
    for login in &logins {
        case.assert_lives(login, "one of the logins").await;
    }
    case.assert_eq(case.listed_ids(&subject).await.len(), CONCURRENT, "the listed sessions");
}

/// Of any number of logins at once, as many succeed as may.
pub async fn concurrent_logins_beyond_the_limit_are_refused<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "concurrent_logins_beyond_the_limit_are_refused"));
    let outcomes = concurrent_logins(&case, SessionLimit::Refuse(LIMIT as u32)).await;
    let opened = outcomes.iter().filter(|(_, opening)| *opening == Opening::Opened).count();
    case.assert_eq(opened, LIMIT, "the logins that succeeded");
    for (login, opening) in &outcomes {
        match opening {
            Opening::Opened => case.assert_lives(login, "a login that succeeded").await,
            Opening::LimitReached => case.assert_ended(login, "a login that was refused").await,
        }
    }
}

/// Of any number of logins at once, every one succeeds, and as many live afterwards as may.
pub async fn concurrent_logins_beyond_the_limit_end_others<S: TokenStore>(store: &Arc<S>) {
    let case = Arc::new(Case::new(store, "concurrent_logins_beyond_the_limit_end_others"));
    let outcomes = concurrent_logins(&case, SessionLimit::EndOldest(LIMIT as u32)).await;
    let Some((first, _)) = outcomes.first() else { return };
    let listed = case.listed_ids(&first.subject).await;
    for (login, opening) in &outcomes {
        case.assert_eq(*opening, Opening::Opened, "a login");
        if listed.contains(&login.session_id) {
            case.assert_lives(login, "a login that is listed").await;
        } else {
            case.assert_ended(login, "a login that is not listed").await;
        }
    }
    case.assert_eq(listed.len(), LIMIT, "the listed sessions");
}

/// Logins of one subject, one second apart and all at once, while somebody counts.
async fn concurrent_logins<S: TokenStore>(
    case: &Arc<Case<S>>,
    limit: SessionLimit,
) -> Vec<(Login, Opening)> {
    let subject = new_id();
    let counting = in_parallel({
        let (case, subject) = (Arc::clone(case), subject.clone());
        async move {
            for _ in 0..CONCURRENT_LOGINS {
                let listed = case.listed_ids(&subject).await.len();
                case.assert_eq(listed <= LIMIT, true, "never more sessions than may be");
            }
        }
    });
    let outcomes = all_at_once(CONCURRENT_LOGINS, |number| {
        let (case, subject) = (Arc::clone(case), subject.clone());
        async move {
            let login = Login::new(&subject, case.now + seconds(number as u64));
            let opening = case.open_within(limit, &login).await;
            (login, opening)
        }
    })
    .await;
    joined(counting).await;
    outcomes
}
