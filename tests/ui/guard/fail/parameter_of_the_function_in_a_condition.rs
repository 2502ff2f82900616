//! Outside of the function the same name is another thing: here it asks for less.

use jwt_runtime::{Claims, jwt_required};

#[derive(Claims)]
pub struct User {
    sub: String,
    level: u8,
}

const LEVEL: u8 = 0;

trait Checked {
    fn is_good(_: &User) -> bool;
}

#[jwt_required(require = |user: &User| user.level >= LEVEL)]
async fn list<const LEVEL: u8>(#[claims] _user: User) {}

#[jwt_required(require = T::is_good)]
async fn show<T: Checked>(#[claims] _user: User) {}

fn main() {}
