//! `sub` is a string on the wire and an id in the application.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jwt_runtime::{AuthError, Claims, IssueError, JwtAuth, jwt_required};
use jwt_tests::app::App;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::refusal::claim_invalid;
use jwt_tests::tokens::{Forgery, claims};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Id(u64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Service {
    Mailer,
    NightWatch,
}

/// Claims types that differ in the type of their subject only.
macro_rules! subjects {
    ($($name:ident $ty:ty;)*) => {
        $(#[derive(Claims, Clone, Debug)]
        struct $name {
            sub: $ty,
        })*

        mod handlers {
            use super::*;
            $(#[jwt_required]
            #[allow(non_snake_case)]
            pub(super) async fn $name(#[claims] user: super::$name) -> String {
                format!("{:?}", user.sub)
            })*
        }

        fn routes() -> Router<JwtAuth> {
            Router::new()$(.route(concat!("/", stringify!($name)), get(handlers::$name)))*
        }
    };
}

subjects! {
    Text String;
    Boxed Box<str>;
    Uid Uuid;
    Long u64;
    Wide u128;
    Signed i32;
    Byte u8;
    New Id;
    Named Service;
}

async fn shown<C: Claims>(app: &App, route: &str, user: &C) -> String {
    let pair = app.auth.login(user).await.expect("a login");
    let sub = claims(pair.access_token().as_str())["sub"].clone();
    assert!(sub.is_string(), "{sub}");
    let reply = app.get(route, pair.access_token().as_str()).await.assert_status(200);
    format!("{} {}", sub.as_str().unwrap_or_default(), reply.body)
}

#[tokio::test]
async fn subjects_go_round_as_strings() {
    let app = App::routed(routes()).await;
    let id = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);
    assert_eq!(
        shown(&app, "/Text", &Text { sub: "a\"\u{e9}".into() }).await,
        "a\"\u{e9} \"a\\\"\u{e9}\""
    );
    assert_eq!(shown(&app, "/Boxed", &Boxed { sub: "b".into() }).await, "b \"b\"");
    assert_eq!(shown(&app, "/Uid", &Uid { sub: id }).await, format!("{id} {id}"));
    let most = u64::MAX;
    assert_eq!(shown(&app, "/Long", &Long { sub: most }).await, format!("{most} {most}"));
    let most = u128::MAX;
    assert_eq!(shown(&app, "/Wide", &Wide { sub: most }).await, format!("{most} {most}"));
    assert_eq!(shown(&app, "/Signed", &Signed { sub: -7 }).await, "-7 -7");
    assert_eq!(shown(&app, "/New", &New { sub: Id(7) }).await, "7 Id(7)");
    let watch = Named { sub: Service::NightWatch };
    assert_eq!(shown(&app, "/Named", &watch).await, "night_watch NightWatch");
}

/// One subject has one spelling: "007" is not user 7.
#[tokio::test]
async fn subject_of_another_spelling_is_refused() {
    let app = App::routed(routes()).await;
    let key = ForgerKey::hmac("HS256", SECRET);
    let pair = app.login("7").await;
    for (route, refused) in [
        (
            "/Long",
            &[
                "",
                "x",
                "07",
                "+7",
                " 7",
                "7 ",
                "7.0",
                "7e0",
                "-7",
                "0x7",
                "18446744073709551616",
                "\u{ff17}",
            ][..],
        ),
        ("/Signed", &["-0", "007", "2147483648", "--1"]),
        ("/Byte", &["256", "-1", "07"]),
        ("/New", &["07", "Id(7)", "[7]"]),
        ("/Uid", &["x", "7"]),
        ("/Named", &["Mailer", "mailer ", "NIGHT_WATCH", "7"]),
    ] {
        for sub in refused {
            let token = Forgery::of(&pair.access).claim("sub", *sub).sign(&key);
            let reply = app.get(route, &token).await;
            if let Some(mismatch) = claim_invalid("sub").mismatch(&reply) {
                panic!("{sub:?} at {route}: {mismatch}");
            }
        }
    }
    assert_eq!(app.get("/Long", &pair.access).await.assert_status(200).body, "7");
}

#[derive(Claims)]
struct Marked {
    #[claim(sub)]
    user_id: u32,
    subject: String,
}

#[tokio::test]
async fn another_field_may_be_the_subject() {
    #[jwt_required]
    async fn marked(#[claims] user: Marked) -> String {
        format!("{} {}", user.user_id, user.subject)
    }
    let app = App::routed(Router::new().route("/marked", get(marked))).await;
    let user = Marked { user_id: 7, subject: "maths".into() };
    let pair = app.auth.login(&user).await.expect("a login");
    let written = claims(pair.access_token().as_str());
    assert_eq!((&written["sub"], &written["subject"]), (&json!("7"), &json!("maths")));
    assert!(!written.contains_key("user_id"));
    let reply = app.get("/marked", pair.access_token().as_str()).await.assert_status(200);
    assert_eq!(reply.body, "7 maths");
}

#[tokio::test]
async fn login_needs_a_subject() {
    let app = App::new().await;
    for (claims, error) in [
        (json!({}), IssueError::SubjectMissing),
        (json!({ "name": "x" }), IssueError::SubjectMissing),
        (json!({ "sub": "" }), IssueError::SubjectMissing),
        (json!({ "sub": null }), IssueError::SubjectInvalid),
        (json!({ "sub": true }), IssueError::SubjectInvalid),
        (json!({ "sub": 1.5 }), IssueError::SubjectInvalid),
        (json!({ "sub": ["x"] }), IssueError::SubjectInvalid),
        (json!({ "sub": { "id": 1 } }), IssueError::SubjectInvalid),
    ] {
        let Value::Object(map) = claims else { unreachable!("all of them are objects") };
        let refused = app.auth.login(&map).await.map(drop);
        assert_eq!(refused, Err(AuthError::NotIssued(error)), "{map:?}");
    }
    let Value::Object(number) = json!({ "sub": 42 }) else { unreachable!("an object") };
    let pair = app.auth.login(&number).await.expect("an integer is written as a string");
    assert_eq!(claims(pair.access_token().as_str())["sub"], "42");
}

/// Subjects are arbitrary: none of them is another's, in any store key or comparison.
#[tokio::test]
async fn strange_subjects_are_kept_apart() {
    #[jwt_required]
    async fn end_all(#[claims] user: Text, State(auth): State<JwtAuth>) -> Result<(), AuthError> {
        auth.logout_all(&user.sub).await
    }
    let app = App::routed(routes().route("/end-all", get(end_all))).await;
    let subjects =
        ["a", "a ", "A", "a:b", "a:*", "*", "a\0", "a\n", "{a}", "a}", "\u{e9}", "e\u{301}"];
    for (place, victim) in subjects.iter().enumerate() {
        let mut pairs = Vec::new();
        for subject in subjects {
            pairs.push(app.login(subject).await);
        }
        app.get("/end-all", &pairs[place].access).await.assert_status(200);
        for (other, pair) in pairs.iter().enumerate() {
            let status = app.get("/Text", &pair.access).await.status;
            assert_eq!(status, if other == place { 401 } else { 200 }, "{victim:?} {other}");
        }
    }
}
