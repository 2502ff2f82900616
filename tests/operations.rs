//! The recipes on the page `operations` do what they say, run by a real shell on a real Redis.

use std::path::Path;
use std::process::Command;

use jwt_runtime::testing::ManualClock;
use jwt_runtime::{Claims, JwtAuth, LoginOptions, NumericDate, OlderTokens, RedisStore};
use jwt_tests::folder::Folder;
use jwt_tests::keys::{ForgerKey, SECRET};
use jwt_tests::redis::RedisServer;
use jwt_tests::tokens::b64;

const PAGE: &str = include_str!("../jwt-runtime/src/docs/operations.md");

/// The session that the page shows, in place of which there is a real one here.
const SHOWN_SESSION: &str = "0198c4a5-7d5a-7c3e-9a41-4f1d1d0f6b7a";

#[derive(Claims)]
struct User {
    sub: String,
}

/// The command under the comment that begins so.
fn recipe(comment: &str) -> &'static str {
    let mut lines = PAGE.lines().skip_while(|line| !line.starts_with(&format!("# {comment}")));
    let recipe = lines.nth(1).unwrap_or_else(|| panic!("no recipe to {comment}"));
    assert!(recipe.starts_with("redis-cli "), "{recipe}");
    recipe
}

/// Runs a recipe with a `redis-cli` that knows the port.
fn run(folder: &Folder, recipe: &str) -> String {
    let path = std::env::var("PATH").expect("a search path");
    let output = Command::new("sh")
        .args(["-euc", recipe])
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .output()
        .expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{recipe}: {text}{errors}");
    text
}

fn write_shim(folder: &Path, server: &RedisServer) {
    use std::os::unix::fs::PermissionsExt;

    let real = Command::new("sh").args(["-c", "command -v redis-cli"]).output().expect("a shell");
    let real = String::from_utf8_lossy(&real.stdout);
    let port = server.address().rsplit_once(':').expect("host and port").1.to_owned();
    let shim = folder.join("redis-cli");
    let script = format!("#!/bin/sh\nexec {} -e -p {port} \"$@\"\n", real.trim());
    std::fs::write(&shim, script).expect("a script");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&shim, executable).expect("a script that runs");
}

#[tokio::test]
async fn recipes_do_what_they_say() {
    let server = RedisServer::start();
    let folder = Folder::new();
    write_shim(folder.path(), &server);
    let auth = JwtAuth::builder()
        .secret([7, 1].repeat(16))
        .store(RedisStore::connect(&server.url()).await.unwrap())
        .clock(ManualClock::at(NumericDate::from_secs(1_800_000_000)))
        .build()
        .unwrap();
    let login = async |subject: &str| {
        let user = User { sub: subject.to_owned() };
        let options = LoginOptions::new().label("phone");
        let pair = auth.login_with(&user, options).await.unwrap();
        pair.access_token().session_id().to_owned()
    };
    let living = async |subject: &str| auth.sessions(subject).await.unwrap().len();
    let first = login("alice").await;
    let second = login("alice").await;
    login("bob").await;

    let scanned = run(&folder, recipe("who is logged in"));
    let subjects = scanned.lines().filter(|key| !key.ends_with(":epoch"));
    let mut subjects: Vec<&str> = subjects.collect();
    subjects.sort_unstable();
    assert_eq!(subjects, ["jwt:{alice}", "jwt:{bob}"]);

    let shown = run(&folder, recipe("alice's sessions"));
    for id in [&first, &second] {
        assert!(shown.contains(&format!("session:{id}")), "{shown}");
    }

    run(&folder, &recipe("end one session").replace(SHOWN_SESSION, &first));
    assert_eq!((living("alice").await, living("bob").await), (1, 1));

    run(&folder, recipe("end all sessions of alice"));
    assert_eq!((living("alice").await, living("bob").await), (0, 1));

    login("alice").await;
    run(&folder, recipe("end every session"));
    assert_eq!((living("alice").await, living("bob").await), (0, 0));
}

/// What is remembered of older tokens stands under the keys that the page shows, and goes by itself.
#[tokio::test]
async fn keys_of_older_tokens_are_those_of_the_page() {
    let server = RedisServer::start();
    let auth = JwtAuth::builder()
        .secret(SECRET)
        .store(RedisStore::connect(&server.url()).await.unwrap())
        .accept_older(OlderTokens::flask_jwt_extended())
        .clock(ManualClock::at(NumericDate::from_secs(1_800_000_000)))
        .build()
        .unwrap();
    let payload = r#"{"type":"access","sub":"alice","jti":"1","iat":1800000000,"exp":1800000060}"#;
    let input = format!("{}.{}", b64(r#"{"alg":"HS256","typ":"JWT"}"#), b64(payload));
    let older = format!("{input}.{}", ForgerKey::hmac("HS256", SECRET).sign(input.as_bytes()));
    let token = auth.verify_access::<User>(&older).await.unwrap();
    auth.logout(&token).await.unwrap();
    auth.logout_all("alice").await.unwrap();
    let [of_one, of_alice, of_all] = [
        "jwt:{%00older%20access%20token%201%201%20alice}",
        "jwt:{%00older%20tokens%20of%20alice}",
        "jwt:{%00older%20tokens}",
    ];
    let remembered = || -> Vec<String> {
        let mut keys = server.keys();
        keys.retain(|key| key.contains("%00older") && !key.ends_with(":epoch"));
        keys.sort_unstable();
        keys
    };
    assert_eq!(remembered(), [of_one, of_alice]);
    auth.logout_everyone().await.unwrap();
    assert!(remembered().iter().any(|key| key == of_all), "{:?}", server.keys());
    for key in [of_one, of_alice, of_all] {
        assert!(PAGE.contains(&format!("`{key}`")), "{key}");
    }
    for key in remembered() {
        let seconds: i64 = server.cli(&["TTL", &key]).parse().unwrap();
        assert!(seconds > 0, "{key} lives for {seconds} s");
    }
}

/// Every variable that is counted is on the page, and the page names no other.
#[test]
fn every_counter_is_on_the_page() {
    let source = include_str!("../jwt-runtime/src/meter.rs");
    let counted: Vec<&str> =
        source.split('"').skip(1).step_by(2).filter(|text| text.starts_with("jwt_")).collect();
    assert!(counted.len() >= 8, "{counted:?}");
    for name in &counted {
        assert!(PAGE.contains(&format!("| `{name}` |")), "{name}");
    }
    for row in PAGE.lines().filter(|line| line.starts_with("| `jwt_")) {
        assert!(counted.iter().any(|name| row.contains(&format!("`{name}`"))), "{row}");
    }
}
