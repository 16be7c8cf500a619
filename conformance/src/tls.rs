//! A local authority and server certificates made on the spot, for tools that bind their state only over https.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio_rustls::rustls::{
    self, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject as _},
};

use crate::keys::{SuiteKey, pem, write_private};

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate cannot be made.
    #[error("no certificate could be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The server refuses the certificate.
    #[error("the certificate cannot be served: {0}")]
    Server(#[from] rustls::Error),
    /// A file cannot be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
}

/// An authority that is valid on this machine only, and a server certificate by it.
#[derive(Debug)]
pub struct LocalAuthority {
    /// The authority's certificate (PEM): what a tool has to trust.
    pub certificate: String,
    /// A server certificate (PEM) for loopback names and the given hosts.
    pub server_certificate: String,
    authority_key: String,
    server_key: String,
    server: Arc<ServerConfig>,
}

/// A certificate (PEM) of this key, signed by itself.
///
/// # Errors
/// When it cannot be made.
pub fn certificate_of(key: &SuiteKey) -> Result<String, TlsError> {
    let key = rcgen::KeyPair::from_pem(&pem("PRIVATE KEY", key.pkcs8()))?;
    Ok(rcgen::CertificateParams::new(vec!["stranger.example".to_owned()])?.self_signed(&key)?.pem())
}

/// Where the certificates were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The authority.
    pub authority: PathBuf,
    /// The server certificate.
    pub server: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl LocalAuthority {
    /// Makes an authority and a server certificate for loopback and these hosts.
    ///
    /// # Errors
    /// When the certificates cannot be made.
    pub fn make(hosts: &[String]) -> Result<Self, TlsError> {
        let key = rcgen::KeyPair::generate()?;
        let certificate = Self::authority()?.self_signed(&key)?.pem();
        Self::issue(hosts, key, certificate)
    }

    /// The authority of an earlier run if its files lie beside the suite's key file, a new one otherwise: a tool that
    /// reads what it trusts only when it starts stays able to reach the suite. The server certificate is always new.
    ///
    /// # Errors
    /// When the certificates cannot be made.
    pub fn keep(hosts: &[String], beside: &Path) -> Result<Self, TlsError> {
        let kept = |name: &str| std::fs::read_to_string(file(beside, name)).ok();
        match (kept("ca"), kept("ca-key").and_then(|pem| rcgen::KeyPair::from_pem(&pem).ok())) {
            (Some(certificate), Some(key)) => Self::issue(hosts, key, certificate),
            _ => Self::make(hosts),
        }
    }

    fn authority() -> Result<rcgen::CertificateParams, rcgen::Error> {
        let mut authority = rcgen::CertificateParams::new(Vec::new())?;
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(rcgen::DnType::CommonName, "lti-conformance local authority");
        Ok(authority)
    }

    /// A server certificate by this authority.
    fn issue(hosts: &[String], authority_key: rcgen::KeyPair, certificate: String) -> Result<Self, TlsError> {
        let authority_key_pem = authority_key.serialize_pem();
        let issuer = rcgen::Issuer::new(Self::authority()?, authority_key);

        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        names.extend(hosts.iter().filter(|host| !names.contains(host)).cloned().collect::<Vec<_>>());
        let server_key = rcgen::KeyPair::generate()?;
        let mut server = rcgen::CertificateParams::new(names)?;
        server.distinguished_name.push(rcgen::DnType::CommonName, "lti-conformance");
        server.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        let server_certificate = server.signed_by(&server_key, &issuer)?;

        let own = CertificateDer::from_pem_slice(certificate.as_bytes())
            .map_err(|error| rustls::Error::General(format!("the authority's certificate cannot be read: {error}")))?;
        let chain: Vec<CertificateDer<'static>> = vec![server_certificate.der().clone(), own];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self {
            certificate,
            authority_key: authority_key_pem,
            server_certificate: server_certificate.pem(),
            server_key: server_key.serialize_pem(),
            server: Arc::new(config),
        })
    }

    /// What a TLS server needs.
    pub fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }

    /// Writes the certificates beside the suite's key file, for the tool to trust and to use itself.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, beside: &Path) -> Result<CertificateFiles, TlsError> {
        let files = CertificateFiles {
            authority: file(beside, "ca"),
            server: file(beside, "server"),
            key: file(beside, "server-key"),
        };
        let authority_key = file(beside, "ca-key");
        for (path, text) in [
            (&files.authority, &self.certificate),
            (&authority_key, &self.authority_key),
            (&files.server, &self.server_certificate),
            (&files.key, &self.server_key),
        ] {
            write_private(path, text).map_err(|source| TlsError::File { path: path.display().to_string(), source })?;
        }
        Ok(files)
    }
}

/// Where a file of the authority lies.
fn file(beside: &Path, name: &str) -> PathBuf {
    beside.with_file_name(format!("lti-conformance-{name}.pem"))
}
