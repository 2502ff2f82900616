use jwt_runtime::Claims;

#[allow(non_camel_case_types)]
#[derive(Claims)]
struct r#type {
    r#sub: String,
    r#match: bool,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<r#type>();
}
