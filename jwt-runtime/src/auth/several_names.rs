//! Settings that have several names in the environment: ours, and those of older libraries.

use std::collections::HashSet;

use super::config_values::{minutes, parse_duration, parse_flag, parse_names};

/// The names of older libraries, and ours.
const ALIASES: [(&str, &str); 11] = [
    ("ENCODE_ISSUER", "ISSUER"),
    ("DECODE_AUDIENCE", "AUDIENCE"),
    ("DECODE_LEEWAY", "LEEWAY"),
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "ACCESS_TOKEN_EXPIRES"),
    ("REFRESH_TOKEN_EXPIRE_MINUTES", "REFRESH_TOKEN_EXPIRES"),
    ("BLACKLIST_ENABLED", "DENYLIST_ENABLED"),
    ("BLACKLIST_TOKEN_CHECKS", "DENYLIST_TOKEN_CHECKS"),
    ("ACCESS_COOKIE_KEY", "ACCESS_COOKIE_NAME"),
    ("REFRESH_COOKIE_KEY", "REFRESH_COOKIE_NAME"),
    ("ACCESS_CSRF_COOKIE_KEY", "ACCESS_CSRF_COOKIE_NAME"),
    ("REFRESH_CSRF_COOKIE_KEY", "REFRESH_CSRF_COOKIE_NAME"),
];

/// Our name for a setting.
pub(super) fn usual_name(setting: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| *alias == setting).map_or(setting, |(_, usual)| usual)
}

/// Whether the setting that we call so has another name.
pub(super) fn has_several_names(usual: &str) -> bool {
    ALIASES.iter().any(|(_, other)| *other == usual)
}

/// A value as it would be written under our name.
pub(super) fn in_usual_units(setting: &str, value: String) -> Result<String, String> {
    match setting {
        "ACCESS_TOKEN_EXPIRE_MINUTES" | "REFRESH_TOKEN_EXPIRE_MINUTES" => {
            minutes(&value).map(|time| format!("{}s", time.as_secs()))
        }
        _ => Ok(value),
    }
}

/// What a value says, however it is written.
pub(super) fn meaning(usual: &str, value: &str) -> String {
    let understood = match usual {
        "ACCESS_TOKEN_EXPIRES" | "REFRESH_TOKEN_EXPIRES" | "LEEWAY" => {
            parse_duration(value).ok().map(|time| format!("{time:?}"))
        }
        "DENYLIST_ENABLED" => parse_flag(value).ok().map(|flag| flag.to_string()),
        "AUDIENCE" | "DENYLIST_TOKEN_CHECKS" => {
            let mut names = parse_names(value);
            names.sort_unstable();
            Some(names.join(","))
        }
        _ => None,
    };
    understood.unwrap_or_else(|| value.to_owned())
}

/// The defaults that the environment leaves as they are, by whatever name it has them, and then the
/// environment.
pub(super) fn laid_over(
    prefix: &str,
    environment: Vec<(String, String)>,
    defaults: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    let usual =
        |name: &str| name.strip_prefix(prefix).map(|setting| usual_name(setting).to_owned());
    let set: HashSet<_> = environment
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, _)| usual(name))
        .collect();
    let defaults = defaults.into_iter().filter(|(name, _)| !set.contains(&usual(name)));
    let mut variables: Vec<_> = defaults.collect();
    variables.extend(environment);
    variables
}

#[cfg(test)]
mod tests {
    use super::super::JwtConfig;
    use super::*;

    fn owned(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn the_environment_counts_by_whatever_name() {
        let file =
            [("J_ISSUER", "file"), ("J_LEEWAY", "5"), ("J_KEY_ID", "k"), ("J_ALGORITHM", "")];
        for (environment, issuer, leeway, kid) in [
            (&[][..], "file", 5, "k"),
            (&[("J_ISSUER", "here")], "here", 5, "k"),
            (&[("J_ENCODE_ISSUER", "here"), ("J_DECODE_LEEWAY", "7s")], "here", 7, "k"),
            // What is empty is not set.
            (&[("J_ISSUER", ""), ("J_ENCODE_ISSUER", ""), ("J_KEY_ID", "own")], "file", 5, "own"),
        ] {
            let variables = laid_over("J_", owned(environment), owned(&file));
            let config = JwtConfig::from_vars("J_", variables).expect("settings");
            assert_eq!(config.issuer.as_deref(), Some(issuer), "{environment:?}");
            assert_eq!(config.leeway.map(|leeway| leeway.as_secs()), Some(leeway));
            assert_eq!(config.key_id.as_deref(), Some(kid), "{environment:?}");
        }
        // Two names in one place still contradict each other.
        let twice = [("J_ISSUER", "a"), ("J_ENCODE_ISSUER", "b")];
        for (environment, file) in [(&twice[..], &[][..]), (&[], &twice)] {
            let variables = laid_over("J_", owned(environment), owned(file));
            assert!(JwtConfig::from_vars("J_", variables).is_err());
        }
    }
}
