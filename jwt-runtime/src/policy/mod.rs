//! What is asked of the holder of a token, beyond the token's being good.
//!
//! A [`Policy`] is a condition with a name: written once as a type, asked on many routes, and
//! combined by [`all`], [`any`] and [`not`]. In an attribute the combinators are written without
//! the tuple.
//!
//! # Examples
//!
//! ```
//! use jwt_runtime::policy::{Denied, Policy, all, any, not};
//! use jwt_runtime::{Claims, jwt_required};
//!
//! #[derive(Claims)]
//! struct User {
//!     sub: String,
//!     region: String,
//!     admin: bool,
//! }
//!
//! struct AdminOnly;
//!
//! impl Policy<User> for AdminOnly {
//!     fn check(&self, user: &User) -> Result<(), Denied> {
//!         if user.admin { Ok(()) } else { Err(Denied::new()) }
//!     }
//! }
//!
//! struct InRegion(&'static str);
//!
//! impl Policy<User> for InRegion {
//!     fn check(&self, user: &User) -> Result<(), Denied> {
//!         if user.region == self.0 { Ok(()) } else { Err(Denied::new()) }
//!     }
//! }
//!
//! #[jwt_required(policy = any(AdminOnly, all(InRegion("eu"), not(InRegion("test")))))]
//! async fn orders(#[claims] user: User) {}
//!
//! let policy = any((AdminOnly, all((InRegion("eu"), not(InRegion("test"))))));
//! let user = User { sub: "alice".into(), region: "us".into(), admin: true };
//! assert!(policy.check(&user).is_ok());
//! ```

mod combine;
pub(crate) mod decision;
pub(crate) mod held;
pub(crate) mod named;
pub(crate) mod passed;
pub(crate) mod rules;

pub use combine::{All, Any, Not, all, any, not};
pub use decision::{Decision, Denied};
pub use named::Policy;

pub(crate) use passed::Passed;
pub(crate) use rules::{RevocationRule, Rules};
