//! The same struct may have a format of its own, for other places than tokens.

use jwt_runtime::Claims;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Debug, Serialize, Deserialize, Claims)]
struct User {
    #[claim(sub)]
    id: String,
    jti: Option<String>,
}

fn main() {
    let user: User = serde_json::from_value(json!({ "id": "alice", "jti": "1" })).unwrap();
    assert_eq!(serde_json::to_value(&user).unwrap(), json!({ "id": "alice", "jti": "1" }));
    let claims = user.serialize_claims(serde_json::value::Serializer).unwrap();
    assert_eq!(claims, json!({ "sub": "alice" }));
    assert_eq!(User::deserialize_claims(claims).unwrap().id, "alice");
}
