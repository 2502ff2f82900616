//! Refusals in other words: FastAPI's, RFC 9457's, and those of the older libraries, as PARITY's
//! matrix has them.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Redirect};
use jwt_runtime::RefusalForm::{
    AuthX, Detail, FastapiJwtAuth, FlaskJwtExtended, Problem, SimpleJwt,
};
use jwt_runtime::{AuthError, JwtAuth, JwtLayer, MemoryStore, RefusalForm, TokenLocation};
use jwt_tests::app::{App, Pair, authority};
use jwt_tests::client::Reply;
use jwt_tests::clock::START;
use jwt_tests::cookies::ACCESS_COOKIE;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal;
use jwt_tests::routes;
use jwt_tests::tokens::Forgery;
use serde_json::{Value, json};

/// What is wrong with a request.
#[derive(Clone, Copy, Debug)]
enum Mistake {
    NoToken,
    SchemeAlone,
    Garbage,
    BadSignature,
    OtherAlgorithm,
    Expired,
    NotYetValid,
    RefreshForAccess,
    AccessForRefresh,
    WrongAudience,
    NoSubject,
    Revoked,
    NotFresh,
    NoScope,
    NoCsrf,
    WrongCsrf,
}

use Mistake::*;

const ALL: [Mistake; 16] = [
    NoToken,
    SchemeAlone,
    Garbage,
    BadSignature,
    OtherAlgorithm,
    Expired,
    NotYetValid,
    RefreshForAccess,
    AccessForRefresh,
    WrongAudience,
    NoSubject,
    Revoked,
    NotFresh,
    NoScope,
    NoCsrf,
    WrongCsrf,
];

async fn app(words: impl FnOnce(JwtLayer) -> JwtLayer) -> App {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new());
        builder.locations([TokenLocation::Header, TokenLocation::Cookie])
    });
    let routes: Router<JwtAuth> = routes::all();
    let router = routes.with_state(auth.clone()).layer(words(auth.layer()));
    App::serve(auth, clock, router).await
}

impl Mistake {
    async fn make(self, app: &App) -> Reply {
        let key = ForgerKey::hmac("HS256", SECRET);
        let Pair { access, refresh } = app.login("alice").await;
        let forged = |forgery: Forgery| forgery.sign(&key);
        let good = || Forgery::of(&access);
        match self {
            NoToken => app.call("GET", "/access").send().await,
            SchemeAlone => {
                app.call("GET", "/access").header("authorization", "Bearer").send().await
            }
            Garbage => app.get("/access", "garbage").await,
            BadSignature => app.get("/access", &good().with_signature([1; 32])).await,
            OtherAlgorithm => app.get("/access", &forged(good().header("alg", "HS384"))).await,
            Expired => app.get("/access", &forged(good().claim("exp", START - 1))).await,
            NotYetValid => app.get("/access", &forged(good().claim("nbf", START + 60))).await,
            RefreshForAccess => app.get("/access", &refresh).await,
            AccessForRefresh => app.get("/refresh", &access).await,
            WrongAudience => app.get("/access", &forged(good().claim("aud", "others"))).await,
            NoSubject => app.get("/access", &forged(good().without("sub"))).await,
            Revoked => {
                app.post("/revoke", &access).await.assert_status(204);
                app.get("/access", &access).await
            }
            NotFresh => app.get("/fresh", &app.rotate(&refresh).await.access).await,
            NoScope => app.get("/write", &access).await,
            NoCsrf | WrongCsrf => {
                let cookie = format!("{ACCESS_COOKIE}={access}");
                let call = app.call("POST", "/logout").header("cookie", cookie);
                let is_sent = matches!(self, WrongCsrf);
                let call = if is_sent { call.header("x-csrf-token", "wrong") } else { call };
                call.send().await
            }
        }
    }

    /// The status and the text of fastapi-jwt-auth, in `detail`.
    fn in_fastapi_jwt_auth(self) -> (u16, &'static str) {
        match self {
            NoToken => (401, "Missing Authorization Header"),
            SchemeAlone => (422, "Bad Authorization header. Expected value 'Bearer <JWT>'"),
            Garbage => (422, "Not enough segments"),
            BadSignature => (422, "Signature verification failed"),
            OtherAlgorithm => (422, "The specified alg value is not allowed"),
            Expired => (422, "Signature has expired"),
            NotYetValid => (422, "The token is not yet valid (nbf)"),
            RefreshForAccess => (422, "Only access tokens are allowed"),
            AccessForRefresh => (422, "Only refresh tokens are allowed"),
            WrongAudience => (422, "Invalid audience"),
            NoSubject => (422, "Missing claim: sub"),
            Revoked => (401, "Token has been revoked"),
            NotFresh => (401, "Fresh token required"),
            NoScope => (403, "the token does not allow this request"),
            NoCsrf => (401, "Missing CSRF Token"),
            WrongCsrf => (401, "CSRF double submit tokens do not match"),
        }
    }

    /// The same of flask-jwt-extended, in `msg`.
    fn in_flask_jwt_extended(self) -> (u16, &'static str) {
        match self {
            SchemeAlone => {
                (422, "Bad Authorization header. Expected 'Authorization: Bearer <JWT>'")
            }
            Expired => (401, "Token has expired"),
            RefreshForAccess => (422, "Only non-refresh tokens are allowed"),
            WrongAudience => (422, "Audience doesn't match"),
            NoScope => (400, "User claims verification failed"),
            NoCsrf => (401, "Missing CSRF token"),
            other => other.in_fastapi_jwt_auth(),
        }
    }

    /// The status, the type of the error and the message of AuthX.
    fn in_authx(self) -> (u16, &'static str, &'static str) {
        match self {
            NoToken => (401, "MissingTokenError", "Token Error"),
            SchemeAlone | Garbage | OtherAlgorithm | NotYetValid | NoSubject => {
                (422, "JWTDecodeError", "Invalid Token")
            }
            BadSignature => (422, "TokenInvalidSignatureError", "Signature verification failed"),
            Expired => (422, "TokenExpiredError", "Token has expired"),
            RefreshForAccess => (401, "AccessTokenRequiredError", "Access token required"),
            AccessForRefresh => (401, "RefreshTokenRequiredError", "Refresh token required"),
            WrongAudience => (422, "TokenInvalidAudienceError", "Invalid audience"),
            Revoked => (401, "RevokedTokenError", "Invalid token"),
            NotFresh => (401, "FreshTokenRequiredError", "Fresh token required"),
            NoScope => (
                403,
                "InsufficientScopeError",
                "Missing required scopes: ['orders:read', 'orders:write']",
            ),
            NoCsrf => (401, "MissingTokenError", "Token Error"),
            WrongCsrf => (401, "CSRFError", "CSRF double submit does not match"),
        }
    }

    /// The whole answer of simplejwt, where it has a word for it.
    fn in_simplejwt(self) -> Option<(u16, Value)> {
        let invalid = |message: &str| {
            json!({
                "detail": "Given token not valid for any token type",
                "code": "token_not_valid",
                "messages": [
                    { "token_class": "AccessToken", "token_type": "access", "message": message },
                ],
            })
        };
        Some(match self {
            NoToken => (401, json!({ "detail": "Authentication credentials were not provided." })),
            SchemeAlone => (
                401,
                json!({
                    "detail": "Authorization header must contain two space-delimited values",
                    "code": "bad_authorization_header",
                }),
            ),
            NoSubject => (
                401,
                json!({
                    "detail": "Token contained no recognizable user identification",
                    "code": "token_not_valid",
                }),
            ),
            Garbage | BadSignature | OtherAlgorithm | NotYetValid | WrongAudience => {
                (401, invalid("Token is invalid"))
            }
            Expired => (401, invalid("Token is expired")),
            RefreshForAccess | AccessForRefresh => (401, invalid("Token has wrong type")),
            Revoked => {
                (401, json!({ "detail": "Token is blacklisted", "code": "token_not_valid" }))
            }
            NoScope => {
                (403, json!({ "detail": "You do not have permission to perform this action." }))
            }
            NotFresh | NoCsrf | WrongCsrf => return None,
        })
    }

    fn expected(self, form: RefusalForm, ours: &Reply) -> (u16, Value) {
        let (text, code) = (ours.text("error_description"), ours.text("code"));
        match form {
            Detail => (ours.status, json!({ "detail": text })),
            Problem => {
                let title = match ours.status {
                    400 => "Bad Request",
                    401 => "Unauthorized",
                    _ => "Forbidden",
                };
                let body = json!({
                    "type": "about:blank",
                    "title": title,
                    "status": ours.status,
                    "detail": text,
                    "code": code,
                });
                (ours.status, body)
            }
            FastapiJwtAuth => {
                let (status, text) = self.in_fastapi_jwt_auth();
                (status, json!({ "detail": text }))
            }
            FlaskJwtExtended => {
                let (status, text) = self.in_flask_jwt_extended();
                (status, json!({ "msg": text }))
            }
            AuthX => {
                let (status, error_type, text) = self.in_authx();
                (status, json!({ "message": text, "error_type": error_type }))
            }
            SimpleJwt => self
                .in_simplejwt()
                .unwrap_or_else(|| (ours.status, json!({ "detail": text, "code": code }))),
            other => panic!("{other:?} is new, and this test does not know it"),
        }
    }
}

#[tokio::test]
async fn every_refusal_is_said_in_every_form() {
    let plain = app(|layer| layer).await;
    for form in [Detail, Problem, FastapiJwtAuth, FlaskJwtExtended, AuthX, SimpleJwt] {
        let app = app(|layer| layer.refusals(form)).await;
        for mistake in ALL {
            let (ours, reply) = (mistake.make(&plain).await, mistake.make(&app).await);
            let (status, body) = mistake.expected(form, &ours);
            let got = (reply.status, reply.json());
            assert_eq!(got, (status, body), "{mistake:?} in {form:?}: {reply:?}");
            // What is for machines stays.
            for header in ["www-authenticate", "cache-control", "retry-after"] {
                let [ours, theirs] = [&ours, &reply].map(|reply| reply.headers_named(header));
                assert_eq!(ours, theirs, "{header}: {mistake:?} in {form:?}");
            }
            let content_type = match form {
                Problem => "application/problem+json",
                _ => "application/json",
            };
            assert_eq!(reply.headers_named("content-type"), [content_type], "{mistake:?}");
            let length = reply.body.len().to_string();
            assert_eq!(reply.headers_named("content-length"), [length.as_str()], "{mistake:?}");
        }
        app.get("/access", &app.login("alice").await.access).await.assert_status(200);
    }
}

/// What a handler returns is a refusal like any other; what it makes by itself is its own.
#[tokio::test]
async fn answers_that_are_no_refusals_are_left_alone() {
    async fn refused() -> AuthError {
        AuthError::CredentialsInvalid
    }
    async fn own() -> impl IntoResponse {
        (axum::http::StatusCode::UNAUTHORIZED, "no")
    }
    let (auth, clock) = authority(|builder| builder.secret(SECRET));
    let router = Router::new()
        .route("/refused", axum::routing::get(refused))
        .route("/own", axum::routing::get(own))
        .layer(auth.layer().refusals(Detail));
    let app = App::serve(auth, clock, router).await;
    let reply = app.call("GET", "/refused").send().await.assert_status(401);
    assert_eq!(reply.json(), json!({ "detail": "the credentials are not valid" }));
    let reply = app.call("GET", "/own").send().await.assert_status(401);
    assert_eq!(reply.body, "no");
}

#[tokio::test]
async fn application_answers_in_place_of_the_refusals_that_it_chooses() {
    let app = app(|layer| {
        layer.refusals(Detail).on_refusal(|refusal| match refusal {
            AuthError::TokenMissing => Some(Redirect::to("/login")),
            _ => None,
        })
    })
    .await;
    let request = Request::get("/access").body(Body::empty()).expect("a request");
    let reply = app.oneshot(request).await;
    assert_eq!((reply.status, reply.headers_named("location")), (303, vec!["/login"]));
    let reply = app.get("/access", "garbage").await.assert_status(401);
    assert_eq!(reply.json(), json!({ "detail": "the token is not valid" }));
}

/// The default is the table of the documentation, with the layer and without it.
#[tokio::test]
async fn layer_alone_changes_no_refusal() {
    let app = app(|layer| layer).await;
    refusal::token_missing().assert(&NoToken.make(&app).await);
    refusal::token_invalid().assert(&Garbage.make(&app).await);
    refusal::token_expired().assert(&Expired.make(&app).await);
    refusal::forbidden(Some("orders:read orders:write")).assert(&NoScope.make(&app).await);
}
