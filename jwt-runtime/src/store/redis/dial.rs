//! How a connection to one server is made, standalone or by way of Sentinel.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, RedisResult};

use super::sentinel::Sentinels;

/// How many commands may wait for the socket; the client's 50 stall a busy server.
const PIPELINE_BUFFER: usize = 1_000;

/// Knows how to reach a server; cheap to clone.
#[derive(Clone)]
pub(super) enum Dialler {
    /// Always the same address.
    Server(Client),
    /// Whichever server the sentinels name.
    Sentinel(Arc<Sentinels>),
}

/// A new connection.
pub(super) struct Dialled {
    pub(super) connection: MultiplexedConnection,
    /// `host:port`, or the path of a socket.
    pub(super) address: String,
}

impl Dialler {
    /// A connection for commands. It never times out by itself: its callers have deadlines.
    pub(super) async fn dial(&self) -> RedisResult<Dialled> {
        self.dial_with(&untimed()).await
    }

    /// A connection of its own with other settings, as one that listens needs.
    pub(super) async fn dial_with(&self, config: &AsyncConnectionConfig) -> RedisResult<Dialled> {
        match self {
            Self::Server(client) => Ok(Dialled {
                connection: client.get_multiplexed_async_connection_with_config(config).await?,
                address: address_of(client.get_connection_info()),
            }),
            Self::Sentinel(sentinels) => sentinels.dial(config).await,
        }
    }

    /// The address that a dial would lead to now.
    pub(super) async fn resolve(&self) -> RedisResult<String> {
        match self {
            Self::Server(client) => Ok(address_of(client.get_connection_info())),
            Self::Sentinel(sentinels) => Ok(address_of(&sentinels.master().await?)),
        }
    }

    /// Whether the address may change while a connection stays.
    pub(super) fn can_confirm(&self) -> bool {
        matches!(self, Self::Sentinel(_))
    }

    /// For people: where this leads, without credentials.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Server(client) => address_of(client.get_connection_info()),
            Self::Sentinel(sentinels) => sentinels.describe(),
        }
    }
}

/// Settings of a connection whose calls have deadlines of their own.
pub(super) fn untimed() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
        .set_pipeline_buffer_size(PIPELINE_BUFFER)
}

pub(super) fn address_of(info: &ConnectionInfo) -> String {
    info.addr().to_string()
}

/// The same kind of connection to another address.
pub(super) fn towards(template: &ConnectionInfo, host: String, port: u16) -> ConnectionInfo {
    let address = match template.addr() {
        ConnectionAddr::TcpTls { insecure, tls_params, .. } => ConnectionAddr::TcpTls {
            host,
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        _ => ConnectionAddr::Tcp(host, port),
    };
    template.clone().set_addr(address)
}
