//! The key that tokens are signed with, if the environment names none.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Writes an Ed25519 key there, for the owner's eyes only, unless there is one.
///
/// It is kept because tokens are worth no more than their key: with a new one at each start,
/// everybody would have to log in again.
pub(crate) fn make_unless_there(path: &Path) -> Result<()> {
    let pem = ed25519_pem()?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        file => file?,
    };
    file.write_all(pem.as_bytes())?;
    Ok(file.sync_all()?)
}

fn ed25519_pem() -> Result<String> {
    let key = Ed25519KeyPair::generate()?;
    let text = STANDARD.encode(key.to_pkcs8v1()?);
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"))
}
