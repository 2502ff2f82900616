use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, HasRoles, HasScopes, JwtAuth, Scopes, jwt_required};
use serde::{Deserialize, Serialize};

#[derive(Clone, Claims)]
#[claims(leeway = "30s")]
struct Tenant<Id, R: PartialEq = String>
where
    Id: Clone,
{
    sub: Id,
    #[claim(roles)]
    roles: Vec<R>,
    #[claim(scopes)]
    scope: Scopes,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
enum Role {
    Admin,
}

#[jwt_required(any_role(Role::Admin), all_scopes("a"))]
async fn handler(#[claims] tenant: Tenant<u64, Role>) -> String {
    tenant.sub.to_string()
}

fn main() {
    let _ = Router::<JwtAuth>::new().route("/", get(handler));
    let tenant = Tenant { sub: 1_u8, roles: vec!["x".to_owned()], scope: "a b".parse().unwrap() };
    assert!(tenant.has_role(&"x".to_owned()));
    assert!(tenant.scopes().contains("b"));
}
