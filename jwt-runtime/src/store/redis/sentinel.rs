//! Which server is the master now, as the sentinels say.

use std::time::Duration;

use redis::{Client, ConnectionInfo, ErrorKind, RedisError, RedisResult};
use tokio::task::JoinSet;

use super::deadline::Deadline;
use super::dial::{address_of, towards, untimed};

/// How long a sentinel may take, connecting included.
const PATIENCE: Duration = Duration::from_millis(1_000);

/// How long to wait for more sentinels once one has answered.
const SECOND_OPINION: Duration = Duration::from_millis(100);

/// The sentinels of one master.
pub(super) struct Sentinels {
    master_name: String,
    sentinels: Vec<Client>,
    /// Everything but the address of the servers that they watch.
    template: ConnectionInfo,
}

/// What one sentinel says.
struct Opinion {
    /// Grows with every failover, so of two opinions the one with the greater is newer.
    epoch: u64,
    host: String,
    port: u16,
}

impl Sentinels {
    pub(super) fn new(
        master_name: String,
        sentinels: Vec<Client>,
        template: ConnectionInfo,
    ) -> Self {
        Self { master_name, sentinels, template }
    }

    pub(super) fn describe(&self) -> String {
        let addresses: Vec<String> =
            self.sentinels.iter().map(|client| address_of(client.get_connection_info())).collect();
        format!("{} by {}", self.master_name, addresses.join(","))
    }

    /// Asks all sentinels at once and believes the one that knows of the latest failover.
    pub(super) async fn master(&self) -> RedisResult<ConnectionInfo> {
        let mut asked = JoinSet::new();
        for sentinel in &self.sentinels {
            let (sentinel, name) = (sentinel.clone(), self.master_name.clone());
            asked.spawn(async move { ask(&sentinel, &name).await });
        }
        let mut best: Option<Opinion> = None;
        let mut failure = None;
        let mut until = Deadline::after(PATIENCE);
        while let Ok(Some(answer)) = until.wait(asked.join_next()).await {
            match answer {
                Ok(Ok(opinion)) => {
                    if best.is_none() {
                        until = Deadline::after(SECOND_OPINION);
                    }
                    if best.as_ref().is_none_or(|best| best.epoch < opinion.epoch) {
                        best = Some(opinion);
                    }
                }
                Ok(Err(error)) => failure = Some(error),
                Err(_) => {}
            }
        }
        match best {
            Some(Opinion { host, port, .. }) => Ok(towards(&self.template, host, port)),
            None => Err(failure.unwrap_or_else(|| refusal("no sentinel answers"))),
        }
    }
}

async fn ask(sentinel: &Client, master_name: &str) -> RedisResult<Opinion> {
    let asking = async {
        let mut connection =
            sentinel.get_multiplexed_async_connection_with_config(&untimed()).await?;
        redis::cmd("SENTINEL").arg("MASTER").arg(master_name).query_async(&mut connection).await
    };
    let fields: Vec<(String, String)> = Deadline::after(PATIENCE).wait(asking).await.flatten()?;
    let field = |name| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
    let number = |name| field(name).and_then(|value| value.parse().ok());
    match (field("ip"), number("port"), number("config-epoch")) {
        (Some(host), Some(port), Some(epoch)) => {
            let port = u16::try_from(port).map_err(|_| refusal("a sentinel answers nonsense"))?;
            Ok(Opinion { epoch, host: host.clone(), port })
        }
        _ => Err(refusal("a sentinel answers nonsense")),
    }
}

fn refusal(text: &'static str) -> RedisError {
    RedisError::from((ErrorKind::Client, text))
}
