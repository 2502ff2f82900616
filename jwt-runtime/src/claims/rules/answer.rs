//! `validate = path`.

/// What the function of a rule may return: `bool` or `Result<(), E>`.
#[diagnostic::on_unimplemented(
    message = "the function of `validate` returns `bool` or `Result<(), E>`, not `{Self}`",
    label = "this function returns `{Self}`"
)]
pub trait Answer {
    /// Whether the claim may stay.
    fn holds(self) -> bool;
}

impl Answer for bool {
    fn holds(self) -> bool {
        self
    }
}

impl<E> Answer for Result<(), E> {
    fn holds(self) -> bool {
        self.is_ok()
    }
}

/// Whether the application's own rule holds.
pub fn validate(answer: impl Answer) -> bool {
    answer.holds()
}
