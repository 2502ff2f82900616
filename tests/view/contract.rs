//! The contract of every store: one node sees its own writes at once, whatever the feed does.

use std::sync::LazyLock;

use jwt_runtime::LocalView;
use jwt_tests::redis::RedisServer;

use super::viewing;

static SHARED: LazyLock<RedisServer> = LazyLock::new(RedisServer::start);

mod with_a_view {
    use super::{LocalView, SHARED, viewing};

    jwt_runtime::store_contract!(viewing(&SHARED.url(), LocalView::new()).await);
}

mod with_a_view_and_resp3 {
    use super::{LocalView, SHARED, viewing};

    jwt_runtime::store_contract!(
        viewing(&format!("{}/1?protocol=resp3", SHARED.url()), LocalView::new()).await
    );
}

mod exclusive {
    use super::{LocalView, RedisServer, viewing};

    jwt_runtime::store_contract_exclusive!({
        // As many servers as clauses: each ends every session.
        let server: &'static RedisServer = Box::leak(Box::new(RedisServer::start()));
        viewing(&server.url(), LocalView::new()).await
    });
}
