//! Tokens in a query, with more than one guard, and queries with more than one token.

use axum::Router;
use axum::extract::OriginalUri;
use axum::http::Uri;
use axum::routing::get;
use jwt_runtime::{
    Claims, Jwt, JwtAuth, MemoryStore, RefreshToken, Token, TokenLocation, jwt_required,
    refresh_required,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::client::Reply;
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{request_malformed, token_missing};

#[derive(Claims)]
struct User {
    sub: String,
}

#[jwt_required(locations(query))]
async fn required(#[claims] user: User, uri: Uri) -> String {
    format!("{} {uri}", user.sub)
}

#[jwt_required(optional, locations(query))]
async fn optional(#[claims] user: Option<User>, uri: Uri) -> String {
    format!("{} {uri}", user.map_or_else(|| "nobody".to_owned(), |user| user.sub))
}

#[jwt_required(locations(header, query))]
async fn either(#[claims] user: User, uri: Uri) -> String {
    format!("{} {uri}", user.sub)
}

#[jwt_required(locations(header))]
async fn header_only(#[claims] user: User) -> String {
    user.sub
}

async fn twice(Jwt(first): Jwt<User>, Jwt(second): Jwt<Token<User>>, uri: Uri) -> String {
    format!("{} {} {uri}", first.sub, second.sub)
}

#[refresh_required(locations(query))]
async fn refresh(
    #[token] old: RefreshToken<User>,
    uri: Uri,
    OriginalUri(original): OriginalUri,
) -> String {
    format!("{} {uri} {original}", old.sub)
}

fn guarded() -> Router<JwtAuth> {
    Router::new()
        .route("/required", get(required))
        .route("/optional", get(optional))
        .route("/either", get(either))
        .route("/header", get(header_only))
}

async fn app() -> (App, Pair) {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new());
        builder.locations([TokenLocation::Header, TokenLocation::Query])
    });
    let layered = guarded().route_layer(auth.require_access().locations(&[TokenLocation::Query]));
    let router: Router<JwtAuth> = Router::new()
        .merge(guarded())
        .nest("/layered", layered)
        .route("/twice", get(twice))
        .route("/refresh", get(refresh))
        .nest("/below", Router::new().route("/refresh", get(refresh)));
    let pair = auth.login(&User { sub: "alice".into() }).await.expect("a login");
    let pair = Pair {
        access: pair.access_token().as_str().to_owned(),
        refresh: pair.refresh_token().as_str().to_owned(),
    };
    let router = router.with_state(auth.clone()).layer(auth.layer());
    (App::serve(auth, clock, router).await, pair)
}

async fn send(app: &App, draft: Draft, path: &str) -> Reply {
    draft.send(app, path).await.expect("an answer")
}

#[track_caller]
fn assert_hidden(reply: &Reply) {
    assert_eq!(reply.headers_named("referrer-policy"), ["no-referrer"], "{reply:?}");
    assert_eq!(reply.headers_named("cache-control"), ["no-store"], "{reply:?}");
}

/// The first of them takes it out of the URI, and the second one sees it all the same.
#[tokio::test]
async fn every_guard_sees_the_token() {
    let (app, pair) = app().await;
    let draft = Draft::get().query("access_token", &pair.access).query("a", "1");
    for (path, body) in [
        ("/layered/required", "alice /required?a=1"),
        ("/layered/optional", "alice /optional?a=1"),
        ("/layered/either", "alice /either?a=1"),
        ("/twice", "alice alice /twice?a=1"),
    ] {
        let reply = send(&app, draft.clone(), path).await.assert_status(200);
        assert_eq!(reply.body, body, "{path}");
        assert_hidden(&reply);
    }
}

/// It is where it was, for whoever comes second as well.
#[tokio::test]
async fn token_that_was_taken_out_counts_as_in_the_query() {
    let (app, pair) = app().await;
    let in_query = Draft::get().query("access_token", &pair.access);
    let in_both = in_query.clone().bearer(&pair.access);
    for path in ["/either", "/layered/either"] {
        let reply = send(&app, in_both.clone(), path).await;
        request_malformed().assert(&reply);
        assert_hidden(&reply);
    }
    for path in ["/header", "/layered/header"] {
        let reply = send(&app, in_query.clone(), path).await;
        token_missing().assert(&reply);
    }
    assert_eq!(send(&app, in_both, "/layered/header").await.assert_status(200).body, "alice");
}

/// Either of them may be a good one.
#[tokio::test]
async fn malformed_query_is_hidden_too() {
    let (app, pair) = app().await;
    for values in [["x", "y"].as_slice(), &[&pair.access, "y"], &["", &pair.access], &[""]] {
        let draft =
            values.iter().fold(Draft::get(), |draft, value| draft.query("access_token", value));
        for path in ["/required", "/optional", "/layered/required", "/twice"] {
            let reply = send(&app, draft.clone(), path).await;
            request_malformed().assert(&reply);
            assert_hidden(&reply);
        }
    }
}

/// And nothing else is taken out with it.
#[tokio::test]
async fn refresh_token_is_taken_out_of_the_query() {
    let (app, pair) = app().await;
    let draft = Draft::get()
        .query("access_token", "another")
        .query("refresh_token", &pair.refresh)
        .query("a", "1");
    for path in ["/refresh", "/below/refresh"] {
        let reply = send(&app, draft.clone(), path).await.assert_status(200);
        let rest = "access_token=another&a=1";
        assert_eq!(reply.body, format!("alice /refresh?{rest} {path}?{rest}"));
        assert_hidden(&reply);
    }
}
