//! What a guard asks of a verified token: pure decisions, made before the store is asked.

mod decision;
mod held;
mod rules;

pub use decision::{Decision, Denied, require};
pub use held::{all_roles, all_scopes, any_role, any_scope};
pub use rules::Rules;

pub(crate) use rules::{PresenceRule, RevocationRule};
