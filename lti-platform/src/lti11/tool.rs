//! A tool of LTI 1.x as it is registered: what an administrator enters on both sides.

use std::collections::BTreeMap;

use lti_core::id::ClientId;
use lti_core::message::Lti11Secret;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::privacy::Privacy;

/// The deployment of every tool of LTI 1.x: the version has none, and the gradebook asks for one.
pub const DEPLOYMENT: &str = "lti11";

/// Parameters that the query of a launch address must not name: with two values, nobody could say which one is meant.
const SETTLED: &[&str] = &["lti_message_type", "lti_version", "resource_link_id", "user_id", "roles"];

/// A tool as it is registered with this platform for LTI 1.0, 1.1 or 1.1.2.
///
/// A value of this type has been validated: key and secret are there, and the address is an absolute `http` or `https`
/// URL without a fragment whose query names nothing that a launch settles.
///
/// ```
/// use lti_platform::lti11::Lti11Tool;
/// let hub = Lti11Tool::new("hub", "b18e82ec", "c0fe2924dbb0f470", "https://hub.example/hub/lti/launch")?;
/// assert_eq!(hub.launch_url().as_str(), "https://hub.example/hub/lti/launch");
/// assert!(Lti11Tool::new("hub", "b18e82ec", "", "https://hub.example/hub/lti/launch").is_err());
/// # Ok::<(), lti_platform::lti11::Lti11ToolError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[non_exhaustive]
pub struct Lti11Tool {
    id: ClientId,
    consumer_key: String,
    secret: Lti11Secret,
    launch_url: Url,
    privacy: Privacy,
    custom: BTreeMap<String, String>,
    accepts_grades: bool,
    relaunches: bool,
}

impl Lti11Tool {
    /// Validates what is entered for a tool. The id is the platform's own name for it: links and line items are kept
    /// under it, next to the tools of LTI 1.3, so that no two tools may have the same one.
    ///
    /// # Errors
    /// [`Lti11ToolError`] names what is missing or cannot be used.
    pub fn new(
        id: impl Into<ClientId>,
        consumer_key: impl Into<String>,
        secret: impl Into<String>,
        launch_url: &str,
    ) -> Result<Self, Lti11ToolError> {
        let (id, consumer_key, secret) = (id.into(), consumer_key.into(), secret.into());
        for (field, value) in [("id", id.as_str()), ("consumer key", &consumer_key), ("secret", &secret)] {
            if value.is_empty() {
                return Err(Lti11ToolError::Empty(field));
            }
        }
        Ok(Self {
            id,
            consumer_key,
            secret: Lti11Secret::new(secret),
            launch_url: launch_address(launch_url)?,
            privacy: Privacy::default(),
            custom: BTreeMap::new(),
            accepts_grades: false,
            relaunches: false,
        })
    }

    /// Says what this tool is told about users. A link may tell it less: [`Privacy::Full`] here leaves it to whoever
    /// makes the link.
    #[must_use]
    pub fn with_privacy(mut self, privacy: Privacy) -> Self {
        self.privacy = privacy;
        self
    }

    /// Sends these custom parameters with every launch, in place of those it had. A value that is `$` and a name is a
    /// variable. A link's own parameter that is sent under the same name wins.
    #[must_use]
    pub fn with_custom<N: Into<String>, V: Into<String>>(mut self, custom: impl IntoIterator<Item = (N, V)>) -> Self {
        self.custom = custom.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        self
    }

    /// Says whether the tool may hand grades in: each of its links gets a line item, and a launch by a learner names it
    /// (LTI 1.1 Implementation Guide, 6).
    #[must_use]
    pub fn accepting_grades(mut self, accepts: bool) -> Self {
        self.accepts_grades = accepts;
        self
    }

    /// Says whether a launch begins without the user and comes again with what the tool bound to its own session
    /// (LTI Security Update 1.0, LTI 1.1.2).
    #[must_use]
    pub fn relaunching(mut self, relaunches: bool) -> Self {
        self.relaunches = relaunches;
        self
    }

    /// Replaces the address of launches.
    ///
    /// # Errors
    /// [`Lti11ToolError::LaunchUrl`] when launches cannot go there.
    pub fn at(mut self, launch_url: &str) -> Result<Self, Lti11ToolError> {
        self.launch_url = launch_address(launch_url)?;
        Ok(self)
    }

    /// The platform's own name for the tool.
    pub fn id(&self) -> &ClientId {
        &self.id
    }

    /// `oauth_consumer_key`: tells the tool who launches it, and the platform who hands a grade in.
    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// The secret of that key.
    pub fn secret(&self) -> &Lti11Secret {
        &self.secret
    }

    /// Where launches are posted, unless a link has an address of its own. Its query is signed with the form.
    pub fn launch_url(&self) -> &Url {
        &self.launch_url
    }

    /// What the tool is told about users.
    pub fn privacy(&self) -> Privacy {
        self.privacy
    }

    /// The custom parameters of every launch, unresolved and with their names as they were entered.
    pub fn custom(&self) -> &BTreeMap<String, String> {
        &self.custom
    }

    /// Whether the tool may hand grades in.
    pub fn accepts_grades(&self) -> bool {
        self.accepts_grades
    }

    /// Whether its launches come twice, as LTI 1.1.2 has it.
    pub fn relaunches(&self) -> bool {
        self.relaunches
    }
}

/// Reads an address that launches are posted to. It is kept as a browser requests it, since that is what has to be
/// signed.
pub(super) fn launch_address(address: &str) -> Result<Url, Lti11ToolError> {
    let refuse = |problem: &str| Lti11ToolError::LaunchUrl { value: address.to_owned(), problem: problem.to_owned() };
    let url = Url::parse(address).map_err(|_| refuse("is not an absolute URL"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(refuse("is neither https nor http"));
    }
    if url.fragment().is_some() {
        return Err(refuse("holds a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("holds a user name or a password"));
    }
    for (name, _) in url.query_pairs() {
        if name.starts_with("oauth_") || SETTLED.contains(&name.as_ref()) {
            return Err(refuse(&format!("names {name} in its query, which every launch sends itself")));
        }
    }
    Ok(url)
}

/// Why a tool of LTI 1.x was not taken. The secret is in none of the texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Lti11ToolError {
    /// Something that both sides need is missing.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// Launches cannot go there.
    #[error("launch URL {value:?} {problem}; expected an address like https://tool.example/lti/launch")]
    LaunchUrl {
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Another tool, of LTI 1.x or 1.3, is kept under this id.
    #[error("the id {0:?} is taken by another tool")]
    IdTaken(String),
    /// Another tool has this key: nobody could say which of the two hands a grade in.
    #[error("the consumer key {0:?} is taken by another tool")]
    KeyTaken(String),
}

/// A tool as it is written down.
#[derive(Serialize, Deserialize)]
struct Written {
    id: ClientId,
    consumer_key: String,
    secret: String,
    launch_url: String,
    #[serde(default)]
    privacy: Privacy,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    custom: BTreeMap<String, String>,
    #[serde(default)]
    accepts_grades: bool,
    #[serde(default)]
    relaunches: bool,
}

impl TryFrom<Written> for Lti11Tool {
    type Error = Lti11ToolError;

    fn try_from(written: Written) -> Result<Self, Lti11ToolError> {
        Ok(Self::new(written.id, written.consumer_key, written.secret, &written.launch_url)?
            .with_privacy(written.privacy)
            .with_custom(written.custom)
            .accepting_grades(written.accepts_grades)
            .relaunching(written.relaunches))
    }
}

impl From<Lti11Tool> for Written {
    fn from(tool: Lti11Tool) -> Self {
        Self {
            secret: tool.secret.expose().to_owned(),
            id: tool.id,
            consumer_key: tool.consumer_key,
            launch_url: tool.launch_url.into(),
            privacy: tool.privacy,
            custom: tool.custom,
            accepts_grades: tool.accepts_grades,
            relaunches: tool.relaunches,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(launch_url: &str) -> Result<Lti11Tool, Lti11ToolError> {
        Lti11Tool::new("hub", "key", "very secret", launch_url)
    }

    #[test]
    fn what_cannot_be_launched_is_named() {
        for (address, problem) in [
            ("hub.example/launch", "is not an absolute URL"),
            ("ftp://hub.example/launch", "is neither https nor http"),
            ("https://hub.example/launch#top", "holds a fragment"),
            ("https://me:pw@hub.example/launch", "holds a user name or a password"),
            ("https://hub.example/?oauth_nonce=1", "names oauth_nonce in its query, which every launch sends itself"),
            (
                "https://hub.example/?a=1&%72oles=Instructor",
                "names roles in its query, which every launch sends itself",
            ),
        ] {
            let expected =
                format!("launch URL {address:?} {problem}; expected an address like https://tool.example/lti/launch");
            assert_eq!(at(address).unwrap_err().to_string(), expected);
        }
        assert_eq!(Lti11Tool::new("hub", "", "s", "https://h.example/"), Err(Lti11ToolError::Empty("consumer key")));
    }

    #[test]
    fn an_address_is_kept_as_a_browser_requests_it() {
        let tool = at("HTTPS://Hub.example:443/a b/é?q=1&z=a%20b&ü").unwrap();
        assert_eq!(tool.launch_url().as_str(), "https://hub.example/a%20b/%C3%A9?q=1&z=a%20b&%C3%BC");
    }

    #[test]
    fn a_tool_is_read_back_as_it_was_written_and_its_debug_keeps_the_secret() {
        let tool = at("https://hub.example/launch?x=1").unwrap().with_privacy(Privacy::Id).accepting_grades(true);
        let tool = tool.with_custom([("Chapter", "$Context.id")]).relaunching(true);
        let written = serde_json::to_string(&tool).unwrap();
        assert_eq!(serde_json::from_str::<Lti11Tool>(&written).unwrap(), tool);
        assert!(!format!("{tool:?}").contains("very secret"));
        assert!(serde_json::from_str::<Lti11Tool>(&written.replace("https://hub", "ftp://hub")).is_err());
    }
}
