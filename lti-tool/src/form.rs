//! The fields of a form.

use std::borrow::Cow;

/// The fields of a body in `application/x-www-form-urlencoded`, in their order.
///
/// Reads as [`form_urlencoded::parse`] does. An ID token needs no escapes, so nearly all of a launch is copied as it
/// stands instead of byte by byte.
///
/// ```
/// let fields = lti_tool::form_fields(b"id_token=a.b.c&state=x%2By");
/// assert_eq!(fields[1], ("state".to_owned(), "x+y".to_owned()));
/// ```
pub fn form_fields(body: &[u8]) -> Vec<(String, String)> {
    let Ok(text) = std::str::from_utf8(body) else {
        return form_urlencoded::parse(body).into_owned().collect();
    };
    text.split('&').filter(|field| !field.is_empty()).map(field).collect()
}

fn field(encoded: &str) -> (String, String) {
    if !encoded.contains('%') && !encoded.contains('+') {
        let (name, value) = encoded.split_once('=').unwrap_or((encoded, ""));
        return (name.to_owned(), value.to_owned());
    }
    let decoded = form_urlencoded::parse(encoded.as_bytes()).next();
    decoded.map(|(name, value)| (Cow::into_owned(name), Cow::into_owned(value))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::form_fields;

    proptest! {
        #[test]
        fn fields_are_read_as_the_general_reader_reads_them(body in "[a-c=&+%0-9\u{e9}]{0,40}", end in any::<[u8; 2]>()) {
            for body in [body.as_bytes(), &[body.as_bytes(), &end].concat()] {
                let general: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
                prop_assert_eq!(form_fields(body), general);
            }
        }
    }
}
