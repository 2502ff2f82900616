//! The library over HTTP: routers with real guards, served on the loopback, one file per concept.

mod authorities;
mod bearer;
mod build;
mod claims;
mod conditions;
mod config;
mod environment;
mod expected;
mod freshness;
mod issuing;
mod keys;
mod logging;
mod matrix;
mod optional;
mod order;
mod outage;
mod plain;
mod redaction;
mod rejections;
mod reserved;
mod round_trips;
mod rules;
mod sessions;
mod stateless;
mod subjects;
mod truth;
