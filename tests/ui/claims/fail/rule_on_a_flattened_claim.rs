use std::collections::BTreeMap;

use jwt_runtime::Claims;

#[derive(Claims)]
struct User {
    sub: String,
    #[claim(non_empty)]
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

fn main() {
    fn is_claims<C: Claims>() {}
    is_claims::<User>();
}
