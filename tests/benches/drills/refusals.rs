//! Redis answers, and says no: every refusal is a 503, nothing is answered that did not happen,
//! and afterwards everything works, the same refresh token included.

use jwt_tests::redis::RedisServer;
use tokio::task::block_in_place;

use super::load::Load;
use super::node::LocalNode;
use super::outages::{load_on, two_nodes};
use super::report::{Row, Tally};

/// How to make Redis refuse, and how to make it obey again.
struct Refusal {
    code: &'static str,
    begin: fn(&mut RedisServer),
    end: fn(&mut RedisServer),
}

const REFUSALS: [Refusal; 5] = [
    Refusal {
        code: "READONLY",
        begin: |server| {
            let port = server.address().rsplit(':').next().unwrap_or_default().to_owned();
            // A replica of itself never synchronises, and keeps its data.
            server.cli(&["REPLICAOF", "127.0.0.1", &port]);
        },
        end: |server| drop(server.cli(&["REPLICAOF", "NO", "ONE"])),
    },
    Refusal {
        code: "OOM",
        begin: |server| drop(server.cli(&["CONFIG", "SET", "maxmemory", "1"])),
        end: |server| drop(server.cli(&["CONFIG", "SET", "maxmemory", "0"])),
    },
    Refusal {
        code: "NOPERM",
        begin: |server| drop(server.cli(&["ACL", "SETUSER", "app", "-@write"])),
        end: |server| drop(server.cli(&["ACL", "SETUSER", "app", "+@write"])),
    },
    Refusal {
        code: "NOREPLICAS",
        begin: |server| drop(server.cli(&["CONFIG", "SET", "min-replicas-to-write", "1"])),
        end: |server| drop(server.cli(&["CONFIG", "SET", "min-replicas-to-write", "0"])),
    },
    Refusal {
        code: "MISCONF",
        begin: |server| {
            let dir = server.cli(&["CONFIG", "GET", "dir"]);
            server.cli(&["CONFIG", "SET", "save", "3600 1000000"]);
            std::fs::remove_dir_all(dir.lines().nth(1).unwrap_or_default())
                .expect("the directory of the server");
            server.cli(&["BGSAVE"]);
            while !server.cli(&["INFO", "persistence"]).contains("rdb_last_bgsave_status:err") {}
        },
        end: |server| drop(server.cli(&["CONFIG", "SET", "stop-writes-on-bgsave-error", "no"])),
    },
];

pub(crate) async fn refusals() -> Vec<Row> {
    let mut rows = Vec::new();
    for refusal in REFUSALS {
        let mut server = RedisServer::start();
        server.cli(&["ACL", "SETUSER", "app", "on", ">password", "~*", "+@all"]);
        let url = server.url().replace("redis://", "redis://app:password@");
        let nodes = two_nodes(&url).await;
        let load = load_on(&nodes);
        load.run_for(1.0).await;
        // Sessions from before, one of which is tried while Redis refuses.
        let before = Tally::new();
        let mut tokens = Vec::new();
        for number in 0..20 {
            let login = nodes[0].node.login(&before, &format!("before-{number}")).await;
            tokens.push(login.tokens());
        }
        block_in_place(|| (refusal.begin)(&mut server));
        let mut wrong = Vec::new();
        for tokens in &tokens {
            let refreshed = nodes[0].node.refresh(&load.tally, &tokens.refresh).await.status;
            let logout = nodes[1].node.logout(&load.tally, &tokens.access).await;
            if refreshed != 503 || (logout != 503 && logout != 204) {
                wrong.push(format!("refresh {refreshed}, logout {logout}"));
            }
            // A logout that was answered holds, even now.
            if logout == 204 && nodes[0].node.me(&load.tally, &tokens.access).await == 200 {
                load.tally.wrongly_accepted(|| format!("{}: false 204", refusal.code));
            }
        }
        load.run_for(3.0).await;
        block_in_place(|| (refusal.end)(&mut server));
        load.tally.repaired();
        load.run_for(2.0).await;
        let row = finish(&refusal, load, &nodes, &tokens).await;
        rows.push(row.require(wrong.is_empty(), format!("meanwhile: {wrong:?}")));
    }
    rows.push(loading().await);
    rows
}

async fn finish(
    refusal: &Refusal,
    load: Load,
    nodes: &[LocalNode],
    tokens: &[super::node::Tokens],
) -> Row {
    let logouts = load.logouts();
    let tally = load.stop().await;
    // The token that could not be refreshed has not been used up, unless its session has ended.
    let mut consumed = 0;
    let mut ended = 0;
    for tokens in tokens {
        if nodes[1].node.me(&tally, &tokens.access).await == 401 {
            ended += 1;
        } else if nodes[1].node.refresh(&tally, &tokens.refresh).await.status != 200 {
            consumed += 1;
        }
    }
    tally
        .row(format!("{}, 3 s", refusal.code), "redis")
        .require(consumed == 0, format!("{consumed} refresh tokens were used up"))
        .note(format!(
            "{logouts} acknowledged logouts; of {} sessions from before {ended} were logged out \
             meanwhile, and the refresh token of every other still works",
            tokens.len()
        ))
}

/// A server that has to read four seconds of data before it obeys.
async fn loading() -> Row {
    let mut server = RedisServer::start_with(&[
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
        "--key-load-delay",
        "200",
        "--loading-process-events-interval-bytes",
        "1024",
    ]);
    let nodes = two_nodes(&server.url()).await;
    let load = load_on(&nodes);
    load.run_for(1.0).await;
    block_in_place(|| {
        server.cli(&["EVAL", "for i = 1, 20000 do redis.call('SET', 'k' .. i, 'x') end", "0"]);
        server.cli(&["BGREWRITEAOF"]);
        while !server.cli(&["INFO", "persistence"]).contains("aof_rewrite_in_progress:0") {}
        server.kill();
        server.restart_without_waiting();
        assert!(server.wait_for_log("Ready to accept connections"), "it has read everything");
    });
    load.tally.repaired();
    load.run_for(2.0).await;
    let logouts = load.logouts();
    let tally = load.stop().await;
    tally
        .row("LOADING, 4 s", "redis")
        .require(tally.unavailable() > 0, "nobody has noticed")
        .note(format!("{logouts} acknowledged logouts"))
}
