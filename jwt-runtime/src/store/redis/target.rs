//! Where Redis is, as URLs say it.

use redis::{Client, ConnectionInfo, IntoConnectionInfo, io::tcp::TcpSettings};

use crate::error::StoreError;

/// What is known of the place before anything is dialled.
#[derive(Clone)]
pub(super) enum Place {
    /// Any of the URLs that [`RedisStore::connect`](super::RedisStore::connect) takes.
    Url(String),
    Sentinel {
        master_name: String,
        urls: Vec<String>,
    },
    Cluster {
        urls: Vec<String>,
    },
}

/// What has to be said to every server.
#[derive(Clone, Default)]
pub(super) struct Introduction {
    pub(super) credentials: Option<(String, String)>,
    pub(super) database: Option<i64>,
    #[cfg(feature = "redis-tls")]
    pub(super) root_certificate: Option<Vec<u8>>,
    #[cfg(feature = "redis-tls")]
    pub(super) client_certificate: Option<(Vec<u8>, Vec<u8>)>,
}

/// A place whose URLs have been understood.
pub(super) enum Target {
    Server(ConnectionInfo),
    Sentinel {
        master_name: String,
        sentinels: Vec<ConnectionInfo>,
        /// Everything but the address of the servers behind them.
        server: ConnectionInfo,
    },
    Cluster(Vec<ConnectionInfo>),
}

impl Target {
    /// Understands the URLs. The error repeats nothing of them, because they may hold a password.
    pub(super) fn new(place: &Place, introduction: &Introduction) -> Result<Self, StoreError> {
        let target = match place {
            Place::Url(url) => Self::of_url(url)?,
            Place::Sentinel { master_name, urls } => Self::of_sentinels(master_name, urls)?,
            Place::Cluster { urls } => Self::Cluster(parse_all(urls)?),
        };
        target.introduced(introduction)
    }

    fn of_url(url: &str) -> Result<Self, StoreError> {
        for (prefix, scheme) in [("redis+", "redis"), ("rediss+", "rediss")] {
            let Some((kind, rest)) =
                url.strip_prefix(prefix).and_then(|rest| rest.split_once("://"))
            else {
                continue;
            };
            let parts = Parts::of(rest);
            return match kind {
                "sentinel" => parts.sentinel(scheme),
                "cluster" => parts.cluster(scheme),
                _ => Err(malformed("neither `sentinel` nor `cluster` follows the `+`")),
            };
        }
        Ok(Self::Server(parse(url)?))
    }

    fn of_sentinels(master_name: &str, urls: &[String]) -> Result<Self, StoreError> {
        let sentinels = parse_all(urls)?;
        if master_name.is_empty() {
            return Err(malformed("the name of the master is missing"));
        }
        let first = sentinels.first().ok_or_else(|| malformed("no address"))?;
        // The servers are spoken to as the sentinels are, but with a password of their own.
        let settings =
            redis::RedisConnectionInfo::default().set_protocol(first.redis_settings().protocol());
        let server = first.clone().set_redis_settings(settings);
        Ok(Self::Sentinel { master_name: master_name.to_owned(), sentinels, server })
    }

    fn introduced(self, introduction: &Introduction) -> Result<Self, StoreError> {
        let servers = |server| introduction.apply(server, true);
        Ok(match self {
            Self::Server(server) => Self::Server(servers(server)?),
            Self::Sentinel { master_name, sentinels, server } => Self::Sentinel {
                master_name,
                sentinels: sentinels
                    .into_iter()
                    .map(|sentinel| introduction.apply(sentinel, false))
                    .collect::<Result<_, _>>()?,
                server: servers(server)?,
            },
            Self::Cluster(seeds) => {
                let seeds: Vec<_> = seeds.into_iter().map(servers).collect::<Result<_, _>>()?;
                if seeds.iter().any(|seed| seed.redis_settings().db() != 0) {
                    return Err(malformed("a cluster has no databases"));
                }
                Self::Cluster(seeds)
            }
        })
    }
}

impl Introduction {
    /// Adds what the URL does not say. Sentinels have neither databases nor the servers' users.
    fn apply(&self, info: ConnectionInfo, is_server: bool) -> Result<ConnectionInfo, StoreError> {
        let mut settings = info.redis_settings().clone();
        if is_server {
            if let Some((user, password)) = &self.credentials {
                if !user.is_empty() {
                    settings = settings.set_username(user);
                }
                settings = settings.set_password(password);
            }
            if let Some(database) = self.database {
                settings = settings.set_db(database);
            }
        }
        let info = info.set_redis_settings(settings);
        // Otherwise Nagle's algorithm holds a command back until the answer to the one before it
        // is acknowledged.
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        #[cfg(feature = "redis-tls")]
        let info = self.apply_certificates(info)?;
        Client::open(info.clone()).map_err(StoreError::unavailable)?;
        Ok(info)
    }

    #[cfg(feature = "redis-tls")]
    fn apply_certificates(&self, info: ConnectionInfo) -> Result<ConnectionInfo, StoreError> {
        let certificates = redis::TlsCertificates {
            client_tls: self.client_certificate.as_ref().map(|(certificate, key)| {
                redis::ClientTlsConfig { client_cert: certificate.clone(), client_key: key.clone() }
            }),
            root_cert: self.root_certificate.clone(),
        };
        let has_certificates =
            certificates.client_tls.is_some() || certificates.root_cert.is_some();
        if !matches!(info.addr(), redis::ConnectionAddr::TcpTls { .. }) {
            return match has_certificates {
                true => Err(malformed("certificates need a URL that begins with `rediss`")),
                false => Ok(info),
            };
        }
        install_crypto_provider();
        if !has_certificates {
            return Ok(info);
        }
        let client = Client::build_with_tls(info, certificates).map_err(StoreError::unavailable)?;
        Ok(client.get_connection_info().clone())
    }
}

/// rustls panics where it finds no provider, or more than one to choose from. An application that
/// has chosen keeps its choice.
#[cfg(feature = "redis-tls")]
fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Somebody else may have been faster, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}

/// `[user:password@]host,host[/path][?query]`
struct Parts<'a> {
    /// With the `@`.
    user: &'a str,
    hosts: Vec<&'a str>,
    path: &'a str,
    /// With the `?`.
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Self {
        let (rest, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, hosts) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        let hosts = hosts.split(',').collect();
        Self { user, hosts, path: path.trim_matches('/'), query }
    }

    /// The user is one of the servers; sentinels that want one need
    /// [`RedisStore::sentinel`](super::RedisStore::sentinel).
    fn sentinel(&self, scheme: &str) -> Result<Target, StoreError> {
        let (master_name, database) = self.path.split_once('/').unwrap_or((self.path, ""));
        let urls: Vec<String> = self
            .hosts
            .iter()
            .map(|host| {
                let port = if has_port(host) { "" } else { ":26379" };
                format!("{scheme}://{host}{port}{}", self.query)
            })
            .collect();
        let server = parse(&format!("{scheme}://{}sentinel/{database}{}", self.user, self.query))?;
        match Target::of_sentinels(master_name, &urls)? {
            Target::Sentinel { master_name, sentinels, .. } => {
                Ok(Target::Sentinel { master_name, sentinels, server })
            }
            other => Ok(other),
        }
    }

    fn cluster(&self, scheme: &str) -> Result<Target, StoreError> {
        let urls: Vec<String> = self
            .hosts
            .iter()
            .map(|host| format!("{scheme}://{}{host}/{}{}", self.user, self.path, self.query))
            .collect();
        Ok(Target::Cluster(parse_all(&urls)?))
    }
}

fn has_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.contains(']'))
}

fn parse_all(urls: &[String]) -> Result<Vec<ConnectionInfo>, StoreError> {
    match urls {
        [] => Err(malformed("no address")),
        urls => urls.iter().map(|url| parse(url)).collect(),
    }
}

fn parse(url: &str) -> Result<ConnectionInfo, StoreError> {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    if matches!(scheme, "rediss" | "valkeys") && !cfg!(feature = "redis-tls") {
        return Err(malformed("TLS needs the feature `redis-tls` of `jwt-runtime`"));
    }
    url.into_connection_info().map_err(StoreError::unavailable)
}

fn malformed(reason: &'static str) -> StoreError {
    StoreError::unavailable(format!("malformed address of Redis: {reason}"))
}
