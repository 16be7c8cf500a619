//! What a person tells the suite about a client: where its login begins, how the suite's issuer knows it, and what signing
//! in looks like.

use serde::Deserialize;
use url::Url;

use crate::{
    config::{ConfigError, Matcher, Secret, SuiteConfig, read_toml},
    steps::UserStep,
};

/// A configuration of the suite `client`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// The issuer that the suite plays: where it listens, and its issuer identifier (`public_url`).
    #[serde(default)]
    pub issuer: SuiteConfig,
    /// The subject.
    pub client: Client,
    /// How the client knows the suite's second issuer, where it takes two.
    pub second: Option<SecondIssuer>,
}

/// The client under test: a relying party with "sign in with ...".
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// A name for the report.
    pub name: Option<String>,
    /// Opening this starts the login.
    pub login_url: Url,
    /// What a person does on that page until the browser is sent to the issuer; nothing where it redirects at once.
    #[serde(default)]
    pub login: Vec<UserStep>,
    /// The redirect URIs that are registered at the issuer.
    pub redirect_uris: Vec<Url>,
    /// The client id that the issuer gave it.
    pub client_id: String,
    /// The secret that goes with it; none for public clients and for those that sign with a key.
    pub client_secret: Option<Secret>,
    /// How it authenticates at the token endpoint, where that was registered.
    pub auth_method: Option<AuthMethod>,
    /// What somebody signed in sees; learned otherwise.
    pub accepted: Option<Matcher>,
    /// What somebody refused sees; learned otherwise.
    pub refused: Option<Matcher>,
    /// A page that opens only for somebody signed in, and best says who that is.
    pub probe_url: Option<Url>,
    /// Further hosts of its pages, with the port where there is one.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The optional things that the client claims: `rfc9207`.
    #[serde(default)]
    pub declares: Vec<String>,
    /// Every audience beside its own client id that the client is set to trust; not given where the operator does not know.
    pub trusted_audiences: Option<Vec<String>>,
    /// Where third parties start a login (OpenID Connect Core 1.0, 4), where the client has that.
    pub initiate_url: Option<Url>,
    /// How the client is brought to read the discovery document again, where it keeps one.
    #[serde(default)]
    pub rediscover: Vec<UserStep>,
    /// What somebody signed in does so that the client needs its access token, and a new one where the old has expired.
    #[serde(default)]
    pub renew: Vec<UserStep>,
}

/// How the client knows the suite's second issuer: its identifier is the first one's with `/second` behind it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondIssuer {
    /// Opening this starts the login there.
    pub login_url: Url,
    /// The client id that the second issuer gave it.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Option<Secret>,
}

/// How a client authenticates at the token endpoint (OpenID Connect Core 1.0, 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// HTTP Basic.
    ClientSecretBasic,
    /// The secret in the body.
    ClientSecretPost,
    /// A signed assertion.
    PrivateKeyJwt,
    /// Not at all: a public client.
    None,
}

impl AuthMethod {
    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }
}

impl Client {
    /// Whether the operator says that the client does this optional thing.
    pub fn declares(&self, capability: &str) -> bool {
        self.declares.iter().any(|declared| declared == capability)
    }

    /// Whether it is a public client: it holds nothing to authenticate with.
    pub fn is_public(&self) -> bool {
        self.auth_method.map_or(self.client_secret.is_none(), |method| method == AuthMethod::None)
    }

    /// The registered redirect URI that a request names, compared letter by letter or in normal form.
    pub fn registered(&self, redirect_uri: &str) -> Option<&Url> {
        let same =
            |url: &&Url| url.as_str() == redirect_uri || Url::parse(redirect_uri).is_ok_and(|parsed| parsed == **url);
        self.redirect_uris.iter().find(same)
    }
}

/// The optional things that a client can declare.
const CAPABILITIES: [&str; 1] = ["rfc9207"];

impl ClientConfig {
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
        let client = &self.client;
        if client.redirect_uris.is_empty() {
            return wrong("redirect_uris is empty: name every redirect URI that the client uses".to_owned());
        }
        if client.client_id.is_empty() {
            return wrong("client_id is empty".to_owned());
        }
        if let Some(unknown) = client.declares.iter().find(|word| !CAPABILITIES.contains(&word.as_str())) {
            return wrong(format!("declares: {unknown:?} is not known; there is {}", CAPABILITIES.join(", ")));
        }
        for (key, matcher) in [("accepted", &client.accepted), ("refused", &client.refused)] {
            if matcher.as_ref().is_some_and(Matcher::is_empty) {
                return wrong(format!("{key} is empty: give any of text, url, status, cookie, or leave it out"));
            }
        }
        let urls = [&client.login_url, &self.issuer.public_url].into_iter().chain(&client.redirect_uris);
        if let Some(odd) = urls.into_iter().find(|url| !matches!(url.scheme(), "http" | "https")) {
            return wrong(format!("{odd} is no http or https address"));
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const SMALLEST: &str = r#"
[client]
login_url = "http://127.0.0.1:8000/login"
redirect_uris = ["http://127.0.0.1:8000/callback"]
client_id = "suite-client"
"#;

    #[test]
    fn the_smallest_configuration_is_a_public_client_of_the_local_suite() {
        let config = ClientConfig::parse(SMALLEST, "test", &[]).unwrap();
        assert!(config.client.is_public());
        assert_eq!(config.issuer.public_url.as_str(), "http://127.0.0.1:9300/");
    }

    #[test]
    fn a_mistake_is_named_with_its_key() {
        let declared = format!("{SMALLEST}declares = [\"rfc9702\"]\n");
        let error = ClientConfig::parse(&declared, "test", &[]).unwrap_err();
        assert!(error.0.contains("rfc9702"), "{error}");
        let setting = ["client.redirect_uris=[]".to_owned()];
        let error = ClientConfig::parse(SMALLEST, "test", &setting).unwrap_err();
        assert!(error.0.contains("redirect_uris"), "{error}");
    }
}
