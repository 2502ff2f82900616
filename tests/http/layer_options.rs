//! The options of a layer: what the attributes answer, the layer answers too.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jwt_runtime::policy::{any, not};
use jwt_runtime::{
    Denied, JwtAuth, NoClaims, Policy, RequireAccess, ScopeOnly, fresh_jwt_required, jwt_required,
    refresh_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::client::Reply;
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::plugged::Plugged;
use jwt_tests::refusal::{self, forbidden};
use jwt_tests::routes;
use jwt_tests::routes::guarded::{Role, User};
use jwt_tests::tokens::Forgery;
use serde_json::json;

async fn inside() {}

/// The same options twice: as an attribute at `/attribute/…`, as a layer at `/layer/…`.
macro_rules! twins {
    ($($name:ident: #[$($attribute:tt)*] = |$auth:ident| $layer:expr;)*) => {
        mod attribute {
            use super::*;
            $(#[$($attribute)*] pub(super) async fn $name() {})*
        }

        const TWINS: &[&str] = &[$(stringify!($name)),*];

        fn twins(auth: &JwtAuth) -> Router<JwtAuth> {
            let mut router = Router::new();
            $(
                let $auth = auth;
                let layered = Router::new()
                    .route(concat!("/layer/", stringify!($name)), get(inside))
                    .route_layer($layer);
                router = router
                    .route(concat!("/attribute/", stringify!($name)), get(attribute::$name))
                    .merge(layered);
            )*
            router
        }
    };
}

fn is_bob(user: &User) -> bool {
    user.sub == "bob"
}

struct Bob;

impl Policy<User> for Bob {
    fn check(&self, user: &User) -> Result<(), Denied> {
        if is_bob(user) { Ok(()) } else { Err(Denied::new()) }
    }
}

twins! {
    access: #[jwt_required] = |auth| auth.require_access();
    typed: #[jwt_required(claims = User)] = |auth| auth.require_access().claims::<User>();
    all_scopes: #[jwt_required(claims = User, all_scopes("a", "b"))]
        = |auth| auth.require_access().claims::<User>().all_scopes(["a", "b"]);
    any_scope: #[jwt_required(claims = User, any_scope("b", "c"))]
        = |auth| auth.require_access().claims::<User>().any_scope(["b", "c"]);
    all_scopes_untyped: #[jwt_required(claims = ScopeOnly, all_scopes("a", "b"))]
        = |auth| auth.require_access().all_scopes(["a", "b"]);
    any_scope_untyped: #[jwt_required(claims = ScopeOnly, any_scope("b", "c"))]
        = |auth| auth.require_access().any_scope(["b", "c"]);
    all_roles: #[jwt_required(claims = User, all_roles(Role::Seller, Role::Admin))]
        = |auth| auth.require_access().claims::<User>().all_roles([Role::Seller, Role::Admin]);
    any_role: #[jwt_required(claims = User, any_role(Role::Admin))]
        = |auth| auth.require_access().claims::<User>().any_role([Role::Admin]);
    require: #[jwt_required(claims = User, require = is_bob)]
        = |auth| auth.require_access().claims::<User>().require(is_bob);
    policy: #[jwt_required(claims = User, policy = any(Bob, not(Bob)))]
        = |auth| auth.require_access().claims::<User>().policy(any((Bob, not(Bob))));
    policy_alone: #[jwt_required(claims = User, policy = Bob)]
        = |auth| auth.require_access().claims::<User>().policy(Bob);
    mixed: #[jwt_required(claims = User, all_scopes("a"), any_role(Role::Admin), require = is_bob)]
        = |auth| auth.require_access().claims::<User>()
            .all_scopes(["a"]).any_role([Role::Admin]).require(is_bob);
    issuer: #[jwt_required(issuer = "partner")] = |auth| auth.require_access().issuer("partner");
    audience: #[jwt_required(audience("x", "partners"))]
        = |auth| auth.require_access().audience(&["x", "partners"]);
    skip_revocation: #[jwt_required(skip_revocation)]
        = |auth| auth.require_access().skip_revocation();
    fresh: #[fresh_jwt_required] = |auth| auth.require_fresh();
    fresh_recent: #[fresh_jwt_required(max_age = "5m")]
        = |auth| auth.require_fresh().max_age(Duration::from_secs(300));
    fresh_scoped: #[fresh_jwt_required(claims = User, all_scopes("a"), skip_revocation)]
        = |auth| auth.require_fresh().claims::<User>().all_scopes(["a"]).skip_revocation();
    refresh: #[refresh_required] = |auth| auth.require_refresh();
    refresh_scoped: #[refresh_required(claims = ScopeOnly, all_scopes("a"))]
        = |auth| auth.require_refresh().all_scopes(["a"]);
}

/// Every kind of request, by name: what stands in its `Authorization` header.
async fn requests(app: &App) -> Vec<(&'static str, Option<String>)> {
    let key = ForgerKey::hmac("HS256", SECRET);
    let rich = json!({ "sub": "bob", "scope": "a b", "roles": ["seller", "admin"] });
    let login = async || app.login_as(&rich).await;
    let pair = login().await;
    let forged =
        |edit: &dyn Fn(Forgery) -> Forgery| Some(edit(Forgery::of(&pair.access)).sign(&key));
    let forged_refresh =
        |edit: &dyn Fn(Forgery) -> Forgery| Some(edit(Forgery::of(&pair.refresh)).sign(&key));
    let stale = app.rotate(&login().await.refresh).await;
    let (revoked, ended, used) = (login().await, login().await, login().await);
    app.post("/revoke", &revoked.access).await.assert_status(204);
    app.post("/logout", &ended.access).await.assert_status(204);
    app.rotate(&used.refresh).await;
    vec![
        ("nothing", None),
        ("garbage", Some("garbage".to_owned())),
        ("malformed", Some("two words".to_owned())),
        ("good", Some(pair.access.clone())),
        ("good refresh", Some(pair.refresh.clone())),
        ("another's signature", {
            let other = ForgerKey::hmac("HS256", OTHER_SECRET);
            Some(Forgery::of(&pair.access).sign(&other))
        }),
        ("expired", forged(&|token| token.claim("exp", START))),
        ("expired refresh", forged_refresh(&|token| token.claim("exp", START))),
        ("not yet valid", forged(&|token| token.claim("nbf", START + 1))),
        ("stale", Some(stale.access)),
        ("fresh for too long", forged(&|token| token.claim("auth_time", START - 301))),
        ("revoked", Some(revoked.access)),
        ("ended", Some(ended.access)),
        ("ended refresh", Some(ended.refresh)),
        ("used refresh", Some(used.refresh)),
        ("without a session", forged(&|token| token.without("sid"))),
        ("scope a", forged(&|token| token.claim("scope", "a"))),
        ("scope b", forged(&|token| token.claim("scope", "b"))),
        ("no scope", forged(&|token| token.without("scope"))),
        ("scope of another type", forged(&|token| token.claim("scope", json!(["a", "b"])))),
        ("role seller", forged(&|token| token.claim("roles", json!(["seller"])))),
        ("role unknown", forged(&|token| token.claim("roles", json!(["root"])))),
        ("not bob", forged(&|token| token.claim("sub", "eve"))),
        ("of the partner", forged(&|token| token.claim("iss", "partner"))),
        ("for the partners", forged(&|token| token.claim("aud", "partners"))),
        ("refresh without scope", forged_refresh(&|token| token.without("scope"))),
    ]
}

/// What a client can see, but for the date.
type Seen = (u16, Vec<(String, String)>, String);

async fn seen(app: &App, route: &str, token: &Option<String>) -> Seen {
    let reply = ask(app, route, token).await;
    let headers = reply.headers.iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}")));
    (reply.status, headers.collect(), reply.body)
}

async fn ask(app: &App, route: &str, token: &Option<String>) -> Reply {
    let call = app.call("GET", route);
    match token {
        Some(token) => call.bearer(token).send().await,
        None => call.send().await,
    }
}

async fn twin_app(store: Plugged) -> App {
    let (auth, clock) = authority(|builder| builder.secret(SECRET).store(store));
    let router = twins(&auth).merge(routes::session::routes()).with_state(auth.clone());
    App::serve(auth, clock, router).await
}

#[tokio::test]
async fn layer_answers_as_the_attribute() {
    let store = Plugged::default();
    let app = twin_app(store.clone()).await;
    for (name, is_plugged_in) in TWINS.iter().flat_map(|name| [(*name, true), (*name, false)]) {
        let mut answers = [Vec::new(), Vec::new()];
        for (kind, answers) in ["attribute", "layer"].into_iter().zip(&mut answers) {
            // Anew, as presenting a used refresh token ends its session.
            let requests = requests(&app).await;
            if !is_plugged_in {
                store.pull();
            }
            for (what, token) in requests {
                answers.push((what, seen(&app, &format!("/{kind}/{name}"), &token).await));
            }
            store.plug_in();
        }
        let [attribute, layer] = answers;
        for (layer, attribute) in layer.iter().zip(&attribute) {
            assert_eq!(layer, attribute, "{name}");
        }
        // Each of them lets somebody in, while it can ask, and not everybody.
        let has = |status| layer.iter().any(|(_, seen)| seen.0 == status);
        let needs_store = !matches!(name, "skip_revocation" | "fresh_scoped");
        assert_eq!(has(200), is_plugged_in || !needs_store, "{name}");
        assert_eq!(has(503), !is_plugged_in && needs_store, "{name}");
        assert!(has(401), "{name}");
    }
}

/// The rows themselves, so that attribute and layer are not wrong together.
#[tokio::test]
async fn refusals_are_the_rows_of_the_table() {
    let app = twin_app(Plugged::default()).await;
    let requests = requests(&app).await;
    for (name, what, row) in [
        ("access", "nothing", Some(refusal::token_missing())),
        ("access", "malformed", Some(refusal::request_malformed())),
        ("access", "garbage", Some(refusal::token_invalid())),
        ("access", "another's signature", Some(refusal::token_invalid())),
        ("access", "expired", Some(refusal::token_expired())),
        ("access", "not yet valid", Some(refusal::token_not_yet_valid())),
        ("access", "good refresh", Some(refusal::type_wrong("access"))),
        ("access", "revoked", Some(refusal::token_revoked())),
        ("access", "ended", Some(refusal::token_revoked())),
        ("access", "without a session", Some(refusal::claim_invalid("sid"))),
        // Who asks for no scope does not mind its shape.
        ("access", "scope of another type", None),
        ("access", "stale", None),
        ("access", "for the partners", Some(refusal::claim_invalid("aud"))),
        ("typed", "role unknown", Some(refusal::claim_invalid("roles"))),
        ("typed", "good", None),
        ("all_scopes", "good", None),
        ("all_scopes", "scope a", Some(refusal::forbidden(Some("a b")))),
        ("all_scopes", "scope of another type", Some(refusal::claim_invalid("scope"))),
        ("all_scopes_untyped", "good", None),
        ("all_scopes_untyped", "scope b", Some(refusal::forbidden(Some("a b")))),
        ("all_scopes_untyped", "no scope", Some(refusal::forbidden(Some("a b")))),
        ("all_scopes_untyped", "scope of another type", Some(refusal::claim_invalid("scope"))),
        ("any_scope", "scope b", None),
        ("any_scope", "scope a", Some(refusal::forbidden(Some("b c")))),
        ("any_scope_untyped", "scope b", None),
        ("any_scope_untyped", "scope a", Some(refusal::forbidden(Some("b c")))),
        ("all_roles", "good", None),
        ("all_roles", "role seller", Some(refusal::forbidden(None))),
        ("any_role", "good", None),
        ("any_role", "role seller", Some(refusal::forbidden(None))),
        ("require", "good", None),
        ("require", "not bob", Some(refusal::forbidden(None))),
        ("policy", "not bob", Some(refusal::token_revoked())),
        ("policy_alone", "not bob", Some(refusal::forbidden(None))),
        ("mixed", "scope a", None),
        ("mixed", "scope b", Some(refusal::forbidden(Some("a")))),
        ("mixed", "role seller", Some(refusal::forbidden(None))),
        ("mixed", "not bob", Some(refusal::forbidden(None))),
        ("issuer", "of the partner", None),
        ("issuer", "good", Some(refusal::claim_invalid("iss"))),
        ("audience", "for the partners", None),
        ("audience", "good", Some(refusal::claim_invalid("aud"))),
        ("skip_revocation", "revoked", None),
        ("skip_revocation", "expired", Some(refusal::token_expired())),
        ("fresh", "good", None),
        ("fresh", "fresh for too long", None),
        ("fresh", "stale", Some(refusal::not_fresh(None))),
        ("fresh_recent", "good", None),
        ("fresh_recent", "stale", Some(refusal::not_fresh(Some(300)))),
        ("fresh_recent", "fresh for too long", Some(refusal::not_fresh(Some(300)))),
        ("fresh_scoped", "scope a", None),
        ("fresh_scoped", "scope b", Some(refusal::forbidden(Some("a")))),
        ("fresh_scoped", "revoked", None),
        ("refresh", "good refresh", None),
        ("refresh", "good", Some(refusal::type_wrong("refresh"))),
        ("refresh", "expired refresh", Some(refusal::token_expired())),
        ("refresh", "ended refresh", Some(refusal::token_revoked())),
        ("refresh", "used refresh", Some(refusal::token_reused())),
        ("refresh_scoped", "good refresh", None),
        ("refresh_scoped", "refresh without scope", Some(refusal::forbidden(Some("a")))),
    ] {
        let (_, token) = requests.iter().find(|(name, _)| *name == what).expect("it is there");
        let reply = ask(&app, &format!("/layer/{name}"), token).await;
        match row {
            Some(row) => assert_eq!(row.mismatch(&reply), None, "{what} at {name}"),
            None => assert_eq!(reply.status, 200, "{what} at {name}: {reply:?}"),
        }
    }
}

#[tokio::test]
async fn conditions_add_up() {
    let (auth, clock) = authority(|builder| builder.secret(SECRET));
    let layered = |path, layer: RequireAccess<User>| {
        Router::new().route(path, get(inside)).route_layer(layer)
    };
    let carried = auth
        .require_access()
        .require(|_: &NoClaims| Err::<(), _>(Denied::for_scope("never")))
        .claims::<User>()
        .all_scopes(["a"]);
    let twice = auth.require_access().all_scopes(["a"]).all_scopes(["b"]).any_scope(["c"]);
    let once = auth.require_access().claims::<User>().all_scopes(vec![String::from("a")]);
    let routes = Router::new()
        .route("/twice", get(inside))
        .route_layer(twice)
        .merge(layered("/carried", carried))
        .merge(layered("/once", once.clone()))
        .merge(layered("/tightened", once.require(is_bob)))
        .merge(routes::session::routes())
        .with_state(auth.clone());
    let app = App::serve(auth, clock, routes).await;
    for (route, sub, scope, row) in [
        ("/twice", "eve", "a b c", None),
        ("/twice", "eve", "b c", Some(forbidden(Some("a")))),
        ("/twice", "eve", "a c", Some(forbidden(Some("b")))),
        ("/twice", "eve", "a b", Some(forbidden(Some("c")))),
        ("/carried", "bob", "a", Some(forbidden(Some("never")))),
        ("/once", "eve", "a", None),
        ("/once", "bob", "", Some(forbidden(Some("a")))),
        ("/tightened", "bob", "a", None),
        ("/tightened", "eve", "a", Some(forbidden(None))),
        ("/tightened", "bob", "", Some(forbidden(Some("a")))),
    ] {
        let pair = app.login_as(&json!({ "sub": sub, "scope": scope })).await;
        let reply = app.get(route, &pair.access).await;
        match row {
            Some(row) => assert_eq!(row.mismatch(&reply), None, "{sub} with {scope} at {route}"),
            None => assert_eq!(reply.status, 200, "{sub} with {scope} at {route}: {reply:?}"),
        }
    }
}

/// A preflight has no token, and a layer is in front of what answers it.
#[tokio::test]
async fn options_pass_where_they_are_exempt() {
    let (auth, clock) = authority(|builder| builder.secret(SECRET));
    let preflight = || get(inside).options(|| async { "preflight" }).post(inside);
    let routes = Router::new()
        .route("/exempt", preflight())
        .route_layer(auth.require_access().exempt_options().claims::<User>().all_scopes(["a"]))
        .merge(Router::new().route("/guarded", preflight()).route_layer(auth.require_access()));
    let app = App::serve(auth.clone(), clock, routes.with_state(auth)).await;
    let reply = app.call("OPTIONS", "/exempt").send().await.assert_status(200);
    assert_eq!(reply.body, "preflight");
    refusal::token_missing().assert(&app.call("OPTIONS", "/guarded").send().await);
    for method in ["GET", "POST", "HEAD", "PUT", "options"] {
        let reply = app.call(method, "/exempt").send().await;
        assert_eq!(reply.status, 401, "{method}: {reply:?}");
    }
}
