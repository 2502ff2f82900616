//! The OpenAPI description of guarded operations.

use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    AccessGrant, AuthError, Claims, CookieOptions, JwtAuth, JwtAuthBuilder, MemoryStore,
    RefreshToken, Registered, Scope, Scopes, TokenLocation, TokenPair, fresh_jwt_required,
    jwt_required, refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::keys::SECRET;
use serde_json::{Value, json};
use utoipa::{Modify, OpenApi};

#[derive(Claims)]
pub(crate) struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[derive(Clone, Copy, Scope)]
enum Perm {
    #[scope("orders:write")]
    Write,
}

#[jwt_required]
#[utoipa::path(get, path = "/me", responses((status = 200, body = String)))]
async fn me(#[claims] user: User) -> String {
    format!("{} {}", user.sub, user.scope)
}

#[jwt_required(optional)]
#[utoipa::path(
    get,
    path = "/feed",
    responses((status = 200)),
)]
async fn feed(#[claims] _user: Option<User>) {}

#[jwt_required(all_scopes("orders:read", Perm::Write))]
#[utoipa::path(get, path = "/all", responses((status = 200)))]
async fn all(#[claims] _user: User) {}

/// A word inside of another argument is not that argument.
mod security {
    #[derive(utoipa::ToSchema)]
    #[expect(dead_code)]
    pub(super) struct Report(String);
}

#[jwt_required(all_scopes("a"), any_scope("b", "c"))]
#[utoipa::path(get, path = "/any", responses((status = 200, body = security::Report)))]
async fn any(#[claims] _user: User) {}

#[fresh_jwt_required(max_age = "5m")]
#[utoipa::path(get, path = "/fresh", responses((status = 200), (status = 401, description = "Log in")))]
async fn fresh(#[claims] _user: User) {}

#[refresh_required]
#[utoipa::path(post, path = "/refresh", responses((status = 200, body = TokenPair), AuthError))]
async fn refresh(#[token] _old: RefreshToken<User>) {}

#[jwt_required(any_type)]
#[utoipa::path(post, path = "/logout", responses((status = 204)))]
async fn logout(#[claims] _token: Registered) -> StatusCode {
    StatusCode::NO_CONTENT
}

#[jwt_required]
#[utoipa::path(get, path = "/chosen", security(("other" = ["x"])), responses((status = 200)))]
async fn chosen(#[claims] _user: User) {}

/// This one is expanded before the guard: it says by itself what it needs.
#[utoipa::path(get, path = "/above", security(("jwt" = ["by hand"])), responses((status = 200)))]
#[jwt_required]
async fn above(#[claims] _user: User) {}

#[utoipa::path(get, path = "/open", responses((status = 200, body = AccessGrant)))]
async fn open() {}

#[jwt_required(claims = User, all_scopes("a"))]
mod guarded {
    use jwt_runtime::public;

    use super::User;

    #[utoipa::path(get, path = "/inside", responses((status = 200)))]
    pub(crate) async fn inside() {}

    #[public]
    #[utoipa::path(get, path = "/outside", responses((status = 200)))]
    pub(crate) async fn outside() {}
}

#[derive(OpenApi)]
#[openapi(paths(
    me,
    feed,
    all,
    any,
    fresh,
    refresh,
    logout,
    chosen,
    above,
    open,
    guarded::inside,
    guarded::outside
))]
struct Api;

fn described(configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> Value {
    let (auth, _) = authority(|builder| configure(builder.secret(SECRET)));
    let mut api = Api::openapi();
    auth.modify(&mut api);
    serde_json::to_value(&api).expect("JSON")
}

#[test]
fn guards_say_what_they_ask_for() {
    let api = described(|builder| builder);
    for (method, path, security) in [
        ("get", "/me", json!([{ "jwt": [] }])),
        ("get", "/feed", json!([{}, { "jwt": [] }])),
        ("get", "/all", json!([{ "jwt": ["orders:read", "orders:write"] }])),
        ("get", "/any", json!([{ "jwt": ["a", "b"] }, { "jwt": ["a", "c"] }])),
        ("get", "/fresh", json!([{ "jwt": [] }])),
        ("post", "/refresh", json!([{ "jwt_refresh": [] }])),
        ("post", "/logout", json!([{ "jwt": [] }, { "jwt_refresh": [] }])),
        ("get", "/chosen", json!([{ "other": ["x"] }])),
        ("get", "/above", json!([{ "jwt": ["by hand"] }])),
        ("get", "/open", Value::Null),
        ("get", "/inside", json!([{ "jwt": ["a"] }])),
        ("get", "/outside", Value::Null),
    ] {
        let operation = &api["paths"][path][method];
        assert_eq!(operation["security"], security, "{path}");
        let is_ours = security.to_string().contains("jwt");
        for status in ["400", "401", "403", "503"] {
            let response = &operation["responses"][status];
            assert_eq!(response.is_object(), is_ours, "{path}: {status}");
        }
    }
    // What is there already stays.
    assert_eq!(api["paths"]["/fresh"]["get"]["responses"]["401"]["description"], "Log in");
    let bearer = json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" });
    let schemes = json!({ "jwt": bearer, "jwt_refresh": bearer });
    assert_eq!(api["components"]["securitySchemes"], schemes);
}

#[test]
fn every_place_of_a_token_is_an_alternative() {
    let api = described(|builder| {
        builder
            .locations([TokenLocation::Header, TokenLocation::Cookie, TokenLocation::Query])
            .cookies(CookieOptions::new().refresh_path("/"))
    });
    assert_eq!(
        api["paths"]["/all"]["get"]["security"],
        json!([
            { "jwt": ["orders:read", "orders:write"] },
            { "jwt_cookie": ["orders:read", "orders:write"] },
            { "jwt_query": ["orders:read", "orders:write"] },
        ])
    );
    let key = |place: &str, name: &str| json!({ "type": "apiKey", "in": place, "name": name });
    let schemes = &api["components"]["securitySchemes"];
    assert_eq!(schemes["jwt_cookie"], key("cookie", "__Host-access_token"));
    assert_eq!(schemes["jwt_query"], key("query", "access_token"));
    assert_eq!(schemes["jwt_refresh_cookie"], key("cookie", "__Host-refresh_token"));
    assert_eq!(schemes["jwt_refresh_query"], key("query", "refresh_token"));

    // The first place has the plain name, whatever it is.
    let api = described(|builder| builder.header_name("X-Token").header_scheme(""));
    let schemes = &api["components"]["securitySchemes"];
    assert_eq!(schemes["jwt"], key("header", "x-token"));

    // What else is in the header is said in words.
    let api = described(|builder| builder.header_scheme("JWT"));
    let scheme = &api["components"]["securitySchemes"]["jwt"];
    assert_eq!(scheme["name"], "authorization");
    assert_eq!(scheme["description"], "`JWT `, and the token.");
}

#[test]
fn describing_twice_is_describing_once() {
    let (auth, _) = authority(|builder| {
        builder
            .secret(SECRET)
            .locations([TokenLocation::Header, TokenLocation::Cookie])
            .cookies(CookieOptions::new())
    });
    let mut api = Api::openapi();
    auth.modify(&mut api);
    let once = serde_json::to_value(&api).expect("JSON");
    auth.modify(&mut api);
    assert_eq!(serde_json::to_value(&api).expect("JSON"), once);
}

/// OpenAPI has no word for some places; `[]` would say that nothing is asked.
#[test]
fn a_place_without_a_word_is_not_described_as_open() {
    let api = described(|builder| builder.locations([TokenLocation::WebSocket]));
    assert_eq!(api["paths"]["/me"]["get"]["security"], json!([{ "jwt": [] }]));
    let scheme = &api["components"]["securitySchemes"]["jwt"];
    assert!(scheme["description"].as_str().expect("words").contains("websocket"), "{scheme}");
}

#[test]
fn tokens_have_schemas() {
    let api = described(|builder| builder);
    let schemas = &api["components"]["schemas"];
    for (name, members) in [
        ("TokenPair", json!(["access_token", "refresh_token", "token_type", "expires_in"])),
        ("AccessGrant", json!(["access_token", "token_type", "expires_in"])),
    ] {
        assert_eq!(schemas[name]["required"], members, "{name}");
        assert_eq!(schemas[name]["properties"]["expires_in"]["type"], "integer", "{name}");
    }
    let answer = &api["paths"]["/refresh"]["post"]["responses"]["200"];
    let schema = &answer["content"]["application/json"]["schema"];
    assert_eq!(schema["$ref"], "#/components/schemas/TokenPair");
}

/// The description says what the server does.
#[tokio::test]
async fn described_handlers_are_guarded() {
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(MemoryStore::new()));
    let mut api = Api::openapi();
    auth.modify(&mut api);
    let routes: Router<JwtAuth> = Router::new()
        .route("/me", get(me))
        .route("/feed", get(feed))
        .route("/all", get(all))
        .route("/any", get(any))
        .route("/fresh", get(fresh))
        .route("/refresh-guard", post(refresh))
        .route("/leave", post(logout))
        .route("/chosen", get(chosen))
        .route("/above", get(above))
        .route("/open", get(open))
        .route("/inside", get(guarded::inside))
        .route("/outside", get(guarded::outside))
        .route("/openapi.json", get(|| async { Json(api) }))
        .merge(jwt_tests::routes::session::routes());
    let app = App::serve(auth.clone(), clock, routes.with_state(auth)).await;
    let pair = app.login_as(&json!({ "sub": "alice", "scope": "a" })).await;
    assert_eq!(app.get("/me", &pair.access).await.assert_status(200).body, "alice a");
    app.get("/all", &pair.access).await.assert_status(403);
    for path in ["/feed", "/open", "/outside"] {
        app.call("GET", path).send().await.assert_status(200);
    }
    for path in ["/me", "/all", "/any", "/fresh", "/chosen", "/above", "/inside"] {
        app.call("GET", path).send().await.assert_status(401);
    }
    let api = app.call("GET", "/openapi.json").send().await.assert_status(200);
    assert_eq!(api.json()["paths"]["/me"]["get"]["security"], json!([{ "jwt": [] }]));
}
