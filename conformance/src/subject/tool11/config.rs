//! What a person tells the suite about an LTI 1.1 tool: where it takes launches, the consumers that it knows, and what
//! acceptance looks like.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::{
    config::{ConfigError, Matcher, Secret, SuiteConfig, read_toml},
    jupyterhub::{HubSettings, MoodleSettings},
    steps::UserStep,
};

/// A configuration of the suite `tool11`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool11Config {
    /// The platform that the suite plays.
    #[serde(default)]
    pub suite: SuiteConfig,
    /// The subject.
    pub tool: Tool11,
    /// The consumers that the tool knows, the first one launches.
    #[serde(default, rename = "consumer")]
    pub consumers: Vec<ConsumerConfig>,
    /// Cases that are not run, each with the reason that the report gives.
    #[serde(default, rename = "withheld")]
    pub withheld: Vec<Withheld>,
    /// What Moodle is set to, where the tool is a `JupyterHub`: read by `doctor`.
    pub moodle: Option<MoodleSettings>,
    /// What the hub is set to: read by `doctor`.
    pub hub: Option<HubSettings>,
}

/// The tool under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool11 {
    /// A name for the report.
    pub name: Option<String>,
    /// Where it takes launches: exactly the address that its own base string holds.
    pub launch_url: Url,
    /// What acceptance looks like; learned otherwise.
    pub accepted: Option<Matcher>,
    /// What refusal looks like; learned otherwise.
    pub refused: Option<Matcher>,
    /// A page that opens only for somebody signed in.
    pub probe_url: Option<Url>,
    /// Further hosts of its pages, with the port where there is one.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The optional things that the tool does.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// Sent with every launch; `{user}` stands for the user id of whoever launches.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// The same for custom parameters, without `custom_` in the names.
    #[serde(default)]
    pub custom: BTreeMap<String, String>,
    /// What the page of somebody with this role shows: `instructor`, `learner`.
    #[serde(default)]
    pub roles: BTreeMap<String, Matcher>,
    /// How the tool is brought to call the outcomes service, where it does.
    pub outcomes: Option<Outcomes11>,
}

/// How the tool is brought to call the outcomes service: `[tool.outcomes]`.
///
/// Each list is what a person does right after the launch of a learner whose work is graded, in the browser of that launch;
/// an empty one says that the tool does it at the launch by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outcomes11 {
    /// A score is sent.
    pub replace: Vec<UserStep>,
    /// The score is read. Left out by tools that never do.
    pub read: Vec<UserStep>,
    /// The score is taken away. Left out by tools that never do.
    pub delete: Vec<UserStep>,
    /// How long the suite waits for a request that comes after the page, in milliseconds.
    pub settle_ms: u64,
}

impl Default for Outcomes11 {
    fn default() -> Self {
        Self { replace: Vec::new(), read: Vec::new(), delete: Vec::new(), settle_ms: 1000 }
    }
}

impl Tool11 {
    /// Whether the operator says that the tool does this optional thing.
    pub fn declares(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|declared| declared == capability)
    }
}

/// A case that is not run although it could be: the report shows it as skipped.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withheld {
    /// The id of the case.
    pub case: String,
    /// Why, such as "under disclosure".
    pub reason: String,
}

/// One consumer that the tool knows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerConfig {
    /// The consumer key.
    pub key: String,
    /// The secret that goes with it.
    pub secret: Secret,
}

impl Tool11Config {
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
        if let Some(nameless) = self.withheld.iter().find(|withheld| withheld.reason.trim().is_empty()) {
            return wrong(format!("withheld {}: give the reason that the report shall show", nameless.case));
        }
        if self.consumers.is_empty() {
            return wrong("no [[consumer]]: add one with the key and the secret that the tool knows".to_owned());
        }
        if let Some(empty) =
            self.consumers.iter().find(|known| known.key.is_empty() || known.secret.reveal().is_empty())
        {
            return wrong(format!("consumer {:?}: key and secret must not be empty", empty.key));
        }
        for (key, matcher) in [("accepted", &self.tool.accepted), ("refused", &self.tool.refused)] {
            if matcher.as_ref().is_some_and(Matcher::is_empty) {
                return wrong(format!("{key} is empty: give any of text, url, status, cookie, or leave it out"));
            }
        }
        if !matches!(self.tool.launch_url.scheme(), "http" | "https") {
            return wrong(format!("launch_url {} is no http or https address", self.tool.launch_url));
        }
        Ok(())
    }
}
