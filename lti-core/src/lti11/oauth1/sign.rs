//! The form that a platform posts through the browser of its user.

use super::encode::ascii;
use super::write_base_string;
use super::{BaseUri, InvalidUrl, Lti11Secret, Parameters, SignatureMethod, Source, sign};
use crate::time::Timestamp;

/// Who signs, and how.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The value of `oauth_consumer_key`.
    pub consumer_key: &'a str,
    /// The secret of that key.
    pub secret: &'a Lti11Secret,
    /// The method; HMAC-SHA1 is the one that every tool understands.
    pub method: SignatureMethod,
}

/// What makes one request differ from every other (RFC 5849, 3.3).
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// When the request is signed.
    pub timestamp: Timestamp,
    /// Random text, never the same again for this second and consumer key.
    pub nonce: &'a str,
}

impl Credentials<'_> {
    /// The protocol parameters of a request, all but the signature (RFC 5849, 3.1).
    pub(super) fn protocol(&self, stamp: Stamp<'_>) -> [(&'static str, String); 5] {
        [
            ("oauth_version", "1.0".to_owned()),
            ("oauth_nonce", stamp.nonce.to_owned()),
            ("oauth_timestamp", stamp.timestamp.to_string()),
            ("oauth_consumer_key", self.consumer_key.to_owned()),
            ("oauth_signature_method", self.method.as_str().to_owned()),
        ]
    }
}

/// Signs a form that a browser posts to `url`: what comes back are all fields of the form, `oauth_signature` last. The
/// query of the address is signed with them, and stays in the address.
///
/// `oauth_callback=about:blank` is added unless there is one. Browsers post every line end as CR LF, so the fields come
/// back with such line ends, and are signed so. What the form has of `oauth_` parameters that are made here is replaced.
///
/// # Errors
/// [`InvalidUrl`] when the address is none that a form can be posted to.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::lti11::oauth1::{Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, sign_form};
/// let launch: Parameters = [
///     ("lti_message_type", "basic-lti-launch-request"), ("lti_version", "LTI-1p0"), ("resource_link_id", "7"),
/// ].into_iter().collect();
/// let secret = Lti11Secret::new("c0fe2924dbb0f470");
/// let credentials =
///     Credentials { consumer_key: "b18e82ec68372474", secret: &secret, method: SignatureMethod::HmacSha1 };
/// let stamp = Stamp { timestamp: Timestamp::from_secs(1_795_300_000), nonce: "4af33f1562ff7e28" };
/// let form = sign_form("https://hub.example.jp/hub/lti/launch", &launch, &credentials, stamp)?;
/// assert_eq!(form.get("oauth_callback"), Some("about:blank"));
/// assert!(form.get("oauth_signature").is_some());
/// # Ok::<(), lti_core::lti11::oauth1::InvalidUrl>(())
/// ```
pub fn sign_form(
    url: &str,
    fields: &Parameters,
    credentials: &Credentials<'_>,
    stamp: Stamp<'_>,
) -> Result<Parameters, InvalidUrl> {
    let (uri, query) = BaseUri::parse(url)?;
    let protocol = credentials.protocol(stamp);
    let made = |name: &str| name == "oauth_signature" || protocol.iter().any(|(known, _)| *known == name);
    let own = fields.iter().filter(|(name, _)| !made(name));
    let mut form: Parameters = own.map(|(name, value)| (posted(name), posted(value))).collect();
    if form.get("oauth_callback").is_none() {
        form.push("oauth_callback", "about:blank");
    }
    form.extend(protocol.iter().map(|(name, value)| (name, value)));
    let mut all = form.clone();
    all.extend_from_form(Source::Query, query.unwrap_or_default().as_bytes());
    let mut base_string = Vec::new();
    write_base_string("POST", &uri, &all, &mut base_string);
    form.push("oauth_signature", &sign(credentials.method, &ascii(base_string), credentials.secret, ""));
    Ok(form)
}

/// Text with the line ends that browsers post.
fn posted(text: &str) -> String {
    if !text.contains(['\r', '\n']) {
        return text.to_owned();
    }
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use super::posted;

    #[test]
    fn line_ends_are_those_of_browsers() {
        assert_eq!(posted("a\nb\r\nc\rd\r\r\n"), "a\r\nb\r\nc\r\nd\r\n\r\n");
        assert_eq!(posted("a b"), "a b");
    }
}
