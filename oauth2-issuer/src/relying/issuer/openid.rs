//! Discovery by the OpenID configuration and by the metadata of RFC 8414.

use lti_core::service::{Scope, Scopes};
use serde_json::{Map, Value};
use url::Url;

use super::discovery::{Discovered, Discovery, DiscoveryError};
use super::mapping::FieldMapping;
use super::record::{Endpoints, IssuerName, is_safe};
use crate::metadata::WELL_KNOWN;

/// The name of the document of RFC 8414, 3.
const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";

/// OpenID Connect Discovery 1.0: the well-known path is appended to the issuer.
#[derive(Debug, Clone, Copy, Default)]
pub struct OpenIdConfiguration;

/// RFC 8414: the well-known path is inserted between the host and the path of the issuer (3.1).
#[derive(Debug, Clone, Copy, Default)]
pub struct AuthorizationServer;

impl Discovery for OpenIdConfiguration {
    /// `https://host/path/.well-known/openid-configuration`; one slash at the end of the base URL is not doubled
    /// (Discovery, 4.1). A base URL that names the document itself is taken at its word.
    fn address(&self, base_url: &str) -> Result<Url, DiscoveryError> {
        base(base_url)?;
        let base_url = asked(base_url);
        Url::parse(&format!("{}{WELL_KNOWN}", base_url.strip_suffix('/').unwrap_or(base_url)))
            .map_err(|_| DiscoveryError::BaseUrl)
    }

    fn read(&self, base_url: &str, document: &[u8]) -> Result<Discovered, DiscoveryError> {
        let members = object(document)?;
        let issuer = same_issuer(asked(base_url), &members)?;
        let mut discovered = read(&members)?;
        discovered.issuer = Some(IssuerName::Exact(issuer));
        discovered.endpoints.need(Endpoints::AUTHORIZATION)?;
        discovered.endpoints.need(Endpoints::TOKEN)?;
        Ok(discovered)
    }

    fn mapping(&self) -> FieldMapping {
        FieldMapping::openid()
    }
}

impl Discovery for AuthorizationServer {
    fn address(&self, base_url: &str) -> Result<Url, DiscoveryError> {
        let mut url = base(base_url)?;
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{AUTHORIZATION_SERVER}{path}"));
        Ok(url)
    }

    fn read(&self, base_url: &str, document: &[u8]) -> Result<Discovered, DiscoveryError> {
        OpenIdConfiguration.read(base_url, document)
    }

    fn mapping(&self) -> FieldMapping {
        FieldMapping::openid()
    }
}

/// The issuer that is asked: without the well-known path where somebody entered the whole address.
pub(super) fn asked(base_url: &str) -> &str {
    base_url.strip_suffix(WELL_KNOWN).unwrap_or(base_url)
}

/// The base URL, if it can be an issuer (OpenID Connect Core, 2: https, no query, no fragment).
pub(super) fn base(base_url: &str) -> Result<Url, DiscoveryError> {
    let url = Url::parse(base_url).map_err(|_| DiscoveryError::BaseUrl)?;
    let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if bare && url.password().is_none() && is_safe(&url) { Ok(url) } else { Err(DiscoveryError::BaseUrl) }
}

pub(super) fn object(document: &[u8]) -> Result<Map<String, Value>, DiscoveryError> {
    serde_json::from_slice(document).map_err(|_| DiscoveryError::Shape { expected: "a JSON object" })
}

/// The issuer of the document, which is the one that was asked, character for character. A slash at the end is part of it:
/// `https://host` and `https://host/` have one address and are two issuers.
fn same_issuer(expected: &str, members: &Map<String, Value>) -> Result<String, DiscoveryError> {
    let seen = members.get("issuer").and_then(Value::as_str);
    let seen = seen.ok_or(DiscoveryError::Shape { expected: "a member issuer, a string" })?;
    if seen == expected {
        return Ok(seen.to_owned());
    }
    Err(DiscoveryError::Issuer { expected: expected.to_owned(), seen: seen.chars().take(300).collect() })
}

/// What both documents say alike. Members of another type than expected count as absent, but an endpoint that cannot be
/// used is an error: a login that goes nowhere, or over plain http, is worse than none.
pub(super) fn read(members: &Map<String, Value>) -> Result<Discovered, DiscoveryError> {
    let mut discovered = Discovered::default();
    for (name, value) in members {
        if let (Some(name), Some(address)) = (name.strip_suffix("_endpoint"), value.as_str()) {
            discovered.endpoints.set(name, address)?;
        }
    }
    if let Some(address) = members.get("jwks_uri").and_then(Value::as_str) {
        let mut checked = Endpoints::default();
        checked.set("jwks_uri", address)?;
        discovered.jwks_uri = checked.get("jwks_uri").cloned();
    }
    discovered.scopes_supported = texts(members, "scopes_supported").map(Scope::parse).collect::<Scopes>();
    discovered.id_token_algorithms =
        texts(members, "id_token_signing_alg_values_supported").map(ToOwned::to_owned).collect();
    discovered.authentication_methods =
        texts(members, "token_endpoint_auth_methods_supported").map(ToOwned::to_owned).collect();
    discovered.names_itself =
        members.get("authorization_response_iss_parameter_supported").and_then(Value::as_bool).unwrap_or(false);
    Ok(discovered)
}

fn texts<'m>(members: &'m Map<String, Value>, name: &str) -> impl Iterator<Item = &'m str> {
    members.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(issuer: &str) -> Value {
        json!({
            "issuer": issuer, "authorization_endpoint": "https://as.example/auth",
            "token_endpoint": "https://as.example/token", "end_session_endpoint": "https://as.example/out",
            "jwks_uri": "https://as.example/jwks", "scopes_supported": ["openid", 7], "vendor": {},
            "authorization_response_iss_parameter_supported": true,
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        })
    }

    #[test]
    fn openid_appends_and_rfc_8414_inserts() {
        for (base, openid, server) in [
            (
                "https://as.example",
                "https://as.example/.well-known/openid-configuration",
                "https://as.example/.well-known/oauth-authorization-server",
            ),
            (
                "https://as.example/",
                "https://as.example/.well-known/openid-configuration",
                "https://as.example/.well-known/oauth-authorization-server",
            ),
            (
                "https://as.example/a/b",
                "https://as.example/a/b/.well-known/openid-configuration",
                "https://as.example/.well-known/oauth-authorization-server/a/b",
            ),
            (
                "https://as.example/a/",
                "https://as.example/a/.well-known/openid-configuration",
                "https://as.example/.well-known/oauth-authorization-server/a",
            ),
        ] {
            assert_eq!(OpenIdConfiguration.address(base).unwrap().as_str(), openid);
            assert_eq!(AuthorizationServer.address(base).unwrap().as_str(), server);
        }
        let whole = "https://as.example/.well-known/openid-configuration";
        assert_eq!(OpenIdConfiguration.address(whole).unwrap().as_str(), whole);
        for base in [
            "http://as.example",
            "as.example",
            "https://as.example?x=1",
            "https://as.example/#x",
            "https://u:p@as.example",
        ] {
            assert_eq!(OpenIdConfiguration.address(base), Err(DiscoveryError::BaseUrl), "{base}");
            assert_eq!(AuthorizationServer.address(base), Err(DiscoveryError::BaseUrl), "{base}");
        }
    }

    #[test]
    fn the_document_is_read_and_the_issuer_is_the_one_asked() {
        let text = document("https://as.example").to_string();
        let found = OpenIdConfiguration.read("https://as.example", text.as_bytes()).unwrap();
        let names: Vec<_> = found.endpoints.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["authorization", "end_session", "token"]);
        assert_eq!(found.scopes_supported.to_string(), "openid");
        assert!(found.names_itself);
        assert_eq!(found.jwks_uri.as_ref().unwrap().as_str(), "https://as.example/jwks");
        for other in ["https://as.example/", "https://AS.example", "https://evil.example"] {
            let error = OpenIdConfiguration.read("https://as.example", document(other).to_string().as_bytes());
            assert!(matches!(error, Err(DiscoveryError::Issuer { .. })), "{other}");
            let error = AuthorizationServer.read("https://as.example", document(other).to_string().as_bytes());
            assert!(matches!(error, Err(DiscoveryError::Issuer { .. })), "{other}");
        }
    }

    #[test]
    fn a_document_that_leads_astray_is_refused() {
        for (member, value) in [
            ("issuer", Value::Null),
            ("token_endpoint", json!(7)),
            ("authorization_endpoint", Value::Null),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("token_endpoint", json!("http://as.example/token")),
            ("jwks_uri", json!("http://as.example/jwks")),
        ] {
            let mut document = document("https://as.example");
            document[member] = value.clone();
            let read = OpenIdConfiguration.read("https://as.example", document.to_string().as_bytes());
            assert!(read.is_err(), "{member} {value}");
        }
        assert!(OpenIdConfiguration.read("https://as.example", b"[]").is_err());
    }

    #[test]
    fn the_way_to_authenticate_follows_what_the_issuer_supports() {
        use crate::relying::issuer::{ClientAuthentication, RegisteredIssuer};
        let text = document("https://as.example").to_string();
        let mut record = RegisteredIssuer::new("openid", "x");
        OpenIdConfiguration.read("https://as.example", text.as_bytes()).unwrap().apply(&mut record);
        assert_eq!(record.authentication, ClientAuthentication::Basic);
    }
}
