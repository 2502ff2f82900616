use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jwt_runtime::policy::{Denied, Policy};
use jwt_runtime::{Claims, JwtAuth, Scopes, fresh_jwt_required, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Named(&'static str);

impl Policy<User> for Named {
    fn check(&self, user: &User) -> Result<(), Denied> {
        if user.sub == self.0 { Ok(()) } else { Err(Denied::new()) }
    }
}

struct Api;

impl Api {
    const GREETING: &str = "hello";

    #[jwt_required]
    async fn preset(#[claims] user: User) -> String {
        format!("{} {} {}", Self::GREETING, user.sub, user.scope)
    }

    #[jwt_required(state = JwtAuth)]
    async fn preset_with_state(State(_): State<JwtAuth>) {}

    #[jwt_required(self_type = Api, all_scopes("orders:read"), state = JwtAuth)]
    async fn read(#[claims] user: User) -> String {
        user.sub
    }

    #[jwt_required(self_type = Api, policy = any(Named("alice"), not(Named("bob"))))]
    async fn named(#[claims] _: User) {}

    #[jwt_required(self_type = Api, claims = User, all_scopes("orders:write"))]
    async fn write() -> &'static str {
        Self::GREETING
    }
}

struct Generic<T>(T);

impl<T: Send + 'static> Generic<T> {
    #[fresh_jwt_required(self_type = Generic<()>, max_age = "5m")]
    async fn recent(#[claims] user: User) -> String {
        user.sub
    }
}

fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/preset", get(Api::preset).post(Api::preset_with_state))
        .route("/orders", get(Api::read).post(Api::write).put(Api::named))
        .route("/recent", get(Generic::<u8>::recent));
    let _ = Generic(0_u8).0;
}
