//! Accounts and sessions, wherever they are kept, over plain HTTP.

use jwt_tests::postgresql::PostgresServer;
use jwt_tests::redis::RedisServer;
use serde_json::json;

use crate::site::Site;

/// Signs up and in, kills the process, and goes on.
async fn assert_that_they_outlive_the_process(mut site: Site) {
    let mut api = site.api();
    let (status, user) = api.register("ada@example.com").await;
    assert_eq!(status, 201, "{user}");
    let text = user.to_string();
    assert!(!text.contains("argon2") && !text.contains("password"), "{text}");
    assert_eq!(site.api().register("ADA@example.com").await.0, 409);

    let answer = api.log_in("ada@example.com").await;
    assert_eq!(answer, (200, json!({"status": "success"})));
    let (status, dashboard) = api.get("/api/dashboard").await;
    assert_eq!(status, 200, "{dashboard}");
    assert!(dashboard.to_string().contains("ada@example.com"), "{dashboard}");

    site.restart();
    api.move_to(&site);
    assert_eq!(api.get("/api/dashboard").await, (200, dashboard));
    assert_eq!(site.api().register("ada@example.com").await.0, 409);
    let mut other = site.log_in_elsewhere("ada@example.com").await;
    assert_eq!(api.post("/api/auth/logout", json!(null)).await.0, 200);

    site.restart();
    for api in [&mut api, &mut other] {
        api.move_to(&site);
    }
    assert_eq!(api.get("/api/dashboard").await.0, 401);
    assert_eq!(other.get("/api/dashboard").await.0, 200);
}

/// Of many who want one address at once, one gets it.
async fn assert_that_an_email_is_taken_once(site: Site) {
    let attempts: Vec<_> = (0..8)
        .map(|_| {
            let mut api = site.api();
            tokio::spawn(async move { api.register("ada@example.com").await.0 })
        })
        .collect();
    let mut statuses = Vec::new();
    for attempt in attempts {
        statuses.push(attempt.await.expect("an answer"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

mod on_files {
    use super::*;

    #[tokio::test]
    async fn accounts_and_sessions_outlive_the_process() {
        assert_that_they_outlive_the_process(Site::start()).await;
    }

    #[tokio::test]
    async fn an_email_is_taken_once_whoever_comes_at_the_same_time() {
        assert_that_an_email_is_taken_once(Site::start()).await;
    }
}

/// With the sessions in Redis. The name of this module is how `tests/run` leaves it out.
mod on_postgresql {
    use super::*;

    #[tokio::test]
    async fn accounts_and_sessions_outlive_the_process() {
        let (postgres, redis) = (PostgresServer::start(), RedisServer::start());
        let environment = [("DATABASE_URL", &*postgres.url()), ("REDIS_URL", &redis.url())];
        assert_that_they_outlive_the_process(Site::start_with(&environment)).await;
        assert!(!redis.keys().is_empty());
    }

    #[tokio::test]
    async fn an_email_is_taken_once_whoever_comes_at_the_same_time() {
        let postgres = PostgresServer::start();
        let site = Site::start_with(&[("DATABASE_URL", &postgres.url())]);
        assert_that_an_email_is_taken_once(site).await;
    }
}
