//! What an attacker sends, family by family. Every table begins and ends with the untouched
//! tokens, which must pass on the same routes; every answer must be one row of the refusal table.
//!
//! `R`, `B` and `T` numbers, `CVE`s and RFC sections say what a test stands for.

mod algorithm;
mod claims;
mod confusion;
mod elliptic;
mod encoding;
mod format;
mod guessing;
mod header;
mod json;
mod key_id;
mod lax_defaults;
mod mutations;
mod races;
mod replay;
mod rsa;
mod signature;
mod substitution;
mod times;
mod transport;
mod unicode;
