//! What the suites share: a server with one route per guard, a client, and tokens forged by hand.

pub mod app;
pub mod attack;
pub mod browser;
pub mod client;
pub mod clock;
pub mod cookies;
pub mod counting;
pub mod draft;
pub mod example;
pub mod folder;
pub mod held;
pub mod keys;
pub mod leash;
pub mod logs;
pub mod meeting;
pub mod places;
pub mod plugged;
pub mod postgresql;
pub mod python;
pub mod random;
pub mod redis;
pub mod refusal;
pub mod routes;
pub mod session;
pub mod tokens;
pub mod watched;
