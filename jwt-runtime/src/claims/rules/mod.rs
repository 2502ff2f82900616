//! What a claims type asks of its own claims: the code behind `#[claim(range(…))]` and its like.
//!
//! Each rule answers whether it holds; a claim that is absent (`None`) breaks none.

mod answer;
mod length;
mod one_of;
mod range;

use std::fmt;

pub use answer::{Answer, validate};
pub use length::{Measured, length, non_empty};
pub use one_of::{Listed, one_of};
pub use range::{Ordered, range};

/// A claim that a rule of its own claims type refuses.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Claims, RefusedClaim};
///
/// #[derive(Claims)]
/// struct User {
///     sub: String,
///     #[claim(one_of("eu", "us"))]
///     region: String,
/// }
///
/// let user = User { sub: "alice".into(), region: "mars".into() };
/// assert_eq!(user.check_rules().map_err(RefusedClaim::name), Err("region"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedClaim(&'static str);

impl RefusedClaim {
    /// Refuses the claim of this name on the wire, unless its rule holds.
    ///
    /// # Errors
    ///
    /// The refusal, where `holds` is false.
    pub const fn unless(holds: bool, name: &'static str) -> Result<(), Self> {
        if holds { Ok(()) } else { Err(Self(name)) }
    }

    /// The claim's name on the wire.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for RefusedClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the claim `{}` is refused by its own rule", self.0)
    }
}

impl std::error::Error for RefusedClaim {}
