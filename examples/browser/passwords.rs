//! Passwords, hashed with Argon2id.

use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::failure::Failure;

#[derive(Clone)]
pub(crate) struct Passwords {
    /// A hash takes 19 MiB and a core for as long as it is computed. A thousand logins at once
    /// wait for their turn instead of for memory.
    turns: Arc<Semaphore>,
    /// What a password is compared with if nobody has the e-mail.
    decoy: Arc<str>,
}

impl Passwords {
    pub(crate) async fn new() -> Result<Self, Failure> {
        let cores = available_parallelism().map_or(1, usize::from);
        let turns = Arc::new(Semaphore::new(cores));
        let decoy = in_turn(&turns, || hash("nobody's password")).await?;
        Ok(Self { turns, decoy: decoy.into() })
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String, Failure> {
        in_turn(&self.turns, move || hash(&password)).await
    }

    /// Whether it is the password. Without a hash it is not, and takes as long to say so: the time
    /// of the answer does not tell who has an account.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, Failure> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.to_string());
        let is_right = in_turn(&self.turns, move || verify(&password, &hash)).await?;
        Ok(is_right && is_known)
    }
}

fn hash(password: &str) -> Result<String, Failure> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(Failure::internal)?;
    Ok(hash.to_string())
}

fn verify(password: &str, hash: &str) -> Result<bool, Failure> {
    let hash = PasswordHash::new(hash).map_err(Failure::internal)?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Computes on a thread that may be busy for long, as the ones that serve requests may not.
async fn in_turn<T: Send + 'static>(
    turns: &Arc<Semaphore>,
    compute: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let turn = turns.clone().acquire_owned().await.map_err(Failure::internal)?;
    // It goes along, since a client that hangs up ends the request and not the computation.
    let computation = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        compute()
    });
    computation.await.map_err(Failure::internal)?
}
