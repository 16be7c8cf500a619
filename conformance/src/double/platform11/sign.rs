//! The double's own OAuth 1.0: what it signs, and how it finds out who asks.

use std::fmt::Write as _;

use aws_lc_rs::{digest, hmac};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Name and value pairs, decoded.
pub(super) type Fields = Vec<(String, String)>;

/// How the double makes a base string; each switch is a mistake that real software makes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Habit {
    /// Takes the asterisk for a character that needs no encoding.
    pub(super) bare_asterisk: bool,
    /// Writes characters in ISO 8859-1.
    pub(super) latin: bool,
    /// Signs with HMAC-SHA256.
    pub(super) sha256: bool,
}

impl Habit {
    fn encode(self, text: &str) -> String {
        let bytes: Vec<u8> = if self.latin {
            text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
        } else {
            text.as_bytes().to_vec()
        };
        let mut encoded = String::new();
        for byte in bytes {
            let kept = byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'.' | b'_' | b'~')
                || (self.bare_asterisk && byte == b'*');
            if kept {
                encoded.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
        encoded
    }

    /// The signature of a request to an address without a query, over these parameters.
    pub(super) fn sign(self, method: &str, address: &str, fields: &[(String, String)], secret: &str) -> String {
        let plain = Self::default();
        let mut parts: Vec<(String, String)> =
            fields.iter().map(|(name, value)| (self.encode(name), self.encode(value))).collect();
        parts.sort();
        let joined = parts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
        // What was encoded once without its asterisk is left so when it is encoded again.
        let again = Self { latin: false, ..self };
        let base = format!("{method}&{}&{}", plain.encode(address), again.encode(&joined));
        let algorithm = if self.sha256 { hmac::HMAC_SHA256 } else { hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY };
        let key = hmac::Key::new(algorithm, format!("{}&", plain.encode(secret)).as_bytes());
        STANDARD.encode(hmac::sign(&key, base.as_bytes()))
    }
}

/// The hash of a body.
pub(super) fn hash(body: &[u8], sha256: bool) -> String {
    let algorithm = if sha256 { &digest::SHA256 } else { &digest::SHA1_FOR_LEGACY_USE_ONLY };
    STANDARD.encode(digest::digest(algorithm, body))
}

/// The parameters of an `Authorization` header of OAuth 1.0.
pub(super) fn header_fields(header: &str) -> Option<Fields> {
    let rest = header.strip_prefix("OAuth ")?;
    let mut fields = Vec::new();
    for part in rest.split(", ") {
        let (name, quoted) = part.split_once("=\"")?;
        let value = quoted.strip_suffix('"')?;
        // In a form the plus sign is a space; in a header it stands encoded.
        let decoded = form_urlencoded::parse(format!("v={value}").as_bytes()).next()?.1.into_owned();
        fields.push((name.to_owned(), decoded));
    }
    Some(fields)
}

/// The value of a field.
pub(super) fn get<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guides_own_example_gets_its_signature() {
        let pairs = [
            ("basiclti_submit", "Launch Endpoint with BasicLTI Data"),
            ("context_id", "456434513"),
            ("context_label", "SI182"),
            ("context_title", "Design of Personal Environments"),
            ("lis_person_contact_email_primary", "user@school.edu"),
            ("lis_person_name_full", "Jane Q. Public"),
            ("lis_person_sourced_id", "school.edu:user"),
            ("lti_message_type", "basic-lti-launch-request"),
            ("lti_version", "LTI-1p0"),
            ("oauth_consumer_key", "12345"),
            ("oauth_nonce", "c8350c0e47782d16d2fa48b2090c1d8f"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "1251600739"),
            ("oauth_version", "1.0"),
            ("resource_link_id", "120988f929-274612"),
            ("roles", "Instructor"),
            ("tool_consumer_instance_description", "University of School (LMSng)"),
            ("tool_consumer_instance_guid", "lmsng.school.edu"),
            ("user_id", "292832126"),
        ];
        let fields: Fields = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let address = "http://dr-chuck.com/ims/php-simple/tool.php";
        let signature = Habit::default().sign("POST", address, &fields, "secret");
        assert_eq!(signature, "TPFPK4u3NwmtLt0nDMP1G1zG30U=");
        assert_eq!(hash(b"Hello World!", false), "Lve95gjOVATpfV8EL5X4nxwjKHE=");
    }
}
