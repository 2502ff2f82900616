//! Whether Redis may throw sessions away when memory is short.

use super::RedisStore;

impl RedisStore {
    /// Warns if Redis may evict sessions. A server that does not let itself be asked, as some
    /// hosted ones, is left in peace.
    pub(super) async fn warn_of_eviction(&self) {
        let asked = self
            .link
            .ask_each(|mut connection| async move {
                redis::cmd("INFO").arg("memory").query_async(&mut connection).await
            })
            .await;
        let Ok(infos) = asked else { return };
        let policies = infos.iter().filter_map(|info: &String| evicting_policy(info));
        if let Some(policy) = policies.min() {
            tracing::warn!(
                target: "jwt::store",
                policy,
                "Redis may evict sessions, which logs people out; set `maxmemory-policy noeviction`"
            );
        }
    }
}

/// The eviction policy that `INFO memory` tells of, if it evicts.
fn evicting_policy(info: &str) -> Option<&str> {
    let setting = |name| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let is_bounded = setting("maxmemory:").is_some_and(|limit| limit != "0");
    setting("maxmemory_policy:").filter(|policy| is_bounded && *policy != "noeviction")
}
