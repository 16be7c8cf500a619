//! Percent encoding, as section 3.6 of RFC 5849 has it, and the decoding of forms.

use std::borrow::Cow;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Whether a byte stands for itself: letters, digits, `-`, `.`, `_` and `~` (RFC 5849, 3.6).
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

/// The place of a byte in the order of what it is encoded to. `%` comes before everything that stands for itself, and
/// upper-case hexadecimal digits keep the order of the numbers: so the encoded forms need not be made to be compared.
pub(super) const RANK: [u8; 256] = {
    let mut table = [0; 256];
    let (mut byte, mut rank) = (0, 0_u8);
    while byte < 256 {
        if !UNRESERVED[byte] {
            table[byte] = rank;
            rank += 1;
        }
        byte += 1;
    }
    byte = 0;
    while byte < 256 {
        if UNRESERVED[byte] {
            table[byte] = rank;
            rank = rank.wrapping_add(1);
        }
        byte += 1;
    }
    table
};

/// Percent-encodes text the way signatures need it (RFC 5849, 3.6): UTF-8, upper-case digits, a space as `%20`.
///
/// ```
/// use lti_core::lti11::oauth1::encode;
/// assert_eq!(encode("a b+c~*'é"), "a%20b%2Bc~%2A%27%C3%A9");
/// ```
pub fn encode(text: &str) -> Cow<'_, str> {
    if text.bytes().all(is_unreserved) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len() * 2);
    encode_into(text.as_bytes(), &mut out);
    Cow::Owned(ascii(out))
}

pub(super) fn is_unreserved(byte: u8) -> bool {
    UNRESERVED[usize::from(byte)]
}

/// What an encoder wrote, as text.
pub(super) fn ascii(encoded: Vec<u8>) -> String {
    String::from_utf8(encoded).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Appends the encoded form.
pub(super) fn encode_into(bytes: &[u8], out: &mut Vec<u8>) {
    escape(bytes, out, |byte, out| out.extend_from_slice(&[b'%', high(byte), low(byte)]));
}

/// Appends the encoded form of the encoded form, which is how parameters stand in a base string (3.4.1.1).
pub(super) fn encode_twice_into(bytes: &[u8], out: &mut Vec<u8>) {
    escape(bytes, out, |byte, out| out.extend_from_slice(&[b'%', b'2', b'5', high(byte), low(byte)]));
}

fn high(byte: u8) -> u8 {
    HEX[usize::from(byte >> 4)]
}

fn low(byte: u8) -> u8 {
    HEX[usize::from(byte & 15)]
}

/// Copies what stands for itself in runs, and lets `write` have the rest.
fn escape(bytes: &[u8], out: &mut Vec<u8>, write: impl Fn(u8, &mut Vec<u8>)) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| !is_unreserved(*byte)) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        if let [byte, tail @ ..] = tail {
            write(*byte, out);
            rest = tail;
        }
    }
    out.extend_from_slice(rest);
}

/// Appends what `%` sequences stand for; with `plus`, also a space for each `+` (3.4.1.3.1). A `%` that no two digits
/// follow stands for itself, as in the forms of browsers.
pub(super) fn decode_into(encoded: &[u8], plus: bool, out: &mut Vec<u8>) {
    let mut rest = encoded;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%' || (plus && *byte == b'+')) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        rest = match tail {
            [b'%', high, low, tail @ ..] if digit(*high).is_some() && digit(*low).is_some() => {
                out.push(digit(*high).unwrap_or_default() << 4 | digit(*low).unwrap_or_default());
                tail
            }
            [b'+', tail @ ..] => {
                out.push(b' ');
                tail
            }
            [byte, tail @ ..] => {
                out.push(*byte);
                tail
            }
            [] => &[],
        };
    }
    out.extend_from_slice(rest);
}

/// Appends what `%` sequences stand for, and nothing else.
pub(crate) fn decode_percent(encoded: &[u8], out: &mut Vec<u8>) {
    decode_into(encoded, false, out);
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{RANK, decode_into, encode, encode_into, encode_twice_into};

    #[test]
    fn only_the_unreserved_stand_for_themselves() {
        assert_eq!(encode("AZaz09-._~"), "AZaz09-._~");
        assert_eq!(encode("!*'() +%\u{1f4d3}"), "%21%2A%27%28%29%20%2B%25%F0%9F%93%93");
        let mut twice = Vec::new();
        encode_twice_into(b"a b", &mut twice);
        assert_eq!(twice, b"a%2520b");
    }

    #[test]
    fn ranks_order_bytes_as_their_encoded_forms() {
        let encoded = |byte: u8| {
            let mut out = Vec::new();
            encode_into(&[byte], &mut out);
            out
        };
        for a in 0..=255 {
            for b in 0..=255 {
                assert_eq!(RANK[usize::from(a)].cmp(&RANK[usize::from(b)]), encoded(a).cmp(&encoded(b)), "{a} {b}");
            }
        }
    }

    #[test]
    fn forms_are_decoded_as_browsers_write_them() {
        for (encoded, plus, decoded) in [
            ("a+b%20c%2B", true, "a b c+"),
            ("a+b", false, "a+b"),
            ("%e3%81%82", true, "あ"),
            ("100%", true, "100%"),
            ("%zz%4", true, "%zz%4"),
            ("%%41", true, "%A"),
        ] {
            let mut out = Vec::new();
            decode_into(encoded.as_bytes(), plus, &mut out);
            assert_eq!(out, decoded.as_bytes(), "{encoded}");
        }
    }
}
