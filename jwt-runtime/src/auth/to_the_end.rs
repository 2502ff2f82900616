//! What has to be finished although the client is gone.

use std::future::Future;

use tracing::Instrument as _;

use crate::error::AuthError;

/// Runs steps that belong together to their end: in a task of their own, because a request goes away
/// when its client hangs up, and would leave half of them. Inside of a tokio runtime that is driven, as
/// axum's is; without one they run as they are.
pub(crate) async fn to_the_end<T: Send + 'static>(
    steps: impl Future<Output = Result<T, AuthError>> + Send + 'static,
) -> Result<T, AuthError> {
    match tokio::runtime::Handle::try_current() {
        // The runtime that shuts down takes the task with it.
        Ok(runtime) => {
            runtime.spawn(steps.in_current_span()).await.unwrap_or(Err(AuthError::StoreUnavailable))
        }
        Err(_) => steps.await,
    }
}
