//! Which address the answer goes to: one that is registered, character by character (OpenID Connect Core 1.0, 3.1.2.1),
//! and what flaws take for it.

use url::Url;

use super::{PlatformDouble, PlatformFlaw, RedirectFlaw, RequestFlaw, authorization::Trouble, http::Fields};

/// Where an answer goes and whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    /// The client id that becomes the audience.
    pub(super) client_id: String,
    /// The address.
    pub(super) address: String,
    /// Whether the address may get errors alone.
    pub(super) errors_only: bool,
}

impl PlatformDouble {
    /// The client and its address. What is wrong here is told to the user, never to the address.
    pub(super) fn destination(&self, fields: &Fields) -> Result<Destination, Trouble> {
        let repeated = |name| fields.all(name).count() > 1 && !self.has(RequestFlaw::RepeatedTaken);
        if repeated("client_id") || repeated("redirect_uri") {
            return Err(Trouble::InPlace("client_id and redirect_uri come once each"));
        }
        let (client_id, registered) = self.client(fields.filled("client_id"))?;
        let destination = |address: &str| Destination {
            client_id: client_id.clone(),
            address: address.to_owned(),
            errors_only: false,
        };
        let first = registered.first().ok_or(Trouble::InPlace("no address is registered"))?;
        let Some(wanted) = fields.filled("redirect_uri") else {
            return if self.has(RedirectFlaw::MissingDefaulted) {
                Ok(destination(first))
            } else {
                Err(Trouble::InPlace("redirect_uri is missing"))
            };
        };
        let exact = registered.iter().any(|known| known == wanted);
        match self.flaw {
            Some(PlatformFlaw::Redirect(RedirectFlaw::FirstAlways)) if exact => Ok(destination(first)),
            _ if exact => Ok(destination(wanted)),
            Some(PlatformFlaw::Redirect(RedirectFlaw::FallsBack)) => Ok(destination(first)),
            Some(PlatformFlaw::Redirect(RedirectFlaw::ErrorsSent)) => {
                Ok(Destination { errors_only: true, ..destination(wanted) })
            }
            Some(PlatformFlaw::Redirect(flaw)) if self.taken(flaw, wanted, &registered) => Ok(destination(wanted)),
            _ => Err(Trouble::InPlace("redirect_uri is not registered for this client_id")),
        }
    }

    /// The audience and the addresses of the client that a request names.
    fn client(&self, named: Option<&str>) -> Result<(String, Vec<String>), Trouble> {
        let known = named.and_then(|client_id| self.wiring.tool_of(client_id));
        let launched = &self.wiring.tool;
        match (known, named) {
            (Some(_), Some(_)) if self.has(RequestFlaw::ClientIgnored) => {
                Ok((launched.client_id.clone(), launched.redirect_uris.clone()))
            }
            (Some(tool), _) => Ok((tool.client_id.clone(), tool.redirect_uris.clone())),
            (None, Some(unknown)) if self.has(RequestFlaw::ClientUnknownServed) => {
                Ok((unknown.to_owned(), launched.redirect_uris.clone()))
            }
            (None, Some(_)) if self.has(RequestFlaw::ClientIgnored) => {
                Ok((launched.client_id.clone(), launched.redirect_uris.clone()))
            }
            _ if self.has(RequestFlaw::ClientFallback) => {
                Ok((launched.client_id.clone(), launched.redirect_uris.clone()))
            }
            _ => Err(Trouble::InPlace("client_id is missing or unknown")),
        }
    }

    /// Whether the flaw takes an address for registered.
    fn taken(&self, flaw: RedirectFlaw, wanted: &str, registered: &[String]) -> bool {
        let resembles = |alike: fn(&str, &str) -> bool| registered.iter().any(|known| alike(known, wanted));
        match flaw {
            RedirectFlaw::Unchecked => true,
            RedirectFlaw::Prefix => resembles(|known, wanted| wanted.starts_with(known)),
            RedirectFlaw::Substring => {
                resembles(|known, wanted| host(known).is_some_and(|host| wanted.contains(&host)))
            }
            RedirectFlaw::OriginPrefix => {
                resembles(|known, wanted| origin(known).is_some_and(|origin| wanted.starts_with(&origin)))
            }
            RedirectFlaw::OriginOnly => {
                resembles(|known, wanted| origin(known).is_some() && origin(known) == origin(wanted))
            }
            RedirectFlaw::Below => resembles(is_below),
            RedirectFlaw::Subdomains => resembles(is_subdomain),
            RedirectFlaw::QueryIgnored => resembles(is_same_but_for_query),
            RedirectFlaw::QueryTolerated => !wanted.contains("id_token=") && resembles(is_same_but_for_query),
            RedirectFlaw::CaseFolded => resembles(str::eq_ignore_ascii_case),
            RedirectFlaw::HostFolded => {
                // Reading an address writes its host in small letters and leaves the path as it is.
                resembles(|known, wanted| {
                    known.eq_ignore_ascii_case(wanted) && Url::parse(wanted).is_ok_and(|url| url.as_str() == known)
                })
            }
            RedirectFlaw::SlashTrimmed => {
                resembles(|known, wanted| known.trim_end_matches('/') == wanted.trim_end_matches('/'))
            }
            RedirectFlaw::FragmentIgnored => resembles(|known, wanted| before(known, '#') == before(wanted, '#')),
            RedirectFlaw::PortIgnored => {
                resembles(|known, wanted| with_authority(known, without_port) == with_authority(wanted, without_port))
            }
            RedirectFlaw::UserinfoTaken => {
                resembles(|known, wanted| with_authority(wanted, only_userinfo).as_deref() == Some(known))
            }
            RedirectFlaw::SchemeIgnored => resembles(is_same_but_for_scheme),
            RedirectFlaw::AnyClient => {
                self.wiring.tools().iter().any(|tool| tool.redirect_uris.iter().any(|known| known == wanted))
            }
            RedirectFlaw::MissingDefaulted
            | RedirectFlaw::FallsBack
            | RedirectFlaw::FirstAlways
            | RedirectFlaw::ErrorsSent => false,
        }
    }
}

fn before(address: &str, mark: char) -> &str {
    address.split(mark).next().unwrap_or_default()
}

fn host(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

/// Scheme, host and port as text.
fn origin(address: &str) -> Option<String> {
    Some(Url::parse(address).ok()?.origin().ascii_serialization())
}

/// Whether the path that was asked for, dot segments resolved, lies below the known one.
fn is_below(known: &str, wanted: &str) -> bool {
    Url::parse(wanted).is_ok_and(|wanted| wanted.as_str().starts_with(&format!("{known}/")))
}

fn is_same_but_for_query(known: &str, wanted: &str) -> bool {
    before(known, '?') == before(wanted, '?')
}

/// Whether two addresses have another scheme and are the same otherwise. A port that one of them leaves out is the one of
/// its scheme.
fn is_same_but_for_scheme(known: &str, wanted: &str) -> bool {
    let (Ok(known), Ok(wanted)) = (Url::parse(known), Url::parse(wanted)) else { return false };
    let port = known.port_or_known_default();
    let same_port = wanted.port().is_none() || wanted.port_or_known_default() == port;
    known.scheme() != wanted.scheme() && known.host() == wanted.host() && same_port && known.path() == wanted.path()
}

/// An address with another host part, which is changed as text: nothing else of it may become normal on the way.
fn with_authority(address: &str, change: fn(&str) -> &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    Some(format!("{scheme}://{}{path}", change(authority)))
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn only_userinfo(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(user, _)| user)
}

fn is_subdomain(known: &str, wanted: &str) -> bool {
    let (Ok(known), Ok(mut wanted)) = (Url::parse(known), Url::parse(wanted)) else { return false };
    let Some(domain) = known.host_str().map(str::to_owned) else { return false };
    let below = wanted.host_str().is_some_and(|host| host.ends_with(&format!(".{domain}")));
    below && wanted.set_host(Some(&domain)).is_ok() && known == wanted
}
