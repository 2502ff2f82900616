//! Redis servers that three sentinels watch.

use std::time::{Duration, Instant};

use super::{RedisServer, wait_until};

/// What the sentinels call the master.
const MASTER_NAME: &str = "main";

/// By when the sentinels have given up a failover that came to nothing; they do after a second.
const GIVEN_UP_BY: Duration = Duration::from_secs(4);

/// A master, its replicas, and three sentinels that make one of them the master if need be.
#[derive(Debug)]
pub struct RedisBehindSentinel {
    servers: Vec<RedisServer>,
    sentinels: Vec<RedisServer>,
}

impl RedisBehindSentinel {
    /// Starts a master, as many replicas, and three sentinels that take it for dead after half a
    /// second of silence; returns when all of them know of each other.
    pub fn start(replicas: usize) -> Self {
        Self::start_with(replicas, &[])
    }

    /// The same, with options for the servers.
    pub fn start_with(replicas: usize, options: &[&str]) -> Self {
        let options = [options, &["--repl-diskless-sync-delay", "0"]].concat();
        let master = RedisServer::start_with(&options);
        let port = master.port().to_string();
        let follow = [options.as_slice(), &["--replicaof", "127.0.0.1", &port]].concat();
        let mut servers = vec![master];
        servers.extend((0..replicas).map(|_| RedisServer::start_with(&follow)));
        for replica in &servers[1..] {
            wait_until("a replica", || {
                replica.cli(&["INFO", "replication"]).contains("master_link_status:up")
            });
        }
        let sentinels: Vec<_> = (0..3).map(|_| sentinel_of(servers[0].port())).collect();
        for sentinel in &sentinels {
            // Otherwise they look for news every two seconds, and at the rest every ten.
            let periods = ["PING-PERIOD", "200", "INFO-PERIOD", "500", "PUBLISH-PERIOD", "300"];
            sentinel.cli(&[&["SENTINEL", "DEBUG"], &periods[..]].concat());
        }
        for sentinel in &sentinels {
            wait_until("the sentinels", || {
                let fields = sentinel.cli(&["SENTINEL", "MASTER", MASTER_NAME]);
                let mut fields = fields.lines();
                let mut field = |name| fields.find(|field| *field == name).and(fields.next());
                let replicas = replicas.to_string();
                // In the order in which a sentinel lists them.
                field("num-slaves") == Some(replicas.as_str())
                    && field("num-other-sentinels") == Some("2")
            });
        }
        Self { servers, sentinels }
    }

    /// `redis+sentinel://<three addresses>/main`
    pub fn url(&self) -> String {
        let addresses: Vec<String> = self.sentinels.iter().map(RedisServer::address).collect();
        format!("redis+sentinel://{}/{MASTER_NAME}", addresses.join(","))
    }

    /// What the sentinels call the master.
    pub fn master_name(&self) -> &'static str {
        MASTER_NAME
    }

    /// The sentinels, to be stopped and killed too.
    pub fn sentinels(&mut self) -> &mut [RedisServer] {
        &mut self.sentinels
    }

    /// The URLs of the sentinels.
    pub fn sentinel_urls(&self) -> Vec<String> {
        self.sentinels.iter().map(RedisServer::url).collect()
    }

    /// All servers.
    pub fn servers(&self) -> &[RedisServer] {
        &self.servers
    }

    /// The server at this port.
    ///
    /// # Panics
    ///
    /// Panics when there is none.
    pub fn server_at(&mut self, port: u16) -> &mut RedisServer {
        self.servers.iter_mut().find(|server| server.port() == port).expect("one of its servers")
    }

    /// The server that the first sentinel to answer calls the master.
    ///
    /// # Panics
    ///
    /// Panics when no sentinel answers.
    pub fn master(&mut self) -> &mut RedisServer {
        let port = self.master_port().expect("a sentinel that answers");
        self.server_at(port)
    }

    /// The port of the server that the sentinels call the master.
    pub fn master_port(&self) -> Option<u16> {
        self.sentinels.iter().find_map(|sentinel| {
            let address =
                sentinel.try_cli(&["SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME])?;
            address.lines().nth(1)?.parse().ok()
        })
    }

    /// Has the sentinels make a replica the master, although the master lives, and waits until they
    /// call it so.
    ///
    /// # Panics
    ///
    /// Panics when they never do.
    pub fn fail_over(&self) {
        let old = self.master_port().expect("a sentinel that answers");
        let mut asked = None;
        wait_until("the sentinels to have made a replica the master", || {
            // They give up what takes them too long, as on a busy machine, and have to be asked again.
            if asked.is_none_or(|asked: Instant| asked.elapsed() > GIVEN_UP_BY) {
                let failover = ["SENTINEL", "FAILOVER", MASTER_NAME];
                asked = self.sentinels[0].try_cli(&failover).map(|_| Instant::now());
            }
            self.master_port().is_some_and(|new| new != old)
        });
    }

    /// Waits until the sentinels name another master than the one at `port`, which takes writes.
    pub fn wait_for_another_master(&self, port: u16) {
        wait_until("another master", || {
            let is_new = |new: &u16| {
                *new != port
                    && self.servers.iter().any(|server| {
                        server.port() == *new
                            && server
                                .try_cli(&["ROLE"])
                                .is_some_and(|role| role.starts_with("master"))
                    })
            };
            self.master_port().as_ref().is_some_and(is_new)
        });
    }
}

fn sentinel_of(master: u16) -> RedisServer {
    RedisServer::start_somewhere("redis-server", "+monitor master", |port, dir| {
        let file = dir.join("sentinel.conf");
        let text = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\n\
             sentinel monitor {MASTER_NAME} 127.0.0.1 {master} 2\n\
             sentinel down-after-milliseconds {MASTER_NAME} 500\n\
             sentinel failover-timeout {MASTER_NAME} 1000\n",
            dir.display()
        );
        std::fs::write(&file, text).expect("a file for redis-server");
        vec![file.to_string_lossy().into_owned(), "--sentinel".to_owned()]
    })
}
