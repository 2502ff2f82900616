#[doc(hidden)]
const _: () = {
    use ::jwt_runtime::__private::serde as __jwt_serde;
    const _: () = ::jwt_runtime::__private::assert_claim::<Scopes>();
    #[derive(__jwt_serde::Serialize, __jwt_serde::Deserialize)]
    #[serde(crate = "__jwt_serde", remote = "User")]
    #[allow(dead_code, deprecated, clippy::all, clippy::pedantic, clippy::nursery)]
    struct __JwtUser {
        #[serde(rename = "sub")]
        sub: String,
        scope: Scopes,
    }
    #[automatically_derived]
    impl ::jwt_runtime::__private::Claims for User {
        type State = ::jwt_runtime::__private::AnyState;
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
    impl ::jwt_runtime::__private::HasScopes for User {
        fn scopes(&self) -> &::jwt_runtime::__private::Scopes {
            &self.scope
        }
        fn grants(&self, required: &str) -> bool {
            ::jwt_runtime::__private::Scopes::grants(
                ::jwt_runtime::__private::HasScopes::scopes(self),
                required,
            )
        }
    }
};
