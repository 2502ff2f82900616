//! Locations, cookies and what protects them, from the environment and from a configuration file;
//! and the cookies that are for development.

use jwt_runtime::{
    ConfigError, CookieOptions, CsrfOptions, JwtAuth, JwtConfig, MemoryStore, SameSite,
    TokenLocation,
};
use jwt_tests::app::{App, authority};
use jwt_tests::client::Reply;
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::{token_missing, token_not_issued};
use jwt_tests::routes::guarded;
use serde_json::{Map, Value, json};

const TEXT_SECRET: &str = "tGq1vJm0Zr8Yw5Lx3Kc7Bn2Hf6Sd9Pa4";

/// Every setting: its name, a value that is not the default, and a part of `Debug` of the authority
/// that it makes.
const SETTINGS: [(&str, &str, &str); 39] = [
    ("TOKEN_LOCATION", "header,cookies", "locations: [Header, Cookie]"),
    ("HEADER_NAME", "X-Auth", r#"name: "x-auth""#),
    ("HEADER_TYPE", "JWT", r#"scheme: "JWT""#),
    ("QUERY_STRING_NAME", "jwt", r#"access_name: "jwt""#),
    ("REFRESH_QUERY_STRING_NAME", "rjwt", r#"refresh_name: "rjwt""#),
    ("QUERY_STRING_VALUE_PREFIX", "Bearer ", r#"prefix: "Bearer ""#),
    ("REFRESH_JSON_KEY", "token", r#"json_name: "token""#),
    ("REFRESH_FORM_FIELD", "field", r#"form_name: "field""#),
    ("ACCESS_COOKIE_NAME", "a", r#"name: "a""#),
    ("REFRESH_COOKIE_NAME", "b", r#"name: "b""#),
    ("ACCESS_CSRF_COOKIE_NAME", "c", r#"name: "c""#),
    ("REFRESH_CSRF_COOKIE_NAME", "d", r#"name: "d""#),
    ("ACCESS_COOKIE_PATH", "/a", r#"name: "__Secure-access_token", path: "/a""#),
    ("REFRESH_COOKIE_PATH", "/b", r#"name: "__Secure-refresh_token", path: "/b""#),
    ("ACCESS_CSRF_COOKIE_PATH", "/c", r#"name: "__Secure-csrf_access_token", path: "/c""#),
    ("REFRESH_CSRF_COOKIE_PATH", "/d", r#"name: "__Secure-csrf_refresh_token", path: "/d""#),
    ("COOKIE_DOMAIN", "a.example", r#"domain: Some("a.example")"#),
    ("COOKIE_SAMESITE", "Strict", "same_site: Strict"),
    ("COOKIE_MAX_AGE", "1h", "lifespan: Fixed(3600s)"),
    ("SESSION_COOKIE", "True", "lifespan: Session"),
    ("COOKIE_SECURE", "false", "development: true"),
    ("COOKIE_HTTP_ONLY", "true", ""),
    ("COOKIE_CSRF_PROTECT", "False", "double_submit: None"),
    ("CSRF_IN_COOKIES", "no", "sets_cookies: false"),
    ("CSRF_CHECK_FORM", "1", r#"field: Some("csrf_token")"#),
    ("CSRF_METHODS", r#"["PUT", "post"]"#, "methods: Some([PUT, POST])"),
    ("ACCESS_CSRF_HEADER_NAME", "X-A", r#"header: "x-a""#),
    ("REFRESH_CSRF_HEADER_NAME", "X-B", r#"header: "x-b""#),
    ("ACCESS_CSRF_FIELD_NAME", "fa", ""),
    ("REFRESH_CSRF_FIELD_NAME", "fb", ""),
    ("CSRF_TRUSTED_ORIGINS", "https://a.example", r#"trusted_origins: ["https://a.example"]"#),
    ("IMPLICIT_REFRESH", "on", "renewal: Some(RenewalSettings { within: 300s"),
    ("IMPLICIT_REFRESH_DELTATIME", "60", "within: 60s"),
    ("IMPLICIT_REFRESH_FROM_COOKIE", "true", "from_refresh_cookie: true"),
    ("IMPLICIT_REFRESH_ROUTE_INCLUDE", "/a,/b", r#"only: Some(["/a", "/b"])"#),
    ("IMPLICIT_REFRESH_ROUTE_EXCLUDE", "/c", r#"except: ["/c"]"#),
    ("IMPLICIT_REFRESH_METHOD_INCLUDE", "get", "only: Some([GET])"),
    ("IMPLICIT_REFRESH_METHOD_EXCLUDE", "POST", "except: [POST]"),
    ("WATCH_INTERVAL", "2s", "watch_interval: 2s"),
];

/// What else a setting needs.
fn company(setting: &str) -> &'static [(&'static str, &'static str)] {
    match setting {
        "IMPLICIT_REFRESH_FROM_COOKIE" => {
            &[("REFRESH_COOKIE_PATH", "/"), ("ROTATION_GRACE", "10"), ("TOKEN_LOCATION", "cookie")]
        }
        "COOKIE_HTTP_ONLY" | "COOKIE_SECURE" => &[("TOKEN_LOCATION", "cookie")],
        "ACCESS_CSRF_FIELD_NAME" | "REFRESH_CSRF_FIELD_NAME" => {
            &[("TOKEN_LOCATION", "cookie"), ("CSRF_CHECK_FORM", "true")]
        }
        name if name.contains("CSRF") || name.starts_with("IMPLICIT") => {
            &[("TOKEN_LOCATION", "cookie")]
        }
        _ => &[],
    }
}

fn from_env(variables: &[(&str, &str)]) -> Result<JwtAuth, ConfigError> {
    let named = |(name, value): &(&str, &str)| (format!("JWT_{name}"), (*value).to_owned());
    let variables = variables.iter().map(named);
    let secret = ("JWT_SECRET_KEY".to_owned(), TEXT_SECRET.to_owned());
    let config = JwtConfig::from_vars("JWT_", variables.chain([secret]))?;
    config.into_builder()?.store(MemoryStore::new()).build()
}

#[test]
fn every_setting_of_the_environment_changes_the_authority() {
    for (name, value, expected) in SETTINGS {
        let before = format!("{:?}", from_env(company(name)).expect("a good setting"));
        let mut variables = company(name).to_vec();
        variables.push((name, value));
        let auth = from_env(&variables).unwrap_or_else(|error| panic!("{name}: {error}"));
        let after = format!("{auth:?}");
        assert!(after.contains(expected), "{name}={value}: no {expected} in {after}");
        let says_nothing = name == "COOKIE_HTTP_ONLY";
        assert_eq!(before == after, says_nothing, "{name}={value} has an effect: {after}");
    }
}

/// The names of the fields are those of the environment, in lower case.
#[test]
fn every_setting_of_the_environment_is_one_of_a_file() {
    for (name, value, _) in SETTINGS {
        let field = name.to_ascii_lowercase();
        let mut config = Map::from_iter([("secret_key".to_owned(), json!(TEXT_SECRET))]);
        for (name, value) in company(name).iter().chain(&[(name, value)]) {
            config.insert(name.to_ascii_lowercase(), as_json(name, value));
        }
        let config: JwtConfig = serde_json::from_value(Value::Object(config))
            .unwrap_or_else(|error| panic!("{field}: {error}"));
        let auth = config.into_builder().and_then(|builder| builder.build());
        let mut variables = company(name).to_vec();
        variables.push((name, value));
        let from_env = from_env(&variables).expect("a good setting");
        let without_store = |auth: &JwtAuth| format!("{auth:?}").replace("Some(MemoryStore", "");
        let auth = auth.unwrap_or_else(|error| panic!("{field}: {error}"));
        let [file, env] = [without_store(&auth), without_store(&from_env)];
        let settings = |text: &str| text.split("store:").next().unwrap_or_default().to_owned();
        assert_eq!(settings(&file), settings(&env), "{field}");
    }
}

fn as_json(name: &str, value: &str) -> Value {
    let list: Vec<&str> = value
        .trim_matches(['[', ']'])
        .split(',')
        .map(|name| name.trim().trim_matches('"'))
        .collect();
    match value.to_ascii_lowercase().as_str() {
        "true" | "on" => json!(true),
        "1" if name.starts_with("CSRF") => json!(true),
        "false" | "no" => json!(false),
        _ if value.contains(',') || name.starts_with("IMPLICIT_REFRESH_M") => json!(list),
        _ => json!(value),
    }
}

/// Names of fastapi-jwt-auth that are other ones elsewhere.
#[test]
fn cookie_keys_are_names_too() {
    for (key, name) in [
        ("ACCESS_COOKIE_KEY", "ACCESS_COOKIE_NAME"),
        ("REFRESH_COOKIE_KEY", "REFRESH_COOKIE_NAME"),
        ("ACCESS_CSRF_COOKIE_KEY", "ACCESS_CSRF_COOKIE_NAME"),
        ("REFRESH_CSRF_COOKIE_KEY", "REFRESH_CSRF_COOKIE_NAME"),
    ] {
        let [by_key, by_name] =
            [key, name].map(|name| format!("{:?}", from_env(&[(name, "x")]).expect("a setting")));
        assert_eq!(by_key, by_name, "{key}");
    }
}

#[test]
fn bad_settings_are_named() {
    for (name, value, told) in [
        ("TOKEN_LOCATION", "body", "token_location"),
        ("TOKEN_LOCATION", "cookie,cookies", "token_location"),
        ("HEADER_NAME", "X Auth", "header_name"),
        ("HEADER_TYPE", "a b", "header_type"),
        ("ACCESS_COOKIE_NAME", "a b", "access_cookie_name"),
        ("ACCESS_COOKIE_NAME", "refresh", ""),
        ("REFRESH_COOKIE_NAME", "__Host-b", "refresh_cookie_name"),
        ("REFRESH_COOKIE_NAME", "__hOsT-b", "refresh_cookie_name"),
        ("ACCESS_COOKIE_NAME", "__Secure-refresh_token", "refresh_cookie_name"),
        ("ACCESS_COOKIE_PATH", "a", "access_cookie_path"),
        ("ACCESS_COOKIE_PATH", "/a;b", "access_cookie_path"),
        ("COOKIE_DOMAIN", "a b", "cookie_domain"),
        ("COOKIE_DOMAIN", "a;Path=/", "cookie_domain"),
        ("COOKIE_SAMESITE", "maybe", "cookie_samesite"),
        ("COOKIE_MAX_AGE", "0", "cookie_max_age"),
        ("COOKIE_HTTP_ONLY", "false", "cookie_http_only"),
        ("COOKIE_SECURE", "perhaps", "JWT_COOKIE_SECURE"),
        ("CSRF_METHODS", "P T", "csrf_methods"),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example/", "csrf_trusted_origins"),
        ("ACCESS_CSRF_HEADER_NAME", "a:", "access_csrf_header_name"),
        ("IMPLICIT_REFRESH_ROUTE_INCLUDE", "a", "renewal"),
        ("IMPLICIT_REFRESH_DELTATIME", "15m", "renewal"),
        ("IMPLICIT_REFRESH_FROM_COOKIE", "true", "renewal"),
        ("WATCH_INTERVAL", "0", "watch_interval"),
    ] {
        let outcome = from_env(&[("TOKEN_LOCATION", "cookie"), (name, value)]);
        match (outcome, told) {
            (Ok(_), "") => {}
            (Ok(_), _) => panic!("{name}={value} is accepted"),
            (Err(error), told) => {
                assert!(error.to_string().starts_with(&format!("`{told}`: ")), "{name}: {error}");
            }
        }
    }
    for (name, value) in [("CSRF_CHECK_FORM", "true"), ("IMPLICIT_REFRESH", "true")] {
        let error = from_env(&[(name, value)]).expect_err("there are no cookies");
        assert!(error.to_string().contains("needs cookies"), "{name}: {error}");
    }
}

/// With a store in memory, and the routes of the tests.
async fn app(options: CookieOptions) -> App {
    let (auth, clock) = authority(|builder| {
        let builder = builder.secret(SECRET).store(MemoryStore::new());
        builder.locations([TokenLocation::Cookie]).cookies(options)
    });
    let router = guarded::routes().with_state(auth.clone()).layer(auth.layer());
    App::serve(auth, clock, router).await
}

async fn at_host(app: &App, host: &str, cookie: &str) -> Reply {
    let head = format!(
        "GET /access HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n"
    );
    app.raw(head).await.expect("an answer")
}

async fn access_token(app: &App) -> String {
    let user = Map::from_iter([("sub".to_owned(), json!("alice"))]);
    let pair = app.auth.login(&user).await.expect("a login");
    pair.access_token().as_str().to_owned()
}

/// Whoever leaves the switch on in production cannot log in there.
#[tokio::test]
async fn cookies_for_development_are_believed_on_this_machine_alone() {
    let app = app(CookieOptions::new().development()).await;
    let cookie = format!("access_token={}", access_token(&app).await);
    for host in [
        "localhost",
        "localhost:3000",
        "localhost.:3000",
        "app.localhost",
        "127.0.0.1:8080",
        "[::1]:3000",
        "[::ffff:127.0.0.1]:3000",
    ] {
        assert_eq!(at_host(&app, host, &cookie).await.status, 200, "{host}");
    }
    for host in [
        "shop.example",
        "192.168.0.7",
        "localhost.shop.example",
        "0.0.0.0",
        "",
        "localhost:99999",
        "localhost:",
        "x@localhost",
    ] {
        token_missing().assert(&at_host(&app, host, &cookie).await);
    }
    let pair = app.auth.login(&Map::from_iter([("sub".to_owned(), json!("alice"))])).await;
    let cookies = app.auth.set_cookies(&pair.expect("a login")).expect("cookies");
    let names = r#"{"access_token", "csrf_access_token", "refresh_token", "csrf_refresh_token"}"#;
    assert_eq!(format!("{cookies:?}"), names);
}

/// A proxy asks for `localhost` by itself, and so it is everybody's.
#[tokio::test]
async fn cookies_for_development_are_not_believed_behind_a_proxy() {
    let app = app(CookieOptions::new().development()).await;
    let cookie = format!("access_token={}", access_token(&app).await);
    for added in [
        "Forwarded: host=shop.example",
        "Via: 1.1 proxy",
        "X-Forwarded-For: 203.0.113.7",
        "X-Forwarded-Host: shop.example",
        "X-Forwarded-Proto: https",
        "X-Real-IP: 203.0.113.7",
        "x-real-ip:",
        // Neither of two is believed.
        "Host: localhost:3000",
        "Host: shop.example",
    ] {
        let reply = at_host(&app, &format!("localhost:3000\r\n{added}"), &cookie).await;
        if let Some(mismatch) = token_missing().mismatch(&reply) {
            panic!("{added}: {mismatch}");
        }
    }
}

#[tokio::test]
async fn secure_cookies_are_believed_everywhere() {
    let app = app(CookieOptions::new()).await;
    let cookie = format!("__Host-access_token={}", access_token(&app).await);
    for host in ["localhost:3000", "shop.example", "192.168.0.7"] {
        assert_eq!(at_host(&app, host, &cookie).await.status, 200, "{host}");
    }
}

#[test]
fn development_fits_nothing_that_needs_a_secure_cookie() {
    let built = |options: CookieOptions| JwtAuth::builder().secret(SECRET).cookies(options).build();
    let options = || CookieOptions::new().development();
    built(options()).expect("it is good by itself");
    built(options().same_site(SameSite::None)).expect_err("`None` needs `Secure`");
    for name in ["__Host-a", "__Secure-a", "__secure-a"] {
        built(options().access_name(name)).expect_err(name);
    }
}

/// A browser drops such a cookie without a word, and nobody understands why.
#[tokio::test]
async fn cookie_that_browsers_drop_is_not_set() {
    for (length, fits) in [(2_000, true), (3_200, false)] {
        let (auth, _) = authority(|builder| {
            builder.secret(SECRET).store(MemoryStore::new()).cookies(CookieOptions::new())
        });
        let claims = Map::from_iter([
            ("sub".to_owned(), json!("alice")),
            ("filler".to_owned(), json!("x".repeat(length))),
        ]);
        let pair = auth.login(&claims).await.expect("tokens may be longer than cookies");
        match auth.set_cookies(&pair) {
            Ok(_) => assert!(fits, "{length}"),
            Err(error) => {
                assert!(!fits, "{length}: {error:?}");
                let told = format!("{error:?}");
                assert!(told.contains("CookieTooLarge"), "{told}");
            }
        }
    }
    let app = App::serve_one(too_large).await;
    token_not_issued().assert(&Draft::get().send(&app, "/").await.expect("an answer"));
}

async fn too_large() -> Result<jwt_runtime::TokenCookies, jwt_runtime::AuthError> {
    let (auth, _) = authority(|builder| builder.secret(SECRET).cookies(CookieOptions::new()));
    let filler = ("filler".to_owned(), json!("x".repeat(4_000)));
    let claims = Map::from_iter([("sub".to_owned(), json!("alice")), filler]);
    auth.set_cookies(&auth.login(&claims).await?)
}

/// What scripts of the page may read is no token, and is not shown by accident.
#[tokio::test]
async fn csrf_token_hides_itself() {
    let (auth, _) = authority(|builder| {
        builder.secret(SECRET).cookies(CookieOptions::new()).csrf(CsrfOptions::new())
    });
    let pair = auth.login(&Map::from_iter([("sub".to_owned(), json!("alice"))])).await;
    let pair = pair.expect("a login");
    let csrf = pair.access_token().csrf().expect("cookies are configured");
    assert_eq!(pair.refresh_token().csrf(), Some(csrf), "one value per session");
    assert!(csrf.as_str().len() >= 32 && *csrf == *csrf.as_str(), "random, and the one it is");
    let other = auth.login(&Map::from_iter([("sub".to_owned(), json!("alice"))])).await;
    assert_ne!(other.expect("a login").access_token().csrf(), Some(csrf));
    for shown in [format!("{pair:?}"), format!("{csrf:?}"), json!(pair).to_string()] {
        assert!(!shown.contains(csrf.as_str()), "{shown}");
    }
    let (plain, _) = authority(|builder| builder.secret(SECRET));
    let pair = plain.login(&Map::from_iter([("sub".to_owned(), json!("alice"))])).await;
    assert_eq!(pair.expect("a login").access_token().csrf(), None, "no cookies, no claim");
}
