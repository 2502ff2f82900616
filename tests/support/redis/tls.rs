//! A Redis server that speaks TLS, with certificates made for the occasion.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use super::{RedisServer, free_port};

/// A `redis-server` with a TLS port, and what a client needs to know of it.
#[derive(Debug)]
pub struct TlsRedisServer {
    /// The server, which speaks plain text on another port.
    pub server: RedisServer,
    /// The certificate of the authority that vouches for the server, in PEM.
    pub root_certificate: String,
    /// A client certificate that the server accepts and its key, in PEM.
    pub client_certificate: (String, String),
    port: u16,
}

impl TlsRedisServer {
    /// Starts a server that asks clients for a certificate, and insists on one if it is `strict`.
    pub fn start(strict: bool) -> Self {
        let authority = authority();
        let (certificate, key) = certificate_of(&authority, "localhost");
        let client_certificate = certificate_of(&authority, "client");
        let dir =
            std::env::temp_dir().join(format!("jwt-tls-{}-{}", std::process::id(), free_port()));
        std::fs::create_dir_all(&dir).expect("a directory for certificates");
        let write = |name: &str, text: &str| {
            let file = dir.join(name);
            std::fs::write(&file, text).expect("a file for a certificate");
            file.to_string_lossy().into_owned()
        };
        let root = write("root.pem", &authority.pem());
        let certificate = write("server.pem", &certificate);
        let key = write("server.key", &key);
        let port = free_port();
        let server = RedisServer::start_with(&[
            "--tls-port",
            &port.to_string(),
            "--tls-ca-cert-file",
            &root,
            "--tls-cert-file",
            &certificate,
            "--tls-key-file",
            &key,
            "--tls-auth-clients",
            if strict { "yes" } else { "optional" },
        ]);
        // The server has read them.
        std::fs::remove_dir_all(&dir).expect("the directory just made");
        Self { server, root_certificate: authority.pem(), client_certificate, port }
    }

    /// `rediss://localhost:<port>`
    pub fn url(&self) -> String {
        format!("rediss://localhost:{}", self.port)
    }
}

/// The certificate of an authority that vouches for nobody, in PEM.
pub fn foreign_root_certificate() -> String {
    authority().pem()
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    // OpenSSL takes a certificate whose issuer has its own name for self-signed.
    params.distinguished_name.push(DnType::CommonName, "an authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key"))
        .expect("a certificate")
}

fn certificate_of(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}
