//! Combined conditions against a model: whatever is combined, a request passes exactly if every
//! condition does by itself.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use jwt_runtime::{JwtAuth, jwt_required};
use jwt_tests::app::authority;
use jwt_tests::keys::SECRET;
use jwt_tests::routes::guarded::{Role, User};
use proptest::prelude::*;
use tower::ServiceExt;

/// A route and what it stands for, written once each.
macro_rules! rules {
    ($($name:ident($($argument:tt)*) => $model:expr;)*) => {
        $(#[jwt_required($($argument)*)]
        async fn $name(#[claims] _user: User) {})*

        fn routes() -> Router<JwtAuth> {
            Router::new()$(.route(concat!("/", stringify!($name)), get($name)))*
        }

        const RULES: &[(&str, fn(&Model) -> bool)] =
            &[$((concat!("/", stringify!($name)), $model)),*];
    };
}

rules! {
    nothing() => |_| true;
    all(all_scopes("a", "b")) => |m| m.scope("a") && m.scope("b");
    any(any_scope("a", "b")) => |m| m.scope("a") || m.scope("b");
    both(all_scopes("a"), any_scope("b", "c")) => |m| m.scope("a") && (m.scope("b") || m.scope("c"));
    swapped(any_scope("b", "c"), all_scopes("a")) => |m| (m.scope("b") || m.scope("c")) && m.scope("a");
    roles(all_roles(Role::User, Role::Seller), any_role(Role::Admin, Role::User))
        => |m| m.role(0) && m.role(1) && (m.role(2) || m.role(0));
    across(any_role(Role::Admin, Role::Seller), any_scope("a", "c"))
        => |m| (m.role(2) || m.role(1)) && (m.scope("a") || m.scope("c"));
    or_last(all_scopes("a"), require = |u: &User| u.sub == "0" || u.sub == "1")
        => |m| m.scope("a") && (m.sub == 0 || m.sub == 1);
    or_first(require = |u: &User| u.sub == "0" || u.sub == "1", all_scopes("a"), any_role(Role::Admin))
        => |m| (m.sub == 0 || m.sub == 1) && m.scope("a") && m.role(2);
    negated(require = |u: &User| !u.roles.is_empty() && u.sub != "2", any_scope("b"))
        => |m| m.roles.contains(&true) && m.sub != 2 && m.scope("b");
    everything(
        all_scopes("a"), any_scope("b", "c"), all_roles(Role::User), any_role(Role::Seller, Role::Admin),
        require = |u: &User| u.sub == "0" || u.scope.contains("c"),
    ) => |m| m.scope("a") && (m.scope("b") || m.scope("c")) && m.role(0)
        && (m.role(1) || m.role(2)) && (m.sub == 0 || m.scope("c"));
}

/// Somebody, as the model sees them.
#[derive(Clone, Copy, Debug)]
struct Model {
    scopes: [bool; 3],
    roles: [bool; 3],
    sub: u8,
}

impl Model {
    fn scope(&self, name: &str) -> bool {
        self.scopes[usize::from(name.as_bytes()[0] - b'a')]
    }

    fn role(&self, number: usize) -> bool {
        self.roles[number]
    }

    fn user(&self) -> User {
        let scopes = ["a", "b", "c"].into_iter().zip(self.scopes).filter(|(_, held)| *held);
        let scopes: Vec<&str> = scopes.map(|(scope, _)| scope).collect();
        let roles = [Role::User, Role::Seller, Role::Admin].into_iter().zip(self.roles);
        User {
            sub: self.sub.to_string(),
            roles: roles.filter(|(_, held)| *held).map(|(role, _)| role).collect(),
            scope: scopes.join(" ").parse().expect("good scopes"),
        }
    }
}

async fn status(app: &Router, route: &str, token: &str) -> u16 {
    let request = Request::get(route).header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a good request");
    let Ok(response) = app.clone().oneshot(request).await;
    response.status().as_u16()
}

async fn check(model: Model) -> Result<(), TestCaseError> {
    let (auth, _) = authority(|builder| builder.secret(SECRET));
    let app = routes().with_state(auth.clone());
    let pair = auth.login(&model.user()).await.expect("a login");
    for (route, rule) in RULES {
        let expected = if rule(&model) { 200 } else { 403 };
        let got = status(&app, route, pair.access_token().as_str()).await;
        prop_assert_eq!(got, expected, "{} for {:?}", route, model);
    }
    Ok(())
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn conditions_hold_one_by_one(scopes: [bool; 3], roles: [bool; 3], sub in 0_u8..3) {
        run(check(Model { scopes, roles, sub }))?;
    }
}

/// And all 192 of them, since they can be counted.
#[test]
fn whole_truth_table_holds() {
    run(async {
        for bits in 0..64 {
            let bit = |place: u8| bits >> place & 1 == 1;
            for sub in 0..3 {
                let scopes = [bit(0), bit(1), bit(2)];
                let roles = [bit(3), bit(4), bit(5)];
                check(Model { scopes, roles, sub }).await.expect("as the model says");
            }
        }
    });
}
