//! Where an ID token may go: redirect URIs that are registered, and those that merely look like it.

use url::Url;

use crate::{
    case::Outcome::{Fail, Pass, Warn},
    subject::platform::{Asked, ChangeRequest, OTHER_TOOL, PlatformCase, SECOND_REDIRECT_URI, Worth},
};

/// An answer at the registered address instead of the one that was asked for leaks nothing (law book, B09).
const STRANGER: Worth = Worth { token: Fail, elsewhere: Warn, error: Warn, page: Pass };
/// Equal but for the way it is written: a platform that normalises sends the token to the same place (law book, B10).
const SAME_PLACE: Worth = Worth { token: Warn, elsewhere: Warn, error: Warn, page: Pass };

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = other_origins();
    cases.extend(other_paths());
    cases.extend(registered());
    cases
}

/// Another scheme, host or port.
fn other_origins() -> Vec<PlatformCase> {
    vec![
        stranger("platform-redirect-host", "another host is refused", "redirect_uri on another host", |asked, _| {
            set(asked, |url| {
                let _ = url.set_host(Some("stranger.invalid"));
            });
        }),
        stranger(
            "platform-redirect-subdomain",
            "a host below the registered one is refused",
            "redirect_uri on a subdomain",
            |asked, _| {
                set(asked, |url| {
                    // An address of digits has no subdomains; a host that begins with it is the same trick from the other end.
                    let host = match url.host() {
                        Some(url::Host::Domain(name)) => format!("sub.{name}"),
                        _ => format!("{}.stranger.invalid", url.host_str().unwrap_or_default()),
                    };
                    let _ = url.set_host(Some(&host));
                });
            },
        ),
        stranger(
            "platform-redirect-userinfo",
            "the registered host before an @ is refused",
            "redirect_uri = https://REGISTERED@stranger.invalid/...",
            |asked, _| {
                set(asked, |url| {
                    let registered = url.host_str().unwrap_or_default().to_owned();
                    let _ = url.set_host(Some("stranger.invalid"));
                    let _ = url.set_username(&registered);
                });
            },
        ),
        stranger("platform-redirect-port", "another port is refused", "redirect_uri on another port", |asked, _| {
            set(asked, |url| {
                let port = url.port_or_known_default().unwrap_or(443);
                let _ = url.set_port(Some(if port == 4443 { 4444 } else { 4443 }));
            });
        }),
        stranger(
            "platform-redirect-scheme",
            "another scheme is refused",
            "redirect_uri with http for https, or https for http",
            |asked, _| {
                set(asked, |url| {
                    let port = url.port_or_known_default();
                    let _ = url.set_scheme(if url.scheme() == "https" { "http" } else { "https" });
                    let _ = url.set_port(port);
                });
            },
        ),
    ]
}

/// The right host and something else behind it.
fn other_paths() -> Vec<PlatformCase> {
    vec![
        stranger("platform-redirect-path", "another path is refused", "redirect_uri with another path", |asked, _| {
            set(asked, |url| url.set_path("/elsewhere"));
        }),
        stranger(
            "platform-redirect-suffix",
            "a path below the registered one is refused",
            "redirect_uri with /more at its end",
            |asked, _| {
                append(asked, "/more");
            },
        ),
        stranger(
            "platform-redirect-dotdot",
            "a path that climbs up is refused",
            "redirect_uri with /../elsewhere at its end",
            |asked, _| {
                append(asked, "/../elsewhere");
            },
        ),
        stranger(
            "platform-redirect-slash",
            "a slash at the end makes another address",
            "redirect_uri with / at its end",
            |asked, _| {
                append(asked, "/");
            },
        ),
        same_place(
            "platform-redirect-query",
            "an added query is refused",
            "redirect_uri with ?next=elsewhere",
            |asked, _| {
                append(asked, "?next=elsewhere");
            },
        ),
        same_place(
            "platform-redirect-polluted",
            "a query with a response in it is refused",
            "redirect_uri with ?id_token=x&state=y",
            |asked, _| {
                append(asked, "?id_token=x&state=y");
            },
        ),
        same_place(
            "platform-redirect-fragment",
            "an added fragment is refused",
            "redirect_uri with #part",
            |asked, _| {
                append(asked, "#part");
            },
        ),
        stranger(
            "platform-redirect-path-case",
            "a path in another case is refused",
            "redirect_uri with its path in capitals",
            |asked, _| {
                set(asked, |url| url.set_path(&url.path().to_ascii_uppercase()));
            },
        ),
    ]
}

/// The registered address in another spelling, none at all, another tool's, and the second one.
fn registered() -> Vec<PlatformCase> {
    vec![
        PlatformCase::request(
            "platform-redirect-case",
            "a host in another case is another string",
            SAME_PLACE,
            |asked, _| {
                let uri = asked.get("redirect_uri").unwrap_or_default().to_owned();
                let host = Url::parse(&uri).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
                // An address of digits has no case; its scheme has.
                let changed = uri.replacen(&host, &host.to_ascii_uppercase(), 1);
                asked.set("redirect_uri", if changed == uri { uri.replacen("http", "HTTP", 1) } else { changed });
            },
        )
        .rules(&["lti13-platform-redirect-registered"])
        .sent("the registered redirect_uri with its host (or scheme) in capitals"),
        PlatformCase::request(
            "platform-redirect-missing",
            "a request without redirect_uri is refused",
            Worth::refuse(Warn),
            |asked, _| {
                asked.remove("redirect_uri");
            },
        )
        .rules(&["lti13-platform-redirect-missing"])
        .sent("the sound request without redirect_uri"),
        stranger(
            "platform-redirect-other-client",
            "another tool's redirect URI is refused",
            "the redirect_uri of another registered tool",
            |asked, world| {
                if let Some(uri) = &world.config.platform.other_redirect_uri {
                    asked.set("redirect_uri", uri.as_str());
                }
            },
        )
        .needs(OTHER_TOOL),
        PlatformCase::request(
            "platform-redirect-second",
            "the response goes to the redirect URI that was asked for",
            Worth { token: Pass, elsewhere: Fail, error: Fail, page: Fail },
            |asked, world| {
                asked.set("redirect_uri", world.config.second_redirect_uri().as_str());
            },
        )
        .needs(SECOND_REDIRECT_URI)
        .rules(&["lti13-platform-redirect-requested"])
        .sent("the sound request with the second registered redirect_uri"),
    ]
}

fn stranger(id: &'static str, title: &'static str, sent: &'static str, change: ChangeRequest) -> PlatformCase {
    PlatformCase::request(id, title, STRANGER, change).rules(&["lti13-platform-redirect-registered"]).sent(sent)
}

fn same_place(id: &'static str, title: &'static str, sent: &'static str, change: ChangeRequest) -> PlatformCase {
    PlatformCase::request(id, title, SAME_PLACE, change).rules(&["lti13-platform-redirect-registered"]).sent(sent)
}

/// Changes the redirect URI as an address.
fn set(asked: &mut Asked, change: impl FnOnce(&mut Url)) {
    let uri = asked.get("redirect_uri").unwrap_or_default().to_owned();
    if let Ok(mut url) = Url::parse(&uri) {
        change(&mut url);
        asked.set("redirect_uri", url.as_str());
    }
}

/// Changes the redirect URI as text, so that nothing is normalised.
fn append(asked: &mut Asked, end: &str) {
    let uri = format!("{}{end}", asked.get("redirect_uri").unwrap_or_default());
    asked.set("redirect_uri", uri);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use super::*;
    use crate::{
        clock::SuiteClock,
        subject::platform::{Initiation, PlatformConfig, PlatformScript, PlatformWorld},
        transport::InProcess,
    };

    fn world(public_url: &str) -> PlatformWorld {
        let text = format!(
            "[suite]\npublic_url = {public_url:?}\n[platform]\nissuer = \"https://lms.test\"\nauthorization_url = \"https://lms.test/auth\"\n\
             jwks_url = \"https://lms.test/jwks\"\nclient_id = \"c\"\ndeployment_ids = [\"1\"]\nother_redirect_uri = \"https://other.test/launch\"\n"
        );
        let config = PlatformConfig::parse(&text, "test", &[]).unwrap();
        let nobody = InProcess::new(Arc::new(|_| Box::pin(async { Ok(http::Response::default()) })));
        PlatformWorld::new(config, SuiteClock::standing(), Arc::new(nobody))
    }

    #[test]
    fn every_case_asks_for_another_address_and_no_two_for_the_same() {
        for public_url in ["https://suite.test", "http://127.0.0.1:9300"] {
            let world = world(public_url);
            let initiation = Initiation {
                method: http::Method::GET,
                url: world.config.login_url(),
                parameters: vec![("login_hint".to_owned(), "x".to_owned())],
            };
            let sound = Asked::sound(&world, &initiation).get("redirect_uri").unwrap().to_owned();
            let mut seen = BTreeSet::from([Some(sound)]);
            for case in cases() {
                let PlatformScript::Request { change, .. } = case.script else { unreachable!("all of them ask") };
                let mut asked = Asked::sound(&world, &initiation);
                change(&mut asked, &world);
                let uri = asked.get("redirect_uri").map(str::to_owned);
                assert!(seen.insert(uri.clone()), "{} asks for {uri:?}", case.id);
            }
        }
    }
}
