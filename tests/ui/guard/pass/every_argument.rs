use std::ops::Deref;

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::Method;
use axum::routing::{get, post};
use jwt_runtime::{
    AccessToken, AuthError, Claims, Denied, JwtAuth, LoadUser, Policy, RefreshToken, Registered,
    Scope, Scopes, Token, fresh_jwt_required, jwt_required, policy, refresh_required,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Clone, Claims)]
struct User {
    sub: String,
    region: String,
    #[claim(roles)]
    roles: Vec<Role>,
    #[claim(scopes)]
    scope: Scopes,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
enum Role {
    Admin,
    Seller,
}

impl Role {
    const OWNER: Self = Self::Admin;
}

#[derive(Clone)]
struct AdminAuth(JwtAuth);

impl Deref for AdminAuth {
    type Target = JwtAuth;

    fn deref(&self) -> &JwtAuth {
        &self.0
    }
}

#[derive(Clone, FromRef)]
struct AppState {
    auth: JwtAuth,
    admin: AdminAuth,
}

#[jwt_required]
async fn plain(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required(any_type)]
async fn of_any_type(#[claims] token: Token<User>) -> String {
    token.registered().token_type.to_string()
}

#[jwt_required(any_type, any_role(Role::Admin), claims = User, locations(json, form, header))]
async fn of_any_type_with_conditions() {}

#[jwt_required(optional(lenient))]
async fn lenient(#[claims] user: Option<User>) -> String {
    user.is_some().to_string()
}

#[jwt_required(any_type, optional(lenient), auth = AdminAuth)]
async fn anybody(#[claims] token: Option<Registered>) -> String {
    token.is_some().to_string()
}

#[jwt_required()]
async fn empty_parentheses(#[claims] mut user: User) -> String {
    user.sub.push('!');
    user.sub
}

#[jwt_required(optional)]
async fn optional(#[claims] user: Option<User>) -> String {
    user.map_or_else(|| "nobody".to_owned(), |user| user.sub)
}

#[jwt_required(optional, issuer = "https://auth.example.com")]
async fn optional_with_rules(#[token] token: std::option::Option<AccessToken<User>>) {
    drop(token);
}

#[jwt_required(claims = User)]
async fn claims() {}

#[jwt_required(claims = Map<String, Value>, require = has_region)]
async fn claims_with_parameters() {}

fn has_region(claims: &Map<String, Value>) -> bool {
    claims.contains_key("region")
}

#[jwt_required(all_scopes("orders:read", "orders:write"), any_scope("a", "b"))]
async fn scopes(#[claims] user: User) -> String {
    user.scope.to_string()
}

#[derive(Scope)]
enum Perm {
    #[scope("orders:read")]
    OrdersRead,
}

impl Perm {
    const READ: Self = Self::OrdersRead;
}

#[jwt_required(all_scopes(Perm::OrdersRead, "audit"), any_scope(Perm::READ, perm(1),))]
async fn typed_scopes(#[claims] _: User) {}

const fn perm(_: u8) -> Perm {
    Perm::OrdersRead
}

#[jwt_required(policy = AdminOnly)]
async fn named_policy(#[claims] _: User) {}

#[jwt_required(
    policy = any(AdminOnly, all(InRegion("eu"), not(InRegion("test")), (Holds { role: Role::Seller }))),
)]
async fn combined_policies(#[claims] _: Token<User>) {}

#[refresh_required(policy = policy::all((AdminOnly, european())), claims = User)]
async fn policies_by_path() {}

struct AdminOnly;

impl Policy<User> for AdminOnly {
    fn check(&self, user: &User) -> Result<(), Denied> {
        Holds { role: Role::Admin }.check(user)
    }
}

struct InRegion(&'static str);

impl Policy<User> for InRegion {
    fn check(&self, user: &User) -> Result<(), Denied> {
        if user.region == self.0 { Ok(()) } else { Err(Denied::new()) }
    }
}

struct Holds {
    role: Role,
}

impl Policy<User> for Holds {
    fn check(&self, user: &User) -> Result<(), Denied> {
        if user.roles.contains(&self.role) { Ok(()) } else { Err(Denied::new()) }
    }
}

fn european() -> impl Policy<User> {
    policy::any((InRegion("eu"), InRegion("europe")))
}

#[jwt_required(locations(header, cookie, query, websocket))]
async fn locations() {}

#[refresh_required(locations(cookie, json, form))]
async fn refresh_locations() {}

#[jwt_required(all_roles(Role::Admin), any_role(Role::OWNER, Role::Seller,))]
async fn roles(#[claims] _: User) {}

#[jwt_required(require = |user: &User| user.region == "eu" || user.region == "us")]
async fn require(#[claims] user: User) -> String {
    user.region
}

#[jwt_required(claims = User, require = |user| user.roles.is_empty())]
async fn require_of_an_inferred_type() {}

#[jwt_required(claims = User, require = User::in_europe)]
async fn require_by_path() {}

impl User {
    fn in_europe(&self) -> Result<(), Denied> {
        if self.region == "eu" { Ok(()) } else { Err(Denied::new()) }
    }
}

#[jwt_required(authorize = owns_order, state = AppState)]
async fn authorize(Path(id): Path<u64>, #[claims] user: User) -> String {
    format!("{id} {}", user.sub)
}

async fn owns_order(user: &User, id: Path<u64>, State(auth): State<AdminAuth>) -> bool {
    drop(auth);
    *id > 0 && user.sub == "alice"
}

#[jwt_required(authorize = User::is_somebody::<3>, claims = User)]
async fn authorize_by_another_path() {}

impl User {
    async fn is_somebody<const LENGTH: usize>(&self, _: Method) -> Result<(), AuthError> {
        if self.sub.len() == LENGTH { Ok(()) } else { Err(AuthError::UserUnknown) }
    }
}

struct Account {
    name: String,
}

impl LoadUser for Account {
    type Claims = User;
    type State = AppState;
    type Error = AuthError;

    async fn load(user: &User, _: &AppState) -> Result<Option<Self>, AuthError> {
        Ok(Some(Self { name: user.sub.clone() }))
    }
}

#[jwt_required]
async fn account(#[user] Account { name }: Account) -> String {
    name
}

#[jwt_required(all_scopes("a"), authorize = owns_order, state = AppState)]
async fn account_and_token(#[user] mut account: Account, #[token] token: AccessToken<User>) {
    account.name.push_str(&token.sub);
}

#[jwt_required(optional)]
async fn maybe_account(#[user] account: Option<Account>, #[claims] user: Option<User>) {
    drop((account, user));
}

#[jwt_required(issuer = "https://auth.example.com", audience = "orders", skip_revocation)]
async fn rules(#[claims] token: Token<User>) -> String {
    token.registered().sub.clone()
}

#[jwt_required(audience("orders", "billing"))]
async fn audiences(#[claims] token: Registered) -> String {
    token.sub
}

#[jwt_required(auth = AdminAuth, state = AppState)]
async fn auth(#[claims] User { sub, .. }: User) -> String {
    sub
}

#[jwt_required(state = AppState)]
async fn state() {}

#[fresh_jwt_required]
async fn fresh(method: Method, #[claims] user: User) -> String {
    format!("{method} {}", user.sub)
}

#[fresh_jwt_required(max_age = "1h 30m", any_role(Role::Admin))]
async fn fresh_with_conditions(#[token] token: AccessToken<User>, body: String) -> String {
    drop(token);
    body
}

#[refresh_required]
async fn refresh(State(auth): State<JwtAuth>, #[token] old: RefreshToken<User>) {
    drop((auth, old));
}

#[refresh_required(issuer = "https://auth.example.com", claims = User, all_scopes("offline"))]
async fn refresh_with_conditions() {}

fn main() {
    let _ = Router::<AppState>::new()
        .route("/plain", get(plain).post(empty_parentheses))
        .route("/any-type", get(of_any_type).post(of_any_type_with_conditions))
        .route("/lenient", get(lenient).post(anybody))
        .route("/optional", get(optional).post(optional_with_rules))
        .route("/claims", get(claims).post(claims_with_parameters))
        .route("/scopes", get(scopes))
        .route("/typed-scopes", get(typed_scopes))
        .route("/policies", get(named_policy).post(combined_policies).put(policies_by_path))
        .route("/locations", get(locations))
        .route("/refresh-locations", get(refresh_locations))
        .route("/roles", get(roles))
        .route("/require", get(require).post(require_of_an_inferred_type).put(require_by_path))
        .route("/authorize/{id}", get(authorize).post(authorize_by_another_path))
        .route("/account", get(account).post(account_and_token).put(maybe_account))
        .route("/rules", get(rules).post(audiences))
        .route("/auth", get(auth).post(state))
        .route("/fresh", get(fresh).post(fresh_with_conditions))
        .route("/refresh", post(refresh).put(refresh_with_conditions));
}
