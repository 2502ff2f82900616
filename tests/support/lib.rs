//! x

pub mod redis;
