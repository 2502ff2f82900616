//! What a row of the table is.

use std::slice;

use jwt_runtime::TokenLocation;
use jwt_tests::draft::Draft;
use jwt_tests::refusal::Refusal;

use super::kinds::Kind;
use super::routes::Guard;
use super::sites::Variant;

/// What a row holds of the token that it is about, and of the login behind it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// The token of the row's kind.
    pub(super) token: String,
    /// A good access token of the same login.
    pub(super) access: String,
    /// The good refresh token of the same login.
    pub(super) refresh: String,
    /// The value that a page of the application sends along; empty without cookies.
    pub(super) csrf: String,
    /// The one of another login.
    pub(super) other_csrf: String,
}

impl Held {
    /// For requests that are not sent.
    pub(super) fn nobody() -> Self {
        let text = || "x".repeat(32);
        Self { token: text(), access: text(), refresh: text(), csrf: text(), other_csrf: text() }
    }
}

/// Puts a request together.
pub(super) type Shape = fn(&Held) -> Draft;

/// How often, and how, the row is asked.
#[derive(Clone)]
pub(super) enum Asked {
    /// The token in each of these locations, as it should be: on a server that looks there alone,
    /// and on one that looks everywhere.
    In(&'static [TokenLocation]),
    /// Requests of these shapes, on a server that looks in these locations.
    Shaped(&'static [TokenLocation], Vec<Shape>),
    /// Nothing that this library does.
    Never,
}

/// What has to come back.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// The handler ran for the token's subject.
    LetIn,
    /// The handler ran for nobody.
    Anonymous,
    Refused(Refusal),
    OutOfScope,
}

/// One input, what is answered to it, and what others answer.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) input: &'static str,
    pub(super) guard: Guard,
    pub(super) kind: Kind,
    pub(super) variant: Variant,
    pub(super) asked: Asked,
    pub(super) outcome: Outcome,
    /// The statuses of F, X, A and S.
    pub(super) older: [&'static str; 4],
    /// In one sentence, where and why the answer is another one.
    pub(super) note: &'static str,
}

/// A row for this input: a good token at a guard for access tokens, until it is told otherwise.
pub(super) fn row(input: &'static str) -> Row {
    Row {
        input,
        guard: Guard::Access,
        kind: Kind::Good,
        variant: Variant::Plain,
        asked: Asked::Never,
        outcome: Outcome::OutOfScope,
        older: ["–"; 4],
        note: "",
    }
}

impl Row {
    pub(super) fn at(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    pub(super) fn token(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn configured(self, variant: Variant) -> Self {
        Self { variant, ..self }
    }

    pub(super) fn in_each(self, locations: &'static [TokenLocation]) -> Self {
        Self { asked: Asked::In(locations), ..self }
    }

    pub(super) fn sent(self, locations: &'static [TokenLocation], shape: Shape) -> Self {
        self.sent_each(locations, [shape])
    }

    /// Several spellings of one input.
    pub(super) fn sent_each<const N: usize>(
        self,
        locations: &'static [TokenLocation],
        shapes: [Shape; N],
    ) -> Self {
        Self { asked: Asked::Shaped(locations, shapes.to_vec()), ..self }
    }

    pub(super) fn let_in(self) -> Self {
        Self { outcome: Outcome::LetIn, ..self }
    }

    pub(super) fn anonymous(self) -> Self {
        Self { outcome: Outcome::Anonymous, ..self }
    }

    pub(super) fn refused(self, refusal: Refusal) -> Self {
        Self { outcome: Outcome::Refused(refusal), ..self }
    }

    pub(super) fn older(
        self,
        f: &'static str,
        x: &'static str,
        a: &'static str,
        s: &'static str,
    ) -> Self {
        Self { older: [f, x, a, s], ..self }
    }

    pub(super) fn because(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    /// The locations of the page.
    pub(super) fn locations(&self) -> &'static [TokenLocation] {
        match self.asked {
            Asked::In(locations) | Asked::Shaped(locations, _) => locations,
            Asked::Never => &[],
        }
    }

    /// Every request of the row, before it is known for which path it is.
    pub(super) fn requests(&self) -> Vec<Request> {
        let brought = |location: &'static TokenLocation| {
            let request = Request { looks: slice::from_ref(location), how: How::In(*location) };
            [request, Request { looks: &TokenLocation::ALL, ..request }]
        };
        match &self.asked {
            Asked::In(locations) => locations.iter().flat_map(brought).collect(),
            Asked::Shaped(locations, shapes) => {
                let request = |shape: &Shape| Request { looks: locations, how: How::Shape(*shape) };
                shapes.iter().map(request).collect()
            }
            Asked::Never => Vec::new(),
        }
    }
}

/// One request, and where the server looks that gets it.
#[derive(Clone, Copy)]
pub(super) struct Request {
    pub(super) looks: &'static [TokenLocation],
    pub(super) how: How,
}

/// How the token comes along.
#[derive(Clone, Copy)]
pub(super) enum How {
    In(TokenLocation),
    Shape(Shape),
}
