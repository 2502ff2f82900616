//! `#[serde(crate = …)]` is for serde's own derives; the claims keep to the runtime's serde.

use jwt_runtime::Claims;

mod vendored {
    pub(crate) use serde;
}

#[derive(vendored::serde::Serialize, Claims)]
#[serde(crate = "vendored::serde", rename_all = "UPPERCASE")]
struct User {
    sub: String,
    team: String,
}

fn main() {
    let user = User { sub: "alice".to_owned(), team: "blue".to_owned() };
    let claims = user.serialize_claims(serde_json::value::Serializer).unwrap();
    assert_eq!(claims, serde_json::json!({ "sub": "alice", "TEAM": "blue" }));
}
