//! Discovery by `badgeconnect.json` (Open Badges 2.1, Badge Connect API).

use lti_core::service::{Scope, Scopes};
use serde_json::{Map, Value};
use url::Url;

use super::discovery::{ClientDescription, Discovered, Discovery, DiscoveryError, RegistrationRequest};
use super::mapping::FieldMapping;
use super::openid::{base, object};
use super::record::{Endpoints, RegisteredIssuer};
use super::service::Service;

/// The name of the document.
const WELL_KNOWN: &str = "/.well-known/badgeconnect.json";
/// The member of [`Endpoints`] under which the API itself is kept.
const API_BASE: &str = "apiBase";

/// A host of Open Badges: discovered by `badgeconnect.json`, where this application registers itself when it has neither
/// client id nor secret. There is no ID token and no `UserInfo` endpoint, so nothing is mapped.
#[derive(Debug, Clone, Copy, Default)]
pub struct BadgeConnect;

impl Service for BadgeConnect {
    fn id(&self) -> &'static str {
        "imsobv2p1"
    }

    fn template(&self) -> RegisteredIssuer {
        let mut template = RegisteredIssuer::new(self.id(), "Open Badges");
        template.authentication = super::ClientAuthentication::Basic;
        template.login_scopes = Scopes::default();
        template.offline_scopes = Scopes::default();
        template.mapping = FieldMapping::empty();
        template
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        Some(self)
    }
}

impl Discovery for BadgeConnect {
    fn address(&self, base_url: &str) -> Result<Url, DiscoveryError> {
        base(base_url)?;
        Url::parse(&format!("{}{WELL_KNOWN}", base_url.trim_end_matches('/'))).map_err(|_| DiscoveryError::BaseUrl)
    }

    /// The last entry of `badgeConnectAPI` counts. `authorizationUrl` becomes the endpoint `authorization`, and so for each
    /// member that ends in `Url`.
    fn read(&self, _base_url: &str, document: &[u8]) -> Result<Discovered, DiscoveryError> {
        let members = object(document)?;
        let entry: &Map<String, Value> = members
            .get("badgeConnectAPI")
            .and_then(Value::as_array)
            .and_then(|entries| entries.last())
            .and_then(Value::as_object)
            .ok_or(DiscoveryError::Shape { expected: "an array badgeConnectAPI with an object in it" })?;
        let mut discovered = Discovered::default();
        for (name, value) in entry {
            let Some(address) = value.as_str() else { continue };
            if let Some(name) = name.strip_suffix("Url") {
                discovered.endpoints.set(&name.to_ascii_lowercase(), address)?;
            } else if name == API_BASE {
                discovered.endpoints.set(API_BASE, address)?;
            }
        }
        discovered.endpoints.need(Endpoints::AUTHORIZATION)?;
        discovered.endpoints.need(Endpoints::TOKEN)?;
        discovered.name = entry.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
        discovered.image = entry.get("image").and_then(Value::as_str).and_then(image);
        let scopes = entry.get("scopesOffered").and_then(Value::as_array).into_iter().flatten();
        discovered.scopes_supported = scopes.filter_map(Value::as_str).map(Scope::parse).collect();
        discovered.login_scopes = Some(discovered.scopes_supported.clone());
        Ok(discovered)
    }

    fn mapping(&self) -> FieldMapping {
        FieldMapping::empty()
    }

    fn registration(&self, discovered: &Discovered, client: &ClientDescription) -> Option<RegistrationRequest> {
        let url = discovered.endpoints.get(Endpoints::REGISTRATION)?.clone();
        Some(RegistrationRequest::new(url, client.metadata(&discovered.scopes_supported)))
    }
}

/// An icon's address; some hosts write two slashes inside of it.
fn image(address: &str) -> Option<Url> {
    let mut url = Url::parse(address).ok().filter(super::record::is_safe)?;
    let mut path = url.path().to_owned();
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    url.set_path(&path);
    Some(url)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_last_entry_counts_and_urls_become_endpoints() {
        let address = BadgeConnect.address("https://badges.example/host/").unwrap();
        assert_eq!(address.as_str(), "https://badges.example/host/.well-known/badgeconnect.json");
        let document = json!({ "badgeConnectAPI": [{ "name": "old" }, {
            "name": "Badges", "image": "https://badges.example//media//logo.png",
            "apiBase": "https://badges.example/obv2p1", "authorizationUrl": "https://badges.example/auth",
            "tokenUrl": "https://badges.example/token", "registrationUrl": "https://badges.example/register",
            "termsOfServiceUrl": "https://badges.example/terms",
            "scopesOffered": ["https://purl.imsglobal.org/spec/ob/v2p1/scope/assertion.readonly"],
        }] });
        let found = BadgeConnect.read("https://badges.example", document.to_string().as_bytes()).unwrap();
        let names: Vec<_> = found.endpoints.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["apiBase", "authorization", "registration", "termsofservice", "token"]);
        assert_eq!(found.image.as_ref().unwrap().as_str(), "https://badges.example/media/logo.png");
        assert_eq!(found.scopes_supported.len(), 1);
        let client = ClientDescription::new(
            "School",
            "https://school.example".parse().unwrap(),
            "https://school.example/callback".parse().unwrap(),
        );
        let request = BadgeConnect.registration(&found, &client).unwrap();
        assert_eq!(request.url.as_str(), "https://badges.example/register");
        insta::assert_json_snapshot!(request.document);
        let mut record = BadgeConnect.template();
        found.apply(&mut record);
        assert_eq!((record.name.as_str(), record.login_scopes.len()), ("Badges", 1));
    }

    #[test]
    fn another_shape_is_refused() {
        for document in [json!([]), json!({}), json!({ "badgeConnectAPI": [] }), json!({ "badgeConnectAPI": [{}] })] {
            assert!(
                BadgeConnect.read("https://badges.example", document.to_string().as_bytes()).is_err(),
                "{document}"
            );
        }
    }
}
