//! Asks what the table says, over HTTP.

use jwt_runtime::{TokenLocation, TokenType};
use jwt_tests::client::Reply;
use jwt_tests::draft::Draft;
use jwt_tests::places;
use serde_json::{Value, json};

use super::routes::Guard;
use super::sites::{Site, Sites};
use super::table::{Held, How, Outcome, Request, Row};

/// # Panics
///
/// If an answer is another one than the table says; every such answer is listed.
pub(super) async fn check(rows: Vec<Row>) {
    let mut sites = Sites::default();
    let mut failures = Vec::new();
    for row in &rows {
        for request in row.requests() {
            let site = sites.at(request.looks, row.variant).await;
            for path in row.guard.paths() {
                let failure = ask(row, request, site, path).await;
                let whence = format!("{} at {path} in {:?}", row.input, request.looks);
                failures.extend(failure.map(|failure| format!("{whence}: {failure}")));
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n\n{}", failures.len(), failures.join("\n\n"));
}

/// What is wrong with the answer, if something is.
async fn ask(row: &Row, request: Request, site: &Site, path: &str) -> Option<String> {
    let held = site.hold(row.kind).await;
    let draft = draft(row, request.how, &held);
    let Some(reply) = draft.send(&site.app, path).await else {
        return Some("no answer".to_owned());
    };
    let mismatch = match &row.outcome {
        Outcome::LetIn => welcomed(&reply, &draft, json!("alice")),
        Outcome::Anonymous => welcomed(&reply, &draft, Value::Null),
        Outcome::Refused(refusal) => refusal.mismatch(&reply),
        Outcome::OutOfScope => Some("nothing is expected".to_owned()),
    };
    mismatch.or_else(|| leak(&reply, &held)).or_else(|| referrer(&reply, request.how))
}

fn draft(row: &Row, how: How, held: &Held) -> Draft {
    let is_refresh = row.guard == Guard::Refresh;
    let wanted = if is_refresh { TokenType::Refresh } else { TokenType::Access };
    match how {
        How::Shape(shape) => shape(held),
        How::In(location) => places::put(places::draft(location), location, wanted, &held.token),
    }
}

/// Whether the handler ran, for this subject.
fn welcomed(reply: &Reply, draft: &Draft, subject: Value) -> Option<String> {
    let is_welcome = if draft.is_handshake() {
        let protocols = reply.headers_named("sec-websocket-protocol");
        reply.status == 101 && protocols.iter().all(|protocol| *protocol == "bearer")
    } else {
        let body = serde_json::from_str::<Value>(&reply.body).unwrap_or_default();
        reply.status == 200 && (body == json!({ "sub": subject }) || draft.method() == "HEAD")
    };
    (!is_welcome).then(|| format!("expected {subject}, got {reply:?}"))
}

/// No answer says a token or a CSRF token again.
fn leak(reply: &Reply, held: &Held) -> Option<String> {
    let answer = format!("{reply:?}");
    let secrets = [&held.token, &held.access, &held.refresh, &held.csrf, &held.other_csrf];
    // Garbage may be in any answer.
    let leaks = secrets.into_iter().any(|secret| secret.len() > 16 && answer.contains(secret));
    leaks.then(|| format!("a secret is in {answer}"))
}

/// A URL with a token in it is not for other sites.
fn referrer(reply: &Reply, how: How) -> Option<String> {
    let is_query = matches!(how, How::In(TokenLocation::Query));
    let is_kept = reply.headers_named("referrer-policy") == ["no-referrer"]
        && reply.headers_named("cache-control") == ["no-store"];
    (is_query && !is_kept).then(|| format!("a token in the query, and {reply:?}"))
}
