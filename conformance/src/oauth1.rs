//! OAuth 1.0 signatures byte by byte (RFC 5849, 3.4), for messages that nobody should send as well as for sound ones.
//!
//! Nothing is checked here: names and values are bytes, may be repeated, and may be signed otherwise than they are sent. The
//! suites sign with this alone and never with what the products sign with, so that an error in one is seen by the other.

use aws_lc_rs::{digest, hmac};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

/// The parameter that carries the signature and is never signed itself.
pub const SIGNATURE: &str = "oauth_signature";

/// A parameter: its decoded name and value, which need not be text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The decoded name.
    pub name: Vec<u8>,
    /// The decoded value.
    pub value: Vec<u8>,
}

impl Pair {
    /// A parameter of this name and value.
    pub fn new(name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// Whether it has this name.
    pub fn is(&self, name: &str) -> bool {
        self.name == name.as_bytes()
    }
}

/// Parameters in the order in which they are sent, repeated names included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<Pair>);

impl Pairs {
    /// Reads a query or an urlencoded body as RFC 5849, 3.4.1.3.1 has it read: `+` is a space, what lacks `=` has an empty
    /// value, and a percent sign without two hexadecimal digits stands for itself.
    pub fn read(text: &[u8]) -> Self {
        let parts = text.split(|&byte| byte == b'&').filter(|part| !part.is_empty());
        Self(
            parts
                .map(|part| match part.iter().position(|&byte| byte == b'=') {
                    Some(at) => Pair::new(decode(&part[..at]), decode(&part[at + 1..])),
                    None => Pair::new(decode(part), Vec::new()),
                })
                .collect(),
        )
    }

    /// The first value under this name, as text.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.iter().find(|pair| pair.is(name)).map(|pair| String::from_utf8_lossy(&pair.value).into_owned())
    }

    /// Gives the first parameter of this name this value, or adds one.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        match self.0.iter_mut().find(|pair| pair.is(name)) {
            Some(pair) => pair.value = value.into(),
            None => self.add(name, value),
        }
    }

    /// Adds a parameter behind the others, whether its name is there already or not.
    pub fn add(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.0.push(Pair::new(name, value));
    }

    /// Adds a parameter before the others.
    pub fn add_first(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.0.insert(0, Pair::new(name, value));
    }

    /// Takes every parameter of this name away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|pair| !pair.is(name));
    }

    /// The parameters whose names begin so, and the others.
    #[must_use]
    pub fn split(self, prefix: &str) -> (Self, Self) {
        let (these, others) = self.0.into_iter().partition(|pair| pair.name.starts_with(prefix.as_bytes()));
        (Self(these), Self(others))
    }

    /// An urlencoded body or query, everything but the unreserved characters encoded, a space as `+` as browsers write it.
    pub fn form(&self) -> String {
        let write = |bytes: &[u8]| encode(bytes).replace("%20", "+");
        let parts: Vec<String> =
            self.0.iter().map(|pair| format!("{}={}", write(&pair.name), write(&pair.value))).collect();
        parts.join("&")
    }
}

impl<N: Into<Vec<u8>>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Pairs {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| Pair::new(name, value)).collect())
    }
}

/// What the signature is made with; the label `oauth_signature_method` may say something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// HMAC-SHA1 (RFC 5849, 3.4.2).
    Sha1,
    /// HMAC-SHA256, an extension.
    Sha256,
    /// The secrets themselves (RFC 5849, 3.4.4).
    Plaintext,
}

/// What a signature is made over and with. Each part may differ from what is sent.
#[derive(Clone)]
pub struct Signing {
    /// The method in the base string, as it is to stand there.
    pub method: String,
    /// The address in the base string; its query is signed with the body's parameters.
    pub url: String,
    /// The consumer's secret.
    pub secret: Vec<u8>,
    /// The token's secret; LTI has none.
    pub token_secret: Vec<u8>,
    /// What the signature is made with.
    pub digest: Digest,
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signing").field("method", &self.method).field("url", &self.url).finish_non_exhaustive()
    }
}

impl Signing {
    /// A sound signature of a POST to this address.
    pub fn post(url: impl Into<String>, secret: impl Into<Vec<u8>>) -> Self {
        Self {
            method: "POST".to_owned(),
            url: url.into(),
            secret: secret.into(),
            token_secret: Vec::new(),
            digest: Digest::Sha1,
        }
    }

    /// The signature base string over the address's query and these parameters (RFC 5849, 3.4.1).
    pub fn base_string(&self, pairs: &Pairs) -> String {
        format!(
            "{}&{}&{}",
            encode(self.method.as_bytes()),
            encode(base_uri(&self.url).as_bytes()),
            encode(self.normalized(pairs).as_bytes())
        )
    }

    /// RFC 5849, 3.4.1.3.2: encoded, sorted by name and then by value, byte by byte.
    fn normalized(&self, pairs: &Pairs) -> String {
        let query = Pairs::read(query(&self.url).as_bytes());
        let mut encoded: Vec<(String, String)> = query
            .0
            .iter()
            .chain(&pairs.0)
            .filter(|pair| !pair.is(SIGNATURE))
            .map(|pair| (encode(&pair.name), encode(&pair.value)))
            .collect();
        encoded.sort();
        let parts: Vec<String> = encoded.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        parts.join("&")
    }

    /// The signature over these parameters, as `oauth_signature` carries it.
    pub fn signature(&self, pairs: &Pairs) -> String {
        self.signature_of(&self.base_string(pairs))
    }

    /// The signature that a signer makes who does not encode the secret.
    pub fn signature_with_secret_as_it_is(&self, pairs: &Pairs) -> String {
        let key = [self.secret.as_slice(), b"&", &self.token_secret].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
        STANDARD.encode(hmac::sign(&key, self.base_string(pairs).as_bytes()))
    }

    /// The signature over a base string that was made elsewhere.
    pub fn signature_of(&self, base_string: &str) -> String {
        let key = format!("{}&{}", encode(&self.secret), encode(&self.token_secret));
        let algorithm = match self.digest {
            Digest::Plaintext => return key,
            Digest::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Digest::Sha256 => hmac::HMAC_SHA256,
        };
        STANDARD.encode(hmac::sign(&hmac::Key::new(algorithm, key.as_bytes()), base_string.as_bytes()))
    }

    /// Signs these parameters: `oauth_signature` is added behind them, or replaced where it is.
    pub fn sign(&self, pairs: &mut Pairs) {
        let signature = self.signature(pairs);
        pairs.set(SIGNATURE, signature);
    }
}

/// An `Authorization` header with these protocol parameters (RFC 5849, 3.5.1).
pub fn authorization_header(realm: Option<&str>, pairs: &Pairs) -> String {
    let realm = realm.map(|realm| format!("realm=\"{realm}\""));
    let pairs = pairs.0.iter().map(|pair| format!("{}=\"{}\"", encode(&pair.name), encode(&pair.value)));
    let parts: Vec<String> = realm.into_iter().chain(pairs).collect();
    format!("OAuth {}", parts.join(", "))
}

/// The protocol parameters of an `Authorization` header, `realm` left out; nothing where the scheme is another.
pub fn read_authorization_header(header: &str) -> Option<Pairs> {
    let (scheme, rest) = header.trim().split_once(char::is_whitespace)?;
    if !scheme.eq_ignore_ascii_case("oauth") {
        return None;
    }
    let pairs = rest.split(',').filter_map(|part| part.trim().split_once('=')).map(|(name, value)| {
        let value = value.trim().trim_matches('"');
        Pair::new(percent_decode(name.trim().as_bytes()), percent_decode(value.as_bytes()))
    });
    Some(Pairs(pairs.filter(|pair| !pair.is("realm")).collect()))
}

/// `oauth_body_hash` of a body that is no form, by SHA-1 as the draft has it for HMAC-SHA1.
pub fn body_hash(body: &[u8]) -> String {
    STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, body))
}

/// Everything but letters, digits, `-`, `.`, `_` and `~` as `%` and two upper-case hexadecimal digits (RFC 5849, 3.6).
pub fn encode(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    text
}

/// Decodes a part of a form: `+` is a space.
pub fn decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    percent_decode(&spaced)
}

fn percent_decode(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let digits = if byte == b'%' { after.get(..2).and_then(hex) } else { None };
        bytes.push(digits.unwrap_or(byte));
        rest = if digits.is_some() { &after[2..] } else { after };
    }
    bytes
}

fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(digits[at]).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(0)? * 16 + digit(1)?)
}

/// The base string URI (RFC 5849, 3.4.1.2): scheme and host in lower case, the port only where it is not the scheme's own,
/// the path as it is. An address without a scheme is left as it stands.
pub fn base_uri(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = plain.split_once("://") else { return plain.to_owned() };
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let scheme = scheme.to_ascii_lowercase();
    let authority = authority.to_ascii_lowercase();
    let default = match scheme.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    let authority = authority.strip_suffix(default).filter(|_| !default.is_empty()).unwrap_or(&authority);
    format!("{scheme}://{authority}{path}")
}

/// The query of an address, as it is written there.
fn query(url: &str) -> &str {
    let plain = url.split('#').next().unwrap_or_default();
    plain.split_once('?').map_or("", |(_, query)| query)
}

/// An address with these further pairs in its query, written as in a form.
pub fn with_query(url: &Url, pairs: &Pairs) -> Url {
    let mut url = url.clone();
    let query: Vec<String> = url.query().map(str::to_owned).into_iter().chain([pairs.form()]).collect();
    url.set_query(Some(&query.join("&")));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5849, 3.4.1.1: the example's base string.
    #[test]
    fn the_base_string_of_the_rfc() {
        let mut pairs: Pairs = [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("oauth_signature", "is left out"),
        ]
        .into_iter()
        .collect();
        pairs.0.extend(Pairs::read(b"c2&a3=2+q").0);
        let signing = Signing::post("HTTP://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", "");
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
                        %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
                        %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201\
                        %26oauth_token%3Dkkk9d7dh3k39sjv7";
        assert_eq!(signing.base_string(&pairs), expected);
    }

    /// Signed by oauthlib 4.0.1.
    #[test]
    fn a_launch_of_another_implementation() {
        let body = "lti_message_type=basic-lti-launch-request&lti_version=LTI-1p0&resource_link_id=7&user_id=42&roles=Learner\
                    &context_id=3&ext_user_username=taro&oauth_callback=about%3Ablank&oauth_version=1.0\
                    &oauth_nonce=73f199916249bedddc8cae312236a43f&oauth_timestamp=1795300000\
                    &oauth_consumer_key=b18e82ec68372474&oauth_signature_method=HMAC-SHA1";
        let signing = Signing::post("https://hub.example.jp/hub/lti/launch", "c0fe2924dbb0f470");
        let mut pairs = Pairs::read(body.as_bytes());
        signing.sign(&mut pairs);
        assert_eq!(pairs.get(SIGNATURE).as_deref(), Some("n4S7huhxQWHl2Ts4Cof+QIGIxhI="));
        assert_eq!(pairs.form(), format!("{body}&oauth_signature=n4S7huhxQWHl2Ts4Cof%2BQIGIxhI%3D"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let pairs =
            Pairs(vec![Pair::new("a b", "+%&=é"), Pair::new(vec![0xFF, 0], vec![b'%', 0xC3]), Pair::new("", "")]);
        assert_eq!(Pairs::read(pairs.form().as_bytes()), pairs);
        let read = Pairs::read(b"a=%zz&b=%4&c=%e3%81%82&d");
        assert_eq!(read.get("a").as_deref(), Some("%zz"));
        assert_eq!(read.get("b").as_deref(), Some("%4"));
        assert_eq!(read.get("c").as_deref(), Some("あ"));
        assert_eq!(read.get("d").as_deref(), Some(""));
    }

    #[test]
    fn ports_stay_unless_they_are_the_schemes_own() {
        assert_eq!(base_uri("HTTPS://Tool.Test:443"), "https://tool.test/");
        assert_eq!(base_uri("https://tool.test:80/A?b#c"), "https://tool.test:80/A");
        assert_eq!(base_uri("http://tool.test:8080/a%6C"), "http://tool.test:8080/a%6C");
    }

    #[test]
    fn headers_are_written_and_read() {
        let pairs: Pairs = [("oauth_nonce", "a b\"c"), ("oauth_signature", "x+/=")].into_iter().collect();
        let header = authorization_header(Some(""), &pairs);
        assert_eq!(header, "OAuth realm=\"\", oauth_nonce=\"a%20b%22c\", oauth_signature=\"x%2B%2F%3D\"");
        assert_eq!(read_authorization_header(&header), Some(pairs));
        assert_eq!(read_authorization_header("Bearer x=y"), None);
    }

    #[test]
    fn secrets_are_encoded_before_they_are_joined() {
        let signing = Signing { digest: Digest::Plaintext, ..Signing::post("http://x.test/", "a&b c") };
        assert_eq!(signing.signature(&Pairs::default()), "a%26b%20c&");
        assert!(!format!("{signing:?}").contains("a&b"));
    }
}
