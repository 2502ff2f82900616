//! Every rule on every type that it fits, behind aliases too, and no lint has anything to say.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroU16;

use jwt_runtime::{Claims, NumericDate, RefusedClaim, Scopes};

type Level = Option<u8>;

/// Claims with rules.
#[derive(Clone, Debug, Claims)]
#[serde(rename_all = "camelCase")]
pub struct User<T> {
    #[claim(length(1..=64))]
    sub: String,
    #[claim(one_of("eu", "us"), validate = is_region)]
    region: String,
    #[claim(one_of(1, 2, -3))]
    tier: i8,
    #[claim(range(1..=10))]
    level: Level,
    #[claim(range(..0.5))]
    share: f32,
    #[claim(range(-1.0..))]
    balance: Option<f64>,
    #[claim(range(1..1000))]
    port: NonZeroU16,
    #[claim(roles, non_empty)]
    role_names: Vec<String>,
    #[claim(scopes, length(1..))]
    scope: Scopes,
    #[claim(non_empty)]
    labels: Option<HashSet<Cow<'static, str>>>,
    #[claim(length(..=2), validate = no_secret)]
    extra: BTreeMap<String, T>,
    #[claim(validate = is_region)]
    home: Option<Box<str>>,
    #[claim(validate = self::checks::is_even::<u64>, range(..=100))]
    #[deprecated]
    r#type_id: u64,
    #[claim(allow_sensitive = "opaque reset marker, not a secret")]
    password_epoch: u64,
    exp: NumericDate,
}

fn is_region(region: &str) -> bool {
    region.len() == 2
}

fn no_secret<T>(extra: &BTreeMap<String, T>) -> Result<(), String> {
    if extra.contains_key("secret") { Err("a secret".to_owned()) } else { Ok(()) }
}

mod checks {
    pub(crate) fn is_even<T: Copy + Into<u64>>(number: &T) -> bool {
        let number: u64 = (*number).into();
        number.is_multiple_of(2)
    }
}

#[allow(deprecated)]
fn user() -> User<u8> {
    User {
        sub: "alice".to_owned(),
        region: "eu".to_owned(),
        tier: -3,
        level: None,
        share: 0.25,
        balance: Some(-1.0),
        port: NonZeroU16::MIN,
        role_names: vec!["admin".to_owned()],
        scope: "orders:read".parse().unwrap(),
        labels: None,
        extra: BTreeMap::new(),
        home: Some("at".into()),
        type_id: 4,
        password_epoch: 7,
        exp: NumericDate::default(),
    }
}

#[allow(deprecated)]
fn main() {
    let refused = |change: fn(&mut User<u8>)| {
        let mut user = user();
        change(&mut user);
        user.check_rules().map_err(RefusedClaim::name)
    };
    assert_eq!(refused(|_| {}), Ok(()));
    assert_eq!(refused(|user| user.sub.clear()), Err("sub"));
    assert_eq!(refused(|user| user.region = "at".to_owned()), Err("region"));
    assert_eq!(refused(|user| user.tier = 3), Err("tier"));
    assert_eq!(refused(|user| user.level = Some(0)), Err("level"));
    assert_eq!(refused(|user| user.share = 0.5), Err("share"));
    assert_eq!(refused(|user| user.balance = Some(f64::NAN)), Err("balance"));
    assert_eq!(refused(|user| user.port = NonZeroU16::MAX), Err("port"));
    assert_eq!(refused(|user| user.role_names.clear()), Err("roleNames"));
    assert_eq!(refused(|user| user.scope = Scopes::default()), Err("scope"));
    assert_eq!(refused(|user| user.labels = Some(HashSet::new())), Err("labels"));
    assert_eq!(refused(|user| user.extra.extend([("secret".to_owned(), 1)])), Err("extra"));
    assert_eq!(refused(|user| user.home = Some("".into())), Err("home"));
    assert_eq!(refused(|user| user.type_id = 3), Err("typeId"));
}
