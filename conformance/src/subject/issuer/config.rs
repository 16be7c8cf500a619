//! What a person tells the suite about an issuer: its identifier, who signs in there, and the suite's clients.

use std::{fmt, path::PathBuf};

use serde::Deserialize;
use url::Url;

use super::client::AuthMethod;
use crate::config::{ConfigError, read_toml};

/// A configuration of the suite `issuer`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The clients' own side.
    #[serde(default)]
    pub suite: IssuerSuite,
    /// The subject.
    pub issuer: IssuerSubject,
    /// Who signs in; nobody where the issuer asks for no login.
    pub user: Option<LoginConfig>,
    /// Somebody else, for what must not happen between two people.
    pub second_user: Option<LoginConfig>,
    /// The suite's clients; where there are none, the suite registers its own.
    #[serde(default, rename = "client")]
    pub clients: Vec<ClientConfig>,
}

/// The side that the suite plays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IssuerSuite {
    /// What the suite's redirect URIs begin with. Nobody has to listen there: the browser stops before it.
    pub redirect_base: Url,
    /// Where the suite keeps the key of its `private_key_jwt` clients.
    pub key_file: PathBuf,
}

impl Default for IssuerSuite {
    fn default() -> Self {
        Self { redirect_base: SUITE.clone(), key_file: PathBuf::from("lti-conformance.key") }
    }
}

static SUITE: std::sync::LazyLock<Url> = std::sync::LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant that a test reads")]
    Url::parse("https://suite.test").expect("a constant address")
});

/// The issuer under test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerSubject {
    /// A name for the report.
    pub name: Option<String>,
    /// The issuer identifier, exactly as the issuer writes it.
    pub url: String,
    /// Further hosts that its pages lie on.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// The scope of sound requests, words separated by spaces. Without `openid` the issuer is judged as a plain OAuth
    /// authorization server.
    #[serde(default = "openid")]
    pub scope: String,
    /// Members of the metadata that the issuer does not publish, or publishes wrongly, such as `token_endpoint`.
    #[serde(default)]
    pub metadata: toml::Table,
    /// What the issuer claims beside its metadata: `rfc9700`, `rfc9068`, `requires-pkce`,
    /// `partial-redirect-uris`.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// How long a code is good according to the issuer's own documents, in seconds.
    pub code_lifetime: Option<u32>,
    /// The initial access token of its registration endpoint, where that is protected.
    #[serde(default)]
    pub registration_token: Option<Secret>,
}

fn openid() -> String {
    "openid".to_owned()
}

impl IssuerSubject {
    /// Whether the configuration claims this.
    pub fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|known| known == capability)
    }
}

/// Text that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Somebody who signs in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginConfig {
    /// What is typed where the login page asks for a name.
    pub name: String,
    /// The password.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The name of the login form's field for the name, where it is not one that everybody uses.
    pub name_field: Option<String>,
    /// What the button or link says that goes on, on pages where the usual words do not stand: on a page of consent, or
    /// where one of several people is chosen.
    #[serde(default)]
    pub press: Vec<String>,
}

/// A client of the suite as the issuer knows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: Option<Secret>,
    /// How it authenticates at the token endpoint. Unless said: `client_secret_basic` where there is a secret, `none`
    /// otherwise.
    pub auth: Option<AuthMethod>,
    /// Its redirect URIs, exactly as they are registered; the suite's own unless they are named.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Its post logout redirect URIs.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// The scope of its requests; the issuer's unless it is named.
    pub scope: Option<String>,
}

impl IssuerConfig {
    /// Reads a configuration from text, with `KEY=VALUE` settings on top.
    ///
    /// # Errors
    /// One line that names the file, the line in it, and what is wrong there.
    pub fn parse(text: &str, name: &str, settings: &[String]) -> Result<Self, ConfigError> {
        let config: Self = read_toml(text, name, settings)?;
        let wrong = |what: String| Err(ConfigError(format!("{name}: {what}")));
        if let Err(error) = Url::parse(&config.issuer.url) {
            return wrong(format!("issuer.url is {:?}, which is no address: {error}", config.issuer.url));
        }
        for client in &config.clients {
            let needs_secret = client.auth.is_some_and(AuthMethod::has_secret);
            if needs_secret && client.secret.is_none() {
                return wrong(format!("client {} authenticates by a secret and has none", client.id));
            }
        }
        if let Some(twice) = config.clients.iter().enumerate().find_map(|(index, client)| {
            config.clients[..index].iter().any(|other| other.id == client.id).then_some(&client.id)
        }) {
            return wrong(format!("two clients have the id {twice}"));
        }
        Ok(config)
    }

    /// An address below the suite's own.
    pub fn own(&self, path: &str) -> String {
        format!("{}{path}", self.suite.redirect_base.as_str().trim_end_matches('/'))
    }

    /// The redirect URIs of a client that the suite registers: the first, a second, and one with a query of its own.
    pub fn redirect_uris(&self) -> Vec<String> {
        vec![self.own("/callback"), self.own("/callback/second"), self.own("/callback/query?tenant=north%20wing")]
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const SMALL: &str = "[issuer]\nurl = \"https://op.test/school\"\n";

    #[test]
    fn an_issuer_needs_nothing_but_its_identifier() {
        let config = IssuerConfig::parse(SMALL, "test", &[]).unwrap();
        assert_eq!((config.issuer.scope.as_str(), config.clients.len()), ("openid", 0));
        assert_eq!(config.redirect_uris()[0], "https://suite.test/callback");
    }

    #[test]
    fn mistakes_are_named_and_secrets_are_not() {
        let fault = |more: &str| IssuerConfig::parse(&format!("{SMALL}{more}"), "test", &[]).unwrap_err().0;
        let nameless = "[[client]]\nid = \"a\"\nauth = \"client_secret_post\"\n";
        assert!(fault(nameless).contains("client a authenticates by a secret"), "{}", fault(nameless));
        assert!(fault("[[client]]\nid = \"a\"\n[[client]]\nid = \"a\"\n").contains("two clients have the id a"));
        let text = format!(
            "{SMALL}[user]\nname = \"ada\"\npassword = \"hush-hush\"\n[[client]]\nid = \"a\"\nsecret = \"hush-hush\"\n"
        );
        let config = IssuerConfig::parse(&text, "test", &[]).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
    }
}
