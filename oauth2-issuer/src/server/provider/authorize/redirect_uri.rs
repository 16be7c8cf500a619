//! Whether an answer may go to an address: strings are compared (OpenID Connect Core 1.0, 3.1.2.1; RFC 9700, 2.1), and
//! only the port of a native client's loopback address is free (RFC 8252, 7.3).

use super::super::model::{ApplicationType, RegisteredClient};

/// Whether `given` is registered.
pub(super) fn is_registered(client: &RegisteredClient, given: &str) -> bool {
    let same = |registered: &String| {
        registered == given
            || client.application_type == ApplicationType::Native
                && loopback(registered).is_some_and(|known| Some(known) == loopback(given))
    };
    may_carry(given) && client.redirect_uris.iter().any(same)
}

/// Whether an answer can be sent there at all: not into a fragment that exists (RFC 6749, 3.1.2), and not to what a
/// browser would run instead of visit.
fn may_carry(uri: &str) -> bool {
    let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
    !uri.contains('#') && !matches!(scheme.as_str(), "javascript" | "data" | "vbscript" | "blob" | "about")
}

/// A loopback address without its port: host, and all that follows.
fn loopback(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| rest.starts_with(host))?;
    let (host, rest) = rest.split_at(host.len());
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(port) => {
            let end = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
            let (port, rest) = port.split_at(end);
            port.parse::<u16>().ok()?;
            rest
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn strings_are_compared_and_nothing_is_folded() {
        let client = RegisteredClient::new("c").with_redirect_uris(["https://a.example/cb", "http://127.0.0.1/cb"]);
        assert!(is_registered(&client, "https://a.example/cb"));
        for other in [
            "https://a.example/cb/",
            "https://a.example/cb?x=1",
            "https://a.example/CB",
            "HTTPS://a.example/cb",
            "https://a.example:443/cb",
            "https://a.example/x/../cb",
            "https://a.example/cb#",
            "https://a.example.evil.example/cb",
            "http://127.0.0.1:80/cb",
            "",
        ] {
            assert!(!is_registered(&client, other), "{other}");
        }
    }

    #[test]
    fn the_port_of_a_loopback_address_is_free_for_native_clients() {
        let uris = ["http://127.0.0.1/cb", "http://[::1]:7/cb?a=1", "com.example.app:/cb"];
        let client = RegisteredClient::new("c").with_redirect_uris(uris).native();
        for same in ["http://127.0.0.1:49152/cb", "http://127.0.0.1/cb", "http://[::1]/cb?a=1", "com.example.app:/cb"] {
            assert!(is_registered(&client, same), "{same}");
        }
        for other in [
            "http://127.0.0.1:49152/other",
            "http://127.0.0.1:x/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://localhost/cb",
            "https://127.0.0.1:1/cb",
        ] {
            assert!(!is_registered(&client, other), "{other}");
        }
    }

    #[test]
    fn what_a_browser_would_run_is_no_address() {
        let uris = ["javascript:alert(1)", "DATA:text/html,x", "https://a.example/#x"];
        let client = RegisteredClient::new("c").with_redirect_uris(uris);
        assert!(!uris.iter().any(|uri| is_registered(&client, uri)));
    }

    proptest! {
        /// However it is written: a browser that is sent there stays on this machine, at this path.
        #[test]
        fn what_passes_as_loopback_is_loopback(
            rest in "[:@/?#a-z0-9.%\\\\\\[\\]]{0,12}",
            host in "(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{0,6})?",
            end in "(/cb)?",
        ) {
            let uris = ["http://127.0.0.1/cb", "http://[::1]/cb", "http://localhost/cb"];
            let client = RegisteredClient::new("c").with_redirect_uris(uris).native();
            for given in [format!("http://{host}{rest}{end}"), format!("http://{rest}{host}{end}")] {
                if is_registered(&client, &given) {
                    let url = Url::parse(&given);
                    let here = |url: &Url| {
                        matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")) && url.path() == "/cb"
                    };
                    prop_assert!(url.as_ref().is_ok_and(here), "{given}");
                }
            }
        }
    }
}
