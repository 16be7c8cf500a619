//! The suite `platform` against its doubles.

use std::{fmt::Write as _, sync::Arc};

use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::{Cells, Row, SelfTestError, cells, rows};
use crate::{
    clock::SuiteClock,
    double::platform::{
        LTI11_KEY, LTI11_SECRET, PlatformDouble, PlatformFlaw, PlatformWiring, RegisteredTool, TOKEN_PATH,
    },
    keys::{Keys, SuiteKey},
    runner::{Finished, RunOptions, Stopped, Unwatched},
    subject::platform::{
        PlatformCase, PlatformConfig, PlatformWorld, run_platform,
        service::{OTHER_KID, TOOL_KID, ToolKeys},
    },
    transport::{InProcess, Request, Response, TransportError},
};

/// Where the double lives: a name that nobody can resolve, over https, so that no rule is softened for loopback.
const PLATFORM: &str = "https://lms.test";
/// Where the suite's tool lives.
const SUITE: &str = "https://suite.test";
/// Where another tool lives, which the platform knows as well.
const OTHER: &str = "https://other.test";

/// Every flaw of a platform whose name is wanted against these cases.
///
/// # Errors
/// When the sound double cannot be judged.
pub async fn platform_matrix(
    cases: Arc<Vec<PlatformCase>>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Row>, SelfTestError> {
    let sound = sound_platform_cells(&cases).await?;
    let flaws = PlatformFlaw::all().filter(|flaw| wanted(flaw.name())).map(|flaw| (flaw, flaw.entry()));
    let judged = |flaw| {
        let cases = Arc::clone(&cases);
        async move { judge_platform(Some(flaw), &cases).await }
    };
    rows("platform", &sound, flaws, judged).await
}

/// What the suite says of the sound double.
///
/// # Errors
/// When it cannot be judged.
pub async fn sound_platform_cells(cases: &[PlatformCase]) -> Result<Cells, SelfTestError> {
    Ok(cells(&judge_platform(None, cases).await??))
}

/// Runs the suite against a double.
///
/// # Errors
/// The outer error when the double cannot be set up, the inner one when it cannot be judged.
pub async fn judge_platform(
    flaw: Option<PlatformFlaw>,
    cases: &[PlatformCase],
) -> Result<Result<Finished, Stopped>, SelfTestError> {
    let world = platform_world(flaw)?;
    let options = RunOptions { slow: true, ..RunOptions::default() };
    Ok(run_platform(&world, cases, &options, &Unwatched).await)
}

/// A world in which the subject is a double.
///
/// # Errors
/// When its configuration is wrong or there are no keys.
pub fn platform_world(flaw: Option<PlatformFlaw>) -> Result<PlatformWorld, SelfTestError> {
    let clock = SuiteClock::standing();
    let time = clock.clone();
    let keys = Keys::generate()?;
    // The platform signs with the first key of the process, so the tools take others.
    let signing = ToolKeys {
        own: Arc::clone(&keys.foreign),
        other: Arc::clone(&keys.hidden),
        stranger: Arc::clone(&keys.stranger),
    };
    let jwks = |key: &SuiteKey, kid: &str| json!({"keys": [key.jwk(kid)]});
    let (published, others) = (jwks(&signing.own, TOOL_KID), jwks(&signing.other, OTHER_KID));
    let wiring = PlatformWiring {
        base_url: PLATFORM.to_owned(),
        tool: tool(SUITE, "suite-tool", &["dep-1", "dep-2"], &["/launch", "/launch/second"], published),
        other: tool(OTHER, "other-tool", &["dep-other"], &["/launch"], others),
        keys: keys.clone(),
        clock: Arc::new(move || time.now()),
        seed: 1,
    };
    let double = Arc::new(PlatformDouble::new(flaw, wiring));
    let config = PlatformConfig::parse(&configuration(&double.jwks_url()), "the double's configuration", &[])?;
    let transport =
        InProcess::new(Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, TransportError>> {
            let answer = double.handle(&request);
            Box::pin(async move { Ok(answer) })
        }));
    Ok(PlatformWorld::new(config, clock, Arc::new(transport)).signing_with(signing))
}

fn tool(base: &str, client_id: &str, deployments: &[&str], redirects: &[&str], jwks: Value) -> RegisteredTool {
    RegisteredTool {
        client_id: client_id.to_owned(),
        deployment_ids: deployments.iter().map(|&id| id.to_owned()).collect(),
        login_url: format!("{base}/login"),
        redirect_uris: redirects.iter().map(|path| format!("{base}{path}")).collect(),
        jwks_url: Some(format!("{base}/jwks")),
        jwks,
        target_link_uri: format!("{base}/launch"),
    }
}

/// How the double is launched: name, user, role, personal data, course, link, the link's title.
const LAUNCHES: [(&str, &str, &str, &str, &str, &str, &str); 10] = [
    ("learner", "learner", "learner", "full", "course-1", "quiz", "Quiz"),
    ("second-learner", "learner2", "learner", "full", "course-1", "quiz", "Quiz"),
    ("teacher", "teacher", "instructor", "full", "course-1", "quiz", "Quiz"),
    ("mentor", "mentor", "other", "full", "course-1", "quiz", "Quiz"),
    ("reading", "learner", "learner", "full", "course-1", "reading", "Reading"),
    ("second-course", "learner", "learner", "full", "course-2", "quiz-two", "Quiz two"),
    ("private", "learner", "learner", "none", "course-1", "private-quiz", "Private quiz"),
    ("private-teacher", "teacher", "instructor", "none", "course-1", "private-quiz", "Private quiz"),
    ("anonymous", "learner", "learner", "anonymous", "course-1", "anonymous-quiz", "Anonymous quiz"),
    ("custom", "learner", "learner", "full", "course-1", "custom-quiz", "Custom quiz"),
];

/// How content is added to the double's courses: name, user, course, the link that begins it.
const ADDING: [(&str, &str, &str, &str); 2] =
    [("content", "teacher", "course-1", "Add content"), ("editor", "teacher2", "course-2", "Insert from tool")];

/// The custom parameters of the link that has some, as the double's school has them typed in.
const CUSTOM: &str = r#"
[launch.custom]
user = "$User.id"
link_title = "$ResourceLink.title"
unknown = "$Com.example.unknown"
middle = "$Person.name.middle"
plain = "text with spaces"

[launch.resolved]
user = "0d3c7a52-8f61-4a86-9f6e-2b1a54cfe101"
link_title = "Custom quiz"
middle = ""
"#;

fn configuration(jwks_url: &str) -> String {
    let mut text = format!(
        r#"
[suite]
public_url = "{SUITE}"

[platform]
name = "double"
issuer = "{PLATFORM}"
authorization_url = "{PLATFORM}/auth"
jwks_url = "{jwks_url}"
token_url = "{PLATFORM}{TOKEN_PATH}"
client_id = "suite-tool"
deployment_ids = ["dep-1", "dep-2"]
other_client_id = "other-tool"
other_redirect_uri = "{OTHER}/launch"
add_tool = [
  {{ open = "{PLATFORM}/admin/tools" }},
  {{ fill = {{ registration_url = "{SUITE}/register" }} }},
  {{ submit = "" }},
  {{ follow = "Open the tool" }},
]
rotate_keys = [{{ open = "{PLATFORM}/admin" }}, {{ submit = "" }}]
capabilities = ["second-redirect-uri", "anonymous", "substitution", "ags", "nrps", "other-tool-services"]
migration = {{ consumer_key = "{LTI11_KEY}", secret = "{LTI11_SECRET}" }}
"#
    );
    // Writing to a string cannot fail.
    for user in ["learner", "learner2", "teacher", "teacher2", "mentor"] {
        let _ = write!(
            text,
            r#"
[[user]]
name = "{user}"
sign_in = [
  {{ open = "{PLATFORM}/" }},
  {{ fill = {{ username = "{user}", password = "{user}" }} }},
  {{ submit = "" }},
]
"#
        );
    }
    for (name, user, role, personal_data, course, link, title) in LAUNCHES {
        let _ = write!(
            text,
            r#"
[[launch]]
name = "{name}"
user = "{user}"
role = "{role}"
personal_data = "{personal_data}"
course = "{course}"
link = "{link}"
steps = [{{ open = "{PLATFORM}/course/{course}" }}, {{ follow = "{title}" }}]
"#
        );
        if name == "custom" {
            text.push_str(CUSTOM);
        }
    }
    for (name, user, course, link) in ADDING {
        let _ = write!(
            text,
            r#"
[[deep_linking]]
name = "{name}"
user = "{user}"
course = "{course}"
steps = [{{ open = "{PLATFORM}/course/{course}" }}, {{ follow = "{link}" }}]
shows = [{{ open = "{PLATFORM}/course/{course}" }}]
created = [{{ open = "{PLATFORM}/course/{course}" }}, {{ follow = "{{title}}" }}]
"#
        );
    }
    text
}
