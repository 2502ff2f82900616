//! The page of the documentation that is made of the table.
//!
//! After a change on purpose: `UPDATE_EXPECT=1 cargo test -p jwt-tests --test http parity::page`,
//! and read the difference.

use std::fmt::Write;

use expect_test::expect_file;
use jwt_runtime::TokenLocation;

use super::table::{Asked, Held, How, Outcome, Row};
use super::{
    claims, cookie, csrf, csrf_options, form, header, json, locations, optional, order, origin,
    query, token, websocket, websocket_cookie,
};

/// What stands above the tables.
const INTRO: &str = "\
The systems: **F** is fastapi-jwt-auth 0.5.0 with the handler that its documentation shows, **X**
flask-jwt-extended 4.7.4, **A** authx 1.7.1, **S** djangorestframework-simplejwt 5.5.1, and **T**, in
a note, fastapi-framework 1.5.5. Their statuses are what they answered on a server of their own, or
what their tests and sources say; `–` stands where they have no such thing, or where nobody has asked.
*open* is a WebSocket that was opened, *text* one that was opened and told its refusal in a message,
and *1008* one that was closed with this code.

*Ours* is the status and the stable `code` of the body; every refusal is the same JSON, with the
challenge of RFC 6750 where there is one. Unless an input says otherwise the route wants an access
token. A token in several locations was sent in each of them, to a server that looks there alone and
to one that looks everywhere. A WebSocket that is let in gets 101 in place of 200.

Where the answers differ, one rule is behind most of it: a credential that is missing or bad is 401,
a request that is malformed 400, one that is understood and forbidden 403, a server that cannot know
503, and nothing that a client sends is a 500.
";

/// One table of the page.
struct Section {
    title: &'static str,
    rows: Vec<Row>,
}

fn sections() -> Vec<Section> {
    let section = |title, rows| Section { title, rows };
    vec![
        section("The header", header::rows()),
        section("Tokens", token::rows()),
        section("Claims", claims::rows()),
        section("Optional routes", optional::rows()),
        section("Cookies", cookie::rows()),
        section("Forged requests", csrf::rows()),
        section("Forged requests: the origin", origin::rows()),
        section("Forged requests: options", csrf_options::rows()),
        section("Several locations", locations::rows()),
        section("The query", query::rows()),
        section("JSON", json::rows()),
        section("Forms", form::rows()),
        section("WebSockets", websocket::rows()),
        section("WebSockets with cookies", websocket_cookie::rows()),
        section("The order of checks", order::rows()),
    ]
}

fn page(sections: &[Section]) -> String {
    let rows = || sections.iter().flat_map(|section| &section.rows);
    let requests: usize = rows().map(|row| row.requests().len() * row.guard.paths().len()).sum();
    let inputs = rows().count();
    let mut page = format!(
        "{inputs} inputs, asked in {requests} requests over HTTP, and what older libraries \
         answer.\n\n{INTRO}"
    );
    for Section { title, rows } in sections {
        let head = "| input | location | ours | F | X | A | S | why it differs |";
        write!(page, "\n# {title}\n\n{head}\n|---|---|---|---|---|---|---|---|\n")
            .expect("a string");
        for row in rows {
            writeln!(page, "{}", line(row)).expect("a string");
        }
    }
    page
}

fn line(row: &Row) -> String {
    let input = format!("{}{}", row.input, row.guard.as_page_has_it()).replace('|', "\\|");
    let [f, x, a, s] = row.older;
    let note = row.note.replace('|', "\\|");
    format!("| {input} | {} | {} | {f} | {x} | {a} | {s} | {note} |", places(row), ours(row))
}

/// Where the token was, or where the server looked.
fn places(row: &Row) -> String {
    match row.locations() {
        [] => "–".to_owned(),
        locations if *locations == TokenLocation::ALL => "every".to_owned(),
        locations => locations.iter().map(|place| place.as_str()).collect::<Vec<_>>().join(", "),
    }
}

fn ours(row: &Row) -> String {
    match &row.outcome {
        Outcome::LetIn => status(row).to_string(),
        Outcome::Anonymous => format!("{}, anonymous", status(row)),
        Outcome::Refused(refusal) => format!("{} `{}`", refusal.status, refusal.code),
        Outcome::OutOfScope => "–".to_owned(),
    }
}

/// What lets somebody in is told by the first request: the others of a row are of its kind.
fn status(row: &Row) -> u16 {
    match (&row.asked, row.requests().first().map(|request| request.how)) {
        (Asked::Shaped(..), Some(How::Shape(shape))) if shape(&Held::nobody()).is_handshake() => {
            101
        }
        _ => 200,
    }
}

#[test]
fn page_is_made_of_the_table() {
    let sections = sections();
    let count: usize = sections.iter().map(|section| section.rows.len()).sum();
    assert!(count >= 270, "only {count} rows were found");
    expect_file!["../../../jwt-runtime/src/docs/http_matrix.md"].assert_eq(&page(&sections));
}

/// A row that differs says why, and a row that is asked says what comes back.
#[test]
fn every_difference_has_its_reason() {
    for row in sections().into_iter().flat_map(|section| section.rows) {
        let ours = match &row.outcome {
            Outcome::LetIn | Outcome::Anonymous => status(&row).to_string(),
            Outcome::Refused(refusal) => refusal.status.to_string(),
            Outcome::OutOfScope => String::new(),
        };
        let is_ours = |older: &str| older == ours || (older == "open" && ours == "101");
        let differs = row.older.iter().any(|older| *older != "–" && !is_ours(older));
        let is_alone = row.older == ["–"; 4];
        let has_reason = !row.note.is_empty();
        assert!(has_reason || !(differs || is_alone), "no reason at {}", row.input);
        let is_asked = !row.requests().is_empty();
        assert_eq!(is_asked, !matches!(row.outcome, Outcome::OutOfScope), "{}", row.input);
    }
}
