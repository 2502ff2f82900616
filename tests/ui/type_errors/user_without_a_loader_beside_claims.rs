use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
}

struct Profile;

#[jwt_required]
async fn handler(#[claims] _user: User, #[user] _profile: Profile) {}

fn main() {}
