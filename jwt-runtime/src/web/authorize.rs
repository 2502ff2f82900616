//! The application's own decision about one request: an `async fn` of the claims and extractors.

use std::future::Future;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::rejection::GuardRejection;
use crate::policy::Decision;

/// A function that takes claims `C` and extractors `T`, and answers `D`.
///
/// The lifetime is the claims': `for<'c> Authorize<'c, …>` is what an `async fn` with a reference
/// for its first parameter implements.
#[diagnostic::on_unimplemented(
    message = "`authorize` takes `async fn(&{C}, extractors…) -> bool`",
    label = "not such a function",
    note = "it is an `async fn` whose first parameter is `&{C}`, and whose future is `Send`",
    note = "it returns `bool`, `Result<(), Denied>` or `Result<(), AuthError>`"
)]
pub trait Authorize<'c, C, T, D> {
    /// The answer to come.
    type Future: Future<Output = D> + Send;

    /// Asks.
    fn ask(self, claims: &'c C, extracted: T) -> Self::Future;
}

/// What `authorize` takes besides the claims: extractors that leave the body alone.
pub trait Extractors<S>: Sized + Send {
    /// Extracts one after the other; the rejection of the first that fails is the answer.
    fn extract(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, GuardRejection>> + Send;
}

/// One of them.
#[diagnostic::on_unimplemented(
    message = "`authorize` cannot take `{Self}` from a request",
    label = "takes `{Self}`, for which it is not enough to know the router's state as `{S}`",
    note = "`State<…>` needs the router's state: add `state = YourState` to the attribute, or `#[claims(state = YourState)]` to the claims type",
    note = "the body is the handler's: `Json`, `Form`, `Bytes`, `String` and others that consume it cannot be taken"
)]
pub trait Extractor<S>: Sized + Send {
    /// Extracts it; its own rejection is the answer.
    fn extract(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<Self, GuardRejection>> + Send;
}

#[diagnostic::do_not_recommend]
impl<S: Sync, T: FromRequestParts<S> + Send> Extractor<S> for T {
    async fn extract(parts: &mut Parts, state: &S) -> Result<Self, GuardRejection> {
        T::from_request_parts(parts, state).await.map_err(GuardRejection::answered)
    }
}

macro_rules! arities {
    () => { arity!(); };
    ($first:ident $($rest:ident)*) => {
        arity!($first $($rest)*);
        arities!($($rest)*);
    };
}

macro_rules! arity {
    ($($extractor:ident)*) => {
        impl<'c, F, C, D, Answer, $($extractor),*> Authorize<'c, C, ($($extractor,)*), D> for F
        where
            C: 'c,
            F: FnOnce(&'c C, $($extractor),*) -> Answer,
            Answer: Future<Output = D> + Send,
        {
            type Future = Answer;

            #[allow(non_snake_case)]
            fn ask(self, claims: &'c C, ($($extractor,)*): ($($extractor,)*)) -> Answer {
                self(claims, $($extractor),*)
            }
        }

        impl<S: Sync, $($extractor: Extractor<S>),*> Extractors<S> for ($($extractor,)*) {
            #[allow(unused_variables)]
            async fn extract(parts: &mut Parts, state: &S) -> Result<Self, GuardRejection> {
                Ok(($($extractor::extract(parts, state).await?,)*))
            }
        }
    };
}

// As many as a handler may take beside its guard.
arities!(A B E G H I J K L M N O P Q R);

/// Extracts what `decide` takes, and asks it.
///
/// # Errors
///
/// The rejection of an extractor, or the refusal that `decide` has chosen.
pub async fn authorize<F, C, S, T, D>(
    decide: F,
    claims: &C,
    parts: &mut Parts,
    state: &S,
) -> Result<(), GuardRejection>
where
    F: for<'c> Authorize<'c, C, T, D> + Send,
    C: Sync,
    S: Sync,
    T: Extractors<S>,
    D: Decision,
{
    let extracted = T::extract(parts, state).await?;
    decide.ask(claims, extracted).await.decide().map_err(GuardRejection::refused)
}
