//! What the macros expand into, pretty-printed, for one shape each.
//!
//! After a change on purpose: `UPDATE_EXPECT=1 cargo test -p jwt-macros`, and read the difference.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;
use quote::quote;

use crate::claims;
use crate::guard::{self, Attr};
use crate::scope;

fn assert_expansion(expansion: TokenStream, expected: ExpectFile) {
    let file = syn::parse2(expansion).expect("an expansion is a list of items");
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn plain() {
    let item = quote! {
        /// Who is asking.
        pub async fn me(State(db): State<Db>, #[claims] user: User) -> Json<Profile> {
            #![allow(clippy::unused_async)]
            db.profile(user.sub)
        }
    };
    let expansion = guard::expand(Attr::Access, quote!(), item);
    assert_expansion(expansion, expect_file!["snapshots/plain.rs"]);
}

#[test]
fn optional() {
    let item = quote! {
        async fn feed(#[claims] user: Option<User>) -> Html<String> {
            render(user)
        }
    };
    let expansion = guard::expand(Attr::Access, quote!(optional), item);
    assert_expansion(expansion, expect_file!["snapshots/optional.rs"]);
}

#[test]
fn conditions() {
    let arguments = quote! {
        all_scopes("orders:write"),
        any_role(Role::Admin, Role::Seller),
        require = |user: &User| user.region == "eu" || user.region == "us",
        issuer = "https://auth.example.com",
        audience("orders", "billing"),
        auth = ShopAuth,
        state = AppState,
        skip_revocation
    };
    let item = quote! {
        #[cfg(feature = "orders")]
        pub(crate) async fn create(#[claims] user: User, Json(order): Json<Order>) -> StatusCode {
            store(user, order).await
        }
    };
    let expansion = guard::expand(Attr::Access, arguments, item);
    assert_expansion(expansion, expect_file!["snapshots/conditions.rs"]);
}

#[test]
fn fresh_with_max_age() {
    let item = quote! {
        async fn change_password(#[claims] User { sub, .. }: User) {}
    };
    let expansion = guard::expand(Attr::Fresh, quote!(max_age = "5m"), item);
    assert_expansion(expansion, expect_file!["snapshots/fresh_with_max_age.rs"]);
}

#[test]
fn refresh_with_token() {
    let item = quote! {
        async fn refresh(
            State(auth): State<JwtAuth>,
            #[token] old: RefreshToken<User>,
        ) -> Result<TokenPair, AuthError> {
            auth.rotate(old).await
        }
    };
    let expansion = guard::expand(Attr::Refresh, quote!(), item);
    assert_expansion(expansion, expect_file!["snapshots/refresh_with_token.rs"]);
}

#[test]
fn hidden_parameter() {
    let arguments = quote!(claims = User, any_scope("a", "b"), crate = ::shop::jwt);
    let item = quote! {
        async fn seven(a: A, b: B, c: C, d: D, e: E, f: F, g: G) {}
    };
    let expansion = guard::expand(Attr::Access, arguments, item);
    assert_expansion(expansion, expect_file!["snapshots/hidden_parameter.rs"]);
}

#[test]
fn no_claims() {
    let expansion = guard::expand(
        Attr::Access,
        quote!(),
        quote!(
            async fn ping() {}
        ),
    );
    assert_expansion(expansion, expect_file!["snapshots/no_claims.rs"]);
}

#[test]
fn self_type() {
    let arguments = quote!(self_type = Api, all_roles(Role::Admin), state = AppState);
    let item = quote! {
        pub async fn remove(#[claims] user: User, Path(id): Path<Uuid>) -> Self {
            Self::removed(user, id)
        }
    };
    let expansion = guard::expand(Attr::Access, arguments, item);
    assert_expansion(expansion, expect_file!["snapshots/self_type.rs"]);
}

#[test]
fn authorize() {
    let arguments = quote!(any_scope("orders:write"), authorize = orders::owns, state = AppState);
    let item = quote! {
        pub async fn edit(#[claims] user: User, Path(id): Path<u64>) {}
    };
    let expansion = guard::expand(Attr::Access, arguments, item);
    assert_expansion(expansion, expect_file!["snapshots/authorize.rs"]);
}

#[test]
fn user() {
    let item = quote! {
        async fn me(State(db): State<Db>, #[user] account: Account) {}
    };
    let expansion = guard::expand(Attr::Access, quote!(), item);
    assert_expansion(expansion, expect_file!["snapshots/user.rs"]);
}

#[test]
fn user_and_claims() {
    let arguments = quote!(self_type = Api, authorize = Self::owns, state = AppState);
    let item = quote! {
        async fn edit(
            #[user] account: Account,
            Path(id): Path<u64>,
            #[allow(unused_variables)]
            #[claims]
            User { sub, .. }: User,
        ) {}
    };
    let expansion = guard::expand(Attr::Fresh, arguments, item);
    assert_expansion(expansion, expect_file!["snapshots/user_and_claims.rs"]);
}

#[test]
fn typed_scopes_and_policies() {
    let arguments = quote! {
        all_scopes(Perm::OrdersWrite, "audit"),
        policy = any(AdminOnly, all(InRegion("eu"), not(Suspended))),
        locations(header, cookie)
    };
    let item = quote! {
        async fn create(#[claims] user: User) {}
    };
    let expansion = guard::expand(Attr::Access, arguments, item);
    assert_expansion(expansion, expect_file!["snapshots/typed_scopes_and_policies.rs"]);
}

#[test]
fn impl_block() {
    let item = quote! {
        /// The orders of a shop.
        #[cfg(feature = "orders")]
        impl Orders {
            const MAX: usize = 10;

            async fn list(#[claims] user: User) -> Json<Vec<Order>> {
                Self::of(user)
            }

            #[fresh_jwt_required(max_age = "5m", all_scopes("orders:write"))]
            async fn purge() {}

            #[public]
            async fn health() -> &'static str {
                "ok"
            }

            fn of(user: User) -> Json<Vec<Order>> {}
        }
    };
    let expansion =
        guard::expand(Attr::Access, quote!(claims = User, all_scopes("orders:read")), item);
    assert_expansion(expansion, expect_file!["snapshots/impl_block.rs"]);
}

#[test]
fn inline_mod() {
    let item = quote! {
        pub mod admin {
            //! Behind the counter.
            use super::*;

            pub async fn statistics() {}

            mod users {
                #[jwt_runtime::public]
                async fn help() {}

                impl<T> Users<T> {
                    async fn list() {}
                }
            }
        }
    };
    let expansion = guard::expand(Attr::Access, quote!(), item);
    assert_expansion(expansion, expect_file!["snapshots/inline_mod.rs"]);
}

#[test]
fn block_mistakes() {
    let item = quote! {
        impl Api {
            #[public]
            async fn list(#[claims] user: User) {}

            async fn create(&self) {}

            handlers!();
        }
    };
    let expansion = guard::expand(Attr::Access, quote!(), item);
    assert_expansion(expansion, expect_file!["snapshots/block_mistakes.rs"]);
}

#[test]
fn guard_mistakes() {
    let arguments = quote!(rolez(Role::Admin), all_scopes("a b"), max_age = "5m");
    let item = quote! {
        fn broken(#[claims] user: Option<User>, #[token] token: AccessToken<User>) {}
    };
    let expansion = guard::expand(Attr::Access, arguments, item);
    assert_expansion(expansion, expect_file!["snapshots/guard_mistakes.rs"]);
}

#[test]
fn claims_full() {
    let expansion = claims::expand(quote! {
        #[derive(Clone)]
        #[claims(issuer = "https://auth.example.com", audience("orders", "billing"), leeway = "30s")]
        #[serde(rename_all = "camelCase", crate = "other_serde")]
        pub struct User<T: Clone> {
            #[claim(sub)]
            id: Uuid,
            #[claim(roles)]
            roles: Vec<Role>,
            #[claim(scopes)]
            scope: Scopes,
            #[serde(rename = "exp")]
            expires: NumericDate,
            #[serde(skip_serializing)]
            jti: Option<String>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            home_team: Option<T>,
        }
    });
    assert_expansion(expansion, expect_file!["snapshots/claims_full.rs"]);
}

#[test]
fn claims_with_rules() {
    let expansion = claims::expand(quote! {
        #[claims(state = AppState)]
        struct User {
            sub: String,
            #[claim(one_of("eu", "us"), validate = is_region)]
            #[serde(rename = "home")]
            region: Option<String>,
            #[claim(range(1..=10))]
            level: u8,
            #[claim(roles, non_empty)]
            roles: Vec<Role>,
            #[claim(length(1..=64), validate = names::is_name)]
            name: String,
            #[claim(allow_sensitive = "opaque reset marker, not a secret")]
            password_epoch: u64,
        }
    });
    assert_expansion(expansion, expect_file!["snapshots/claims_with_rules.rs"]);
}

#[test]
fn claims_mistakes() {
    let expansion = claims::expand(quote! {
        #[claims(isuer = "x")]
        struct User {
            id: Uuid,
            fresh: bool,
            #[claim(roles)]
            roles: Vec<Role>,
        }
    });
    assert_expansion(expansion, expect_file!["snapshots/claims_mistakes.rs"]);
}

#[test]
fn claims_wildcard() {
    let expansion = claims::expand(quote! {
        struct User {
            sub: String,
            #[claim(scopes, wildcard)]
            scope: Scopes,
        }
    });
    assert_expansion(expansion, expect_file!["snapshots/claims_wildcard.rs"]);
}

#[test]
fn scope_full() {
    let expansion = scope::expand(quote! {
        pub enum Perm {
            #[scope("orders:read")]
            OrdersRead,
            #[scope("orders:write")]
            OrdersWrite,
        }
    });
    assert_expansion(expansion, expect_file!["snapshots/scope_full.rs"]);
}

#[test]
fn scope_mistakes() {
    let expansion = scope::expand(quote! {
        enum Perm<T> {
            #[scope("orders:*")]
            Orders,
            Reports(T),
        }
    });
    assert_expansion(expansion, expect_file!["snapshots/scope_mistakes.rs"]);
}
