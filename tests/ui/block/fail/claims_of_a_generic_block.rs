use jwt_runtime::{Claims, jwt_required};

struct Api<C>(C);

#[jwt_required(self_type = Api<()>, skip_revocation)]
impl<C: Claims> Api<C> {
    async fn handler(#[claims] _claims: C) {}
}

fn main() {}
