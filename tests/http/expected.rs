//! Issuer, audience and leeway at three levels: the route before the claims type before the
//! authority. R9, R10, R18.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use jwt_runtime::{
    Claims, IssueOptions, JwtAuth, MemoryStore, NumericDate, Registered, jwt_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{claim_invalid, token_expired, token_not_yet_valid, token_revoked};
use jwt_tests::tokens::{Forgery, claims};
use serde_json::{Value, json};

#[derive(Claims)]
struct Bare {
    sub: String,
}

#[derive(Claims)]
#[claims(issuer = "by-type", audience("type-a", "type-b"), leeway = "30s")]
struct Typed {
    sub: String,
}

#[jwt_required]
async fn authority_only(#[claims] _user: Bare) {}

#[jwt_required]
async fn by_type(#[claims] _user: Typed) {}

#[jwt_required(issuer = "by-route", audience("route-a", "route-b"))]
async fn by_route(#[claims] _user: Bare) {}

#[jwt_required(issuer = "by-route", audience = "route-a")]
async fn by_route_over_type(#[claims] _user: Typed) {}

#[jwt_required(issuer = "by-route")]
async fn issuer_alone(#[claims] _token: Registered) {}

fn routes() -> Router<JwtAuth> {
    Router::new()
        .route("/authority", get(authority_only))
        .route("/type", get(by_type))
        .route("/route", get(by_route))
        .route("/route-over-type", get(by_route_over_type))
        .route("/issuer-alone", get(issuer_alone))
}

async fn app() -> App {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).issuer("by-authority").audience(["auth-a", "auth-b"]);
        builder.leeway(Duration::from_secs(10)).store(MemoryStore::new())
    });
    App::serve(auth.clone(), clock, routes().with_state(auth)).await
}

async fn token(app: &App) -> Forgery {
    let pair = app.auth.login(&Bare { sub: "alice".into() }).await.expect("a login");
    Forgery::of(pair.access_token().as_str())
}

#[tokio::test]
async fn nearest_level_decides_about_issuer_and_audience() {
    let app = app().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let token = token(&app).await;
    let levels = [
        ("/authority", "by-authority", ["auth-a", "auth-b"]),
        ("/type", "by-type", ["type-a", "type-b"]),
        ("/route", "by-route", ["route-a", "route-b"]),
        ("/route-over-type", "by-route", ["route-a", "route-a"]),
        ("/issuer-alone", "by-route", ["auth-a", "auth-b"]),
    ];
    let issuers = ["by-authority", "by-type", "by-route", "other"];
    let audiences = ["auth-a", "auth-b", "type-a", "type-b", "route-a", "route-b", "other"];
    for (route, issuer, audience) in levels {
        for iss in issuers {
            for aud in audiences {
                for value in [json!(aud), json!([aud, "more"])] {
                    let token = token.clone().claim("iss", iss).claim("aud", value).sign(&key);
                    let reply = app.get(route, &token).await;
                    if iss != issuer {
                        claim_invalid("iss").assert(&reply);
                    } else if !audience.contains(&aud) {
                        claim_invalid("aud").assert(&reply);
                    } else {
                        reply.assert_status(200);
                    }
                }
            }
        }
        let missing = token.clone().claim("aud", audience[0]).without("iss").sign(&key);
        claim_invalid("iss").assert(&app.get(route, &missing).await);
        let missing = token.clone().claim("iss", issuer).without("aud").sign(&key);
        claim_invalid("aud").assert(&app.get(route, &missing).await);
    }
}

#[tokio::test]
async fn leeway_is_of_the_type_before_the_authority() {
    let app = app().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let token = token(&app).await;
    let of_type = token.clone().claim("iss", "by-type").claim("aud", "type-a");
    for (route, token, leeway) in [("/authority", token, 10), ("/type", of_type, 30)] {
        for (exp, is_good) in [(START - leeway, false), (START - leeway + 1, true), (START, true)] {
            let reply = app.get(route, &token.clone().claim("exp", exp).sign(&key)).await;
            if is_good { drop(reply.assert_status(200)) } else { token_expired().assert(&reply) }
        }
        for claim in ["nbf", "iat"] {
            for (start, is_good) in [(START + leeway, true), (START + leeway + 1, false)] {
                let reply = app.get(route, &token.clone().claim(claim, start).sign(&key)).await;
                if is_good {
                    drop(reply.assert_status(200));
                } else {
                    token_not_yet_valid().assert(&reply);
                }
            }
        }
    }
}

/// What is required of a token is also written into it.
#[tokio::test]
async fn expectations_are_written_into_tokens() {
    let app = app().await;
    let written = |token: &str| {
        let claims = claims(token);
        (claims["iss"].clone(), claims["aud"].clone())
    };
    let bare = app.auth.login(&Bare { sub: "alice".into() }).await.expect("a login");
    let typed = app.auth.login(&Typed { sub: "alice".into() }).await.expect("a login");
    for token in [bare.access_token(), bare.refresh_token()] {
        assert_eq!(written(token.as_str()), (json!("by-authority"), json!(["auth-a", "auth-b"])));
    }
    for token in [typed.access_token(), typed.refresh_token()] {
        assert_eq!(written(token.as_str()), (json!("by-type"), json!(["type-a", "type-b"])));
    }
    app.get("/authority", bare.access_token().as_str()).await.assert_status(200);
    app.get("/type", typed.access_token().as_str()).await.assert_status(200);
    let chosen = IssueOptions::new().audience(["route-a"]);
    let chosen = app.auth.issue_access(&Bare { sub: "alice".into() }, chosen).await.expect("one");
    assert_eq!(written(chosen.as_str()), (json!("by-authority"), json!("route-a")));
}

#[tokio::test]
async fn without_expectations_nothing_is_written_or_asked() {
    let app = App::new().await;
    let pair = app.login("alice").await;
    for token in [&pair.access, &pair.refresh] {
        assert!(!claims(token).contains_key("iss") && !claims(token).contains_key("aud"));
    }
    let key = ForgerKey::hmac("HS256", SECRET);
    let elsewhere = Forgery::of(&pair.access).claim("iss", "anybody").sign(&key);
    app.get("/access", &elsewhere).await.assert_status(200);
}

/// A chosen audience survives: it does not grow into the authority's own.
#[tokio::test]
async fn audience_does_not_grow_in_a_session() {
    let app = App::with(|builder| {
        builder.secret(SECRET).audience(["orders", "billing"]).store(MemoryStore::new())
    })
    .await;
    let user = Bare { sub: "alice".into() };
    let options = IssueOptions::new().audience(["billing"]);
    let refresh = app.auth.issue_refresh(&user, options).await.expect("a token");
    let pair = app.rotate(refresh.as_str()).await;
    let again = app.post("/reauthenticate", &pair.access).await.assert_status(200);
    for token in [&pair.access, &pair.refresh, &again.text("access_token")] {
        assert_eq!(claims(token)["aud"], Value::from("billing"));
    }
}

/// Whoever is late within the leeway is late for everything alike: the session is still there, and
/// so is what was said about a token.
#[tokio::test]
async fn leeway_holds_for_sessions_and_revocations() {
    let leeway = Duration::from_secs(300);
    let app = App::with(|b| b.secret(SECRET).leeway(leeway).store(MemoryStore::new())).await;
    let (revoked, alive) = (app.login("alice").await, app.login("alice").await);
    app.post("/revoke", &revoked.access).await.assert_status(204);
    app.clock.set(NumericDate::from_secs(START + 900 + 299));
    token_revoked().assert(&app.get("/access", &revoked.access).await);
    app.get("/access", &alive.access).await.assert_status(200);
    app.clock.set(NumericDate::from_secs(START + 900 + 300));
    token_expired().assert(&app.get("/access", &revoked.access).await);
    app.clock.set(NumericDate::from_secs(START + 2_592_000 + 299));
    let next = app.rotate(&alive.refresh).await;
    app.get("/access", &next.access).await.assert_status(200);
    app.clock.set(NumericDate::from_secs(START + 2_592_000 + 300));
    token_expired().assert(&app.post("/refresh", &revoked.refresh).await);
}
