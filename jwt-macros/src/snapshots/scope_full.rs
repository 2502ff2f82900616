#[automatically_derived]
impl ::jwt_runtime::__private::Scope for Perm {
    fn as_str(&self) -> &'static ::core::primitive::str {
        match self {
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
        }
    }
}
#[automatically_derived]
impl ::core::convert::AsRef<::core::primitive::str> for Perm {
    fn as_ref(&self) -> &::core::primitive::str {
        ::jwt_runtime::__private::Scope::as_str(self)
    }
}
#[automatically_derived]
impl ::core::fmt::Display for Perm {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(::jwt_runtime::__private::Scope::as_str(self))
    }
}
