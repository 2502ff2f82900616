::core::compile_error! {
    "unknown argument `isuer` for `#[claims]`; expected one of `issuer`, `audience`, `leeway`, `state`, `crate`; did you mean `issuer`?"
}
::core::compile_error! {
    "a claims type needs a subject; add a field `sub`, or mark one with `#[claim(sub)]`"
}
::core::compile_error! {
    "the claim `fresh` belongs to the library; take `Token<…>` and read `.registered().fresh`"
}
const _: () = {
    #[automatically_derived]
    impl ::jwt_runtime::__private::Claims for User {
        type State = ::jwt_runtime::__private::AnyState;
        fn serialize_claims<__S: ::jwt_runtime::__private::serde::Serializer>(
            &self,
            _: __S,
        ) -> ::core::result::Result<__S::Ok, __S::Error> {
            ::core::unimplemented!()
        }
        fn deserialize_claims<
            'de,
            __D: ::jwt_runtime::__private::serde::Deserializer<'de>,
        >(_: __D) -> ::core::result::Result<Self, __D::Error> {
            ::core::unimplemented!()
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
