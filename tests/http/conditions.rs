//! Scopes, roles and `require`: each condition is one unit, and all of them have to hold.

use axum::Router;
use axum::routing::get;
use jwt_runtime::{
    Claims, Denied, JwtAuth, Scopes, fresh_jwt_required, jwt_required, refresh_required,
};
use jwt_tests::app::App;
use jwt_tests::refusal::{Refusal, claim_invalid, forbidden, not_fresh, type_wrong};
use jwt_tests::routes::guarded::{Role, User};
use serde_json::{Value, json};

#[jwt_required(all_scopes("a"))]
async fn one_scope(#[claims] _user: User) {}

#[jwt_required(all_scopes("a", "b"))]
async fn all_scopes(#[claims] _user: User) {}

#[jwt_required(any_scope("a", "b"))]
async fn any_scope(#[claims] _user: User) {}

#[jwt_required(all_roles(Role::Seller, Role::Admin))]
async fn all_roles(#[claims] _user: User) {}

#[jwt_required(any_role(Role::Seller, Role::Admin))]
async fn any_role(#[claims] _user: User) {}

#[jwt_required(all_scopes("a"), any_scope("b", "c"), any_role(Role::Admin))]
async fn mixed(#[claims] _user: User) {}

/// `||` in a condition binds no other condition: RUST-PEERS 2.1's bypass.
#[jwt_required(any_role(Role::Admin), require = |user: &User| user.sub == "eve" || user.sub == "bob")]
async fn or(#[claims] _user: User) {}

fn is_bob(user: &User) -> bool {
    user.sub == "bob"
}

#[jwt_required(require = is_bob)]
async fn by_path(#[claims] _user: User) {}

#[jwt_required(require = |user: &User| if user.sub == "bob" { Ok(()) } else { Err(Denied::for_scope("be:bob")) })]
async fn by_result(#[claims] _user: User) {}

#[fresh_jwt_required(all_scopes("a"))]
async fn fresh_scope(#[claims] _user: User) {}

#[refresh_required(all_scopes("a"), claims = User)]
async fn refresh_scope() {}

#[jwt_required(all_scopes("a"), claims = User)]
async fn unbound() {}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/one-scope", get(one_scope))
        .route("/all-scopes", get(all_scopes))
        .route("/any-scope", get(any_scope))
        .route("/all-roles", get(all_roles))
        .route("/any-role", get(any_role))
        .route("/mixed", get(mixed))
        .route("/or", get(or))
        .route("/by-path", get(by_path))
        .route("/by-result", get(by_result))
        .route("/fresh-scope", get(fresh_scope))
        .route("/refresh-scope", get(refresh_scope))
        .route("/unbound", get(unbound))
}

async fn assert_answers(app: &App, route: &str, claims: Value, expected: Option<Refusal>) {
    let pair = app.login_as(&claims).await;
    let reply = app.get(route, &pair.access).await;
    let mismatch = match expected {
        Some(row) => row.mismatch(&reply),
        None => (reply.status != 200).then(|| format!("{reply:?}")),
    };
    assert!(mismatch.is_none(), "{route} with {claims}: {}", mismatch.unwrap_or_default());
}

#[tokio::test]
async fn scopes_are_compared_as_whole_tokens() {
    let app = App::routed(routes()).await;
    for (scope, is_enough) in [
        ("a", true),
        ("a b", true),
        ("b a", true),
        ("", false),
        ("b", false),
        ("A", false),
        ("ab", false),
        ("a:b", false),
        ("aa a2 -a", false),
    ] {
        let expected = (!is_enough).then(|| forbidden(Some("a")));
        for route in ["/one-scope", "/unbound"] {
            let claims = json!({ "sub": "bob", "scope": scope });
            assert_answers(&app, route, claims, expected.clone()).await;
        }
    }
    assert_answers(&app, "/one-scope", json!({ "sub": "bob" }), Some(forbidden(Some("a")))).await;
}

#[tokio::test]
async fn all_wants_all_and_any_wants_one() {
    let app = App::routed(routes()).await;
    for (scope, all, any) in [
        ("a b", true, true),
        ("b c a", true, true),
        ("a", false, true),
        ("b", false, true),
        ("c", false, false),
        ("", false, false),
    ] {
        let claims = json!({ "sub": "bob", "scope": scope });
        let refused = Some(forbidden(Some("a b")));
        assert_answers(&app, "/all-scopes", claims.clone(), refused.clone().filter(|_| !all)).await;
        assert_answers(&app, "/any-scope", claims, refused.filter(|_| !any)).await;
    }
    for (roles, all, any) in [
        (json!(["seller", "admin"]), true, true),
        (json!(["user", "admin", "seller"]), true, true),
        (json!(["seller"]), false, true),
        (json!(["admin"]), false, true),
        (json!(["user"]), false, false),
        (json!([]), false, false),
    ] {
        let claims = json!({ "sub": "bob", "roles": roles });
        let refused = Some(forbidden(None));
        assert_answers(&app, "/all-roles", claims.clone(), refused.clone().filter(|_| !all)).await;
        assert_answers(&app, "/any-role", claims, refused.filter(|_| !any)).await;
    }
}

/// A scope that is an array, or a role that does not exist, is a bad claim and no permission.
#[tokio::test]
async fn malformed_scopes_and_roles_are_bad_claims() {
    let app = App::routed(routes()).await;
    for scope in [
        json!(["a"]),
        json!(null),
        json!(1),
        json!(true),
        json!({ "a": true }),
        json!(" a"),
        json!("a "),
        json!("a  b"),
        json!("a\tb"),
        json!("a\nb"),
        json!("\"a\""),
        json!("a\\b"),
        json!("\u{e9}"),
        json!(" "),
    ] {
        let claims = json!({ "sub": "bob", "scope": scope });
        assert_answers(&app, "/one-scope", claims, Some(claim_invalid("scope"))).await;
    }
    for roles in
        [json!("admin"), json!(null), json!(["Admin"]), json!(["root"]), json!([1]), json!({})]
    {
        let claims = json!({ "sub": "bob", "roles": roles });
        assert_answers(&app, "/any-role", claims, Some(claim_invalid("roles"))).await;
    }
}

#[tokio::test]
async fn alternatives_inside_of_a_condition_stay_inside() {
    let app = App::routed(routes()).await;
    for (sub, roles, is_let_in) in [
        ("bob", json!(["admin"]), true),
        ("eve", json!(["admin"]), true),
        ("ada", json!(["admin"]), false),
        ("bob", json!(["user"]), false),
        ("eve", json!([]), false),
        ("ada", json!([]), false),
    ] {
        let expected = (!is_let_in).then(|| forbidden(None));
        assert_answers(&app, "/or", json!({ "sub": sub, "roles": roles }), expected).await;
    }
    for (scope, roles, row) in [
        ("a b", json!(["admin"]), None),
        ("a c", json!(["admin"]), None),
        ("b c", json!(["admin"]), Some(forbidden(Some("a")))),
        ("a", json!(["admin"]), Some(forbidden(Some("b c")))),
        ("a b c", json!(["user"]), Some(forbidden(None))),
    ] {
        let claims = json!({ "sub": "bob", "scope": scope, "roles": roles });
        assert_answers(&app, "/mixed", claims, row).await;
    }
}

#[tokio::test]
async fn require_takes_a_path_or_a_result() {
    let app = App::routed(routes()).await;
    for (route, row) in [("/by-path", forbidden(None)), ("/by-result", forbidden(Some("be:bob")))] {
        assert_answers(&app, route, json!({ "sub": "bob" }), None).await;
        assert_answers(&app, route, json!({ "sub": "eve" }), Some(row)).await;
    }
}

/// Authentication comes first: what is wrong with the token is said before what it may not do.
#[tokio::test]
async fn kind_and_freshness_come_before_conditions() {
    let app = App::routed(routes()).await;
    let poor = app.login_as(&json!({ "sub": "bob" })).await;
    let rich = app.login_as(&json!({ "sub": "bob", "scope": "a" })).await;
    type_wrong("access").assert(&app.get("/one-scope", &rich.refresh).await);
    forbidden(Some("a")).assert(&app.get("/fresh-scope", &poor.access).await);
    app.get("/fresh-scope", &rich.access).await.assert_status(200);
    app.get("/refresh-scope", &rich.refresh).await.assert_status(200);
    forbidden(Some("a")).assert(&app.get("/refresh-scope", &poor.refresh).await);
    let stale = app.rotate(&poor.refresh).await;
    not_fresh(None).assert(&app.get("/fresh-scope", &stale.access).await);
    // Refused for what it may not do, a refresh token is not used up.
    app.rotate(&rich.refresh).await;
}

#[derive(Claims)]
struct Optional {
    #[claim(sub)]
    id: String,
    #[claim(scopes)]
    #[serde(rename = "permissions", default)]
    granted: Scopes,
    #[claim(roles)]
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
}

#[jwt_required(all_scopes("a"), any_role(Role::Admin))]
async fn renamed(#[claims] user: Optional) -> String {
    format!("{} {} {}", user.id, user.granted, user.role.is_some())
}

#[tokio::test]
async fn scopes_and_roles_may_have_other_names_and_shapes() {
    let app = App::routed(Router::new().route("/renamed", get(renamed))).await;
    let claims = json!({ "sub": "bob", "permissions": "b a", "role": "admin" });
    let pair = app.login_as(&claims).await;
    let reply = app.get("/renamed", &pair.access).await.assert_status(200);
    assert_eq!(reply.body, "bob b a true");
    for claims in [
        json!({ "sub": "bob", "scope": "a", "role": "admin" }),
        json!({ "sub": "bob", "permissions": "a" }),
        json!({ "sub": "bob", "permissions": "a", "role": "user" }),
    ] {
        let pair = app.login_as(&claims).await;
        assert_eq!(app.get("/renamed", &pair.access).await.status, 403, "{claims}");
    }
}
