use axum::routing::{MethodRouter, get};
use jwt_runtime::{JwtAuth, jwt_required};

fn main() {
    #[jwt_required]
    let handler = async || {};
    let _: MethodRouter<JwtAuth> = get(handler);
    let _: MethodRouter<JwtAuth> = get(
        #[jwt_required]
        async || {},
    );
}
