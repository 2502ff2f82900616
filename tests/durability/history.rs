//! What one writer has done: the lines that it prints, and what a store has to hold after them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// One call on the sessions of one subject. Token ids are `sid-r0`, `sid-r1`, … and `sid-a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Opens a session, and ends the oldest if there are [`MAX_SESSIONS`].
    Login(String),
    /// Replaces the current refresh token.
    Rotate(String),
    /// Presents a refresh token that is not the current one, which ends the session.
    Reuse(String),
    /// Revokes the access token.
    Revoke(String),
    /// Ends a session.
    Logout(String),
    /// Ends all others.
    LogoutOthers(String),
    /// Ends all.
    LogoutAll,
}

/// How many sessions a subject may have.
pub const MAX_SESSIONS: u32 = 3;

/// What the calls of one subject come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// By session id, which sorts by login: the number of its current refresh token.
    pub living: BTreeMap<String, usize>,
    /// How far each session got that has ended.
    pub ended: BTreeMap<String, usize>,
    /// The sessions whose access token is revoked.
    pub revoked: BTreeSet<String>,
}

impl State {
    /// The state after one more call.
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Login(id) => {
                while self.living.len() >= MAX_SESSIONS as usize {
                    let oldest = self.living.keys().next().expect("there are some").clone();
                    self.end(&oldest);
                }
                self.living.insert(id.clone(), 0);
            }
            Operation::Rotate(id) => *self.living.get_mut(id).expect("it lives") += 1,
            Operation::Revoke(id) => drop(self.revoked.insert(id.clone())),
            Operation::Reuse(id) | Operation::Logout(id) => self.end(id),
            Operation::LogoutOthers(kept) => {
                let others: Vec<_> = self.living.keys().filter(|id| *id != kept).cloned().collect();
                others.iter().for_each(|id| self.end(id));
            }
            Operation::LogoutAll => self.ended.append(&mut self.living),
        }
    }

    /// Whether there was ever such a session.
    pub fn knows(&self, id: &str) -> bool {
        self.living.contains_key(id) || self.ended.contains_key(id)
    }

    fn end(&mut self, id: &str) {
        let rotations = self.living.remove(id).expect("it lives");
        self.ended.insert(id.to_owned(), rotations);
    }
}

/// What is known of one subject: its calls that were answered, and the one that may have been.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// After everything that was answered.
    pub acknowledged: State,
    /// What was called and not answered.
    pub in_flight: Option<Operation>,
}

impl History {
    /// Takes in one line: `+` for a call that begins, `-` for one that was answered.
    pub fn read(&mut self, mark: char, operation: Operation) {
        match mark {
            '+' => self.in_flight = Some(operation),
            _ => {
                assert_eq!(self.in_flight.take().as_ref(), Some(&operation), "answered, not begun");
                self.acknowledged.apply(&operation);
            }
        }
    }

    /// The states that a store may be in: with the unanswered call, or without it.
    pub fn possible(&self) -> Vec<State> {
        let mut states = vec![self.acknowledged.clone()];
        if let Some(operation) = &self.in_flight {
            let mut after = self.acknowledged.clone();
            after.apply(operation);
            states.push(after);
        }
        states
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login(id) => write!(f, "login {id}"),
            Self::Rotate(id) => write!(f, "rotate {id}"),
            Self::Reuse(id) => write!(f, "reuse {id}"),
            Self::Revoke(id) => write!(f, "revoke {id}"),
            Self::Logout(id) => write!(f, "logout {id}"),
            Self::LogoutOthers(id) => write!(f, "logout-others {id}"),
            Self::LogoutAll => f.write_str("logout-all -"),
        }
    }
}

impl FromStr for Operation {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let (name, id) = line.split_once(' ').ok_or(line)?;
        let id = id.to_owned();
        Ok(match name {
            "login" => Self::Login(id),
            "rotate" => Self::Rotate(id),
            "reuse" => Self::Reuse(id),
            "revoke" => Self::Revoke(id),
            "logout" => Self::Logout(id),
            "logout-others" => Self::LogoutOthers(id),
            "logout-all" => Self::LogoutAll,
            _ => return Err(line.to_owned()),
        })
    }
}
