//! Users who log in, look around, refresh, log out, and try whether they are really out.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jwt_tests::random::Random;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::node::{Node, Tokens};
use super::report::Tally;

/// How many ended sessions are tried again and again.
const GRAVEYARD: usize = 512;

/// Clients of several nodes, at a steady pace, until they are stopped.
pub(crate) struct Load {
    pub(crate) tally: Arc<Tally>,
    shared: Arc<Shared>,
    users: JoinSet<()>,
}

struct Shared {
    nodes: RwLock<Vec<Node>>,
    tally: Arc<Tally>,
    is_over: AtomicBool,
    visits: AtomicU64,
    /// What was ended, and when that was acknowledged.
    ended: Mutex<VecDeque<(Tokens, Instant)>>,
    logouts: AtomicU64,
    /// How long after an acknowledged end a node may let an access token in.
    bound: Duration,
}

impl Load {
    /// `users` of them, each with at most this many visits a second; a visit is about ten requests.
    pub(crate) fn start(nodes: Vec<Node>, users: u64, visits_per_second: f64) -> Self {
        Self::start_with_bound(nodes, users, visits_per_second, Duration::ZERO)
    }

    /// The same, of nodes that may let a token in for this long after its end was acknowledged.
    pub(crate) fn start_with_bound(
        nodes: Vec<Node>,
        users: u64,
        visits_per_second: f64,
        bound: Duration,
    ) -> Self {
        let tally = Arc::new(Tally::new());
        let shared = Arc::new(Shared {
            nodes: RwLock::new(nodes),
            tally: Arc::clone(&tally),
            is_over: AtomicBool::new(false),
            visits: AtomicU64::new(0),
            ended: Mutex::default(),
            logouts: AtomicU64::new(0),
            bound,
        });
        let mut tasks = JoinSet::new();
        for user in 0..users {
            let shared = Arc::clone(&shared);
            tasks.spawn(async move {
                let mut random = Random::seeded(user + 1);
                let mut pace =
                    tokio::time::interval(Duration::from_secs_f64(1.0 / visits_per_second));
                pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
                while !shared.is_over.load(Ordering::SeqCst) {
                    pace.tick().await;
                    shared.visit(&mut random).await;
                }
            });
        }
        Self { tally, shared, users: tasks }
    }

    /// Sends what is asked of a node from now on to another.
    pub(crate) fn replace(&self, index: usize, node: Node) {
        self.shared.nodes.write().unwrap_or_else(PoisonError::into_inner)[index] = node;
    }

    /// Acknowledged logouts so far.
    pub(crate) fn logouts(&self) -> u64 {
        self.shared.logouts.load(Ordering::SeqCst)
    }

    /// Lets the load go on for so long.
    pub(crate) async fn run_for(&self, seconds: f64) {
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    }

    /// Waits until there have been so many more good answers, and returns how long that took.
    pub(crate) async fn until_granted(&self, more: u64) -> Duration {
        let start = Instant::now();
        let target = self.tally.granted() + more;
        while self.tally.granted() < target && start.elapsed() < Duration::from_secs(60) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        start.elapsed()
    }

    /// Ends the load when every user has finished a visit.
    pub(crate) async fn stop(self) -> Arc<Tally> {
        self.shared.is_over.store(true, Ordering::SeqCst);
        self.users.join_all().await;
        self.tally
    }
}

impl Shared {
    async fn visit(&self, random: &mut Random) {
        let tally = &*self.tally;
        let number = self.visits.fetch_add(1, Ordering::Relaxed);
        let subject = format!("user-{number}");
        self.try_an_ended_session(random).await;

        let login = self.any_node(random).login(tally, &subject).await;
        if login.status != 200 {
            if login.status == 401 {
                tally.wrongly_refused(|| format!("{subject}: 401 for a login"));
            }
            return;
        }
        let mut tokens = login.tokens();
        for node in self.every_node() {
            self.expect_good(node.me(tally, &tokens.access).await, "an access token");
        }
        let refreshed = self.any_node(random).refresh(tally, &tokens.refresh).await;
        self.expect_good(refreshed.status, "a refresh token");
        if refreshed.status == 200 {
            tokens = refreshed.tokens();
            let status = self.any_node(random).me(tally, &tokens.access).await;
            self.expect_good(status, "a refreshed access token");
        }
        if !self.bound.is_zero() {
            // So that every node knows what is going to end.
            for node in [self.every_node(), self.every_node()].concat() {
                self.expect_good(node.me(tally, &tokens.access).await, "a token looked up again");
            }
        }
        if random.below(8) == 0 {
            // The token alone is revoked, and the session lives on without it.
            let status = self.any_node(random).revoke(tally, &tokens.access).await;
            self.expect_good(status, "an access token to be revoked");
            if status == 204 {
                let acknowledged = Instant::now();
                for node in self.every_node() {
                    self.try_dead(&node, &tokens, acknowledged, "a revoked token").await;
                }
            }
            return;
        }
        let status = self.any_node(random).logout(tally, &tokens.access).await;
        self.expect_good(status, "a logout");
        if status == 204 {
            self.logouts.fetch_add(1, Ordering::SeqCst);
            let acknowledged = Instant::now();
            for node in self.every_node() {
                self.try_dead(&node, &tokens, acknowledged, "access after logout").await;
            }
            let refreshed = self.any_node(random).refresh(tally, &tokens.refresh).await;
            self.expect_dead(refreshed.status, "refresh after logout");
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            if ended.len() == GRAVEYARD {
                ended.pop_front();
            }
            ended.push_back((tokens, acknowledged));
        }
    }

    async fn try_an_ended_session(&self, random: &mut Random) {
        let (tokens, acknowledged) = {
            let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            if ended.is_empty() {
                return;
            }
            ended[random.below(ended.len())].clone()
        };
        let node = self.any_node(random);
        self.try_dead(&node, &tokens, acknowledged, "access, long after logout").await;
        if random.below(4) == 0 {
            let refreshed = node.refresh(&self.tally, &tokens.refresh).await;
            self.expect_dead(refreshed.status, "refresh, long after logout");
        }
    }

    /// Presents an access token whose end was acknowledged before.
    async fn try_dead(&self, node: &Node, tokens: &Tokens, acknowledged: Instant, what: &str) {
        let began = Instant::now();
        let status = node.me(&self.tally, &tokens.access).await;
        if status == 200 && began < acknowledged + self.bound {
            self.tally.accepted_late();
        } else {
            self.expect_dead(status, what);
        }
    }

    fn every_node(&self) -> Vec<Node> {
        self.nodes.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn any_node(&self, random: &mut Random) -> Node {
        random.pick(&self.nodes.read().unwrap_or_else(PoisonError::into_inner)).clone()
    }

    fn expect_good(&self, status: u16, what: &str) {
        if status == 401 {
            self.tally.wrongly_refused(|| format!("401 for {what} that is good"));
        }
    }

    fn expect_dead(&self, status: u16, what: &str) {
        if status == 200 || status == 204 {
            self.tally.wrongly_accepted(|| format!("{status} for {what}"));
        }
    }
}
