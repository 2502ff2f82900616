use jwt_runtime::Claims;

#[derive(Claims)]
struct User<'a> {
    sub: String,
    name: std::borrow::Cow<'a, str>,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User<'static>>();
}
