//! The users, in SQLite or PostgreSQL.

use std::time::Duration;

use jwt_runtime::{Claims, LoadUser};
use serde::Serialize;
use sqlx::AnyPool;
use sqlx::any::{AnyPoolOptions, install_default_drivers};

use crate::failure::Failure;
use crate::sign_up::{Email, NewUser};

/// What a token says: whose it is. Everything else is asked of the database, which knows it now.
#[derive(Claims)]
pub(crate) struct User {
    pub(crate) sub: String,
}

/// A user, without the password's hash: what is shown cannot show it.
#[derive(Serialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// Who was deleted is refused at the next request, however long the token is still good.
impl LoadUser for Account {
    type Claims = User;
    type State = Users;
    type Error = Failure;

    async fn load(user: &User, users: &Users) -> Result<Option<Self>, Failure> {
        users.by_id(&user.sub).await
    }
}

/// That an e-mail belongs to one user is for the database to say: between a look-up and an
/// insertion there is time for somebody else's insertion.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL
)";
const INSERT: &str = "INSERT INTO users (id, name, email, password_hash) VALUES ($1, $2, $3, $4)";
const BY_ID: &str = "SELECT id, name, email FROM users WHERE id = $1";
const BY_EMAIL: &str = "SELECT id, name, email, password_hash FROM users WHERE email = $1";

#[derive(Clone)]
pub(crate) struct Users(AnyPool);

impl Users {
    pub(crate) async fn open(url: &str) -> Result<Self, sqlx::Error> {
        install_default_drivers();
        // A page that says "try again" within seconds is better than one that loads for half a
        // minute, the default.
        let options = AnyPoolOptions::new().acquire_timeout(Duration::from_secs(3));
        let pool = options.connect(url).await?;
        sqlx::query(SCHEMA).execute(&pool).await?;
        Ok(Self(pool))
    }

    pub(crate) async fn insert(&self, user: NewUser, hash: String) -> Result<Account, Failure> {
        let id = uuid::Uuid::new_v4().to_string();
        let account = Account { id, name: user.name, email: user.email.into() };
        let query = sqlx::query(INSERT).bind(&account.id).bind(&account.name);
        match query.bind(&account.email).bind(hash).execute(&self.0).await {
            Ok(_) => Ok(account),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(Failure::EmailTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn by_id(&self, id: &str) -> Result<Option<Account>, Failure> {
        let row = sqlx::query_as(BY_ID).bind(id).fetch_optional(&self.0).await?;
        Ok(row.map(|(id, name, email)| Account { id, name, email }))
    }

    /// The user and the hash of the password.
    pub(crate) async fn by_email(
        &self,
        email: &Email,
    ) -> Result<Option<(Account, String)>, Failure> {
        let row = sqlx::query_as(BY_EMAIL).bind(email.as_str()).fetch_optional(&self.0).await?;
        Ok(row.map(|(id, name, email, hash)| (Account { id, name, email }, hash)))
    }
}
