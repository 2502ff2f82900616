//! `#[user]`: the handler gets the user as the application knows it now, or does not run.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jwt_runtime::testing::{guarded, guarded_user, unbound_user};
use jwt_runtime::{
    AuthError, Claims, JwtAuth, LoadUser, RefreshToken, Token, TokenPair, jwt_required,
    refresh_required,
};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::keys::SECRET;
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{
    forbidden, store_unavailable, token_expired, token_invalid, token_missing, token_reused,
    token_revoked, type_wrong, user_unknown,
};
use jwt_tests::routes::guarded::{Role, User};
use jwt_tests::routes::session;
use serde_json::json;

/// Names by subject; counts how often somebody asks.
#[derive(Clone, Default)]
struct Db {
    names: Arc<Mutex<HashMap<String, String>>>,
    asked: Arc<AtomicUsize>,
}

impl Db {
    fn set(&self, sub: &str, name: Option<&str>) {
        let mut names = self.names.lock().expect("nobody panicked");
        match name {
            Some(name) => names.insert(sub.to_owned(), name.to_owned()),
            None => names.remove(sub),
        };
    }

    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::SeqCst)
    }
}

struct Account {
    name: String,
}

/// The application's own error, with its own answer.
struct DbError;

impl IntoResponse for DbError {
    fn into_response(self) -> Response {
        (StatusCode::IM_A_TEAPOT, [("x-db", "down")], "no tea").into_response()
    }
}

impl LoadUser for Account {
    type Claims = User;
    type State = Db;
    type Error = DbError;

    async fn load(user: &User, db: &Db) -> Result<Option<Self>, DbError> {
        db.asked.fetch_add(1, Ordering::SeqCst);
        if user.sub == "mallory" {
            return Err(DbError);
        }
        let names = db.names.lock().expect("nobody panicked");
        Ok(names.get(&user.sub).map(|name| Self { name: name.clone() }))
    }
}

#[derive(Clone, FromRef)]
struct Site {
    auth: JwtAuth,
    db: Db,
}

#[jwt_required]
async fn alone(#[user] account: Account) -> String {
    account.name
}

#[jwt_required(all_scopes("write"), state = Site)]
async fn both(body: State<Db>, #[user] account: Account, #[claims] user: User) -> String {
    drop(body);
    format!("{} {}", user.sub, account.name)
}

#[jwt_required(any_role(Role::Admin))]
async fn conditions(#[user] Account { name }: Account) -> String {
    name
}

#[jwt_required]
async fn token(#[claims] token: Token<User>, #[user] account: Account) -> String {
    format!("{} {}", token.sub, account.name)
}

#[jwt_required(optional)]
async fn feed(#[user] account: Option<Account>) -> String {
    account.map_or_else(|| "nobody".to_owned(), |account| account.name)
}

#[jwt_required(optional)]
async fn greeting(#[claims] user: Option<User>, #[user] account: Option<Account>) -> String {
    assert_eq!(user.is_some(), account.is_some());
    account.map_or_else(|| "nobody".to_owned(), |account| account.name)
}

#[refresh_required]
async fn refresh(
    #[token] old: RefreshToken<User>,
    #[user] _account: Account,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    auth.rotate(old).await
}

async fn owns_nothing(_: &User, State(db): State<Db>) -> bool {
    db.asked() == 0
}

#[jwt_required(authorize = owns_nothing, state = Site)]
async fn never(#[user] _account: Account) {}

struct Api;

impl Api {
    #[jwt_required(any_role(Role::Admin), self_type = Api)]
    async fn associated(#[user] account: Account, #[claims] user: User) -> String {
        format!("{} {}", user.sub, account.name)
    }
}

fn site_routes() -> Router<Site> {
    Router::new()
        .route("/alone", get(alone))
        .route("/both", get(both))
        .route("/conditions", get(conditions))
        .route("/token", get(token))
        .route("/feed", get(feed))
        .route("/greeting", get(greeting))
        .route("/fresh-pair", post(refresh))
        .route("/never", get(never))
        .route("/associated", get(Api::associated))
}

async fn site() -> (App, Db, Plugged) {
    let (store, db) = (Plugged::default(), Db::default());
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(store.clone()));
    let site = Site { auth: auth.clone(), db: db.clone() };
    let session = session::routes().with_state(auth.clone());
    let router = site_routes().with_state(site).merge(session);
    db.set("alice", Some("Alice"));
    (App::serve(auth, clock, router).await, db, store)
}

async fn admin(app: &App, sub: &str) -> Pair {
    app.login_as(&json!({ "sub": sub, "scope": "write", "roles": ["admin"] })).await
}

const ROUTES: [(&str, &str); 7] = [
    ("/alone", "Alice"),
    ("/both", "alice Alice"),
    ("/conditions", "Alice"),
    ("/token", "alice Alice"),
    ("/feed", "Alice"),
    ("/greeting", "Alice"),
    ("/associated", "alice Alice"),
];

#[tokio::test]
async fn handler_gets_the_user_of_today() {
    let (app, db, _) = site().await;
    let pair = admin(&app, "alice").await;
    for (route, answer) in ROUTES {
        assert_eq!(app.get(route, &pair.access).await.assert_status(200).body, answer, "{route}");
        assert_eq!(db.asked(), 1, "{route}");
    }
    db.set("alice", Some("Alice B."));
    assert_eq!(app.get("/alone", &pair.access).await.assert_status(200).body, "Alice B.");
}

#[tokio::test]
async fn deleted_user_is_refused_with_a_good_token() {
    let (app, db, _) = site().await;
    let pair = admin(&app, "alice").await;
    db.set("alice", None);
    for (route, _) in ROUTES {
        user_unknown().assert(&app.get(route, &pair.access).await);
    }
    let known = app.get("/alone", &pair.access).await;
    assert_eq!(
        known.headers["www-authenticate"],
        r#"Bearer realm="api", error="invalid_token", error_description="the user is unknown""#
    );
}

#[tokio::test]
async fn no_token_is_nobody_where_it_is_optional() {
    let (app, db, _) = site().await;
    for (route, _) in ROUTES {
        let reply = app.call("GET", route).send().await;
        match route {
            "/feed" | "/greeting" => assert_eq!(reply.assert_status(200).body, "nobody"),
            _ => token_missing().assert(&reply),
        }
        token_invalid().assert(&app.get(route, "garbage").await);
    }
    assert_eq!(db.asked(), 0);
}

#[tokio::test]
async fn answer_of_a_failed_look_up_is_the_applications() {
    let (app, _, _) = site().await;
    let pair = admin(&app, "mallory").await;
    for (route, _) in ROUTES {
        let reply = app.get(route, &pair.access).await.assert_status(418);
        assert_eq!(
            (reply.body.as_str(), &reply.headers["x-db"]),
            ("no tea", &"down".parse().unwrap())
        );
    }
}

#[tokio::test]
async fn nobody_is_looked_up_for_a_token_that_is_refused_anyway() {
    let (app, db, store) = site().await;
    let pair = admin(&app, "alice").await;
    let poor = app.login("alice").await;
    let revoked = admin(&app, "alice").await;
    app.post("/revoke", &revoked.access).await.assert_status(204);
    for (token, row) in [
        ("garbage", token_invalid()),
        (&pair.refresh, type_wrong("access")),
        (&poor.access, forbidden(Some("write"))),
        (&revoked.access, token_revoked()),
    ] {
        row.assert(&app.get("/both", token).await);
    }
    store.pull();
    store_unavailable().assert(&app.get("/both", &pair.access).await);
    store.plug_in();
    app.clock.advance(Duration::from_secs(900));
    token_expired().assert(&app.get("/both", &pair.access).await);
    assert_eq!(db.asked(), 0);
}

/// The user is known before anybody decides about it.
#[tokio::test]
async fn user_is_looked_up_before_authorize() {
    let (app, db, _) = site().await;
    let pair = app.login("alice").await;
    forbidden(None).assert(&app.get("/never", &pair.access).await);
    db.set("alice", None);
    user_unknown().assert(&app.get("/never", &pair.access).await);
    assert_eq!(db.asked(), 1);
}

/// CVE-2024-22513: elsewhere a disabled user went on refreshing.
#[tokio::test]
async fn deleted_user_gets_no_new_tokens() {
    let (app, db, _) = site().await;
    let pair = app.login("alice").await;
    db.set("alice", None);
    user_unknown().assert(&app.post("/fresh-pair", &pair.refresh).await);
    // The refusal has not used the token up, nor ended the session.
    db.set("alice", Some("Alice"));
    let next = Pair::read(&app.post("/fresh-pair", &pair.refresh).await.assert_status(200));
    app.get("/alone", &next.access).await.assert_status(200);
    token_reused().assert(&app.post("/fresh-pair", &pair.refresh).await);
}

#[tokio::test]
async fn handlers_can_be_called_without_a_request() {
    let account = || Account { name: "Alice".into() };
    assert_eq!(alone(unbound_user(account())).await, "Alice");
    let user = User { sub: "alice".into(), roles: vec![], scope: "".parse().expect("no scopes") };
    let called = both(guarded_user(user.clone(), account()), State(Db::default())).await;
    assert_eq!(called, "alice Alice");
    assert_eq!(feed(unbound_user(None)).await, "nobody");

    #[jwt_required]
    async fn plain(#[claims] user: User) -> String {
        user.sub
    }
    assert_eq!(plain(guarded(user)).await, "alice");
}

/// A loader for claims of any kind, and for the whole state.
#[tokio::test]
async fn loader_may_be_generic_over_the_claims() {
    struct Subject<C>(String, std::marker::PhantomData<fn() -> C>);

    impl<C: Claims + Clone> LoadUser for Subject<C>
    where
        C: AsRef<str>,
    {
        type Claims = C;
        type State = JwtAuth;
        type Error = AuthError;

        async fn load(claims: &C, _: &JwtAuth) -> Result<Option<Self>, AuthError> {
            Ok(Some(Self(claims.as_ref().to_owned(), std::marker::PhantomData)))
        }
    }

    #[derive(Clone, Claims)]
    struct Holder {
        sub: String,
    }

    impl AsRef<str> for Holder {
        fn as_ref(&self) -> &str {
            &self.sub
        }
    }

    #[jwt_required]
    async fn subject(#[user] subject: Subject<Holder>) -> String {
        subject.0
    }

    let app = App::routed(Router::new().route("/subject", get(subject))).await;
    let pair = app.login("alice").await;
    assert_eq!(app.get("/subject", &pair.access).await.assert_status(200).body, "alice");
}
