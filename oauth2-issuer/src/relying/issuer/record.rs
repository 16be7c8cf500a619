//! What is known of one issuer.

use std::collections::BTreeMap;
use std::fmt;

use lti_core::id::ClientId;
use lti_core::service::{Scope, Scopes};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::mapping::FieldMapping;
use crate::relying::secret::Secret;

/// The number of an issuer in its registry. It is never given to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerId(i64);

impl IssuerId {
    /// The id with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for IssuerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Client id and client secret, as the issuer gave them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// The client id.
    pub client_id: ClientId,
    /// The secret; none for a public client.
    pub client_secret: Option<Secret>,
}

impl Credentials {
    /// Puts them together; an empty secret counts as none.
    pub fn new(client_id: impl Into<ClientId>, client_secret: Option<Secret>) -> Self {
        Self { client_id: client_id.into(), client_secret: client_secret.filter(|secret| !secret.is_empty()) }
    }
}

/// How the client proves itself at the token endpoint (RFC 6749, 2.3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// `client_secret_basic`: id and secret, each form-encoded, in the header field `Authorization`.
    Basic,
    /// `client_secret_post`: in the body. What Moodle does unless it is told otherwise.
    #[default]
    Body,
}

/// Where an issuer is offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Shown {
    /// For services only: never on the login page.
    #[default]
    ServicesOnly,
    /// On the login page and for services.
    Everywhere,
    /// On the login page only.
    LoginPage,
    /// For sending mail by SMTP with XOAUTH2 only.
    Mail,
}

impl Shown {
    /// Whether people may sign in with it.
    pub const fn for_login(self) -> bool {
        matches!(self, Self::Everywhere | Self::LoginPage)
    }

    /// Whether services may use it.
    pub const fn for_services(self) -> bool {
        matches!(self, Self::Everywhere | Self::ServicesOnly)
    }
}

/// By which name the issuer signs itself in `iss`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IssuerName {
    /// This one, character for character (OpenID Connect Core, 3.1.3.7 step 2).
    Exact(String),
    /// One with `{tenantid}` in it, which stands for the claim `tid` of the token: how Microsoft names the tenants of an
    /// address that serves all of them.
    PerTenant(String),
}

impl IssuerName {
    /// Where the tenant stands in the name.
    pub const TENANT: &'static str = "{tenantid}";

    /// The name as it was discovered.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Exact(name) | Self::PerTenant(name) => name,
        }
    }

    /// Whether `iss` is this name, of whichever tenant.
    pub fn may_be(&self, iss: &str) -> bool {
        match self.as_str().split_once(Self::TENANT) {
            Some((before, after)) => {
                let tenant = iss.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                self.accepts(iss, tenant)
            }
            None => self.as_str() == iss,
        }
    }

    /// Whether a token of this tenant (`tid`) may name that issuer.
    pub fn accepts(&self, iss: &str, tid: Option<&str>) -> bool {
        match self {
            Self::Exact(name) => name == iss,
            Self::PerTenant(name) => tid
                .filter(|tid| !tid.is_empty() && tid.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
                .is_some_and(|tid| name.replace(Self::TENANT, tid) == iss),
        }
    }
}

/// Why an address cannot be an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// It is no address.
    #[error("the endpoint {name} is no address")]
    NoAddress {
        /// The endpoint.
        name: String,
    },
    /// It is not https (RFC 6749, 3.1 and 3.2).
    #[error("the endpoint {name} is not https: expected an https address (RFC 6749, 3.1 and 3.2)")]
    NotHttps {
        /// The endpoint.
        name: String,
    },
    /// There is none.
    #[error("the issuer has no endpoint {name}: discover it, or enter its address")]
    Missing {
        /// The endpoint.
        name: String,
    },
}

/// The endpoints of an issuer by name: `authorization`, `token`, `userinfo`, and whatever else it has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Endpoints(BTreeMap<String, Url>);

impl Endpoints {
    /// The authorization endpoint's name.
    pub const AUTHORIZATION: &'static str = "authorization";
    /// The token endpoint's name.
    pub const TOKEN: &'static str = "token";
    /// The `UserInfo` endpoint's name.
    pub const USERINFO: &'static str = "userinfo";
    /// The revocation endpoint's name.
    pub const REVOCATION: &'static str = "revocation";
    /// The registration endpoint's name.
    pub const REGISTRATION: &'static str = "registration";
    /// The name of the address where the issuer was discovered.
    pub const DISCOVERY: &'static str = "discovery";

    /// The address of an endpoint.
    pub fn get(&self, name: &str) -> Option<&Url> {
        self.0.get(name)
    }

    /// The address of an endpoint that has to be there.
    ///
    /// # Errors
    /// [`EndpointError::Missing`].
    pub fn need(&self, name: &str) -> Result<&Url, EndpointError> {
        self.get(name).ok_or_else(|| EndpointError::Missing { name: name.to_owned() })
    }

    /// Sets an endpoint, in place of one of the same name.
    ///
    /// # Errors
    /// [`EndpointError`] when the address is none, or neither https nor http on this machine itself. Whether this machine
    /// may be called is the fetch policy's to say.
    pub fn set(&mut self, name: &str, address: &str) -> Result<(), EndpointError> {
        let url = Url::parse(address).map_err(|_| EndpointError::NoAddress { name: name.to_owned() })?;
        if !is_safe(&url) {
            return Err(EndpointError::NotHttps { name: name.to_owned() });
        }
        self.0.insert(name.to_owned(), url);
        Ok(())
    }

    /// Takes an endpoint away.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Url)> {
        self.0.iter().map(|(name, url)| (name.as_str(), url))
    }
}

/// https, or http on this machine itself, which no network sees.
pub(crate) fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// An issuer that an administrator trusts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RegisteredIssuer {
    /// Its number; 0 before it is stored.
    pub id: IssuerId,
    /// Which kind of [`Service`](super::Service) it is, by its id.
    pub service: String,
    /// What it is called.
    pub name: String,
    /// What stands on the button of the login page; the name where this is missing.
    pub login_page_name: Option<String>,
    /// Its icon.
    pub image: Option<Url>,
    /// The client's name there.
    pub client_id: Option<ClientId>,
    /// The client's secret; never serialised, a store seals it.
    #[serde(skip)]
    pub client_secret: Option<Secret>,
    /// How the client proves itself.
    pub authentication: ClientAuthentication,
    /// Where it is discovered; kept as it was entered, since an issuer is compared character for character.
    pub base_url: Option<String>,
    /// By which name it signs itself; without it no ID token is verified, and none is believed.
    pub issuer: Option<IssuerName>,
    /// Where its public keys are.
    pub jwks_uri: Option<Url>,
    /// What it signs ID tokens with; empty where it does not say.
    pub id_token_algorithms: Vec<String>,
    /// Whether it names itself in every authorization response (RFC 9207, 3).
    pub names_itself: bool,
    /// Its endpoints.
    pub endpoints: Endpoints,
    /// What may be asked for, as far as it says.
    pub scopes_supported: Scopes,
    /// What is asked for when somebody signs in.
    pub login_scopes: Scopes,
    /// What is asked for when the system account is connected.
    pub offline_scopes: Scopes,
    /// Parameters of the authorization request beside those that the flow needs.
    pub login_parameters: Vec<(String, String)>,
    /// The same when the system account is connected.
    pub offline_parameters: Vec<(String, String)>,
    /// Names that the issuer gives to scopes in its answers, by the name they are asked for.
    pub scope_aliases: BTreeMap<String, String>,
    /// Where it is offered.
    pub shown: Shown,
    /// Whose e-mail addresses may sign in: domains, `*.school.example` for everything below one; empty for all.
    pub allowed_domains: Vec<String>,
    /// Whether somebody has to confirm the e-mail address before an account is made or linked.
    pub require_confirmation: bool,
    /// Whether it is used at all.
    pub enabled: bool,
    /// From claims to local fields.
    pub mapping: FieldMapping,
}

impl RegisteredIssuer {
    /// An issuer of this kind with the defaults of OpenID Connect: scopes `openid profile email`, client secret in the
    /// body, services only, enabled, confirmation required.
    pub fn new(service: impl Into<String>, name: impl Into<String>) -> Self {
        let scopes = Scopes::parse("openid profile email");
        Self {
            id: IssuerId(0),
            service: service.into(),
            name: name.into(),
            login_page_name: None,
            image: None,
            client_id: None,
            client_secret: None,
            authentication: ClientAuthentication::default(),
            base_url: None,
            issuer: None,
            jwks_uri: None,
            id_token_algorithms: Vec::new(),
            names_itself: false,
            endpoints: Endpoints::default(),
            scopes_supported: Scopes::default(),
            login_scopes: scopes.clone(),
            offline_scopes: scopes,
            login_parameters: Vec::new(),
            offline_parameters: Vec::new(),
            scope_aliases: BTreeMap::new(),
            shown: Shown::default(),
            allowed_domains: Vec::new(),
            require_confirmation: true,
            enabled: true,
            mapping: FieldMapping::openid(),
        }
    }

    /// Whether everything is there that a login needs: it is enabled, has a client id, and the endpoints.
    ///
    /// # Errors
    /// [`EndpointError::Missing`] names what is not there; `client id` counts as one.
    pub fn is_usable(&self) -> Result<(), EndpointError> {
        let missing = |name: &str| EndpointError::Missing { name: name.to_owned() };
        self.client_id.as_ref().filter(|id| !id.as_str().is_empty()).ok_or_else(|| missing("client id"))?;
        self.endpoints.need(Endpoints::AUTHORIZATION)?;
        self.endpoints.need(Endpoints::TOKEN)?;
        Ok(())
    }

    /// Whether somebody with this e-mail address may sign in. `verified` is what the issuer says of it (`email_verified`):
    /// an address that is not verified proves no domain. An issuer that says nothing is believed, as the administrator who
    /// registered it does; not so one that serves many tenants, each of which writes any address.
    pub fn allows_email(&self, email: &str, verified: Option<bool>) -> bool {
        if self.allowed_domains.is_empty() {
            return true;
        }
        if !verified.unwrap_or(!matches!(self.issuer, Some(IssuerName::PerTenant(_)))) {
            return false;
        }
        let Some((_, domain)) = email.rsplit_once('@') else { return false };
        let domain = domain.to_ascii_lowercase();
        self.allowed_domains.iter().map(|allowed| allowed.trim().to_ascii_lowercase()).any(|allowed| {
            match allowed.strip_prefix("*.") {
                Some(parent) => domain.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
                None => domain == allowed,
            }
        })
    }

    /// The scopes of an answer by the names they are asked for; both names count as granted.
    pub(crate) fn granted(&self, answered: &Scopes) -> Scopes {
        let mut granted = answered.clone();
        for (asked, named) in &self.scope_aliases {
            if answered.contains(&Scope::parse(named.as_str())) {
                granted.insert(Scope::parse(asked.as_str()));
            }
        }
        granted
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_https_or_on_this_machine() {
        let mut endpoints = Endpoints::default();
        endpoints.set("token", "https://as.example/token").unwrap();
        endpoints.set("userinfo", "http://localhost:9/me").unwrap();
        for address in ["http://as.example/token", "javascript:alert(1)", "ftp://localhost/", "data:,x"] {
            assert!(matches!(endpoints.set("x", address), Err(EndpointError::NotHttps { .. })), "{address}");
        }
        assert_eq!(endpoints.set("x", "/token").unwrap_err().to_string(), "the endpoint x is no address");
        assert_eq!(endpoints.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["token", "userinfo"]);
        let issuer = RegisteredIssuer::new("manual", "x");
        assert!(issuer.is_usable().unwrap_err().to_string().contains("client id"));
    }

    #[test]
    fn domains_are_compared_whole() {
        let mut issuer = RegisteredIssuer::new("manual", "x");
        assert!(issuer.allows_email("anybody@anywhere.example", Some(false)));
        issuer.allowed_domains = vec!["School.example".to_owned(), "*.uni.example".to_owned()];
        for (email, allowed) in [
            ("a@school.example", true),
            ("a@SCHOOL.EXAMPLE", true),
            ("a@b@school.example", true),
            ("a@evilschool.example", false),
            ("a@school.example.evil", false),
            ("a@x.uni.example", true),
            ("a@uni.example", false),
            ("a@.uni.example", false),
            ("school.example", false),
        ] {
            assert_eq!(issuer.allows_email(email, None), allowed, "{email}");
            assert_eq!(issuer.allows_email(email, Some(true)), allowed, "{email}");
            assert!(!issuer.allows_email(email, Some(false)), "{email} is not verified");
        }
        issuer.issuer = Some(IssuerName::PerTenant("https://login.example/{tenantid}/v2.0".to_owned()));
        assert!(!issuer.allows_email("a@school.example", None), "any tenant writes any address");
        assert!(issuer.allows_email("a@school.example", Some(true)));
    }

    #[test]
    fn a_tenant_is_part_of_the_name_and_nothing_else() {
        let name = IssuerName::PerTenant("https://login.example/{tenantid}/v2.0".to_owned());
        assert!(name.accepts("https://login.example/9f-0/v2.0", Some("9f-0")));
        assert!(!name.accepts("https://login.example/9f-0/v2.0", Some("9f-1")));
        assert!(!name.accepts("https://login.example//v2.0", Some("")));
        assert!(!name.accepts("https://login.example/x/evil/v2.0", Some("x/evil")));
        assert!(!name.accepts("https://login.example/{tenantid}/v2.0", None));
        assert!(!IssuerName::Exact("https://a".to_owned()).accepts("https://a/", None));
        assert!(name.may_be("https://login.example/9f-0/v2.0"));
        for other in
            ["https://login.example/x/evil/v2.0", "https://login.example/v2.0", "https://evil.example/9f/v2.0", ""]
        {
            assert!(!name.may_be(other), "{other}");
        }
    }

    #[test]
    fn the_secret_is_neither_printed_nor_written() {
        let mut issuer = RegisteredIssuer::new("manual", "x");
        issuer.client_secret = Some("planted-secret".into());
        let written = serde_json::to_string(&issuer).unwrap();
        assert!(!written.contains("planted") && !format!("{issuer:?}").contains("planted"));
        let read: RegisteredIssuer = serde_json::from_str(&written).unwrap();
        assert_eq!(read, RegisteredIssuer { client_secret: None, ..issuer });
    }
}
