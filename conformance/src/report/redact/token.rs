//! Compact tokens: `header.payload.signature` becomes `header.payload.<signature redacted>`.
//!
//! What was said stays readable, what could be replayed does not. The payload of a recorded token names a person, so of
//! a capture it goes as well.

use std::ops::Range;

/// What stands in place of a signature.
pub(super) const SIGNATURE: &str = "<signature redacted>";
/// What stands in place of the payload of a recorded token.
const PAYLOAD: &str = "<payload redacted>";
/// What stands in place of the encrypted parts of a JWE.
const ENCRYPTED: &str = "<encrypted parts redacted>";

/// Redacts every compact token in a text.
pub(super) fn scrub(text: &str, captured: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for run in runs(text) {
        if let Some(short) = shortened(&text[run.clone()], captured) {
            out.push_str(&text[copied..run.start]);
            out.push_str(&short);
            copied = run.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// Redacts a value known to be a compact token by the name of its field, however malformed it is.
///
/// Without two dots it has no signature, and is returned as it is.
pub(super) fn scrub_named(value: &str, captured: bool) -> String {
    let parts: Vec<&str> = value.splitn(3, '.').collect();
    match parts.as_slice() {
        [header, payload, signature] => redacted(header, payload, signature, captured),
        _ => scrub(value, captured),
    }
}

/// The signature of a compact token, if it has one.
pub(super) fn signature(value: &str) -> Option<&str> {
    value.splitn(3, '.').nth(2).filter(|signature| !signature.is_empty() && !signature.starts_with('<'))
}

/// The longest stretches of characters that a compact token consists of.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_token_char)?;
        let length = text[start..].find(|c| !is_token_char(c)).unwrap_or(text.len() - start);
        rest = start + length;
        Some(start..rest)
    })
}

/// The characters of base64url and base64, and the dot.
const fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '=' | '+' | '/')
}

/// The token without its signature; none when the stretch is no token.
fn shortened(run: &str, captured: bool) -> Option<String> {
    // A token may follow other token characters, as in `id_token=eyJ`: begin at the last part that may be a header.
    let offset = header_start(run)?;
    let (before, token) = run.split_at(offset);
    let parts: Vec<&str> = token.splitn(3, '.').collect();
    match parts.as_slice() {
        [header, payload, signature] => Some(format!("{before}{}", redacted(header, payload, signature, captured))),
        [header, payload] if captured && is_json_start(payload) => Some(format!("{before}{header}.{PAYLOAD}")),
        _ => None,
    }
}

fn redacted(header: &str, payload: &str, signature: &str, captured: bool) -> String {
    if signature.contains('.') {
        return format!("{header}.{ENCRYPTED}");
    }
    let payload = if captured && !payload.is_empty() && !payload.starts_with('<') { PAYLOAD } else { payload };
    let signature = if signature.is_empty() { "" } else { SIGNATURE };
    format!("{header}.{payload}.{signature}")
}

/// Where in the stretch a JOSE header begins.
fn header_start(run: &str) -> Option<usize> {
    let starts = std::iter::once(0).chain(run.match_indices(['=', '/', '.', '+']).map(|(at, _)| at + 1));
    starts.into_iter().find(|&at| {
        let part = run[at..].split('.').next().unwrap_or_default();
        part.len() >= 8 && is_json_start(part) && run[at + part.len()..].starts_with('.')
    })
}

/// Whether base64url text begins with `{` and then a quote, white space or `}`.
fn is_json_start(part: &str) -> bool {
    let sextets: Vec<u32> = part.bytes().take(3).map_while(sextet).collect();
    let [a, b, c] = sextets.as_slice() else { return false };
    let bits = (a << 18) | (b << 12) | (c << 6);
    let second = u8::try_from((bits >> 8) & 0xff).unwrap_or_default();
    bits >> 16 == u32::from(b'{') && matches!(second, b'"' | b'}' | b' ' | b'\t' | b'\n' | b'\r')
}

/// The six bits of a base64 or base64url character.
fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' | b'+' => 62,
        b'_' | b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    // {"alg":"RS256"} . {"sub":"1"} . a signature
    const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLW1pbmU";

    #[test]
    fn the_signature_goes_and_the_rest_stays() {
        assert_eq!(
            scrub(&format!("posted id_token={TOKEN}&state=1"), false),
            "posted id_token=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.<signature redacted>&state=1"
        );
    }

    #[test]
    fn the_payload_of_a_capture_goes_too() {
        assert_eq!(scrub(TOKEN, true), "eyJhbGciOiJSUzI1NiJ9.<payload redacted>.<signature redacted>");
        let once = scrub(TOKEN, false);
        assert_eq!(scrub(&once, true), "eyJhbGciOiJSUzI1NiJ9.<payload redacted>.<signature redacted>");
        assert_eq!(scrub("cut eyJhbGciOiJSUzI1NiJ9.eyJzdWIiO", true), "cut eyJhbGciOiJSUzI1NiJ9.<payload redacted>");
    }

    #[test]
    fn redacting_twice_changes_nothing() {
        for captured in [false, true] {
            let once = scrub(TOKEN, captured);
            assert_eq!(scrub(&once, captured), once);
            assert_eq!(scrub_named(&once, captured), once);
        }
    }

    #[test]
    fn encrypted_tokens_keep_their_header_alone() {
        assert_eq!(scrub("eyJhbGciOiJSU0EifQ.a.b.c.d", false), "eyJhbGciOiJSU0EifQ.<encrypted parts redacted>");
    }

    #[test]
    fn an_unsecured_token_has_nothing_to_redact() {
        assert_eq!(scrub("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", false), "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.");
    }

    #[test]
    fn names_and_versions_are_no_tokens() {
        for text in ["extension.of.example.com", "lti 1.3.0", "eyewitness.account.com", "https://a.example/b.c.d"] {
            assert_eq!(scrub(text, true), text);
        }
    }

    #[test]
    fn a_named_token_loses_its_last_part_however_malformed() {
        assert_eq!(scrub_named("!!.??.c2ln", false), "!!.??.<signature redacted>");
        assert_eq!(scrub_named("junk", false), "junk");
    }
}
