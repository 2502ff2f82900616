//! A Redis Cluster of three primaries.

use super::{RedisServer, free_port, wait_until};

const SLOTS: u32 = 16_384;
const PRIMARIES: usize = 3;

/// Three primaries with a third of the slots each, and replicas if wanted.
#[derive(Debug)]
pub struct RedisCluster {
    /// First the primaries, then their replicas in the same order.
    servers: Vec<RedisServer>,
}

impl RedisCluster {
    /// Starts three primaries that take a server for dead after a second of silence.
    pub fn start() -> Self {
        Self::start_with(0, &[])
    }

    /// Starts three primaries with as many replicas each, and options for all; returns when every
    /// server knows of all others.
    pub fn start_with(replicas: usize, options: &[&str]) -> Self {
        let servers: Vec<RedisServer> = (0..PRIMARIES * (1 + replicas))
            .map(|_| {
                let bus = free_port().to_string();
                let own = ["--cluster-enabled", "yes", "--cluster-port", bus.as_str()];
                let patience =
                    ["--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0"];
                RedisServer::start_with(&[&own[..], &patience, options].concat())
            })
            .collect();
        let cluster = Self { servers };
        cluster.join();
        cluster
    }

    fn join(&self) {
        let count = u32::try_from(PRIMARIES).expect("a small number");
        for (number, server) in (0..).zip(&self.servers) {
            server.cli(&["CLUSTER", "SET-CONFIG-EPOCH", &(number + 1).to_string()]);
            if number < count {
                let (first, next) = (SLOTS * number / count, SLOTS * (number + 1) / count);
                server.cli(&[
                    "CLUSTER",
                    "ADDSLOTSRANGE",
                    &first.to_string(),
                    &(next - 1).to_string(),
                ]);
            }
            let port = server.port().to_string();
            let bus = server.cli(&["CONFIG", "GET", "cluster-port"]);
            let bus = bus.lines().nth(1).expect("a setting and its value");
            self.servers[0].cli(&["CLUSTER", "MEET", "127.0.0.1", &port, bus]);
        }
        let known = format!("cluster_known_nodes:{}", self.servers.len());
        for server in &self.servers {
            wait_until("the cluster to know itself", || {
                server.cli(&["CLUSTER", "INFO"]).lines().any(|line| line.trim() == known)
            });
        }
        for (number, replica) in self.servers.iter().enumerate().skip(PRIMARIES) {
            let id = self.id(number % PRIMARIES);
            wait_until("a replica to know its primary", || {
                replica.try_cli(&["CLUSTER", "REPLICATE", &id]).is_some()
            });
        }
        for (number, server) in self.servers.iter().enumerate() {
            wait_until("the cluster", || {
                server.cli(&["CLUSTER", "INFO"]).contains("cluster_state:ok")
                    && (number < PRIMARIES
                        || server.cli(&["INFO", "replication"]).contains("master_link_status:up"))
            });
        }
        // Replicas that the others do not know of yet would not be voted for.
        let slaves = self.servers.len() - PRIMARIES;
        for server in &self.servers {
            wait_until("the cluster to know its replicas", || {
                server.cli(&["CLUSTER", "NODES"]).matches(" slave ").count()
                    + usize::from(server.cli(&["CLUSTER", "NODES"]).contains("myself,slave"))
                    == slaves
            });
        }
    }

    /// `redis+cluster://<the addresses of the primaries>`
    pub fn url(&self) -> String {
        let addresses: Vec<String> =
            self.servers[..PRIMARIES].iter().map(RedisServer::address).collect();
        format!("redis+cluster://{}", addresses.join(","))
    }

    /// A server; the first three are the primaries at the start, and after them come the first
    /// replica of each, and so on.
    pub fn server(&mut self, number: usize) -> &mut RedisServer {
        &mut self.servers[number]
    }

    /// How many servers there are.
    pub fn size(&self) -> usize {
        self.servers.len()
    }

    /// Which of the three primaries has the slot of a subject of the store with this key prefix,
    /// at the start.
    pub fn primary_of(&self, prefix: &str, subject: &str) -> usize {
        let slot = self.slot_of(prefix, subject);
        let is_first_beyond = |number: &usize| slot < SLOTS * (*number as u32 + 1) / 3;
        (0..PRIMARIES).find(is_first_beyond).expect("a slot")
    }

    /// The slot of a subject of the store with this key prefix.
    ///
    /// # Panics
    ///
    /// Panics when no server answers.
    pub fn slot_of(&self, prefix: &str, subject: &str) -> u32 {
        let key = format!("{prefix}:{{{subject}}}");
        let ask = |server: &RedisServer| server.try_cli(&["CLUSTER", "KEYSLOT", &key]);
        let slot = self.servers.iter().find_map(ask).expect("a server that answers");
        slot.parse().expect("a number")
    }

    /// Begins to move a slot: from now on keys can be in either server.
    pub fn begin_to_move(&self, slot: u32, from: usize, to: usize) {
        let slot = slot.to_string();
        self.servers[to].cli(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &self.id(from)]);
        self.servers[from].cli(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &self.id(to)]);
    }

    /// Moves all keys of a slot that is being moved.
    pub fn move_keys(&self, slot: u32, from: usize, to: usize) {
        loop {
            let keys =
                self.servers[from].cli(&["CLUSTER", "GETKEYSINSLOT", &slot.to_string(), "100"]);
            if keys.is_empty() {
                return;
            }
            let port = self.servers[to].port().to_string();
            let migrate = ["MIGRATE", "127.0.0.1", &port, "", "0", "5000", "KEYS"];
            let keys: Vec<&str> = keys.lines().collect();
            self.servers[from].cli(&[&migrate[..], &keys].concat());
        }
    }

    /// Ends the moving of a slot: the servers agree on its new owner.
    pub fn end_to_move(&self, slot: u32, to: usize) {
        let (slot, id) = (slot.to_string(), self.id(to));
        self.servers[to].cli(&["CLUSTER", "SETSLOT", &slot, "NODE", &id]);
        for server in &self.servers[..PRIMARIES] {
            server.cli(&["CLUSTER", "SETSLOT", &slot, "NODE", &id]);
        }
    }

    /// Moves a slot with all its keys, as `redis-cli --cluster reshard` does.
    pub fn move_slot(&self, slot: u32, from: usize, to: usize) {
        self.begin_to_move(slot, from, to);
        self.move_keys(slot, from, to);
        self.end_to_move(slot, to);
    }

    /// Waits until the server with this number calls itself a primary.
    pub fn wait_for_promotion(&self, number: usize) {
        wait_until("a replica to take over", || {
            self.servers[number].cli(&["ROLE"]).starts_with("master")
        });
    }

    fn id(&self, number: usize) -> String {
        self.servers[number].cli(&["CLUSTER", "MYID"])
    }
}
