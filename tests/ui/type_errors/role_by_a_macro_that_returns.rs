//! A macro in a value can hide a `return`, which must not end the check as if it had passed.

use jwt_runtime::{Claims, jwt_required};
use serde::{Deserialize, Serialize};

#[derive(PartialEq, Serialize, Deserialize)]
pub enum Role {
    Admin,
}

impl Role {
    fn of(role: Role) -> Role {
        role
    }
}

#[derive(Claims)]
pub struct User {
    sub: String,
    #[claim(roles)]
    roles: Vec<Role>,
}

macro_rules! admin {
    () => {
        if true { return Ok(()) } else { Role::Admin }
    };
}

#[jwt_required(any_role(Role::of(admin!())))]
async fn me(#[claims] _user: User) {}

fn main() {}
