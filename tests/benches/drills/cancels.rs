//! Refreshes that are cancelled at any moment, as when a client hangs up.

use std::time::{Duration, Instant};

use jwt_runtime::{
    MemoryStore, NumericDate, RedisStore, Rotation, Standing, TokenRef, TokenStore, TokenType,
};
use jwt_tests::random::Random;
use jwt_tests::redis::RedisServer;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::Sizes;
use super::node::{LocalNode, Node, authority};
use super::races::{session, step};
use super::report::{Row, Tally};

const NOW: NumericDate = NumericDate::from_secs(1_800_000_000);
const GRACE: Duration = Duration::from_secs(30);

pub(crate) async fn of_store(sizes: &Sizes) -> Vec<Row> {
    let cancels = sizes.get("cancels", 10_000);
    let server = RedisServer::start();
    let redis = RedisStore::builder(&server.url()).deadline(Duration::from_secs(5));
    let redis = redis.lazy().expect("a good URL");
    let memory = cancel("memory", MemoryStore::new(), cancels).await;
    let row = cancel("redis", redis, cancels).await;
    let connections = server.cli(&["CLIENT", "LIST"]).lines().count() - 1;
    let file = cancel("redb", super::races::file(), sizes.get("redb-cancels", 2_000)).await;
    vec![
        memory,
        file,
        row.require(connections <= 2, format!("{connections} connections are open"))
            .note(format!("{connections} connection(s) at the end")),
    ]
}

/// Drops a rotation after a random time, and then asks again with the same token: it must be as
/// if the answer had been lost, whatever the moment.
async fn cancel<S: TokenStore + Clone>(name: &str, store: S, cancels: u64) -> Row {
    let mut random = Random::seeded(99);
    let (mut cancelled, mut never_began, mut repeated, mut lost) = (0, 0, 0, Vec::new());
    for number in 0..cancels {
        let subject = format!("hasty-{number}");
        if store.open_session(session(&subject)).await.is_err() {
            lost.push(format!("{number}: no session"));
            continue;
        }
        // Dropped after so many microseconds, or after so many polls.
        let patience = Duration::from_micros(random.below(300) as u64);
        let rotation = store.rotate(step(&subject, "first", "second", GRACE));
        let first = tokio::time::timeout(patience, rotation);
        let answer = match random.below(3) {
            0 => {
                let rotation = store.rotate(step(&subject, "first", "second", GRACE));
                polled_at_most(std::pin::pin!(rotation), random.below(3)).await
            }
            _ => first.await.ok().and_then(Result::ok),
        };
        cancelled += u64::from(answer.is_none());
        let current = match store.rotate(step(&subject, "first", "third", GRACE)).await {
            Ok(Rotation::Rotated { .. }) => {
                never_began += 1;
                "third".to_owned()
            }
            Ok(Rotation::Repeated { successor, .. }) => {
                repeated += 1;
                successor
            }
            other => {
                lost.push(format!("{number}: {other:?}"));
                continue;
            }
        };
        let token = TokenRef {
            subject: &subject,
            session_id: "sid",
            token_id: &current,
            token_type: TokenType::Refresh,
        };
        let standing = store.standing(token, NOW).await;
        if !matches!(standing, Ok(Standing::Live)) {
            lost.push(format!("{number}: the successor is {standing:?}"));
        }
    }
    Row {
        requests: cancels * 2,
        granted: never_began + repeated,
        ..Row::new(format!("{cancels} rotations, dropped at random"), name)
    }
    .require(
        lost.is_empty(),
        format!("{} tokens without a successor: {:?}", lost.len(), lost.first()),
    )
    .note(format!(
        "{cancelled} dropped before their answer; the retry found {repeated} that had happened \
         and {never_began} that had not"
    ))
}

/// Polls a future so many times and gives up.
async fn polled_at_most<F: Future<Output = Result<T, E>>, T, E>(
    mut future: std::pin::Pin<&mut F>,
    polls: usize,
) -> Option<T> {
    for _ in 0..polls {
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context)));
        if let std::task::Poll::Ready(answer) = polled.await {
            return answer.ok();
        }
        tokio::task::yield_now().await;
    }
    None
}

/// Clients that close the connection during a refresh, of an authority with a grace: the same
/// token gets its successor, whether or not it had got one.
pub(crate) async fn over_http(sizes: &Sizes) -> Vec<Row> {
    let cancels = sizes.get("cancels", 10_000);
    let server = RedisServer::start();
    let store = RedisStore::lazy(&server.url()).expect("a good URL");
    let node = LocalNode::serve(authority(store).rotation_grace(GRACE)).await;
    let tally = Tally::new();
    let mut random = Random::seeded(7);
    let (mut tried, mut hung_up, mut stuck, mut lost) = (0, 0, 0, 0);
    // About how long a refresh takes; a client hangs up at any moment of it.
    let mut usual = Duration::from_micros(300);
    while hung_up < cancels && tried < 4 * cancels {
        tried += 1;
        let login = node.node.login(&tally, &format!("hasty-{tried}")).await;
        if login.status != 200 {
            continue;
        }
        let tokens = login.tokens();
        let patience = usual.mul_f64(random.below(1_000) as f64 / 1_000.0);
        hung_up += u64::from(hang_up(&node.node, &tokens.refresh, patience).await);
        let began = Instant::now();
        let mut again = node.node.refresh(&tally, &tokens.refresh).await;
        while again.status == 503 {
            again = node.node.refresh(&tally, &tokens.refresh).await;
        }
        usual = usual.mul_f64(0.95) + began.elapsed().mul_f64(0.05);
        if again.status != 200 {
            lost += 1;
            continue;
        }
        let successor = again.tokens().refresh;
        if !matches!(node.node.refresh(&tally, &successor).await.status, 200 | 503) {
            lost += 1;
        }
        if !matches!(node.node.logout(&tally, &tokens.access).await, 204 | 503) {
            stuck += 1;
        }
    }
    let connections = server.cli(&["CLIENT", "LIST"]).lines().count() - 1;
    vec![
        tally
            .row(format!("{hung_up} clients hang up during a refresh"), "redis")
            .require(hung_up >= cancels, format!("only {hung_up} of {tried} hung up in time"))
            .require(lost == 0, format!("{lost} tokens without a successor"))
            .require(stuck == 0, format!("{stuck} sessions cannot log out"))
            .require(connections <= 2, format!("{connections} connections are open"))
            .note(format!(
                "{hung_up} of {tried} hung up before the answer, {lost} without a successor, \
                 {connections} connection(s) at the end"
            )),
    ]
}

/// Sends a refresh and closes the connection this much later; `false` if the answer came first.
async fn hang_up(node: &Node, token: &str, patience: Duration) -> bool {
    let address = node.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let request = format!(
        "POST /refresh HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    // Timers are too coarse for a part of a refresh.
    let sent = Instant::now();
    while sent.elapsed() < patience {
        tokio::task::yield_now().await;
    }
    let mut buffer = [0];
    let is_answered = stream.try_read(&mut buffer).is_ok();
    !is_answered
}
