//! What a guard and the layer around it tell each other about one request and its answer.
//!
//! A guard sees the head of a request and nothing of the answer. What it needs of the body, and what
//! it wants in the answer, goes through here.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use http::Extensions;
use secrecy::{ExposeSecret, SecretString};

use crate::token_type::TokenType;

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
    query: Mutex<Query>,
    /// Nothing where this request is none that renews.
    renewal: Option<Mutex<Renewal>>,
}

/// What was found in the query, which does not hold it any more.
#[derive(Default)]
struct Query {
    is_found: bool,
    tokens: Vec<(TokenType, SecretString)>,
}

/// What the answer is to do for the cookies.
pub(crate) enum Renewal {
    /// Nothing.
    None,
    /// Replace this access token, which a guard has accepted and which ends soon.
    Due(SecretString),
    /// Trade this refresh token, for which a guard has let the request in.
    Trade {
        refresh: SecretString,
        /// What the guard made of it, and what the handler has.
        access: SecretString,
    },
}

/// What is not there without the layer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Needs {
    Query,
    Body,
    FormCsrf,
    Renewal,
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
            query: Mutex::default(),
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
    pub(crate) fn required(exchange: Option<&Self>, needs: Needs) -> Option<&Self> {
        static TOLD: [Once; 4] = [const { Once::new() }; 4];
        if exchange.is_none() {
            let (told, what) = match needs {
                Needs::Query => (0, "a token in the query is not read"),
                Needs::Body => (1, "a token in the body is not read"),
                Needs::FormCsrf => (2, "a CSRF token in a form field is not read"),
                Needs::Renewal => (3, "cookies are not renewed"),
            };
            TOLD[told].call_once(|| {
                tracing::error!(
                    target: "jwt::config",
                    "{what}, as the layer is missing: write `.layer(auth.layer())` on the router"
                );
            });
        }
        exchange
    }

    pub(crate) fn body(&self) -> &dyn BodySource {
        &*self.body
    }

    /// Notes that the query has something of ours.
    pub(crate) fn note_query(&self) {
        locked(&self.query).is_found = true;
    }

    /// Keeps a token of the query for guards that come after the one that has taken it out.
    pub(crate) fn keep_query_token(&self, token_type: TokenType, token: &str) {
        let mut query = locked(&self.query);
        if !query.tokens.iter().any(|(kept, _)| *kept == token_type) {
            query.tokens.push((token_type, token.into()));
        }
    }

    /// The token that was in the query.
    pub(crate) fn query_token(&self, token_type: TokenType) -> Option<String> {
        let query = locked(&self.query);
        let kept = query.tokens.iter().find(|(kept, _)| *kept == token_type);
        kept.map(|(_, token)| token.expose_secret().to_owned())
    }

    pub(crate) fn was_queried(&self) -> bool {
        locked(&self.query).is_found
    }

    /// Whether the answer can set cookies that nobody asked for.
    pub(crate) fn renews(&self) -> bool {
        self.renewal.is_some()
    }

    /// Asks for this, unless something was asked for already.
    pub(crate) fn renew(&self, wanted: Renewal) {
        if let Some(renewal) = &self.renewal {
            let mut renewal = locked(renewal);
            if matches!(*renewal, Renewal::None) {
                *renewal = wanted;
            }
        }
    }

    /// What a guard before this one has made of the same refresh token.
    pub(crate) fn interim_access(&self, refresh_token: &str) -> Option<String> {
        match &*locked(self.renewal.as_ref()?) {
            Renewal::Trade { refresh, access } if refresh.expose_secret() == refresh_token => {
                Some(access.expose_secret().to_owned())
            }
            _ => None,
        }
    }

    pub(crate) fn take_renewal(&self) -> Renewal {
        match &self.renewal {
            Some(renewal) => std::mem::replace(&mut *locked(renewal), Renewal::None),
            None => Renewal::None,
        }
    }
}

/// Nothing that is done with them can leave half of it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}
