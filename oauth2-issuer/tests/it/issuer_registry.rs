//! The issuer registry over a scripted network.

use std::sync::Arc;

use oauth2_issuer::relying::issuer::{
    ClientAuthentication, ClientDescription, Credentials, Discovered, Discovery, DiscoveryError, Endpoints,
    FieldMapping, IssuerRegistry, LocalField, MemoryIssuerStore, RegisteredIssuer, RegistryError, Service, Shown,
};
use serde_json::json;
use url::Url;

use crate::scripted_network::ScriptedNetwork;

fn configuration(issuer: &str) -> String {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"), "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"), "jwks_uri": format!("{issuer}/jwks"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "scopes_supported": ["openid", "email"],
    })
    .to_string()
}

fn registry(network: &Arc<ScriptedNetwork>) -> IssuerRegistry {
    let url = |text: &str| Url::parse(text).unwrap();
    let client =
        ClientDescription::new("School", url("https://school.example"), url("https://school.example/callback"));
    IssuerRegistry::new(Arc::new(MemoryIssuerStore::default()), network.clone()).with_client(client)
}

#[tokio::test]
async fn everything_is_discovered_from_a_base_url() {
    let network = Arc::new(ScriptedNetwork::new(|seen| match seen.url.as_str() {
        "https://as.example/a/.well-known/openid-configuration"
        | "https://as.example/.well-known/oauth-authorization-server/a" => {
            Some((200, configuration("https://as.example/a")))
        }
        _ => Some((404, String::new())),
    }));
    let registry = registry(&network);
    for service in ["openid", "oauth2"] {
        let credentials = Credentials::new("c1", Some("planted-secret".into()));
        let id = registry.add(service, Some("https://as.example/a"), Some(credentials)).await.unwrap();
        let mut record = registry.get(id).await.unwrap();
        assert_eq!(record.endpoints.get(Endpoints::USERINFO).unwrap().as_str(), "https://as.example/a/me");
        assert_eq!(record.authentication, ClientAuthentication::Basic, "the body is not supported there");
        assert!(record.mapping.fills(&LocalField::Email) && record.is_usable().is_ok());
        assert!(registry.for_login().await.unwrap().iter().all(|listed| listed.id != id), "services only");
        record.shown = Shown::Everywhere;
        record.name = "Renamed".to_owned();
        registry.store().update(&record).await.unwrap();
        assert_eq!(registry.discover(id).await.unwrap().name, "Renamed");
        assert!(registry.for_login().await.unwrap().iter().any(|listed| listed.id == id));
    }
    assert!(
        network.seen().iter().all(|seen| seen.method == http::Method::GET),
        "credentials are there: no registration"
    );
}

#[tokio::test]
async fn an_issuer_that_is_another_is_not_added() {
    let network = Arc::new(ScriptedNetwork::new(|seen| match seen.url.host_str() {
        Some("as.example") => Some((200, configuration("https://evil.example"))),
        Some("broken.example") => Some((200, "{".to_owned())),
        Some("moved.example") => Some((302, String::new())),
        _ => None,
    }));
    let registry = registry(&network);
    let add = |base| registry.add("openid", base, None);
    let error = add(Some("https://as.example")).await.unwrap_err();
    assert!(matches!(error, RegistryError::Discovery(DiscoveryError::Issuer { .. })), "{error}");
    for base in ["https://broken.example", "https://moved.example", "https://gone.example", "http://plain.example", "x"]
    {
        assert!(matches!(add(Some(base)).await, Err(RegistryError::Discovery(_))), "{base}");
    }
    assert_eq!(add(None).await, Err(RegistryError::NoBaseUrl));
    assert!(matches!(registry.add("other", None, None).await, Err(RegistryError::UnknownService(_))));
    assert!(registry.list().await.unwrap().is_empty());
    assert!(network.seen().iter().all(|seen| seen.url.scheme() == "https"), "nothing is asked over plain http");
}

#[tokio::test]
async fn a_host_of_badges_registers_a_client_that_has_no_credentials() {
    let network = Arc::new(ScriptedNetwork::new(|seen| match seen.url.path() {
        "/.well-known/badgeconnect.json" => Some((
            200,
            json!({ "badgeConnectAPI": [{
                "name": "Badges", "authorizationUrl": "https://badges.example/auth",
                "tokenUrl": "https://badges.example/token", "registrationUrl": "https://badges.example/register",
                "scopesOffered": ["a", "b"],
            }] })
            .to_string(),
        )),
        "/register" if seen.body.contains("client_secret_basic") && seen.body.contains("\"scope\":\"a b\"") => {
            Some((201, json!({ "client_id": "new", "client_secret": "planted-secret" }).to_string()))
        }
        _ => Some((400, json!({ "error": "invalid_client_metadata" }).to_string())),
    }));
    let registry = registry(&network);
    let id = registry.add("imsobv2p1", Some("https://badges.example"), None).await.unwrap();
    let record = registry.get(id).await.unwrap();
    assert_eq!(record.client_id.as_ref().unwrap().as_str(), "new");
    assert_eq!(record.client_secret.as_ref().unwrap().expose(), "planted-secret");
    assert!(!format!("{record:?}").contains("planted"));
    registry.discover(id).await.unwrap();
    assert_eq!(network.to("/register").len(), 1, "a client that is registered does not register again");
    let known = Credentials::new("c", None);
    registry.add("imsobv2p1", Some("https://badges.example"), Some(known)).await.unwrap();
    assert_eq!(network.to("/register").len(), 1);
}

#[tokio::test]
async fn a_refused_registration_is_told_by_its_code() {
    for (status, body, expected) in [
        (400, json!({ "error": "invalid_redirect_uri" }), "400 invalid_redirect_uri"),
        (201, json!({ "client_secret": "x" }), "without a client_id"),
        (500, json!({}), "500"),
    ] {
        let network = Arc::new(ScriptedNetwork::new(move |seen| {
            match seen.url.path() {
            "/register" => Some((status, body.to_string())),
            _ => Some((
                200,
                json!({ "badgeConnectAPI": [{ "authorizationUrl": "https://b.example/a", "tokenUrl": "https://b.example/t",
                    "registrationUrl": "https://b.example/register" }] })
                .to_string(),
            )),
        }
        }));
        let error = registry(&network).add("imsobv2p1", Some("https://b.example"), None).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// A kind of issuer of one's own: a single type.
struct Campus;

impl Service for Campus {
    fn id(&self) -> &'static str {
        "campus"
    }

    fn template(&self) -> RegisteredIssuer {
        RegisteredIssuer::new("campus", "Campus")
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        Some(self)
    }
}

impl Discovery for Campus {
    fn address(&self, base_url: &str) -> Result<Url, DiscoveryError> {
        Url::parse(&format!("{base_url}/services.json")).map_err(|_| DiscoveryError::BaseUrl)
    }

    fn read(&self, _: &str, document: &[u8]) -> Result<Discovered, DiscoveryError> {
        let document: serde_json::Value =
            serde_json::from_slice(document).map_err(|_| DiscoveryError::Shape { expected: "JSON" })?;
        let mut discovered = Discovered::default();
        for name in ["authorization", "token"] {
            discovered.endpoints.set(name, document[name].as_str().unwrap_or_default())?;
        }
        Ok(discovered)
    }

    fn mapping(&self) -> FieldMapping {
        "person-mail email".parse().unwrap()
    }
}

#[tokio::test]
async fn a_new_kind_of_service_is_one_type() {
    let network = Arc::new(ScriptedNetwork::new(|seen| {
        assert_eq!(seen.url.as_str(), "https://campus.example/services.json");
        Some((
            200,
            json!({ "authorization": "https://campus.example/a", "token": "https://campus.example/t" }).to_string(),
        ))
    }));
    let registry = registry(&network).with_service(Arc::new(Campus));
    let credentials = Credentials::new("c", Some("".into()));
    let id = registry.add("campus", Some("https://campus.example"), Some(credentials)).await.unwrap();
    let record = registry.get(id).await.unwrap();
    assert_eq!((record.name.as_str(), record.mapping.lines().len()), ("Campus", 1));
    assert!(record.is_usable().is_ok() && record.client_secret.is_none());
    registry.set_endpoint(id, "userinfo", "https://campus.example/me").await.unwrap();
    assert!(registry.set_endpoint(id, "userinfo", "http://campus.example/me").await.is_err());
    assert!(registry.get(id).await.unwrap().endpoints.get("userinfo").is_some());
}

#[tokio::test]
async fn templates_stand_alone_or_are_discovered() {
    let network = Arc::new(ScriptedNetwork::new(|seen| {
        assert_eq!(seen.url.as_str(), "https://accounts.google.com/.well-known/openid-configuration");
        Some((200, configuration("https://accounts.google.com")))
    }));
    let registry = registry(&network);
    let credentials = || Some(Credentials::new("c", Some("s".into())));
    let google = registry.add("google", None, credentials()).await.unwrap();
    let facebook = registry.add("facebook", None, credentials()).await.unwrap();
    let listed: Vec<_> = registry.for_login().await.unwrap().into_iter().map(|record| record.id).collect();
    assert_eq!(listed, [google, facebook]);
    assert_eq!(network.seen().len(), 1, "the endpoints of Facebook are in its template");
    assert_eq!(registry.get(google).await.unwrap().offline_parameters.len(), 2);
}
