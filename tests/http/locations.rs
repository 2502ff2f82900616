//! `locations`: a route looks where it says, and nowhere else.

use axum::Router;
use axum::routing::{any, get};
use jwt_runtime::TokenLocation::{Cookie, Form, Header, Json, Query, WebSocket};
use jwt_runtime::{
    CookieOptions, Jwt, JwtAuth, JwtAuthBuilder, MemoryStore, RefreshToken, Token, TokenLocation,
    TokenType, fresh_jwt_required, jwt_required, refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::places::{FOR_REFRESH, draft, put};
use jwt_tests::refusal::{request_malformed, token_missing};
use jwt_tests::routes::guarded::User;
use jwt_tests::routes::session;

#[jwt_required(locations(header))]
async fn access() {}

#[fresh_jwt_required(max_age = "5m", locations(header))]
async fn fresh() {}

#[refresh_required(locations(header))]
async fn refresh_only() {}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/access", get(access))
        .route("/fresh", get(fresh))
        .route("/refresh-only", get(refresh_only))
}

#[tokio::test]
async fn header_alone_is_read() {
    let app = App::routed(routes()).await;
    let pair = app.login("alice").await;
    for (route, token) in
        [("/access", &pair.access), ("/fresh", &pair.access), ("/refresh-only", &pair.refresh)]
    {
        app.get(route, token).await.assert_status(200);
        for name in ["access_token", "refresh_token", "token", "jwt"] {
            let cookie = app.call("GET", route).header("cookie", format!("{name}={token}"));
            token_missing().assert(&cookie.send().await);
            let query = app.call("GET", &format!("{route}?{name}={token}"));
            token_missing().assert(&query.send().await);
        }
        let protocol = format!("bearer, {token}");
        let websocket = app.call("GET", route).header("sec-websocket-protocol", protocol);
        token_missing().assert(&websocket.send().await);
    }
}

#[jwt_required]
async fn configured(#[claims] token: Token<User>) -> String {
    token.location().expect("a request").to_string()
}

async fn plain(Jwt(token): Jwt<Token<User>>) -> String {
    token.location().expect("a request").to_string()
}

#[refresh_required]
async fn refresh(#[token] old: RefreshToken<User>) -> String {
    old.location().expect("a request").to_string()
}

#[jwt_required(locations(cookie, query))]
async fn of_its_own(#[claims] token: Token<User>) -> String {
    token.location().expect("a request").to_string()
}

async fn app(configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> App {
    let (auth, clock) =
        authority(|builder| configure(builder.secret(SECRET).store(MemoryStore::new())));
    let layered: Router<JwtAuth> = Router::new()
        .route("/layered", any(|| async { "let in" }))
        .route_layer(auth.require_access().locations(&[Query]));
    let routes = Router::new()
        .route("/configured", any(configured))
        .route("/plain", any(plain))
        .route("/refresh/cookie", any(refresh))
        .route("/of-its-own", any(of_its_own))
        .merge(layered)
        .merge(session::routes());
    let router = routes.with_state(auth.clone()).layer(auth.layer());
    App::serve(auth, clock, router).await
}

/// The answer to a token in one place: where it was found, or nothing.
async fn found(app: &App, path: &str, at: TokenLocation, wanted: TokenType, token: &str) -> String {
    let reply = put(draft(at), at, wanted, token).send(app, path).await.expect("an answer");
    if reply.status != 200 {
        token_missing().assert(&reply);
        return String::new();
    }
    reply.body
}

#[tokio::test]
async fn configured_locations_are_looked_at() {
    let all = TokenLocation::ALL;
    let lists: [&[TokenLocation]; 6] =
        [&[Header], &[Cookie], &[Query, Header], &[WebSocket], &[Json, Form], &all];
    for list in lists {
        let cookies = CookieOptions::new().refresh_path("/");
        let app = app(|builder| builder.locations(list.iter().copied()).cookies(cookies)).await;
        let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
        let pair = app.auth.login(&user).await.expect("a login");
        for &at in FOR_REFRESH {
            let is_read = list.contains(&at);
            let expected = |is_read: bool| if is_read { at.to_string() } else { String::new() };
            let access = pair.access_token().as_str();
            let is_body = [Json, Form].contains(&at);
            for path in ["/configured", "/plain"] {
                let found = found(&app, path, at, TokenType::Access, access).await;
                assert_eq!(found, expected(is_read && !is_body), "{at} at {path} of {list:?}");
            }
            // What a route says for itself holds whatever is configured.
            let own = found(&app, "/of-its-own", at, TokenType::Access, access).await;
            assert_eq!(own, expected([Cookie, Query].contains(&at)), "{at} of {list:?}");
            let layered = found(&app, "/layered", at, TokenType::Access, access).await;
            assert_eq!(layered.is_empty(), at != Query, "{at} of {list:?}");
        }
    }
}

#[tokio::test]
async fn refresh_tokens_are_found_in_each_location() {
    for &at in FOR_REFRESH {
        let cookies = CookieOptions::new().refresh_name("__Secure-refresh_token");
        let app = app(|builder| builder.locations([at]).cookies(cookies)).await;
        let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
        let pair = app.auth.login(&user).await.expect("a login");
        let refresh = pair.refresh_token();
        let csrf = refresh.csrf().expect("cookies are configured").as_str().to_owned();
        let draft = put(draft(at), at, TokenType::Refresh, refresh.as_str());
        let draft = draft.header("X-CSRF-Token", csrf).header("Origin", "http://{host}");
        let reply = draft.send(&app, "/refresh/cookie").await.expect("an answer");
        assert_eq!(reply.assert_status(200).body, at.to_string());
    }
}

#[tokio::test]
async fn header_and_scheme_are_what_is_configured() {
    let token = |app: &App| {
        let auth = app.auth.clone();
        async move {
            let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
            auth.login(&user).await.expect("a login").access_token().as_str().to_owned()
        }
    };
    for (name, scheme, good, missing, malformed) in [
        ("X-Auth", "Bearer", "Bearer {}", "JWT {}", "Bearer"),
        ("Authorization", "JWT", "jwt {}", "Bearer {}", "JWT,{}"),
        ("X-Auth", "JWT", "JWT  {}", "{}", "JWT {} x"),
        ("X-Auth", "", "{}", "", "Bearer {}"),
    ] {
        let app = app(|builder| builder.header_name(name).header_scheme(scheme)).await;
        let token = token(&app).await;
        let send = async |header: &str, form: &str| {
            let draft = Draft::get().header(header, form.replace("{}", &token));
            draft.send(&app, "/configured").await.expect("an answer")
        };
        assert_eq!(send(name, good).await.status, 200, "{name}: {good}");
        if !missing.is_empty() {
            token_missing().assert(&send(name, missing).await);
        }
        request_malformed().assert(&send(name, malformed).await);
        let other = if name == "X-Auth" { "Authorization" } else { "X-Auth" };
        token_missing().assert(&send(other, good).await);
    }
}

#[tokio::test]
async fn parameters_are_what_is_configured() {
    let app = app(|builder| {
        builder
            .locations([Query, Json, Form])
            .query_name("jwt")
            .refresh_query_name("rjwt")
            .query_prefix("Token ")
            .json_name("json")
            .form_name("field")
    })
    .await;
    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let pair = app.auth.login(&user).await.expect("a login");
    let (access, refresh) = (pair.access_token().as_str(), pair.refresh_token().as_str());
    let prefixed = |token: &str| format!("Token%20{token}");
    for (draft, path, expected) in [
        (Draft::get().query("jwt", &prefixed(access)), "/configured", 200),
        (Draft::get().query("jwt", access), "/configured", 400),
        (Draft::get().query("access_token", &prefixed(access)), "/configured", 401),
        (Draft::get().query("rjwt", &prefixed(refresh)), "/refresh/cookie", 200),
        (Draft::get().query("jwt", &prefixed(refresh)), "/refresh/cookie", 401),
        (Draft::post().json(format!(r#"{{"json":"{refresh}"}}"#)), "/refresh/cookie", 200),
        (Draft::post().json(format!(r#"{{"refresh_token":"{refresh}"}}"#)), "/refresh/cookie", 401),
        (Draft::post().form(format!("field={refresh}")), "/refresh/cookie", 200),
        (Draft::post().form(format!("refresh_token={refresh}")), "/refresh/cookie", 401),
    ] {
        let reply = draft.send(&app, path).await.expect("an answer");
        assert_eq!(reply.status, expected, "{draft:?} at {path}: {reply:?}");
    }
}
