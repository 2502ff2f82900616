//! x

pub mod example;
pub mod redis;
