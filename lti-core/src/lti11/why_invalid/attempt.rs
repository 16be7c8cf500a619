//! A signature made with one mistake or another.

use std::cmp::Ordering;
use std::fmt::Write as _;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::lti11::inspect::Request;
use crate::lti11::oauth1::{Lti11Secret, SignatureMethod, encode};

/// How bytes are encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Right,
    PlusForSpace,
    Twice,
    LowerCaseHex,
    TildeEncoded,
    MarksNotEncoded,
}

/// How parameters are sorted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sorting {
    Right,
    ByDecoded,
    Natural,
    Not,
}

/// Everything that goes into a signature.
#[derive(Clone)]
pub(super) struct Attempt {
    pub(super) http_method: String,
    /// As it is encoded into the base string.
    pub(super) uri: String,
    /// Without the signature, in the order they came.
    pub(super) pairs: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) encoding: Encoding,
    pub(super) sorting: Sorting,
    pub(super) method: SignatureMethod,
    pub(super) key: Zeroizing<String>,
    /// The signature that came.
    pub(super) signature: String,
}

impl Attempt {
    /// The signature as it should have been made; nothing where there is no signature or no known method.
    pub(super) fn of(request: &Request<'_>, secret: &Lti11Secret) -> Option<Self> {
        let parameters = request.parameters();
        let method = parameters.get("oauth_signature_method").and_then(|name| name.to_ascii_uppercase().parse().ok());
        Some(Self {
            http_method: request.received().method.to_ascii_uppercase(),
            uri: request.uri().as_str().to_owned(),
            pairs: parameters.raw_pairs().filter(|(name, _)| name != b"oauth_signature").collect(),
            encoding: Encoding::Right,
            sorting: Sorting::Right,
            method: method.unwrap_or_default(),
            key: Zeroizing::new(format!("{}&", encode(secret.expose()))),
            signature: parameters.get("oauth_signature")?.to_owned(),
        })
    }

    /// The same for another address.
    pub(super) fn at(mut self, uri: &str) -> Self {
        uri.clone_into(&mut self.uri);
        self
    }

    /// Whether the signature that came is made like this.
    pub(super) fn matches(&self) -> bool {
        let Ok(tag) = STANDARD.decode(&self.signature) else { return false };
        let algorithm = match self.method {
            SignatureMethod::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            SignatureMethod::HmacSha256 => hmac::HMAC_SHA256,
        };
        let key = hmac::Key::new(algorithm, self.key.as_bytes());
        hmac::verify(&key, self.base_string().as_bytes(), &tag).is_ok()
    }

    fn base_string(&self) -> String {
        let mut pairs: Vec<_> =
            self.pairs.iter().map(|pair| (self.encoded(&pair.0), self.encoded(&pair.1), pair)).collect();
        match self.sorting {
            Sorting::Right => pairs.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1))),
            Sorting::ByDecoded => pairs.sort_by(|a, b| a.2.cmp(b.2)),
            Sorting::Natural => pairs.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| natural(&a.1, &b.1))),
            Sorting::Not => {}
        }
        let joined: Vec<_> = pairs.into_iter().map(|(name, value, _)| format!("{name}={value}")).collect();
        // The joined parameters hold no spaces, so that a `+` in place of one is made once.
        let outer = if self.encoding == Encoding::Twice { Encoding::Right } else { self.encoding };
        let outer = |text: &str| encoded_as(outer, text.as_bytes());
        format!("{}&{}&{}", self.http_method, outer(&self.uri), outer(&joined.join("&")))
    }

    fn encoded(&self, bytes: &[u8]) -> String {
        let once = encoded_as(self.encoding, bytes);
        if self.encoding == Encoding::Twice { encoded_as(Encoding::Right, once.as_bytes()) } else { once }
    }
}

fn encoded_as(encoding: Encoding, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let plain = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => true,
            b'~' => encoding != Encoding::TildeEncoded,
            b'!' | b'*' | b'\'' | b'(' | b')' => encoding == Encoding::MarksNotEncoded,
            _ => false,
        };
        let _ = match encoding {
            _ if plain => write!(out, "{}", char::from(*byte)),
            Encoding::PlusForSpace if *byte == b' ' => write!(out, "+"),
            Encoding::LowerCaseHex => write!(out, "%{byte:02x}"),
            _ => write!(out, "%{byte:02X}"),
        };
    }
    out
}

/// As people sort: 2 before 10.
fn natural(a: &str, b: &str) -> Ordering {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    match (digits(a), digits(b)) {
        (0, _) | (_, 0) => a.cmp(b),
        (a_ends, b_ends) => {
            let (a_number, b_number) = (a[..a_ends].trim_start_matches('0'), b[..b_ends].trim_start_matches('0'));
            let number = a_number.len().cmp(&b_number.len()).then_with(|| a_number.cmp(b_number));
            number.then_with(|| a[a_ends..].cmp(&b[b_ends..]))
        }
    }
}
