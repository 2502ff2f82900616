::core::compile_error! {
    "scopes are known when the program is compiled; remove the parameters"
}
::core::compile_error! {
    "`orders:*` is what a token may hold, and a route asks for the scope it needs; write `\"orders:write\"`"
}
::core::compile_error! {
    "a scope has no fields; write `Reports` alone"
}
::core::compile_error! {
    "`Reports` has no scope; write `#[scope(\"orders:read\")]` in front of it"
}
#[automatically_derived]
impl<T> ::jwt_runtime::__private::Scope for Perm<T> {
    fn as_str(&self) -> &'static ::core::primitive::str {
        ::core::unimplemented!()
    }
}
#[automatically_derived]
impl<T> ::core::convert::AsRef<::core::primitive::str> for Perm<T> {
    fn as_ref(&self) -> &::core::primitive::str {
        ::jwt_runtime::__private::Scope::as_str(self)
    }
}
#[automatically_derived]
impl<T> ::core::fmt::Display for Perm<T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(::jwt_runtime::__private::Scope::as_str(self))
    }
}
