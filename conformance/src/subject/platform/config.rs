//! What a person tells the suite about a platform: where it is, how it knows the suite, and how a launch is brought about.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use url::Url;

use super::{deep_linking::DeepLinkingConfig, script::OTHER_TOOL};
use crate::{
    config::{ConfigError, SuiteConfig, read_toml},
    steps::UserStep,
};

/// Where the suite, as a tool, takes login initiations.
pub(super) const LOGIN_PATH: &str = "/login";
/// Its redirect URI.
pub(super) const LAUNCH_PATH: &str = "/launch";
/// Its second redirect URI.
pub(super) const SECOND_LAUNCH_PATH: &str = "/launch/second";
/// Its key set.
pub(super) const JWKS_PATH: &str = "/jwks";
/// The key set of the other tool, where the suite plays that as well.
pub(super) const OTHER_JWKS_PATH: &str = "/jwks/other";

/// A configuration of the suite `platform`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    /// The tool that the suite plays.
    #[serde(default)]
    pub suite: SuiteConfig,
    /// The subject.
    pub platform: PlatformSubject,
    /// Who signs in, and how.
    #[serde(default, rename = "user")]
    pub users: Vec<UserConfig>,
    /// The launches, the control first; none where a person brings them about by hand.
    #[serde(default, rename = "launch")]
    pub launches: Vec<LaunchConfig>,
    /// How content of the tool is added, the one that most cases use first.
    #[serde(default)]
    pub deep_linking: Vec<DeepLinkingConfig>,
}

/// The platform under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformSubject {
    /// A name for the report.
    pub name: Option<String>,
    /// The issuer, exactly as it stands in its tokens.
    pub issuer: String,
    /// The OpenID Connect authorization endpoint.
    pub authorization_url: Url,
    /// The key set.
    pub jwks_url: Url,
    /// The token endpoint, where the platform offers services.
    pub token_url: Option<Url>,
    /// The `aud` that the platform wants in a client assertion; the token endpoint's address where nothing is said.
    pub token_audience: Option<String>,
    /// The client id that the platform gave the suite's tool.
    pub client_id: String,
    /// The deployments of that client id.
    pub deployment_ids: Vec<String>,
    /// The client id of another tool that the platform knows, if a case may use it.
    pub other_client_id: Option<String>,
    /// A redirect URI of that other tool.
    pub other_redirect_uri: Option<Url>,
    /// Further hosts that the platform's pages lie on.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// How the platform's keys are rotated, by the first user's browser.
    #[serde(default)]
    pub rotate_keys: Vec<UserStep>,
    /// How somebody adds a tool by its registration URL, up to where the platform opens that URL; nothing where tools are
    /// registered by hand. Each registration case makes one more tool known to the platform.
    #[serde(default)]
    pub add_tool: Vec<UserStep>,
    /// The optional things that the platform does: `second-redirect-uri`, `anonymous`, `substitution`, `ags`,
    /// `nrps`, `deep-linking`, `other-tool-services`.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// The LTI 1.1 key and secret of the same tool, where its users are to be moved over.
    pub migration: Option<MigrationConfig>,
}

/// An LTI 1.1 key with its secret.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MigrationConfig {
    /// The key: `oauth_consumer_key`.
    pub consumer_key: String,
    /// The secret that the claim `lti1p1` is signed with.
    pub secret: String,
}

impl fmt::Debug for MigrationConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MigrationConfig").field("consumer_key", &self.consumer_key).finish_non_exhaustive()
    }
}

impl PlatformSubject {
    /// Whether the platform declares an optional thing.
    pub fn can(&self, capability: &str) -> bool {
        if capability == OTHER_TOOL {
            return self.other_client_id.is_some() && self.other_redirect_uri.is_some();
        }
        self.capabilities.iter().any(|known| known == capability)
    }
}

/// Somebody at the platform.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserConfig {
    /// The name that launches refer to.
    pub name: String,
    /// How this user signs in, in a fresh browser.
    #[serde(default)]
    pub sign_in: Vec<UserStep>,
}

/// Which role a launch shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayloadRole {
    /// A learner.
    #[serde(alias = "Learner")]
    Learner,
    /// An instructor.
    #[serde(alias = "Instructor")]
    Instructor,
    /// Somebody else: no certification row asks for it.
    #[serde(alias = "Other")]
    Other,
}

/// What a launch tells about its user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonalData {
    /// Name and e-mail address.
    #[default]
    Full,
    /// Neither name nor e-mail address.
    None,
    /// Not even an identifier.
    Anonymous,
}

/// One launch, and what is known of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaunchConfig {
    /// A name for the report.
    pub name: String,
    /// Who launches: a `[[user]]`.
    pub user: String,
    /// The user's role there.
    pub role: PayloadRole,
    /// What the platform is set to tell about the user.
    #[serde(default)]
    pub personal_data: PersonalData,
    /// A word for the link: the same word for the same link.
    #[serde(default)]
    pub link: String,
    /// A word for the course: the same word for the same course.
    #[serde(default)]
    pub course: String,
    /// The custom parameters as they were typed in at the platform. A variable under `$Com.example.` is one that no
    /// platform supports, and tries what becomes of it.
    #[serde(default)]
    pub custom: BTreeMap<String, String>,
    /// The values that the custom parameters have to arrive with, where the platform supports the variable; empty where
    /// it has no value for this user.
    #[serde(default)]
    pub resolved: BTreeMap<String, String>,
    /// How the user gets there after signing in; the last step leads to the tool.
    pub steps: Vec<UserStep>,
}

impl PlatformConfig {
    /// Reads a configuration from text, with `KEY=VALUE` settings on top.
    ///
    /// # Errors
    /// One line that names the file, the line in it, and what is wrong there.
    pub fn parse(text: &str, name: &str, settings: &[String]) -> Result<Self, ConfigError> {
        let config: Self = read_toml(text, name, settings)?;
        config.check(name)?;
        Ok(config)
    }

    fn check(&self, name: &str) -> Result<(), ConfigError> {
        let wrong = |what: String| Err(ConfigError(format!("{name}: {what}")));
        if self.platform.deployment_ids.is_empty() {
            return wrong("platform.deployment_ids is empty: list the deployments of the suite's tool".to_owned());
        }
        for launch in &self.launches {
            if !self.users.iter().any(|user| user.name == launch.user) {
                return wrong(format!(
                    "launch {} names the user {}, and there is no such [[user]]",
                    launch.name, launch.user
                ));
            }
            if launch.steps.is_empty() {
                return wrong(format!("launch {} has no steps: the last one has to lead to the tool", launch.name));
            }
        }
        if let Some(twice) = self.launches.iter().enumerate().find_map(|(index, launch)| {
            self.launches[..index].iter().any(|other| other.name == launch.name).then_some(&launch.name)
        }) {
            return wrong(format!("two launches are called {twice}"));
        }
        let known = |name: &str| self.users.iter().any(|user| user.name == name);
        if let Some(fault) = self.deep_linking.iter().find_map(|config| config.fault(known)) {
            return wrong(fault);
        }
        Ok(())
    }

    /// An address of the tool that the suite plays.
    pub fn tool_url(&self, path: &str) -> Url {
        let mut url = self.suite.public_url.clone();
        url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        url
    }

    /// Where the suite takes login initiations.
    pub fn login_url(&self) -> Url {
        self.tool_url(LOGIN_PATH)
    }

    /// The suite's redirect URI.
    pub fn redirect_uri(&self) -> Url {
        self.tool_url(LAUNCH_PATH)
    }

    /// The suite's second redirect URI.
    pub fn second_redirect_uri(&self) -> Url {
        self.tool_url(SECOND_LAUNCH_PATH)
    }

    /// The suite's own key set.
    pub fn tool_jwks_url(&self) -> Url {
        self.tool_url(JWKS_PATH)
    }

    /// The key set of the other tool, where the suite plays that as well.
    pub fn other_jwks_url(&self) -> Url {
        self.tool_url(OTHER_JWKS_PATH)
    }
}
