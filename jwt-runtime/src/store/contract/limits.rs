//! How many sessions a subject may have at once.

use std::sync::Arc;

use super::case::{Case, Login, new_id, seconds};
use crate::store::{NewSession, Opening, Rotation, SessionLimit, TokenStore};

const BOTH: [SessionLimit; 2] = [SessionLimit::Refuse(3), SessionLimit::EndOldest(3)];

/// Sessions of one subject, with logins so many seconds after the time of the case.
async fn logins_at<S: TokenStore>(case: &Case<S>, subject: &str, times: &[u64]) -> Vec<Login> {
    let mut logins = Vec::new();
    for time in times {
        let login = Login::new(subject, case.now + seconds(*time));
        case.open(&login).await;
        logins.push(login);
    }
    logins
}

/// A login beyond the limit changes nothing; when a session has ended, the next is let in.
pub async fn a_login_beyond_the_limit_is_refused<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_login_beyond_the_limit_is_refused");
    let (limit, subject) = (SessionLimit::Refuse(3), new_id());
    let mut logins = Vec::new();
    for _ in 0..3 {
        let login = Login::new(&subject, case.now);
        let opening = case.open_within(limit, &login).await;
        case.assert_eq(opening, Opening::Opened, "a login within the limit");
        logins.push(login);
    }
    let listed = case.sessions_at(&subject, case.now).await;
    for _ in 0..2 {
        let refused = Login::new(&subject, case.now);
        let opening = case.open_within(limit, &refused).await;
        case.assert_eq(opening, Opening::LimitReached, "a login beyond the limit");
        case.assert_is_over(&refused, &refused.refresh_id).await;
        let still_listed = case.sessions_at(&subject, case.now).await;
        case.assert_eq(still_listed, listed.clone(), "the list of sessions");
    }
    for login in &logins {
        case.assert_lives(login, "a login within the limit").await;
    }
    if let Some(first) = logins.first() {
        case.end(first).await;
    }
    let next = Login::new(&subject, case.now);
    let opening = case.open_within(limit, &next).await;
    case.assert_eq(opening, Opening::Opened, "a login after a session has ended");
    case.assert_lives(&next, "a login after a session has ended").await;
}

/// The session with the earliest login ends, also if it was refreshed last.
pub async fn a_login_beyond_the_limit_ends_the_oldest<S: TokenStore>(store: &Arc<S>) {
    let mut case = Case::new(store, "a_login_beyond_the_limit_ends_the_oldest");
    let subject = new_id();
    let logins = logins_at(&case, &subject, &[30, 10, 20]).await;
    let [youngest, oldest, middle] = logins.as_slice() else { return };
    case.now = case.now + seconds(60);
    let current = new_id();
    case.rotate(oldest.step_at(&oldest.refresh_id, &current, case.now)).await;

    let login = Login::new(&subject, case.now);
    let opening = case.open_within(SessionLimit::EndOldest(3), &login).await;
    case.assert_eq(opening, Opening::Opened, "the login");
    case.assert_is_over(oldest, &current).await;
    for (login, who) in [(&login, "the login"), (middle, "the second"), (youngest, "the third")] {
        case.assert_lives(login, who).await;
    }
    let expected = [middle, youngest, &login].map(|login| login.session_id.clone());
    case.assert_eq(case.listed_ids(&subject).await, expected.to_vec(), "the list of sessions");
}

/// Where there are more sessions than may be, the login ends all that are too many.
pub async fn a_lowered_limit_ends_several_sessions<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_lowered_limit_ends_several_sessions");
    let subject = new_id();
    let logins = logins_at(&case, &subject, &[1, 2, 3, 4, 5]).await;
    let refused = Login::new(&subject, case.now + seconds(6));
    let opening = case.open_within(SessionLimit::Refuse(2), &refused).await;
    case.assert_eq(opening, Opening::LimitReached, "a login that may end none");

    let login = Login::new(&subject, case.now + seconds(6));
    let opening = case.open_within(SessionLimit::EndOldest(2), &login).await;
    case.assert_eq(opening, Opening::Opened, "the login");
    for (number, earlier) in logins.iter().enumerate() {
        match number {
            4 => case.assert_lives(earlier, "the login before it").await,
            _ => case.assert_is_over(earlier, &earlier.refresh_id).await,
        }
    }
    case.assert_lives(&login, "the login").await;
}

/// Sessions that were ended in any way, or have expired, leave room.
pub async fn only_listed_sessions_count_for_the_limit<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "only_listed_sessions_count_for_the_limit");
    for limit in BOTH {
        let subject = new_id();
        let expired = Login::new(&subject, case.now);
        let short = NewSession { expires_at: case.now + seconds(5), ..expired.new_session() };
        case.open_session(short).await;
        let ended = case.login_of(&subject).await;
        case.end(&ended).await;
        let reused = case.login_of(&subject).await;
        case.rotate(reused.step(&new_id(), &new_id())).await;
        let others = logins_at(&case, &subject, &[1, 2]).await;

        let login = Login::new(&subject, case.now + seconds(5));
        let opening = case.open_within(limit, &login).await;
        case.assert_eq(opening, Opening::Opened, "the third login");
        for login in others.iter().chain([&login]) {
            case.assert_lives(login, "one of three sessions").await;
        }
        // Within the leeway its tokens would pass, and a refresh would make it the fourth.
        case.assert_is_over(&expired, &expired.refresh_id).await;
    }
}

/// Sessions of other subjects neither count nor end.
pub async fn a_limit_reaches_no_other_subject<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_limit_reaches_no_other_subject");
    let subject = new_id();
    let others = [format!("{subject}*"), format!("{subject}%"), new_id()];
    let mut bystanders = Vec::new();
    for other in &others {
        bystanders.extend(logins_at(&case, other, &[0, 0, 0]).await);
    }
    for limit in [SessionLimit::Refuse(1), SessionLimit::EndOldest(1)] {
        let login = Login::new(&subject, case.now + seconds(1));
        case.assert_eq(case.open_within(limit, &login).await, Opening::Opened, "the login");
        case.assert_lives(&login, "the login").await;
        case.end(&login).await;
    }
    for bystander in &bystanders {
        case.assert_lives(bystander, "another subject").await;
    }
}

/// A session that is opened again takes its own place.
pub async fn a_session_opened_again_counts_once<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "a_session_opened_again_counts_once");
    for limit in BOTH {
        let subject = new_id();
        let logins = logins_at(&case, &subject, &[1, 2, 3]).await;
        let Some(first) = logins.first() else { continue };
        let mut again = Login::new(&subject, case.now + seconds(4));
        again.session_id.clone_from(&first.session_id);
        let opening = case.open_within(limit, &again).await;
        case.assert_eq(opening, Opening::Opened, "a session that is opened again");
        for login in logins.iter().skip(1).chain([&again]) {
            case.assert_lives(login, "one of three sessions").await;
        }
        let rotation = case.rotate(again.step(&again.refresh_id, &new_id())).await;
        case.assert_eq(rotation, Rotation::Rotated { created_at: again.at }, "its rotation");
    }
}
