//! The application's claims, in every shape that serde knows.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use axum::routing::{get, post};
use axum::{Json, Router};
use jwt_runtime::{
    Audience, AuthError, Claims, JwtAuth, NumericDate, Registered, Token, jwt_required,
};
use jwt_tests::app::{App, authority};
use jwt_tests::clock::START;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{claim_invalid, token_expired};
use jwt_tests::tokens::{Forgery, claims};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

#[derive(Claims, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Rich {
    sub: String,
    display_name: String,
    #[serde(rename = "https://example.com/team")]
    team: Option<String>,
    #[serde(default)]
    logins: u32,
    #[serde(default = "light")]
    theme: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    tags: Vec<String>,
    #[serde(skip)]
    cached: bool,
    address: Option<Address>,
    limits: BTreeMap<String, i64>,
    #[serde(with = "percent")]
    discount: f64,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Address {
    city: String,
    #[serde(default)]
    lines: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
enum Kind {
    Person { age: u8 },
    Machine,
}

fn light() -> String {
    "light".to_owned()
}

mod percent {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(part: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{}%", part * 100.0))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        let text = String::deserialize(from)?;
        let number = text.strip_suffix('%').and_then(|number| number.parse::<f64>().ok());
        number.map(|number| number / 100.0).ok_or_else(|| serde::de::Error::custom("percent"))
    }
}

fn rich() -> Rich {
    Rich {
        sub: "alice".into(),
        display_name: "Alice \"A\" \u{1f600}".into(),
        team: None,
        logins: 3,
        theme: "dark".into(),
        tags: vec![],
        cached: false,
        address: Some(Address { city: "Wien".into(), lines: vec!["1".into()] }),
        limits: BTreeMap::from([("a".into(), -1), ("b".into(), i64::MAX)]),
        discount: 0.25,
        kind: Kind::Person { age: 30 },
    }
}

#[jwt_required]
async fn shown(#[claims] user: Rich) -> String {
    format!("{user:?}")
}

#[tokio::test]
async fn claims_arrive_as_they_were_given() {
    let app = App::routed(Router::new().route("/shown", get(shown))).await;
    let user = Rich { cached: true, ..rich() };
    let pair = app.auth.login(&user).await.expect("a login");
    let reply = app.get("/shown", pair.access_token().as_str()).await.assert_status(200);
    assert_eq!(reply.body, format!("{:?}", rich()), "and what is skipped is its default");
    let written = claims(pair.access_token().as_str());
    assert_eq!(written["displayName"], "Alice \"A\" \u{1f600}");
    assert_eq!(written["discount"], "25%");
    assert_eq!(written["kind"], json!({ "is": "person", "age": 30 }));
    assert_eq!(written["https://example.com/team"], Value::Null);
    assert!(!written.contains_key("tags") && !written.contains_key("cached"));
}

/// What may be left out, and what is named when it is missing or wrong.
#[tokio::test]
async fn missing_and_wrong_claims_are_named() {
    let app = App::routed(Router::new().route("/shown", get(shown))).await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.auth.login(&rich()).await.expect("a login");
    let forgery = || Forgery::of(pair.access_token().as_str());
    for absent in ["https://example.com/team", "logins", "theme", "address"] {
        app.get("/shown", &forgery().without(absent).sign(&key)).await.assert_status(200);
    }
    for required in ["displayName", "limits", "discount", "kind"] {
        let reply = app.get("/shown", &forgery().without(required).sign(&key)).await;
        claim_invalid(required).assert(&reply);
    }
    for (name, wrong) in [
        ("displayName", json!(1)),
        ("displayName", json!(null)),
        ("logins", json!(-1)),
        ("logins", json!(4_294_967_296_u64)),
        ("logins", json!("3")),
        ("theme", json!(null)),
        ("tags", json!("a")),
        ("tags", json!([1])),
        ("address", json!("Wien")),
        ("address", json!({})),
        ("limits", json!({ "a": 1.5 })),
        ("limits", json!([])),
        ("discount", json!("25")),
        ("kind", json!({ "is": "robot" })),
        ("kind", json!({ "is": "person", "age": 256 })),
    ] {
        let reply = app.get("/shown", &forgery().claim(name, wrong.clone()).sign(&key)).await;
        if let Some(mismatch) = claim_invalid(name).mismatch(&reply) {
            panic!("{name} = {wrong}: {mismatch}");
        }
    }
    // Names are exact, and nobody minds what nobody asked for.
    let other_case = forgery().without("displayName").claim("display_name", "x").sign(&key);
    claim_invalid("displayName").assert(&app.get("/shown", &other_case).await);
    let more = forgery().claim("unknown", json!({ "deep": [1] })).sign(&key);
    app.get("/shown", &more).await.assert_status(200);
}

/// An expired token of an older version of the application is expired: its client can refresh.
#[tokio::test]
async fn expired_token_of_another_shape_is_expired() {
    let app = App::routed(Router::new().route("/shown", get(shown))).await;
    let old = app.login_as(&json!({ "sub": "alice", "name": "Alice" })).await;
    claim_invalid("displayName").assert(&app.get("/shown", &old.access).await);
    app.clock.set(NumericDate::from_secs(START + 900));
    token_expired().assert(&app.get("/shown", &old.access).await);
}

#[derive(Claims, Debug)]
struct WithRegistered {
    sub: String,
    exp: NumericDate,
    iat: Option<NumericDate>,
    jti: String,
    sid: Option<String>,
    iss: Option<String>,
    aud: Option<Audience>,
    auth_time: Option<NumericDate>,
}

#[jwt_required]
async fn registered_fields(#[claims] user: WithRegistered) -> Json<Value> {
    let WithRegistered { sub, exp, iat, jti, sid, iss, aud, auth_time } = user;
    Json(json!({
        "sub": sub, "exp": exp, "iat": iat, "jti": jti, "sid": sid, "iss": iss, "aud": aud,
        "auth_time": auth_time,
    }))
}

#[jwt_required]
async fn registered(#[claims] token: Registered) -> Json<Registered> {
    Json(token)
}

#[jwt_required]
async fn map(#[claims] all: Map<String, Value>) -> Json<Map<String, Value>> {
    Json(all)
}

#[jwt_required]
async fn token(#[claims] token: Token<Rich>) -> Json<Value> {
    assert_eq!(token.claims(), &rich());
    Json(json!({ "registered": token.registered(), "raw": token.as_str() }))
}

#[tokio::test]
async fn registered_claims_are_the_same_by_every_way() {
    let (auth, clock) = authority(|builder| {
        let store = jwt_runtime::MemoryStore::new();
        builder.secret(SECRET).issuer("me").audience(["a", "b"]).store(store)
    });
    let routes = Router::new()
        .route("/fields", get(registered_fields))
        .route("/registered", get(registered))
        .route("/map", get(map))
        .route("/token", get(token));
    let app = App::serve(auth.clone(), clock, routes.with_state(auth.clone())).await;
    let pair = auth.login(&rich()).await.expect("a login");
    let access = pair.access_token().as_str();
    let written = claims(access);
    let fields = app.get("/fields", access).await.assert_status(200).json();
    for (name, value) in fields.as_object().expect("an object") {
        assert_eq!(value, &written[name], "{name}");
    }
    let registered = app.get("/registered", access).await.assert_status(200).json();
    assert_eq!(registered.as_object().map(Map::len), Some(11), "{registered}");
    for (name, value) in registered.as_object().expect("an object") {
        assert_eq!(value, &written[name], "{name}");
    }
    let map = app.get("/map", access).await.assert_status(200).json();
    assert_eq!(map, Value::Object(written));
    let token = app.get("/token", access).await.assert_status(200).json();
    assert_eq!(token["registered"], registered);
    assert_eq!(token["raw"], access);
}

#[derive(Claims, Debug)]
struct Collections {
    sub: String,
    set: HashSet<u8>,
    sorted: BTreeSet<char>,
    map: HashMap<String, Vec<Option<bool>>>,
    pair: (i8, String),
    unit: (),
    boxed: Box<str>,
    bytes: [u8; 3],
    big: u64,
    small: i64,
    real: f64,
}

#[tokio::test]
async fn every_json_shape_goes_round() {
    #[jwt_required]
    async fn back(#[claims] user: Collections) -> Json<Value> {
        Json(json!([
            user.sub,
            user.set,
            user.sorted,
            user.map,
            user.pair,
            user.unit,
            user.boxed,
            user.bytes,
            user.big,
            user.small,
            user.real,
        ]))
    }
    async fn login(
        axum::extract::State(auth): axum::extract::State<JwtAuth>,
    ) -> Result<jwt_runtime::TokenPair, AuthError> {
        auth.login(&Collections {
            sub: "alice".into(),
            set: HashSet::from([7]),
            sorted: BTreeSet::from(['z', 'a']),
            map: HashMap::from([("k".into(), vec![None, Some(true)])]),
            pair: (-8, "two".into()),
            unit: (),
            boxed: "box".into(),
            bytes: [1, 2, 3],
            big: u64::MAX,
            small: i64::MIN,
            real: 0.1,
        })
        .await
    }
    let routes = Router::new().route("/back", get(back)).route("/rich-login", post(login));
    let app = App::routed(routes).await;
    let reply = app.call("POST", "/rich-login").send().await.assert_status(200);
    let back = app.get("/back", &reply.text("access_token")).await.assert_status(200).json();
    let expected = json!([
        "alice", [7], ["a", "z"], { "k": [null, true] }, [-8, "two"], null, "box", [1, 2, 3],
        u64::MAX, i64::MIN, 0.1,
    ]);
    assert_eq!(back, expected);
}

#[derive(Claims)]
#[serde(deny_unknown_fields)]
struct Strict {
    sub: String,
    team: String,
}

#[jwt_required]
async fn strict(#[claims] user: Strict) -> String {
    format!("{} of {}", user.sub, user.team)
}

#[tokio::test]
async fn unknown_claims_are_refused_where_the_type_says_so() {
    let app = App::routed(Router::new().route("/strict", get(strict))).await;
    let user = Strict { sub: "alice".into(), team: "red".into() };
    let pair = app.auth.login(&user).await.expect("a login");
    let token = pair.access_token().as_str();
    let reply = app.get("/strict", token).await.assert_status(200);
    assert_eq!(reply.body, "alice of red", "the registered claims are no strangers");
    let more = Forgery::of(token).claim("plan", "free").sign(&ForgerKey::hmac("HS256", SECRET));
    claim_invalid("plan").assert(&app.get("/strict", &more).await);
}
