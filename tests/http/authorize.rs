//! `authorize = path`: the application decides about one request, after every cheaper check and
//! before anything else of the request is looked at.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, Path, Query, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::routing::{get, post};
use jwt_runtime::{
    AuthError, Claims, Denied, JwtAuth, NoClaims, RefreshToken, Token, fresh_jwt_required,
    jwt_required, refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::keys::SECRET;
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{
    forbidden, not_fresh, store_unavailable, token_expired, token_invalid, token_missing,
    token_revoked, type_wrong,
};
use jwt_tests::routes::guarded::User;
use jwt_tests::routes::session;
use serde::Deserialize;
use serde_json::json;

/// Who owns which order; counts how often somebody asks.
#[derive(Clone, Default)]
struct Orders(Arc<AtomicUsize>);

impl Orders {
    async fn is_owner(&self, sub: &str, id: u64) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        matches!((sub, id), ("alice", 1) | ("bob", 2))
    }

    fn asked(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

#[derive(Clone, FromRef)]
struct Site {
    auth: JwtAuth,
    orders: Orders,
}

async fn owns_order(user: &User, Path(id): Path<u64>, State(orders): State<Orders>) -> bool {
    orders.is_owner(&user.sub, id).await
}

#[jwt_required(authorize = owns_order, state = Site)]
async fn by_bool(#[claims] user: User, Path(id): Path<u64>) -> String {
    format!("{} {id}", user.sub)
}

/// The body is what the handler gets, and nobody before it.
#[jwt_required(all_scopes("write"), authorize = owns_order, state = Site)]
async fn with_body(#[claims] token: Token<User>, body: String) -> String {
    format!("{} {body}", token.sub)
}

#[jwt_required(authorize = owns_order, state = Site, claims = User)]
async fn unbound() {}

#[fresh_jwt_required(authorize = owns_order, state = Site, max_age = "5m")]
async fn fresh(#[claims] _user: User) {}

#[refresh_required(authorize = owns_order, state = Site)]
async fn refresh(#[token] _old: RefreshToken<User>) {}

async fn by_denied(user: &User, Path(id): Path<u64>, orders: State<Orders>) -> Result<(), Denied> {
    match orders.is_owner(&user.sub, id).await {
        true => Ok(()),
        false => Err(Denied::for_scope("orders:all")),
    }
}

#[jwt_required(authorize = by_denied, state = Site)]
async fn denied(#[claims] _user: User) {}

async fn by_error(
    user: &User,
    Path(id): Path<u64>,
    orders: State<Orders>,
) -> Result<(), AuthError> {
    match orders.is_owner(&user.sub, id).await {
        true => Ok(()),
        false => Err(AuthError::FreshTokenRequired { max_age: Some(Duration::from_secs(60)) }),
    }
}

#[jwt_required(authorize = by_error, state = Site)]
async fn error(#[claims] _user: User) {}

struct Api;

impl Api {
    async fn owns(user: &User, id: Path<u64>, orders: State<Orders>) -> bool {
        orders.is_owner(&user.sub, *id).await
    }

    #[jwt_required(authorize = Self::owns, state = Site, self_type = Api)]
    async fn associated(#[claims] user: User) -> String {
        user.sub
    }
}

/// Every function that takes these claims finds the state by them.
#[derive(Claims)]
#[claims(state = Site)]
struct Member {
    sub: String,
}

async fn is_theirs(member: &Member, Path(id): Path<u64>, orders: State<Orders>) -> bool {
    orders.is_owner(&member.sub, id).await
}

#[jwt_required(authorize = is_theirs)]
async fn by_claims(#[claims] _member: Member) {}

struct Block;

#[jwt_required(claims = Member, authorize = is_theirs)]
impl Block {
    async fn any() {}

    #[fresh_jwt_required]
    async fn fresh() {}
}

fn site_routes() -> Router<Site> {
    Router::new()
        .route("/bool/{id}", get(by_bool))
        .route("/body/{id}", post(with_body))
        .route("/unbound/{id}", get(unbound))
        .route("/fresh/{id}", get(fresh))
        .route("/refresh/{id}", get(refresh))
        .route("/denied/{id}", get(denied))
        .route("/error/{id}", get(error))
        .route("/associated/{id}", get(Api::associated))
        .route("/claims/{id}", get(by_claims))
        .route("/block/{id}", get(Block::any))
        .route("/block-fresh/{id}", get(Block::fresh))
}

async fn site() -> (App, Orders, Plugged) {
    let (store, orders) = (Plugged::default(), Orders::default());
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let site = Site { auth: auth.clone(), orders: orders.clone() };
    let router = site_routes().with_state(site).merge(session::routes().with_state(auth.clone()));
    (App::serve(auth, clock, router).await, orders, store)
}

#[tokio::test]
async fn every_answer_is_heard() {
    let (app, orders, _) = site().await;
    let pair = app.login("alice").await;
    let too_old = not_fresh(Some(60));
    for (route, token, no) in [
        ("/bool", &pair.access, forbidden(None)),
        ("/unbound", &pair.access, forbidden(None)),
        ("/fresh", &pair.access, forbidden(None)),
        ("/refresh", &pair.refresh, forbidden(None)),
        ("/denied", &pair.access, forbidden(Some("orders:all"))),
        ("/error", &pair.access, too_old),
        ("/associated", &pair.access, forbidden(None)),
        ("/claims", &pair.access, forbidden(None)),
        ("/block", &pair.access, forbidden(None)),
        ("/block-fresh", &pair.access, forbidden(None)),
    ] {
        app.get(&format!("{route}/1"), token).await.assert_status(200);
        assert_eq!(orders.asked(), 1, "{route}");
        no.assert(&app.get(&format!("{route}/2"), token).await);
        assert_eq!(orders.asked(), 1, "{route}");
    }
}

#[tokio::test]
async fn extractors_answer_for_themselves() {
    let (app, orders, _) = site().await;
    let pair = app.login("alice").await;
    let reply = app.get("/bool/seven", &pair.access).await.assert_status(400);
    assert!(reply.body.starts_with("Invalid URL"), "{reply:?}");
    assert!(reply.headers.get("www-authenticate").is_none());
    assert_eq!(orders.asked(), 0);
}

#[tokio::test]
async fn nobody_is_asked_about_a_token_that_is_refused_anyway() {
    let (app, orders, store) = site().await;
    let pair = app.login_as(&json!({ "sub": "alice", "scope": "write" })).await;
    let poor = app.login("alice").await;
    let revoked = app.login("alice").await;
    app.post("/revoke", &revoked.access).await.assert_status(204);
    let garbage = "garbage".to_owned();
    let send = |token: &str| app.call("POST", "/body/1").bearer(token).body("x").send();
    token_missing().assert(&app.call("POST", "/body/1").send().await);
    for (token, row) in [
        (&garbage, token_invalid()),
        (&pair.refresh, type_wrong("access")),
        (&poor.access, forbidden(Some("write"))),
    ] {
        row.assert(&send(token).await);
    }
    token_revoked().assert(&app.get("/bool/1", &revoked.access).await);
    store.pull();
    store_unavailable().assert(&send(&pair.access).await);
    store.plug_in();
    app.clock.advance(Duration::from_secs(301));
    not_fresh(Some(300)).assert(&app.get("/fresh/1", &pair.access).await);
    assert_eq!(orders.asked(), 0);
    assert_eq!(send(&pair.access).await.assert_status(200).body, "alice x");
    assert_eq!(orders.asked(), 1);
    app.clock.advance(Duration::from_secs(900));
    token_expired().assert(&send(&pair.access).await);
    assert_eq!(orders.asked(), 0);
}

/// What needs no state works in every router.
#[tokio::test]
async fn state_need_not_be_named_for_extractors_without_one() {
    #[derive(Deserialize)]
    struct Page {
        owner: String,
    }

    async fn any_of_it(
        user: &User,
        method: Method,
        uri: Uri,
        headers: HeaderMap,
        Query(page): Query<Page>,
    ) -> bool {
        method == "GET" && uri.path() == "/page" && headers.len() > 1 && page.owner == user.sub
    }
    #[jwt_required(authorize = any_of_it)]
    async fn page(#[claims] _user: User) {}

    async fn nothing_of_it(_: &NoClaims) -> bool {
        true
    }
    #[jwt_required(authorize = nothing_of_it, claims = NoClaims)]
    async fn nothing() {}

    let app =
        App::routed(Router::new().route("/page", get(page)).route("/nothing", get(nothing))).await;
    let pair = app.login("alice").await;
    app.get("/page?owner=alice", &pair.access).await.assert_status(200);
    forbidden(None).assert(&app.get("/page?owner=bob", &pair.access).await);
    app.get("/page", &pair.access).await.assert_status(400);
    app.get("/nothing", &pair.access).await.assert_status(200);
}

/// As many extractors as a handler can have beside its guard.
#[tokio::test]
async fn fifteen_extractors_are_not_too_many() {
    #[derive(Claims)]
    struct Holder {
        sub: String,
    }

    #[rustfmt::skip]
    #[allow(clippy::too_many_arguments)]
    async fn greedy(
        holder: &Holder,
        _: Uri, _: Uri, _: Uri, _: Uri, _: Uri, _: Uri, _: Uri, _: Uri, _: Uri, _: Uri,
        _: Uri, _: Uri, _: Uri, _: Uri, uri: Uri,
    ) -> bool {
        uri.path().ends_with(&holder.sub)
    }
    #[jwt_required(authorize = greedy)]
    async fn many(#[claims] _holder: Holder) {}

    let app = App::routed(Router::new().route("/many/{sub}", get(many))).await;
    let pair = app.login("alice").await;
    app.get("/many/alice", &pair.access).await.assert_status(200);
    forbidden(None).assert(&app.get("/many/bob", &pair.access).await);
}
