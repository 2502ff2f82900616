//! The tokens that the rows are about.

use jwt_tests::app::{App, Pair};
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::tokens::{Forgery, claims};

/// A token, and what became of it.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// An access token from a login: fresh, without a scope.
    Good,
    Refresh,
    /// Any text.
    Text(&'static str),
    Expired,
    ExpiredRefresh,
    BadSignature,
    /// `alg` is `none`, and the signature is empty.
    AlgNone,
    /// HS512 with the authority's own secret, which is bound to HS256.
    OtherAlgorithm,
    /// From a refresh.
    Stale,
    Revoked,
    RevokedRefresh,
    RevokedStale,
    /// An access token after its session's logout.
    LoggedOut,
    /// A refresh token that was traded for another one.
    Used,
    /// An access token with other claims, with a good signature.
    Claims(fn(Forgery) -> Forgery),
    /// A refresh token with other claims, with a good signature.
    RefreshClaims(fn(Forgery) -> Forgery),
    /// An access token with other claims, which was revoked.
    RevokedClaims(fn(Forgery) -> Forgery),
    /// An access token with other claims, with a bad signature.
    UnsignedClaims(fn(Forgery) -> Forgery),
}

impl Kind {
    /// Makes a token of this kind out of a new login.
    pub(super) async fn of(self, desk: &App, pair: &Pair) -> String {
        let access = || Forgery::of(&pair.access);
        match self {
            Self::Good => pair.access.clone(),
            Self::Refresh => pair.refresh.clone(),
            Self::Text(text) => text.to_owned(),
            Self::Expired => signed(expired(access())),
            Self::ExpiredRefresh => signed(expired(Forgery::of(&pair.refresh))),
            Self::BadSignature => access().with_signature([0; 32]),
            Self::AlgNone => access().header("alg", "none").with_signature([]),
            Self::OtherAlgorithm => {
                access().header("alg", "HS512").sign(&ForgerKey::hmac("HS512", SECRET))
            }
            Self::Stale => desk.rotate(&pair.refresh).await.access,
            Self::Revoked => revoked(desk, pair, pair.access.clone()).await,
            Self::RevokedRefresh => revoked(desk, pair, pair.refresh.clone()).await,
            Self::RevokedStale => {
                let stale = desk.rotate(&pair.refresh).await.access;
                revoked(desk, pair, stale).await
            }
            Self::LoggedOut => {
                desk.post("/logout", &pair.access).await.assert_status(204);
                pair.access.clone()
            }
            Self::Used => {
                desk.rotate(&pair.refresh).await;
                pair.refresh.clone()
            }
            Self::Claims(edit) => signed(edit(access())),
            Self::RefreshClaims(edit) => signed(edit(Forgery::of(&pair.refresh))),
            Self::RevokedClaims(edit) => revoked(desk, pair, signed(edit(access()))).await,
            Self::UnsignedClaims(edit) => edit(access()).with_signature([0; 32]),
        }
    }
}

/// Changes `exp` alone.
pub(super) fn expired(forgery: Forgery) -> Forgery {
    forgery.claim("exp", START - 1)
}

fn signed(forgery: Forgery) -> String {
    forgery.sign(&ForgerKey::hmac("HS256", SECRET))
}

/// Revokes a token of any type by its id.
async fn revoked(desk: &App, pair: &Pair, token: String) -> String {
    let id = claims(&token)["jti"].clone();
    let by_id = Forgery::of(&pair.access).claim("jti", id);
    desk.post("/revoke", &signed(by_id)).await.assert_status(204);
    token
}
