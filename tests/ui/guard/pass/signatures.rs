//! What a signature may hold beside the guard: patterns, `impl Trait`, lifetimes, where-clauses.
#![deny(warnings)]

use std::collections::HashMap;
use std::fmt::Display;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::response::IntoResponse;
use axum::routing::get;
use jwt_runtime::{AccessToken, Claims, JwtAuth, Registered, Scopes, Token, jwt_required};

#[derive(Clone, Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[jwt_required]
async fn structs(
    #[claims] User { sub, scope: ref granted }: User,
    Path((shop, id)): Path<(String, u64)>,
) -> String {
    format!("{sub} {granted} {shop} {id}")
}

#[jwt_required(all_scopes("a"))]
async fn bindings(#[claims] mut user @ User { .. }: User, mut body: String) -> String {
    user.sub.push('!');
    body += &user.sub;
    body
}

#[jwt_required(all_scopes("a"))]
async fn by_reference(#[claims] ref user: User) -> String {
    format!("{} {}", user.sub, user.scope)
}

#[jwt_required]
async fn nothing_of_it(#[claims] _: Registered, _: State<JwtAuth>) {}

#[jwt_required(optional)]
async fn qualified(#[claims] user: ::core::option::Option<self::User>) -> String {
    user.map_or_else(String::new, |User { sub, .. }| sub)
}

#[allow(unused_parens)]
#[jwt_required]
#[rustfmt::skip]
async fn parenthesised(#[claims] (token): Token<User>, (Query(query)): Query<HashMap<String, String>>) -> String {
    format!("{} {}", token.sub, query.len())
}

#[jwt_required(all_scopes("a"))]
async fn impl_return(#[token] _token: AccessToken<User>) -> impl IntoResponse + use<> {
    "hello"
}

#[jwt_required(all_scopes("a"))]
async fn impl_argument(
    #[claims] user: User,
    body: impl Display + FromRequestParts<JwtAuth>,
) -> String {
    format!("{} {body}", user.sub)
}

#[jwt_required]
async fn boxed(#[claims] user: User) -> Result<Box<str>, (u16, String)> {
    let answer = async move { user.sub }.await;
    Ok(answer.into())
}

#[jwt_required(claims = User, require = |user: &User| { let User { sub, .. } = user; !sub.is_empty() })]
async fn bounded<'a, S, const N: usize>(State(state): State<S>) -> String
where
    S: Clone + Send + Sync + 'a,
    'a: 'static,
{
    drop(state);
    N.to_string()
}

#[must_use]
#[inline]
#[deprecated = "for the test"]
#[jwt_required(all_scopes("a"))]
async fn marked(#[claims] _user: User) {}

#[allow(dead_code)]
#[jwt_required]
#[expect(clippy::unused_async)]
async fn expecting(#[claims] _user: User) {}

struct Header(String);

impl Display for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Header {
    type Rejection = ();

    async fn from_request_parts(_: &mut axum::http::request::Parts, _: &S) -> Result<Self, ()> {
        Ok(Self(String::new()))
    }
}

#[allow(deprecated)]
fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/a/{shop}/{id}", get(structs))
        .route("/b", get(bindings).post(by_reference).put(nothing_of_it))
        .route("/c", get(qualified).post(parenthesised).put(impl_return))
        .route("/d", get(bounded::<JwtAuth, 3>).post(marked));
    let _ = boxed;
    let _ = |user, header: Header| impl_argument(user, header);
}
