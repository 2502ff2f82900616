//! What the clients of a history do: mostly what clients do, and sometimes what thieves do.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jwt_runtime::{NumericDate, Opening, Rotation, SessionLimit, TokenType};
use jwt_tests::clock::START;
use jwt_tests::random::Random;

use super::step::{Answer, Id, Operation};

/// No record ends by time in a recorded history: the calls are not told one time after another.
const EXPIRES_AT: NumericDate = NumericDate::from_secs(START + 30 * 24 * 60 * 60);
pub(crate) const KEEP_UNTIL: NumericDate = NumericDate::from_secs(START + 30 * 24 * 60 * 60 + 90);

/// Longer than a history, as its calls are told the time.
const GRACE: Duration = Duration::from_secs(24 * 60 * 60);

/// Ids that nobody has had before.
#[derive(Debug, Default)]
pub(crate) struct Ids(AtomicU32);

impl Ids {
    pub(crate) fn next(&self) -> Id {
        Id(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// What the clients of a subject know: its sessions, each with its refresh tokens, latest last.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) sessions: Vec<(Id, Vec<Id>)>,
}

/// Somebody who decides what to ask.
pub(crate) struct Client<'a> {
    pub(crate) ids: &'a Ids,
    /// Whether old tokens are presented often, and sessions end often.
    pub(crate) is_rough: bool,
}

impl Client<'_> {
    /// What a client asks next.
    pub(crate) fn choose(&self, known: &Known, random: &mut Random) -> Operation {
        let dice = random.below(1_000);
        let Some((session, tokens)) = known.recent(random) else { return self.open(random) };
        let session = *session;
        let bounds = if self.is_rough {
            [90, 480, 760, 820, 890, 940, 970, 990, 993]
        } else {
            [40, 480, 900, 960, 985, 995, 1_000, 1_000, 1_000]
        };
        match bounds.iter().position(|bound| dice < *bound) {
            Some(0) => self.open(random),
            Some(1) => Operation::Rotate {
                session,
                presented: self.presented(tokens, random),
                successor: self.ids.next(),
                grace: if random.below(4) == 0 { Duration::ZERO } else { GRACE },
                session_lifetime: None,
                idle_timeout: None,
                expires_at: EXPIRES_AT,
                keep_until: KEEP_UNTIL,
            },
            Some(2) => {
                let (token, token_type) = if random.below(3) == 0 {
                    (self.ids.next(), TokenType::Access)
                } else {
                    (*random.pick(tokens), TokenType::Refresh)
                };
                Operation::Standing { session, token, token_type }
            }
            Some(3) => Operation::List,
            Some(4) => Operation::Revoke {
                session,
                token: self.presented(tokens, random),
                keep_until: KEEP_UNTIL,
            },
            Some(5) => Operation::End { session },
            Some(6) => Operation::EndOthers { kept: session },
            Some(7) => Operation::EndAll,
            Some(8) => Operation::EndEvery,
            _ => Operation::Standing {
                session,
                token: self.ids.next(),
                token_type: TokenType::Access,
            },
        }
    }

    fn open(&self, random: &mut Random) -> Operation {
        Operation::Open {
            session: self.ids.next(),
            refresh: Some(self.ids.next()),
            limit: match random.below(4) {
                0 => Some(SessionLimit::Refuse(3)),
                1 => Some(SessionLimit::EndOldest(3)),
                _ => None,
            },
            expires_at: EXPIRES_AT,
            keep_until: KEEP_UNTIL,
        }
    }

    /// Mostly the latest token that clients know, sometimes the one before, seldom any.
    fn presented(&self, tokens: &[Id], random: &mut Random) -> Id {
        let older = if self.is_rough { random.below(10) } else { random.below(40) };
        let back = match older {
            0 => random.below(tokens.len()),
            1..=3 => 1,
            _ => 0,
        };
        tokens[tokens.len() - 1 - back.min(tokens.len() - 1)]
    }
}

impl Known {
    /// One of the latest sessions.
    fn recent(&self, random: &mut Random) -> Option<&(Id, Vec<Id>)> {
        let latest = &self.sessions[self.sessions.len().saturating_sub(4)..];
        (!latest.is_empty()).then(|| random.pick(latest))
    }

    /// What an answer tells.
    pub(crate) fn learn(&mut self, operation: &Operation, answer: &Answer) {
        match (operation, answer) {
            (
                Operation::Open { session, refresh: Some(refresh), .. },
                Answer::Opening(Opening::Opened),
            ) => self.sessions.push((*session, vec![*refresh])),
            (
                Operation::Rotate { session, successor, .. },
                Answer::Rotation(Rotation::Rotated { .. }),
            ) => {
                if let Some((_, tokens)) = self.sessions.iter_mut().find(|(id, _)| id == session) {
                    tokens.push(*successor);
                }
            }
            _ => {}
        }
    }
}
