//! [`RedisStore`]: sessions and revocations that several processes share.

mod builder;
mod cluster;
mod commands;
mod connection;
mod deadline;
mod device;
mod dial;
mod escape;
mod eviction;
mod keys;
mod line;
mod link;
mod record;
mod scripts;
mod sentinel;
mod slot;
mod target;
mod token_id;
mod view;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::ConnectionManager;

pub use self::builder::RedisStoreBuilder;
use self::keys::Keyspace;
use self::link::Link;
use self::target::Place;
use self::view::View;
pub use self::view::{FeedLost, LocalView, ViewStats};
use crate::error::StoreError;

/// Keeps sessions and revocations in Redis or Valkey, for any number of processes.
///
/// Needs Redis 6.2 or any Valkey. A request costs one round trip of two commands, or none with a
/// [local view](RedisStoreBuilder::local_view); every step that reads and writes is one script. All
/// processes have to use one primary: a replica may still say that a revoked token is good. Clones
/// share one multiplexed connection, which reconnects by itself.
///
/// A call ends within its deadline, 250 ms unless the [builder](Self::builder) says otherwise;
/// [`end_every_session`](crate::TokenStore::end_every_session) within 64 of them. A server that is
/// silent, unreachable, out of memory, read-only, loading or not permitted to obey is an error,
/// never an answer. Reads and writes are tried once more within the same deadline if the
/// connection broke, because each of them can safely arrive twice. The one trace of it:
/// [`end_session`](crate::TokenStore::end_session) may then answer `false`, and
/// [`rotate`](crate::TokenStore::rotate) of a used token `SessionEnded`, for a session that the
/// call's own first attempt has ended.
///
/// # Outages
///
/// A server that has not answered for about two deadlines, or that cannot be connected to, is not
/// asked any more: calls fail at once, in microseconds, with
/// [`StoreError::CircuitOpen`](crate::StoreError::CircuitOpen). In the background one task tries
/// to connect, at first after 50 ms and later every half second, until the server answers a
/// `PING` within the deadline; so the store recovers by itself, and usually within a second.
/// Errors that the server answers with, such as `OOM` or `NOPERM`, open no circuit. With
/// [`cluster`](Self::cluster) each primary has a circuit of its own.
///
/// Replication is asynchronous, behind Sentinel and in a Cluster alike: what a master has
/// acknowledged in the moment before a failover may be lost, logouts included. With
/// [`wait_for_replicas`](RedisStoreBuilder::wait_for_replicas) set to the number of replicas
/// nothing is lost that was acknowledged. Without it, `min-replicas-to-write` on the servers
/// shortens the moment for a master that is cut off.
///
/// A master that is cut off from its sentinels answers reads as if nothing had happened, to those
/// nodes that still reach it. They ask the sentinels once a second, so they leave it about a
/// second after one of those that they reach knows of the new master; a node that reaches the old
/// master and no other sentinel believes it for as long as that lasts. While it does, the new
/// master acknowledges no logout if `wait_for_replicas` is the number of replicas, because the old
/// one is among those that have to confirm it. In a Cluster a primary that is cut off from the
/// others refuses to answer after `cluster-node-timeout`.
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
/// subjects. With [`wait_for_replicas`](RedisStoreBuilder::wait_for_replicas) a third key may be
/// there for an hour after a write, `jwt:wait:{<n>}`, which is empty.
///
/// The braces are a hash tag: what a script touches shares a slot. In subjects, ids, labels and
/// user agents everything but printable ASCII without the space, `{`, `}` and `%` is written
/// `%XX`. Every key has a time to live, that of the last thing it holds; an epoch up to a day more.
/// It is relative, so the clocks of Redis and the application need not agree. Fields have none:
/// each write removes some whose time is over by more than an hour. No token is stored, only ids.
///
/// All sessions of a subject end with its key, and every session of every subject with the epochs:
/// as many steps for one session as for a million, none of which needs memory. So a key that gets
/// lost, by whatever accident, ends sessions. It never revives a token, because the mark of a
/// revoked token is in the same key as its session, without which no token is good. Eviction
/// logs people out at random all the same, so `maxmemory-policy` should be `noeviction`;
/// [`connect`](Self::connect) warns on the `tracing` target `jwt::store` if it is not. What Redis
/// has confirmed and then lost, it has lost for this store too: set `appendonly yes`, and
/// [`wait_for_replicas`](RedisStoreBuilder::wait_for_replicas) where a replica may take over.
///
/// With UUIDs for subjects and ids, Redis 7.0 needs 285 bytes for a session where a subject has
/// one, 175 for each of four, and 50 for a revoked token. That is so in the compact encoding of
/// small hashes, for up to 128 fields (`hash-max-listpack-entries`) none of which has more than 64
/// bytes (`hash-max-listpack-value`). A session without a grace and without a user agent is that
/// small; any other takes about twice as much. A login with a limit, a list of sessions and the end
/// of all others read all that is known of the subject, while everybody else waits. So a hash with
/// 10,000 fields takes no more revoked tokens: the next one ends its session instead. The number of
/// sessions is bounded by a [limit](crate::JwtAuthBuilder::session_limit) only.
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
/// and `+wait` with [`wait_for_replicas`](RedisStoreBuilder::wait_for_replicas).
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
    /// Connects to Redis at `url`, which is one of
    ///
    /// ```text
    /// redis://[user:password@]host[:port][/database]
    /// redis+sentinel://[user:password@]host[:port],host[:port],…/master name[/database]
    /// redis+cluster://[user:password@]host[:port],host[:port],…
    /// ```
    ///
    /// and, for TLS, the same with `rediss` (feature `redis-tls`). The user is always one of the
    /// servers that hold the data; for sentinels that want one too there is
    /// [`sentinel`](Self::sentinel). `?protocol=resp3` at the end speaks RESP3.
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

    /// Sets more than the URL, which is one as [`connect`](Self::connect) takes it.
    pub fn builder(url: &str) -> RedisStoreBuilder {
        RedisStoreBuilder::new(Place::Url(url.to_owned()))
    }

    /// Uses whichever server Sentinel names as the master called `master_name`.
    ///
    /// `urls` are those of the sentinels, `redis://[user:password@]host:26379` or `rediss://…`,
    /// with the credentials of the sentinels if they have some. The servers get those of
    /// [`RedisStoreBuilder::credentials`], and are spoken to with TLS if the first sentinel is.
    /// Their user needs the permission `+role` too.
    ///
    /// The sentinels are asked whenever a connection is made, when the master refuses writes, and
    /// once a second, because a master that is cut off from them goes on answering. What it
    /// acknowledges until then may be lost: see
    /// [`wait_for_replicas`](RedisStoreBuilder::wait_for_replicas).
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), jwt_runtime::StoreError> {
    /// # use jwt_runtime::RedisStore;
    /// let store = RedisStore::sentinel("mymaster", ["redis://s1:26379", "redis://s2:26379"])
    ///     .credentials("app", "password")
    ///     .connect()
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn sentinel<U: Into<String>>(
        master_name: &str,
        urls: impl IntoIterator<Item = U>,
    ) -> RedisStoreBuilder {
        let urls = urls.into_iter().map(Into::into).collect();
        RedisStoreBuilder::new(Place::Sentinel { master_name: master_name.to_owned(), urls })
    }

    /// Uses the Cluster that the servers at `urls` belong to, which say where the others are.
    ///
    /// All servers are spoken to as the first URL says: with TLS or without, and as its user, who
    /// needs the permission `+cluster|slots` too. Commands go to primaries only, as a replica may
    /// still say that a revoked token is good. Each primary has a circuit breaker of its own, so
    /// the subjects of the others do not notice when one is lost.
    ///
    /// While a slot is being moved, writes to a subject in it can fail for as long as the moving
    /// of that one slot takes.
    pub fn cluster<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> RedisStoreBuilder {
        RedisStoreBuilder::new(Place::Cluster { urls: urls.into_iter().map(Into::into).collect() })
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
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("address", &self.link.address())
            .field("deadline", &self.link.deadline())
            .finish_non_exhaustive()
    }
}
