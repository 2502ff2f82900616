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
