#[doc(hidden)]
const _: () = {
    use ::jwt_runtime::__private::serde as __jwt_serde;
    const _: () = ::jwt_runtime::__private::assert_date::<NumericDate>();
    const _: () = ::jwt_runtime::__private::assert_text::<Option<String>>();
    #[derive(__jwt_serde::Serialize, __jwt_serde::Deserialize)]
    #[serde(crate = "__jwt_serde", remote = "User")]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, deprecated, clippy::all, clippy::pedantic, clippy::nursery)]
    struct __JwtUser<T: Clone> {
        #[serde(rename = "sub")]
        id: Uuid,
        roles: Vec<Role>,
        scope: Scopes,
        #[serde(rename = "exp")]
        #[serde(skip_serializing)]
        expires: NumericDate,
        #[serde(skip_serializing)]
        jti: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        home_team: Option<T>,
    }
    #[automatically_derived]
    impl<T: Clone> ::jwt_runtime::__private::Claims for User<T>
    where
        T: ::jwt_runtime::__private::serde::Serialize
            + ::jwt_runtime::__private::serde::de::DeserializeOwned
            + ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type State = ::jwt_runtime::__private::AnyState;
        const EXPECTED: ::jwt_runtime::__private::Expected = ::jwt_runtime::__private::Expected {
            issuer: ::core::option::Option::Some("https://auth.example.com"),
            audience: &["orders", "billing"],
            leeway: ::core::option::Option::Some(
                ::core::time::Duration::from_secs(30u64),
            ),
        };
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
    }
    #[automatically_derived]
    impl<T: Clone> ::jwt_runtime::__private::HasScopes for User<T> {
        fn scopes(&self) -> &::jwt_runtime::__private::Scopes {
            &self.scope
        }
    }
    #[automatically_derived]
    impl<T: Clone> ::jwt_runtime::__private::HasRoles for User<T> {
        type Role = <Vec<Role> as ::jwt_runtime::__private::RoleSet>::Role;
        fn has_role(&self, role: &Self::Role) -> bool {
            <Vec<Role> as ::jwt_runtime::__private::RoleSet>::has(&self.roles, role)
        }
    }
};
