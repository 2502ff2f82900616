use jwt_runtime::Claims;

#[derive(Claims)]
#[claims(isuer = "https://auth.example.com", leeway = "soon")]
#[serde(transparent)]
struct User {
    id: String,
    fresh: bool,
    #[claim(rolse)]
    roles: Vec<String>,
    #[serde(rename = "id")]
    other: String,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
