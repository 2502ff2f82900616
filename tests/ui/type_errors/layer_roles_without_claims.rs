use jwt_runtime::JwtAuth;

enum Role {
    Admin,
}

fn layer(auth: &JwtAuth) {
    let _ = auth.require_access().any_role([Role::Admin]);
    let _ = auth.require_access().all_scopes(["orders:read"]).any_role([Role::Admin]);
}

fn main() {}
