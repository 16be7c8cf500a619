//! Values that stand in published instructions and in configuration files as they are shipped. Whoever knows them can launch
//! as anybody, so they are refused.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};

/// SHA-256 of the consumer key that is printed in the instructions and shipped with the spawner.
const CONSUMER_KEY: &str = "f57066b65730256ea9da560c2a21308ace2fd1c8ea95ba6d6a2f85d0e1cb5230";
/// SHA-256 of the secret beside it.
const SECRET: &str = "240d537df6fc9b2355db7ce4843fe94b3e595a3e5f8c9a5dfd338d01f7a837d2";
/// SHA-256 of the key of `auth_state` that is shipped with the spawner.
const CRYPT_KEY: &str = "4cfb377de801c05af173e477d6280a6199d25789a9b192ab1b7fe9e542e77e94";
/// Tokens that stand for one to be chosen.
const PLACEHOLDERS: &[&str] = &["ABCDEFG", "ABCDEFGH"];

/// Whether a value is one of those published.
pub(super) fn is_published(value: &str) -> bool {
    let value = value.trim();
    let all_x = !value.is_empty() && value.bytes().all(|b| b.eq_ignore_ascii_case(&b'x'));
    all_x || PLACEHOLDERS.contains(&value) || [CONSUMER_KEY, SECRET, CRYPT_KEY].contains(&sha256(value).as_str())
}

fn sha256(value: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in digest(&SHA256, value.as_bytes()).as_ref() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::is_published;

    #[test]
    fn what_everybody_can_read_is_known() {
        for value in [
            "b18e82ec683724743236fade71350720029a29144a585c66f6741d8e9c6e0d83",
            "c0fe2924dbb0f4701d898d36aaf9fd89c7a3ed3a7db6f0003d0e825a7eccb41c",
            "c283a5e73c8f74cdc8c6fef5415f1c97948a5a5450b5dc7524b9939093a2bd1d ",
            "XXXXXXXX",
            "xxxxxxxx",
            "ABCDEFG",
            "ABCDEFGH",
        ] {
            assert!(is_published(value), "{value}");
        }
        for value in ["", "abcdefgh1", "b18e82ec683724743236fade71350720029a29144a585c66f6741d8e9c6e0d84"] {
            assert!(!is_published(value), "{value}");
        }
    }
}
