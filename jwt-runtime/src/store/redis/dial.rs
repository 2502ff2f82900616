//! How a connection to one server is made, standalone or by way of Sentinel.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, ConnectionInfo, ErrorKind, ProtocolVersion,
    RedisResult, Value,
};

use super::deadline::Deadline;
use super::sentinel::Sentinels;

/// How many commands may wait for the socket; the client's 50 stall a busy server.
const PIPELINE_BUFFER: usize = 1_000;

/// How long to try a master before its sentinels are asked again.
const SECOND_THOUGHTS: Duration = Duration::from_millis(250);

/// Knows how to reach a server; cheap to clone.
#[derive(Clone)]
pub(super) enum Dialler {
    /// Always the same address.
    Server(Box<Client>),
    /// Whichever server the sentinels name.
    Sentinel(Arc<Sentinels>),
}

/// A new connection.
pub(super) struct Dialled {
    pub(super) connection: MultiplexedConnection,
    /// `host:port`, or the path of a socket.
    pub(super) address: String,
    client: Client,
}

impl Dialled {
    /// One more connection to the same address, for commands.
    pub(super) async fn again(&self) -> RedisResult<MultiplexedConnection> {
        self.client.get_multiplexed_async_connection_with_config(&untimed()).await
    }
}

impl Dialler {
    /// To the server at one address.
    pub(super) fn to(server: ConnectionInfo) -> RedisResult<Self> {
        Ok(Self::Server(Box::new(Client::open(server)?)))
    }

    /// A connection for commands. It never times out by itself: its callers have deadlines.
    pub(super) async fn dial(&self) -> RedisResult<Dialled> {
        self.dial_with(&untimed(), None).await
    }

    /// A connection with settings of its own.
    pub(super) async fn dial_with(
        &self,
        config: &AsyncConnectionConfig,
        protocol: Option<ProtocolVersion>,
    ) -> RedisResult<Dialled> {
        let info = match self {
            Self::Server(client) => client.get_connection_info().clone(),
            Self::Sentinel(sentinels) => sentinels.master().await?,
        };
        let address = address_of(&info);
        let settings = info.redis_settings().clone();
        let settings = match protocol {
            Some(protocol) => settings.set_protocol(protocol),
            None => settings,
        };
        let client = Client::open(info.set_redis_settings(settings))?;
        let Self::Sentinel(sentinels) = self else {
            let connection = client.get_multiplexed_async_connection_with_config(config).await?;
            return Ok(Dialled { connection, address, client });
        };
        let dialling = client.clone();
        let connecting = dialling.get_multiplexed_async_connection_with_config(config);
        let mut connecting = pin!(connecting);
        let mut connection = loop {
            match Deadline::after(SECOND_THOUGHTS).wait(connecting.as_mut()).await {
                Ok(connected) => break connected?,
                // A master that hangs lets connect and says nothing, also after it was replaced.
                Err(_) if address_of(&sentinels.master().await?) == address => {}
                Err(_) => return Err((ErrorKind::Client, "Sentinel names another master").into()),
            }
        };
        // Sentinels may be late, so the server has to think so too.
        make_sure_of_master(&mut connection).await?;
        Ok(Dialled { connection, address, client })
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

async fn make_sure_of_master(connection: &mut MultiplexedConnection) -> RedisResult<()> {
    let role: Vec<Value> = redis::cmd("ROLE").query_async(connection).await?;
    match role.first() {
        Some(Value::BulkString(role)) if role == b"master" => Ok(()),
        _ => Err((ErrorKind::Client, "the server that Sentinel names is not a master").into()),
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
