use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use jwt_runtime::{AuthError, Claims, JwtAuth, LoadUser, Scopes, jwt_required};
use tracing::instrument;

#[derive(Debug, Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required]
#[axum::debug_handler]
async fn debug_handler_below(State(_): State<JwtAuth>, #[claims] user: User) -> String {
    user.sub
}

#[jwt_required(all_scopes("orders:read"), state = JwtAuth)]
#[axum::debug_handler(state = JwtAuth)]
async fn debug_handler_below_conditions(#[claims] user: User, body: String) -> String {
    user.scope.to_string() + &body
}

#[jwt_required(claims = User, all_scopes("orders:read"))]
#[axum::debug_handler(state = JwtAuth)]
async fn debug_handler_below_a_hidden_parameter() {}

#[derive(Debug)]
struct Account;

impl LoadUser for Account {
    type Claims = User;
    type State = JwtAuth;
    type Error = AuthError;

    async fn load(_: &User, _: &JwtAuth) -> Result<Option<Self>, AuthError> {
        Ok(Some(Self))
    }
}

async fn is_the_second(_: &User, Path(id): Path<u64>) -> bool {
    id == 2
}

#[jwt_required(authorize = is_the_second)]
#[axum::debug_handler(state = JwtAuth)]
async fn debug_handler_below_a_user(#[user] _: Account, #[claims] user: User) -> String {
    user.sub
}

#[instrument]
#[jwt_required(authorize = is_the_second)]
async fn instrument_above_a_user(#[user] account: Account) {
    drop(account);
}

#[instrument]
#[jwt_required]
async fn instrument_above(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required(all_scopes("orders:read"))]
#[instrument(fields(sub = %user.sub))]
async fn instrument_below(#[claims] user: User, Path(id): Path<u64>) -> String {
    format!("{} {id}", user.sub)
}

#[instrument]
#[jwt_required]
async fn instrument_above_a_hidden_parameter() {}

#[jwt_required]
#[instrument]
async fn instrument_below_a_hidden_parameter() {}

#[utoipa::path(get, path = "/orders/{id}", params(("id" = u64, Path)))]
#[jwt_required(all_scopes("orders:read"))]
async fn utoipa_above(#[claims] user: User, Path(id): Path<u64>) -> String {
    format!("{} {id}", user.sub)
}

#[jwt_required]
#[utoipa::path(get, path = "/orders", responses((status = 200, body = String)))]
async fn utoipa_below(#[claims] user: User) -> String {
    user.sub
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(utoipa_above, utoipa_below))]
struct Documentation;

fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/debug", get(debug_handler_below).post(debug_handler_below_conditions))
        .route("/debug/hidden", get(debug_handler_below_a_hidden_parameter))
        .route("/instrument/{id}", get(instrument_above).post(instrument_below))
        .route("/user", get(debug_handler_below_a_user).post(instrument_above_a_user))
        .route("/instrument/above", get(instrument_above_a_hidden_parameter))
        .route("/instrument/below", get(instrument_below_a_hidden_parameter))
        .route("/orders", get(utoipa_below))
        .route("/orders/{id}", get(utoipa_above));

    let documentation = <Documentation as utoipa::OpenApi>::openapi();
    let order =
        documentation.paths.get_path_item("/orders/{id}").and_then(|item| item.get.as_ref());
    let parameters = order.and_then(|get| get.parameters.as_ref()).map(Vec::len);
    assert_eq!(parameters, Some(1), "the guard is no parameter of the document");
}
