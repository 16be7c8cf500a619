//! Which redirection URIs can be registered.

use lti_core::registration::dynamic::{RegistrationError, RegistrationErrorCode};
use url::{Host, Url};

/// What kind of application a client is, as far as its redirection URIs depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Application {
    /// Says that it is a web application (OpenID Connect Dynamic Client Registration 1.0, 2).
    Web,
    /// Says that it is an application on somebody's device.
    Native,
    /// Says nothing: what RFC 7591, 5 lists is taken.
    Unsaid,
}

/// Schemes whose addresses run or show what stands in them, or lead to files.
const DANGEROUS: [&str; 8] = ["javascript", "data", "vbscript", "file", "blob", "about", "view-source", "filesystem"];

/// Judges one redirection URI.
///
/// | application | taken |
/// |---|---|
/// | web, `implicit` among its grants | https, and not on the machine of whoever opens it |
/// | web | https; http on the machine itself (RFC 7591, 5) |
/// | native | a scheme of its own, reversed domain name (RFC 8252, 7.1 and 8.4); http on the machine itself |
/// | neither said | as web, and a scheme of its own unless `implicit` is among the grants |
///
/// No fragment (RFC 6749, 3.1.2), no user name, no wildcard, and no character that an address cannot hold.
pub(super) fn judge(uri: &str, application: Application, implicit: bool) -> Result<(), RegistrationError> {
    let shown = cut(uri);
    let refused = |expected: &str, seen: &str| {
        let sentence = format!("redirect_uris: expected {expected}, saw {shown}{seen}");
        Err(RegistrationError::new(RegistrationErrorCode::InvalidRedirectUri, sentence))
    };
    if uri.chars().any(|c| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')) {
        return refused("an absolute URI (RFC 3986)", ", which holds characters that no URI holds");
    }
    let Ok(url) = Url::parse(uri) else { return refused("an absolute URI (RFC 6749, 3.1.2)", "") };
    if uri.contains('#') {
        return refused("an address without a fragment (RFC 6749, 3.1.2)", "");
    }
    if !url.username().is_empty() || url.password().is_some() {
        let sentence = "redirect_uris: expected an address without a user name or a password, saw one with it";
        return Err(RegistrationError::new(RegistrationErrorCode::InvalidRedirectUri, sentence));
    }
    if url.host_str().is_some_and(|host| host.contains('*')) {
        return refused("one host by its name (RFC 9700, 2.1)", ", which has a wildcard");
    }
    let local = is_local(&url);
    match url.scheme() {
        "https" if application == Application::Native => {
            refused("a scheme of the application's own, or http on the machine itself, for a native client", "")
        }
        "https" if implicit && local => refused("a host that is not localhost, for a web client with implicit", ""),
        "http" if !local => refused("https", ", which is plain http on a host that is not the machine itself"),
        "http" if implicit && application != Application::Native => {
            refused("https, for a web client with implicit", ", which is plain http")
        }
        "https" | "http" => Ok(()),
        scheme if DANGEROUS.contains(&scheme) => refused("an address that a browser is sent to", ""),
        _ if application == Application::Web || (implicit && application == Application::Unsaid) => {
            refused("https, for a web client", "")
        }
        scheme if !scheme.contains('.') => {
            refused("a scheme that is a reversed domain name, such as com.example.app (RFC 8252, 8.4)", "")
        }
        _ => Ok(()),
    }
}

/// Whether the address is on the machine of whoever opens it.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// As much of an address as helps to find it again: without its query, in which anything may stand.
pub(super) fn cut(uri: &str) -> String {
    const MOST: usize = 120;
    let bare = uri.split(['?', '#']).next().unwrap_or_default();
    let bare = bare.rsplit_once('@').map_or(bare, |(_, host)| host);
    let dots = if bare.chars().count() > MOST { ".." } else { "" };
    let plain = |c: char| if c.is_ascii_graphic() && !matches!(c, '"' | '\\') { c } else { '?' };
    bare.chars().take(MOST).map(plain).chain(dots.chars()).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::Application::{Native, Unsaid, Web};
    use super::*;

    #[test]
    fn each_application_has_its_addresses() {
        // Taken as: web, web with implicit, native, unsaid, unsaid with implicit.
        let table = [
            ("https://quiz.example/cb", [true, true, false, true, true]),
            ("https://quiz.example/cb?tenant=7", [true, true, false, true, true]),
            ("https://localhost/cb", [true, false, false, true, false]),
            ("https://127.0.0.1:8443/cb", [true, false, false, true, false]),
            ("http://localhost:3000/cb", [true, false, true, true, false]),
            ("http://127.0.0.1:5/cb", [true, false, true, true, false]),
            ("http://[::1]/cb", [true, false, true, true, false]),
            ("http://quiz.example/cb", [false, false, false, false, false]),
            ("http://localhost.quiz.example/cb", [false, false, false, false, false]),
            ("com.example.app:/cb", [false, false, true, true, false]),
            ("com.example.app://cb", [false, false, true, true, false]),
            ("myapp:/cb", [false, false, false, false, false]),
            ("https://quiz.example/cb#", [false, false, false, false, false]),
            ("https://quiz.example/cb#top", [false, false, false, false, false]),
            ("https://ann:pass@quiz.example/cb", [false, false, false, false, false]),
            ("https://*.quiz.example/cb", [false, false, false, false, false]),
            ("https://quiz.example/a b", [false, false, false, false, false]),
            ("javascript:alert(1)", [false, false, false, false, false]),
            ("data:text/html,x", [false, false, false, false, false]),
            ("/cb", [false, false, false, false, false]),
            ("", [false, false, false, false, false]),
        ];
        for (uri, expected) in table {
            let seen = [(Web, false), (Web, true), (Native, false), (Unsaid, false), (Unsaid, true)]
                .map(|(application, implicit)| judge(uri, application, implicit).is_ok());
            assert_eq!(seen, expected, "{uri}");
        }
    }

    #[test]
    fn the_reason_names_the_address_and_no_secret_in_it() {
        let error = judge("http://quiz.example/cb?token=planted", Web, false).unwrap_err();
        let expected = "invalid_redirect_uri: redirect_uris: expected https, saw http://quiz.example/cb, which is plain \
                        http on a host that is not the machine itself";
        assert_eq!(error.to_string(), expected);
        assert!(!judge("https://ann:planted@quiz.example", Web, false).unwrap_err().to_string().contains("planted"));
    }

    proptest! {
        #[test]
        fn judging_never_panics(uri in ".{0,80}") {
            for application in [Web, Native, Unsaid] {
                let _ = judge(&uri, application, true);
                let _ = judge(&uri, application, false);
            }
        }
    }
}
