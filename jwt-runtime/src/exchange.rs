//! What a guard and the layer around it tell each other about one request and its answer.
//!
//! A guard sees the head of a request and nothing of the answer. What it needs of the body, and what
//! it wants in the answer, goes through here.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};

use http::Extensions;
use secrecy::SecretString;

use crate::cookies::TokenCookies;

/// A whole body, or nothing if it is too long or breaks off.
pub(crate) type ReadBody<'a> = Pin<Box<dyn Future<Output = Option<Vec<u8>>> + Send + 'a>>;

/// A body that can be looked at and is still there for the handler.
pub(crate) trait BodySource: Send + Sync {
    /// Reads all of it, if it has no more than `limit` bytes.
    fn read(&self, limit: usize) -> ReadBody<'_>;
}

/// One request and its answer, below the layer of one authority.
pub(crate) struct Exchange {
    /// Tells authorities apart: guards of another one have a layer of their own.
    owner: usize,
    outer: Option<Arc<Self>>,
    body: Arc<dyn BodySource>,
    /// Whether the token came in the query.
    queried: AtomicBool,
    renewal: Option<Mutex<Renewal>>,
}

/// What the answer is to do for the cookies.
pub(crate) enum Renewal {
    /// Nothing.
    None,
    /// Replace this access token, which a guard has accepted and which ends soon.
    Due(SecretString),
    /// Set these: the refresh cookie was traded on the way in.
    Done(TokenCookies),
}

impl Exchange {
    /// Puts a new one into a request's extensions, in front of one of another layer.
    pub(crate) fn begin(
        extensions: &mut Extensions,
        owner: usize,
        body: Arc<dyn BodySource>,
        renews: bool,
    ) -> Arc<Self> {
        let exchange = Arc::new(Self {
            owner,
            outer: extensions.get().cloned(),
            body,
            queried: AtomicBool::new(false),
            renewal: renews.then(|| Mutex::new(Renewal::None)),
        });
        extensions.insert(Arc::clone(&exchange));
        exchange
    }

    /// The one of an authority, if its layer is around the route.
    pub(crate) fn of(extensions: &Extensions, owner: usize) -> Option<&Self> {
        let mut exchange: &Arc<Self> = extensions.get()?;
        while exchange.owner != owner {
            exchange = exchange.outer.as_ref()?;
        }
        Some(exchange)
    }

    /// The one of a guard that needs it; tells the developer once where it is missing.
    pub(crate) fn required<'e>(exchange: Option<&'e Self>, what: &str) -> Option<&'e Self> {
        static TOLD: Once = Once::new();
        if exchange.is_none() {
            TOLD.call_once(|| {
                tracing::error!(
                    target: "jwt::config",
                    "{what} is not read, as the layer is missing: write `.layer(auth.layer())` on the router"
                );
            });
        }
        exchange
    }

    pub(crate) fn body(&self) -> &dyn BodySource {
        &*self.body
    }

    /// Notes that the token came in the query.
    pub(crate) fn note_query(&self) {
        self.queried.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_queried(&self) -> bool {
        self.queried.load(Ordering::Relaxed)
    }

    /// Whether the answer can set cookies that nobody asked for.
    pub(crate) fn renews(&self) -> bool {
        self.renewal.is_some()
    }

    /// Asks for a successor, unless there is one already.
    pub(crate) fn renew(&self, compact: &str) {
        self.with_renewal(|renewal| {
            if matches!(renewal, Renewal::None) {
                *renewal = Renewal::Due(compact.into());
            }
        });
    }

    /// Has these cookies set.
    pub(crate) fn set(&self, cookies: TokenCookies) {
        self.with_renewal(|renewal| *renewal = Renewal::Done(cookies));
    }

    pub(crate) fn take_renewal(&self) -> Renewal {
        let mut taken = Renewal::None;
        self.with_renewal(|renewal| std::mem::swap(renewal, &mut taken));
        taken
    }

    fn with_renewal(&self, change: impl FnOnce(&mut Renewal)) {
        if let Some(renewal) = &self.renewal {
            // Every change is one assignment: there is no half of one to find.
            change(&mut renewal.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}
