//! What can be chosen about renewals, and what does not go together with them.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use jwt_runtime::{
    AuthError, CookieOptions, JwtAuth, MemoryStore, RenewalOptions, TokenCookies, TokenLocation,
};
use jwt_tests::app::{App, authority};
use jwt_tests::cookies::{ACCESS_COOKIE, SetCookie};
use jwt_tests::draft::Draft;
use jwt_tests::keys::SECRET;
use jwt_tests::refusal::token_not_issued;

use crate::visit::{Visit, alice, assert_no_cookies, me};

async fn login_elsewhere(State(auth): State<JwtAuth>) -> Result<TokenCookies, AuthError> {
    auth.set_cookies(&auth.login(&alice()).await?)?.domain("shop.example")
}

fn below() -> Router<JwtAuth> {
    Router::new().route("/poll", get(me)).route("/work", get(me))
}

/// `nest` cuts its part off, before or after the layer.
#[tokio::test]
async fn path_is_the_one_that_was_asked_for() {
    let options = RenewalOptions::new;
    for (options, path, renews) in [
        (options().except_paths(["/api/poll"]), "/api/poll", false),
        (options().except_paths(["/api/poll"]), "/api/work", true),
        (options().except_paths(["/poll"]), "/api/poll", true),
        (options().only_paths(["/api"]), "/api/work", true),
        (options().only_paths(["/work"]), "/api/work", false),
    ] {
        let mut visit = Visit::renewing(Router::new().nest("/api", below()), options.clone()).await;
        visit.pass(880);
        assert_eq!(visit.renews_at(Draft::get(), path).await, renews, "{path} with {options:?}");

        let (auth, clock) = authority(|builder| {
            let builder = builder.secret(SECRET).store(MemoryStore::new());
            builder.locations([TokenLocation::Cookie]).renewal(options.clone())
        });
        let pair = auth.login(&alice()).await.expect("a login");
        let below = below().with_state(auth.clone()).layer(auth.layer());
        let app = App::serve(auth, clock, Router::new().nest("/api", below)).await;
        app.clock.advance(Duration::from_secs(880));
        let draft = Draft::get().cookie(ACCESS_COOKIE, pair.access_token().as_str());
        let reply = draft.send(&app, path).await.expect("an answer").assert_status(200);
        let is_renewed = !SetCookie::all(&reply).is_empty();
        assert_eq!(is_renewed, renews, "{path}, layer inside, with {options:?}");
    }
}

/// The browser would have two of each, and every request with two is refused, the logout too.
#[tokio::test]
async fn domain_that_a_renewal_would_not_keep_is_refused() {
    let named = || {
        let options = CookieOptions::new().access_name("a").refresh_name("r");
        options.csrf_access_name("ca").csrf_refresh_name("cr")
    };
    for renews in [true, false] {
        let (auth, clock) = authority(|builder| {
            let builder = builder.secret(SECRET).store(MemoryStore::new()).cookies(named());
            match renews {
                true => builder.renewal(RenewalOptions::new()),
                false => builder,
            }
        });
        let unset = auth.unset_cookies().domain("shop.example");
        assert_eq!(unset.is_err(), renews);
        let routes = Router::new().route("/", get(login_elsewhere));
        let app = App::serve(auth.clone(), clock, routes.with_state(auth)).await;
        let reply = Draft::get().send(&app, "/").await.expect("an answer");
        if renews {
            token_not_issued().assert(&reply);
            assert_no_cookies(&reply);
        } else {
            assert_eq!(SetCookie::all(&reply.assert_status(204)).len(), 4);
        }
    }
}

#[test]
fn contradictions_are_refused_when_it_is_built() {
    let built = |renewal: RenewalOptions, path: &str, grace: u64| {
        JwtAuth::builder()
            .secret(SECRET)
            .store(MemoryStore::new())
            .locations([TokenLocation::Cookie])
            .cookies(CookieOptions::new().refresh_path(path))
            .rotation_grace(Duration::from_secs(grace))
            .renewal(renewal)
            .build()
    };
    let options = RenewalOptions::new;
    built(options(), "/refresh", 0).expect("the defaults fit");
    built(options().from_refresh_cookie(), "/", 10).expect("all that it needs");
    for (renewal, path, grace) in [
        (options().within(Duration::from_secs(900)), "/", 10),
        (options().from_refresh_cookie(), "/refresh", 10),
        (options().from_refresh_cookie(), "/", 0),
        (options().only_paths(["me"]), "/", 10),
        (options().except_paths([""]), "/", 10),
    ] {
        let error = built(renewal.clone(), path, grace).expect_err("a contradiction");
        assert!(error.to_string().starts_with("`renewal`: "), "{renewal:?}: {error}");
    }
    let without = JwtAuth::builder().secret(SECRET).renewal(options()).build();
    assert!(without.is_err(), "there are no cookies to renew");
}
