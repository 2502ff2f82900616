//! What the environment says, and what holds where it says nothing.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use jwt_runtime::{JwtAuth, JwtConfig, RenewalOptions, TokenLocation};

use crate::keys;

const KEY_FILE: &str = "browser-key.pem";
const SESSIONS_FILE: &str = "browser-sessions.redb";
const DATABASE: &str = "sqlite://browser.sqlite?mode=rwc";

pub(crate) fn database_url() -> String {
    std::env::var("DATABASE_URL").unwrap_or(DATABASE.to_owned())
}

pub(crate) fn authority() -> Result<JwtAuth, Box<dyn Error>> {
    let mut setup = JwtConfig::from_env()?;
    add_key(&mut setup)?;
    add_store(&mut setup);
    add_cookies(&mut setup);
    setup.access_token_expires.get_or_insert(Duration::from_secs(5 * 60));
    // Two tabs renew at the same moment, and a browser may lose an answer.
    setup.rotation_grace.get_or_insert(Duration::from_secs(10));
    let auth = setup
        .into_builder()?
        .locations([TokenLocation::Cookie])
        // Pages are renewed on the way: somebody who comes back after an hour, or has no
        // JavaScript, is still logged in. A client of the API renews by itself.
        .renewal(RenewalOptions::new().from_refresh_cookie().except_paths(["/api", "/ws"]))
        .build()?;
    Ok(auth)
}

fn add_key(setup: &mut JwtConfig) -> Result<(), Box<dyn Error>> {
    if !setup.has_key() {
        keys::make_unless_there(KEY_FILE.as_ref())?;
        setup.algorithm = Some("EdDSA".to_owned());
        setup.private_key_file = Some(PathBuf::from(KEY_FILE));
    }
    Ok(())
}

fn add_store(setup: &mut JwtConfig) {
    if let Ok(url) = std::env::var("REDIS_URL") {
        setup.redis_url = Some(url.into());
    }
    if setup.redis_url.is_none() {
        setup.store_path.get_or_insert(PathBuf::from(SESSIONS_FILE));
    }
}

fn add_cookies(setup: &mut JwtConfig) {
    // For http on this machine, as `CookieOptions::development` is. A website is reached by https,
    // and says `JWT_COOKIE_SECURE=true`: then browsers send its cookies by https alone, and no
    // other host can set them.
    setup.cookie_secure.get_or_insert(false);
    // Pages are renewed from it.
    setup.refresh_cookie_path = Some("/".to_owned());
    setup.csrf_check_form = Some(true);
}
