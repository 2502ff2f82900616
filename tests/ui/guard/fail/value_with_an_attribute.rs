//! What `#[cfg]` takes away of a condition would ask for less, or for nothing.

use jwt_runtime::{Claims, Denied, Policy, Scopes, jwt_required};

#[derive(Claims)]
pub struct User {
    sub: String,
    #[claim(scopes)]
    scope: Scopes,
}

struct Admin;

impl Policy<User> for Admin {
    fn check(&self, _: &User) -> Result<(), Denied> {
        Err(Denied::new())
    }
}

struct Seller;

impl Policy<User> for Seller {
    fn check(&self, _: &User) -> Result<(), Denied> {
        Ok(())
    }
}

fn is_admin(_: &User) -> bool {
    false
}

async fn owns(_: &User) -> bool {
    false
}

#[jwt_required(policy = any(Admin, #[cfg(any())] Seller))]
async fn sell(#[claims] _user: User) {}

#[jwt_required(policy = any(Admin, #[cfg(any())] all(Seller)))]
async fn list(#[claims] _user: User) {}

#[jwt_required(policy = #[cfg(any())] Admin)]
async fn show(#[claims] _user: User) {}

#[jwt_required(require = #[cfg(any())] is_admin)]
async fn edit(#[claims] _user: User) {}

#[jwt_required(authorize = #[cfg(any())] owns)]
async fn remove(#[claims] _user: User) {}

#[jwt_required(all_scopes(#[cfg(any())] "orders:write"), issuer = #[cfg(any())] "a")]
async fn create(#[claims] _user: User) {}

fn main() {}
