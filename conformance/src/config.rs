//! What a person tells the suite: where the subject is and how it knows the suite.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

use crate::{acts::ServicesConfig, steps::UserStep};

/// A mistake in a configuration: one line that says what is wrong and where to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// A configuration of the suite `tool`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The side that the suite plays.
    #[serde(default)]
    pub suite: SuiteConfig,
    /// The subject.
    pub tool: ToolConfig,
    /// How the tool knows the suite.
    #[serde(default, rename = "registration")]
    pub registrations: Vec<RegistrationConfig>,
}

/// The side that the suite plays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SuiteConfig {
    /// Where the suite listens.
    pub listen: String,
    /// How the tool reaches the suite: the issuer, unless a registration names another.
    pub public_url: Url,
    /// Where the suite keeps its signing key, so that a subject registered once stays registered.
    pub key_file: PathBuf,
}

impl Default for SuiteConfig {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:9300".to_owned(),
            public_url: LOCAL_SUITE.clone(),
            key_file: PathBuf::from("lti-conformance.key"),
        }
    }
}

static LOCAL_SUITE: std::sync::LazyLock<Url> = std::sync::LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant that a test reads")]
    Url::parse("http://127.0.0.1:9300").expect("a constant address")
});

/// The tool under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolConfig {
    /// A name for the report.
    pub name: Option<String>,
    /// The login initiation URL.
    pub login_url: Url,
    /// The registered redirect URIs.
    pub redirect_uris: Vec<Url>,
    /// What a launch opens.
    pub target_link_uri: Url,
    /// The tool's own key set, where it signs anything.
    pub jwks_url: Option<Url>,
    /// What acceptance looks like; learned otherwise.
    pub accepted: Option<Matcher>,
    /// What refusal looks like; learned otherwise.
    pub refused: Option<Matcher>,
    /// A page that opens only for somebody signed in.
    pub probe_url: Option<Url>,
    /// Where platforms open the tool's dynamic registration. The suite registers the tool there several times, under an
    /// issuer of its own.
    pub registration_url: Option<Url>,
    /// The optional things that the tool does.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// The LTI 1.1 integration that the tool migrates from, where it links accounts.
    pub migration: Option<MigrationConfig>,
    /// How the tool is brought to call the platform's services.
    #[serde(default)]
    pub services: ServicesConfig,
    /// How somebody chooses content, where the tool declares `deep-linking` and does not answer at once.
    pub deep_linking: Option<DeepLinkingConfig>,
}

/// How somebody chooses content in the tool.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeepLinkingConfig {
    /// Where deep linking requests are sent, where that is another address than that of launches.
    pub target_link_uri: Option<Url>,
    /// What the person does from the first page after the request on; the last step has to send the choice off.
    pub choose: Vec<UserStep>,
    /// What somebody does who chooses nothing and leaves, where the tool offers that.
    pub cancel: Vec<UserStep>,
}

/// An LTI 1.1 integration that the tool migrates from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MigrationConfig {
    /// The consumer key.
    pub consumer_key: String,
    /// The secret that goes with it.
    pub secret: Secret,
    /// A user of the older integration: an account that the tool can link to.
    #[serde(default = "old_user")]
    pub user_id: String,
}

fn old_user() -> String {
    "suite-lti11-user".to_owned()
}

/// A secret: it signs, and never shows.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for signing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl ToolConfig {
    /// The registered redirect URI that a tool asks for: the same string, or the same address in normal form, which
    /// reading the configuration gave it.
    pub fn registered(&self, redirect_uri: &str) -> Option<&Url> {
        among(&self.redirect_uris, redirect_uri)
    }

    /// Whether the operator says that the tool does this optional thing.
    pub fn declares(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|declared| declared == capability)
    }
}

/// The capability of a tool whose registrations each hold a closed list of deployments: it refuses every other one.
pub const CLOSED_DEPLOYMENTS: &str = "closed-deployments";

/// The address of a list that a tool asks for.
fn among<'u>(known: &'u [Url], asked: &str) -> Option<&'u Url> {
    let normal = Url::parse(asked).ok();
    known.iter().find(|known| known.as_str() == asked || normal.as_ref() == Some(*known))
}

/// A description of a page. Everything that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matcher {
    /// The last page shows this text.
    pub text: Option<String>,
    /// An address on the way contains this.
    pub url: Option<String>,
    /// The last answer has this status.
    pub status: Option<u16>,
    /// The way sets a cookie of this name.
    pub cookie: Option<String>,
}

impl Matcher {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One registration of the tool at the suite.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrationConfig {
    /// The client id that the suite gave the tool.
    pub client_id: String,
    /// The deployments of that client id.
    pub deployment_ids: Vec<String>,
    /// The issuer: the suite's `public_url` unless given, and always a path under it.
    pub issuer: Option<String>,
    /// The redirect URIs of this registration, where it has its own; those of the tool otherwise.
    #[serde(default)]
    pub redirect_uris: Vec<Url>,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// One line that names the file, the line in it, and what is wrong there.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| {
            ConfigError(format!(
                "{name}: cannot be read: {error}; `lti-conformance init tool` writes one to start from"
            ))
        })?;
        Self::parse(&text, &name.to_string(), &[])
    }

    /// Reads a configuration from text, with `KEY=VALUE` settings on top.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(text: &str, name: &str, settings: &[String]) -> Result<Self, ConfigError> {
        let config: Self = read_toml(text, name, settings)?;
        config.check(name)?;
        Ok(config)
    }

    fn check(&self, name: &str) -> Result<(), ConfigError> {
        let wrong = |what: String| Err(ConfigError(format!("{name}: {what}")));
        if self.registrations.is_empty() {
            return wrong(
                "no [[registration]]: add one with the client_id and deployment_ids the tool knows".to_owned(),
            );
        }
        if self.tool.redirect_uris.is_empty() {
            return wrong(
                "redirect_uris is empty: list the addresses that the tool registered for ID tokens".to_owned(),
            );
        }
        for registration in &self.registrations {
            if registration.deployment_ids.is_empty() {
                return wrong(format!("registration {} has no deployment_ids", registration.client_id));
            }
            let root = self.suite.public_url.as_str().trim_end_matches('/');
            if let Some(issuer) = &registration.issuer
                && !(issuer == root || issuer.strip_prefix(root).is_some_and(|path| path.starts_with('/')))
            {
                return wrong(format!(
                    "issuer {issuer} is not a path under public_url {root}, so the suite cannot serve it"
                ));
            }
        }
        for (key, matcher) in [("accepted", &self.tool.accepted), ("refused", &self.tool.refused)] {
            if matcher.as_ref().is_some_and(Matcher::is_empty) {
                return wrong(format!("{key} is empty: give any of text, url, status, cookie, or leave it out"));
            }
        }
        let own = self.registrations.iter().flat_map(|known| &known.redirect_uris);
        let addresses = [&self.tool.login_url, &self.tool.target_link_uri].into_iter();
        for address in addresses.chain(&self.tool.redirect_uris).chain(own) {
            if !matches!(address.scheme(), "http" | "https") {
                return wrong(format!("{address} is no http or https address"));
            }
        }
        Ok(())
    }

    /// The redirect URI that a tool asks for, if any registration has it.
    pub fn registered_anywhere(&self, redirect_uri: &str) -> Option<&Url> {
        let own = self.registrations.iter().find_map(|known| among(&known.redirect_uris, redirect_uri));
        own.or_else(|| self.tool.registered(redirect_uri))
    }

    /// The redirect URIs of a registration: its own, or those of the tool where it names none.
    pub fn redirect_uris_of(&self, registration: usize) -> &[Url] {
        match self.registrations.get(registration) {
            Some(known) if !known.redirect_uris.is_empty() => &known.redirect_uris,
            _ => &self.tool.redirect_uris,
        }
    }

    /// Whether a redirect URI belongs to this registration.
    pub fn registered_for(&self, registration: usize, redirect_uri: &str) -> bool {
        among(self.redirect_uris_of(registration), redirect_uri).is_some()
    }

    /// Moves the suite's own addresses to https.
    pub fn serve_over_tls(&mut self) {
        // Both schemes are special ones, between which a change cannot fail.
        let _ = self.suite.public_url.set_scheme("https");
        for issuer in self.registrations.iter_mut().filter_map(|registration| registration.issuer.as_mut()) {
            if let Some(rest) = issuer.strip_prefix("http://") {
                *issuer = format!("https://{rest}");
            }
        }
    }

    /// The issuers, the first registration's first, each once.
    pub fn issuers(&self) -> Vec<String> {
        let mut issuers: Vec<String> = Vec::new();
        for registration in &self.registrations {
            let issuer = self.issuer_of(registration);
            if !issuers.contains(&issuer) {
                issuers.push(issuer);
            }
        }
        issuers
    }

    /// The issuer of a registration: an identifier without a slash at its end, unless it was given with one.
    pub fn issuer_of(&self, registration: &RegistrationConfig) -> String {
        registration.issuer.clone().unwrap_or_else(|| self.suite.public_url.as_str().trim_end_matches('/').to_owned())
    }
}

/// Reads a configuration of any suite from text, with `KEY=VALUE` settings on top.
///
/// # Errors
/// One line that names the file, the line in it, and what is wrong there.
pub(crate) fn read_toml<T: serde::de::DeserializeOwned>(
    text: &str,
    name: &str,
    settings: &[String],
) -> Result<T, ConfigError> {
    if settings.is_empty() {
        return toml::from_str(text).map_err(|error| explain(text, name, &error));
    }
    // Checked first as it stands, so that a mistake in the file is reported with its line.
    let mut table: toml::Table = toml::from_str(text).map_err(|error| explain(text, name, &error))?;
    for setting in settings {
        set(&mut table, setting)?;
    }
    let merged = toml::to_string(&table).map_err(|error| ConfigError(format!("{name}: {error}")))?;
    toml::from_str(&merged).map_err(|error| explain(&merged, &format!("{name} with --set"), &error))
}

/// Lays one configuration over another, table by table.
///
/// # Errors
/// When either is no TOML.
pub fn merge(base: &str, over: &str) -> Result<String, ConfigError> {
    let read = |text: &str| toml::from_str::<toml::Table>(text).map_err(|error| explain(text, "configuration", &error));
    let mut merged = read(base)?;
    for (key, value) in read(over)? {
        match (merged.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => old.extend(new),
            (_, value) => {
                merged.insert(key, value);
            }
        }
    }
    toml::to_string(&merged).map_err(|error| ConfigError(error.to_string()))
}

/// Puts `a.b=value` into a table. A value that is no TOML is text.
fn set(table: &mut toml::Table, setting: &str) -> Result<(), ConfigError> {
    let (key, value) = setting.split_once('=').ok_or_else(|| {
        ConfigError(format!("--set {setting}: expected KEY=VALUE, such as tool.login_url=http://..."))
    })?;
    let value = toml::from_str::<toml::Table>(&format!("value = {value}"))
        .ok()
        .and_then(|mut parsed| parsed.remove("value"))
        .unwrap_or_else(|| toml::Value::String(value.to_owned()));
    let mut path: Vec<&str> = key.split('.').collect();
    let last = path.pop().unwrap_or_default();
    let mut current = table;
    for part in path {
        let entry = current.entry(part).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        // `registration.client_id` means the first registration.
        let entry = match entry {
            toml::Value::Array(items) => items.first_mut(),
            other => Some(other),
        };
        current = match entry {
            Some(toml::Value::Table(inner)) => inner,
            _ => return Err(ConfigError(format!("--set {setting}: {part} is no table"))),
        };
    }
    current.insert(last.to_owned(), value);
    Ok(())
}

/// The line, counted from one, in which a byte of a text stands.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

/// One line for a mistake that the TOML reader found: the file, the line, and the nearest right word.
pub(crate) fn explain(text: &str, name: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    let message = error.message();
    let words: Vec<&str> = message.split('`').collect();
    if let ["unknown field ", unknown, ..] = words.as_slice() {
        let known = words.iter().skip(3).step_by(2).copied();
        let nearest = known.map(|word| (strsim::jaro_winkler(word, unknown), word)).max_by(|a, b| a.0.total_cmp(&b.0));
        let advice = match nearest {
            Some((likeness, word)) if likeness > 0.75 => format!(", did you mean `{word}`?"),
            _ => String::new(),
        };
        return ConfigError(format!("{name}:{line}: unknown key `{unknown}`{advice}"));
    }
    ConfigError(format!("{name}:{line}: {}", message.lines().next().unwrap_or_default()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const SOUND: &str = r#"
[tool]
login_url = "http://127.0.0.1:9102/login"
redirect_uris = ["http://127.0.0.1:9102/launch"]
target_link_uri = "http://127.0.0.1:9102/launch"

[[registration]]
client_id = "tool-client"
deployment_ids = ["dep-1"]
"#;

    fn refusal(text: &str) -> String {
        Config::parse(text, "my-tool.toml", &[]).unwrap_err().to_string()
    }

    #[test]
    fn a_sound_configuration_has_the_suites_defaults() {
        let config = Config::parse(SOUND, "my-tool.toml", &[]).unwrap();
        assert_eq!(config.issuers(), ["http://127.0.0.1:9300"]);
        assert_eq!(config.suite.listen, "127.0.0.1:9300");
    }

    #[test]
    fn settings_go_on_top() {
        let settings = [
            "tool.name=Quiz".to_owned(),
            "registration.client_id=c2".to_owned(),
            "suite.listen=127.0.0.1:1".to_owned(),
        ];
        let config = Config::parse(SOUND, "my-tool.toml", &settings).unwrap();
        assert_eq!(config.tool.name.as_deref(), Some("Quiz"));
        assert_eq!(config.registrations[0].client_id, "c2");
        assert_eq!(config.suite.listen, "127.0.0.1:1");
    }

    #[test]
    fn mistakes_are_one_line_that_says_where() {
        assert_eq!(
            refusal(&SOUND.replace("login_url", "login-url")),
            "my-tool.toml:3: unknown key `login-url`, did you mean `login_url`?"
        );
        let typo = refusal(&SOUND.replace("\"http://127.0.0.1:9102/login\"", "\"127.0.0.1:9102\""));
        assert!(typo.starts_with("my-tool.toml:3: "), "{typo}");
        assert!(refusal(&SOUND.replace("[\"dep-1\"]", "[]")).contains("tool-client has no deployment_ids"));
        let foreign = format!("{SOUND}issuer = \"https://elsewhere.test\"\n");
        assert!(refusal(&foreign).contains("is not a path under public_url"));
    }
}
