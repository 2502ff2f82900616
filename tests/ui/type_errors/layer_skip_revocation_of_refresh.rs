use jwt_runtime::JwtAuth;

fn layer(auth: &JwtAuth) {
    let _ = auth.require_refresh().skip_revocation();
}

fn main() {}
