//! The reference platform for LTI 1.1: the mock school, served on loopback and driven through its pages.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, LazyLock},
};

use lti_core::jose::SigningKey;
use lti_platform::{
    lti11::{Lti11Tool, Lti11ToolError},
    mock::{MockConfig, MockPlatform},
};
use oauth2_issuer::key_ring::KeyRing;
use tokio::net::TcpListener;
use url::Url;

use super::ReferenceError;
use crate::{
    clock::SuiteClock,
    serve::{Served, serve_router},
    subject::platform11::{Platform11Config, Platform11World},
    tls::LocalAuthority,
    transport::Network,
};

/// The address of the tool that the suite plays: the browser stops before it, so nobody has to listen there.
static SUITE: LazyLock<Url> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "a constant that every run reads")]
    Url::parse("https://suite.test").expect("a constant address")
});
/// What the school calls the suite's tool.
const TOOL: &str = "suite-tool";
const KEY: &str = "b18e82ec683724743e4a52ff1e24b3c7";
/// With characters that have to be encoded before they are part of the key of a signature.
const SECRET: &str = "c0fe2924dbb0f4701d898a36aad9fd89 & ü%";
/// The launch path, with a query that is signed along.
const LAUNCH_PATH: &str = "/launch?x=With%20Space&y=yes";

/// The reference platform on an ephemeral port of loopback.
#[derive(Debug)]
pub struct Platform11Reference {
    /// The world in which it is the subject.
    pub world: Platform11World,
    _server: Served,
}

impl Platform11Reference {
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
        config.lti11_tools = tools(suite.as_str().trim_end_matches('/')).map_err(|error| wrong(&error))?;
        let school = MockPlatform::new(config).map_err(|error| wrong(&error))?;
        let server = serve_router(listener, school.router(), authority.map(LocalAuthority::server))?;
        let trusted: Vec<String> = authority.map(|authority| authority.certificate.clone()).into_iter().collect();
        let text = configuration(suite, scheme, address);
        let config = Platform11Config::parse(&text, "the reference's configuration", &[])?;
        let world = Platform11World::new(config, clock, Arc::new(Network::new(&trusted)?));
        Ok(Self { world, _server: server })
    }
}

/// The suite's tool, and another one.
fn tools(suite: &str) -> Result<Vec<Lti11Tool>, Lti11ToolError> {
    let custom = CUSTOM.iter().map(|(name, value)| (*name, *value));
    let launched = Lti11Tool::new(TOOL, KEY, SECRET, &format!("{suite}{LAUNCH_PATH}"))?;
    let other = Lti11Tool::new("other-tool", "other-key", "other secret", "https://other.test/launch")?;
    Ok(vec![launched.with_custom(custom).accepting_grades(true), other.accepting_grades(true)])
}

/// The custom parameters of the tool as they are typed in; the first two are those of the certification list.
const CUSTOM: [(&str, &str); 11] = [
    ("simple_key", "custom_simple_value"),
    ("Complex!@#$^*(){}[]KEY", "Complex!@#$^*(){}[]Value"),
    ("Review:Chapter", "1.2 & *~'(x)!"),
    ("title", "日本語 テスト 🖋"),
    ("nothing", ""),
    ("Größe", "5"),
    ("vendor", "$Com.example.unknown"),
    // What the container plug-in of Moodle writes.
    ("lms_sessioninfo", "12,7"),
    ("lms_cpulimit", "1.5"),
    ("lms_sub_report", "report:*"),
    ("lms_sub_report_close", "1795400000"),
];

/// How the reference is launched: name, user, role, personal data, course, the number of the link that the school hangs
/// into its courses for the first tool, and whether the user is graded there.
const LAUNCHES: [(&str, &str, &str, &str, &str, u32, bool); 11] = [
    ("learner", "aoi", "learner", "full", "hist-101", 1, true),
    ("second-learner", "ben", "learner", "full", "hist-101", 1, true),
    ("instructor", "ada", "instructor", "full", "hist-101", 1, false),
    ("assistant", "chloe", "other", "full", "hist-101", 1, false),
    ("mentor", "ingrid", "other", "full", "hist-101", 1, false),
    ("second-link", "aoi", "learner", "full", "hist-101", 2, true),
    ("second-course", "aoi", "learner", "full", "bio-204", 6, true),
    ("name", "aoi", "learner", "name", "hist-101", 1, true),
    ("email", "aoi", "learner", "email", "hist-101", 1, true),
    ("private", "aoi", "learner", "none", "hist-101", 3, true),
    ("private-instructor", "ada", "instructor", "none", "hist-101", 3, false),
];

/// What the school's form sends for what a launch tells about its user.
fn privacy(personal_data: &str) -> &str {
    if personal_data == "none" { "id" } else { personal_data }
}

fn configuration(suite: &Url, scheme: &str, address: SocketAddr) -> String {
    let base = format!("{scheme}://{address}");
    let mut text = format!(
        r#"
[suite]
public_url = "{suite}"

[platform]
name = "reference"
capabilities = ["outcomes", "content-item"]

[tool]
consumer_key = "{KEY}"
secret = "{SECRET}"
launch_path = "{LAUNCH_PATH}"
"#
    );
    for user in ["aoi", "ben", "ada", "chloe", "ingrid"] {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n[[user]]\nname = \"{user}\"\n");
    }
    let typed: Vec<String> = CUSTOM.iter().map(|(name, value)| format!("\"{name}\" = \"{value}\"")).collect();
    let typed = typed.join(", ");
    for (name, user, role, personal_data, course, link, graded) in LAUNCHES {
        let privacy = privacy(personal_data);
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
graded = {graded}
custom = {{ {typed} }}
steps = [
  {{ open = "{base}/courses/{course}" }},
  {{ fill = {{ link = "{course}-link-{link}", user = "{user}", privacy = "{privacy}" }} }},
  {{ submit = "Launch" }},
]
"#
        );
    }
    let _ = write!(
        text,
        r#"
[[selection]]
name = "content"
user = "ada"
course = "hist-101"
steps = [
  {{ open = "{base}/courses/hist-101" }},
  {{ fill = {{ client_id = "{TOOL}", user = "ada" }} }},
  {{ submit = "Choose content in a new window" }},
]
shows = [{{ open = "{base}/courses/hist-101/content" }}]
created = [{{ open = "{base}/courses/hist-101" }}, {{ submit = "Launch {{title}} in a new window" }}]
"#
    );
    text
}
