//! The runtime under another name, inside of a function, and names of the prelude shadowed.
#![allow(dead_code, non_camel_case_types)]

extern crate jwt_runtime as renamed_runtime;

mod framework {
    pub(crate) use renamed_runtime as auth;
}

mod core {}

mod shadowed {
    struct str;
    struct AsRef;
    trait Display {}

    #[derive(jwt_runtime::Scope)]
    enum Perm {
        #[scope("orders:read")]
        OrdersRead,
    }
}

fn main() {
    use framework::auth::Scope;

    #[derive(framework::auth::Scope)]
    #[scope(crate = crate::framework::auth)]
    enum Perm {
        #[scope("orders:read")]
        OrdersRead,
    }

    #[derive(framework::auth::Claims)]
    #[claims(crate = crate::framework::auth)]
    struct User {
        sub: String,
        #[claim(scopes, wildcard)]
        scope: framework::auth::Scopes,
    }

    #[framework::auth::jwt_required(crate = crate::framework::auth, any_scope(Perm::OrdersRead), policy = not(Nobody))]
    async fn handler(#[claims] _user: User) {}

    struct Nobody;

    impl framework::auth::Policy<User> for Nobody {
        fn check(&self, _: &User) -> Result<(), framework::auth::policy::Denied> {
            Ok(())
        }
    }

    assert_eq!(Perm::OrdersRead.as_str(), "orders:read");
}
