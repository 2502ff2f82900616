//! Times at their edges, and clocks that are set back: Redis decides as the memory does.

use std::time::Duration;

use jwt_runtime::{MemoryStore, NumericDate, Rotation, Standing, TokenRef, TokenStore, TokenType};

use super::{KEEP_UNTIL, NOW, SHARED, access, connected, session, step};

const MINUTE: Duration = Duration::from_secs(60);

/// What stores are asked here, so that each answer is compared.
#[derive(Debug, PartialEq)]
enum Answer {
    Standing(Standing),
    Rotation(Rotation),
    Was(bool),
    Times(Vec<[NumericDate; 3]>),
}

async fn times(store: &impl TokenStore, subject: &str, now: NumericDate) -> Answer {
    let sessions = store.sessions(subject, now).await.unwrap();
    let times = |session: jwt_runtime::Session| {
        [session.created_at, session.last_used_at, session.expires_at]
    };
    Answer::Times(sessions.into_iter().map(times).collect())
}

/// A refresh at noon, and one a minute before it, by a clock that was set back.
async fn clock_set_back(store: &impl TokenStore, subject: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for (number, grace) in [Duration::ZERO, Duration::from_millis(1), MINUTE].iter().enumerate() {
        let subject = format!("{subject}-{number}");
        let earlier = NumericDate::from_secs(NOW.as_secs() - 60);
        store.open_session(session(&subject)).await.unwrap();
        let mut back = step(&subject);
        (back.now, back.grace) = (earlier, MINUTE);
        answers.push(Answer::Rotation(store.rotate(back).await.unwrap()));
        answers.push(times(store, &subject, earlier).await);
        let mut again = step(&subject);
        (again.now, again.grace) = (NumericDate::from_secs(earlier.as_secs() - 59), *grace);
        answers.push(Answer::Rotation(store.rotate(again).await.unwrap()));
        answers.push(Answer::Standing(store.standing(access(&subject), NOW).await.unwrap()));
    }
    answers
}

/// Fractions of a second, of which dates have none.
async fn fractions(store: &impl TokenStore, subject: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for millis in [1, 999, 1_000, 1_001, 1_999, 2_000, 2_001] {
        for seconds in 0..4 {
            let subject = format!("{subject}-{millis}-{seconds}");
            store.open_session(session(&subject)).await.unwrap();
            let mut first = step(&subject);
            first.grace = Duration::from_millis(millis);
            answers.push(Answer::Rotation(store.rotate(first).await.unwrap()));
            first.now = NOW + Duration::from_secs(seconds);
            answers.push(Answer::Rotation(store.rotate(first).await.unwrap()));
            // As a limit of time the same duration is a number of whole seconds.
            let mut limited = step(&subject);
            (limited.presented, limited.successor) = ("refresh-2", "refresh-3");
            limited.now = first.now;
            limited.idle_timeout = Some(first.grace);
            answers.push(Answer::Rotation(store.rotate(limited).await.unwrap()));
        }
    }
    answers
}

/// The last second of a session, and the first after it.
async fn at_the_end(store: &impl TokenStore, subject: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    let last = NumericDate::from_secs(KEEP_UNTIL.as_secs() - 1);
    for (number, now) in [last, KEEP_UNTIL].into_iter().enumerate() {
        let subject = &format!("{subject}-{number}");
        let open = async || store.open_session(session(subject)).await.unwrap();
        open().await;
        for token_type in [TokenType::Access, TokenType::Refresh] {
            let token = TokenRef { token_type, ..access(subject) };
            answers.push(Answer::Standing(store.standing(token, now).await.unwrap()));
        }
        answers.push(times(store, subject, now).await);
        let mut late = step(subject);
        late.now = now;
        answers.push(Answer::Rotation(store.rotate(late).await.unwrap()));
        open().await;
        answers.push(Answer::Was(store.end_session(subject, "sid-1", now).await.unwrap()));
        open().await;
        answers.push(Answer::Was(store.end_other_sessions(subject, "sid-1", now).await.unwrap()));
        answers.push(times(store, subject, NOW).await);
    }
    answers
}

#[tokio::test]
async fn a_clock_that_is_set_back_changes_no_decision() {
    let (memory, redis) = (MemoryStore::new(), connected(&SHARED.url()).await);
    let expected = clock_set_back(&memory, "set-back").await;
    assert_eq!(clock_set_back(&redis, "set-back").await, expected);
    let kinds = |wanted: fn(&Rotation) -> bool| {
        let rotations = expected.iter().filter_map(|answer| match answer {
            Answer::Rotation(rotation) => Some(rotation),
            _ => None,
        });
        rotations.filter(|rotation| wanted(rotation)).count()
    };
    assert_eq!(kinds(|rotation| matches!(rotation, Rotation::Reused)), 2);
    assert_eq!(kinds(|rotation| matches!(rotation, Rotation::Repeated { .. })), 1);
}

#[tokio::test]
async fn fractions_of_a_second_are_counted_alike() {
    let (memory, redis) = (MemoryStore::new(), connected(&SHARED.url()).await);
    let expected = fractions(&memory, "fractions").await;
    assert_eq!(fractions(&redis, "fractions").await, expected);
}

#[tokio::test]
async fn the_last_second_of_a_session_is_the_same() {
    let (memory, redis) = (MemoryStore::new(), connected(&SHARED.url()).await);
    let expected = at_the_end(&memory, "end").await;
    assert_eq!(at_the_end(&redis, "end").await, expected);
    assert!(expected.contains(&Answer::Was(true)) && expected.contains(&Answer::Was(false)));
}
