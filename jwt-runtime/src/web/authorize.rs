//! The application's own decision about one request: an `async fn` of the claims and extractors.

use std::future::Future;
use std::pin::Pin;

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
    label = "this is not such a function",
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
    label = "it takes `{Self}`, which is not in the head of a request, and not in the state `{S}`",
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
    ($($extractor:ident)*;) => { arity!($($extractor)*); };
    ($($extractor:ident)*; $next:ident $($rest:ident)*) => {
        arity!($($extractor)*);
        arities!($($extractor)* $next; $($rest)*);
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
arities!(; T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15);

/// The answer to come; boxed, so that one kind of guard is like another.
pub struct Authorizing<'a>(Option<BoxedAnswer<'a>>);

type BoxedAnswer<'a> = Pin<Box<dyn Future<Output = Result<(), GuardRejection>> + Send + 'a>>;

impl std::fmt::Debug for Authorizing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authorizing(..)")
    }
}

impl Authorizing<'_> {
    /// Nobody is asked.
    pub(super) fn done() -> Self {
        Self(None)
    }

    pub(super) async fn answer(self) -> Result<(), GuardRejection> {
        match self.0 {
            Some(answer) => answer.await,
            None => Ok(()),
        }
    }
}

/// Extracts what `decide` takes, and asks it.
pub fn authorize<'a, C, S, F, T, D>(
    decide: F,
    claims: &'a C,
    parts: &'a mut Parts,
    state: &'a S,
) -> Authorizing<'a>
where
    C: Sync,
    S: Sync,
    F: for<'c> Authorize<'c, C, T, D> + Send + 'a,
    T: Extractors<S>,
    D: Decision,
{
    Authorizing(Some(Box::pin(async move {
        let extracted = T::extract(parts, state).await?;
        decide.ask(claims, extracted).await.decide().map_err(GuardRejection::refused)
    })))
}
