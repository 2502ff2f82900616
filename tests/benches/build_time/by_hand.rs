//! The same service over `jsonwebtoken`: an extractor for each claims type, and functions for what
//! a handler asks.

use crate::shape::{Asks, CLAIMS, COMMON, Handler, fields, handlers, router};

pub const DEPENDENCIES: &str = r#"
axum = { version = "0.8", default-features = false, features = ["json", "macros"] }
jsonwebtoken = { version = "11", default-features = false, features = ["rust_crypto", "use_pem"] }
serde = { version = "1", features = ["derive"] }
"#;

const HEAD: &str = r#"
use std::collections::HashSet;
use std::sync::{Arc, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, FromRef)]
pub struct AppState {
    pub keys: Arc<Keys>,
    pub db: Db,
}

pub struct Keys {
    pub key: DecodingKey,
    pub validation: Validation,
    pub revoked: RwLock<HashSet<String>>,
}

#[derive(Debug)]
pub enum AuthError {
    Missing,
    Malformed,
    Invalid,
    Expired,
    WrongType,
    Revoked,
    NotFresh,
    Forbidden,
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Body {
            code: &'static str,
        }
        let (status, code) = match self {
            Self::Missing => (StatusCode::UNAUTHORIZED, "token_missing"),
            Self::Malformed => (StatusCode::BAD_REQUEST, "request_malformed"),
            Self::Invalid => (StatusCode::UNAUTHORIZED, "token_invalid"),
            Self::Expired => (StatusCode::UNAUTHORIZED, "token_expired"),
            Self::WrongType => (StatusCode::UNAUTHORIZED, "token_type_wrong"),
            Self::Revoked => (StatusCode::UNAUTHORIZED, "token_revoked"),
            Self::NotFresh => (StatusCode::UNAUTHORIZED, "fresh_token_required"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        };
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
        (status, challenge, Json(Body { code })).into_response()
    }
}

fn bearer(parts: &Parts) -> Result<&str, AuthError> {
    let header = parts.headers.get(header::AUTHORIZATION).ok_or(AuthError::Missing)?;
    let header = header.to_str().map_err(|_| AuthError::Malformed)?;
    header.strip_prefix("Bearer ").ok_or(AuthError::Malformed)
}

pub trait Token {
    fn token_type(&self) -> &str;
    fn jti(&self) -> &str;
}

fn verify<C: DeserializeOwned + Token>(
    parts: &Parts,
    keys: &Keys,
    token_type: &str,
) -> Result<C, AuthError> {
    let claims = decode::<C>(bearer(parts)?, &keys.key, &keys.validation)
        .map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => AuthError::Expired,
            _ => AuthError::Invalid,
        })?
        .claims;
    if claims.token_type() != token_type {
        return Err(AuthError::WrongType);
    }
    if keys.revoked.read().unwrap().contains(claims.jti()) {
        return Err(AuthError::Revoked);
    }
    Ok(claims)
}

fn all_scopes(held: &str, asked: &[&str]) -> Result<(), AuthError> {
    let has = |asked: &&str| held.split(' ').any(|scope| scope == *asked);
    if asked.iter().all(has) { Ok(()) } else { Err(AuthError::Forbidden) }
}

fn any_scope(held: &str, asked: &[&str]) -> Result<(), AuthError> {
    let has = |asked: &&str| held.split(' ').any(|scope| scope == *asked);
    if asked.iter().any(has) { Ok(()) } else { Err(AuthError::Forbidden) }
}

fn any_role(held: &[Role], asked: &[Role]) -> Result<(), AuthError> {
    if asked.iter().any(|role| held.contains(role)) { Ok(()) } else { Err(AuthError::Forbidden) }
}

fn fresh(is_fresh: bool, auth_time: u64, max_age: Option<u64>) -> Result<(), AuthError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let is_recent = max_age.is_none_or(|max_age| now.saturating_sub(auth_time) <= max_age);
    if is_fresh && is_recent { Ok(()) } else { Err(AuthError::NotFresh) }
}

pub struct Refresh<C>(pub C);

impl<S, C> FromRequestParts<S> for Refresh<C>
where
    Arc<Keys>: FromRef<S>,
    S: Send + Sync,
    C: DeserializeOwned + Token,
{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {
        verify(parts, &Arc::<Keys>::from_ref(state), "refresh").map(Self)
    }
}
"#;

pub fn source() -> String {
    let claims: String = (0..CLAIMS).map(claims).collect();
    let handlers: String = handlers().map(handler).collect();
    format!("{HEAD}{COMMON}{claims}{handlers}{}", router("AppState"))
}

fn claims(number: usize) -> String {
    let fields = fields(number);
    let optional = match handlers().any(|handler| {
        handler.claims == format!("Claims{number}") && matches!(handler.asks, Asks::Optional)
    }) {
        true => format!(
            "
impl<S> OptionalFromRequestParts<S> for Claims{number}
where
    Arc<Keys>: FromRef<S>,
    S: Send + Sync,
{{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, AuthError> {{
        match verify(parts, &Arc::<Keys>::from_ref(state), \"access\") {{
            Ok(claims) => Ok(Some(claims)),
            Err(AuthError::Missing) => Ok(None),
            Err(error) => Err(error),
        }}
    }}
}}
"
        ),
        false => String::new(),
    };
    format!(
        "
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = \"camelCase\")]
pub struct Claims{number} {{
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub exp: u64,
    pub iat: u64,
    pub jti: String,
    pub r#type: String,
    #[serde(default)]
    pub fresh: bool,
    #[serde(rename = \"auth_time\")]
    pub auth_time: u64,
    pub roles: Vec<Role>,
    pub scope: String,
    {fields}
}}

impl Token for Claims{number} {{
    fn token_type(&self) -> &str {{
        &self.r#type
    }}

    fn jti(&self) -> &str {{
        &self.jti
    }}
}}

impl<S> FromRequestParts<S> for Claims{number}
where
    Arc<Keys>: FromRef<S>,
    S: Send + Sync,
{{
    type Rejection = AuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AuthError> {{
        verify(parts, &Arc::<Keys>::from_ref(state), \"access\")
    }}
}}
{optional}"
    )
}

fn handler(Handler { number, asks, claims }: Handler) -> String {
    let checks: &[&str] = match asks {
        Asks::Token | Asks::Optional | Asks::Refresh => &[],
        Asks::AllScopes => &["all_scopes(&user.scope, &[\"things:read\", \"things:write\"])?;"],
        Asks::AnyScopeAndRole => &[
            "any_scope(&user.scope, &[\"things:read\", \"things:admin\"])?;",
            "any_role(&user.roles, &[Role::Admin, Role::Seller])?;",
        ],
        Asks::AnyRole => &["any_role(&user.roles, &[Role::Admin, Role::Auditor])?;"],
        Asks::ScopeAndCondition => &[
            "all_scopes(&user.scope, &[\"things:read\"])?;",
            "if user.region != \"eu\" {\n        return Err(AuthError::Forbidden);\n    }",
        ],
        Asks::Fresh => &["fresh(user.fresh, user.auth_time, None)?;"],
        Asks::FreshForFiveMinutes => &["fresh(user.fresh, user.auth_time, Some(300))?;"],
    };
    let (parameter, sub) = match asks {
        Asks::Optional => {
            (format!("user: Option<{claims}>"), "user.map_or_else(String::new, |user| user.sub)")
        }
        Asks::Refresh => (format!("Refresh(user): Refresh<{claims}>"), "user.sub"),
        _ => (format!("user: {claims}"), "user.sub"),
    };
    let answer = format!("format!(\"{{}} at {{id}} of {{}}\", {sub}, db.name)");
    let (output, answer) = match checks {
        [] => ("String", answer),
        _ => ("Result<String, AuthError>", format!("Ok({answer})")),
    };
    let checks: String = checks.iter().map(|check| format!("{check}\n    ")).collect();
    format!(
        "
async fn handler_{number}(
    {parameter},
    State(db): State<Db>,
    Path(id): Path<u64>,
) -> {output} {{
    {checks}{answer}
}}
"
    )
}
