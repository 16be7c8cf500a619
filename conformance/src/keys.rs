//! The keys that the suite signs with: its own, other people's, and odd ones.
//!
//! They are kept apart from the product crates on purpose: what is forged here must not share a line with what judges it.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use aws_lc_rs::{
    digest, encoding::AsDer, encoding::Pkcs8V1Der, encoding::PublicKeyX509Der, hmac, rand::SystemRandom, rsa,
    signature, signature::KeyPair as _,
};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// How a signature is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5 with SHA-256: the one that LTI requires.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PKCS1-v1_5 with SHA-1, which no JOSE registry offers for signing.
    Rs1,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Scheme {
    /// The `alg` value.
    pub const fn alg(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Ps256 => "PS256",
            Self::Rs1 => "RS1",
            Self::Es256 => "ES256",
        }
    }
}

/// Why a key could not be made or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The cryptographic library refused.
    #[error("no key could be made: {0}")]
    Crypto(String),
    /// The key file cannot be read or written.
    #[error("key file {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl From<aws_lc_rs::error::Unspecified> for KeyError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Crypto("the cryptographic library gave no reason".to_owned())
    }
}

enum Pair {
    Rsa(rsa::KeyPair),
    Ec(signature::EcdsaKeyPair),
}

/// A key pair of the suite.
pub struct SuiteKey {
    pair: Pair,
    pkcs8: Vec<u8>,
    /// RS256 signatures by the digest of what was signed. The same message has the same signature (RFC 8017, 8.2), and the
    /// self-test has hundreds of doubles launched with the same ones.
    signed: Mutex<HashMap<[u8; 32], Vec<u8>>>,
}

impl std::fmt::Debug for SuiteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.pair {
            Pair::Rsa(_) => "SuiteKey(RSA)",
            Pair::Ec(_) => "SuiteKey(EC)",
        })
    }
}

impl SuiteKey {
    /// A new RSA key of 2048 bits.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn rsa() -> Result<Self, KeyError> {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048)?;
        let pkcs8 = AsDer::<Pkcs8V1Der<'static>>::as_der(&pair)?.as_ref().to_vec();
        Ok(Self { pair: Pair::Rsa(pair), pkcs8, signed: Mutex::default() })
    }

    /// A new key on P-256.
    ///
    /// # Errors
    /// When the cryptographic library fails.
    pub fn ec() -> Result<Self, KeyError> {
        let pair = signature::EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)?;
        let pkcs8 = pair.to_pkcs8v1()?.as_ref().to_vec();
        Ok(Self { pair: Pair::Ec(pair), pkcs8, signed: Mutex::default() })
    }

    /// Reads an RSA key from PKCS#8.
    ///
    /// # Errors
    /// When it is none.
    pub fn rsa_from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = rsa::KeyPair::from_pkcs8(pkcs8).map_err(|error| KeyError::Crypto(error.to_string()))?;
        Ok(Self { pair: Pair::Rsa(pair), pkcs8: pkcs8.to_vec(), signed: Mutex::default() })
    }

    /// Reads the key of this file, or makes one and writes it there, so that a subject registered once stays registered.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds no RSA key.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        let file_error = |reason: String| KeyError::File { path: path.display().to_string(), reason };
        match std::fs::read_to_string(path) {
            Ok(pem) => {
                let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
                let pkcs8 = STANDARD.decode(body.trim()).map_err(|error| file_error(format!("not PEM: {error}")))?;
                Self::rsa_from_pkcs8(&pkcs8).map_err(|_| file_error("holds no RSA key in PKCS#8".to_owned()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self::rsa()?;
                write_private(path, &pem("PRIVATE KEY", &key.pkcs8)).map_err(|error| file_error(error.to_string()))?;
                Ok(key)
            }
            Err(error) => Err(file_error(error.to_string())),
        }
    }

    /// The private key in PKCS#8.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public key as a JWK under this `kid`.
    pub fn jwk(&self, kid: &str) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                json!({
                    "kty": "RSA", "kid": kid, "use": "sig", "alg": "RS256",
                    "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
                    "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
                })
            }
            Pair::Ec(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = point[1..].split_at(32);
                json!({
                    "kty": "EC", "kid": kid, "use": "sig", "alg": "ES256", "crv": "P-256",
                    "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
                })
            }
        }
    }

    /// The public key in the encodings that somebody might hand to an HMAC: PEM with and without its last line break,
    /// PKCS#1 PEM, and both DER forms.
    pub fn public_encodings(&self) -> Vec<Vec<u8>> {
        let Pair::Rsa(pair) = &self.pair else { return Vec::new() };
        let public = pair.public_key();
        let pkcs1 = public.as_ref().to_vec();
        let Ok(spki) = AsDer::<PublicKeyX509Der<'_>>::as_der(public) else { return Vec::new() };
        let spki_pem = pem("PUBLIC KEY", spki.as_ref());
        let pkcs1_pem = pem("RSA PUBLIC KEY", &pkcs1);
        vec![
            spki_pem.clone().into_bytes(),
            spki_pem.trim_end().as_bytes().to_vec(),
            pkcs1_pem.clone().into_bytes(),
            pkcs1_pem.trim_end().as_bytes().to_vec(),
            spki.as_ref().to_vec(),
            pkcs1,
        ]
    }

    /// Signs a message.
    ///
    /// # Errors
    /// When the scheme does not fit the key.
    pub fn sign(&self, scheme: Scheme, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        match (&self.pair, scheme) {
            (Pair::Ec(pair), Scheme::Es256) => Ok(pair.sign(&random, message)?.as_ref().to_vec()),
            (Pair::Rsa(_), Scheme::Rs1) => self.sign_sha1(message),
            (Pair::Rsa(pair), Scheme::Rs256) => self.sign_once(pair, message),
            (Pair::Rsa(pair), Scheme::Rs384 | Scheme::Ps256) => {
                let padding: &dyn signature::RsaEncoding = match scheme {
                    Scheme::Rs384 => &signature::RSA_PKCS1_SHA384,
                    _ => &signature::RSA_PSS_SHA256,
                };
                rsa_signature(pair, padding, message)
            }
            _ => Err(KeyError::Crypto(format!("{} does not fit {self:?}", scheme.alg()))),
        }
    }

    /// RS256, from memory where this very message was signed before.
    fn sign_once(&self, pair: &rsa::KeyPair, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut known = [0; 32];
        known.copy_from_slice(digest::digest(&digest::SHA256, message).as_ref());
        let signed = || self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signature) = signed().get(&known) {
            return Ok(signature.clone());
        }
        let signature = rsa_signature(pair, &signature::RSA_PKCS1_SHA256, message)?;
        let mut signed = signed();
        if signed.len() >= REMEMBERED {
            signed.clear();
        }
        signed.insert(known, signature.clone());
        Ok(signature)
    }

    /// SHA-1 signatures can be made by no current library of the shipped path, so the padding is spelled out here.
    fn sign_sha1(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        use ::rsa::{Pkcs1v15Sign, RsaPrivateKey, pkcs8::DecodePrivateKey};
        /// RFC 8017, 9.2 note 1: the DER prefix of a SHA-1 `DigestInfo`.
        const SHA1_PREFIX: [u8; 15] =
            [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];
        let key = RsaPrivateKey::from_pkcs8_der(&self.pkcs8).map_err(|error| KeyError::Crypto(error.to_string()))?;
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message);
        let padding = Pkcs1v15Sign { hash_len: Some(20), prefix: SHA1_PREFIX.as_slice().into() };
        key.sign(padding, hash.as_ref()).map_err(|error| KeyError::Crypto(error.to_string()))
    }
}

/// How many signatures a key remembers, of 256 bytes each.
const REMEMBERED: usize = 32_768;

fn rsa_signature(
    pair: &rsa::KeyPair,
    padding: &'static dyn signature::RsaEncoding,
    message: &[u8],
) -> Result<Vec<u8>, KeyError> {
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &SystemRandom::new(), message, &mut signature)?;
    Ok(signature)
}

/// HMAC with SHA-256, for tokens that pretend a public key to be a secret.
pub fn hmac_sha256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message).as_ref().to_vec()
}

/// Writes DER as PEM.
pub fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

/// Every key that a run needs. Making RSA keys is slow, so a process makes them once.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The suite's own signing key, published from the start.
    pub platform: Arc<SuiteKey>,
    /// Another key of the platform, published beside the first.
    pub second: Arc<SuiteKey>,
    /// A key of the platform that cases publish under new kids.
    pub spare: Arc<SuiteKey>,
    /// A key of the platform that is never published, so that no cache can hold it.
    pub hidden: Arc<SuiteKey>,
    /// The key of a further registered issuer.
    pub foreign: Arc<SuiteKey>,
    /// The key of somebody whom no tool knows.
    pub stranger: Arc<SuiteKey>,
    /// An elliptic-curve key of the platform, published beside the first.
    pub ec: Arc<SuiteKey>,
}

impl Keys {
    /// The keys of this process, with this key as the platform's.
    ///
    /// # Errors
    /// When keys cannot be made.
    pub fn with_platform(platform: Arc<SuiteKey>) -> Result<Self, KeyError> {
        static MADE: OnceLock<Keys> = OnceLock::new();
        if MADE.get().is_none() {
            let make = || SuiteKey::rsa().map(Arc::new);
            let keys = Self {
                platform: make()?,
                second: make()?,
                spare: make()?,
                hidden: make()?,
                foreign: make()?,
                stranger: make()?,
                ec: Arc::new(SuiteKey::ec()?),
            };
            // Another thread may have been quicker: its keys are as good.
            drop(MADE.set(keys));
        }
        let made = MADE.get().ok_or_else(|| KeyError::Crypto("no keys were made".to_owned()))?;
        Ok(Self { platform, ..made.clone() })
    }

    /// The keys of this process, all made on the spot.
    ///
    /// # Errors
    /// When keys cannot be made.
    pub fn generate() -> Result<Self, KeyError> {
        static PLATFORM: OnceLock<Arc<SuiteKey>> = OnceLock::new();
        if PLATFORM.get().is_none() {
            drop(PLATFORM.set(Arc::new(SuiteKey::rsa()?)));
        }
        let platform = PLATFORM.get().cloned().ok_or_else(|| KeyError::Crypto("no keys were made".to_owned()))?;
        Self::with_platform(platform)
    }
}
