//! The service as this library has it written.

use crate::shape::{Asks, CLAIMS, COMMON, Handler, fields, handlers, router};

pub const DEPENDENCIES: &str = r#"
axum = { version = "0.8", default-features = false, features = ["json", "macros"] }
jwt-runtime = { path = "RUNTIME", default-features = false, features = ["macros", "rust-crypto"] }
serde = { version = "1", features = ["derive"] }
"#;

const HEAD: &str = "
use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::routing::get;
use jwt_runtime::{
    Claims, JwtAuth, RefreshToken, Scopes, fresh_jwt_required, jwt_required, refresh_required,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, FromRef)]
pub struct AppState {
    pub auth: JwtAuth,
    pub db: Db,
}
";

pub fn source() -> String {
    let claims: String = (0..CLAIMS).map(claims).collect();
    let handlers: String = handlers().map(handler).collect();
    format!("{HEAD}{COMMON}{claims}{handlers}{}", router("AppState"))
}

fn claims(number: usize) -> String {
    let fields = fields(number);
    format!(
        "
#[derive(Clone, Debug, Claims)]
#[claims(issuer = \"https://auth.example.com\", audience = \"things\")]
#[serde(rename_all = \"camelCase\")]
pub struct Claims{number} {{
    pub sub: String,
    #[claim(roles)]
    pub roles: Vec<Role>,
    #[claim(scopes)]
    pub scope: Scopes,
    {fields}
}}
"
    )
}

fn handler(Handler { number, asks, claims }: Handler) -> String {
    let guard = match asks {
        Asks::Token => "jwt_required",
        Asks::Optional => "jwt_required(optional)",
        Asks::AllScopes => "jwt_required(all_scopes(\"things:read\", \"things:write\"))",
        Asks::AnyScopeAndRole => {
            "jwt_required(any_scope(\"things:read\", \"things:admin\"), any_role(Role::Admin, \
             Role::Seller))"
        }
        Asks::AnyRole => "jwt_required(any_role(Role::Admin, Role::Auditor))",
        Asks::ScopeAndCondition => {
            "jwt_required(all_scopes(\"things:read\"), require = |user: &CLAIMS| user.region == \
             \"eu\")"
        }
        Asks::Fresh => "fresh_jwt_required",
        Asks::FreshForFiveMinutes => "fresh_jwt_required(max_age = \"5m\")",
        Asks::Refresh => "refresh_required",
    }
    .replace("CLAIMS", &claims);
    let (parameter, sub) = match asks {
        Asks::Optional => (
            format!("#[claims] user: Option<{claims}>"),
            "user.map_or_else(String::new, |user| user.sub)",
        ),
        Asks::Refresh => (format!("#[token] user: RefreshToken<{claims}>"), "user.sub"),
        _ => (format!("#[claims] user: {claims}"), "user.sub"),
    };
    format!(
        "
#[{guard}]
async fn handler_{number}(
    {parameter},
    State(db): State<Db>,
    Path(id): Path<u64>,
) -> String {{
    format!(\"{{}} at {{id}} of {{}}\", {sub}, db.name)
}}
"
    )
}
