//! The word that every condition has been asked.

/// What a guard's check returns at its end, and nowhere else.
///
/// The values in an attribute are the application's code, and a macro in one of them may hide a
/// `return Ok(())`. It does not compile, as this is no `()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed;
