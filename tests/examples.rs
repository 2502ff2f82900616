//! Every example runs, and answers as its header and the README say.
//!
//! The shell lines are taken out of the text as they stand and run by a shell; only the addresses
//! are replaced. A line `curl -i … # 401, token_reused` has to have that status and, if the comment
//! goes on with a code, that code in its answer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jwt_tests::example::Example;
use jwt_tests::folder::Folder;
use jwt_tests::redis::RedisServer;

const SECRET: (&str, &str) = ("JWT_SECRET_KEY", "tGq1vJm0Zr8Yw5Lx3Kc7Bn2Hf6Sd9Pa4");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines of all ```sh blocks of a text.
fn shell_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut in_shell = false;
    for line in text.lines() {
        let line = line.strip_prefix("//! ").unwrap_or(line).trim();
        match line {
            "```sh" => in_shell = true,
            "```" => in_shell = false,
            _ if in_shell && !line.is_empty() => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

/// What starts or prepares a server is the test's part; what talks to it is run.
fn is_for_a_client(line: &str) -> bool {
    let prepares = ["redis-server", "export ", "tests/run"];
    !line.contains("cargo run") && !prepares.iter().any(|start| line.starts_with(start))
}

/// Runs the client's lines of `text` and returns how many answers were checked.
fn walk(text: &str, servers: &[&str]) -> usize {
    let mut script = String::from(
        r#"set -eu
check() {
    status=$1; code=$2; shift 2
    answer=$("$@")
    case $answer in "HTTP/1.1 $status "*) ;; *) echo "not $status: $*"; echo "$answer"; exit 1 ;; esac
    case $answer in *"$code"*) ;; *) echo "no $code: $*"; echo "$answer"; exit 1 ;; esac
}
"#,
    );
    let mut checked = 0;
    for line in shell_lines(text).iter().filter(|line| is_for_a_client(line)) {
        let mut line = line.clone();
        for (index, server) in servers.iter().enumerate() {
            line = line.replace(&format!("localhost:300{index}"), server);
        }
        if let Some((command, comment)) = line.split_once("  # ")
            && command.starts_with("curl -i")
        {
            let mut words = comment.split([',', ' ', ':']).filter(|word| !word.is_empty());
            let status = words.next().expect("a status");
            let code = words.next().filter(|word| word.contains('_')).unwrap_or("");
            script +=
                &format!("check {status} '{code}' {}\n", command.replace("curl -i", "curl -s -i"));
            checked += 1;
        } else {
            script += &format!("{line}\n");
        }
    }
    let output = Command::new("sh").arg("-c").arg(&script).output().expect("a shell");
    assert!(
        output.status.success(),
        "{}{}\n{script}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    checked
}

#[test]
fn curl_is_there() {
    let found = Command::new("curl").arg("--version").output();
    assert!(found.is_ok(), "the walks of the examples need curl; install it, or use `tests/run`");
}

#[test]
fn quickstart_answers_as_its_header_says() {
    let server = Example::start("quickstart", &[]);
    let login = r#"
        ```sh
        PAIR=$(curl -s localhost:3000/login --json '{"username":"test","password":"test"}')
        ACCESS_TOKEN=$(curl -s localhost:3000/login --json '{"username":"test","password":"test"}' | sed -E 's/.*"access_token":"([^"]+)".*/\1/')
        REFRESH_TOKEN=$(curl -s localhost:3000/login --json '{"username":"test","password":"test"}' | sed -E 's/.*"refresh_token":"([^"]+)".*/\1/')
        ```
    "#;
    let header = read("examples/quickstart.rs");
    assert!(walk(&format!("{login}{header}"), &[server.address()]) >= 3);
}

#[test]
fn the_readme_walk_answers_as_it_says() {
    let server = Example::start("quickstart", &[SECRET]);
    assert_eq!(walk(&read("README.md"), &[server.address()]), 7);
}

#[test]
fn the_readme_walk_is_the_same_with_redis() {
    let redis = RedisServer::start();
    let server = Example::start("quickstart", &[SECRET, ("REDIS_URL", &redis.url())]);
    assert_eq!(walk(&read("README.md"), &[server.address()]), 7);
}

#[test]
fn custom_claims_answers_as_its_header_says() {
    let server = Example::start("custom_claims", &[]);
    assert_eq!(walk(&read("examples/custom_claims.rs"), &[server.address()]), 4);
}

#[test]
fn resource_authorization_answers_as_its_header_says() {
    let server = Example::start("resource_authorization", &[]);
    assert_eq!(walk(&read("examples/resource_authorization.rs"), &[server.address()]), 8);
}

#[test]
fn freshness_answers_as_its_header_says() {
    let server = Example::start("freshness", &[]);
    assert_eq!(walk(&read("examples/freshness.rs"), &[server.address()]), 4);
}

#[test]
fn refresh_rotation_answers_as_its_header_says() {
    let server = Example::start("refresh_rotation", &[]);
    assert_eq!(walk(&read("examples/refresh_rotation.rs"), &[server.address()]), 2);
}

#[test]
fn revocation_redis_answers_as_its_header_says() {
    let redis = RedisServer::start();
    let environment = [SECRET, ("REDIS_URL", &redis.url())];
    let first = Example::start("revocation_redis", &environment);
    let second = Example::start("revocation_redis", &environment);
    let header = read("examples/revocation_redis.rs");
    assert_eq!(walk(&header, &[first.address(), second.address()]), 6);
}

#[test]
fn asymmetric_keys_answers_as_its_header_says() {
    let server = Example::start("asymmetric_keys", &[]);
    assert_eq!(walk(&read("examples/asymmetric_keys.rs"), &[server.address()]), 3);
}

#[test]
fn browser_answers_as_its_header_says() {
    let folder = Folder::new();
    let database = format!("sqlite://{}?mode=rwc", folder.file("users.sqlite").display());
    let sessions = folder.file("sessions.redb").display().to_string();
    let environment = [SECRET, ("DATABASE_URL", &*database), ("JWT_STORE_PATH", &*sessions)];
    let server = Example::start("browser", &environment);
    assert_eq!(walk(&read("examples/browser/main.rs"), &[server.address()]), 14);
}

#[test]
fn browser_answers_the_same_with_redis() {
    let (redis, folder) = (RedisServer::start(), Folder::new());
    let database = format!("sqlite://{}?mode=rwc", folder.file("users.sqlite").display());
    let environment = [SECRET, ("DATABASE_URL", &*database), ("REDIS_URL", &redis.url())];
    let server = Example::start("browser", &environment);
    assert_eq!(walk(&read("examples/browser/main.rs"), &[server.address()]), 14);
}

#[test]
fn framework_jwt_answers_as_its_header_says() {
    let server = Example::start("framework_jwt", &[SECRET]);
    assert_eq!(walk(&read("examples/framework_jwt.rs"), &[server.address()]), 13);
}

#[test]
fn framework_jwt_answers_the_same_with_redis() {
    let redis = RedisServer::start();
    let server = Example::start("framework_jwt", &[SECRET, ("REDIS_URL", &redis.url())]);
    assert_eq!(walk(&read("examples/framework_jwt.rs"), &[server.address()]), 13);
}

#[test]
fn authjwt_basic_answers_as_its_header_says() {
    let environment = [("AUTHJWT_SECRET_KEY", SECRET.1), ("AUTHJWT_BLACKLIST_ENABLED", "true")];
    let server = Example::start("authjwt_basic", &environment);
    assert_eq!(walk(&read("examples/authjwt_basic.rs"), &[server.address()]), 19);
}

#[test]
fn authjwt_basic_answers_the_same_with_redis_and_a_file_of_settings() {
    let (redis, folder) = (RedisServer::start(), Folder::new());
    let file = folder.file(".env");
    // What is in the environment counts: with the file's algorithm the secret would be too short.
    let settings = format!("AUTHJWT_SECRET_KEY={}\nAUTHJWT_ALGORITHM=HS512\n", SECRET.1);
    fs::write(&file, settings).expect("a file of settings");
    let environment = [
        ("ENV_FILE", file.to_str().expect("a path")),
        ("AUTHJWT_ALGORITHM", "HS256"),
        ("REDIS_URL", &redis.url()),
    ];
    let server = Example::start("authjwt_basic", &environment);
    assert_eq!(walk(&read("examples/authjwt_basic.rs"), &[server.address()]), 19);
}

#[test]
fn one_time_refresh_answers_as_its_header_says() {
    let server = Example::start("one_time_refresh", &[SECRET]);
    assert_eq!(walk(&read("examples/one_time_refresh.rs"), &[server.address()]), 16);
}

#[test]
fn one_time_refresh_answers_the_same_with_redis() {
    let redis = RedisServer::start();
    let server = Example::start("one_time_refresh", &[SECRET, ("REDIS_URL", &redis.url())]);
    assert_eq!(walk(&read("examples/one_time_refresh.rs"), &[server.address()]), 16);
}

#[test]
fn fastjwt_protected_answers_as_its_header_says() {
    let server = Example::start("fastjwt_protected", &[("SECRET_KEY", SECRET.1)]);
    assert_eq!(walk(&read("examples/fastjwt_protected.rs"), &[server.address()]), 10);
}

#[test]
fn fastjwt_protected_answers_the_same_with_redis() {
    let redis = RedisServer::start();
    let environment = [("SECRET_KEY", SECRET.1), ("REDIS_URL", &redis.url())];
    let server = Example::start("fastjwt_protected", &environment);
    assert_eq!(walk(&read("examples/fastjwt_protected.rs"), &[server.address()]), 10);
}

#[test]
fn every_example_is_walked_and_short() {
    let tests = include_str!("examples.rs");
    for entry in fs::read_dir(root().join("examples")).expect("the examples") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
            assert!(tests.contains(&format!("Example::start(\"{name}\"")), "{name} is not walked");
            let lines = fs::read_to_string(&path).expect("an example").lines().count();
            assert!(lines <= 150, "{name} has {lines} lines");
        }
    }
}
