//! The words of PyJWT, which three of the older libraries pass on.

use crate::error::InvalidToken;

/// What it says of a token that is none of the authority's.
pub(super) const fn invalid(reason: InvalidToken) -> &'static str {
    match reason {
        InvalidToken::TooLong | InvalidToken::FormatMalformed => "Not enough segments",
        InvalidToken::HeaderMalformed
        | InvalidToken::ExtensionUnsupported
        | InvalidToken::TypNotAccepted => "Invalid header string",
        InvalidToken::KeyUnknown | InvalidToken::AlgorithmNotAllowed => {
            "The specified alg value is not allowed"
        }
        InvalidToken::SignatureInvalid => "Signature verification failed",
        InvalidToken::PayloadMalformed | InvalidToken::TypMismatch => "Invalid payload string",
    }
}

/// What it says of a claim.
pub(super) fn claim(name: &str) -> String {
    match name {
        "aud" => "Invalid audience".to_owned(),
        "iss" => "Invalid issuer".to_owned(),
        "exp" => "Expiration Time claim (exp) must be an integer.".to_owned(),
        "nbf" => "Not Before claim (nbf) must be an integer.".to_owned(),
        "iat" => "Issued At claim (iat) must be an integer.".to_owned(),
        name => format!("Missing claim: {name}"),
    }
}

pub(super) const NOT_YET_VALID: &str = "The token is not yet valid (nbf)";
