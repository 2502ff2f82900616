//! Pages that are longer than the documentation of one item.

#[doc = include_str!("docs/threats.md")]
pub mod threats {}
