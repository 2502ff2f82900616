#[doc(hidden)]
const _: () = {
    use ::jwt_runtime::__private::serde as __jwt_serde;
    const _: () = ::jwt_runtime::__private::assert_claim::<Vec<Role>>();
    #[derive(__jwt_serde::Serialize, __jwt_serde::Deserialize)]
    #[serde(crate = "__jwt_serde", remote = "User")]
    #[allow(dead_code, deprecated, clippy::all, clippy::pedantic, clippy::nursery)]
    struct __JwtUser {
        #[serde(rename = "sub")]
        sub: String,
        #[serde(rename = "home")]
        region: Option<String>,
        level: u8,
        roles: Vec<Role>,
        name: String,
        password_epoch: u64,
    }
    const _: () = ::jwt_runtime::__private::assert_state::<
        AppState,
        ::jwt_runtime::__private::JwtAuth,
    >();
    #[automatically_derived]
    impl ::jwt_runtime::__private::Claims for User {
        type State = AppState;
        fn serialize_claims<__S: __jwt_serde::Serializer>(
            &self,
            serializer: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            __JwtUser::serialize(self, serializer)
        }
        fn deserialize_claims<'de, __D: __jwt_serde::Deserializer<'de>>(
            deserializer: __D,
        ) -> ::core::result::Result<Self, __D::Error> {
            __JwtUser::deserialize(deserializer)
        }
        fn check_rules(
            &self,
        ) -> ::core::result::Result<(), ::jwt_runtime::__private::RefusedClaim> {
            ::jwt_runtime::__private::RefusedClaim::unless(
                ::jwt_runtime::__private::rules::one_of(&self.region, &["eu", "us"]),
                "home",
            )?;
            ::jwt_runtime::__private::RefusedClaim::unless(
                ::core::option::Option::is_none_or(
                    ::core::option::Option::as_ref(&self.region),
                    |claim| ::jwt_runtime::__private::rules::validate(is_region(claim)),
                ),
                "home",
            )?;
            ::jwt_runtime::__private::RefusedClaim::unless(
                ::jwt_runtime::__private::rules::range(&self.level, 1..=10),
                "level",
            )?;
            ::jwt_runtime::__private::RefusedClaim::unless(
                ::jwt_runtime::__private::rules::non_empty(&self.roles),
                "roles",
            )?;
            ::jwt_runtime::__private::RefusedClaim::unless(
                ::jwt_runtime::__private::rules::length(&self.name, 1..=64),
                "name",
            )?;
            ::jwt_runtime::__private::RefusedClaim::unless(
                ::jwt_runtime::__private::rules::validate(names::is_name(&self.name)),
                "name",
            )?;
            ::core::result::Result::Ok(())
        }
    }
    #[automatically_derived]
    impl ::jwt_runtime::__private::HasRoles for User {
        type Role = <Vec<Role> as ::jwt_runtime::__private::RoleSet>::Role;
        fn has_role(&self, role: &Self::Role) -> bool {
            <Vec<Role> as ::jwt_runtime::__private::RoleSet>::has(&self.roles, role)
        }
    }
};
