//! One registration.

use std::collections::BTreeMap;

use lti_core::id::{ClientId, DeploymentId};
use lti_core::message::Lti11Secret;
use lti_core::service::{Scope, Scopes};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::privacy::Privacy;

/// The longest `deployment_id` that a message may carry, in ASCII characters (LTI Core 1.3, 5.3.3).
pub const DEPLOYMENT_ID_MAX: usize = 255;

/// A tool as it is registered with this platform.
///
/// A value of this type has been validated: its addresses are absolute `http` or `https` URLs without a fragment, it
/// has at least one redirect URI, and its deployment ids fit into a message.
///
/// ```
/// use lti_platform::ToolRegistration;
///
/// let tool = ToolRegistration::new(
///     "quiz-tool",
///     "https://quiz.example/lti/login",
///     ["https://quiz.example/lti/launch"],
///     "https://quiz.example/lti/launch",
/// )?
/// .deployed_as("year-1")?;
/// assert!(tool.has_redirect_uri("https://quiz.example/lti/launch"));
/// assert!(!tool.has_redirect_uri("https://quiz.example/lti/launch/"));
/// # Ok::<(), lti_platform::registration::RegistrationError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RegistrationFields", into = "RegistrationFields")]
#[non_exhaustive]
pub struct ToolRegistration {
    client_id: ClientId,
    initiation_url: Url,
    redirect_uris: Vec<String>,
    target_link_uri: String,
    jwks_url: Option<Url>,
    deployment_ids: Vec<DeploymentId>,
    privacy: Privacy,
    custom: BTreeMap<String, String>,
    lti11: Option<Lti11Credentials>,
    scopes: Scopes,
}

/// What platform and tool shared when they used LTI 1.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lti11Credentials {
    /// The consumer key.
    pub consumer_key: String,
    /// The secret.
    pub secret: Lti11Secret,
}

impl ToolRegistration {
    /// Validates what a tool hands over at registration: the address that begins a login, where ID tokens may be
    /// posted, and where a launch leads when a link says nothing else.
    ///
    /// # Errors
    /// A [`RegistrationError`] that names the field and what is wrong with it.
    pub fn new<U: Into<String>>(
        client_id: impl Into<ClientId>,
        initiation_url: &str,
        redirect_uris: impl IntoIterator<Item = U>,
        target_link_uri: &str,
    ) -> Result<Self, RegistrationError> {
        let client_id = client_id.into();
        if client_id.as_str().is_empty() {
            return Err(RegistrationError::ClientIdEmpty);
        }
        let redirect_uris: Vec<String> = redirect_uris.into_iter().map(Into::into).collect();
        if redirect_uris.is_empty() {
            return Err(RegistrationError::NoRedirectUri);
        }
        for uri in &redirect_uris {
            address("redirect_uri", uri)?;
        }
        address("target_link_uri", target_link_uri)?;
        Ok(Self {
            client_id,
            initiation_url: address("initiation_url", initiation_url)?,
            redirect_uris,
            target_link_uri: target_link_uri.to_owned(),
            jwks_url: None,
            deployment_ids: Vec::new(),
            privacy: Privacy::default(),
            custom: BTreeMap::new(),
            lti11: None,
            scopes: Scopes::default(),
        })
    }

    /// Says what this tool is told about users; a link or a launch may tell it less.
    #[must_use]
    pub fn with_privacy(mut self, privacy: Privacy) -> Self {
        self.privacy = privacy;
        self
    }

    /// Sends these custom parameters with every launch, in place of those it had. A value that starts with `$` names a
    /// variable, which is resolved at each launch (LTI Core 1.3, B). A link's own parameter of the same name wins.
    #[must_use]
    pub fn with_custom<N: Into<String>, V: Into<String>>(mut self, custom: impl IntoIterator<Item = (N, V)>) -> Self {
        self.custom = custom.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self
    }

    /// Says with which credentials the tool was launched by LTI 1.1, or that it never was. Messages that carry LTI 1.1
    /// identifiers are signed with them, so that the tool can take its accounts over (LTI Migration Guide).
    #[must_use]
    pub fn migrating_from(mut self, credentials: Option<Lti11Credentials>) -> Self {
        self.lti11 = credentials;
        self
    }

    /// Grants the tool these scopes, in place of those it had: what it may do at the services, and ask an access token for
    /// (LTI AGS 2.0, 3.1; LTI NRPS 2.0, 3.6.1). It needs a [key set](Self::with_jwks_url) to prove itself with.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes = scopes.into_iter().collect();
        self
    }

    /// Adds the address of the tool's public keys.
    ///
    /// # Errors
    /// [`RegistrationError::Address`] when it is not an absolute `http` or `https` URL.
    pub fn with_jwks_url(mut self, jwks_url: &str) -> Result<Self, RegistrationError> {
        self.jwks_url = Some(address("jwks_url", jwks_url)?);
        Ok(self)
    }

    /// Deploys the tool once more under this id (LTI Core 1.3, 3.1.3).
    ///
    /// # Errors
    /// [`RegistrationError::DeploymentId`] when the id is empty, too long, not ASCII, or already there.
    pub fn deployed_as(mut self, deployment_id: impl Into<DeploymentId>) -> Result<Self, RegistrationError> {
        let deployment_id = deployment_id.into();
        let id = deployment_id.as_str();
        let problem = if id.is_empty() {
            "is empty"
        } else if id.len() > DEPLOYMENT_ID_MAX {
            "is longer than 255 characters"
        } else if !id.is_ascii() {
            "holds characters outside ASCII"
        } else if self.deployment_ids.contains(&deployment_id) {
            "is given twice"
        } else {
            self.deployment_ids.push(deployment_id);
            return Ok(self);
        };
        Err(RegistrationError::DeploymentId { problem })
    }

    /// The id that the tool sends in its authentication requests, and the audience of its ID tokens.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Where the tool begins a login (Security Framework 1.0, 5.1.1.1).
    pub fn initiation_url(&self) -> &Url {
        &self.initiation_url
    }

    /// Where ID tokens may be posted, as registered.
    pub fn redirect_uris(&self) -> &[String] {
        &self.redirect_uris
    }

    /// Where a launch leads when the link has no address of its own.
    pub fn target_link_uri(&self) -> &str {
        &self.target_link_uri
    }

    /// Where the tool publishes its public keys, if it signs anything.
    pub fn jwks_url(&self) -> Option<&Url> {
        self.jwks_url.as_ref()
    }

    /// The scopes that the tool was granted, as far as its privacy lets it use them: whoever may not know a user has no use
    /// for scores, results and members.
    pub fn scopes(&self) -> Scopes {
        let of_people =
            |scope: &Scope| matches!(scope, Scope::Score | Scope::ResultReadonly | Scope::ContextMembershipReadonly);
        let usable = |scope: &&Scope| self.privacy.tells_id() || !of_people(scope);
        self.scopes.iter().filter(usable).cloned().collect()
    }

    /// The scopes that the tool was granted, whatever its privacy is: for the page that grants them.
    pub fn granted_scopes(&self) -> &Scopes {
        &self.scopes
    }

    /// The deployments of this tool.
    pub fn deployment_ids(&self) -> &[DeploymentId] {
        &self.deployment_ids
    }

    /// What the tool is told about users.
    pub fn privacy(&self) -> Privacy {
        self.privacy
    }

    /// The custom parameters of every launch, unresolved.
    pub fn custom(&self) -> &BTreeMap<String, String> {
        &self.custom
    }

    /// The credentials of LTI 1.1, if there are some.
    pub fn lti11(&self) -> Option<&Lti11Credentials> {
        self.lti11.as_ref()
    }

    /// Whether exactly this redirect URI is registered: simple string comparison, no normalisation
    /// (OpenID Connect Core 1.0, 3.1.2.1).
    pub fn has_redirect_uri(&self, redirect_uri: &str) -> bool {
        self.redirect_uris.iter().any(|registered| registered == redirect_uri)
    }

    /// Whether the tool is deployed under this id.
    pub fn has_deployment(&self, deployment_id: &DeploymentId) -> bool {
        self.deployment_ids.contains(deployment_id)
    }
}

impl TryFrom<&lti_core::registration::ToolRegistration> for ToolRegistration {
    type Error = RegistrationError;

    /// The registration that a table describes. A public key in PEM has no place here: a platform reads key sets.
    fn try_from(table: &lti_core::registration::ToolRegistration) -> Result<Self, RegistrationError> {
        let initiation = table.initiation_url.as_str();
        let mut tool =
            Self::new(table.client_id.clone(), initiation, table.redirect_uris.iter(), &table.target_link_uri)?;
        if let Some(jwks_url) = &table.jwks_url {
            tool = tool.with_jwks_url(jwks_url.as_str())?;
        }
        table.deployment_ids.iter().cloned().try_fold(tool, Self::deployed_as)
    }
}

/// Parses an address a browser or this platform will be sent to.
fn address(field: &'static str, value: &str) -> Result<Url, RegistrationError> {
    let refuse = |problem: &'static str| RegistrationError::Address { field, value: value.to_owned(), problem };
    let url = Url::parse(value).map_err(|_| refuse("is not an absolute URL"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(refuse("is neither https nor http"));
    }
    if url.fragment().is_some() {
        return Err(refuse("holds a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("holds a user name or a password"));
    }
    Ok(url)
}

/// Why a registration was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationError {
    /// There is no `client_id`.
    #[error("client_id is empty")]
    ClientIdEmpty,
    /// Another registration holds this `client_id`.
    #[error("client_id {0:?} is taken by another registration")]
    ClientIdTaken(String),
    /// An address cannot be used.
    #[error("{field} {value:?} {problem}; expected an address like https://tool.example/lti")]
    Address {
        /// Which address.
        field: &'static str,
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A tool without a redirect URI can receive nothing.
    #[error("redirect_uri is missing: at least one is needed to receive a launch")]
    NoRedirectUri,
    /// A deployment id cannot be sent.
    #[error("deployment_id {problem}; expected 1 to 255 ASCII characters, each id once")]
    DeploymentId {
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// A registration as it is written down.
#[derive(Serialize, Deserialize)]
struct RegistrationFields {
    client_id: ClientId,
    initiation_url: String,
    redirect_uris: Vec<String>,
    target_link_uri: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jwks_url: Option<String>,
    #[serde(default)]
    deployment_ids: Vec<DeploymentId>,
    #[serde(default)]
    privacy: Privacy,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    custom: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lti11: Option<Lti11Fields>,
    #[serde(default, skip_serializing_if = "Scopes::is_empty")]
    scopes: Scopes,
}

/// The credentials as they are written down.
#[derive(Serialize, Deserialize)]
struct Lti11Fields {
    consumer_key: String,
    secret: String,
}

impl TryFrom<RegistrationFields> for ToolRegistration {
    type Error = RegistrationError;

    fn try_from(fields: RegistrationFields) -> Result<Self, RegistrationError> {
        let mut tool =
            Self::new(fields.client_id, &fields.initiation_url, fields.redirect_uris, &fields.target_link_uri)?
                .with_privacy(fields.privacy)
                .with_custom(fields.custom)
                .with_scopes(fields.scopes)
                .migrating_from(fields.lti11.map(|written| Lti11Credentials {
                    consumer_key: written.consumer_key,
                    secret: Lti11Secret::new(written.secret),
                }));
        if let Some(jwks_url) = &fields.jwks_url {
            tool = tool.with_jwks_url(jwks_url)?;
        }
        fields.deployment_ids.into_iter().try_fold(tool, Self::deployed_as)
    }
}

impl From<ToolRegistration> for RegistrationFields {
    fn from(tool: ToolRegistration) -> Self {
        Self {
            client_id: tool.client_id,
            initiation_url: tool.initiation_url.into(),
            redirect_uris: tool.redirect_uris,
            target_link_uri: tool.target_link_uri,
            jwks_url: tool.jwks_url.map(Into::into),
            deployment_ids: tool.deployment_ids,
            privacy: tool.privacy,
            custom: tool.custom,
            lti11: tool.lti11.map(|credentials| Lti11Fields {
                consumer_key: credentials.consumer_key,
                secret: credentials.secret.expose().to_owned(),
            }),
            scopes: tool.scopes,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const LOGIN: &str = "https://tool.example/login";
    const LAUNCH: &str = "https://tool.example/launch";

    fn tool(client_id: &str) -> ToolRegistration {
        ToolRegistration::new(ClientId::new(client_id), LOGIN, [LAUNCH], LAUNCH).unwrap()
    }

    #[test]
    fn redirect_uris_match_character_by_character() {
        let tool = tool("one");
        assert!(tool.has_redirect_uri(LAUNCH));
        for near_miss in [
            "https://tool.example/launch/",
            "https://tool.example/Launch",
            "https://tool.example/launch?x=1",
            "https://tool.example:443/launch",
            "https://TOOL.example/launch",
            "https://tool.example/a/../launch",
            "http://tool.example/launch",
            "",
        ] {
            assert!(!tool.has_redirect_uri(near_miss), "{near_miss}");
        }
    }

    #[test]
    fn a_table_becomes_a_registration() {
        let mut table = lti_core::registration::ToolRegistration::new("one", Url::parse(LOGIN).unwrap(), LAUNCH);
        table.jwks_url = Url::parse("https://tool.example/jwks").ok();
        table.deployment_ids = vec!["d1".into()];
        let expected = tool("one").with_jwks_url("https://tool.example/jwks").unwrap().deployed_as("d1").unwrap();
        assert_eq!(ToolRegistration::try_from(&table).unwrap(), expected);
    }

    #[test]
    fn bad_addresses_are_named() {
        for (value, problem) in [
            ("tool.example/launch", "is not an absolute URL"),
            ("", "is not an absolute URL"),
            ("javascript:alert(1)", "is neither https nor http"),
            ("https://tool.example/launch#top", "holds a fragment"),
            ("https://user:secret@tool.example/launch", "holds a user name or a password"),
        ] {
            let error = ToolRegistration::new(ClientId::new("one"), LOGIN, [value], LAUNCH).unwrap_err();
            assert_eq!(error, RegistrationError::Address { field: "redirect_uri", value: value.to_owned(), problem });
            let error = ToolRegistration::new(ClientId::new("one"), value, [LAUNCH], LAUNCH).unwrap_err();
            assert_eq!(error, RegistrationError::Address { field: "initiation_url", value: value.to_owned(), problem });
        }
    }

    #[test]
    fn a_tool_needs_a_client_id_and_a_redirect_uri() {
        let nothing = ToolRegistration::new(ClientId::new(""), LOGIN, [LAUNCH], LAUNCH);
        assert_eq!(nothing.unwrap_err(), RegistrationError::ClientIdEmpty);
        let nowhere = ToolRegistration::new(ClientId::new("one"), LOGIN, Vec::<String>::new(), LAUNCH);
        assert_eq!(nowhere.unwrap_err(), RegistrationError::NoRedirectUri);
    }

    #[test]
    fn deployment_ids_fit_into_a_message() {
        let tool = tool("one").deployed_as(DeploymentId::new("d".repeat(DEPLOYMENT_ID_MAX))).unwrap();
        for bad in [String::new(), "d".repeat(DEPLOYMENT_ID_MAX), "d".repeat(256), "é".to_owned()] {
            let refused = tool.clone().deployed_as(DeploymentId::new(bad));
            assert!(matches!(refused, Err(RegistrationError::DeploymentId { .. })));
        }
    }

    #[test]
    fn a_registration_survives_being_written_down_and_is_validated_when_read() {
        let credentials = Lti11Credentials { consumer_key: "old".to_owned(), secret: Lti11Secret::new("hidden") };
        let tool = tool("one").with_privacy(Privacy::Email).with_custom([("a", "$User.id")]);
        let tool = tool.with_scopes([Scope::Score, Scope::parse("https://vendor.example/scope")]);
        let tool = tool.migrating_from(Some(credentials)).with_jwks_url("https://tool.example/jwks").unwrap();
        assert!(!format!("{tool:?}").contains("hidden"));
        let tool = tool.deployed_as(DeploymentId::new("d1")).unwrap();
        let text = serde_json::to_string(&tool).unwrap();
        assert_eq!(serde_json::from_str::<ToolRegistration>(&text).unwrap(), tool);
        let spoiled = text.replace("https://tool.example/jwks", "nowhere");
        assert!(serde_json::from_str::<ToolRegistration>(&spoiled).unwrap_err().to_string().contains("jwks_url"));
    }
}
