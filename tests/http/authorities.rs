//! Where a guard finds its authority: the state itself, a part of it, or another one by name.

use std::ops::Deref;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::get;
use jwt_runtime::{
    Claims, FreshJwt, Jwt, JwtAuth, MemoryStore, fresh_jwt_required, jwt_required, refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::keys::{OTHER_SECRET, SECRET};
use jwt_tests::refusal::{token_invalid, token_revoked};

#[derive(Claims)]
struct User {
    sub: String,
}

#[derive(Clone)]
struct AdminAuth(JwtAuth);

impl Deref for AdminAuth {
    type Target = JwtAuth;

    fn deref(&self) -> &JwtAuth {
        &self.0
    }
}

#[derive(Clone)]
struct Database(&'static str);

#[derive(Clone, FromRef)]
struct Site {
    users: JwtAuth,
    admins: AdminAuth,
    database: Database,
}

#[jwt_required]
async fn user(#[claims] user: User, State(database): State<Database>) -> String {
    format!("user {} of {}", user.sub, database.0)
}

#[jwt_required(auth = AdminAuth)]
async fn admin(#[claims] user: User, State(site): State<Site>) -> String {
    format!("admin {} of {}", user.sub, site.database.0)
}

#[jwt_required(auth = AdminAuth, optional)]
async fn maybe_admin(#[claims] user: Option<User>) -> String {
    format!("{:?}", user.map(|user| user.sub))
}

#[fresh_jwt_required(auth = AdminAuth)]
async fn fresh_admin(#[claims] user: User) -> String {
    user.sub
}

#[refresh_required(auth = AdminAuth)]
async fn refresh_admin(#[claims] user: User) -> String {
    user.sub
}

async fn plain(Jwt(user): Jwt<User>) -> String {
    user.sub
}

async fn plain_fresh(FreshJwt(user): FreshJwt<User>) -> String {
    user.sub
}

#[tokio::test]
async fn two_authorities_in_one_state_do_not_trust_each_other() {
    let (users, clock) = authority(|b| b.secret(SECRET).store(MemoryStore::new()));
    let (admins, _) = authority(|b| b.secret(OTHER_SECRET).store(MemoryStore::new()));
    let site = Site {
        users: users.clone(),
        admins: AdminAuth(admins.clone()),
        database: Database("site"),
    };
    let routes = Router::new()
        .route("/user", get(user))
        .route("/plain", get(plain))
        .route("/plain-fresh", get(plain_fresh))
        .route("/admin", get(admin))
        .route("/maybe-admin", get(maybe_admin))
        .route("/fresh-admin", get(fresh_admin))
        .route("/refresh-admin", get(refresh_admin));
    let app = App::serve(users.clone(), clock, routes.with_state(site)).await;
    let of_user = users.login(&User { sub: "ursula".into() }).await.expect("a login");
    let of_admin = admins.login(&User { sub: "ada".into() }).await.expect("a login");
    let (user_token, admin_token) =
        (of_user.access_token().as_str(), of_admin.access_token().as_str());

    let reply = app.get("/user", user_token).await.assert_status(200);
    assert_eq!(reply.body, "user ursula of site");
    let reply = app.get("/admin", admin_token).await.assert_status(200);
    assert_eq!(reply.body, "admin ada of site");
    for route in ["/user", "/plain", "/plain-fresh"] {
        app.get(route, user_token).await.assert_status(200);
        token_invalid().assert(&app.get(route, admin_token).await);
    }
    for route in ["/admin", "/maybe-admin", "/fresh-admin"] {
        app.get(route, admin_token).await.assert_status(200);
        token_invalid().assert(&app.get(route, user_token).await);
    }
    app.get("/refresh-admin", of_admin.refresh_token().as_str()).await.assert_status(200);
    token_invalid().assert(&app.get("/refresh-admin", of_user.refresh_token().as_str()).await);

    // A logout at one is none at the other.
    admins.logout_all("ursula").await.expect("nothing to do");
    app.get("/user", user_token).await.assert_status(200);
    users.logout_all("ursula").await.expect("ended");
    token_revoked().assert(&app.get("/user", user_token).await);
    app.get("/admin", admin_token).await.assert_status(200);
}

/// The same secret is not enough: who issued a token is a claim of its own.
#[tokio::test]
async fn authorities_with_one_secret_are_told_apart_by_issuer() {
    let store = MemoryStore::new();
    let named = |issuer: &'static str| {
        let store = store.clone();
        App::with(move |b| b.secret(SECRET).issuer(issuer).store(store))
    };
    let (first, second) = (named("first").await, named("second").await);
    let pair = first.login("alice").await;
    first.get("/access", &pair.access).await.assert_status(200);
    jwt_tests::refusal::claim_invalid("iss").assert(&second.get("/access", &pair.access).await);
    jwt_tests::refusal::claim_invalid("iss").assert(&second.post("/refresh", &pair.refresh).await);
    first.rotate(&pair.refresh).await;
}

/// Nested and merged routers keep the authority that they were given.
#[tokio::test]
async fn nested_routers_keep_their_authority() {
    let (users, clock) = authority(|b| b.secret(SECRET));
    let (admins, _) = authority(|b| b.secret(OTHER_SECRET));
    let users_routes: Router = Router::new().route("/me", get(plain)).with_state(users.clone());
    let admin_routes: Router = Router::new().route("/me", get(plain)).with_state(admins.clone());
    let routes = Router::new().nest("/users", users_routes).nest("/admins", admin_routes);
    let app = App::serve(users.clone(), clock, routes).await;
    let of_user = users.login(&User { sub: "ursula".into() }).await.expect("a login");
    let token = of_user.access_token().as_str();
    assert_eq!(app.get("/users/me", token).await.assert_status(200).body, "ursula");
    token_invalid().assert(&app.get("/admins/me", token).await);
}
