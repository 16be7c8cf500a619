//! The guarded fetcher over TLS, with an authority made for the test.

use std::process::Command;
use std::sync::Arc;

use oauth2_issuer::relying::{Fetch as _, FetchError, FetchPolicy, Fetched, GuardedFetcher};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use url::Url;

/// A server of TLS under `name`, and the certificate of its authority.
pub(crate) fn acceptor(name: &str) -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::new(vec![]).unwrap();
    // Two authorities of one name would be taken for each other.
    authority.distinguished_name.push(DnType::CommonName, format!("authority of {name}"));
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}

/// Serves one document over TLS for `name`, on this machine. Gives the address and the authority's certificate.
pub(crate) async fn serve(name: &str) -> (Url, String) {
    let (acceptor, authority) = acceptor(name);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").await;
            let _ = stream.shutdown().await;
        }
    });
    (Url::parse(&format!("https://{name}:{port}/jwks")).unwrap(), authority)
}

async fn get(policy: FetchPolicy, url: &Url) -> Result<Fetched, FetchError> {
    GuardedFetcher::new(policy).unwrap().get(url).await
}

#[tokio::test]
async fn an_unknown_authority_is_not_trusted_until_it_is_added() {
    let (url, pem) = serve("localhost").await;
    let policy = FetchPolicy::default().allow_loopback();
    let error = get(policy.clone(), &url).await.unwrap_err();
    assert!(matches!(&error, FetchError::TlsUntrusted { .. }), "{error:?}");
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    let fetched = get(policy.trust_pem(pem.as_bytes()).unwrap(), &url).await.unwrap();
    assert_eq!(&fetched.body[..], b"{}");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let (url, pem) = serve("localhost").await;
    let policy = FetchPolicy::default().allow_loopback().trust_pem(pem.as_bytes()).unwrap();
    let numbered = Url::parse(&url.as_str().replace("localhost", "127.0.0.1")).unwrap();
    let error = get(policy, &numbered).await.unwrap_err();
    assert!(matches!(error, FetchError::TlsUntrusted { .. }), "{error:?}");
}

#[tokio::test]
async fn https_to_a_plain_port_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("https://{}/jwks", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let error = get(FetchPolicy::default().allow_loopback(), &url).await.unwrap_err();
    assert!(matches!(error, FetchError::Tls { .. }), "{error:?}");
}

/// In an image without CA files the system has no authorities: the fetcher must still be made, still trust what is
/// added, and still refuse what is not. The environment belongs to the process, so the test runs itself again.
#[tokio::test]
async fn an_image_without_ca_files_works() {
    const INSIDE: &str = "LTI_TEST_WITHOUT_CA_FILES";
    if std::env::var_os(INSIDE).is_some() {
        let (url, pem) = serve("localhost").await;
        let policy = FetchPolicy::default().allow_loopback();
        assert!(matches!(get(policy.clone(), &url).await, Err(FetchError::TlsUntrusted { .. })));
        assert!(get(policy.trust_pem(pem.as_bytes()).unwrap(), &url).await.is_ok());
        return;
    }
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tls::an_image_without_ca_files_works", "--nocapture"])
        .env(INSIDE, "1")
        .env("SSL_CERT_FILE", "/nonexistent/ca.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && stdout.contains("1 passed"), "{stdout}\n{}", String::from_utf8_lossy(&run.stderr));
}
