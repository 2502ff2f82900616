//! Keys that are made for some subjects.

use std::fmt;
use std::sync::Arc;

use super::{SigningKey, VerifyingKey};
use crate::error::ConfigError;

/// The name of the tenant of a subject.
type TenantOf = dyn Fn(&str) -> Option<String> + Send + Sync;

/// Keys of tenants: of groups of subjects that have keys of their own, each with a `kid`; for
/// [`subject_keys`](crate::JwtAuthBuilder::subject_keys).
///
/// A token of a tenant's subject is good only if it is signed with a key of that tenant, and their
/// keys are good for nobody else: whoever holds one cannot speak for other subjects.
///
/// # Examples
///
/// ```
/// use jwt_runtime::{Algorithm, JwtAuth, SigningKey, SubjectKeys, VerifyingKey};
///
/// # let (secret, new, old) = ([7, 1].repeat(16), [7, 2].repeat(16), [7, 3].repeat(16));
/// let new = SigningKey::from_secret(Algorithm::HS256, new)?.with_kid("red-2026");
/// let old = VerifyingKey::from_secret(Algorithm::HS256, old)?.with_kid("red-2025");
/// // "red/alice" is a subject of the tenant "red".
/// let keys = SubjectKeys::new(|subject| Some(subject.split_once('/')?.0.to_owned()))
///     .signing_key("red", new)
///     .verifying_key("red", old);
/// let auth = JwtAuth::builder().secret(secret).subject_keys(keys).build()?;
/// # Ok::<(), jwt_runtime::ConfigError>(())
/// ```
#[must_use]
pub struct SubjectKeys {
    tenant_of: Arc<TenantOf>,
    signing: Vec<(String, SigningKey)>,
    verifying: Vec<(String, VerifyingKey)>,
}

impl SubjectKeys {
    /// No keys yet. `tenant_of` names the tenant of a subject, or `None` for one that goes by the
    /// authority's own keys.
    pub fn new(tenant_of: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { tenant_of: Arc::new(tenant_of), signing: Vec::new(), verifying: Vec::new() }
    }

    /// Signs for the subjects of a tenant, and verifies what it has signed. A tenant without a key that
    /// signs gets no tokens ([`IssueError::SigningKeyMissing`](crate::IssueError::SigningKeyMissing)).
    pub fn signing_key(mut self, tenant: impl Into<String>, key: SigningKey) -> Self {
        self.signing.push((tenant.into(), key));
        self
    }

    /// Verifies for the subjects of a tenant too: a key of theirs that is being retired. Given to the
    /// authority as a [`verifying_key`](crate::JwtAuthBuilder::verifying_key) instead, it would speak
    /// for everybody else.
    pub fn verifying_key(mut self, tenant: impl Into<String>, key: VerifyingKey) -> Self {
        self.verifying.push((tenant.into(), key));
        self
    }

    /// The keys, and who they are for.
    pub(crate) fn split(
        self,
    ) -> Result<(Vec<SigningKey>, Vec<VerifyingKey>, KeyChoice), ConfigError> {
        let signing = self.signing.iter().map(|(tenant, key)| (tenant, &key.kid, true));
        let verifying = self.verifying.iter().map(|(tenant, key)| (tenant, &key.kid, false));
        let mut kids: Vec<TenantKey> = Vec::new();
        for (tenant, kid, signs) in signing.chain(verifying) {
            let kid = kid.clone().ok_or(ConfigError::KidInvalid)?;
            if signs && kids.iter().any(|key| key.signs && key.tenant == *tenant) {
                let reason = format!("the tenant `{tenant}` has two keys that sign");
                return Err(ConfigError::setting("subject_keys", reason));
            }
            kids.push(TenantKey { tenant: tenant.clone(), kid, signs });
        }
        Ok((
            self.signing.into_iter().map(|(_, key)| key).collect(),
            self.verifying.into_iter().map(|(_, key)| key).collect(),
            KeyChoice { tenant_of: self.tenant_of, kids },
        ))
    }
}

impl fmt::Debug for SubjectKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectKeys")
            .field("signing", &self.signing)
            .field("verifying", &self.verifying)
            .finish_non_exhaustive()
    }
}

/// Which key is for whom.
#[derive(Clone)]
pub(crate) struct KeyChoice {
    tenant_of: Arc<TenantOf>,
    kids: Vec<TenantKey>,
}

#[derive(Clone, Debug)]
struct TenantKey {
    tenant: String,
    kid: String,
    signs: bool,
}

/// Who signs for a subject.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ChosenKey<'c> {
    /// The authority, as for anybody.
    Own,
    /// The key with this `kid`.
    OfTenant(&'c str),
    /// Nobody: the tenant has no key that signs.
    Missing,
}

impl KeyChoice {
    pub(crate) fn of(&self, subject: &str) -> ChosenKey<'_> {
        let Some(tenant) = (self.tenant_of)(subject) else { return ChosenKey::Own };
        let key = self.kids.iter().find(|key| key.signs && key.tenant == tenant);
        key.map_or(ChosenKey::Missing, |key| ChosenKey::OfTenant(&key.kid))
    }

    /// Whether the key of this name is a tenant's, or the one tenant's that is named.
    pub(crate) fn is_of_tenant(&self, kid: Option<&str>, tenant: Option<&str>) -> bool {
        self.kids
            .iter()
            .any(|key| Some(&*key.kid) == kid && tenant.is_none_or(|tenant| key.tenant == tenant))
    }

    /// Whether the key that has signed may sign for this subject.
    pub(crate) fn allows(&self, subject: &str, kid: Option<&str>) -> bool {
        let mut same_kid = self.kids.iter().filter(|key| Some(&*key.kid) == kid);
        match (self.tenant_of)(subject) {
            Some(tenant) => same_kid.any(|key| key.tenant == tenant),
            None => same_kid.next().is_none(),
        }
    }
}

impl fmt::Debug for KeyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyChoice").field("kids", &self.kids).finish_non_exhaustive()
    }
}
