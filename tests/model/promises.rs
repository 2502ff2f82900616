//! What has to hold in every history whatever its order, each promise under its own name.
//!
//! A history that an order explains keeps all of them. They are checked on their own because a
//! broken one says at once what is wrong, and because an error in the model cannot hide it.

use std::collections::{HashMap, HashSet};

use jwt_runtime::{Opening, Rotation, SessionLimit, Standing, TokenType};

use super::linearize::Call;
use super::step::{Answer, Id, Operation};

/// A promise that a history breaks, and the calls that show it.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) promise: Promise,
    pub(crate) calls: Vec<Call>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// No token is accepted by a call that began after its revocation or its session's end
    /// returned.
    NothingRevokedIsAccepted,
    /// A refresh token is rotated at most once.
    OneSuccessor,
    /// At most one refresh token of a session is good at a time.
    OneLivingChain,
    /// A repeated answer is about the immediate predecessor, and names its one successor.
    TheSameSuccessor,
    /// A session that was opened and that nobody ended lives.
    NoSessionIsLost,
}

pub(crate) fn broken(calls: &[Call]) -> Vec<Broken> {
    let mut found = Vec::new();
    let mut report = |promise, calls: &[&Call]| {
        found.push(Broken { promise, calls: calls.iter().copied().cloned().collect() });
    };
    let lives = Lives::of(calls);

    for call in calls {
        if let Some((session, token)) = accepted(call) {
            let ending = calls.iter().find(|ending| {
                ending.returned < call.invoked && lives.is_ended_by(session, token, ending)
            });
            if let Some(ending) = ending {
                report(Promise::NothingRevokedIsAccepted, &[ending, call]);
            }
        }
    }

    let mut rotated: HashMap<Id, &Call> = HashMap::new();
    for call in calls {
        if let (Operation::Rotate { presented, .. }, Some(Rotation::Rotated { .. })) =
            (&call.step.operation, rotation(call))
            && let Some(first) = rotated.insert(*presented, call)
        {
            report(Promise::OneSuccessor, &[first, call]);
        }
    }

    for call in calls {
        if let (Operation::Rotate { presented, .. }, Some(Rotation::Repeated { successor, .. })) =
            (&call.step.operation, rotation(call))
        {
            let made = rotated.get(presented).copied();
            let is_it = made.is_some_and(|made| {
                made.invoked < call.returned && successor_of(made) == Some(successor.clone())
            });
            let used = rotated.values().find(|used| {
                used.returned < call.invoked
                    && matches!(&used.step.operation, Operation::Rotate { presented, .. }
                        if presented.to_string() == *successor)
            });
            // A step without an answer may have made the successor that is repeated here.
            let is_unknown = made.is_none() && has_unanswered_rotation(calls, *presented);
            if (!is_it && !is_unknown) || used.is_some() {
                let shown: Vec<&Call> =
                    made.into_iter().chain(used.copied()).chain([call]).collect();
                report(Promise::TheSameSuccessor, &shown);
            }
        }
    }

    // Two questions that no rotation overlaps or separates are about one moment.
    let mut good: HashMap<Id, Vec<(&Call, Id)>> = HashMap::new();
    for call in calls {
        if let Operation::Standing { session, token, token_type: TokenType::Refresh } =
            call.step.operation
            && call.answer == Some(Answer::Standing(Standing::Live))
        {
            good.entry(session).or_default().push((call, token));
        }
    }
    for (session, mut live) in good {
        live.sort_by_key(|(call, _)| call.invoked);
        for pair in live.windows(2) {
            let [(first, one), (second, other)] = pair else { continue };
            let moved = calls.iter().any(|call| {
                matches!(call.step.operation, Operation::Rotate { session: id, .. } if id == session)
                    && call.invoked < second.returned
                    && (call.answer.is_none() || call.returned > first.invoked)
            });
            if one != other && !moved {
                report(Promise::OneLivingChain, &[first, second]);
            }
        }
    }

    for call in calls {
        if let Operation::Standing { session, .. } = call.step.operation
            && call.answer == Some(Answer::Standing(Standing::SessionEnded))
            && let Some(opened) = lives.opened.get(&session)
            && opened.returned < call.invoked
            && !calls.iter().any(|ending| {
                ending.invoked < call.returned && lives.may_be_ended_by(session, ending)
            })
        {
            report(Promise::NoSessionIsLost, &[opened, call]);
        }
    }
    found
}

/// Who opened which session.
struct Lives<'a> {
    opened: HashMap<Id, &'a Call>,
    opened_maybe: HashSet<Id>,
}

impl<'a> Lives<'a> {
    fn of(calls: &'a [Call]) -> Self {
        let mut lives = Self { opened: HashMap::new(), opened_maybe: HashSet::new() };
        for call in calls {
            if let Operation::Open { session, .. } = call.step.operation {
                match call.answer {
                    Some(Answer::Opening(Opening::Opened)) => {
                        lives.opened.insert(session, call);
                    }
                    None => {
                        lives.opened_maybe.insert(session);
                    }
                    _ => {}
                }
            }
        }
        lives
    }

    /// Whether this call has certainly ended the session, or revoked the token.
    fn is_ended_by(&self, session: Id, token: Id, ending: &Call) -> bool {
        let Some(answer) = &ending.answer else { return false };
        let was_open =
            self.opened.get(&session).is_some_and(|opened| opened.returned < ending.invoked);
        match (&ending.step.operation, answer) {
            (Operation::Revoke { token: revoked, .. }, _) => *revoked == token,
            (Operation::End { session: ended }, Answer::Ended(lived)) => {
                *ended == session && (*lived || was_open)
            }
            (Operation::EndOthers { kept }, Answer::Ended(_)) => *kept != session && was_open,
            (Operation::EndAll | Operation::EndEvery, _) => was_open,
            (
                Operation::Rotate { session: ended, .. },
                Answer::Rotation(Rotation::Reused | Rotation::SessionEnded),
            ) => *ended == session && was_open,
            _ => false,
        }
    }

    /// Whether this call could have ended the session.
    fn may_be_ended_by(&self, session: Id, ending: &Call) -> bool {
        let opened_after = self
            .opened
            .get(&session)
            .is_some_and(|opened| ending.answer.is_some() && ending.returned < opened.invoked);
        !opened_after
            && match &ending.step.operation {
                Operation::End { session: ended } => *ended == session,
                Operation::EndOthers { kept } => *kept != session,
                Operation::EndAll | Operation::EndEvery => true,
                Operation::Rotate { session: ended, .. } => {
                    *ended == session && matches!(rotation(ending), None | Some(Rotation::Reused))
                }
                Operation::Open {
                    limit: Some(SessionLimit::EndOldest(_)), session: other, ..
                } => {
                    *other != session
                        && (self.opened.contains_key(other) || self.opened_maybe.contains(other))
                }
                _ => false,
            }
    }
}

fn rotation(call: &Call) -> Option<&Rotation> {
    match &call.answer {
        Some(Answer::Rotation(rotation)) => Some(rotation),
        _ => None,
    }
}

fn successor_of(call: &Call) -> Option<String> {
    match call.step.operation {
        Operation::Rotate { successor, .. } => Some(successor.to_string()),
        _ => None,
    }
}

fn has_unanswered_rotation(calls: &[Call], token: Id) -> bool {
    calls.iter().any(|call| {
        call.answer.is_none()
            && matches!(call.step.operation, Operation::Rotate { presented, .. } if presented == token)
    })
}

/// The session and token that a call has let in.
fn accepted(call: &Call) -> Option<(Id, Id)> {
    match (&call.step.operation, call.answer.as_ref()?) {
        (
            Operation::Standing { session, token, .. },
            Answer::Standing(Standing::Live | Standing::Superseded { .. }),
        ) => Some((*session, *token)),
        (
            Operation::Rotate { session, presented, .. },
            Answer::Rotation(Rotation::Rotated { .. } | Rotation::Repeated { .. }),
        ) => Some((*session, *presented)),
        _ => None,
    }
}
