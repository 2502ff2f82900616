//! The table side by side, and the page that shows it.

use std::fmt::Write;

use expect_test::expect_file;
use jwt_tests::client::Reply;
use serde_json::Value;

use super::held::{Held, answer};
use super::inputs::INPUTS;
use super::library::{Library, Site};
use super::ours::OurServer;
use super::reasons::{REASONS, Reason};

/// What one input is answered by a library, and by us under its profile.
struct Pair {
    input: &'static str,
    library: Library,
    theirs: Answer,
    ours: Answer,
}

/// A status and a text, as far as they are to be the same.
#[derive(Clone, Debug, PartialEq)]
struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    fn of(reply: &Reply) -> Self {
        // What it is let in for differs, and pages of errors are for browsers.
        let says = (400..500).contains(&reply.status);
        let body = serde_json::from_str(&reply.body).unwrap_or(Value::String(reply.body.clone()));
        Self { status: reply.status, body: if says { body } else { Value::Null } }
    }

    /// The sentence in the body.
    fn text(&self) -> String {
        let message = |name: &str| self.body.get(name).and_then(Value::as_str).map(str::to_owned);
        let in_list = || Some(self.body.get("messages")?.get(0)?.get("message")?.to_string());
        let text = in_list().or_else(|| ["detail", "msg", "message"].into_iter().find_map(message));
        text.unwrap_or_default().trim_matches('"').to_owned()
    }
}

/// What a row of the page says of a library.
#[derive(Clone, Copy, PartialEq)]
enum Likeness {
    Same,
    /// The status is the same.
    Text,
    Different,
}

impl Pair {
    fn likeness(&self) -> Likeness {
        match (self.theirs.status == self.ours.status, self.theirs.body == self.ours.body) {
            (true, true) => Likeness::Same,
            (true, false) => Likeness::Text,
            (false, _) => Likeness::Different,
        }
    }

    fn reasons(&self) -> impl Iterator<Item = &'static Reason> {
        REASONS.iter().filter(|reason| reason.is_for(self.library, self.input))
    }
}

async fn side_by_side(library: Library) -> Vec<Pair> {
    let python = library.start();
    let mut pairs = Vec::new();
    for site in [Site::Plain, Site::Cookies, Site::Audience] {
        if !library.sites().contains(&site) {
            continue;
        }
        let theirs = python.address(site.name());
        let server = OurServer::like(library, site).await;
        let held = Held::of(library, theirs, server.address).await;
        for input in INPUTS.iter().filter(|input| input.site == site && input.is_for(library)) {
            let draft = (input.make)(&held);
            let [theirs, ours] = [
                answer(&draft, theirs, input.path).await,
                answer(&draft, server.address, input.path).await,
            ];
            pairs.push(Pair {
                input: input.name,
                library,
                theirs: Answer::of(&theirs),
                ours: Answer::of(&ours),
            });
        }
    }
    pairs
}

#[tokio::test]
async fn every_difference_has_a_reason_and_every_reason_a_difference() {
    let mut pairs = Vec::new();
    for library in Library::ALL {
        pairs.extend(side_by_side(library).await);
    }
    let mut wrong = Vec::new();
    for pair in &pairs {
        let (letter, input) = (pair.library.letter(), pair.input);
        let count = pair.reasons().count();
        match pair.likeness() {
            Likeness::Same if count > 0 => wrong.push(format!("{letter} {input}: no difference")),
            Likeness::Text | Likeness::Different if count != 1 => wrong.push(format!(
                "{letter} {input}: {count} reasons for {} {:?} beside {} {:?}",
                pair.theirs.status,
                pair.theirs.text(),
                pair.ours.status,
                pair.ours.text()
            )),
            _ => {}
        }
        // Nothing that a client sends is our failure, whoever it imitates.
        assert!(pair.ours.status < 500, "{letter} {input}: {}", pair.ours.status);
    }
    for reason in REASONS {
        for (library, input) in reason.cases() {
            let is_there = pairs.iter().any(|pair| pair.library == library && pair.input == input);
            if !is_there {
                wrong.push(format!("{} {input}: a reason for no input", library.letter()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} to explain:\n{}", wrong.len(), wrong.join("\n"));
    expect_file!["../../../jwt-runtime/src/docs/compatibility.md"].assert_eq(&page(&pairs));
}

const INTRO: &str = "\
What the packages from PyPI answer, and what this library answers to the same bytes with their tokens
accepted ([`OlderTokens`](crate::OlderTokens)) and their refusals ([`RefusalForm`](crate::RefusalForm)).
Made by running them side by side: fastapi-jwt-auth 0.5.0 (F), flask-jwt-extended 4.7.4 (X),
AuthX 1.7.1 (A), djangorestframework-simplejwt 5.5.1 (S).

One number: status and body are the same. `401*`: the status is the same and the text is another.
`200→401`: theirs and ours. `–`: there is no such thing. Numbers in brackets name the reasons below the
table; a test fails for a difference without a reason, and for a reason without a difference.
";

fn page(pairs: &[Pair]) -> String {
    let count =
        |likeness: Likeness| pairs.iter().filter(|pair| pair.likeness() == likeness).count();
    let mut page = INTRO.to_owned();
    writeln!(
        page,
        "\nOf {} answers {} are the same, {} have another text, and {} another status.\n",
        pairs.len(),
        count(Likeness::Same),
        count(Likeness::Text),
        count(Likeness::Different)
    )
    .expect("a text");
    page += "| input | F | X | A | S | |\n|---|---|---|---|---|---|\n";
    for input in INPUTS {
        let of =
            |library| pairs.iter().find(|pair| pair.library == library && pair.input == input.name);
        let cells = Library::ALL.map(|library| of(library).map_or("–".to_owned(), cell));
        let mut numbers: Vec<usize> = Library::ALL
            .into_iter()
            .filter_map(of)
            .flat_map(Pair::reasons)
            .filter_map(|reason| REASONS.iter().position(|other| std::ptr::eq(other, reason)))
            .map(|position| position + 1)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let numbers: Vec<String> = numbers.iter().map(|number| format!("({number})")).collect();
        writeln!(page, "| {} | {} | {} |", input.name, cells.join(" | "), numbers.join(" "))
            .expect("a text");
    }
    page += "\n";
    for (position, reason) in REASONS.iter().enumerate() {
        writeln!(page, "{}. {}", position + 1, reason.text).expect("a text");
    }
    page
}

fn cell(pair: &Pair) -> String {
    let (theirs, ours) = (pair.theirs.status, pair.ours.status);
    match pair.likeness() {
        Likeness::Same => theirs.to_string(),
        Likeness::Text => format!("{theirs}\\*"),
        Likeness::Different => format!("{theirs}→{ours}"),
    }
}
