use jwt_runtime::Claims;

#[derive(Claims)]
struct User<const N: usize = 1> {
    sub: String,
    digits: [u8; N],
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
