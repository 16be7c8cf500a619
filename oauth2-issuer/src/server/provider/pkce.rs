//! Proof Key for Code Exchange (RFC 7636), S256 alone.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::grant::{ChallengeMethod, CodeChallenge};
use super::parameters::Parameters;

/// The challenge of a request, if it has one.
///
/// # Errors
/// One sentence: the method is not S256, or there is no digest in the challenge (RFC 7636, 4.2 and 4.4.1).
pub(super) fn challenge(request: &Parameters) -> Result<Option<CodeChallenge>, &'static str> {
    match (request.get("code_challenge"), request.get("code_challenge_method")) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err("expected a code_challenge beside the code_challenge_method, saw none"),
        (Some(challenge), Some("S256")) => {
            if URL_SAFE_NO_PAD.decode(challenge).is_ok_and(|digest| digest.len() == 32) {
                return Ok(Some(CodeChallenge { method: ChallengeMethod::S256, challenge: challenge.to_owned() }));
            }
            Err("expected the code_challenge to be a SHA-256 digest in base64url without padding")
        }
        (Some(_), _) => Err("expected code_challenge_method=S256 (absent it would be plain), saw another"),
    }
}

/// Whether `verifier` is the one from which the challenge was made (RFC 7636, 4.6).
pub(super) fn verifies(challenge: &CodeChallenge, verifier: &str) -> bool {
    let ChallengeMethod::S256 = challenge.method;
    let made = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    verify_slices_are_equal(made.as_bytes(), challenge.challenge.as_bytes()).is_ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Option<CodeChallenge>, &'static str> {
        challenge(&Parameters::read(query.as_bytes()))
    }

    #[test]
    fn the_example_of_the_rfc_verifies() {
        let query = "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        let challenge = read(query).unwrap().unwrap();
        assert!(verifies(&challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!verifies(&challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), "the challenge is no verifier");
    }

    #[test]
    fn only_s256_with_a_digest_is_taken() {
        assert_eq!(read("code_challenge="), Ok(None));
        for query in [
            "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=plain",
            "code_challenge=short&code_challenge_method=S256",
            "code_challenge_method=S256",
        ] {
            assert!(read(query).is_err(), "{query}");
        }
    }
}
