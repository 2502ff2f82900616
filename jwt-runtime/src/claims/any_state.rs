//! No router state in particular.

/// The part of a router's state that every state has: nothing.
///
/// The [`State`](crate::Claims::State) of a claims type that names none.
// Not `Clone`: axum takes every `Clone` state out of itself, which would be a second way.
#[allow(missing_copy_implementations)]
#[derive(Debug)]
#[non_exhaustive]
pub struct AnyState;
