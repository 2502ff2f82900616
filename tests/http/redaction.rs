//! `Debug` of every public type that holds a token, a key or a secret: B8.

use axum::Router;
use axum::routing::get;
use base64::Engine;
use jwt_runtime::{
    AccessToken, Algorithm, FreshJwt, Jwt, JwtAuth, JwtConfig, MemoryStore, RefreshJwt,
    RefreshToken, Token, fresh_jwt_required, jwt_required, refresh_required,
};
use jwt_tests::app::App;
use jwt_tests::keys::{self, SECRET, der};
use jwt_tests::routes::guarded::User;
use jwt_tests::tokens::parts;

/// Every spelling in which a secret would be one.
fn spellings(secret: &[u8]) -> Vec<String> {
    let standard = base64::engine::general_purpose::STANDARD_NO_PAD.encode(secret);
    vec![
        String::from_utf8_lossy(secret).into_owned(),
        standard[..40].to_owned(),
        jwt_tests::tokens::b64(secret)[..40].to_owned(),
        format!("{:?}", &secret[..8]).trim_matches(['[', ']']).to_owned(),
        secret[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
    ]
}

#[track_caller]
fn assert_hides(shown: &str, secret: &[u8]) {
    for spelling in spellings(secret) {
        assert!(!shown.contains(&spelling), "{spelling} is in {shown}");
    }
}

#[tokio::test]
async fn keys_and_authorities_hide_their_secrets() {
    let private = der(keys::P256);
    for algorithm in keys::ALGORITHMS {
        let signing = keys::signing(algorithm);
        let verifying = keys::verifying(algorithm).with_kid("other");
        let builder =
            || JwtAuth::builder().signing_key(signing.clone()).verifying_key(verifying.clone());
        let auth = builder().store(MemoryStore::new()).build().expect("good");
        for shown in [
            format!("{signing:?} {signing:#?}"),
            format!("{verifying:?} {verifying:#?}"),
            format!("{:?} {:#?}", builder(), builder()),
            format!("{auth:?} {auth:#?}"),
        ] {
            assert_hides(&shown, SECRET);
            assert_hides(&shown, &der(keys::RSA)[30..]);
            assert_hides(&shown, &private[30..]);
            assert!(shown.contains(algorithm.as_str()), "{shown} tells what it is for");
        }
    }
}

#[test]
fn configuration_hides_its_secrets() {
    let text = std::str::from_utf8(SECRET).expect("ASCII");
    let config = JwtConfig::from_vars(
        "",
        [
            ("SECRET_KEY", text),
            ("PRIVATE_KEY", keys::P256),
            ("REDIS_URL", "redis://user:hunter2@localhost"),
        ],
    )
    .expect("settings");
    let shown = format!("{config:?} {config:#?}");
    assert_hides(&shown, SECRET);
    assert!(!shown.contains("MIG") && !shown.contains("hunter2"), "{shown}");
    let missing = JwtConfig::from_vars("", [("SECRET_KEY", text), ("PRIVATE_KEY", keys::P256)]);
    let error = missing.and_then(JwtConfig::into_builder).expect_err("not both");
    assert_hides(&format!("{error} {error:?}"), SECRET);
}

#[test]
fn errors_about_keys_hide_them() {
    let short = b"hunter2hunter2hunter2";
    for error in [
        jwt_runtime::SigningKey::from_secret(Algorithm::HS256, short).map(drop),
        jwt_runtime::SigningKey::from_pem(Algorithm::RS256, keys::P256).map(drop),
        jwt_runtime::VerifyingKey::from_pem(Algorithm::ES256, keys::RSA).map(drop),
        jwt_runtime::SigningKey::from_pem(Algorithm::ES256, keys::P256_SEC1).map(drop),
    ] {
        let error = error.expect_err("none of them fits");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("MI"), "{shown}");
    }
}

#[tokio::test]
async fn tokens_hide_themselves() {
    /// Whatever a handler may hold, shown.
    macro_rules! shown {
        ($($(#[$guard:meta])* $name:ident($(#[$marker:meta])* $it:ident: $ty:ty);)*) => {$(
            $(#[$guard])*
            async fn $name($(#[$marker])* $it: $ty) -> String {
                format!("{:?} {:#?}", $it, $it)
            }
        )*};
    }
    shown! {
        #[jwt_required] token(#[claims] it: Token<User>);
        #[jwt_required] access(#[token] it: AccessToken<User>);
        #[jwt_required(optional)] optional(#[token] it: Option<AccessToken<User>>);
        #[fresh_jwt_required] fresh(#[token] it: AccessToken<User>);
        #[refresh_required] refresh(#[token] it: RefreshToken<User>);
        plain(it: Jwt<Token<User>>);
        plain_fresh(it: FreshJwt<AccessToken<User>>);
        plain_refresh(it: RefreshJwt<User>);
    }
    let routes = Router::new()
        .route("/token", get(token))
        .route("/access", get(access))
        .route("/optional", get(optional))
        .route("/fresh", get(fresh))
        .route("/refresh-token", get(refresh))
        .route("/plain", get(plain))
        .route("/plain-fresh", get(plain_fresh))
        .route("/plain-refresh", get(plain_refresh));
    let app = App::routed(routes).await;
    let pair = app.login("alice").await;
    for route in [
        "/token",
        "/access",
        "/optional",
        "/fresh",
        "/refresh-token",
        "/plain",
        "/plain-fresh",
        "/plain-refresh",
    ] {
        let token = if route.contains("refresh") { &pair.refresh } else { &pair.access };
        let shown = app.get(route, token).await.assert_status(200).body;
        for part in parts(token) {
            assert!(!shown.contains(part), "{route} shows {shown}");
        }
        assert!(!shown.contains("alice"), "claims are for the application to show: {shown}");
    }

    let user = User { sub: "alice".into(), roles: vec![], scope: Default::default() };
    let pair = app.auth.login(&user).await.expect("a login");
    let issued = app.auth.issue_access(&user, Default::default()).await.expect("a token");
    let shown = format!("{pair:?} {pair:#?} {issued:?} {:?}", pair.access_token());
    for token in [pair.access_token(), pair.refresh_token(), &issued] {
        for part in parts(token.as_str()) {
            assert!(!shown.contains(part), "{shown}");
        }
    }
}
