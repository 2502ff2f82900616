//! Settings that have several names in the environment: ours, and those of older libraries.

use std::collections::HashSet;

use super::config_values::{minutes, parse_duration, parse_flag, parse_names};

/// One name for a setting that has several.
pub(super) fn usual_name(setting: &str) -> Option<&'static str> {
    Some(match setting {
        "ISSUER" | "ENCODE_ISSUER" => "ISSUER",
        "AUDIENCE" | "DECODE_AUDIENCE" => "AUDIENCE",
        "LEEWAY" | "DECODE_LEEWAY" => "LEEWAY",
        "ACCESS_TOKEN_EXPIRES" | "ACCESS_TOKEN_EXPIRE_MINUTES" => "ACCESS_TOKEN_EXPIRES",
        "REFRESH_TOKEN_EXPIRES" | "REFRESH_TOKEN_EXPIRE_MINUTES" => "REFRESH_TOKEN_EXPIRES",
        "DENYLIST_ENABLED" | "BLACKLIST_ENABLED" => "DENYLIST_ENABLED",
        "DENYLIST_TOKEN_CHECKS" | "BLACKLIST_TOKEN_CHECKS" => "DENYLIST_TOKEN_CHECKS",
        "ACCESS_COOKIE_NAME" | "ACCESS_COOKIE_KEY" => "ACCESS_COOKIE_NAME",
        "REFRESH_COOKIE_NAME" | "REFRESH_COOKIE_KEY" => "REFRESH_COOKIE_NAME",
        "ACCESS_CSRF_COOKIE_NAME" | "ACCESS_CSRF_COOKIE_KEY" => "ACCESS_CSRF_COOKIE_NAME",
        "REFRESH_CSRF_COOKIE_NAME" | "REFRESH_CSRF_COOKIE_KEY" => "REFRESH_CSRF_COOKIE_NAME",
        _ => return None,
    })
}

/// What a value says, however it is written.
pub(super) fn meaning(setting: &str, value: &str) -> String {
    let understood = match setting {
        name if name.ends_with("_MINUTES") => minutes(value).ok().map(|time| format!("{time:?}")),
        name if name.ends_with("_EXPIRES") || name.ends_with("LEEWAY") => {
            parse_duration(value).ok().map(|time| format!("{time:?}"))
        }
        name if name.ends_with("_ENABLED") => parse_flag(value).ok().map(|flag| flag.to_string()),
        name if name.ends_with("AUDIENCE") || name.ends_with("_CHECKS") => {
            Some(parse_names(value).join(","))
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
    let usual = |name: &str| {
        let setting = name.strip_prefix(prefix)?;
        Some(usual_name(setting).unwrap_or(setting).to_owned())
    };
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
