//! The requests: a table, after the one of what older libraries answer.

use jwt_tests::draft::Draft;
use jwt_tests::keys::{ForgerKey, OTHER_SECRET, SECRET};
use jwt_tests::tokens::{Forgery, b64, parts};
use serde_json::json;

use super::held::Held;
use super::library::{Library, Site};

/// One request.
pub struct Input {
    pub name: &'static str,
    pub site: Site,
    pub path: &'static str,
    pub make: fn(&Held) -> Draft,
}

impl Input {
    /// Whether a library's application has what this is about.
    pub fn is_for(&self, library: Library) -> bool {
        library.sites().contains(&self.site)
            && library.has(self.path)
            // Its access tokens cannot be revoked.
            && !(library == Library::SimpleJwt && self.name.starts_with("revoked"))
    }
}

/// Far in the future, and not so far that a lifetime is too long.
fn soon() -> u64 {
    now() + 3600
}

fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.expect("a time after 1970").as_secs()
}

fn header(value: impl Into<String>) -> Draft {
    Draft::get().header("Authorization", value)
}

fn bearer(token: impl AsRef<str>) -> Draft {
    Draft::get().bearer(token.as_ref())
}

fn access_cookie(draft: Draft, token: &str) -> Draft {
    draft.cookie("access_token_cookie", token)
}

macro_rules! inputs {
    ($($site:ident $path:literal { $($name:literal: |$held:pat_param| $draft:expr;)* })*) => {
        pub const INPUTS: &[Input] = &[$($(
            Input { name: $name, site: Site::$site, path: $path, make: |$held: &Held| $draft },
        )*)*];
    };
}

inputs! {
    Plain "/access" {
        "no header": |_| Draft::get();
        "empty header": |_| header("");
        "`Bearer` alone": |_| header("Bearer");
        "`Basic x`": |_| header("Basic x");
        "bare token, no scheme": |held| header(&held.access);
        "`bearer` in lower case": |held| header(format!("bearer {}", held.access));
        "three parts": |held| header(format!("Bearer {} x", held.access));
        "`Basic c, Bearer <token>`": |held| header(format!("Basic c, Bearer {}", held.access));
        "two headers": |held| bearer(&held.access).bearer(&held.access);
        "trailing comma": |held| header(format!("Bearer {},", held.access));
        "good token": |held| bearer(&held.access);
        "garbage": |_| bearer("garbage");
        "`a.b.c`": |_| bearer("a.b.c");
        "four segments": |held| bearer(format!("{}.x", held.access));
        "padding appended": |held| bearer(format!("{}=", held.access));
        "payload no JSON": |held| bearer(held.forged(|it| it.raw_payload("{")));
        "payload a list": |held| bearer(held.forged(|it| it.raw_payload("[]")));
        "header no JSON": |held| bearer(held.forged(|it| it.raw_header("{")));
        "a claim twice": |held| bearer(held.forged(|it| it.append("\"jti\":\"x\"")));
        "expired": |held| bearer(held.forged(|it| it.claim("exp", now() - 10)));
        "bad signature": |held| {
            bearer(Forgery::of(&held.access).sign(&ForgerKey::hmac("HS256", OTHER_SECRET)))
        };
        "alg none": |held| {
            let [_, payload, _] = parts(&held.access);
            bearer(format!("{}.{payload}.", b64(r#"{"alg":"none","typ":"JWT"}"#)))
        };
        "another HMAC": |held| {
            let forged = Forgery::of(&held.access).header("alg", "HS384");
            bearer(forged.sign(&ForgerKey::hmac("HS384", SECRET)))
        };
        "alg of another family": |held| bearer(held.forged(|it| it.header("alg", "RS256")));
        "no `typ`": |held| bearer(held.forged(|it| it.without_header("typ")));
        "`kid` present": |held| bearer(held.forged(|it| it.header("kid", "x")));
        "`crit` unknown": |held| bearer(held.forged(|it| it.header("crit", json!(["x"]))));
        "refresh token": |held| bearer(&held.refresh);
        "type missing": |held| bearer(held.forged(|it| it.without(held.kind())));
        "type unknown": |held| bearer(held.forged(|it| it.claim(held.kind(), "app")));
        "subject missing": |held| bearer(held.forged(|it| it.without(held.subject())));
        "subject a number": |held| bearer(held.forged(|it| it.claim(held.subject(), 1)));
        "subject empty": |held| bearer(held.forged(|it| it.claim(held.subject(), "")));
        "jti missing": |held| bearer(held.forged(|it| it.without("jti")));
        "exp missing": |held| bearer(held.forged(|it| it.without("exp")));
        "exp no number": |held| bearer(held.forged(|it| it.claim("exp", "soon")));
        "exp fractional": |held| bearer(held.forged(|it| it.claim("exp", soon() as f64 + 0.5)));
        "exp in a year": |held| bearer(held.forged(|it| it.claim("exp", now() + 31_536_000)));
        "iat missing": |held| bearer(held.forged(|it| it.without("iat")));
        "iat in the future": |held| bearer(held.forged(|it| it.claim("iat", soon())));
        "nbf in the future": |held| bearer(held.forged(|it| it.claim("nbf", soon())));
        "nbf no number": |held| bearer(held.forged(|it| it.claim("nbf", "soon")));
        "aud present, none configured": |held| {
            bearer(held.forged(|it| it.claim("aud", "orders")))
        };
        "iss present, none configured": |held| bearer(held.forged(|it| it.claim("iss", "x")));
        "revoked": |held| bearer(&held.revoked);
        "revoked, padding appended": |held| bearer(format!("{}=", held.revoked));
        "revoked and expired": |held| {
            bearer(held.signed(&held.revoked, |it| it.claim("exp", now() - 10)))
        };
        "revoked refresh token": |held| bearer(&held.revoked_refresh);
    }
    Plain "/fresh" {
        "not fresh": |held| bearer(&held.access);
        "fresh": |held| bearer(&held.fresh);
        "refresh token on a fresh route": |held| bearer(&held.refresh);
        "`fresh` missing": |held| bearer(held.forged(|it| it.without("fresh")));
        "`fresh` until a time": |held| {
            bearer(held.forged(|it| it.claim("fresh", soon() as f64 + 0.5)))
        };
        "`fresh` until a time that is over": |held| {
            bearer(held.forged(|it| it.claim("fresh", now() as f64 - 9.5)))
        };
        "revoked and not fresh": |held| bearer(&held.revoked);
    }
    Plain "/refresh-guard" {
        "access token on a refresh route": |held| bearer(&held.access);
        "refresh token on a refresh route": |held| bearer(&held.refresh);
        "no token on a refresh route": |_| Draft::get();
        "revoked refresh token on a refresh route": |held| bearer(&held.revoked_refresh);
        "revoked access token on a refresh route": |held| bearer(&held.revoked);
        "type missing on a refresh route": |held| {
            bearer(held.signed(&held.refresh, |it| it.without(held.kind())))
        };
    }
    Plain "/any" {
        "any type: access": |held| bearer(&held.access);
        "any type: refresh": |held| bearer(&held.refresh);
        "any type: unknown": |held| bearer(held.forged(|it| it.claim(held.kind(), "app")));
    }
    Plain "/optional" {
        "optional: none": |_| Draft::get();
        "optional: `Basic x`": |_| header("Basic x");
        "optional: `Bearer` alone": |_| header("Bearer");
        "optional: garbage": |_| bearer("garbage");
        "optional: good token": |held| bearer(&held.access);
        "optional: expired": |held| bearer(held.forged(|it| it.claim("exp", now() - 10)));
        "optional: refresh token": |held| bearer(&held.refresh);
        "revoked, on optional": |held| bearer(&held.revoked);
    }
    Audience "/access" {
        "aud and iss right": |held| bearer(&held.access);
        "aud missing": |held| bearer(held.forged(|it| it.without("aud")));
        "aud wrong": |held| bearer(held.forged(|it| it.claim("aud", "others")));
        "aud a list with it": |held| {
            bearer(held.forged(|it| it.claim("aud", json!(["others", "orders"]))))
        };
        "aud a number": |held| bearer(held.forged(|it| it.claim("aud", 1)));
        "iss missing": |held| bearer(held.forged(|it| it.without("iss")));
        "iss wrong": |held| bearer(held.forged(|it| it.claim("iss", "https://evil.example")));
        "iss longer": |held| {
            bearer(held.forged(|it| it.claim("iss", "https://auth.example.com.evil")))
        };
        "expired and aud wrong": |held| {
            bearer(held.forged(|it| it.claim("exp", now() - 10).claim("aud", "others")))
        };
    }
    Audience "/refresh-guard" {
        "refresh token with an issuer configured": |held| bearer(&held.refresh);
        "refresh token, iss wrong": |held| {
            bearer(held.signed(&held.refresh, |it| it.claim("iss", "https://evil.example")))
        };
        "refresh token, aud wrong": |held| {
            bearer(held.signed(&held.refresh, |it| it.claim("aud", "others")))
        };
    }
    Cookies "/access" {
        "cookie missing": |_| Draft::get();
        "cookie, GET": |held| access_cookie(Draft::get(), &held.access);
        "cookie, GET, wrong CSRF": |held| {
            access_cookie(Draft::get(), &held.access).header("X-CSRF-TOKEN", "wrong")
        };
        "cookie, POST, good CSRF": |held| {
            let csrf = Held::csrf(&held.access);
            access_cookie(Draft::post(), &held.access).header("X-CSRF-TOKEN", csrf)
        };
        "cookie, POST, no CSRF": |held| access_cookie(Draft::post(), &held.access);
        "cookie, POST, wrong CSRF": |held| {
            access_cookie(Draft::post(), &held.access).header("X-CSRF-TOKEN", "wrong")
        };
        "cookie, POST, no csrf claim": |held| {
            let forged = held.forged(|it| it.without("csrf"));
            access_cookie(Draft::post(), &forged).header("X-CSRF-TOKEN", "wrong")
        };
        "cookie expired": |held| {
            access_cookie(Draft::get(), &held.forged(|it| it.claim("exp", now() - 10)))
        };
        "cookie expired, no CSRF": |held| {
            access_cookie(Draft::post(), &held.forged(|it| it.claim("exp", now() - 10)))
        };
        "cookie expired, wrong CSRF": |held| {
            let forged = held.forged(|it| it.claim("exp", now() - 10));
            access_cookie(Draft::post(), &forged).header("X-CSRF-TOKEN", "wrong")
        };
        "cookie garbage": |_| access_cookie(Draft::get(), "garbage");
        "refresh token in the access cookie": |held| access_cookie(Draft::get(), &held.refresh);
        "refresh cookie alone": |held| Draft::get().cookie("refresh_token_cookie", &held.refresh);
        "bad header, good cookie": |held| access_cookie(bearer("garbage"), &held.access);
        "good header, good cookie": |held| access_cookie(bearer(&held.access), &held.access);
        "`Basic` header, good cookie": |held| access_cookie(header("Basic x"), &held.access);
        "header token, POST, no CSRF": |held| Draft::post().bearer(&held.access);
        "two access cookies": |held| {
            access_cookie(access_cookie(Draft::get(), &held.access), &held.access)
        };
        "revoked cookie": |held| access_cookie(Draft::get(), &held.revoked);
    }
    Cookies "/optional" {
        "optional: no cookie": |_| Draft::get();
        "optional: cookie, POST, no CSRF": |held| access_cookie(Draft::post(), &held.access);
        "optional: cookie, POST, wrong CSRF": |held| {
            access_cookie(Draft::post(), &held.access).header("X-CSRF-TOKEN", "wrong")
        };
        "optional: cookie garbage": |_| access_cookie(Draft::get(), "garbage");
    }
    Cookies "/refresh" {
        "refresh: no cookie": |_| Draft::post();
        "refresh: cookie, no CSRF": |held| {
            Draft::post().cookie("refresh_token_cookie", &held.refresh)
        };
        "refresh: cookie, CSRF of the access token": |held| {
            let csrf = Held::csrf(&held.access);
            Draft::post().cookie("refresh_token_cookie", &held.refresh).header("X-CSRF-TOKEN", csrf)
        };
        "refresh: access token in the cookie": |held| {
            let csrf = Held::csrf(&held.access);
            Draft::post().cookie("refresh_token_cookie", &held.access).header("X-CSRF-TOKEN", csrf)
        };
        "refresh: cookie, good CSRF": |held| {
            let csrf = Held::csrf(&held.refresh);
            Draft::post().cookie("refresh_token_cookie", &held.refresh).header("X-CSRF-TOKEN", csrf)
        };
        "refresh: the same again": |held| {
            let csrf = Held::csrf(&held.refresh);
            Draft::post().cookie("refresh_token_cookie", &held.refresh).header("X-CSRF-TOKEN", csrf)
        };
    }
}
