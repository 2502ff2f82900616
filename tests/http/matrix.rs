//! Every guard with every kind of token.

use jwt_tests::app::App;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{self, Refusal};
use jwt_tests::tokens::Forgery;

/// What a request may bring.
#[derive(Clone, Copy, Debug)]
enum Brought {
    Nothing,
    Fresh,
    FreshForTooLong,
    Stale,
    Refresh,
    Expired,
    ExpiredRefresh,
    Revoked,
    RevokedRefresh,
    UsedRefresh,
    OfEndedSession,
    RefreshOfEndedSession,
    Garbage,
}

const ALL: [Brought; 13] = [
    Brought::Nothing,
    Brought::Fresh,
    Brought::FreshForTooLong,
    Brought::Stale,
    Brought::Refresh,
    Brought::Expired,
    Brought::ExpiredRefresh,
    Brought::Revoked,
    Brought::RevokedRefresh,
    Brought::UsedRefresh,
    Brought::OfEndedSession,
    Brought::RefreshOfEndedSession,
    Brought::Garbage,
];

impl Brought {
    async fn token(self, app: &App) -> Option<String> {
        let key = ForgerKey::hmac("HS256", SECRET);
        let pair = app.login("alice").await;
        let signed = |forgery: Forgery| forgery.sign(&key);
        Some(match self {
            Self::Nothing => return None,
            Self::Fresh => pair.access,
            Self::FreshForTooLong => {
                signed(Forgery::of(&pair.access).claim("auth_time", START - 301))
            }
            Self::Stale => app.rotate(&pair.refresh).await.access,
            Self::Refresh => pair.refresh,
            Self::Expired => signed(Forgery::of(&pair.access).claim("exp", START - 1)),
            Self::ExpiredRefresh => signed(Forgery::of(&pair.refresh).claim("exp", START - 1)),
            Self::Revoked => {
                app.post("/revoke", &pair.access).await.assert_status(204);
                pair.access
            }
            Self::RevokedRefresh => {
                let claims = jwt_tests::tokens::claims(&pair.refresh);
                let by_id = Forgery::of(&pair.access).claim("jti", claims["jti"].clone());
                app.post("/revoke", &signed(by_id)).await.assert_status(204);
                pair.refresh
            }
            Self::UsedRefresh => {
                app.rotate(&pair.refresh).await;
                pair.refresh
            }
            Self::OfEndedSession => {
                app.post("/logout", &pair.access).await.assert_status(204);
                pair.access
            }
            Self::RefreshOfEndedSession => {
                app.post("/logout", &pair.access).await.assert_status(204);
                pair.refresh
            }
            Self::Garbage => "garbage".to_owned(),
        })
    }
}

/// What guards of one kind have in common; `None` is 200.
fn required(brought: Brought) -> Option<Refusal> {
    use Brought::*;
    match brought {
        Nothing => Some(refusal::token_missing()),
        Fresh | FreshForTooLong | Stale => None,
        // The kind is wrong whatever became of it: the store is not asked.
        Refresh | RevokedRefresh | UsedRefresh | RefreshOfEndedSession => {
            Some(refusal::type_wrong("access"))
        }
        Expired | ExpiredRefresh => Some(refusal::token_expired()),
        Revoked | OfEndedSession => Some(refusal::token_revoked()),
        Garbage => Some(refusal::token_invalid()),
    }
}

async fn check(routes: &[&str], expected: impl Fn(Brought) -> Option<Refusal>) {
    let app = App::new().await;
    for route in routes {
        for brought in ALL {
            let call = app.call("GET", route);
            let reply = match brought.token(&app).await {
                Some(token) => call.bearer(&token).send().await,
                None => call.send().await,
            };
            let mismatch = match expected(brought) {
                Some(row) => row.mismatch(&reply),
                None => (reply.status != 200).then(|| format!("expected 200, got {reply:?}")),
            };
            if let Some(mismatch) = mismatch {
                panic!("{brought:?} at {route}: {mismatch}");
            }
        }
    }
}

#[tokio::test]
async fn required_wants_an_access_token() {
    let routes =
        ["/access", "/user", "/claims", "/token", "/nothing", "/plain/access", "/plain/claims"];
    check(&routes, required).await;
}

#[tokio::test]
async fn optional_lets_nobody_in_besides() {
    check(&["/optional", "/plain/optional"], |brought| match brought {
        Brought::Nothing => None,
        other => required(other),
    })
    .await;
}

#[tokio::test]
async fn fresh_wants_a_login() {
    check(&["/fresh", "/plain/fresh"], |brought| match brought {
        Brought::Stale => Some(refusal::not_fresh(None)),
        other => required(other),
    })
    .await;
}

#[tokio::test]
async fn max_age_wants_a_recent_login() {
    check(&["/fresh-recent"], |brought| match brought {
        Brought::Stale | Brought::FreshForTooLong => Some(refusal::not_fresh(Some(300))),
        other => required(other),
    })
    .await;
}

#[tokio::test]
async fn skip_revocation_forgives_what_only_the_store_knows() {
    check(&["/unrevoked"], |brought| match brought {
        Brought::Revoked | Brought::OfEndedSession => None,
        other => required(other),
    })
    .await;
}

#[tokio::test]
async fn refresh_wants_the_current_refresh_token() {
    use Brought::*;
    check(&["/refresh", "/plain/refresh"], |brought| match brought {
        Nothing => Some(refusal::token_missing()),
        Fresh | FreshForTooLong | Stale | Revoked | OfEndedSession => {
            Some(refusal::type_wrong("refresh"))
        }
        Refresh => None,
        Expired | ExpiredRefresh => Some(refusal::token_expired()),
        RevokedRefresh | RefreshOfEndedSession => Some(refusal::token_revoked()),
        UsedRefresh => Some(refusal::token_reused()),
        Garbage => Some(refusal::token_invalid()),
    })
    .await;
}
