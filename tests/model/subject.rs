//! What a store has to know of one subject, as the documentation of `TokenStore` has it: a state
//! machine without locks, keys or clocks. It is written from that text and not from a store.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jwt_runtime::{NumericDate, Opening, Rotation, SessionLimit, Standing, TokenType};

use super::step::{Answer, Id, Listed, Operation, Step};

/// The sessions of one subject, and its revoked tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Subject {
    sessions: BTreeMap<Id, Session>,
    revoked: BTreeSet<Id>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Session {
    current: Option<Id>,
    /// What the current token replaced, by a step with a grace.
    superseded: Option<Id>,
    created_at: NumericDate,
    last_used_at: NumericDate,
    expires_at: NumericDate,
    keep_until: NumericDate,
}

impl Subject {
    /// The state after a step, if the answer is one that a store may give in this state. A step
    /// whose answer never came agrees with every state.
    pub(crate) fn after(&self, step: &Step, answer: Option<&Answer>) -> Option<Self> {
        let (expected, next) = self.step(step);
        answer.is_none_or(|given| *given == expected || self.may_say(step, given)).then_some(next)
    }

    /// What a store answers in this state, and the state after it.
    pub(crate) fn step(&self, step: &Step) -> (Answer, Self) {
        let mut next = self.clone();
        let answer = next.apply(step);
        (answer, next)
    }

    /// Every state that this one may turn into because records may be dropped whose time is over.
    pub(crate) fn forgetting(&self, now: NumericDate) -> Vec<Self> {
        let mut states = vec![self.clone()];
        for (id, session) in &self.sessions {
            if session.keep_until <= now {
                for mut state in states.clone() {
                    state.sessions.remove(id);
                    states.push(state);
                }
            }
        }
        states
    }

    /// A revocation may be lost together with its session; both answers refuse the token.
    fn may_say(&self, step: &Step, given: &Answer) -> bool {
        match &step.operation {
            Operation::Standing { session, .. } => {
                !self.sessions.contains_key(session)
                    && *given == Answer::Standing(Standing::SessionEnded)
            }
            _ => false,
        }
    }

    fn apply(&mut self, step: &Step) -> Answer {
        match step.operation {
            Operation::Open { session, refresh, limit, expires_at, keep_until } => {
                if !self.make_room(limit, step.now) {
                    return Answer::Opening(Opening::LimitReached);
                }
                self.sessions.insert(
                    session,
                    Session {
                        current: refresh,
                        superseded: None,
                        created_at: step.now,
                        last_used_at: step.now,
                        expires_at,
                        keep_until,
                    },
                );
                Answer::Opening(Opening::Opened)
            }
            Operation::Standing { session, token, token_type } => {
                Answer::Standing(self.standing(session, token, token_type))
            }
            Operation::Rotate { session, .. } => {
                let answer = self.rotate(step);
                if matches!(answer, Rotation::Reused | Rotation::SessionEnded) {
                    self.sessions.remove(&session);
                }
                Answer::Rotation(answer)
            }
            Operation::Revoke { token, .. } => {
                self.revoked.insert(token);
                Answer::Done
            }
            Operation::End { session } => Answer::Ended(self.sessions.remove(&session).is_some()),
            Operation::EndOthers { kept } => {
                self.sessions.retain(|id, _| *id == kept);
                Answer::Ended(!self.sessions.is_empty())
            }
            Operation::EndAll | Operation::EndEvery => {
                self.sessions.clear();
                Answer::Done
            }
            Operation::List => Answer::Listed(
                self.listed(step.now)
                    .into_iter()
                    .map(|(id, session)| Listed {
                        id: id.to_string(),
                        created_at: session.created_at,
                        last_used_at: session.last_used_at,
                        expires_at: session.expires_at,
                    })
                    .collect(),
            ),
        }
    }

    fn standing(&self, session: Id, token: Id, token_type: TokenType) -> Standing {
        if self.revoked.contains(&token) {
            return Standing::Revoked;
        }
        let Some(session) = self.sessions.get(&session) else { return Standing::SessionEnded };
        if token_type == TokenType::Access || session.current == Some(token) {
            Standing::Live
        } else if session.superseded == Some(token) {
            Standing::Superseded { rotated_at: session.last_used_at }
        } else {
            Standing::Reused
        }
    }

    fn rotate(&mut self, step: &Step) -> Rotation {
        let Operation::Rotate {
            session,
            presented,
            successor,
            grace,
            session_lifetime,
            idle_timeout,
            expires_at,
            keep_until,
        } = step.operation
        else {
            unreachable!("asked of a rotation only")
        };
        let now = step.now;
        let Some(session) = self.sessions.get_mut(&session) else { return Rotation::SessionEnded };
        let (created_at, rotated_at) = (session.created_at, session.last_used_at);
        let is_over = |since: NumericDate, limit: Option<Duration>| {
            limit.is_some_and(|limit| now >= since + limit)
        };
        if is_over(created_at, session_lifetime) || is_over(rotated_at, idle_timeout) {
            return Rotation::SessionEnded;
        }
        if self.revoked.contains(&presented) {
            return Rotation::Revoked;
        }
        match session.current {
            Some(current) if current == presented => {
                session.current = Some(successor);
                session.superseded = (grace > Duration::ZERO).then_some(presented);
                session.last_used_at = now;
                session.expires_at = expires_at;
                if let Some(lifetime) = session_lifetime {
                    session.expires_at = expires_at.min(created_at + lifetime);
                }
                session.keep_until = session.expires_at + keep_until.since(expires_at);
                Rotation::Rotated { created_at }
            }
            Some(current)
                if session.superseded == Some(presented)
                    && now.since(rotated_at).max(rotated_at.since(now)) < grace =>
            {
                if self.revoked.contains(&current) {
                    return Rotation::Revoked;
                }
                Rotation::Repeated { successor: current.to_string(), rotated_at, created_at }
            }
            _ => Rotation::Reused,
        }
    }

    /// Whether one more session is within the limit, after the oldest have been ended for it. A
    /// login that has a limit, and gets in, ends what has expired too.
    fn make_room(&mut self, limit: Option<SessionLimit>, now: NumericDate) -> bool {
        let has_room = match limit {
            None => return true,
            Some(SessionLimit::Refuse(max)) => self.listed(now).len() < max as usize,
            Some(SessionLimit::EndOldest(max)) => {
                let listed: Vec<Id> = self.listed(now).into_iter().map(|(id, _)| *id).collect();
                let surplus = (listed.len() + 1).saturating_sub((max as usize).max(1));
                for id in &listed[..surplus] {
                    self.sessions.remove(id);
                }
                true
            }
        };
        if has_room {
            self.sessions.retain(|_, session| session.expires_at > now);
        }
        has_room
    }

    /// The sessions that have not expired, oldest first.
    fn listed(&self, now: NumericDate) -> Vec<(&Id, &Session)> {
        let mut listed: Vec<_> =
            self.sessions.iter().filter(|(_, session)| session.expires_at > now).collect();
        listed.sort_by_key(|(id, session)| (session.created_at, **id));
        listed
    }
}
