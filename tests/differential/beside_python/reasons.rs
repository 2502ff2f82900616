//! Why an answer is not the same.

use super::library::Library;

/// A reason, and the answers that it is for.
pub struct Reason {
    pub text: &'static str,
    inputs: &'static [(&'static [Library], &'static [&'static str])],
}

impl Reason {
    pub fn is_for(&self, library: Library, input: &str) -> bool {
        self.cases().any(|case| case == (library, input))
    }

    /// Each library with each input.
    pub fn cases(&self) -> impl Iterator<Item = (Library, &'static str)> {
        let pairs = |(libraries, inputs): &(&'static [Library], &'static [&'static str])| {
            let (libraries, inputs) = (*libraries, *inputs);
            libraries.iter().flat_map(move |library| inputs.iter().map(|input| (*library, *input)))
        };
        self.inputs.iter().flat_map(pairs)
    }
}

const F: Library = Library::FastapiJwtAuth;
const X: Library = Library::FlaskJwtExtended;
const A: Library = Library::AuthX;
const S: Library = Library::SimpleJwt;

pub static REASONS: &[Reason] = &[
    Reason {
        text: "The name of a scheme has no case (RFC 9110 §11.1).",
        inputs: &[(&[F, X, A, S], &["`bearer` in lower case"])],
    },
    Reason {
        text: "A header with another scheme, or with none, holds no bearer token: the token is missing, \
            and the header is somebody else's. AuthX takes a token without a scheme.",
        inputs: &[
            (&[F, A], &["`Basic x`", "bare token, no scheme", "`Basic c, Bearer <token>`"]),
            (&[F], &["optional: `Basic x`"]),
            (&[X], &["`Basic x`", "bare token, no scheme"]),
            (&[F, A], &["`Basic` header, good cookie"]),
            (&[A], &["empty header"]),
        ],
    },
    Reason {
        text: "One header holds one set of credentials, and a request one such header (RFC 9110 §11.6.2, \
            RFC 6750 §2).",
        inputs: &[
            (&[X], &["`Basic c, Bearer <token>`"]),
            (&[F, X, A], &["two headers"]),
            (&[F, X, S], &["trailing comma"]),
        ],
    },
    Reason {
        text: "A request has one token: two of them, the same or not, are malformed wherever they are, and \
            no order decides.",
        inputs: &[
            (&[F, X, A], &["good header, good cookie", "two access cookies"]),
            (&[F, X], &["bad header, good cookie"]),
        ],
    },
    Reason {
        text: "A token has one spelling: base64url without padding (RFC 7515 §2). AuthX, which looks for \
            revoked tokens by their spelling, accepts a revoked one with another.",
        inputs: &[
            (&[F, X, A, S], &["padding appended"]),
            (&[F, X, A], &["revoked, padding appended"]),
        ],
    },
    Reason {
        text: "The text is the one of a decoder in Python, about what it has come across first.",
        inputs: &[
            (
                &[F, X],
                &[
                    "`a.b.c`",
                    "four segments",
                    "payload no JSON",
                    "payload a list",
                    "header no JSON",
                ],
            ),
            (&[X], &["alg none", "`crit` unknown", "iat in the future"]),
        ],
    },
    Reason {
        text: "A client is not told whether a claim is missing or is another one.",
        inputs: &[
            (&[F, X, A], &["aud missing", "iss missing"]),
            (&[F, X], &["aud a number"]),
            (&[S], &["exp no number"]),
        ],
    },
    Reason {
        text: "A claim that stands twice can be read in two ways (RFC 8725 §2.4).",
        inputs: &[(&[F, X, A, S], &["a claim twice"])],
    },
    Reason {
        text: "Their application fails with 500 there, at what a client can send.",
        inputs: &[
            (
                &[F],
                &[
                    "alg none",
                    "alg of another family",
                    "type missing",
                    "subject missing",
                    "jti missing",
                    "`fresh` missing",
                    "type missing on a refresh route",
                ],
            ),
            (&[S], &["subject empty"]),
        ],
    },
    Reason {
        text: "`typ` is `JWT` in every token that the library writes, and says what is not one of ours; a \
            token without it is from elsewhere (RFC 8725 §3.11).",
        inputs: &[(&[F, X, A, S], &["no `typ`"])],
    },
    Reason {
        text: "A `kid` names a key, and there is none of that name.",
        inputs: &[(&[F, X, A, S], &["`kid` present"])],
    },
    Reason {
        text: "What is critical and not understood is refused (RFC 7515 §4.1.11).",
        inputs: &[(&[F], &["`crit` unknown"])],
    },
    Reason {
        text: "A token says whether it is for access or for refresh, in a word that is known; one without \
            that word is refused.",
        inputs: &[
            (&[F, X, A, S], &["type unknown"]),
            (&[X, A], &["type missing", "type missing on a refresh route", "any type: unknown"]),
        ],
    },
    Reason {
        text: "A token has an id, by which it can be revoked.",
        inputs: &[(&[X, A], &["jti missing"])],
    },
    Reason {
        text: "A token has an end (RFC 8725 §3.10); and an older one says when it was made, and was not \
            made for longer than the longest lifetime that was set.",
        inputs: &[
            (&[F, X, A], &["exp missing"]),
            (&[F, X, A, S], &["exp in a year", "iat missing"]),
        ],
    },
    Reason { text: "An empty subject is nobody.", inputs: &[(&[F, X, A], &["subject empty"])] },
    Reason {
        text: "Releases before PyJWT 2.10 have issued, and accepted, numbers as subjects; there are clients \
            with such tokens.",
        inputs: &[(&[X], &["subject a number"])],
    },
    Reason {
        text: "A token from the future is not yet valid, whichever claim says so.",
        inputs: &[(&[F], &["iat in the future"])],
    },
    Reason {
        text: "A token with an audience is for somebody, and not for whoever has no name (RFC 7519 §4.1.3).",
        inputs: &[(&[X, S], &["aud present, none configured"])],
    },
    Reason {
        text: "The issuer is asked of refresh tokens too, where they have one.",
        inputs: &[(&[F], &["refresh token, iss wrong"])],
    },
    Reason {
        text: "The store is asked last, and only about a token that everything else accepts: what else is \
            wrong is said first.",
        inputs: &[(
            &[F, A],
            &[
                "revoked refresh token",
                "revoked and not fresh",
                "revoked access token on a refresh route",
            ],
        )],
    },
    Reason {
        text: "`fresh` may be a time, as flask-jwt-extended writes it, and is over when that is.",
        inputs: &[
            (&[F, A], &["`fresh` until a time that is over"]),
            (&[A], &["`fresh` until a time"]),
        ],
    },
    Reason {
        text: "The text names every place that was looked at, which ours does not.",
        inputs: &[(&[F, X], &["cookie missing", "refresh cookie alone", "refresh: no cookie"])],
    },
    Reason {
        text: "A token is verified before anybody asks who has sent it: that it has expired is said first, \
            before what else is wrong with it.",
        inputs: &[
            (&[F, X, A], &["cookie expired, no CSRF"]),
            (&[X], &["cookie expired, wrong CSRF", "expired and aud wrong"]),
        ],
    },
    Reason {
        text: "A refresh token works once (RFC 9700 §4.14.2).",
        inputs: &[(&[F, X, A], &["refresh: the same again"])],
    },
];
