//! Watching over tokens whose connections stay open.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::builder::JwtAuthBuilder;
use super::{JwtAuth, OlderStanding, Parts};
use crate::claims::Registered;
use crate::store::{ErasedStore, Standing, TokenRef};
use crate::token::{End, Ended, Lifeline, Lifelines};
use crate::token_type::TokenType;

/// How often the store is asked about one connection.
pub(super) const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// For how long a token is believed that nobody can ask about.
const MAX_SILENCE: Duration = Duration::from_secs(10);

impl JwtAuthBuilder {
    /// How often the store is asked about an open connection that waits for
    /// [`Token::ended`](crate::Token::ended), and so how late a logout ends it. Default: 500 ms.
    ///
    /// Each is one question, as of a request. With very many connections, give the store a
    /// `LocalView`, which answers without a round trip.
    pub fn watch_interval(mut self, interval: Duration) -> Self {
        self.watch_interval = interval;
        self
    }
}

impl Lifelines for JwtAuth {
    fn lifeline(&self) -> Arc<dyn Lifeline> {
        Arc::<Parts>::clone(&self.0)
    }
}

impl Lifeline for Parts {
    fn ended(self: Arc<Self>, token: Registered) -> End {
        Box::pin(async move { JwtAuth(self).end_of(&token).await })
    }
}

/// An authority whose store is not asked.
pub(crate) struct Unasked<'a>(pub(crate) &'a JwtAuth);

impl Lifelines for Unasked<'_> {
    fn lifeline(&self) -> Arc<dyn Lifeline> {
        Arc::new(UntilExpiry(self.0.clone()))
    }
}

/// Tells of the expiry alone.
struct UntilExpiry(JwtAuth);

impl Lifeline for UntilExpiry {
    fn ended(self: Arc<Self>, token: Registered) -> End {
        Box::pin(async move { self.0.expiry_of(&token).await })
    }
}

impl JwtAuth {
    async fn end_of(&self, token: &Registered) -> Ended {
        let expires_at = token.exp + self.settings().leeway;
        let mut silent_since = None;
        loop {
            let now = self.now();
            if now >= expires_at {
                return Ended::Expired;
            }
            let remaining = expires_at.since(now);
            let since = *silent_since.get_or_insert_with(Instant::now);
            let patience = MAX_SILENCE.saturating_sub(since.elapsed()).min(remaining);
            match timeout(patience, self.stands(token)).await.unwrap_or(Stands::Unknown) {
                Stands::Yes => silent_since = None,
                Stands::No => return Ended::Revoked,
                Stands::Unknown if since.elapsed() >= MAX_SILENCE => {
                    return Ended::StoreUnavailable;
                }
                Stands::Unknown => {}
            }
            sleep(remaining.min(self.watch_interval())).await;
        }
    }

    async fn expiry_of(&self, token: &Registered) -> Ended {
        let expires_at = token.exp + self.settings().leeway;
        loop {
            let now = self.now();
            if now >= expires_at {
                return Ended::Expired;
            }
            sleep(expires_at.since(now).min(self.watch_interval())).await;
        }
    }

    async fn stands(&self, token: &Registered) -> Stands {
        let sessions = self.session_rules();
        let Some(store) = self.store().filter(|_| sessions.checks(token.token_type)) else {
            return Stands::Yes;
        };
        let asked = TokenRef {
            subject: &token.sub,
            session_id: token.sid.as_deref().unwrap_or_default(),
            token_id: &token.jti,
            token_type: token.token_type,
        };
        match &token.sid {
            None if token.is_older => self.older_stands(store, asked).await,
            None => Stands::No,
            Some(_) => self.by_standing(store, asked).await,
        }
    }

    /// One that was traded goes on as the session that it was traded for.
    async fn older_stands(&self, store: &dyn ErasedStore, token: TokenRef<'_>) -> Stands {
        let Ok(record) = self.older_record(token, self.now()) else { return Stands::No };
        match record.standing().await {
            Ok(OlderStanding::Live) => Stands::Yes,
            Ok(OlderStanding::Revoked) => Stands::No,
            Ok(OlderStanding::UsedFor(session_id)) => {
                let (session_id, token_type) = (&*session_id, TokenType::Access);
                self.by_standing(store, TokenRef { session_id, token_type, ..token }).await
            }
            Err(_) => Stands::Unknown,
        }
    }

    async fn by_standing(&self, store: &dyn ErasedStore, token: TokenRef<'_>) -> Stands {
        match store.standing(token, self.now()).await {
            Ok(Standing::Live) => Stands::Yes,
            // What a refresh has replaced ends as the session does, or when it expires.
            Ok(Standing::Superseded { .. }) => Stands::Yes,
            Ok(_) => Stands::No,
            Err(_) => Stands::Unknown,
        }
    }
}

/// What the store says of a token.
enum Stands {
    Yes,
    No,
    Unknown,
}
