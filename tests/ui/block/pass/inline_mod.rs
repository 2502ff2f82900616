#![deny(warnings)]

use axum::Router;
use axum::routing::get;
use jwt_runtime::{Claims, JwtAuth, Scopes, jwt_required};

#[derive(Claims)]
pub struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

macro_rules! answer {
    () => {
        "made"
    };
}

/// Handlers.
#[jwt_required(claims = User, all_scopes("a"))]
mod guarded {
    //! Inner documentation.
    #![allow(dead_code)]

    use super::{Claims, User};

    pub use self::deeper::Api;

    pub const MAX: usize = 1 + 1;

    unsafe extern "C" {}

    pub struct Sized<const N: usize>;

    impl<const N: usize> axum::response::IntoResponse for Sized<{ N }> {
        fn into_response(self) -> axum::response::Response {
            N.to_string().into_response()
        }
    }

    #[derive(Claims)]
    pub struct Session {
        sub: String,
    }

    macro_rules! within {
        () => {
            async fn not_a_handler_yet() {}
        };
    }

    pub trait Source {
        async fn read(&self) -> String;
    }

    impl Source for Session {
        async fn read(&self) -> String {
            self.sub.clone()
        }
    }

    pub async fn nobody_thought_of() -> &'static str {
        within!();
        not_a_handler_yet().await;
        answer!()
    }

    pub async fn by_type(#[claims] user: User) -> Sized<{ MAX - 1 }> {
        let _ = (user.scope, user.sub);
        Sized
    }

    pub mod deeper {
        use jwt_runtime::{jwt_required, public};

        use super::User;

        pub struct Api;

        impl Api {
            pub async fn list() {}

            #[jwt_required(all_scopes("b"))]
            pub async fn create(#[claims] _user: User) {}
        }

        #[public]
        pub mod open {
            pub async fn health() {}
        }
    }

    #[jwt_runtime::public]
    std::thread_local! {
        pub static COUNT: u8 = const { 0 };
    }

    #[cfg(test)]
    mod tests {
        async fn helper() {}
    }
}

fn main() {
    let _ = Router::<JwtAuth>::new()
        .route("/a", get(guarded::nobody_thought_of).post(guarded::by_type))
        .route("/b", get(guarded::Api::list).post(guarded::Api::create))
        .route("/c", get(guarded::deeper::open::health));
}
