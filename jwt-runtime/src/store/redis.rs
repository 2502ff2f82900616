//! [`RedisStore`]: sessions and revocations that several processes share.

mod commands;
mod device;
mod escape;
mod keys;
mod link;
mod record;
mod scripts;
mod slot;
mod token_id;
mod view;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::ConnectionManager;

use self::keys::Keyspace;
use self::link::Link;
use self::view::View;
use crate::error::StoreError;

pub use self::view::{FeedLost, LocalView, ViewStats};

const DEFAULT_KEY_PREFIX: &str = "jwt";
const DEFAULT_DEADLINE: Duration = Duration::from_millis(250);

/// How long the first contact may take: a name to resolve, a handshake, a server that wakes up.
const START_UP_DEADLINE: Duration = Duration::from_secs(5);

/// Keeps sessions and revocations in Redis or Valkey, for any number of processes.
///
/// Needs Redis 6.2 or any Valkey. A request costs one round trip of two commands; every step that
/// reads and writes is one script. All processes have to use one primary: a replica may still say
/// that a revoked token is good. Clones share one multiplexed connection, which reconnects by
/// itself.
///
/// A call ends within its deadline, 250 ms unless the [builder](Self::builder) says otherwise;
/// [`end_every_session`](crate::TokenStore::end_every_session) within 16 of them. A server that is
/// silent, unreachable, out of memory, read-only, loading or not permitted to obey is an error,
/// never an answer. Reads and writes are tried once more within the same deadline if the
/// connection broke, because each of them can safely arrive twice. The one trace of it:
/// [`end_session`](crate::TokenStore::end_session) may then answer `false`, and
/// [`rotate`](crate::TokenStore::rotate) of a used token `SessionEnded`, for a session that the
/// call's own first attempt has ended.
///
/// # Keys
///
/// Every subject has one key, a hash, `jwt:{alice}`:
///
/// | field | value |
/// |---|---|
/// | `session:<sid>` | `<epoch> <current refresh jti or -> <created> <used> <lasts> <kept> [<superseded jti>]` |
/// | `device:<sid>` | `<label> <user agent> <address>`, each `-` if unknown; only if any is known |
/// | `revoked:<jti>` | the date until which it is kept |
///
/// `created` is the date of the login, in seconds since 1970. `used` is how many seconds after it
/// the session was last used, `lasts` how many after that it expires, and `kept` how many after
/// that it may be forgotten. A `jti` that is a UUID in its usual form is written as the 22
/// characters of its bytes in base64url, any other as `.` and its escaped form; where a
/// superseded one is remembered, both are in the second form.
///
/// One more key stands beside all subjects of a cluster slot, `jwt:{<n>}:epoch`, where `<n>` is the
/// smallest number in that slot. It holds a random text, and sessions that carry another one have
/// ended. There are 16384 slots, so there are at most as many of these keys, and fewer than
/// subjects.
///
/// The braces are a hash tag: what a script touches shares a slot. In subjects, ids, labels and
/// user agents everything but printable ASCII without the space, `{`, `}` and `%` is written
/// `%XX`. Every key has a time to live, that of the last thing it holds. It is relative, so the
/// clocks of Redis and the application need not agree. Fields have none: each write removes some
/// whose time is over by more than an hour. No token is stored, only ids.
///
/// All sessions of a subject end with its key, and every session of every subject with the epochs:
/// as many steps for one session as for a million, none of which needs memory. So a key that gets
/// lost, by whatever accident, ends sessions. It never revives a token, because the mark of a
/// revoked token is in the same key as its session, without which no token is good. Eviction
/// logs people out at random all the same, so `maxmemory-policy` should be `noeviction`;
/// [`connect`](Self::connect) warns on the `tracing` target `jwt::store` if it is not. What Redis
/// has confirmed and then lost, it has lost for this store too: set `appendonly yes`, and
/// `min-replicas-to-write` where a replica may take over.
///
/// A session of a UUID takes a few hundred bytes. Redis keeps small hashes in half the memory:
/// those of up to 128 fields (`hash-max-listpack-entries`) none of which has more than 64 bytes
/// (`hash-max-listpack-value`), as is every session without a grace and without a user agent.
///
/// # With `redis-cli`
///
/// ```text
/// HGETALL jwt:{alice}                       who is logged in where, and what was revoked
/// HGET jwt:{alice} session:0198c4a5-…       one session
/// HDEL jwt:{alice} session:0198c4a5-…       end one session
/// UNLINK jwt:{alice}                        end all sessions of alice
/// redis-cli --scan --pattern 'jwt:{*}:epoch' | xargs redis-cli UNLINK    end every session
/// ```
///
/// In a cluster the last line is one per primary, with `xargs -n 1 redis-cli -c UNLINK`.
///
/// # Permissions
///
/// ```text
/// ACL SETUSER app on >password ~jwt:* resetchannels -@all +ping +info +hmget +hgetall +hkeys
///   +hlen +hrandfield +hset +hdel +get +set +pttl +expire +unlink +evalsha +script|load
/// ```
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use jwt_runtime::RedisStore;
///
/// # async fn example() -> Result<(), jwt_runtime::StoreError> {
/// let store = RedisStore::builder("redis://127.0.0.1/0")
///     .key_prefix("shop-jwt")
///     .deadline(Duration::from_millis(100))
///     .connect()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    link: Arc<Link>,
    keys: Arc<Keyspace>,
    view: Option<Arc<View>>,
}

impl RedisStore {
    /// Connects to the server at `url`, `redis://[user:password@]host[:port][/database]`.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] when the URL is malformed or the server refuses.
    /// - [`StoreError::Timeout`] when the server does not answer within five seconds.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::builder(url).connect().await
    }

    /// Checks the URL and leaves connecting to the first call, for programs that have to start
    /// while Redis is away. Needs no running async runtime.
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] when the URL is malformed.
    pub fn lazy(url: &str) -> Result<Self, StoreError> {
        Self::builder(url).lazy()
    }

    /// Sets more than the URL.
    pub fn builder(url: &str) -> RedisStoreBuilder {
        RedisStoreBuilder {
            url: url.to_owned(),
            key_prefix: DEFAULT_KEY_PREFIX.to_owned(),
            deadline: DEFAULT_DEADLINE,
            local_view: None,
        }
    }

    /// Uses a connection that the application has already.
    ///
    /// The deadline holds for it too. Everything else about the connection is the manager's: how
    /// long it tries to reconnect, and that it does not notice a peer that vanished silently. Set
    /// its response timeout no shorter than `deadline`.
    ///
    /// This is the one place where a type of the crate `redis` shows; its major version is that
    /// of this crate's dependency.
    pub fn from_connection_manager(
        manager: ConnectionManager,
        key_prefix: &str,
        deadline: Duration,
    ) -> Self {
        Self::over(Link::over(manager, deadline), key_prefix)
    }

    /// Asks the server for a sign of life, for a readiness probe.
    ///
    /// # Errors
    ///
    /// - [`StoreError`] of any kind when requests could not be served now.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.ping_within(self.link.deadline()).await
    }

    /// What the local view has done, and whether it may answer now; `None` without one.
    pub fn view_stats(&self) -> Option<ViewStats> {
        self.view.as_ref().map(|view| view.stats())
    }

    fn over(link: Link, key_prefix: &str) -> Self {
        Self { link: Arc::new(link), keys: Arc::new(Keyspace::new(key_prefix)), view: None }
    }

    async fn ping_within(&self, deadline: Duration) -> Result<(), StoreError> {
        self.link
            .ask_within(deadline, |mut manager, _| async move {
                redis::cmd("PING").exec_async(&mut manager).await
            })
            .await
    }

    /// Warns if Redis may evict revocations. A server that does not let itself be asked, as some
    /// hosted ones, is left in peace.
    async fn warn_of_eviction(&self) {
        let info: Result<String, _> = self
            .link
            .ask(|mut manager, _| async move {
                redis::cmd("INFO").arg("memory").query_async(&mut manager).await
            })
            .await;
        let Ok(info) = info else { return };
        let setting = |name| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let is_bounded = setting("maxmemory:").is_some_and(|limit| limit != "0");
        match setting("maxmemory_policy:") {
            Some(policy) if is_bounded && policy != "noeviction" => tracing::warn!(
                target: "jwt::store",
                policy,
                "Redis may evict the mark of a revoked token; set `maxmemory-policy noeviction`"
            ),
            _ => {}
        }
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("address", &self.link.address())
            .field("deadline", &self.link.deadline())
            .finish_non_exhaustive()
    }
}

/// Settings of a [`RedisStore`].
#[derive(Clone)]
#[must_use = "call `.connect().await` or `.lazy()`"]
pub struct RedisStoreBuilder {
    url: String,
    key_prefix: String,
    deadline: Duration,
    local_view: Option<LocalView>,
}

impl RedisStoreBuilder {
    /// The first part of every key, `jwt` by default. Stores that share sessions have to agree.
    pub fn key_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.key_prefix);
        self
    }

    /// How long one call may take, reconnecting included; 250 ms by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Answers for access tokens from what this node knows, instead of asking Redis each time;
    /// off by default, and not for Redis Cluster.
    ///
    /// [`connect`](Self::connect) waits until the view may answer or has failed to be fed; the
    /// latter is an error with [`FeedLost::Refuse`] and a warning otherwise.
    pub fn local_view(mut self, view: LocalView) -> Self {
        self.local_view = Some(view);
        self
    }

    /// Connects; as [`RedisStore::connect`].
    ///
    /// # Errors
    ///
    /// - [`StoreError::Unavailable`] when the URL is malformed or the server refuses.
    /// - [`StoreError::Timeout`] when the server does not answer within five seconds.
    pub async fn connect(self) -> Result<RedisStore, StoreError> {
        let store = self.lazy()?;
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
    /// - [`StoreError::Unavailable`] when the URL is malformed, or the local view is told to be
    ///   what it cannot be.
    pub fn lazy(self) -> Result<RedisStore, StoreError> {
        let mut store = RedisStore::over(Link::to(&self.url, self.deadline)?, &self.key_prefix);
        if let Some(settings) = &self.local_view {
            settings.check()?;
            store.view = Some(Arc::new(View::new(settings, store.keys.common_prefix())));
        }
        Ok(store)
    }
}

impl fmt::Debug for RedisStoreBuilder {
    /// Leaves the URL out, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("key_prefix", &self.key_prefix)
            .field("deadline", &self.deadline)
            .field("local_view", &self.local_view)
            .finish_non_exhaustive()
    }
}
