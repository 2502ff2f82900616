//! Pages that are longer than the documentation of one item.

#[doc = include_str!("docs/threats.md")]
pub mod threats {}

#[doc = include_str!("docs/recipes.md")]
pub mod recipes {}

#[doc = include_str!("docs/browsers.md")]
pub mod browsers {}

#[doc = include_str!("docs/http_matrix.md")]
pub mod http_matrix {}

#[doc = include_str!("docs/compatibility.md")]
pub mod compatibility {}

#[doc = include_str!("docs/parity.md")]
pub mod parity {}

#[doc = include_str!("docs/migration.md")]
pub mod migration {
    #[doc = include_str!("docs/migration/fastapi_framework.md")]
    pub mod fastapi_framework {}

    #[doc = include_str!("docs/migration/fastapi_jwt_auth.md")]
    pub mod fastapi_jwt_auth {}

    #[doc = include_str!("docs/migration/one_time_refresh.md")]
    pub mod one_time_refresh {}

    #[doc = include_str!("docs/migration/fastjwt_authx.md")]
    pub mod fastjwt_authx {}

    #[doc = include_str!("docs/migration/fastapi_another_jwt_auth.md")]
    pub mod fastapi_another_jwt_auth {}

    #[doc = include_str!("docs/migration/flask_jwt_extended.md")]
    pub mod flask_jwt_extended {}

    #[doc = include_str!("docs/migration/simplejwt.md")]
    pub mod simplejwt {}
}

#[doc = include_str!("docs/refused_at_compile_time.md")]
pub mod refused_at_compile_time {}

#[doc = include_str!("docs/operations.md")]
pub mod operations {}

#[doc = include_str!("docs/expansions.md")]
pub mod expansions {}
