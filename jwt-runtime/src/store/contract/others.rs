//! One session is kept, all others of its subject end.

use std::sync::Arc;

use super::case::{Case, Login, new_id, seconds};
use crate::store::{Rotation, Standing, TokenStore};

/// The kept session stays as it is, and every other one ends.
pub async fn ending_other_sessions_keeps_one<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_other_sessions_keeps_one");
    for kept in [0_usize, 7, 19] {
        let subject = new_id();
        let mut logins = Vec::new();
        for number in 0..20 {
            let mut login = Login::new(&subject, case.now + seconds(number));
            login.label = Some(format!("device {number}"));
            case.open(&login).await;
            logins.push(login);
        }
        let kept = logins.remove(kept);
        let mut listed = case.sessions_at(&subject, case.now).await;
        listed.retain(|session| session.id == kept.session_id);

        case.assert_eq(case.end_others(&kept).await, true, "`end_other_sessions`");
        case.assert_lives(&kept, "the kept session").await;
        case.assert_eq(case.sessions_at(&subject, case.now).await, listed.clone(), "the list");
        for other in &logins {
            case.assert_is_over(other, &other.refresh_id).await;
            case.assert_eq(case.end(other).await, false, "`end_session` for another");
        }
        case.assert_eq(case.end_others(&kept).await, true, "`end_other_sessions` again");
        case.assert_eq(case.sessions_at(&subject, case.now).await, listed, "the list");
        let rotation = case.rotate(kept.step(&kept.refresh_id, &new_id())).await;
        let expected = Rotation::Rotated { created_at: kept.at };
        case.assert_eq(rotation, expected, "the rotation of the kept session");
    }
}

/// What was revoked or superseded in the kept session stays so.
pub async fn ending_other_sessions_leaves_the_kept_one_as_it_was<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_other_sessions_leaves_the_kept_one_as_it_was");
    let kept = case.login().await;
    case.login_of(&kept.subject).await;
    let successor = new_id();
    case.rotate(kept.graceful_step(&kept.refresh_id, &successor, kept.at)).await;
    case.revoke(kept.access(), kept.keep_until()).await;
    case.assert_eq(case.end_others(&kept).await, true, "`end_other_sessions`");

    case.assert_eq(case.standing(kept.access()).await, Standing::Revoked, "a revoked token");
    let superseded = Standing::Superseded { rotated_at: kept.at };
    case.assert_eq(case.standing(kept.refresh()).await, superseded, "the predecessor");
    let rotation = case.rotate(kept.graceful_step(&kept.refresh_id, &new_id(), kept.at)).await;
    let expected = Rotation::Repeated { successor, rotated_at: kept.at, created_at: kept.at };
    case.assert_eq(rotation, expected, "a retry");
}

/// If the kept session does not live, none does: no other subject's session counts as it.
pub async fn ending_other_sessions_of_a_dead_one_leaves_none<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_other_sessions_of_a_dead_one_leaves_none");
    let foreign = case.login().await;
    for dead in ["ended", "unknown", "of another subject"] {
        let subject = new_id();
        let kept = match dead {
            "ended" => {
                let login = case.login_of(&subject).await;
                case.end(&login).await;
                login
            }
            "unknown" => Login::new(&subject, case.now),
            _ => Login { subject: subject.clone(), ..foreign.clone() },
        };
        let other = case.login_of(&subject).await;
        for time in ["once", "twice"] {
            let lives = case.end_others(&kept).await;
            case.assert_eq(lives, false, &format!("a kept session that is {dead}, {time}"));
            case.assert_eq(case.listed_ids(&subject).await, vec![], "the list of sessions");
            case.assert_is_over(&other, &other.refresh_id).await;
            case.assert_is_over(&kept, &kept.refresh_id).await;
        }
    }
    case.assert_lives(&foreign, "the session of another subject").await;
}

/// Other subjects keep their sessions, whatever their names and ids.
pub async fn ending_other_sessions_reaches_no_other_subject<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_other_sessions_reaches_no_other_subject");
    let kept = case.login().await;
    let ended = case.login_of(&kept.subject).await;
    let mut bystanders = Vec::new();
    for subject in [new_id(), format!("{}*", kept.subject), format!("{}:", kept.subject)] {
        bystanders.push(case.login_of(&subject).await);
        let mut namesake = Login::new(&subject, case.now);
        namesake.session_id.clone_from(&ended.session_id);
        case.open(&namesake).await;
        bystanders.push(namesake);
    }
    case.end_others(&kept).await;
    case.assert_ended(&ended, "another session of the subject").await;
    for bystander in &bystanders {
        case.assert_lives(bystander, "another subject").await;
    }
}

/// Logins afterwards work, and revive no older one.
pub async fn ending_other_sessions_allows_the_next_login<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "ending_other_sessions_allows_the_next_login");
    let kept = case.login().await;
    let before = case.login_of(&kept.subject).await;
    case.end_others(&kept).await;
    let after = case.login_of(&kept.subject).await;
    case.assert_lives(&after, "the login after it").await;
    case.assert_lives(&kept, "the kept session").await;
    case.assert_is_over(&before, &before.refresh_id).await;
    case.assert_eq(case.listed_ids(&kept.subject).await.len(), 2, "the listed sessions");

    case.assert_eq(case.end_others(&after).await, true, "keeping the later one");
    case.assert_is_over(&kept, &kept.refresh_id).await;
    case.assert_lives(&after, "the login after it").await;
}
