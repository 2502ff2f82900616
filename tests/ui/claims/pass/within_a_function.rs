#![deny(warnings)]

use jwt_runtime::Claims;

fn main() {
    #[derive(Claims)]
    struct User {
        sub: String,
    }
    let user = User { sub: "alice".to_owned() };
    let claims = user.serialize_claims(serde_json::value::Serializer).unwrap();
    assert_eq!(claims["sub"], "alice");
}
