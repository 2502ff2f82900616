use jwt_runtime::Claims;

#[derive(Claims)]
#[claims(state = 5)]
struct User {
    sub: String,
    #[claim(range(10..=1), non_emtpy)]
    level: u8,
    #[claim(one_of("eu", "eu"), length(..=0))]
    region: String,
    #[claim(range(0..=300), length(1..))]
    age: u8,
    client_secret: String,
    name: &'static str,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
