//! What an authority tells of tokens that have come twice.

use jwt_runtime::ReuseEvent;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A hook for `on_reuse`, and what it is told.
pub fn listener() -> (impl Fn(&ReuseEvent) + Send + Sync + 'static, UnboundedReceiver<ReuseEvent>) {
    let (told, reuses) = unbounded_channel();
    (move |event: &ReuseEvent| told.send(event.clone()).expect("the test listens"), reuses)
}
