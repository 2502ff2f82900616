//! Two authorities in one application: what tells them apart, and what does not.

use std::ops::Deref;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use jwt_runtime::{
    AccessGrant, AccessToken, Algorithm, AuthError, Claims, FreshJwt, Jwt, JwtAuth, JwtAuthBuilder,
    MemoryStore, RefreshJwt, RefreshToken, SigningKey, TokenPair, fresh_jwt_required, jwt_required,
    refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::clock;
use jwt_tests::keys::{self, OTHER_SECRET, SECRET};
use jwt_tests::refusal::{Refusal, claim_invalid, token_invalid, token_revoked};

#[derive(Claims)]
struct User {
    sub: String,
}

/// The staff's authority, beside the customers' one, which is the `JwtAuth` itself.
#[derive(Clone)]
struct StaffRealm(JwtAuth);

impl Deref for StaffRealm {
    type Target = JwtAuth;

    fn deref(&self) -> &JwtAuth {
        &self.0
    }
}

#[derive(Clone, FromRef)]
struct Site {
    customers: JwtAuth,
    staff: StaffRealm,
}

/// Handlers of one realm, one per kind of guard.
macro_rules! realm {
    ($name:ident: $realm:ty) => {
        mod $name {
            use super::*;

            #[jwt_required(auth = $realm)]
            async fn access(#[claims] _: User) {}

            #[jwt_required(auth = $realm, optional)]
            async fn optional(#[claims] _: Option<User>) {}

            #[jwt_required(auth = $realm, skip_revocation)]
            async fn unrevoked(#[claims] _: User) {}

            #[fresh_jwt_required(auth = $realm)]
            async fn fresh(#[claims] _: User) {}

            #[refresh_required(auth = $realm)]
            async fn refresh(#[claims] _: User) {}

            pub(super) fn routes() -> Router<Site> {
                Router::new()
                    .route("/attribute/access", get(access))
                    .route("/attribute/optional", get(optional))
                    .route("/attribute/unrevoked", get(unrevoked))
                    .route("/attribute/fresh", get(fresh))
                    .route("/attribute/refresh", get(refresh))
            }
        }
    };
}

realm!(customers: JwtAuth);
realm!(staff: StaffRealm);

/// Extractors name no realm: they take the `JwtAuth` of the state, so a realm is a router.
fn plain() -> Router<JwtAuth> {
    async fn access(_: Jwt<User>) {}
    async fn optional(_: Option<Jwt<User>>) {}
    async fn fresh(_: FreshJwt<User>) {}
    async fn refresh(_: RefreshJwt<User>) {}
    Router::new()
        .route("/plain/access", get(access))
        .route("/plain/optional", get(optional))
        .route("/plain/fresh", get(fresh))
        .route("/plain/refresh", get(refresh))
}

fn layers<S: Clone + Send + Sync + 'static>(auth: &JwtAuth) -> Router<S> {
    async fn inside() {}
    let route = |path| Router::new().route(path, get(inside));
    Router::new()
        .merge(route("/layer/access").route_layer(auth.require_access()))
        .merge(route("/layer/unrevoked").route_layer(auth.require_access().skip_revocation()))
        .merge(route("/layer/fresh").route_layer(auth.require_fresh()))
        .merge(route("/layer/refresh").route_layer(auth.require_refresh()))
}

const ACCESS: [&str; 10] = [
    "attribute/access",
    "attribute/optional",
    "attribute/fresh",
    "plain/access",
    "plain/optional",
    "plain/fresh",
    "layer/access",
    "layer/fresh",
    "attribute/unrevoked",
    "layer/unrevoked",
];
const REFRESH: [&str; 3] = ["attribute/refresh", "plain/refresh", "layer/refresh"];

/// Lets the customers' refresh handler rotate with the wrong authority.
#[refresh_required]
async fn promote(
    #[token] old: RefreshToken<User>,
    State(staff): State<StaffRealm>,
) -> Result<TokenPair, AuthError> {
    staff.rotate(old).await
}

/// Lets the customers' handler confirm a login with the wrong authority.
#[jwt_required]
async fn confirm(
    #[token] token: AccessToken<User>,
    State(staff): State<StaffRealm>,
) -> Result<AccessGrant, AuthError> {
    staff.reauthenticate(&token).await
}

async fn logout_all(State(site): State<Site>) -> Result<StatusCode, AuthError> {
    site.staff.logout_all("ada").await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn serve(customers: JwtAuth, staff: JwtAuth) -> App {
    let site = Site { customers: customers.clone(), staff: StaffRealm(staff.clone()) };
    let realm = |routes: Router<Site>, auth: &JwtAuth| {
        routes.merge(layers(auth)).merge(plain().with_state(auth.clone()))
    };
    let routes = Router::new()
        .nest("/customers", realm(customers::routes(), &customers))
        .nest("/staff", realm(staff::routes(), &staff))
        .route("/promote", post(promote))
        .route("/confirm", post(confirm))
        .route("/logout-all", post(logout_all))
        .with_state(site);
    App::serve(customers, clock::start(), routes).await
}

/// A realm with the names and ids of the other.
fn named(key: SigningKey, configure: impl FnOnce(JwtAuthBuilder) -> JwtAuthBuilder) -> JwtAuth {
    let key = key.with_kid("2026-11");
    authority(|builder| configure(builder.signing_key(key).issuer("site").audience(["site"]))).0
}

fn secret(secret: &[u8]) -> SigningKey {
    SigningKey::from_secret(Algorithm::HS256, secret).expect("a good secret")
}

/// Every guard of each realm lets its own in and answers the other's with these rows.
async fn assert_apart(
    what: &str,
    [customers, staff]: [&JwtAuth; 2],
    refusal: impl Fn(&str) -> Option<Refusal>,
) {
    let app = serve(customers.clone(), staff.clone()).await;
    let realms = [("customers", customers), ("staff", staff)];
    for (realm, auth) in realms {
        // Logged in anew for each, as a reused refresh token ends its session.
        for (path, other) in ACCESS
            .iter()
            .chain(&REFRESH)
            .flat_map(|path| realms.iter().map(move |(other, _)| (*path, *other)))
        {
            let pair = auth.login(&User { sub: "ada".into() }).await.expect("a login");
            let token = match REFRESH.contains(&path) {
                true => pair.refresh_token(),
                false => pair.access_token(),
            };
            let reply = app.get(&format!("/{other}/{path}"), token.as_str()).await;
            let context = format!("{what}: a token of {realm} at /{other}/{path}");
            match refusal(path).filter(|_| other != realm) {
                Some(row) => assert_eq!(row.mismatch(&reply), None, "{context}"),
                None => assert_eq!(reply.status, 200, "{context}: {reply:?}"),
            }
        }
    }
}

#[tokio::test]
async fn keys_tell_realms_apart() {
    let shared = MemoryStore::new();
    for (what, first, second) in [
        ("secrets", secret(SECRET), secret(OTHER_SECRET)),
        ("key pairs", keys::signing(Algorithm::EdDSA), {
            SigningKey::from_pem(Algorithm::EdDSA, keys::OTHER_ED25519).expect("a good key")
        }),
        ("algorithms", secret(SECRET), keys::signing(Algorithm::ES256)),
    ] {
        let invalid = |_: &str| Some(token_invalid());
        let own = [&first, &second]
            .map(|key| named(key.clone(), |builder| builder.store(MemoryStore::new())));
        assert_apart(&format!("{what}, a store each"), own.each_ref(), invalid).await;
        let one = [&first, &second]
            .map(|key| named(key.clone(), |builder| builder.store(shared.clone())));
        assert_apart(&format!("{what}, one store"), one.each_ref(), invalid).await;
    }
    let none = [secret(SECRET), secret(OTHER_SECRET)].map(|key| named(key, |builder| builder));
    let app = serve(none[0].clone(), none[1].clone()).await;
    let pair = none[0].login(&User { sub: "ada".into() }).await.expect("a login");
    app.get("/customers/attribute/access", pair.access_token().as_str()).await.assert_status(200);
    for path in ACCESS {
        let reply = app.get(&format!("/staff/{path}"), pair.access_token().as_str()).await;
        token_invalid().assert(&reply);
    }
}

/// Realms that were given one key by mistake are told apart by their names.
#[tokio::test]
async fn names_tell_realms_with_one_key_apart() {
    let shared = MemoryStore::new();
    for store in [None, Some(shared)] {
        let realm = |configure: &dyn Fn(JwtAuthBuilder) -> JwtAuthBuilder| {
            let store = store.clone().unwrap_or_default();
            authority(|builder| configure(builder.secret(SECRET).store(store))).0
        };
        let issuers = ["customers", "staff"].map(|name| realm(&|builder| builder.issuer(name)));
        assert_apart("issuers", issuers.each_ref(), |_| Some(claim_invalid("iss"))).await;
        let audiences =
            ["customers", "staff"].map(|name| realm(&|builder| builder.audience([name])));
        assert_apart("audiences", audiences.each_ref(), |_| Some(claim_invalid("aud"))).await;
    }
}

/// The limit: one key and no names. A store each still refuses, as it knows no such session; a
/// route that does not ask it cannot.
#[tokio::test]
async fn realms_with_one_key_and_no_names_are_one_but_for_their_stores() {
    let own = || authority(|builder| builder.secret(SECRET).store(MemoryStore::new())).0;
    assert_apart("a store each", [&own(), &own()], |path| {
        (!path.ends_with("unrevoked")).then(token_revoked)
    })
    .await;
    let shared = MemoryStore::new();
    let one = || authority(|builder| builder.secret(SECRET).store(shared.clone())).0;
    assert_apart("one store", [&one(), &one()], |_| None).await;
}

/// Sessions belong to a subject and not to a realm: who shares a store shares logouts.
#[tokio::test]
async fn stores_keep_subjects_apart_and_not_realms() {
    let shared = MemoryStore::new();
    for (store, is_shared) in [(Some(shared), true), (None, false)] {
        let realm =
            |key| named(secret(key), |builder| builder.store(store.clone().unwrap_or_default()));
        let (customers, staff) = (realm(SECRET), realm(OTHER_SECRET));
        let app = serve(customers.clone(), staff.clone()).await;
        let ada = User { sub: "ada".into() };
        let customer = customers.login(&ada).await.expect("a login");
        let member = staff.login(&ada).await.expect("a login");
        let bob = customers.login(&User { sub: "bob".into() }).await.expect("a login");
        let sessions = customers.sessions("ada").await.expect("the store answers");
        assert_eq!(sessions.len(), if is_shared { 2 } else { 1 });

        app.call("POST", "/logout-all").send().await.assert_status(204);
        let status = async |realm: &str, pair: &TokenPair| {
            let path = format!("/{realm}/attribute/access");
            app.get(&path, pair.access_token().as_str()).await.status
        };
        assert_eq!(status("staff", &member).await, 401);
        assert_eq!(status("customers", &customer).await, if is_shared { 401 } else { 200 });
        assert_eq!(status("customers", &bob).await, 200);
    }
}

/// A token in a handler is a value, and any authority can be asked to trade it.
#[tokio::test]
async fn wrong_authority_trades_nothing() {
    let shared = MemoryStore::new();
    for (case, store) in [("a store each", None), ("one store", Some(shared))] {
        let realm =
            |key| named(secret(key), |builder| builder.store(store.clone().unwrap_or_default()));
        let (customers, staff) = (realm(SECRET), realm(OTHER_SECRET));
        let app = serve(customers.clone(), staff.clone()).await;
        let pair = customers.login(&User { sub: "ada".into() }).await.expect("a login");
        token_invalid().assert(&app.post("/promote", pair.refresh_token().as_str()).await);
        token_invalid().assert(&app.post("/confirm", pair.access_token().as_str()).await);
        // It has not been used up either.
        let path = "/customers/attribute/refresh";
        let reply = app.get(path, pair.refresh_token().as_str()).await;
        assert_eq!(reply.status, 200, "{case}: {reply:?}");
    }
}
