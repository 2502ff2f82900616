use jwt_runtime::{Claims, Scopes, jwt_required};

#[derive(Claims)]
struct User {
    sub: String,
    region: String,
    #[claim(roles)]
    roles: Vec<Role>,
    #[claim(scopes)]
    scope: Scopes,
}

#[derive(PartialEq, serde::Serialize, serde::Deserialize)]
enum Role {
    Admin,
    Seller,
}

#[jwt_required(all_scopes("orders:read"))]
async fn handler(#[claims] _user: &User) {}

fn main() {}
