//! Subjects are what applications make them.

use std::sync::Arc;

use super::case::{Case, Login, new_id};
use crate::store::{Rotation, TokenStore};

/// Pieces that mean something in some key, query, path or glob.
pub(super) const ODD: [&str; 20] = [
    "",
    " ",
    "%",
    "%20",
    "-",
    "*",
    "?",
    "[a]",
    "{",
    "}",
    "{}",
    "{a}",
    "a:session:b",
    "'",
    "\"",
    "\\",
    "\n\r\t",
    "\0",
    "é",
    "e\u{301}",
];

/// Whatever the subject, its sessions and tokens work.
pub async fn subjects_are_any_strings<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "subjects_are_any_strings");
    let long = "long ".repeat(205);
    for odd in ODD.iter().copied().chain(["日本語 🦀", long.as_str()]) {
        let login = case.login_of(&format!("{odd}{}{odd}", new_id())).await;
        let who = format!("the subject {:?}", login.subject);
        case.assert_lives(&login, &who).await;
        let listed = case.listed_ids(&login.subject).await;
        case.assert_eq(listed, vec![login.session_id.clone()], &who);
        let rotation = case.rotate(login.step(&login.refresh_id, &new_id())).await;
        case.assert_eq(rotation, Rotation::Rotated { created_at: login.at }, &who);
        case.assert_eq(case.end(&login).await, true, &who);
        case.assert_ended(&login, &who).await;
    }
}

/// Subjects that look alike, contain or continue one another are different subjects.
pub async fn subjects_share_nothing<S: TokenStore>(store: &Arc<S>) {
    let case = Case::new(store, "subjects_share_nothing");
    let stem = new_id();
    let upper = format!("{stem}É");
    let mut subjects: Vec<String> = ODD.iter().map(|odd| format!("{stem}{odd}")).collect();
    subjects.extend([format!("%{stem}"), format!("{stem}{stem}"), upper, format!("{stem}é ")]);

    let mut logins = Vec::new();
    for subject in &subjects {
        let mut login = Login::new(subject, case.now);
        // The same ids everywhere: only the subject tells the sessions apart.
        login.session_id.clone_from(&stem);
        login.refresh_id.clone_from(&stem);
        case.open(&login).await;
        logins.push(login);
    }
    while let Some(login) = logins.pop() {
        case.end_all(&login.subject).await;
        case.assert_ended(&login, &format!("{:?}", login.subject)).await;
        for other in &logins {
            let who = format!("{:?} after the end of {:?}", other.subject, login.subject);
            case.assert_lives(other, &who).await;
        }
    }
}
