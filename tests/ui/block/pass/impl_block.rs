use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jwt_runtime::{
    Claims, JwtAuth, Scopes, Token, fresh_jwt_required, jwt_required, public, refresh_required,
};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

#[derive(Claims)]
struct Other {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Api;

impl Api {
    fn allows(user: &User) -> bool {
        user.sub != "eve"
    }

    async fn method(&self) {}
}

/// The conditions of the block name its type as `Self`.
#[jwt_required(claims = User, all_scopes("a"), state = JwtAuth)]
impl Api {
    const GREETING: &str = "hello";

    async fn without_a_parameter() -> &'static str {
        Self.method().await;
        Self::GREETING
    }

    #[jwt_required(require = Self::allows)]
    async fn with_self(#[claims] user: User) -> String {
        user.scope.to_string() + &user.sub
    }

    async fn with_other_claims(#[claims] claims: Other) -> String {
        claims.scope.to_string() + &claims.sub
    }

    async fn with_token(#[claims] token: Token<User>, State(_): State<JwtAuth>) -> String {
        token.as_str().to_owned()
    }

    #[fresh_jwt_required(max_age = "5m", issuer = "https://auth.example.com")]
    async fn fresh() {}

    #[public]
    async fn open() {}

    #[public]
    fn future() -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    fn bystander(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// A second block of the same type.
#[refresh_required]
impl Api {
    async fn refresh() {}
}

struct Generic<T>(T);

/// Without conditions any type will do.
#[jwt_required]
impl<T: Send + 'static> Generic<T> {
    async fn plain(#[claims] user: User) -> String {
        user.sub
    }
}

#[jwt_required(self_type = Generic<()>, all_scopes("a"))]
impl<T: Send + 'static> Generic<T> {
    async fn conditions(#[claims] user: User) -> String {
        user.sub
    }
}

struct Borrowing<'a>(&'a str);

#[jwt_required(self_type = Borrowing<'static>, skip_revocation)]
impl Borrowing<'_> {
    async fn unrevoked() {}
}

fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/a", get(Api::without_a_parameter).post(Api::with_self).put(Api::fresh))
        .route("/b", get(Api::with_other_claims).post(Api::with_token).put(Api::refresh))
        .route("/c", get(Api::open).post(Api::future))
        .route("/d", get(Generic::<u8>::plain).post(Generic::<u8>::conditions))
        .route("/e", get(Borrowing::unrevoked));
    drop((Api.bystander(), Generic(1).0, Borrowing("").0));
}
