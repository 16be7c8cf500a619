//! The `Authorization` header of OAuth 1.0a (RFC 5849, 3.5.1), which signs requests to services.

use super::encode::{ascii, decode_into, encode_into};
use super::{BaseUri, Credentials, InvalidUrl, Parameters, Source, Stamp, body_hash, sign, write_base_string};

/// The header is no list of OAuth parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected OAuth and a list of name=\"value\" with commas between them in the authorization header")]
#[non_exhaustive]
pub struct MalformedAuthorization;

impl Parameters {
    /// Adds what an `Authorization` header holds, without `realm`, which is never signed. In a header a `+` is a plus.
    ///
    /// # Errors
    /// [`MalformedAuthorization`] when the scheme is not `OAuth`, or what follows is no list of `name="value"`; nothing
    /// is added then.
    ///
    /// ```
    /// use lti_core::lti11::oauth1::Parameters;
    /// let mut all = Parameters::new();
    /// all.extend_from_authorization(r#"OAuth realm="x", oauth_nonce="a%2Bb+", oauth_version="1.0""#)?;
    /// assert_eq!(all.get("oauth_nonce"), Some("a+b+"));
    /// assert_eq!(all.len(), 2);
    /// # Ok::<(), lti_core::lti11::oauth1::MalformedAuthorization>(())
    /// ```
    pub fn extend_from_authorization(&mut self, header: &str) -> Result<(), MalformedAuthorization> {
        let header = header.trim();
        let (scheme, list) = header.split_once([' ', '\t']).unwrap_or((header, ""));
        if !scheme.eq_ignore_ascii_case("oauth") {
            return Err(MalformedAuthorization);
        }
        let mut read = Vec::new();
        let mut rest = list.trim_matches(BETWEEN);
        while !rest.is_empty() {
            let (name, quoted) = rest.split_once('=').ok_or(MalformedAuthorization)?;
            let quoted = quoted.trim_start().strip_prefix('"').ok_or(MalformedAuthorization)?;
            let (value, behind) = quoted.split_once('"').ok_or(MalformedAuthorization)?;
            rest = behind.trim_start_matches(BETWEEN);
            let apart = rest.is_empty() || behind.trim_start().starts_with(',');
            let name = name.trim_end();
            if !apart || name.contains(['"', ',', ' ']) {
                return Err(MalformedAuthorization);
            }
            if !name.eq_ignore_ascii_case("realm") {
                read.push((decoded(name), decoded(value)));
            }
        }
        for (name, value) in read {
            self.push_bytes(Source::Header, &name, &value);
        }
        Ok(())
    }
}

/// What stands between two pairs.
const BETWEEN: [char; 3] = [',', ' ', '\t'];

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    decode_into(text.as_bytes(), false, &mut bytes);
    bytes
}

/// The value of the `Authorization` header of a request whose body is no form, such as one to an outcomes service: the
/// body is signed by its hash (OAuth Request Body Hash 1.0 draft, 3; LTI 1.1 Implementation Guide, 4.3).
///
/// # Errors
/// [`InvalidUrl`] when the address is none that a request can go to.
///
/// ```
/// use lti_core::Timestamp;
/// use lti_core::lti11::oauth1::{Credentials, Lti11Secret, SignatureMethod, Stamp, authorization_header};
/// let secret = Lti11Secret::new("secret");
/// let credentials = Credentials { consumer_key: "key", secret: &secret, method: SignatureMethod::HmacSha1 };
/// let stamp = Stamp { timestamp: Timestamp::from_secs(1_251_600_739), nonce: "c8350c0e" };
/// let header = authorization_header("POST", "https://lms.example/outcomes?id=3", b"<x/>", &credentials, stamp)?;
/// assert!(header.starts_with("OAuth oauth_version=\"1.0\", ") && header.contains("oauth_body_hash="));
/// # Ok::<(), lti_core::lti11::oauth1::InvalidUrl>(())
/// ```
pub fn authorization_header(
    method: &str,
    url: &str,
    body: &[u8],
    credentials: &Credentials<'_>,
    stamp: Stamp<'_>,
) -> Result<String, InvalidUrl> {
    let (uri, query) = BaseUri::parse(url)?;
    let mut header: Parameters = credentials.protocol(stamp).into_iter().collect();
    header.push("oauth_body_hash", &body_hash(credentials.method, body));
    let mut all = header.clone();
    all.extend_from_form(Source::Query, query.unwrap_or_default().as_bytes());
    let mut base_string = Vec::new();
    write_base_string(method, &uri, &all, &mut base_string);
    header.push("oauth_signature", &sign(credentials.method, &ascii(base_string), credentials.secret, ""));
    let mut out = b"OAuth".to_vec();
    let mut separator: &[u8] = b" ";
    for (name, value) in header.iter() {
        out.extend_from_slice(separator);
        separator = b", ";
        encode_into(name.as_bytes(), &mut out);
        out.extend_from_slice(b"=\"");
        encode_into(value.as_bytes(), &mut out);
        out.push(b'"');
    }
    Ok(ascii(out))
}

#[cfg(test)]
mod tests {
    use super::{MalformedAuthorization, Parameters, Source};

    #[test]
    fn a_header_is_read_as_clients_write_it() {
        for header in [
            "OAuth oauth_a=\"1\",oauth_b=\"\"",
            "oauth  realm=\"r,s\", oauth_a = \"1\" , oauth_b=\"\",",
            "OAUTH\toauth_a=\"1\",\t oauth_b=\"\"",
        ] {
            let mut all = Parameters::from_form(b"form=1");
            assert_eq!(all.extend_from_authorization(header), Ok(()), "{header}");
            let pairs: Vec<_> = all.iter().collect();
            assert_eq!(pairs, [("form", "1"), ("oauth_a", "1"), ("oauth_b", "")]);
            assert_eq!(all.sources().last(), Some(("oauth_b", Source::Header)));
        }
    }

    #[test]
    fn another_header_is_refused() {
        for header in [
            "",
            "Bearer abc",
            "OAuth oauth_a",
            "OAuth oauth_a=1",
            "OAuth oauth_a=\"1",
            "OAuth a=\"1\" b=\"2\"",
            "Basic OAuth a=\"1\"",
        ] {
            assert_eq!(Parameters::new().extend_from_authorization(header), Err(MalformedAuthorization), "{header}");
        }
    }
}
