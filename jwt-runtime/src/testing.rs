//! For the tests of an application: a clock that is moved by hand, and guarded handlers called as
//! plain functions (feature `test-util`).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::claims::Claims;
use crate::clock::Clock;
use crate::numeric_date::NumericDate;
use crate::param::Unbound;
use crate::web::guard::{ClaimsOf, Guard, Guarded, GuardedUser};
use crate::web::user::UserOf;

/// A clock that stands still until it is moved; clones share the time.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use jwt_runtime::{Clock, NumericDate, testing::ManualClock};
///
/// let clock = ManualClock::at(NumericDate::from_secs(1_800_000_000));
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now().as_secs(), 1_800_000_060);
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: NumericDate) -> Self {
        Self(Arc::new(AtomicU64::new(now.as_secs())))
    }

    /// Moves the clock forward by whole seconds.
    pub fn advance(&self, duration: Duration) {
        self.set(self.now() + duration);
    }

    /// Sets the clock, backwards too.
    pub fn set(&self, now: NumericDate) {
        self.0.store(now.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> NumericDate {
        NumericDate::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// Makes the first argument of a guarded handler, for calling the handler without a request.
///
/// The attribute moves the `#[claims]` or `#[token]` parameter to the front and wraps it; a
/// handler without one has a hidden first parameter, for which [`unbound`] stands in.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use jwt_runtime::testing::guarded;
/// use jwt_runtime::{Claims, jwt_required};
///
/// #[derive(Claims)]
/// struct User {
///     sub: String,
/// }
///
/// #[jwt_required]
/// async fn greet(#[claims] user: User) -> String {
///     format!("hello {}", user.sub)
/// }
///
/// assert_eq!(greet(guarded(User { sub: "alice".into() })).await, "hello alice");
/// # }
/// ```
pub fn guarded<G: Guard<SITE>, const SITE: u64>(param: G::Param) -> Guarded<G, SITE> {
    Guarded(param)
}

/// Makes the hidden first argument of a guarded handler that takes neither claims nor token.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use jwt_runtime::jwt_required;
/// use jwt_runtime::testing::unbound;
///
/// #[jwt_required]
/// async fn ping() -> &'static str {
///     "pong"
/// }
///
/// assert_eq!(ping(unbound()).await, "pong");
/// # }
/// ```
pub fn unbound<G, C, const SITE: u64>() -> Guarded<G, SITE>
where
    G: Guard<SITE, Param = Unbound<C>>,
    C: Claims,
{
    Guarded(Unbound::new())
}

/// Makes the first argument of a guarded handler that takes claims or a token, and the user.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use jwt_runtime::testing::guarded_user;
/// use jwt_runtime::{AuthError, Claims, JwtAuth, LoadUser, jwt_required};
///
/// #[derive(Claims)]
/// struct User {
///     sub: String,
/// }
///
/// struct Account {
///     name: &'static str,
/// }
/// # impl LoadUser for Account {
/// #     type Claims = User;
/// #     type State = JwtAuth;
/// #     type Error = AuthError;
/// #     async fn load(_: &User, _: &JwtAuth) -> Result<Option<Self>, AuthError> { Ok(None) }
/// # }
///
/// #[jwt_required]
/// async fn greet(#[claims] user: User, #[user] account: Account) -> String {
///     format!("hello {} ({})", account.name, user.sub)
/// }
///
/// let user = User { sub: "alice".into() };
/// let account = Account { name: "Alice" };
/// assert_eq!(greet(guarded_user(user, account)).await, "hello Alice (alice)");
/// # }
/// ```
pub fn guarded_user<G, U, const SITE: u64>(param: G::Param, user: U) -> GuardedUser<G, U, SITE>
where
    G: Guard<SITE>,
    U: UserOf<ClaimsOf<G::Param, G::Kind>>,
{
    GuardedUser(param, user)
}

/// Makes the first argument of a guarded handler that takes the user, but neither claims nor token.
///
/// As [`guarded_user`], without its first argument.
pub fn unbound_user<G, U, C, const SITE: u64>(user: U) -> GuardedUser<G, U, SITE>
where
    G: Guard<SITE, Param = Unbound<C>>,
    U: UserOf<ClaimsOf<G::Param, G::Kind>>,
    C: Claims,
{
    GuardedUser(Unbound::new(), user)
}
