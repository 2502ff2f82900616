//! Pages that are longer than the documentation of one item.

#[doc = include_str!("docs/threats.md")]
pub mod threats {}

#[doc = include_str!("docs/recipes.md")]
pub mod recipes {}

#[doc = include_str!("docs/browsers.md")]
pub mod browsers {}

#[doc = include_str!("docs/http_matrix.md")]
pub mod http_matrix {}

#[doc = include_str!("docs/refused_at_compile_time.md")]
pub mod refused_at_compile_time {}

#[doc = include_str!("docs/operations.md")]
pub mod operations {}

#[doc = include_str!("docs/expansions.md")]
pub mod expansions {}
