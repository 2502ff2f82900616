//! The description of guarded operations, for utoipa.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, OpenApi, RefOr};
use utoipa::{IntoResponses, Modify, PartialSchema, ToSchema};

use crate::auth::JwtAuth;
use crate::cookies::CookieKind;
use crate::error::AuthError;
use crate::issue::{AccessGrant, TokenPair};
use crate::token_location::TokenLocation;
use crate::token_type::TokenType;

/// The name of the scheme for tokens of a type, as the attributes write it.
const fn scheme_name(token_type: TokenType) -> &'static str {
    match token_type {
        TokenType::Access => "jwt",
        TokenType::Refresh => "jwt_refresh",
    }
}

/// Describes where this authority looks for tokens, and what its guards answer.
///
/// The schemes are `jwt` for access tokens and `jwt_refresh` for refresh tokens. An attribute such as
/// `#[jwt_required]` above a `#[utoipa::path(…)]` names them, with the scopes that it asks for; one
/// that stands below needs `security(("jwt" = ["orders:read"]))` written by hand. For each operation
/// that names one of them, the other places where a token may be are added as alternatives, and the
/// refusals 400, 401, 403 and 503. What a guard says of its own `locations(…)` is not described: write
/// `security(…)` there. Of several authorities in one application one describes the document: the names
/// of the schemes are the same.
///
/// With the feature `utoipa` in any crate of a build, every guard of that build describes itself.
///
/// # Examples
///
/// ```
/// use axum::{Json, Router, routing::get};
/// use jwt_runtime::{JwtAuth, Registered, jwt_required};
/// use utoipa::{Modify, OpenApi};
///
/// #[jwt_required]
/// #[utoipa::path(get, path = "/me", responses((status = 200, body = String)))]
/// async fn me(#[claims] token: Registered) -> String {
///     token.sub
/// }
///
/// #[derive(OpenApi)]
/// #[openapi(paths(me))]
/// struct Api;
///
/// # fn main() -> Result<(), jwt_runtime::ConfigError> {
/// # let secret = [7, 1].repeat(16);
/// let auth = JwtAuth::builder().secret(secret).build()?;
/// let mut api = Api::openapi();
/// auth.modify(&mut api);
/// assert_eq!(serde_json::to_value(&api).unwrap()["paths"]["/me"]["get"]["security"][0]["jwt"], serde_json::json!([]));
///
/// let app: Router = Router::new()
///     .route("/me", get(me))
///     .route("/openapi.json", get(|| async { Json(api) }))
///     .with_state(auth);
/// # Ok(()) }
/// ```
impl Modify for JwtAuth {
    fn modify(&self, openapi: &mut OpenApi) {
        let components = openapi.components.get_or_insert_with(Components::new);
        let mut names = BTreeMap::new();
        for token_type in [TokenType::Access, TokenType::Refresh] {
            let schemes = self.schemes(token_type);
            let of_type: Vec<String> = schemes.iter().map(|(name, _)| name.clone()).collect();
            names.insert(scheme_name(token_type), of_type);
            components.add_security_schemes_from_iter(schemes);
        }
        for item in openapi.paths.paths.values_mut() {
            for operation in operations(item) {
                describe(operation, &names);
            }
        }
    }
}

impl JwtAuth {
    /// Where a token of this type may be; the name of the first place is the plain one.
    fn schemes(&self, token_type: TokenType) -> Vec<(String, SecurityScheme)> {
        let settings = self.locate_settings();
        let mut schemes = Vec::new();
        for location in &settings.locations {
            let scheme = match location {
                TokenLocation::Header => self.header_scheme(),
                TokenLocation::Cookie => {
                    let Some(cookies) = self.cookies() else { continue };
                    let name = cookies.settings.name(CookieKind::of(token_type));
                    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(name)))
                }
                TokenLocation::Query => {
                    let name = settings.query.name(token_type);
                    SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::new(name)))
                }
                // OpenAPI has no word for these.
                TokenLocation::Json | TokenLocation::Form | TokenLocation::WebSocket => continue,
            };
            let plain = scheme_name(token_type);
            let name = match schemes.is_empty() {
                true => plain.to_owned(),
                false => format!("{plain}_{location}"),
            };
            schemes.push((name, scheme));
        }
        if schemes.is_empty() {
            let places: Vec<&str> = settings.locations.iter().map(|place| place.as_str()).collect();
            let description = format!("In a place of its own: {}.", places.join(", "));
            let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
            let scheme = SecurityScheme::Http(bearer.description(Some(description)).build());
            schemes.push((scheme_name(token_type).to_owned(), scheme));
        }
        schemes
    }

    fn header_scheme(&self) -> SecurityScheme {
        let header = &self.locate_settings().header;
        match (header.name.as_str(), &*header.scheme) {
            ("authorization", scheme) if scheme.eq_ignore_ascii_case("bearer") => {
                let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
                SecurityScheme::Http(bearer.build())
            }
            (name, "") => SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name))),
            (name, scheme) => {
                let words = format!("`{scheme} `, and the token.");
                SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(
                    name.to_owned(),
                    words,
                )))
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, options, head, patch, trace, query, .. } = item;
    [get, put, post, delete, options, head, patch, trace, query].into_iter().flatten()
}

/// Adds the alternatives and the refusals of an operation that names one of our schemes.
fn describe(operation: &mut Operation, names: &BTreeMap<&'static str, Vec<String>>) {
    let Some(security) = &mut operation.security else { return };
    let mut is_guarded = false;
    let mut all = Vec::new();
    for requirement in security.drain(..) {
        let written = serde_json::to_value(&requirement).unwrap_or_default();
        let ours = names.iter().find_map(|(name, places)| Some((places, written.get(name)?)));
        // What asks for more than one of our tokens is somebody's own design.
        match (ours, written.as_object().map(serde_json::Map::len)) {
            (Some((places, scopes)), Some(1)) => {
                is_guarded = true;
                let scopes = scopes.as_array().into_iter().flatten();
                let scopes: Vec<&str> = scopes.filter_map(Value::as_str).collect();
                all.extend(
                    places.iter().map(|place| SecurityRequirement::new(place, scopes.clone())),
                );
            }
            _ => all.push(requirement),
        }
    }
    // Described a second time, the alternatives are there.
    for requirement in all {
        if !security.contains(&requirement) {
            security.push(requirement);
        }
    }
    if is_guarded {
        for (status, response) in refusals() {
            operation.responses.responses.entry(status).or_insert(response);
        }
    }
}

/// What a guard may answer.
fn refusals() -> BTreeMap<String, RefOr<Response>> {
    let texts = [
        ("400", "The token is not where it should be, or there are two."),
        ("401", "There is no token, or it is no good; `code` says which."),
        ("403", "The token is good, and does not allow this."),
        ("503", "Whether the token is still good cannot be said now."),
    ];
    texts.map(|(status, text)| (status.to_owned(), RefOr::T(Response::new(text)))).into()
}

/// 400, 401, 403 and 503, for `responses(…, AuthError)` where nothing else says it.
impl IntoResponses for AuthError {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        refusals()
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn seconds() -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int64);
    ObjectBuilder::new().schema_type(Type::Integer).format(Some(format))
}

/// The members of RFC 6749 §5.1.
fn granted(tokens: &[&str]) -> RefOr<Schema> {
    let mut object = ObjectBuilder::new();
    for token in tokens {
        object = object.property(*token, text()).required(*token);
    }
    object
        .property("token_type", text())
        .required("token_type")
        .property("expires_in", seconds())
        .required("expires_in")
        .into()
}

impl PartialSchema for TokenPair {
    fn schema() -> RefOr<Schema> {
        granted(&["access_token", "refresh_token"])
    }
}

impl ToSchema for TokenPair {
    fn name() -> std::borrow::Cow<'static, str> {
        "TokenPair".into()
    }
}

impl PartialSchema for AccessGrant {
    fn schema() -> RefOr<Schema> {
        granted(&["access_token"])
    }
}

impl ToSchema for AccessGrant {
    fn name() -> std::borrow::Cow<'static, str> {
        "AccessGrant".into()
    }
}
