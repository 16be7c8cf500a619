//! What a person tells the suite about an LTI 1.1 platform: the key and the secret of the suite's tool there, who signs in
//! and how, and how launches are brought about.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use url::Url;

use crate::{
    config::{ConfigError, SuiteConfig, read_toml},
    steps::UserStep,
    subject::platform::{PayloadRole, UserConfig, deep_linking::DeepLinkingConfig},
};

/// A configuration of the suite `platform11`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform11Config {
    /// The tool that the suite plays.
    #[serde(default)]
    pub suite: SuiteConfig,
    /// The subject.
    #[serde(default)]
    pub platform: Platform11Subject,
    /// What the platform knows of the suite's tool.
    pub tool: Tool11Config,
    /// Who signs in, and how.
    #[serde(default, rename = "user")]
    pub users: Vec<UserConfig>,
    /// The launches, the control first; none where a person brings them about by hand.
    #[serde(default, rename = "launch")]
    pub launches: Vec<Launch11Config>,
    /// How content of the tool is added, the one that most cases use first.
    #[serde(default, rename = "selection")]
    pub selections: Vec<DeepLinkingConfig>,
}

/// The platform under test.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform11Subject {
    /// A name for the report.
    pub name: Option<String>,
    /// Further hosts that the platform's pages lie on; those that the steps open are known.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The optional things that the platform does: `outcomes`, `content-item`.
    #[serde(default)]
    pub capabilities: Vec<String>,
}

impl Platform11Subject {
    /// Whether the platform declares an optional thing.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }
}

/// The suite's tool, as it is entered in the platform.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool11Config {
    /// `oauth_consumer_key`.
    pub consumer_key: String,
    /// The secret.
    pub secret: String,
    /// The path of the launch URL below `suite.public_url`, with a query where the tool is entered with one.
    #[serde(default = "launch_path")]
    pub launch_path: String,
}

fn launch_path() -> String {
    "/launch".to_owned()
}

impl fmt::Debug for Tool11Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool11Config").field("consumer_key", &self.consumer_key).finish_non_exhaustive()
    }
}

/// What a launch is set to tell about its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Privacy {
    /// Name and e-mail address.
    Full,
    /// The name without the e-mail address.
    Name,
    /// The e-mail address without the name.
    Email,
    /// Neither.
    None,
}

/// One launch, and what is known of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Launch11Config {
    /// A name for the report.
    pub name: String,
    /// Who launches: a `[[user]]`.
    pub user: String,
    /// The user's role there.
    pub role: PayloadRole,
    /// What the platform is set to tell about the user, where that is known.
    #[serde(default)]
    pub personal_data: Option<Privacy>,
    /// A word for the link: the same word for the same link.
    #[serde(default)]
    pub link: String,
    /// A word for the course: the same word for the same course; none for a link outside of courses.
    #[serde(default)]
    pub course: String,
    /// Whether the link takes grades for this user.
    #[serde(default)]
    pub graded: bool,
    /// The custom parameters as they were typed in at the platform.
    #[serde(default)]
    pub custom: BTreeMap<String, String>,
    /// How the user gets there after signing in; the last step leads to the tool.
    pub steps: Vec<UserStep>,
}

impl Platform11Config {
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
        if self.suite.public_url.join(&self.tool.launch_path).is_err() || !self.tool.launch_path.starts_with('/') {
            return wrong(format!("tool.launch_path {:?} is no path: begin it with a slash", self.tool.launch_path));
        }
        let known = |name: &str| self.users.iter().any(|user| user.name == name);
        for (index, launch) in self.launches.iter().enumerate() {
            let (name, user) = (&launch.name, &launch.user);
            if !known(user) {
                return wrong(format!("launch {name} names the user {user}, and there is no such [[user]]"));
            }
            if launch.steps.is_empty() {
                return wrong(format!("launch {name} has no steps: the last one has to lead to the tool"));
            }
            if self.launches[..index].iter().any(|other| other.name == *name) {
                return wrong(format!("two launches are called {name}"));
            }
        }
        match self.selections.iter().find_map(|config| config.fault(known)) {
            Some(fault) => wrong(fault.replace("deep_linking", "selection")),
            None => Ok(()),
        }
    }

    /// The launch URL of the suite's tool, as it is entered in the platform.
    pub fn launch_url(&self) -> Url {
        let public = &self.suite.public_url;
        let base = public.path().trim_end_matches('/');
        public.join(&format!("{base}{}", self.tool.launch_path)).unwrap_or_else(|_| public.clone())
    }

    /// Another address of the suite's tool.
    pub fn tool_url(&self, path: &str) -> Url {
        let mut url = self.suite.public_url.clone();
        url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        url.set_query(None);
        url
    }

    /// Whether an address is the tool's launch URL, with whatever query.
    pub fn is_launch(&self, url: &Url) -> bool {
        let launch = self.launch_url();
        url.origin() == launch.origin() && url.path() == launch.path()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const BARE: &str = "[tool]\nconsumer_key = \"key\"\nsecret = \"geheim\"\n";

    #[test]
    fn the_launch_url_keeps_its_query_and_the_public_path() {
        let text = format!("[suite]\npublic_url = \"https://s.test/lti\"\n{BARE}launch_path = \"/go?x=With%20Space\"");
        let config = Platform11Config::parse(&text, "c", &[]).unwrap();
        assert_eq!(config.launch_url().as_str(), "https://s.test/lti/go?x=With%20Space");
        assert!(config.is_launch(&"https://s.test/lti/go?other=1".parse().unwrap()));
        assert!(!config.is_launch(&"https://s.test/go".parse().unwrap()));
        assert!(!format!("{config:?}").contains("geheim"));
    }

    #[test]
    fn what_cannot_be_used_is_refused_in_one_line() {
        for (more, said) in [
            ("launch_path = \"go\"", "begin it with a slash"),
            ("[[launch]]\nname = \"a\"\nuser = \"u\"\nrole = \"Learner\"\nsteps = []", "no such [[user]]"),
            (
                "[[user]]\nname = \"u\"\n[[launch]]\nname = \"a\"\nuser = \"u\"\nrole = \"learner\"\nsteps = []",
                "no steps",
            ),
            (
                "[[user]]\nname = \"u\"\n[[selection]]\nname = \"a\"\nuser = \"u\"\nsteps = []",
                "selection a has no steps",
            ),
        ] {
            let error = Platform11Config::parse(&format!("{BARE}{more}"), "c", &[]).unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains('\n'), "{error}");
        }
    }
}
