//! What the suites share: a server with one route per guard, a client, and tokens forged by hand.

pub mod app;
pub mod attack;
pub mod client;
pub mod clock;
pub mod counting;
pub mod example;
pub mod folder;
pub mod held;
pub mod keys;
pub mod logs;
pub mod meeting;
pub mod plugged;
pub mod random;
pub mod redis;
pub mod refusal;
pub mod routes;
pub mod session;
pub mod tokens;
pub mod watched;
