//! [`RedisStoreBuilder`]: the settings of a store.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::RedisStore;
use super::link::{Link, Settings};
use super::target::{Introduction, Place, Target};
use super::view::{LocalView, View};
use crate::error::StoreError;

const DEFAULT_KEY_PREFIX: &str = "jwt";
const DEFAULT_DEADLINE: Duration = Duration::from_millis(250);
const DEFAULT_MAX_WAITING: usize = 10_000;

/// How long the first contact may take: a name to resolve, a handshake, a server that wakes up.
const START_UP_DEADLINE: Duration = Duration::from_secs(5);

/// Settings of a [`RedisStore`].
#[derive(Clone)]
#[must_use = "call `.connect().await` or `.lazy()`"]
pub struct RedisStoreBuilder {
    place: Place,
    introduction: Introduction,
    key_prefix: String,
    deadline: Duration,
    max_waiting: usize,
    replicas: u32,
    local_view: Option<LocalView>,
}

impl RedisStoreBuilder {
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            introduction: Introduction::default(),
            key_prefix: DEFAULT_KEY_PREFIX.to_owned(),
            deadline: DEFAULT_DEADLINE,
            max_waiting: DEFAULT_MAX_WAITING,
            replicas: 0,
            local_view: None,
        }
    }

    /// The first part of every key, `jwt` by default. Stores that share sessions have to agree, and
    /// those whose subjects are other people of the same names must not.
    pub fn key_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.key_prefix);
        self
    }

    /// How long one call may take, reconnecting included; 250 ms by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many calls may wait for an answer at once, 10,000 by default. One more fails at once
    /// with [`StoreError::Overloaded`], so that a slow server does not fill the memory.
    pub fn max_waiting(mut self, calls: usize) -> Self {
        self.max_waiting = calls;
        self
    }

    /// Says that something was written only after this many replicas have confirmed it; 0 by
    /// default, which leaves what a primary has acknowledged a moment before it fails to luck.
    ///
    /// Set to the number of replicas that each primary has, it makes sure that no failover brings
    /// back what was logged out: whichever replica takes over, it knows. Nor can a primary that is
    /// cut off, or steps down, acknowledge anything, because no replica confirms it. With fewer
    /// than all, one that has not confirmed may take over.
    ///
    /// When too few confirm within half the [`deadline`](Self::deadline), which Redis rounds up to
    /// a tenth of a second, the call fails with [`StoreError::Unconfirmed`], or with
    /// [`StoreError::Timeout`] if others were before it: nobody may rely on it, although it is
    /// probably done and will usually stay so. So no write succeeds while one of the replicas is
    /// missing, and for up to a second after it is back; requests are checked all the same. Logging out or revoking again is the remedy, by whatever process: what was
    /// done before has to be confirmed then too. A rotation that comes again is a reuse, unless
    /// there is a [`rotation_grace`](crate::JwtAuthBuilder::rotation_grace).
    ///
    /// It is the `WAIT` of Redis, which an ACL user needs the permission `+wait` for. It costs one
    /// more connection and, for every write, the time a replica takes to answer; writes that come
    /// at once wait together. On one machine of two cores a rotation takes 260 µs instead of
    /// 120 µs, and of 64 clients at once 6,500 a second are served instead of 22,000. In a Cluster it is the primary of the subject that waits for its own
    /// replicas. A [given connection](RedisStore::from_connection_manager) has nothing of this.
    pub fn wait_for_replicas(mut self, replicas: u32) -> Self {
        self.replicas = replicas;
        self
    }

    /// The ACL user and the password of the servers, instead of those in a URL. An empty `user` is
    /// the default one. Behind Sentinel they are for the servers, not for the sentinels, whose own
    /// go into their URLs.
    pub fn credentials(mut self, user: &str, password: &str) -> Self {
        self.introduction.credentials = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// The number of the database, instead of that in a URL. A Cluster has only 0.
    pub fn database(mut self, number: u32) -> Self {
        self.introduction.database = Some(i64::from(number));
        self
    }

    /// Answers for access tokens from what this node knows, instead of asking Redis each time;
    /// off by default, and an error for a Cluster.
    ///
    /// [`connect`](Self::connect) waits until the view may answer or cannot be fed; the latter is
    /// an error with [`FeedLost::Refuse`](crate::FeedLost::Refuse) and a warning otherwise.
    pub fn local_view(mut self, view: LocalView) -> Self {
        self.local_view = Some(view);
        self
    }

    /// Trusts the servers that this certificate authority vouches for, in PEM, and no others;
    /// those that the operating system trusts by default.
    #[cfg(feature = "redis-tls")]
    pub fn tls_root_certificate(mut self, pem: &[u8]) -> Self {
        self.introduction.root_certificate = Some(pem.to_owned());
        self
    }

    /// Shows a certificate to the servers, both in PEM, the certificate with its chain.
    #[cfg(feature = "redis-tls")]
    pub fn tls_client_certificate(mut self, certificate_pem: &[u8], key_pem: &[u8]) -> Self {
        self.introduction.client_certificate =
            Some((certificate_pem.to_owned(), key_pem.to_owned()));
        self
    }

    /// Connects; as [`RedisStore::connect`].
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] when a URL is malformed or the server refuses.
    /// - [`StoreError::Timeout`] when the server does not answer within five seconds.
    pub async fn connect(self) -> Result<RedisStore, StoreError> {
        let store = self.build(START_UP_DEADLINE)?;
        store.ping_within(START_UP_DEADLINE).await.map_err(|error| match error {
            StoreError::Unavailable(cause) => {
                let address = store.link.address().unwrap_or_default();
                StoreError::unavailable(format!("Redis at {address}: {cause}"))
            }
            other => other,
        })?;
        store.warn_of_eviction().await;
        store.begin_view(START_UP_DEADLINE).await?;
        Ok(store)
    }

    /// Leaves connecting to the first call; as [`RedisStore::lazy`].
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] when a URL is malformed, or the local view is told to be what
    ///   it cannot be.
    pub fn lazy(self) -> Result<RedisStore, StoreError> {
        let first_contact = super::line::Patience::dialling(self.deadline);
        self.build(first_contact)
    }

    fn build(&self, first_contact: Duration) -> Result<RedisStore, StoreError> {
        let target = Target::new(&self.place, &self.introduction)?;
        let settings = Settings {
            deadline: self.deadline,
            first_contact,
            max_waiting: self.max_waiting,
            replicas: self.replicas,
        };
        let mut store = RedisStore::over(Link::to(target, settings)?, &self.key_prefix);
        if let Some(view) = &self.local_view {
            view.check(&store.link)?;
            store.view = Some(Arc::new(View::new(view, store.keys.common_prefix())));
        }
        Ok(store)
    }
}

impl fmt::Debug for RedisStoreBuilder {
    /// Leaves out what may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("key_prefix", &self.key_prefix)
            .field("deadline", &self.deadline)
            .field("local_view", &self.local_view)
            .finish_non_exhaustive()
    }
}
