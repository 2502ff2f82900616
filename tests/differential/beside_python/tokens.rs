//! Tokens that the packages have issued, presented to a server of ours.

use jwt_tests::draft::Draft;
use jwt_tests::tokens::claims;
use serde_json::{Value, json};

use super::held::{answer, login};
use super::library::{Library, Site};
use super::ours::OurServer;

async fn status(server: &OurServer, path: &str, token: &str) -> u16 {
    let draft = match path {
        "/refresh" | "/logout" => Draft::post(),
        _ => Draft::get(),
    };
    answer(&draft.bearer(token), server.address, path).await.status
}

/// The whole life of a client in the field: its tokens work, its refresh token buys a session once,
/// and its logout counts.
async fn tokens_are_accepted_under_their_profile(library: Library) {
    let python = library.start();
    for site in library.sites() {
        let theirs = python.address(site.name());
        let claims_there = json!({ "team": "red", "numbers": [1, 2] });
        let body = json!({ "username": "alice", "claims": claims_there });
        let [access, refresh] = login(theirs, &body).await;
        let what = format!("{library:?} at {site:?}");

        let server = OurServer::like(library, *site).await;
        assert_eq!(status(&server, "/access", &access).await, 200, "{what}");
        assert_ne!(status(&server, "/access", &refresh).await, 200, "{what}");
        assert_eq!(status(&server, "/refresh-guard", &refresh).await, 200, "{what}");
        assert_ne!(status(&server, "/refresh-guard", &access).await, 200, "{what}");

        let seen = answer(&Draft::get().bearer(&access), server.address, "/whoami").await;
        let seen = seen.assert_status(200).json();
        let issued = claims(&access);
        let subject = issued[library.subject()].as_str().expect("a text");
        assert_eq!(seen["registered"]["sub"], subject, "{what}");
        assert_eq!(seen["registered"]["jti"], issued["jti"], "{what}");
        let seconds = issued["exp"].as_f64().expect("a date").floor();
        assert_eq!(seen["registered"]["exp"].as_f64(), Some(seconds), "{what}");
        for (name, value) in claims_there.as_object().expect("an object") {
            assert_eq!(&seen["claims"][name], value, "{what}");
        }

        // One session for one refresh token.
        let bearer = Draft::post().bearer(&refresh);
        let pair = answer(&bearer, server.address, "/refresh").await.assert_status(200);
        let [next_access, next_refresh] =
            ["access_token", "refresh_token"].map(|name| pair.text(name));
        assert_eq!(claims(&next_access)["sub"], subject, "{what}");
        assert_eq!(claims(&next_access)["team"], "red", "{what}");
        assert_eq!(status(&server, "/access", &next_access).await, 200, "{what}");
        assert_eq!(status(&server, "/refresh", &refresh).await, 401, "{what}: used twice");
        assert_eq!(status(&server, "/access", &next_access).await, 401, "{what}: ended");
        assert_eq!(status(&server, "/refresh", &next_refresh).await, 401, "{what}: ended");

        // Its logout counts, here.
        assert_eq!(status(&server, "/logout", &access).await, 200, "{what}");
        assert_eq!(status(&server, "/access", &access).await, 401, "{what}: logged out");
    }
}

/// Without the profile, and with another server's key, they are nothing.
async fn tokens_are_refused_without_their_profile(library: Library) {
    let python = library.start();
    for site in library.sites() {
        let server = OurServer::plain(*site).await;
        let theirs = python.address(site.name());
        let [access, refresh] = login(theirs, &json!({ "username": "alice" })).await;
        for (path, token) in [
            ("/access", &access),
            ("/optional", &access),
            ("/any", &refresh),
            ("/refresh-guard", &refresh),
            ("/refresh", &refresh),
        ] {
            let draft = if path == "/refresh" { Draft::post() } else { Draft::get() };
            let reply = answer(&draft.bearer(token), server.address, path).await;
            let reply = reply.assert_status(401).json();
            assert_eq!(reply["code"], "token_invalid", "{library:?} at {site:?}, {path}");
        }
    }
}

/// Under the profile of another library they are read under its names, which they do not have.
#[tokio::test]
async fn tokens_of_simplejwt_need_their_own_profile() {
    let python = Library::SimpleJwt.start();
    let theirs = python.address(Site::Plain.name());
    let [access, _] = login(theirs, &json!({ "username": "alice" })).await;
    for library in [Library::FlaskJwtExtended, Library::FastapiJwtAuth, Library::AuthX] {
        let server = OurServer::like(library, Site::Plain).await;
        let status = status(&server, "/access", &access).await;
        assert!(matches!(status, 401 | 422), "{library:?}: {status}");
    }
}

macro_rules! of_each {
    ($($accepted:ident $refused:ident: $library:ident;)*) => {$(
        #[tokio::test]
        async fn $accepted() {
            tokens_are_accepted_under_their_profile(Library::$library).await;
        }

        #[tokio::test]
        async fn $refused() {
            tokens_are_refused_without_their_profile(Library::$library).await;
        }
    )*};
}

of_each! {
    tokens_of_fastapi_jwt_auth_are_accepted_under_their_profile
    tokens_of_fastapi_jwt_auth_are_refused_without_it: FastapiJwtAuth;

    tokens_of_flask_jwt_extended_are_accepted_under_their_profile
    tokens_of_flask_jwt_extended_are_refused_without_it: FlaskJwtExtended;

    tokens_of_authx_are_accepted_under_their_profile
    tokens_of_authx_are_refused_without_it: AuthX;

    tokens_of_simplejwt_are_accepted_under_their_profile
    tokens_of_simplejwt_are_refused_without_it: SimpleJwt;
}

/// What a client reads of its token has not changed for it.
#[tokio::test]
async fn a_fresh_login_there_is_a_fresh_token_here() {
    for library in [Library::FastapiJwtAuth, Library::FlaskJwtExtended, Library::AuthX] {
        let python = library.start();
        let server = OurServer::like(library, Site::Plain).await;
        let theirs = python.address(Site::Plain.name());
        for (fresh, expected) in [(true, 200), (false, 401)] {
            let body = json!({ "username": "alice", "fresh": fresh });
            let [access, _] = login(theirs, &body).await;
            assert_eq!(claims(&access)["fresh"], Value::Bool(fresh));
            assert_eq!(status(&server, "/fresh", &access).await, expected, "{library:?}");
        }
    }
}

/// What `manual::migration` says of the time in which both run: with one key they read tokens of ours,
/// and do not know which of them were used or revoked; with a key of our own they read none.
#[tokio::test]
async fn packages_read_tokens_of_ours_where_the_key_is_one() {
    for library in
        [Library::FastapiJwtAuth, Library::FlaskJwtExtended, Library::AuthX, Library::SimpleJwt]
    {
        let python = library.start();
        let theirs = python.address(Site::Plain.name());
        let there = async |path, token: &str| {
            answer(&Draft::get().bearer(token), theirs, path).await.status
        };
        let reads = !matches!(library, Library::SimpleJwt);
        let server = OurServer::like(library, Site::Plain).await;
        let pair = answer(&Draft::post(), server.address, "/login").await.assert_status(200);
        let [access, refresh] = ["access_token", "refresh_token"].map(|name| pair.text(name));
        for (path, token) in [("/access", &access), ("/refresh-guard", &refresh)] {
            assert_eq!(there(path, token).await == 200, reads, "{library:?}, {path}");
        }
        assert_eq!(status(&server, "/refresh", &refresh).await, 200);
        assert_eq!(status(&server, "/refresh", &refresh).await, 401, "it was used");
        assert_eq!(there("/refresh-guard", &refresh).await == 200, reads, "{library:?}");

        let server = OurServer::with_a_new_key(library).await;
        let pair = answer(&Draft::post(), server.address, "/login").await.assert_status(200);
        let [access, refresh] = ["access_token", "refresh_token"].map(|name| pair.text(name));
        for (path, token) in [("/access", &access), ("/refresh-guard", &refresh)] {
            assert_ne!(there(path, token).await, 200, "{library:?}, {path}");
        }
        let [access, _] = login(theirs, &json!({ "username": "alice" })).await;
        assert_eq!(status(&server, "/access", &access).await, 200, "{library:?}");
    }
}
