//! What a tool asks for (LTI Dynamic Registration 1.0, 3.5.2; the names are those of RFC 7591, 2 and OpenID Connect
//! Dynamic Client Registration 1.0, 2).

use serde_json::{Map, Value};
use url::{Host, Url};

use super::lenient::{put_text, put_texts, text, texts, words};
use super::{MetadataFault, PRIVATE_KEY_JWT, TOOL_CONFIGURATION, ToolConfiguration};

/// The metadata of a tool, as it asks to be registered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationRequest {
    /// `web` for a tool.
    pub application_type: Option<String>,
    /// The grants: `implicit` for launches, `client_credentials` for services.
    pub grant_types: Vec<String>,
    /// The response types: `id_token`.
    pub response_types: Vec<String>,
    /// Where ID tokens may be posted, character by character.
    pub redirect_uris: Vec<String>,
    /// Where the tool begins a login.
    pub initiate_login_uri: Option<String>,
    /// The tool's name.
    pub client_name: Option<String>,
    /// Where the tool publishes its keys.
    pub jwks_uri: Option<String>,
    /// How the tool proves itself at the token endpoint: `private_key_jwt`.
    pub token_endpoint_auth_method: Option<String>,
    /// The scopes of the services that the tool would like to use.
    pub scope: Vec<String>,
    /// What LTI adds; absent when the request has none.
    pub tool: Option<ToolConfiguration>,
    /// Members without a field here, `logo_uri`, `contacts` and names in other languages among them.
    pub other: Map<String, Value>,
}

impl RegistrationRequest {
    /// What every platform wants to know of a tool: its name, where logins begin, where ID tokens go, where its keys are,
    /// and its LTI half.
    pub fn new(
        client_name: impl Into<String>,
        initiate_login_uri: impl Into<String>,
        redirect_uris: impl IntoIterator<Item = String>,
        jwks_uri: impl Into<String>,
        tool: ToolConfiguration,
    ) -> Self {
        Self {
            application_type: Some("web".to_owned()),
            grant_types: vec!["implicit".to_owned(), "client_credentials".to_owned()],
            response_types: vec!["id_token".to_owned()],
            redirect_uris: redirect_uris.into_iter().collect(),
            initiate_login_uri: Some(initiate_login_uri.into()),
            client_name: Some(client_name.into()),
            jwks_uri: Some(jwks_uri.into()),
            token_endpoint_auth_method: Some(PRIVATE_KEY_JWT.to_owned()),
            scope: Vec::new(),
            tool: Some(tool),
            other: Map::new(),
        }
    }

    /// Reads a request as far as it can be read. Whether it can be taken says [`RegistrationRequest::check`].
    ///
    /// # Errors
    /// [`MetadataFault`] when it is not a JSON object.
    pub fn from_json(body: &[u8]) -> Result<Self, MetadataFault> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self::read(members)),
            Ok(_) => Err(MetadataFault::metadata("the request", "a JSON object", "another JSON value")),
            Err(_) => Err(MetadataFault::metadata("the request", "a JSON object", "what is no JSON")),
        }
    }

    pub(super) fn read(mut members: Map<String, Value>) -> Self {
        let m = &mut members;
        let tool = match m.remove(TOOL_CONFIGURATION) {
            Some(Value::Object(tool)) => Some(ToolConfiguration::read(tool)),
            Some(odd) => {
                m.insert(TOOL_CONFIGURATION.to_owned(), odd);
                None
            }
            None => None,
        };
        Self {
            application_type: text(m, "application_type"),
            grant_types: texts(m, "grant_types"),
            response_types: texts(m, "response_types"),
            redirect_uris: texts(m, "redirect_uris"),
            initiate_login_uri: text(m, "initiate_login_uri"),
            client_name: text(m, "client_name"),
            jwks_uri: text(m, "jwks_uri"),
            token_endpoint_auth_method: text(m, "token_endpoint_auth_method"),
            scope: words(m, "scope"),
            tool,
            other: members,
        }
    }

    /// The request, as it is sent.
    pub fn to_json(&self) -> Value {
        Value::Object(self.write())
    }

    pub(super) fn write(&self) -> Map<String, Value> {
        let mut members = self.other.clone();
        let m = &mut members;
        put_text(m, "application_type", self.application_type.as_deref());
        put_texts(m, "grant_types", &self.grant_types);
        put_texts(m, "response_types", &self.response_types);
        put_texts(m, "redirect_uris", &self.redirect_uris);
        put_text(m, "initiate_login_uri", self.initiate_login_uri.as_deref());
        put_text(m, "client_name", self.client_name.as_deref());
        put_text(m, "jwks_uri", self.jwks_uri.as_deref());
        put_text(m, "token_endpoint_auth_method", self.token_endpoint_auth_method.as_deref());
        put_text(m, "scope", Some(&self.scope.join(" ")));
        if let Some(tool) = &self.tool {
            m.insert(TOOL_CONFIGURATION.to_owned(), tool.to_json());
        }
        members
    }

    /// Whether a platform can take this request: the first member that keeps it from it.
    ///
    /// `http` says whether plain http is taken for addresses on this machine, as on a platform that is there itself. For
    /// a web client with the implicit grant OpenID Connect Dynamic Client Registration 1.0, 2 takes https alone, and no
    /// `localhost`; RFC 7591, 5 wants https for the site of a client.
    ///
    /// # Errors
    /// [`MetadataFault`] with the code that belongs to it.
    pub fn check(&self, http: LocalHttp) -> Result<(), MetadataFault> {
        let missing = |member, expected: &str| MetadataFault::metadata(member, expected, "none");
        if self.redirect_uris.is_empty() {
            return Err(MetadataFault::redirect("at least one address", "none"));
        }
        for uri in &self.redirect_uris {
            address(uri, http).map_err(|seen| MetadataFault::redirect("an https address without a fragment", seen))?;
        }
        let needed =
            [("initiate_login_uri", self.initiate_login_uri.as_deref()), ("jwks_uri", self.jwks_uri.as_deref())];
        for (member, uri) in needed {
            let uri = uri.ok_or_else(|| missing(member, "an https address"))?;
            address(uri, http).map_err(|seen| MetadataFault::metadata(member, "an https address", seen))?;
        }
        if self.other.contains_key("jwks") {
            return Err(MetadataFault::metadata("jwks", "jwks_uri alone (RFC 7591, 2)", "both"));
        }
        if self.client_name.as_deref().is_none_or(|name| name.trim().is_empty()) {
            return Err(missing("client_name", "the tool's name"));
        }
        if !self.response_types.iter().any(|known| known == "id_token") {
            return Err(MetadataFault::metadata("response_types", "id_token", listed(&self.response_types)));
        }
        if let Some(method) = self.token_endpoint_auth_method.as_deref().filter(|method| *method != PRIVATE_KEY_JWT) {
            return Err(MetadataFault::metadata("token_endpoint_auth_method", PRIVATE_KEY_JWT, format!("{method:?}")));
        }
        let tool = self.tool.as_ref().ok_or_else(|| missing(TOOL_CONFIGURATION, "the tool's LTI configuration"))?;
        let target = tool.target_link_uri.as_deref();
        let target = target.ok_or_else(|| missing("target_link_uri", "where a launch leads"))?;
        let target = address(target, http)
            .map_err(|seen| MetadataFault::metadata("target_link_uri", "an https address", seen))?;
        let domain = tool.domain.as_deref().filter(|domain| !domain.is_empty());
        let domain = domain.ok_or_else(|| missing("domain", "the host of the tool"))?;
        if !covers(domain, &target) && !tool.secondary_domains.iter().any(|known| covers(known, &target)) {
            let expected = format!("the host of target_link_uri, {}", target.host_str().unwrap_or_default());
            return Err(MetadataFault::metadata("domain", expected, format!("{domain:?}")));
        }
        Ok(())
    }
}

/// Whether plain http is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalHttp {
    /// Never.
    Refused,
    /// For addresses on this machine: a platform that itself is on this machine, in development.
    Taken,
}

/// An address that a browser or a server will be sent to, or what is wrong with it.
fn address(value: &str, http: LocalHttp) -> Result<Url, String> {
    let url = Url::parse(value).map_err(|_| format!("{value:?}, which is no absolute address"))?;
    let local = is_local(&url);
    match (url.scheme(), http) {
        ("https", _) if !local || http == LocalHttp::Taken => {}
        ("http", LocalHttp::Taken) if local => {}
        ("https", _) => return Err(format!("{value:?}, which is on whatever machine it is opened on")),
        ("http", _) => return Err(format!("{value:?}, which is plain http")),
        _ => return Err(format!("{value:?}, which is neither https nor http")),
    }
    if url.fragment().is_some() {
        return Err(format!("{value:?}, which has a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address with a user name or a password".to_owned());
    }
    Ok(url)
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// Whether a domain names the host of an address; a port may stand behind it, and scheme and path are overlooked.
fn covers(domain: &str, target: &Url) -> bool {
    let bare = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    let bare = bare.split('/').next().unwrap_or_default();
    Url::parse(&format!("https://{bare}")).is_ok_and(|url| url.host() == target.host())
}

fn listed(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(", ") }
}
