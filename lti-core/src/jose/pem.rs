//! The one PEM block that this crate reads: an unencrypted PKCS#8 private key (RFC 7468, 10).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The DER inside the first `PRIVATE KEY` block, or nothing when there is none or its base64 is broken.
pub(super) fn private_key(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, rest) = text.split_once(BEGIN)?;
    let (body, _) = rest.split_once(END)?;
    let packed: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
    STANDARD_PAD_INDIFFERENT.decode(packed.as_bytes()).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::private_key;

    #[test]
    fn text_around_the_block_is_ignored() {
        let text = "note\r\n-----BEGIN PRIVATE KEY-----\r\nAAEC\r\nAw==\r\n-----END PRIVATE KEY-----\r\n";
        assert_eq!(private_key(text).as_deref(), Some(&vec![0, 1, 2, 3]));
    }

    #[test]
    fn other_blocks_and_broken_ones_are_none() {
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----\nAAEC",
            "-----BEGIN PUBLIC KEY-----\nAAEC\n-----END PUBLIC KEY-----",
            "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----",
        ] {
            assert!(private_key(text).is_none(), "{text}");
        }
    }
}
