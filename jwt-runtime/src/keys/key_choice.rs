//! Which key signs for whom.

use std::fmt;
use std::sync::Arc;

/// The `kid` for a subject.
type Choose = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The keys that are made for some subjects, and who they are for.
#[derive(Clone)]
pub(crate) struct KeyChoice {
    kids: Vec<String>,
    choose: Arc<Choose>,
}

impl KeyChoice {
    pub(crate) fn new(
        kids: Vec<String>,
        choose: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        Self { kids, choose: Arc::new(choose) }
    }

    /// The `kid` of the key that signs for a subject; `None` is the authority's own.
    pub(crate) fn of(&self, subject: &str) -> Option<String> {
        (self.choose)(subject)
    }

    /// Whether the key that has signed may sign for this subject: the chosen one alone, or any that
    /// is nobody else's.
    pub(crate) fn allows(&self, subject: &str, kid: Option<&str>) -> bool {
        match self.of(subject) {
            Some(chosen) => Some(&*chosen) == kid,
            None => !self.kids.iter().any(|other| Some(&**other) == kid),
        }
    }
}

impl fmt::Debug for KeyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyChoice").field("kids", &self.kids).finish_non_exhaustive()
    }
}
