//! The main job, route by route, as a client sees it: in memory, on a file and on Redis.

use jwt_tests::example::Example;
use jwt_tests::folder::Folder;
use jwt_tests::redis::RedisServer;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

const SECRET: (&str, &str) = ("JWT_SECRET_KEY", "tGq1vJm0Zr8Yw5Lx3Kc7Bn2Hf6Sd9Pa4");

/// A client of one running quickstart.
struct Visitor<'a> {
    http: Client,
    address: &'a str,
}

impl Visitor<'_> {
    async fn call(&self, method: Method, path: &str, token: &str, body: Value) -> (u16, Value) {
        let mut request = self.http.request(method, format!("http://{}{path}", self.address));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        self.call(Method::GET, path, token, Value::Null).await
    }

    async fn post(&self, path: &str, token: &str) -> (u16, Value) {
        self.call(Method::POST, path, token, Value::Null).await
    }

    async fn login(&self, name: &str) -> (String, String) {
        let body = json!({"username": name, "password": name});
        let (status, pair) = self.call(Method::POST, "/login", "", body).await;
        assert_eq!(status, 200, "{pair}");
        assert_eq!(pair["token_type"], "Bearer");
        (text(&pair, "access_token"), text(&pair, "refresh_token"))
    }
}

fn text(object: &Value, member: &str) -> String {
    object[member].as_str().unwrap_or_else(|| panic!("no {member} in {object}")).to_owned()
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

async fn every_route_answers(address: &str) {
    let visitor = Visitor { http: Client::new(), address };

    // POST /login
    let wrong = json!({"username": "test", "password": "admin"});
    let answer = visitor.call(Method::POST, "/login", "", wrong).await;
    assert_eq!(code(&answer), (401, "credentials_invalid"));
    assert!(answer.1["error"].is_string() && answer.1["error_description"].is_string());
    let bad_json = visitor.http.post(format!("http://{address}/login"));
    let bad_json = bad_json.header("content-type", "application/json").body("{").send();
    assert!(bad_json.await.expect("an answer").status().is_client_error());

    let (test, test_refresh) = visitor.login("test").await;
    let (admin, _) = visitor.login("admin").await;
    let as_test = json!({"logged_in_as": "test"});

    // Guarded routes: no token, the wrong token, the right one.
    for path in ["/protected", "/me", "/fresh", "/fresh-recent", "/admin", "/sessions"] {
        assert_eq!(code(&visitor.get(path, "").await), (401, "token_missing"), "{path}");
        let refused = visitor.get(path, &test_refresh).await;
        assert_eq!(code(&refused), (401, "token_type_wrong"), "{path}");
        assert_eq!(code(&visitor.get(path, "x.y.z").await), (401, "token_invalid"), "{path}");
    }
    for path in ["/protected", "/optional", "/fresh", "/fresh-recent"] {
        assert_eq!(visitor.get(path, &test).await, (200, as_test.clone()), "{path}");
    }
    assert_eq!(visitor.get("/optional", "").await, (200, json!({"logged_in_as": null})));
    assert_eq!(code(&visitor.get("/optional", "x").await), (401, "token_invalid"));
    let (status, claims) = visitor.get("/me", &test).await;
    assert_eq!((status, &claims["sub"], &claims["roles"]), (200, &json!("test"), &json!(["user"])));
    for claim in ["exp", "iat", "nbf", "jti", "sid", "type", "fresh", "auth_time"] {
        assert!(!claims[claim].is_null(), "{claim} is missing in {claims}");
    }
    assert_eq!(code(&visitor.get("/admin", &test).await), (403, "forbidden"));
    assert_eq!(visitor.get("/admin", &admin).await, (200, json!({"logged_in_as": "admin"})));
    let refused = visitor.http.post(format!("http://{address}/orders")).bearer_auth(&test);
    let refused = refused.send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let challenge = refused.headers()["www-authenticate"].to_str().expect("text").to_owned();
    assert!(challenge.contains(r#"scope="orders:write""#), "{challenge}");
    assert_eq!(visitor.post("/orders", &admin).await.0, 201);

    // POST /refresh: one-time, and not fresh.
    assert_eq!(code(&visitor.post("/refresh", &test).await), (401, "token_type_wrong"));
    let (status, pair) = visitor.post("/refresh", &test_refresh).await;
    assert_eq!(status, 200, "{pair}");
    let (stale, second_refresh) = (text(&pair, "access_token"), text(&pair, "refresh_token"));
    assert_eq!(visitor.get("/protected", &stale).await, (200, as_test.clone()));
    for path in ["/fresh", "/fresh-recent"] {
        assert_eq!(code(&visitor.get(path, &stale).await), (401, "fresh_token_required"));
    }

    // POST /reauthenticate: fresh again, in the same session.
    let password = |password: &str| json!({ "password": password });
    let answer = visitor.call(Method::POST, "/reauthenticate", &stale, password("no")).await;
    assert_eq!(code(&answer), (401, "credentials_invalid"));
    let answer = visitor.call(Method::POST, "/reauthenticate", &stale, password("test")).await;
    assert_eq!(answer.0, 200);
    let fresh = text(&answer.1, "access_token");
    assert_eq!(visitor.get("/fresh-recent", &fresh).await, (200, as_test.clone()));
    let (_, of_fresh) = visitor.get("/me", &fresh).await;
    assert_eq!(of_fresh["sid"], claims["sid"]);

    // A used refresh token ends the session, and no other.
    assert_eq!(code(&visitor.post("/refresh", &test_refresh).await), (401, "token_reused"));
    for token in [&test, &stale, &fresh] {
        assert_eq!(code(&visitor.get("/protected", token).await), (401, "token_revoked"));
    }
    assert_eq!(code(&visitor.post("/refresh", &second_refresh).await), (401, "token_revoked"));
    assert_eq!(visitor.get("/protected", &admin).await.0, 200);

    // POST /logout
    let (access, refresh) = visitor.login("test").await;
    assert_eq!(visitor.post("/logout", &access).await.0, 204);
    assert_eq!(code(&visitor.get("/protected", &access).await), (401, "token_revoked"));
    assert_eq!(code(&visitor.post("/refresh", &refresh).await), (401, "token_revoked"));

    // GET and DELETE /sessions
    let (phone, _) = visitor.login("test").await;
    let (laptop, laptop_refresh) = visitor.login("test").await;
    let (_, sessions) = visitor.get("/sessions", &phone).await;
    assert_eq!(sessions.as_array().map(Vec::len), Some(2), "{sessions}");
    let (_, of_laptop) = visitor.get("/me", &laptop).await;
    let path = format!("/sessions/{}", text(&of_laptop, "sid"));
    assert_eq!(visitor.call(Method::DELETE, &path, &admin, Value::Null).await.0, 404);
    assert_eq!(visitor.get("/protected", &laptop).await.0, 200);
    assert_eq!(visitor.call(Method::DELETE, &path, &phone, Value::Null).await.0, 204);
    assert_eq!(code(&visitor.get("/protected", &laptop).await), (401, "token_revoked"));
    assert_eq!(code(&visitor.post("/refresh", &laptop_refresh).await), (401, "token_revoked"));
    assert_eq!(visitor.call(Method::DELETE, &path, &phone, Value::Null).await.0, 404);

    // POST /logout-all
    let (tablet, tablet_refresh) = visitor.login("test").await;
    assert_eq!(visitor.post("/logout-all", &phone).await.0, 204);
    for token in [&phone, &tablet] {
        assert_eq!(code(&visitor.get("/protected", token).await), (401, "token_revoked"));
    }
    assert_eq!(code(&visitor.post("/refresh", &tablet_refresh).await), (401, "token_revoked"));
    assert_eq!(visitor.get("/protected", &admin).await.0, 200);
    let (again, _) = visitor.login("test").await;
    assert_eq!(visitor.get("/protected", &again).await.0, 200);
}

#[tokio::test]
async fn every_route_answers_in_memory() {
    let server = Example::start("quickstart", &[]);
    every_route_answers(server.address()).await;
}

#[tokio::test]
async fn every_route_answers_on_redis() {
    let redis = RedisServer::start();
    let server = Example::start("quickstart", &[SECRET, ("REDIS_URL", &redis.url())]);
    every_route_answers(server.address()).await;
}

#[tokio::test]
async fn every_route_answers_on_a_file() {
    let folder = Folder::new();
    let path = folder.file("sessions").display().to_string();
    let server = Example::start("quickstart", &[SECRET, ("JWT_STORE_PATH", &path)]);
    every_route_answers(server.address()).await;
}

#[tokio::test]
async fn the_environment_is_honoured() {
    let server = Example::start(
        "quickstart",
        &[SECRET, ("JWT_ACCESS_TOKEN_EXPIRES", "7"), ("JWT_REFRESH_TOKEN_EXPIRES", "2h")],
    );
    let visitor = Visitor { http: Client::new(), address: server.address() };
    let body = json!({"username": "test", "password": "test"});
    let (_, pair) = visitor.call(Method::POST, "/login", "", body).await;
    assert_eq!(pair["expires_in"], 7);
    let (_, sessions) = visitor.get("/sessions", &text(&pair, "access_token")).await;
    let (created, expires) = (&sessions[0]["created_at"], &sessions[0]["expires_at"]);
    assert_eq!(expires.as_u64().zip(created.as_u64()).map(|(end, start)| end - start), Some(7200));
}

#[tokio::test]
async fn a_session_outlives_the_process_in_redis() {
    let redis = RedisServer::start();
    let environment = [SECRET, ("REDIS_URL", &*redis.url())];
    let first = Example::start("quickstart", &environment);
    let visitor = Visitor { http: Client::new(), address: first.address() };
    let (access, refresh) = visitor.login("test").await;
    drop(first);

    let second = Example::start("quickstart", &environment);
    let visitor = Visitor { http: Client::new(), address: second.address() };
    assert_eq!(visitor.get("/protected", &access).await.0, 200);
    assert_eq!(visitor.post("/refresh", &refresh).await.0, 200);
}

#[tokio::test]
async fn a_kill_takes_nothing_out_of_a_file() {
    let folder = Folder::new();
    let path = folder.file("sessions").display().to_string();
    let environment = [SECRET, ("JWT_STORE_PATH", &*path)];
    let first = Example::start("quickstart", &environment);
    let visitor = Visitor { http: Client::new(), address: first.address() };
    let (access, refresh) = visitor.login("test").await;
    let (ended, ended_refresh) = visitor.login("test").await;
    assert_eq!(visitor.post("/logout", &ended).await.0, 204);
    let (_, used) = visitor.login("test").await;
    let (status, pair) = visitor.post("/refresh", &used).await;
    assert_eq!(status, 200, "{pair}");
    // SIGKILL.
    drop(first);

    let second = Example::start("quickstart", &environment);
    let visitor = Visitor { http: Client::new(), address: second.address() };
    assert_eq!(visitor.get("/protected", &access).await.0, 200);
    assert_eq!(visitor.post("/refresh", &refresh).await.0, 200);
    assert_eq!(code(&visitor.get("/protected", &ended).await), (401, "token_revoked"));
    assert_eq!(code(&visitor.post("/refresh", &ended_refresh).await), (401, "token_revoked"));
    assert_eq!(visitor.post("/refresh", &text(&pair, "refresh_token")).await.0, 200);
    assert_eq!(code(&visitor.post("/refresh", &used).await), (401, "token_reused"));
}
