//! The rules of a claims type: asked of every token that is read, and of every one before it is
//! issued.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use jwt_runtime::{
    AuthError, Claims, IssueError, IssueOptions, JwtAuth, RefreshToken, RefusedClaim, Scopes,
    TokenPair, jwt_required, refresh_required,
};
use jwt_tests::app::App;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::{claim_invalid, forbidden, token_expired, token_not_issued};
use jwt_tests::tokens::Forgery;
use proptest::prelude::*;
use serde_json::{Value, json};

#[derive(Claims, Clone, Debug)]
#[serde(rename_all = "camelCase")]
struct User {
    #[claim(length(..=8))]
    sub: String,
    #[claim(one_of("eu", "us"))]
    region: String,
    #[claim(one_of(-1, 0, 0x10))]
    tier: i32,
    #[claim(range(1..=10))]
    level: u8,
    #[claim(range(-0.5..0.5))]
    share: f64,
    #[claim(range(..100))]
    seats: Option<u32>,
    #[claim(length(2..=4))]
    #[serde(rename = "https://example.com/name")]
    name: String,
    #[claim(length(1..3))]
    tags: Vec<String>,
    #[claim(non_empty)]
    home_team: Option<String>,
    #[claim(scopes, non_empty)]
    scope: Scopes,
    #[claim(validate = is_even, range(..=200))]
    even: u8,
    #[claim(validate = without_spaces)]
    nick: Option<String>,
}

fn is_even(number: &u8) -> bool {
    number.is_multiple_of(2)
}

fn without_spaces(nick: &str) -> Result<(), String> {
    if nick.contains(' ') { Err(format!("{nick} has a space")) } else { Ok(()) }
}

fn user() -> User {
    User {
        sub: "alice".into(),
        region: "eu".into(),
        tier: 0,
        level: 5,
        share: 0.0,
        seats: None,
        name: "Ann".into(),
        tags: vec!["a".into()],
        home_team: None,
        scope: "read".parse().expect("a scope"),
        even: 2,
        nick: None,
    }
}

// A forged subject has no session.
#[jwt_required(skip_revocation)]
async fn shown(#[claims] user: User) -> String {
    user.sub
}

#[jwt_required(all_scopes("write"))]
async fn written(#[claims] user: User) -> String {
    user.sub
}

#[refresh_required]
async fn raised(
    #[token] old: RefreshToken<User>,
    State(auth): State<JwtAuth>,
) -> Result<TokenPair, AuthError> {
    let claims = User { level: old.claims().level + 5, ..old.claims().clone() };
    auth.rotate_with(old, &claims).await
}

/// A server, and a good access token of its own.
async fn served() -> (App, String) {
    let routes = Router::new()
        .route("/shown", get(shown))
        .route("/written", get(written))
        .route("/raised", post(raised));
    let app = App::routed(routes).await;
    let pair = app.auth.login(&user()).await.expect("a login");
    let access = pair.access_token().as_str().to_owned();
    (app, access)
}

const NAME: &str = "https://example.com/name";

/// Name, what a rule lets through, what it refuses.
fn table() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    vec![
        ("sub", vec![json!("a"), json!("12345678"), json!("ääääääää")], vec![json!("123456789")]),
        (
            "region",
            vec![json!("eu"), json!("us")],
            vec![json!("EU"), json!("eu "), json!(""), json!("e"), json!("eu\0")],
        ),
        ("tier", vec![json!(-1), json!(0), json!(16)], vec![json!(1), json!(10), json!(-16)]),
        ("level", vec![json!(1), json!(10)], vec![json!(0), json!(11), json!(255)]),
        (
            "share",
            vec![json!(-0.5), json!(0), json!(-0.0), json!(0.499_999)],
            vec![json!(0.5), json!(-0.500_001), json!(1e300)],
        ),
        (
            "seats",
            vec![json!(null), json!(0), json!(99)],
            vec![json!(100), json!(4_294_967_295_u32)],
        ),
        // Characters are counted, not bytes: the last good one has sixteen.
        (
            NAME,
            vec![json!("Al"), json!("Anna"), json!("\u{1f600}\u{1f600}\u{1f600}\u{1f600}")],
            vec![json!(""), json!("A"), json!("\u{1f600}"), json!("Annab")],
        ),
        ("tags", vec![json!(["a"]), json!(["a", ""])], vec![json!([]), json!(["a", "b", "c"])]),
        ("homeTeam", vec![json!(null), json!("red"), json!(" ")], vec![json!("")]),
        ("scope", vec![json!("read"), json!("read write")], vec![json!("")]),
        ("even", vec![json!(0), json!(200)], vec![json!(1), json!(202)]),
        ("nick", vec![json!(null), json!(""), json!("ann")], vec![json!("a b")]),
    ]
}

#[tokio::test]
async fn claim_that_breaks_its_rule_is_refused_by_name() {
    let (app, access) = served().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let mut asked = 0;
    for (name, good, bad) in table() {
        for value in good {
            let token = Forgery::of(&access).claim(name, value.clone()).sign(&key);
            let reply = app.get("/shown", &token).await;
            assert_eq!(reply.status, 200, "{name} = {value}: {reply:?}");
            asked += 1;
        }
        for value in bad {
            let token = Forgery::of(&access).claim(name, value.clone()).sign(&key);
            if let Some(mismatch) = claim_invalid(name).mismatch(&app.get("/shown", &token).await) {
                panic!("{name} = {value}: {mismatch}");
            }
            asked += 1;
        }
    }
    assert_eq!(asked, 60);
}

#[tokio::test]
async fn absent_claim_breaks_no_rule() {
    let (app, access) = served().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let token = ["seats", "homeTeam", "nick"]
        .iter()
        .fold(Forgery::of(&access), |token, name| token.without(name));
    app.get("/shown", &token.sign(&key)).await.assert_status(200);
}

/// Signature and times first, the policy last.
#[tokio::test]
async fn rules_come_between_registered_claims_and_policy() {
    let (app, access) = served().await;
    let key = ForgerKey::hmac("HS256", SECRET);
    forbidden(Some("write")).assert(&app.get("/written", &access).await);
    let broken = Forgery::of(&access).claim("level", 11);
    claim_invalid("level").assert(&app.get("/written", &broken.sign(&key)).await);
    let elsewhere = broken.clone().claim("aud", "somebody else").sign(&key);
    claim_invalid("aud").assert(&app.get("/shown", &elsewhere).await);
    // The first of several, in the order of the struct.
    let twice = broken.clone().claim("region", "mars").sign(&key);
    claim_invalid("region").assert(&app.get("/shown", &twice).await);
    app.clock.advance(std::time::Duration::from_secs(900));
    token_expired().assert(&app.get("/shown", &broken.sign(&key)).await);
}

#[tokio::test]
async fn token_that_breaks_a_rule_is_not_issued() {
    let (app, _) = served().await;
    for (name, broken) in [
        ("sub", User { sub: "alexandra".into(), ..user() }),
        ("region", User { region: "mars".into(), ..user() }),
        ("tier", User { tier: 1, ..user() }),
        ("level", User { level: 0, ..user() }),
        ("share", User { share: f64::NAN, ..user() }),
        ("seats", User { seats: Some(100), ..user() }),
        (NAME, User { name: "A".into(), ..user() }),
        ("tags", User { tags: vec![], ..user() }),
        ("homeTeam", User { home_team: Some(String::new()), ..user() }),
        ("scope", User { scope: Scopes::default(), ..user() }),
        ("even", User { even: 3, ..user() }),
        ("nick", User { nick: Some("a b".into()), ..user() }),
    ] {
        let error = Err(AuthError::NotIssued(IssueError::ClaimRefused(name)));
        assert_eq!(app.auth.login(&broken).await.map(drop), error);
        let issued = app.auth.issue_access(&broken, IssueOptions::new()).await;
        assert_eq!(issued.map(drop), error);
        let issued = app.auth.issue_refresh(&broken, IssueOptions::new()).await;
        assert_eq!(issued.map(drop), error);
    }
    assert_eq!(app.auth.sessions("alexandra").await.map(|sessions| sessions.len()), Ok(0));
}

/// The old token is still good: nothing was used up for a pair that could not be issued.
#[tokio::test]
async fn rotation_into_broken_claims_uses_nothing_up() {
    let (app, _) = served().await;
    let pair = app.auth.login(&user()).await.expect("a login");
    let reply = app.post("/raised", pair.refresh_token().as_str()).await.assert_status(200);
    let next = reply.text("refresh_token");
    for _ in 0..2 {
        token_not_issued().assert(&app.post("/raised", &next).await);
    }
    assert_eq!(app.auth.sessions("alice").await.map(|sessions| sessions.len()), Ok(2));
}

proptest! {
    #[test]
    fn rules_agree_with_a_naive_reading(
        level in any::<u8>(),
        tier in -20..20_i32,
        share in any::<f64>(),
        seats in any::<Option<u32>>(),
        name in "\\PC{0,6}",
        tags in prop::collection::vec("[a-z]", 0..5),
    ) {
        let expected = if !matches!(tier, -1 | 0 | 16) {
            Err("tier")
        } else if !(1..=10).contains(&level) {
            Err("level")
        } else if !matches!(share, -0.5..0.5) {
            Err("share")
        } else if matches!(seats, Some(100..)) {
            Err("seats")
        } else if name.chars().count() < 2 || name.chars().count() > 4 {
            Err(NAME)
        } else if tags.is_empty() || tags.len() > 2 {
            Err("tags")
        } else {
            Ok(())
        };
        let user = User { level, tier, share, seats, name, tags, ..user() };
        prop_assert_eq!(user.check_rules().map_err(RefusedClaim::name), expected);
    }
}
