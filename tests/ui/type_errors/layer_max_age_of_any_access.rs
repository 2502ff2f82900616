use std::time::Duration;

use jwt_runtime::JwtAuth;

fn layer(auth: &JwtAuth) {
    let _ = auth.require_access().max_age(Duration::from_secs(300));
    let _ = auth.require_refresh().max_age(Duration::from_secs(300));
}

fn main() {}
