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
    end: Option<End>,
}

/// How a body has ended; it is not asked again, as not every one can be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    BrokenOff,
}

impl Rest {
    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match self.end {
            Some(End::Whole) => return Poll::Ready(None),
            Some(End::BrokenOff) => return Poll::Ready(Some(Err(Error::new(BrokenOff)))),
            None => {}
        }
        let frame = Pin::new(&mut self.body).poll_frame(context);
        match &frame {
            Poll::Ready(None) => self.end = Some(End::Whole),
            Poll::Ready(Some(Err(_))) => self.end = Some(End::BrokenOff),
            Poll::Ready(Some(Ok(_))) | Poll::Pending => {}
        }
        frame
    }
}

/// What a handler gets of a body that broke off when a guard read it.
#[derive(Debug, thiserror::Error)]
#[error("the body has broken off")]
struct BrokenOff;

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
            let frame = match rest.poll_frame(context) {
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
            let is_too_long = self.with_rest(|rest| {
                rest.end.is_none() && rest.body.size_hint().lower() > limit as u64
            });
            if is_too_long {
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
                None => rest.poll_frame(context),
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0.with_rest(|rest| {
            let is_over = match rest.end {
                Some(end) => end == End::Whole,
                None => rest.body.is_end_stream(),
            };
            rest.read.is_empty() && rest.trailers.is_none() && is_over
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.0.with_rest(|rest| {
            let read = rest.read.len() as u64;
            let left = match rest.end {
                Some(_) => SizeHint::with_exact(0),
                None => rest.body.size_hint(),
            };
            let mut hint = SizeHint::new();
            hint.set_lower(left.lower().saturating_add(read));
            if let Some(upper) = left.upper().and_then(|upper| upper.checked_add(read)) {
                hint.set_upper(upper);
            }
            hint
        })
    }
}
