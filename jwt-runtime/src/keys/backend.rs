//! Who does the cryptography: one of jsonwebtoken's providers, named and never looked up.
//!
//! jsonwebtoken finds its provider through a process-wide default and panics at the first token
//! where none or two are compiled in. Here the provider is chosen when an authority is built, so
//! that both are an error there, whatever other crates of the program have turned on.

use jsonwebtoken::crypto::CryptoProvider;

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
