//! Named policies: each node of a tree is one unit, and what it denies is a 403.

use axum::Router;
use axum::routing::get;
use jwt_runtime::policy::{Denied, Policy, all, any, not};
use jwt_runtime::{Claims, JwtAuth, RefreshToken, Scopes, Token, jwt_required, refresh_required};
use jwt_tests::app::{App, Pair};
use jwt_tests::refusal::{Refusal, forbidden, type_wrong};
use serde_json::{Value, json};

/// Somebody, of whom three things are true or not.
#[derive(Clone, Claims)]
struct User {
    sub: String,
    facts: String,
    #[claim(scopes)]
    #[serde(default)]
    scope: Scopes,
}

struct Fact(char);

impl Policy<User> for Fact {
    fn check(&self, user: &User) -> Result<(), Denied> {
        if user.facts.contains(self.0) { Ok(()) } else { Err(Denied::new()) }
    }
}

const A: Fact = Fact('a');
const B: Fact = Fact('b');
const C: Fact = Fact('c');

/// Names the scope that it wants.
struct Holds {
    scope: &'static str,
}

impl Policy<User> for Holds {
    fn check(&self, user: &User) -> Result<(), Denied> {
        let holds = user.scope.contains(self.scope);
        if holds { Ok(()) } else { Err(Denied::for_scope(self.scope)) }
    }
}

/// A route, the same tree as a value, and what both stand for.
macro_rules! trees {
    ($($name:ident: $tree:expr, $value:expr => |$a:ident, $b:ident, $c:ident| $model:expr;)*) => {
        $(#[jwt_required(policy = $tree)]
        async fn $name(#[claims] _user: User) {})*

        fn trees() -> Router<JwtAuth> {
            Router::new()$(.route(concat!("/", stringify!($name)), get($name)))*
        }

        type Model = fn(bool, bool, bool) -> bool;

        fn models() -> Vec<(&'static str, Box<dyn Policy<User>>, Model)> {
            vec![$((
                concat!("/", stringify!($name)),
                Box::new($value),
                |$a, $b, $c| $model,
            )),*]
        }
    };
}

trees! {
    one: A, A => |a, _b, _c| a;
    all_of_one: all(A), all((A,)) => |a, _b, _c| a;
    any_of_one: any(A), any((A,)) => |a, _b, _c| a;
    negated: not(A), not(A) => |a, _b, _c| !a;
    negated_twice: not(not(A)), not(not(A)) => |a, _b, _c| a;
    every: all(A, B, C), all((A, B, C)) => |a, b, c| a && b && c;
    either: any(A, B, C), any((A, B, C)) => |a, b, c| a || b || c;
    any_in_all: all(A, any(B, C)), all((A, any((B, C)))) => |a, b, c| a && (b || c);
    all_in_any: any(A, all(B, C)), any((A, all((B, C)))) => |a, b, c| a || (b && c);
    all_in_any_first: any(all(A, B), C), any((all((A, B)), C)) => |a, b, c| (a && b) || c;
    none_of: not(any(A, B)), not(any((A, B))) => |a, b, _c| !(a || b);
    not_both: not(all(A, B)), not(all((A, B))) => |a, b, _c| !(a && b);
    not_first: all(not(A), B), all((not(A), B)) => |a, b, _c| !a && b;
    not_last: any(A, not(B)), any((A, not(B))) => |a, b, _c| a || !b;
    exactly_one: any(all(A, not(B)), all(not(A), B)), any((all((A, not(B))), all((not(A), B))))
        => |a, b, _c| a != b;
    deep: not(all(any(A, not(B)), any(B, C), not(all(A, C)))),
        not(all((any((A, not(B))), any((B, C)), not(all((A, C))))))
        => |a, b, c| !((a || !b) && (b || c) && !(a && c));
    eight: any(
        all(A, Fact('0'), Fact('1'), Fact('2'), Fact('3'), Fact('4'), Fact('5'), Fact('6')),
        Fact('1'), Fact('2'), Fact('3'), Fact('4'), Fact('5'), Fact('6'), C,
    ), any((
        all((A, Fact('0'), Fact('1'), Fact('2'), Fact('3'), Fact('4'), Fact('5'), Fact('6'))),
        Fact('1'), Fact('2'), Fact('3'), Fact('4'), Fact('5'), Fact('6'), C,
    )) => |_a, _b, c| c;
}

async fn login(app: &App, claims: &Value) -> Pair {
    app.login_as(claims).await
}

#[tokio::test]
async fn trees_decide_as_their_nodes_say() {
    let app = App::routed(trees()).await;
    for bits in 0..8 {
        let [a, b, c] = [0, 1, 2].map(|place| bits >> place & 1 == 1);
        let facts: String =
            [(a, 'a'), (b, 'b'), (c, 'c')].into_iter().filter(|fact| fact.0).map(|f| f.1).collect();
        let user = User { sub: "bob".to_owned(), facts, scope: Scopes::default() };
        let token = login(&app, &json!({ "sub": user.sub, "facts": user.facts })).await.access;
        for (route, value, model) in models() {
            let expected = model(a, b, c);
            assert_eq!(
                value.check(&user).is_ok(),
                expected,
                "{route} as a value, {:?}",
                user.facts
            );
            let reply = app.get(route, &token).await;
            match expected {
                true => assert_eq!(reply.status, 200, "{route}, {:?}", user.facts),
                false => {
                    let mismatch = forbidden(None).mismatch(&reply);
                    assert!(mismatch.is_none(), "{route}, {:?}: {mismatch:?}", user.facts);
                }
            }
        }
    }
}

#[jwt_required(policy = all(Holds { scope: "x" }, A, Holds { scope: "y" }))]
async fn every_scope(#[claims] _user: Token<User>) {}

#[jwt_required(policy = any(A, Holds { scope: "x" }, Holds { scope: "y" }))]
async fn either_scope(#[claims] _user: User) {}

#[jwt_required(policy = not(Holds { scope: "x" }))]
async fn without_scope(#[claims] _user: User) {}

#[jwt_required(any_scope("s"), policy = A, require = |user: &User| user.facts.contains('r'))]
async fn mixed(#[claims] _user: User) {}

#[refresh_required(policy = A)]
async fn refresh(#[token] _old: RefreshToken<User>) {}

#[jwt_required(policy = within_path::a_or_b(), claims = User)]
async fn by_function() {}

mod within_path {
    use super::{A, B, Policy, User, any};

    pub(super) fn a_or_b() -> impl Policy<User> {
        any((A, B))
    }
}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/every-scope", get(every_scope))
        .route("/either-scope", get(either_scope))
        .route("/without-scope", get(without_scope))
        .route("/mixed", get(mixed))
        .route("/refresh-only", get(refresh))
        .route("/by-function", get(by_function))
}

async fn assert_answers(app: &App, route: &str, facts: &str, scope: &str, row: Option<Refusal>) {
    let claims = json!({ "sub": "bob", "facts": facts, "scope": scope });
    let reply = app.get(route, &login(app, &claims).await.access).await;
    match row {
        Some(row) => row.assert(&reply),
        None => assert_eq!(reply.status, 200, "{route} for {claims}"),
    }
}

/// `all` answers with its first denial, `any` with the first that names a scope, `not` with none.
#[tokio::test]
async fn denials_name_the_scope_that_helps() {
    let app = App::routed(routes()).await;
    let scope = |scope| Some(forbidden(Some(scope)));
    for (route, facts, held, row) in [
        ("/every-scope", "a", "x y", None),
        ("/every-scope", "a", "y", scope("x")),
        ("/every-scope", "a", "x", scope("y")),
        ("/every-scope", "", "x", Some(forbidden(None))),
        ("/either-scope", "a", "", None),
        ("/either-scope", "", "y", None),
        ("/either-scope", "", "z", scope("x")),
        ("/without-scope", "", "y", None),
        ("/without-scope", "", "x", Some(forbidden(None))),
    ] {
        assert_answers(&app, route, facts, held, row).await;
    }
}

/// Scopes come before, `require` after: what a client can do something about is said first.
#[tokio::test]
async fn policy_stands_between_scopes_and_require() {
    let app = App::routed(routes()).await;
    for (facts, scope, row) in [
        ("ar", "s", None),
        ("ar", "", Some(forbidden(Some("s")))),
        ("r", "s", Some(forbidden(None))),
        ("a", "s", Some(forbidden(None))),
        ("", "", Some(forbidden(Some("s")))),
    ] {
        assert_answers(&app, "/mixed", facts, scope, row).await;
    }
}

#[tokio::test]
async fn policies_hold_for_refresh_tokens_and_hidden_parameters() {
    let app = App::routed(routes()).await;
    let good = login(&app, &json!({ "sub": "bob", "facts": "a" })).await;
    let bad = login(&app, &json!({ "sub": "bob", "facts": "c" })).await;
    app.get("/refresh-only", &good.refresh).await.assert_status(200);
    type_wrong("refresh").assert(&app.get("/refresh-only", &good.access).await);
    forbidden(None).assert(&app.get("/refresh-only", &bad.refresh).await);
    app.get("/by-function", &good.access).await.assert_status(200);
    forbidden(None).assert(&app.get("/by-function", &bad.access).await);
}
