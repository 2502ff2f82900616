//! What needs Python and PyPI.

mod held;
mod inputs;
mod library;
mod ours;
mod page;
mod reasons;
mod tokens;
