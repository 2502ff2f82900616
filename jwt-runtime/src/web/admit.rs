//! The pipeline, for a request that others read after it.

use axum::extract::OriginalUri;
use http::request::Parts;

use crate::auth::JwtAuth;
use crate::authenticate::{Check, Wanted, WantedParam, authenticate};
use crate::error::AuthError;
use crate::exchange::Exchange;
use crate::locate::without_token;
use crate::param::{GuardParam, TokenKind};
use crate::policy::Rules;
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

/// Decides about a request; a token in its query is not there any more for what comes after.
pub(super) async fn admit<T: GuardParam<K>, K: TokenKind>(
    auth: &JwtAuth,
    parts: &mut Parts,
    rules: &Rules,
    check: Check<'_, T::Claims>,
) -> Result<T, AuthError> {
    let mut wanted = WantedParam::<T, K>::new(check);
    admit_to(auth, parts, K::TOKEN_TYPES, rules, &mut wanted).await?;
    wanted.into_param()
}

/// All of it that is the same for every parameter, and compiled once.
async fn admit_to(
    auth: &JwtAuth,
    parts: &mut Parts,
    token_types: &[TokenType],
    rules: &Rules,
    wanted: &mut dyn Wanted,
) -> Result<(), AuthError> {
    let outcome = authenticate(auth, parts, token_types, rules, wanted).await;
    let exchange = Exchange::of(&parts.extensions, auth.id());
    if exchange.is_some_and(Exchange::was_queried) {
        take_out_of_query(auth, parts, token_types);
    }
    outcome
}

/// The same for a request that is let through without a look at its token.
pub(super) fn exempt<K: TokenKind>(auth: &JwtAuth, parts: &mut Parts, rules: &Rules) {
    let [token_type, ..] = K::TOKEN_TYPES else { return };
    let search = auth.search(parts, *token_type, rules.locations);
    let is_read = search.exchange.is_some() && search.locations().contains(&TokenLocation::Query);
    if is_read {
        take_out_of_query(auth, parts, K::TOKEN_TYPES);
    }
}

fn take_out_of_query(auth: &JwtAuth, parts: &mut Parts, token_types: &[TokenType]) {
    let query = &auth.locate_settings().query;
    for token_type in token_types {
        parts.uri = without_token(&parts.uri, query, *token_type);
        if let Some(OriginalUri(uri)) = parts.extensions.get_mut() {
            *uri = without_token(uri, query, *token_type);
        }
    }
}
