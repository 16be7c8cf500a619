//! Whether a configuration speaks for the issuer that it names (LTI Dynamic Registration 1.0, 3.5.1).

use url::Url;

/// How an issuer and the address of its configuration belong together, closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IssuerMatch {
    /// The address lies below the issuer.
    Below,
    /// Scheme, host and port are the same, the paths are not.
    SameOrigin,
    /// The host is another, or the issuer is no address at all.
    Foreign,
}

/// Compares an issuer with the address that its configuration was read from.
///
/// Whoever controls an address can serve a document there that names any issuer. A tool that believes it lets a stranger
/// register under the name of somebody else's platform.
///
/// ```
/// use lti_core::registration::dynamic::{IssuerMatch, issuer_match};
/// let at = "https://lms.example/mod/lti/openid-configuration.php".parse()?;
/// assert_eq!(issuer_match("https://lms.example", &at), IssuerMatch::Below);
/// assert_eq!(issuer_match("https://lms.example/school", &at), IssuerMatch::SameOrigin);
/// assert_eq!(issuer_match("https://lms.example.evil.test", &at), IssuerMatch::Foreign);
/// # Ok::<(), url::ParseError>(())
/// ```
pub fn issuer_match(issuer: &str, configuration: &Url) -> IssuerMatch {
    let Ok(issuer) = Url::parse(issuer) else { return IssuerMatch::Foreign };
    if issuer.host().is_none() || issuer.origin() != configuration.origin() {
        return IssuerMatch::Foreign;
    }
    let below = issuer.path().trim_end_matches('/');
    match configuration.path().strip_prefix(below) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => IssuerMatch::Below,
        _ => IssuerMatch::SameOrigin,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{IssuerMatch::*, issuer_match};

    #[test]
    fn only_the_own_origin_vouches() {
        let at = "https://lms.example/a/openid".parse().unwrap();
        for (issuer, expected) in [
            ("https://lms.example", Below),
            ("https://lms.example/", Below),
            ("https://lms.example/a", Below),
            ("https://LMS.example:443/a/", Below),
            ("https://lms.example/ab", SameOrigin),
            ("http://lms.example", Foreign),
            ("https://lms.example:8443", Foreign),
            ("https://lms.example@evil.test", Foreign),
            ("lms.example", Foreign),
            ("urn:lms", Foreign),
            ("", Foreign),
        ] {
            assert_eq!(issuer_match(issuer, &at), expected, "{issuer}");
        }
    }
}
