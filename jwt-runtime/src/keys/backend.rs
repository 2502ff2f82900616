//! Who does the cryptography: one of jsonwebtoken's providers, named and never looked up.
//!
//! jsonwebtoken finds its provider through a process-wide default and panics at the first token
//! where none or two are compiled in. Here the provider is chosen when an authority is built, so
//! that both are an error there, whatever other crates of the program have turned on.

use jsonwebtoken::crypto::CryptoProvider;

use super::Algorithm;
use crate::error::ConfigError;

/// The implementation of the signature algorithms, chosen by a cargo feature.
///
/// With one of the features on there is nothing to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CryptoBackend {
    /// `aws-lc-rs`, the default: fast, constant-time, needs a C compiler to build.
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs,
    /// The crates of the RustCrypto project: pure Rust. Its RSA is subject to RUSTSEC-2023-0071
    /// (a timing side channel without a fixed release), so prefer ES256 or EdDSA with it.
    #[cfg(feature = "rust-crypto")]
    RustCrypto,
}

impl CryptoBackend {
    /// The one backend that this build has.
    pub(crate) const fn only() -> Result<Self, ConfigError> {
        const BACKENDS: &[CryptoBackend] = &[
            #[cfg(feature = "aws-lc-rs")]
            CryptoBackend::AwsLcRs,
            #[cfg(feature = "rust-crypto")]
            CryptoBackend::RustCrypto,
        ];
        match BACKENDS {
            [] => Err(ConfigError::CryptoBackendMissing),
            [backend] => Ok(*backend),
            _ => Err(ConfigError::CryptoBackendAmbiguous),
        }
    }

    /// Whether `point` is on the curve of ES256 or ES384: no provider says so before it is asked
    /// to verify, and then it is one more bad signature.
    ///
    /// Source: [RFC 8725 §3.4](https://www.rfc-editor.org/rfc/rfc8725#section-3.4).
    #[cfg_attr(
        not(any(feature = "aws-lc-rs", feature = "rust-crypto")),
        allow(unused_variables, reason = "there is no backend to ask")
    )]
    pub(crate) fn has_point(self, algorithm: Algorithm, point: &[u8]) -> bool {
        match self {
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs => {
                use aws_lc_rs::signature::{
                    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey,
                };
                match algorithm {
                    Algorithm::ES256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
                    Algorithm::ES384 => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point),
                    _ => return false,
                }
                .is_ok()
            }
            #[cfg(feature = "rust-crypto")]
            Self::RustCrypto => match algorithm {
                Algorithm::ES256 => p256::PublicKey::from_sec1_bytes(point).is_ok(),
                Algorithm::ES384 => p384::PublicKey::from_sec1_bytes(point).is_ok(),
                _ => false,
            },
        }
    }

    pub(crate) fn provider(self) -> &'static CryptoProvider {
        match self {
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs => &jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER,
            #[cfg(feature = "rust-crypto")]
            Self::RustCrypto => &jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `.ci/run` runs this with no backend, with each, and with both.
    #[test]
    fn one_backend_is_found_and_none_or_two_are_errors() {
        let backends = [cfg!(feature = "aws-lc-rs"), cfg!(feature = "rust-crypto")];
        let found = CryptoBackend::only();
        match backends.into_iter().filter(|is_on| *is_on).count() {
            0 => assert!(matches!(found, Err(ConfigError::CryptoBackendMissing))),
            1 => assert!(found.is_ok()),
            _ => assert!(matches!(found, Err(ConfigError::CryptoBackendAmbiguous))),
        }
    }

    #[test]
    fn build_never_panics_whatever_backends_there_are() {
        let built = crate::JwtAuth::builder().secret([7, 1].repeat(16)).build();
        assert_eq!(built.is_ok(), CryptoBackend::only().is_ok());
    }

    #[cfg(all(feature = "aws-lc-rs", feature = "rust-crypto"))]
    #[test]
    fn with_both_backends_one_can_be_chosen() {
        for backend in [CryptoBackend::AwsLcRs, CryptoBackend::RustCrypto] {
            let builder = crate::JwtAuth::builder().secret([7, 1].repeat(16));
            assert!(builder.crypto_backend(backend).build().is_ok());
        }
    }
}
