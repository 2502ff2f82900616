//! One attribute for a whole `impl` block or `mod`: what stands in it is guarded, also where
//! nobody thought of it; a handler asks for more, or says that it is public.

use std::time::Duration;

use axum::extract::Path;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use jwt_runtime::{
    JwtAuth, RefreshToken, fresh_jwt_required, jwt_required, public, refresh_required,
};
use jwt_tests::app::App;
use jwt_tests::refusal::{Refusal, forbidden, not_fresh, token_missing, type_wrong};
use jwt_tests::routes::guarded::{Role, User};
use serde_json::{Value, json};

struct Orders;

#[jwt_required(all_scopes("orders:read"))]
impl Orders {
    const GREETING: &str = "hello";

    async fn list(#[claims] user: User) -> String {
        Self::greet(&user.sub)
    }

    #[jwt_required(all_scopes("orders:write"))]
    async fn create(#[claims] user: User, Json(order): Json<Value>) -> Json<Value> {
        Json(json!({ "by": user.sub, "order": order }))
    }

    #[fresh_jwt_required(max_age = "5m")]
    async fn purge(#[claims] _user: User) {}

    #[public]
    async fn health() -> &'static str {
        "ok"
    }

    fn greet(name: &str) -> String {
        format!("{} {name}", Self::GREETING)
    }
}

#[jwt_required(claims = User, any_role(Role::Admin, Role::Seller))]
mod shop {
    use super::{Path, Role, User};

    pub(super) async fn nobody_thought_of(Path(id): Path<u64>) -> String {
        format!("{} {id}", helper())
    }

    #[jwt_runtime::jwt_required(any_role(Role::Admin, Role::User), require = |user| user.sub != "eve")]
    pub(super) async fn both_conditions(#[claims] user: User) -> String {
        user.sub
    }

    #[jwt_runtime::public]
    pub(super) async fn front() -> &'static str {
        helper()
    }

    fn helper() -> &'static str {
        "shop"
    }

    pub(super) mod deeper {
        use super::{Role, User};

        pub(in super::super) struct Api;

        impl Api {
            pub(in super::super) async fn list() -> &'static str {
                "listed"
            }
        }

        #[jwt_runtime::fresh_jwt_required(all_roles(Role::Admin))]
        impl Api {
            pub(in super::super) async fn remove(#[claims] user: User) -> String {
                user.sub
            }
        }
    }
}

#[fresh_jwt_required(max_age = "10m")]
mod account {
    pub(super) async fn name() {}

    #[jwt_runtime::fresh_jwt_required(max_age = "5m")]
    pub(super) async fn password() {}
}

#[refresh_required]
mod session {
    use super::{RefreshToken, User};

    pub(super) async fn peek(#[token] token: RefreshToken<User>) -> String {
        token.registered().sub.clone()
    }
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/list", get(Orders::list))
        .route("/create", post(Orders::create))
        .route("/purge", delete(Orders::purge))
        .route("/health", get(Orders::health))
        .route("/shop/{id}", get(shop::nobody_thought_of))
        .route("/both", get(shop::both_conditions))
        .route("/front", get(shop::front))
        .route("/deeper", get(shop::deeper::Api::list).delete(shop::deeper::Api::remove))
        .route("/name", get(account::name))
        .route("/password", get(account::password))
        .route("/peek", get(session::peek))
}

/// What a request brings.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Brought {
    Nothing,
    Refresh,
    /// Without scopes and roles.
    Bare,
    /// `orders:read`, and the role of a user.
    Reader,
    /// The role of a seller.
    Seller,
    /// Every scope and role, but from no login.
    Stale,
    /// Every scope and role.
    All,
}

use Brought::*;

async fn tokens(app: &App) -> [(Brought, Option<String>); 7] {
    let claims =
        |scope: &str, roles: &[&str]| json!({ "sub": "alice", "scope": scope, "roles": roles });
    let all = claims("orders:read orders:write", &["admin", "seller", "user"]);
    let pair = app.login_as(&all).await;
    let access = async |claims: Value| Some(app.login_as(&claims).await.access);
    [
        (Nothing, None),
        (Refresh, Some(pair.refresh)),
        (Bare, access(claims("", &[])).await),
        (Reader, access(claims("orders:read", &["user"])).await),
        (Seller, access(claims("", &["seller"])).await),
        (Stale, Some(app.rotate(&app.login_as(&all).await.refresh).await.access)),
        (All, Some(pair.access)),
    ]
}

/// Sends all of them; `expected` says what each is refused with.
async fn check(method: &str, path: &str, expected: impl Fn(Brought) -> Option<Refusal>) {
    let app = App::routed(routes()).await;
    for (brought, token) in tokens(&app).await {
        let call = app.call(method, path).json(&json!({ "id": 1 }));
        let reply = match token {
            Some(token) => call.bearer(&token).send().await,
            None => call.send().await,
        };
        let mismatch = match expected(brought) {
            Some(row) => row.mismatch(&reply),
            None => (reply.status != 200).then(|| format!("expected 200, got {reply:?}")),
        };
        if let Some(mismatch) = mismatch {
            panic!("{brought:?} at {path}: {mismatch}");
        }
    }
}

/// What every guard for access tokens refuses; `then` says what else is.
fn access(then: impl Fn(Brought) -> Option<Refusal>) -> impl Fn(Brought) -> Option<Refusal> {
    move |brought| match brought {
        Nothing => Some(token_missing()),
        Refresh => Some(type_wrong("access")),
        brought => then(brought),
    }
}

#[tokio::test]
async fn handler_without_an_attribute_has_the_guard_of_its_block() {
    let expected = access(|brought| match brought {
        Bare | Seller => Some(forbidden(Some("orders:read"))),
        _ => None,
    });
    check("GET", "/list", expected).await;
    let expected = access(|brought| match brought {
        Bare | Reader => Some(forbidden(None)),
        _ => None,
    });
    check("GET", "/shop/1", expected).await;
}

#[tokio::test]
async fn handler_asks_for_what_the_block_asks_and_for_more() {
    let expected = access(|brought| match brought {
        Bare | Seller => Some(forbidden(Some("orders:read"))),
        Reader => Some(forbidden(Some("orders:write"))),
        _ => None,
    });
    check("POST", "/create", expected).await;
}

/// `any_role(A, B)` on the block and `any_role(A, C)` on the handler are two conditions, not one.
#[tokio::test]
async fn conditions_of_one_name_are_not_put_together() {
    let expected = access(|brought| match brought {
        Bare | Reader | Seller => Some(forbidden(None)),
        _ => None,
    });
    check("GET", "/both", expected).await;
    let app = App::routed(routes()).await;
    for (sub, is_let_in) in [("alice", true), ("eve", false)] {
        let pair = app.login_as(&json!({ "sub": sub, "roles": ["seller", "user"] })).await;
        let reply = app.get("/both", &pair.access).await;
        assert_eq!(reply.status, if is_let_in { 200 } else { 403 }, "{sub}");
    }
}

#[tokio::test]
async fn handler_asks_for_a_fresh_token_in_a_block_that_does_not() {
    let expected = access(|brought| match brought {
        Stale => Some(not_fresh(Some(300))),
        Bare | Seller => Some(forbidden(Some("orders:read"))),
        _ => None,
    });
    check("DELETE", "/purge", expected).await;
}

#[tokio::test]
async fn nested_blocks_are_guarded_and_ask_for_more() {
    let expected = access(|brought| match brought {
        Bare | Reader => Some(forbidden(None)),
        _ => None,
    });
    check("GET", "/deeper", expected).await;
    let expected = access(|brought| match brought {
        Stale => Some(not_fresh(None)),
        Bare | Reader | Seller => Some(forbidden(None)),
        _ => None,
    });
    check("DELETE", "/deeper", expected).await;
}

#[tokio::test]
async fn shorter_max_age_of_a_handler_counts() {
    for (path, seconds) in [("/name", 600), ("/password", 300)] {
        let expected = access(|brought| match brought {
            Stale => Some(not_fresh(Some(seconds))),
            _ => None,
        });
        check("GET", path, expected).await;
        let app = App::routed(routes()).await;
        let login = app.login("alice").await;
        app.clock.advance(Duration::from_secs(seconds));
        app.get(path, &login.access).await.assert_status(200);
        app.clock.advance(Duration::from_secs(1));
        not_fresh(Some(seconds)).assert(&app.get(path, &login.access).await);
    }
}

#[tokio::test]
async fn block_for_refresh_tokens_takes_no_other() {
    check("GET", "/peek", |brought| match brought {
        Nothing => Some(token_missing()),
        Refresh => None,
        _ => Some(type_wrong("refresh")),
    })
    .await;
}

#[tokio::test]
async fn public_handlers_let_everybody_in() {
    for path in ["/health", "/front"] {
        check("GET", path, |_| None).await;
        let app = App::routed(routes()).await;
        app.get(path, "not a token").await.assert_status(200);
    }
}
