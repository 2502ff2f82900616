//! One key that signs, any number that verify, found by `kid`.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::algorithm::{Algorithm, Family};
use super::jwk::{JwkSet, Numbers, PublicJwk};
use super::{CryptoBackend, KeySet, SetKey, SigningKey, VerifyingKey};
use crate::error::{ConfigError, InvalidToken, IssueError};

const MAX_KID_BYTES: usize = 128;
/// From what is safe to what is quick to verify with, as common libraries have it.
const RSA_MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
const MAX_RSA_EXPONENT_BYTES: usize = 5;

/// Every key of an authority, checked.
pub(crate) struct KeyRing {
    signer: Option<Signer>,
    /// Those that sign for some subjects only; each has a `kid`.
    others: Vec<Signer>,
    verifiers: Vec<Verifier>,
    /// Keys of others, for tokens that none of these has signed.
    sets: Vec<KeySet>,
    backend: CryptoBackend,
}

/// The key that signs.
pub(crate) struct Signer {
    algorithm: Algorithm,
    kid: Option<String>,
    key: EncodingKey,
    backend: CryptoBackend,
}

/// A key that verifies, bound to one algorithm; clones share it.
#[derive(Clone)]
pub(crate) struct Verifier {
    key: Arc<VerifyingKey>,
    backend: CryptoBackend,
}

impl KeyRing {
    /// Checks every key, and that the signing key's signatures verify; `issuer` is the authority's own.
    pub(crate) fn new(
        backend: CryptoBackend,
        signing: Option<SigningKey>,
        others: Vec<SigningKey>,
        verifying: Vec<VerifyingKey>,
        sets: Vec<KeySet>,
        issuer: Option<&str>,
    ) -> Result<Self, ConfigError> {
        let signer_of =
            |SigningKey { algorithm, kid, key }| Signer { algorithm, kid, key, backend };
        let signer = signing.map(signer_of);
        let others: Vec<Signer> = others.into_iter().map(signer_of).collect();
        let mut signers: Vec<_> = others.iter().chain(&signer).collect();
        while let Some(one) = signers.pop() {
            if signers.iter().any(|other| other.kid == one.kid) {
                return Err(ConfigError::KidRepeated);
            }
        }
        let mut verifiers = Vec::with_capacity(verifying.len() + 1);
        verifiers.extend(verifying.into_iter().map(|key| Verifier::new(Arc::new(key), backend)));
        for signer in signer.iter().chain(&others) {
            let own = signer.verifier()?;
            match verifiers.iter().find(|verifier| verifier.kid() == signer.kid()) {
                // The configured public half; it has to be this key's.
                Some(given) if signer.is_verified_by(given) => {}
                Some(_) => return Err(ConfigError::KeyPairMismatch),
                None => verifiers.push(own),
            }
        }
        if verifiers.is_empty() && sets.is_empty() {
            return Err(ConfigError::KeyMissing);
        }
        for (position, verifier) in verifiers.iter().enumerate() {
            verifier.check()?;
            if verifiers[..position].iter().any(|earlier| earlier.kid() == verifier.kid()) {
                return Err(ConfigError::KidRepeated);
            }
        }
        let is_one_bound = sets.iter().any(|set| set.issuer().is_some());
        for set in &sets {
            if set.issuer() == Some("") {
                return Err(ConfigError::Empty("issuer"));
            }
            let signs = signer.is_some() || !others.is_empty();
            if signs && (set.issuer().is_none() || set.issuer() == issuer) {
                let reason = "say whose it is with `.for_issuer(…)`, not this authority's own, or its keys could sign what only this authority should";
                return Err(ConfigError::setting("key_set", reason));
            }
            if is_one_bound && set.issuer().is_none() {
                let reason = "say of each set whose it is with `.for_issuer(…)`, or the keys of one could sign what only the issuer of another should";
                return Err(ConfigError::setting("key_set", reason));
            }
            set.bind(backend)?;
        }
        Ok(Self { signer, others, verifiers, sets, backend })
    }

    pub(crate) fn signer(&self) -> Result<&Signer, IssueError> {
        self.signer.as_ref().ok_or(IssueError::SigningKeyMissing)
    }

    /// The key of some subjects that has this `kid`.
    pub(crate) fn signer_named(&self, kid: &str) -> Result<&Signer, IssueError> {
        let mut others = self.others.iter();
        others.find(|signer| signer.kid() == Some(kid)).ok_or(IssueError::SigningKeyMissing)
    }

    pub(crate) fn verifiers(&self) -> &[Verifier] {
        &self.verifiers
    }

    /// The key with this `kid`, or without one; it must be bound to `alg`.
    ///
    /// An exact look-up: no key is ever tried for a token that does not name it. The authority's own
    /// come first, so that nobody else can put one in the place of them.
    pub(crate) fn select(
        &self,
        kid: Option<&str>,
        alg: &str,
    ) -> Result<Selected<'_>, InvalidToken> {
        if let Some(own) = self.verifiers.iter().find(|verifier| verifier.kid() == kid) {
            return match own.algorithm().as_str() == alg {
                true => Ok(Selected::Own(own)),
                false => Err(InvalidToken::AlgorithmNotAllowed),
            };
        }
        // Two issuers may have hit on one name; what each signs is for itself.
        let mut keys = Vec::new();
        self.sets.iter().for_each(|set| set.find(kid, self.backend, &mut keys));
        if keys.is_empty() {
            return Err(InvalidToken::KeyUnknown);
        }
        keys.retain(|key| key.verifier.algorithm().as_str() == alg);
        if keys.is_empty() {
            return Err(InvalidToken::AlgorithmNotAllowed);
        }
        Ok(Selected::OfSets(keys))
    }

    /// The public keys with these names among the authority's own. One that signs nothing has none to
    /// publish: what it verifies with is somebody else's.
    pub(crate) fn published(&self, is_wanted: impl Fn(Option<&str>) -> bool) -> JwkSet {
        let signs = self.signer.is_some() || !self.others.is_empty();
        let own = self.verifiers.iter().filter(|key| signs && is_wanted(key.kid()));
        JwkSet { keys: own.filter_map(Verifier::published).collect() }
    }
}

impl Signer {
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The raw signature of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, IssueError> {
        (self.backend.provider().signer_factory)(&self.algorithm.jose(), &self.key)
            .ok()
            .and_then(|signer| signer.try_sign(message).ok())
            .ok_or(IssueError::SigningFailed)
    }

    fn is_verified_by(&self, verifier: &Verifier) -> bool {
        const PROBE: &[u8] = b"jwt-runtime key pair check";
        verifier.algorithm() == self.algorithm
            && self.sign(PROBE).is_ok_and(|signature| verifier.verify(PROBE, &signature).is_ok())
    }

    /// The key that verifies what this one signs.
    fn verifier(&self) -> Result<Verifier, ConfigError> {
        let unfit = |hint| ConfigError::KeyUnfit { algorithm: self.algorithm.as_str(), hint };
        let private = self.key.as_bytes();
        let utils = &self.backend.provider().key_utils;
        let key = match self.algorithm.family() {
            Family::Hmac { .. } => DecodingKey::from_secret(private),
            Family::Rsa => {
                let (n, e) = (utils.rsa_pub_components_from_private_key)(private)
                    .map_err(|_| unfit("it is not an RSA private key of at least 2048 bits"))?;
                DecodingKey::from_rsa_raw_components(&n, &e)
            }
            Family::Ec { .. } => {
                let (_, x, y) =
                    (utils.ec_pub_components_from_private_key)(private, self.algorithm.jose())
                        .map_err(|_| unfit("it is not a private key on this algorithm's curve"))?;
                let mut point = vec![0x04];
                point.extend_from_slice(&x);
                point.extend_from_slice(&y);
                DecodingKey::from_ec_der(&point)
            }
            Family::Ed25519 => {
                let x = (utils.ed_pub_components_from_private_key)(
                    private,
                    &jsonwebtoken::jwk::EllipticCurve::Ed25519,
                )
                .map_err(|_| unfit("it is not an Ed25519 private key"))?;
                DecodingKey::from_ed_der(&x)
            }
        };
        let key = VerifyingKey { algorithm: self.algorithm, kid: self.kid.clone(), key };
        let verifier = Verifier { key: Arc::new(key), backend: self.backend };
        if !self.is_verified_by(&verifier) {
            return Err(unfit("it does not sign with this algorithm"));
        }
        Ok(verifier)
    }
}

impl Verifier {
    pub(super) fn new(key: Arc<VerifyingKey>, backend: CryptoBackend) -> Self {
        Self { key, backend }
    }

    /// The key as others may see it; `None` for a secret.
    fn published(&self) -> Option<PublicJwk> {
        let written = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let numbers = match self.key.algorithm.family() {
            Family::Hmac { .. } => return None,
            Family::Rsa => {
                let (n, e) = self.rsa_components()?;
                // RFC 7518 §6.3.1.1: without the zero octets in front.
                let [n, e] = [n, e].map(|number| {
                    let leading = number.iter().take_while(|byte| **byte == 0).count();
                    written(&number[leading..])
                });
                Numbers::Rsa { n, e }
            }
            Family::Ec { .. } => {
                let point = self.key.key.try_get_as_bytes().ok()?.get(1..)?;
                let (x, y) = point.split_at_checked(point.len() / 2)?;
                let crv = if self.key.algorithm == Algorithm::ES256 { "P-256" } else { "P-384" };
                Numbers::Ec { crv, x: written(x), y: written(y) }
            }
            Family::Ed25519 => {
                let x = self.key.key.try_get_as_bytes().ok()?;
                Numbers::Okp { crv: "Ed25519", x: written(x) }
            }
        };
        Some(PublicJwk {
            public_key_use: "sig",
            alg: self.key.algorithm.as_str(),
            kid: self.key.kid.clone(),
            numbers,
        })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.key.algorithm
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.key.kid.as_deref()
    }

    /// Whether `signature` is this key's over `message`.
    pub(crate) fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), InvalidToken> {
        (self.backend.provider().verifier_factory)(&self.key.algorithm.jose(), &self.key.key)
            .ok()
            .and_then(|verifier| verifier.verify(message, signature).ok())
            .ok_or(InvalidToken::SignatureInvalid)
    }

    /// Size and curve; RFC 7518 §3.3 and §3.4, RFC 8725 §3.4 and §3.5.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let unfit = |hint| ConfigError::KeyUnfit { algorithm: self.key.algorithm.as_str(), hint };
        if self.kid().is_some_and(|kid| kid.is_empty() || kid.len() > MAX_KID_BYTES) {
            return Err(ConfigError::KidInvalid);
        }
        match self.key.algorithm.family() {
            Family::Hmac { .. } => Ok(()),
            Family::Rsa => {
                let hint = "an RSA modulus is odd and has 2048 to 8192 bits, and its exponent is odd, over 1, and short";
                let (n, e) = self.rsa_components().ok_or_else(|| unfit(hint))?;
                let [n, e] = [n, e].map(|number| -> Vec<u8> {
                    number.into_iter().skip_while(|byte| *byte == 0).collect()
                });
                let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte % 2 == 1);
                let bits = n.len() * 8 - n.first().map_or(0, |byte| byte.leading_zeros() as usize);
                let is_fit = RSA_MODULUS_BITS.contains(&bits)
                    && e.len() <= MAX_RSA_EXPONENT_BYTES
                    && is_odd(&n)
                    && is_odd(&e)
                    && e != [1];
                if is_fit { Ok(()) } else { Err(unfit(hint)) }
            }
            Family::Ec { .. } => match self.key.key.try_get_as_bytes() {
                Ok(point @ [0x04, ..]) if self.backend.has_point(self.key.algorithm, point) => {
                    Ok(())
                }
                _ => Err(unfit("it is not an uncompressed point on this algorithm's curve")),
            },
            Family::Ed25519 => match self.key.key.try_get_as_bytes() {
                Ok(bytes) if bytes.len() == 32 => Ok(()),
                _ => Err(unfit("it is not an Ed25519 public key")),
            },
        }
    }

    fn rsa_components(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        use jsonwebtoken::DecodingKeyKind;
        match self.key.key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => Some((n.clone(), e.clone())),
            DecodingKeyKind::SecretOrDer(der) => {
                (self.backend.provider().key_utils.rsa_pub_components_from_public_key)(der).ok()
            }
        }
    }
}

/// The key for a token: one of the authority's own, or of sets that may change meanwhile.
pub(crate) enum Selected<'k> {
    Own(&'k Verifier),
    OfSets(Vec<SetKey>),
}

/// Who has signed a token.
pub(crate) enum SignedBy<'k> {
    /// The authority, with the key of this name.
    Own(Option<&'k str>),
    /// Somebody else: each set with a key that has, since one key may stand in several.
    Sets(Vec<SetKey>),
}

impl<'k> Selected<'k> {
    /// Whose signature this is.
    pub(crate) fn verify(
        self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> Result<SignedBy<'k>, InvalidToken> {
        match self {
            Self::Own(key) => key.verify(message, signature).map(|()| SignedBy::Own(key.kid())),
            Self::OfSets(mut keys) => {
                keys.retain(|key| key.verifier.verify(message, signature).is_ok());
                match keys.is_empty() {
                    true => Err(InvalidToken::SignatureInvalid),
                    false => Ok(SignedBy::Sets(keys)),
                }
            }
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("signer", &self.signer.as_ref().map(|signer| signer.algorithm))
            .field("verifiers", &self.verifiers.len())
            .field("sets", &self.sets)
            .finish()
    }
}
