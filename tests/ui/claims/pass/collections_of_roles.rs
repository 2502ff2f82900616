use std::collections::{BTreeSet, HashSet};

use jwt_runtime::{Claims, HasRoles};

macro_rules! claims_with {
    ($($name:ident: $ty:ty = $roles:expr;)*) => {$({
        #[derive(Claims)]
        struct $name {
            sub: String,
            #[claim(roles)]
            roles: $ty,
        }
        let user = $name { sub: String::new(), roles: $roles };
        assert!(user.has_role(&1) && !user.has_role(&2) && user.sub.is_empty());
    })*};
}

fn main() {
    claims_with! {
        List: Vec<u8> = vec![1];
        Slice: Box<[u8]> = Box::new([1]);
        One: Option<u8> = Some(1);
        Hash: HashSet<u8> = HashSet::from([1]);
        Tree: BTreeSet<u8> = BTreeSet::from([1]);
    }
}
