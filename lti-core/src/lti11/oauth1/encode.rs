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

/// Whether every byte stands for itself.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| is_unreserved(*byte))
}

/// What an encoder wrote, as text.
pub(super) fn ascii(encoded: Vec<u8>) -> String {
    String::from_utf8(encoded).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Appends the encoded form.
pub(super) fn encode_into(bytes: &[u8], out: &mut Vec<u8>) {
    escape(bytes, out, |byte, out| out.extend_from_slice(&[b'%', high(byte), low(byte)]));
}

/// What a byte becomes when it is encoded twice, and how many bytes of that count: a `%` is encoded to `%25`.
const TWICE: [([u8; 8], usize); 256] = {
    let mut table = [([0; 8], 1); 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = if UNRESERVED[byte as usize] {
            ([byte, 0, 0, 0, 0, 0, 0, 0], 1)
        } else {
            ([b'%', b'2', b'5', HEX[byte as usize >> 4], HEX[byte as usize & 15], 0, 0, 0], 5)
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// Appends the encoded form of the encoded form, which is how parameters stand in a base string (3.4.1.1).
///
/// Where a value has escapes it has many, and no processor foresees them: so no branch depends on a byte, and as much is
/// written for every one.
pub(super) fn encode_twice_into(bytes: &[u8], out: &mut Vec<u8>) {
    let mut at = out.len();
    out.resize(at + 5 * bytes.len() + 8, 0);
    for byte in bytes {
        let (written, length) = &TWICE[usize::from(*byte)];
        out[at..at + 8].copy_from_slice(written);
        at += length;
    }
    out.truncate(at);
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
    let mut from = 0;
    while let Some(byte) = encoded.get(from) {
        if let Some(escaped) = escape_at(encoded, from) {
            out.push(escaped);
            from += 3;
        } else {
            out.push(if plus && *byte == b'+' { b' ' } else { *byte });
            from += 1;
        }
    }
}

/// The byte that a `%` here and the two digits behind it stand for.
pub(super) fn escape_at(encoded: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = encoded.get(at..)?.first_chunk()? else { return None };
    let (high, low) = (DIGIT[usize::from(*high)], DIGIT[usize::from(*low)]);
    ((high | low) < 16).then_some(high << 4 | low)
}

/// Appends what `%` sequences stand for, and nothing else.
pub(crate) fn decode_percent(encoded: &[u8], out: &mut Vec<u8>) {
    decode_into(encoded, false, out);
}

/// What a hexadecimal digit counts; 255 for all that is none.
const DIGIT: [u8; 256] = {
    let mut table = [255; 256];
    let mut digit = 0;
    while digit < 16 {
        let upper = HEX[digit as usize];
        table[upper as usize] = digit;
        table[upper.to_ascii_lowercase() as usize] = digit;
        digit += 1;
    }
    table
};

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
