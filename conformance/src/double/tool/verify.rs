//! What flawed tools take for a verified signature. The cryptography is this module's own, so that a mistake in the
//! rules of `lti-core` cannot hide in it.

use aws_lc_rs::{
    hmac,
    rsa::PublicKeyComponents,
    signature::{
        RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
        RSA_PSS_2048_8192_SHA256, RsaParameters,
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lti_core::jose::Algorithm;
use rsa::{
    BigUint, RsaPublicKey,
    pkcs8::{DecodePublicKey as _, EncodePublicKey as _, LineEnding},
    traits::PublicKeyParts as _,
};
use serde_json::Value;

use super::{
    TokenFlaw,
    keys::Published,
    opened::{Opened, decode},
};

/// A token longer than this is huge.
pub(super) const HUGE: usize = 256 * 1024;

/// An RSA public key by its numbers.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl Numbers {
    /// Reads them from a JWK.
    pub(super) fn of_jwk(jwk: &Value) -> Option<Self> {
        let number = |name: &str| decode(jwk.get(name)?.as_str()?);
        Some(Self { n: number("n")?, e: number("e")? })
    }

    /// Reads them from the first certificate of a PEM text.
    pub(super) fn of_pem_certificate(pem: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(pem).ok()?;
        let (_, rest) = text.split_once("-----BEGIN CERTIFICATE-----")?;
        let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
        Self::of_certificate(&body.split_ascii_whitespace().collect::<String>())
    }

    /// Reads them from a certificate in base64.
    pub(super) fn of_certificate(base64: &str) -> Option<Self> {
        let der = STANDARD.decode(base64).ok()?;
        let key = RsaPublicKey::from_public_key_der(subject_public_key(&der)?).ok()?;
        Some(Self { n: key.n().to_bytes_be(), e: key.e().to_bytes_be() })
    }

    fn verifies(&self, parameters: &RsaParameters, token: &Opened) -> bool {
        self.verifies_this(parameters, token, &token.signature)
    }

    fn verifies_this(&self, parameters: &RsaParameters, token: &Opened, signature: &[u8]) -> bool {
        let key = PublicKeyComponents { n: self.n.as_slice(), e: self.e.as_slice() };
        key.verify(parameters, token.message.as_bytes(), signature).is_ok()
    }

    /// Whether an RS256 signature verifies.
    pub(super) fn verify_rs256(&self, token: &Opened) -> bool {
        self.verifies(&RSA_PKCS1_2048_8192_SHA256, token)
    }

    /// Whether one of the 256 values of its last byte makes the signature good.
    fn verifies_but_for_last_byte(&self, token: &Opened) -> bool {
        let mut signature = token.signature.clone();
        (0..=u8::MAX).any(|byte| {
            if let Some(last) = signature.last_mut() {
                *last = byte;
            }
            self.verifies_this(&RSA_PKCS1_2048_8192_SHA256, token, &signature)
        })
    }

    /// Whether the signature opens to the padding of PKCS #1, whatever stands behind it.
    fn opens_to_padding(&self, token: &Opened) -> bool {
        let (n, e) = (BigUint::from_bytes_be(&self.n), BigUint::from_bytes_be(&self.e));
        let opened = BigUint::from_bytes_be(&token.signature).modpow(&e, &n).to_bytes_be();
        // The leading zero of the padding is lost in the number.
        opened.len() + 1 == self.n.len() && opened.starts_with(&[1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    }

    /// Whether the signature is an HMAC with an encoding of this key for its secret.
    fn verifies_as_secret(&self, token: &Opened) -> bool {
        let key = RsaPublicKey::new(BigUint::from_bytes_be(&self.n), BigUint::from_bytes_be(&self.e));
        let Ok(key) = key else { return false };
        let pem = key.to_public_key_pem(LineEnding::LF).unwrap_or_default();
        let der = key.to_public_key_der().map(|der| der.as_bytes().to_vec()).unwrap_or_default();
        [pem.as_bytes(), pem.trim_end().as_bytes(), &der].into_iter().any(|secret| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
            hmac::verify(&key, token.message.as_bytes(), &token.signature).is_ok()
        })
    }
}

/// Whether the key that the header names signed the token: the sound answer, for flaws that lie elsewhere.
pub(super) fn soundly_signed(token: &Opened, keys: &Published) -> bool {
    let (kid, alg) = (token.kid(), token.alg());
    let Ok(alg) = alg.parse::<Algorithm>() else { return false };
    kid.is_some_and(|kid| {
        keys.set
            .candidates(Some(&kid), alg)
            .any(|key| key.verify(alg, token.message.as_bytes(), &token.signature).is_ok())
    })
}

/// Whether the flaw takes the token for signed. `led` is the key that the header led to.
pub(super) fn taken(flaw: TokenFlaw, token: &Opened, keys: &Published, led: Option<&Numbers>) -> bool {
    let named = named(token, keys);
    let every = || all(keys);
    let plain = token.alg() == "RS256" && !token.header.has("crit");
    let by_named = |passes: fn(&Numbers, &Opened) -> bool| plain && named.iter().any(|key| passes(key, token));
    let by_any = |wanted: bool| plain && wanted && every().iter().any(|key| key.verify_rs256(token));
    let unknown_kid = token.kid().is_some() && named.is_empty();
    match flaw {
        TokenFlaw::SignatureNotChecked => by_named(|_, _| true),
        TokenFlaw::SignatureLengthOnly => by_named(|key, token| token.signature.len() == key.n.len()),
        TokenFlaw::LastByteForgiven => by_named(Numbers::verifies_but_for_last_byte),
        TokenFlaw::DigestNotCompared => by_named(Numbers::opens_to_padding),
        TokenFlaw::EmptySignatureAccepted => by_named(|_, token| token.signature.is_empty()),
        TokenFlaw::AlgNoneAccepted => token.alg() == "none" && token.signature.is_empty(),
        TokenFlaw::AlgNoneAnyCase => token.alg() != "none" && token.alg().eq_ignore_ascii_case("none"),
        TokenFlaw::HmacWithPublicKey => {
            token.alg() == "HS256" && every().iter().any(|key| key.verifies_as_secret(token))
        }
        TokenFlaw::Sha1Accepted => {
            token.alg() == "RS1"
                && named.iter().any(|key| key.verifies(&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, token))
        }
        TokenFlaw::Rs384Too => verifies_as(&["RS384"], token, &named),
        TokenFlaw::KeyAlgIgnored => verifies_as(&["RS384", "PS256"], token, &named),
        TokenFlaw::KidlessTriesAll => by_any(token.kid().is_none()),
        TokenFlaw::UnknownKidTriesAll => by_any(unknown_kid),
        TokenFlaw::KidIgnored => by_any(true),
        TokenFlaw::UnknownKidUnverified => plain && unknown_kid,
        TokenFlaw::HeaderJwkUsed | TokenFlaw::HeaderJkuUsed | TokenFlaw::HeaderX5uUsed | TokenFlaw::HeaderX5cUsed => {
            plain && led.is_some_and(|key| key.verify_rs256(token))
        }
        TokenFlaw::CritIgnored => {
            token.alg() == "RS256" && token.header.has("crit") && named.iter().any(|key| key.verify_rs256(token))
        }
        TokenFlaw::HeaderDuplicatesRead => {
            token.header.has_duplicates()
                && token.header.first("alg").is_some_and(|alg| alg == "RS256")
                && named.iter().any(|key| key.verify_rs256(token))
        }
        TokenFlaw::AnySizeRead => token.message.len() > HUGE && soundly_signed(token, keys),
        _ => false,
    }
}

fn verifies_as(algorithms: &[&str], token: &Opened, keys: &[Numbers]) -> bool {
    let alg = token.alg();
    let parameters = match alg.as_str() {
        "RS384" => &RSA_PKCS1_2048_8192_SHA384,
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        _ => return false,
    };
    algorithms.contains(&alg.as_str()) && keys.iter().any(|key| key.verifies(parameters, token))
}

/// The RSA keys of the set that the header names.
fn named(token: &Opened, keys: &Published) -> Vec<Numbers> {
    let Some(kid) = token.kid() else { return Vec::new() };
    let names = |jwk: &&Value| jwk.get("kid").and_then(Value::as_str) == Some(kid.as_str());
    keys.jwks.iter().filter(names).filter_map(Numbers::of_jwk).collect()
}

fn all(keys: &Published) -> Vec<Numbers> {
    keys.jwks.iter().filter_map(Numbers::of_jwk).collect()
}

/// One element of DER: its tag, its content, the element as a whole, and what follows.
type Element<'a> = (u8, &'a [u8], &'a [u8], &'a [u8]);

fn element(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, content) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, content) = rest.split_at_checked(usize::from(first & 0x7f))?;
        (digits.iter().try_fold(0_usize, |sum, digit| sum.checked_mul(256)?.checked_add(usize::from(*digit)))?, content)
    };
    let (content, after) = content.split_at_checked(length)?;
    Some((tag, content, &der[..der.len() - after.len()], after))
}

/// The `SubjectPublicKeyInfo` of a certificate (RFC 5280, 4.1): the seventh part, or the sixth where no version is given.
fn subject_public_key(certificate: &[u8]) -> Option<&[u8]> {
    const VERSION_TAG: u8 = 0xa0;
    let (_, certificate, _, _) = element(certificate)?;
    let (_, mut rest, _, _) = element(certificate)?;
    if let (VERSION_TAG, _, _, after) = element(rest)? {
        rest = after;
    }
    // Serial number, signature algorithm, issuer, validity, subject.
    for _ in 0..5 {
        (_, _, _, rest) = element(rest)?;
    }
    element(rest).map(|(_, _, whole, _)| whole)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        forge::{Seal, Token, alter_signature, alter_subject},
        keys::{Keys, Scheme, hmac_sha256},
    };

    fn published(jwks: Vec<Value>) -> Published {
        let set = lti_core::jose::KeySet::parse(json!({ "keys": jwks }).to_string().as_bytes()).unwrap();
        Published { set, jwks, ..Published::default() }
    }

    fn token(change: impl FnOnce(&mut Token)) -> Opened {
        let keys = Keys::generate().unwrap();
        let mut token = Token::new(json!({"sub": "ada"}).as_object().unwrap().clone(), keys.platform, "good");
        change(&mut token);
        Opened::parse(&token.compact().unwrap()).unwrap()
    }

    fn set() -> Published {
        let keys = Keys::generate().unwrap();
        published(vec![keys.platform.jwk("good"), keys.second.jwk("second")])
    }

    /// Which of the wrong tokens each careless check takes; no check takes any other.
    #[test]
    fn each_careless_check_takes_its_own_wrong_tokens() {
        let keys = Keys::generate().unwrap();
        let stranger = keys.stranger.clone();
        let tokens = [
            ("altered", token(|token| token.tamper = Some(alter_signature))),
            ("payload", token(|token| token.tamper = Some(alter_subject))),
            ("missing", token(|token| token.seal = Seal::Empty)),
            ("stranger", token(|token| token.seal = Seal::Signed(stranger.clone(), Scheme::Rs256))),
            ("second", token(|token| token.seal = Seal::Signed(keys.second.clone(), Scheme::Rs256))),
            ("kidless", token(|token| drop(token.header.remove("kid")))),
            ("unknown", token(|token| token.set_header("kid", "other"))),
            ("rs1", token(|token| token.sign_with(&keys.platform, Scheme::Rs1))),
            ("rs384", token(|token| token.sign_with(&keys.platform, Scheme::Rs384))),
            ("ps256", token(|token| token.sign_with(&keys.platform, Scheme::Ps256))),
            ("crit", token(|token| token.set_header("crit", json!(["x"])))),
        ];
        let rows: [(TokenFlaw, &[&str]); 12] = [
            (TokenFlaw::SignatureNotChecked, &["altered", "payload", "missing", "stranger", "second"]),
            (TokenFlaw::SignatureLengthOnly, &["altered", "payload", "stranger", "second"]),
            (TokenFlaw::LastByteForgiven, &["altered"]),
            (TokenFlaw::DigestNotCompared, &["payload"]),
            (TokenFlaw::EmptySignatureAccepted, &["missing"]),
            (TokenFlaw::Sha1Accepted, &["rs1"]),
            (TokenFlaw::Rs384Too, &["rs384"]),
            (TokenFlaw::KeyAlgIgnored, &["rs384", "ps256"]),
            (TokenFlaw::KidlessTriesAll, &["kidless"]),
            (TokenFlaw::UnknownKidTriesAll, &["unknown"]),
            (TokenFlaw::KidIgnored, &["second", "kidless", "unknown"]),
            (TokenFlaw::CritIgnored, &["crit"]),
        ];
        let set = set();
        for (flaw, expected) in rows {
            let seen: Vec<_> =
                tokens.iter().filter(|(_, token)| taken(flaw, token, &set, None)).map(|(name, _)| *name).collect();
            assert_eq!(seen, expected, "{flaw:?}");
        }
    }

    #[test]
    fn a_public_key_serves_as_secret_only_to_the_flaw() {
        let keys = Keys::generate().unwrap();
        let pem = keys.platform.public_encodings().remove(0);
        let forged = token(|token| {
            token.set_header("alg", "HS256");
            token.seal = Seal::Hmac(pem);
        });
        assert!(taken(TokenFlaw::HmacWithPublicKey, &forged, &set(), None));
        assert!(!taken(TokenFlaw::SignatureNotChecked, &forged, &set(), None));
        assert!(!soundly_signed(&forged, &set()));
        assert_eq!(hmac_sha256(b"k", b"m").len(), 32);
    }

    #[test]
    fn the_key_of_a_certificate_is_found() {
        let keys = Keys::generate().unwrap();
        let pair = rcgen::KeyPair::try_from(keys.stranger.pkcs8()).unwrap();
        let parameters = rcgen::CertificateParams::new(vec!["stranger.test".to_owned()]).unwrap();
        let pem = parameters.self_signed(&pair).unwrap().pem();
        let numbers = Numbers::of_pem_certificate(pem.as_bytes()).unwrap();
        let signed = token(|token| token.seal = Seal::Signed(keys.stranger.clone(), Scheme::Rs256));
        assert!(numbers.verify_rs256(&signed));
        assert!(taken(TokenFlaw::HeaderX5cUsed, &signed, &set(), Some(&numbers)));
        assert!(Numbers::of_certificate("AAAA").is_none());
    }
}
