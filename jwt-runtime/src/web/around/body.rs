//! A body that a guard can look at before the handler reads it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

use crate::exchange::{BodySource, ReadBody};

/// What is left of a body, and what was read of it ahead of the handler.
#[derive(Default)]
struct Rest {
    read: Vec<u8>,
    /// What comes behind the last piece.
    trailers: Option<Frame<Bytes>>,
    body: Body,
}

/// The body of one request, with two ends: a guard reads ahead, and the handler reads all of it.
#[derive(Clone)]
pub(super) struct SharedBody(Arc<Mutex<Rest>>);

impl SharedBody {
    /// Takes a body; what it gives back is read by the handler.
    pub(super) fn of(body: Body) -> (Self, Body) {
        let shared = Self(Arc::new(Mutex::new(Rest { body, ..Rest::default() })));
        let handlers = Body::new(HandlersBody(shared.clone()));
        (shared, handlers)
    }

    fn with_rest<T>(&self, work: impl FnOnce(&mut Rest) -> T) -> T {
        // Nothing that panics is done with it.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads one more piece ahead; `false` at the end.
    fn poll_ahead(
        &self,
        context: &mut Context<'_>,
        limit: usize,
    ) -> Poll<Result<bool, Unreadable>> {
        self.with_rest(|rest| {
            let frame = match Pin::new(&mut rest.body).poll_frame(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(frame) => frame,
            };
            match frame {
                None => return Poll::Ready(Ok(false)),
                Some(Err(_)) => return Poll::Ready(Err(Unreadable)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => rest.read.extend_from_slice(&data),
                    Err(trailers) => rest.trailers = Some(trailers),
                },
            }
            Poll::Ready(if rest.read.len() > limit { Err(Unreadable) } else { Ok(true) })
        })
    }
}

/// Too long, or broken off.
struct Unreadable;

impl BodySource for SharedBody {
    fn read(&self, limit: usize) -> ReadBody<'_> {
        Box::pin(async move {
            let announced = self.with_rest(|rest| rest.body.size_hint().lower());
            if announced > limit as u64 {
                return None;
            }
            while poll_fn(|context| self.poll_ahead(context, limit)).await.ok()? {}
            Some(self.with_rest(|rest| rest.read.clone()))
        })
    }
}

/// The handler's end.
struct HandlersBody(SharedBody);

impl HttpBody for HandlersBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.0.with_rest(|rest| {
            if !rest.read.is_empty() {
                let read = std::mem::take(&mut rest.read);
                return Poll::Ready(Some(Ok(Frame::data(read.into()))));
            }
            match rest.trailers.take() {
                Some(trailers) => Poll::Ready(Some(Ok(trailers))),
                None => Pin::new(&mut rest.body).poll_frame(context),
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.with_rest(|rest| {
            rest.read.is_empty() && rest.trailers.is_none() && rest.body.is_end_stream()
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.0.with_rest(|rest| {
            let read = rest.read.len() as u64;
            let left = rest.body.size_hint();
            let mut hint = SizeHint::new();
            hint.set_lower(left.lower().saturating_add(read));
            if let Some(upper) = left.upper().and_then(|upper| upper.checked_add(read)) {
                hint.set_upper(upper);
            }
            hint
        })
    }
}
