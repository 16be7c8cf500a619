//! The reference platform: the mock school of `lti-platform`, served on loopback and driven through its pages.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, LazyLock},
};

use lti_core::{
    jose::{KeySet, SigningKey},
    service::Scope,
};
use lti_platform::{
    mock::{MockConfig, MockPlatform},
    registration::ToolRegistration,
};
use oauth2_issuer::{BoxFuture, Unavailable, key_ring::KeyRing, server::token::KeySets};
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::ReferenceError;
use crate::{
    clock::SuiteClock,
    keys::{KeyError, SuiteKey},
    serve::{Served, serve_router},
    subject::platform::{
        PlatformConfig, PlatformWorld,
        service::{OTHER_KID, TOOL_KID, ToolKeys},
    },
    tls::LocalAuthority,
    transport::Network,
};

/// The address of the tool that the suite plays: the browser stops before it, so nobody has to listen there.
static SUITE: LazyLock<Url> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant that every run reads")]
    Url::parse("https://suite.test").expect("a constant address")
});
/// The client id of the suite's tool.
const CLIENT: &str = "suite-tool";
/// The key set of the other tool.
const OTHER_JWKS: &str = "https://other.test/jwks";

/// The reference platform on an ephemeral port of loopback.
#[derive(Debug)]
pub struct PlatformReference {
    /// The world in which it is the subject.
    pub world: PlatformWorld,
    _server: Served,
}

impl PlatformReference {
    /// Serves the school; over TLS when there is an authority.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub async fn start(authority: Option<&LocalAuthority>) -> Result<Self, ReferenceError> {
        Self::start_for(&SUITE, authority).await
    }

    /// Serves the school for a suite's tool at this address.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub async fn start_for(suite: &Url, authority: Option<&LocalAuthority>) -> Result<Self, ReferenceError> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let scheme = if authority.is_some() { "https" } else { "http" };
        let address = listener.local_addr()?;
        let clock = SuiteClock::standing();
        let wrong = |error: &dyn std::fmt::Display| ReferenceError::Platform(error.to_string());
        let public_url = Url::parse(&format!("{scheme}://{address}")).map_err(|error| wrong(&error))?;
        let shared: Arc<dyn oauth2_issuer::clock::Clock> = Arc::new(clock.clone());
        let key = SigningKey::generate_rs256("school-1").map_err(|error| wrong(&error))?;
        let mut config = MockConfig::new(public_url, Arc::clone(&shared), Arc::new(KeyRing::with_key(shared, key)));
        let signing = signing_keys().map_err(|error| wrong(&error))?;
        config.key_sets = Some(Arc::new(Published::of(&signing).map_err(|error| wrong(&error))?));
        config.tools = tools(suite.as_str().trim_end_matches('/')).map_err(|error| wrong(&error))?;
        let school = MockPlatform::new(config).map_err(|error| wrong(&error))?;
        let server = serve_router(listener, school.router(), authority.map(LocalAuthority::server))?;
        let trusted: Vec<String> = authority.map(|authority| authority.certificate.clone()).into_iter().collect();
        let config =
            PlatformConfig::parse(&configuration(suite, scheme, address), "the reference's configuration", &[])?;
        let world = PlatformWorld::new(config, clock, Arc::new(Network::new(&trusted)?)).signing_with(signing);
        Ok(Self { world, _server: server })
    }
}

/// The suite's keys as two tools, and a third that nobody published.
fn signing_keys() -> Result<ToolKeys, KeyError> {
    let key = || SuiteKey::rsa().map(Arc::new);
    Ok(ToolKeys { own: key()?, other: key()?, stranger: key()? })
}

/// The key sets of the two tools: nobody listens at their addresses.
struct Published {
    own: Arc<KeySet>,
    other: Arc<KeySet>,
}

impl Published {
    fn of(keys: &ToolKeys) -> Result<Self, lti_core::jose::KeySetError> {
        let read = |key: &SuiteKey, kid: &str| {
            KeySet::parse(json!({ "keys": [key.jwk(kid)] }).to_string().as_bytes()).map(Arc::new)
        };
        Ok(Self { own: read(&keys.own, TOOL_KID)?, other: read(&keys.other, OTHER_KID)? })
    }
}

impl KeySets for Published {
    fn key_set<'a>(&'a self, url: &'a Url, _: Option<&'a str>) -> BoxFuture<'a, Result<Arc<KeySet>, Unavailable>> {
        let keys = if url.as_str() == OTHER_JWKS { &self.other } else { &self.own };
        Box::pin(async move { Ok(Arc::clone(keys)) })
    }
}

/// The suite's tool, and another one.
fn tools(suite: &str) -> Result<Vec<ToolRegistration>, lti_platform::registration::RegistrationError> {
    let launched = ToolRegistration::new(
        CLIENT,
        &format!("{suite}/login"),
        [format!("{suite}/launch"), format!("{suite}/launch/second")],
        &format!("{suite}/launch"),
    )?
    .with_jwks_url(&format!("{suite}/jwks"))?
    .with_scopes(Scope::KNOWN)
    .deployed_as("dep-1")?;
    let other = "https://other.test/launch";
    let other = ToolRegistration::new("other-tool", "https://other.test/login", [other.to_owned()], other)?;
    let other = other.with_jwks_url(OTHER_JWKS)?.with_scopes(Scope::KNOWN).deployed_as("dep-other")?;
    Ok(vec![launched, other])
}

/// How the reference is launched: name, user, role, personal data, course, and the number of the link that the school
/// hangs into its courses for the first tool.
const LAUNCHES: [(&str, &str, &str, &str, &str, u32); 11] = [
    ("learner", "aoi", "learner", "full", "hist-101", 1),
    ("second-learner", "ben", "learner", "full", "hist-101", 1),
    ("instructor", "ada", "instructor", "full", "hist-101", 1),
    ("assistant", "chloe", "other", "full", "hist-101", 1),
    ("mentor", "ingrid", "other", "full", "hist-101", 1),
    ("second-link", "aoi", "learner", "full", "hist-101", 2),
    ("second-course", "aoi", "learner", "full", "bio-204", 6),
    ("private", "aoi", "learner", "none", "hist-101", 3),
    ("private-instructor", "ada", "instructor", "none", "hist-101", 3),
    ("anonymous", "aoi", "learner", "anonymous", "hist-101", 4),
    ("custom", "aoi", "learner", "full", "hist-101", 5),
];

/// How content is added: name, user, course.
const ADDING: [(&str, &str, &str); 2] = [("content", "ada", "hist-101"), ("second-course", "chloe", "bio-204")];

/// The custom parameters of the link that has some, as far as a case looks at them.
const CUSTOM: &str = r#"
[launch.custom]
user_id = "$User.id"
context_title = "$Context.title"
middle_name = "$Person.name.middle"
vendor = "$com.example.Foo.bar"
price = "costs $5"

[launch.resolved]
user_id = "aoi"
context_title = "History of Printing"
middle_name = ""
"#;

fn configuration(suite: &Url, scheme: &str, address: SocketAddr) -> String {
    let base = format!("{scheme}://{address}");
    let register = format!("{}/register", suite.as_str().trim_end_matches('/'));
    let mut text = format!(
        r#"
[suite]
public_url = "{suite}"

[platform]
name = "reference"
issuer = "{base}"
authorization_url = "{base}/auth"
jwks_url = "{base}/jwks"
token_url = "{base}/token"
client_id = "{CLIENT}"
deployment_ids = ["dep-1"]
other_client_id = "other-tool"
other_redirect_uri = "https://other.test/launch"
capabilities = [
  "second-redirect-uri", "anonymous", "substitution", "ags", "nrps", "deep-linking", "other-tool-services",
]
rotate_keys = [{{ open = "{base}/tools" }}, {{ submit = "Sign with a new key" }}]
add_tool = [
  {{ open = "{base}/tools" }},
  {{ fill = {{ registration_url = "{register}" }} }},
  {{ submit = "" }},
  {{ follow = "in a new window" }},
]
"#
    );
    for user in ["aoi", "ben", "ada", "chloe", "ingrid"] {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n[[user]]\nname = \"{user}\"\n");
    }
    for (name, user, role, personal_data, course, link) in LAUNCHES {
        let _ = write!(
            text,
            r#"
[[launch]]
name = "{name}"
user = "{user}"
role = "{role}"
personal_data = "{personal_data}"
course = "{course}"
link = "{course}-{link}"
steps = [
  {{ open = "{base}/courses/{course}" }},
  {{ fill = {{ link = "{course}-link-{link}", user = "{user}" }} }},
  {{ submit = "Launch" }},
]
"#
        );
        if name == "custom" {
            text.push_str(CUSTOM);
        }
    }
    for (name, user, course) in ADDING {
        let _ = write!(
            text,
            r#"
[[deep_linking]]
name = "{name}"
user = "{user}"
course = "{course}"
steps = [
  {{ open = "{base}/courses/{course}" }},
  {{ fill = {{ client_id = "{CLIENT}", user = "{user}" }} }},
  {{ submit = "Choose content in a new window" }},
]
shows = [{{ open = "{base}/courses/{course}/content" }}]
created = [{{ open = "{base}/courses/{course}" }}, {{ submit = "Launch {{title}} in a new window" }}]
"#
        );
    }
    text
}
