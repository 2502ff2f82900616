//! Scopes as values of a type, and scopes that stand for others.

use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, HasScopes, JwtAuth, Scope, Scopes, jwt_required};
use jwt_tests::app::App;
use jwt_tests::refusal::forbidden;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Scope)]
enum Perm {
    #[scope("orders:read")]
    Read,
    #[scope("orders:read:all")]
    ReadAll,
    #[scope("orders")]
    Orders,
    #[scope("orders:")]
    Colon,
    #[scope("ordersx:read")]
    Other,
}

/// Compares scopes exactly.
#[derive(Claims)]
struct Exact {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

/// Knows wildcards.
#[derive(Claims)]
struct Wild {
    sub: String,
    #[claim(scopes, wildcard)]
    scope: Scopes,
}

#[jwt_required(all_scopes(Perm::Read, "audit"))]
async fn typed(#[claims] user: Exact) -> String {
    user.sub
}

#[jwt_required(claims = Exact, any_scope(Perm::Read, Perm::ReadAll))]
async fn either() {}

/// A route for each scope, by claims that compare exactly and by claims that know wildcards.
macro_rules! routes {
    ($($path:literal: $exact:ident $wild:ident $perm:ident;)*) => {
        $(
            #[jwt_required(claims = Exact, all_scopes(Perm::$perm))]
            async fn $exact() {}

            #[jwt_required(claims = Wild, any_scope(Perm::$perm))]
            async fn $wild() {}
        )*

        fn routes() -> Router<JwtAuth> {
            Router::new()
                .route("/typed", get(typed))
                .route("/either", get(either))
                $(
                    .route(concat!("/exact/", $path), get($exact))
                    .route(concat!("/wild/", $path), get($wild))
                )*
        }

        const ROUTES: &[(&str, Perm)] = &[$(($path, Perm::$perm)),*];
    };
}

routes! {
    "read": exact_read wild_read Read;
    "read-all": exact_read_all wild_read_all ReadAll;
    "orders": exact_orders wild_orders Orders;
    "colon": exact_colon wild_colon Colon;
    "other": exact_other wild_other Other;
}

async fn token(app: &App, scope: &str) -> String {
    let scope = scope.parse().expect("good scopes");
    app.auth
        .login(&Exact { sub: "bob".to_owned(), scope })
        .await
        .expect("a login")
        .access_token()
        .as_str()
        .to_owned()
}

#[tokio::test]
async fn typed_scope_is_what_the_token_holds_and_the_refusal_names() {
    let app = App::routed(routes()).await;
    let holder = token(&app, "audit orders:read").await;
    assert_eq!(app.get("/typed", &holder).await.assert_status(200).body, "bob");
    for scope in ["", "audit", "orders:read", "Read audit", "orders:* audit"] {
        let reply = app.get("/typed", &token(&app, scope).await).await;
        forbidden(Some("orders:read audit")).assert(&reply);
    }
    app.get("/either", &token(&app, "orders:read:all").await).await.assert_status(200);
    let reply = app.get("/either", &token(&app, "orders").await).await;
    forbidden(Some("orders:read orders:read:all")).assert(&reply);
}

#[tokio::test]
async fn wildcard_stands_for_what_begins_as_it_does() {
    use Perm::{Orders, Read, ReadAll};
    let app = App::routed(routes()).await;
    for (held, granted) in [
        ("", &[][..]),
        ("orders:*", &[Read, ReadAll]),
        ("orders:read:*", &[ReadAll]),
        ("profile orders:* audit", &[Read, ReadAll]),
        ("orders:read orders:*", &[Read, ReadAll]),
        ("orders orders:*", &[Orders, Read, ReadAll]),
        // A star alone, or anywhere else, is a character.
        ("*", &[]),
        (":*", &[]),
        ("orders*", &[]),
        ("orders:r*", &[]),
        ("*:read", &[]),
        ("orders:*:all", &[]),
        ("orders:**", &[]),
        ("ORDERS:*", &[]),
        ("order:*", &[]),
        ("orders:read", &[Read]),
    ] {
        let token = token(&app, held).await;
        for (path, perm) in ROUTES {
            let is_exact = held.split(' ').any(|scope| scope == perm.as_str());
            for (route, is_let_in) in [
                (format!("/exact/{path}"), is_exact),
                (format!("/wild/{path}"), granted.contains(perm)),
            ] {
                let reply = app.get(&route, &token).await;
                match is_let_in {
                    true => assert_eq!(reply.status, 200, "{held} on {route}"),
                    false => forbidden(Some(perm.as_str())).assert(&reply),
                }
            }
        }
    }
}

/// The definition, word by word.
fn stands_for(held: &str, required: &str) -> bool {
    if held == required {
        return true;
    }
    let (held, required): (Vec<char>, Vec<char>) =
        (held.chars().collect(), required.chars().collect());
    match held.as_slice() {
        [before @ .., ':', '*'] => {
            let begins = required.iter().take(before.len()).eq(before);
            begins && required.get(before.len()) == Some(&':') && required.len() > before.len() + 1
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn grants_is_as_defined(
        held in prop::collection::vec("[ab:*]{1,5}", 0..4),
        required in "[ab:*]{1,6}",
    ) {
        let scope = Scopes::try_from_iter(held.clone()).expect("good scopes");
        let expected = held.iter().any(|held| stands_for(held, &required));
        prop_assert_eq!(scope.grants(&required), expected, "{:?} for {}", held, required);
        prop_assert_eq!(scope.contains(&required), held.contains(&required));
        let (exact, wild) = (scope.clone(), scope);
        let exact = Exact { sub: String::new(), scope: exact };
        let wild = Wild { sub: String::new(), scope: wild };
        prop_assert_eq!(exact.grants(&required), held.contains(&required));
        prop_assert_eq!(wild.grants(&required), expected);
    }
}

#[test]
fn scopes_are_collected_from_values() {
    let scopes: Scopes = [Perm::Read, Perm::Orders, Perm::Read].into_iter().collect();
    assert_eq!(scopes.to_string(), "orders:read orders");
    assert!(scopes.contains(Perm::Orders) && scopes.contains("orders:read"));
    assert!(!scopes.contains(Perm::ReadAll));
    assert_eq!(scopes, "orders:read orders".parse().expect("good scopes"));
    assert_eq!(Scopes::from_iter([] as [Perm; 0]), Scopes::default());
    assert_eq!(format!("{:>8}|{}", Perm::Orders, Perm::Read), "  orders|orders:read");
}

/// Nothing keeps an `impl` by hand from giving several scopes for one; none of them is given out.
#[test]
fn scopes_that_are_none_are_left_out() {
    struct ByHand(&'static str);

    impl Scope for ByHand {
        fn as_str(&self) -> &'static str {
            self.0
        }
    }

    let scopes = ["a b", "", "a\"", "c", "d\u{e9}", "*"].map(ByHand);
    assert_eq!(Scopes::from_iter(scopes).to_string(), "c *");
}
