//! A local authority and server certificates made on the spot, for tools that bind their state only over https.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio_rustls::rustls::{
    self, ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::keys::write_private;

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
    server_key: String,
    server: Arc<ServerConfig>,
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
        let authority_key = rcgen::KeyPair::generate()?;
        let mut authority = rcgen::CertificateParams::new(Vec::new())?;
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(rcgen::DnType::CommonName, "lti-conformance local authority");
        let certificate = authority.self_signed(&authority_key)?;
        let issuer = rcgen::Issuer::new(authority, authority_key);

        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        names.extend(hosts.iter().filter(|host| !names.contains(host)).cloned().collect::<Vec<_>>());
        let server_key = rcgen::KeyPair::generate()?;
        let mut server = rcgen::CertificateParams::new(names)?;
        server.distinguished_name.push(rcgen::DnType::CommonName, "lti-conformance");
        server.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
        let server_certificate = server.signed_by(&server_key, &issuer)?;

        let chain: Vec<CertificateDer<'static>> = vec![server_certificate.der().clone(), certificate.der().clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(server_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        Ok(Self {
            certificate: certificate.pem(),
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
        let file = |name: &str| beside.with_file_name(format!("lti-conformance-{name}.pem"));
        let files = CertificateFiles { authority: file("ca"), server: file("server"), key: file("server-key") };
        for (path, text) in [
            (&files.authority, &self.certificate),
            (&files.server, &self.server_certificate),
            (&files.key, &self.server_key),
        ] {
            write_private(path, text).map_err(|source| TlsError::File { path: path.display().to_string(), source })?;
        }
        Ok(files)
    }
}
