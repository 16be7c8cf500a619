//! The suite `platform11` against its doubles.

use std::{fmt::Write as _, sync::Arc};

use futures_util::future::BoxFuture;

use super::{Cells, Row, SelfTestError, cells, rows};
use crate::{
    clock::SuiteClock,
    double::platform11::{Platform11Double, Platform11Flaw, Platform11Wiring},
    runner::{Finished, RunOptions, Stopped, Unwatched},
    subject::platform11::{Platform11Case, Platform11Config, Platform11World, run_platform11},
    transport::{InProcess, Request, Response, TransportError},
};

/// Where the double lives: a name that nobody can resolve, over https, so that no rule is softened for loopback.
const PLATFORM: &str = "https://lms.test";
/// The suite's tool, and where the double launches it.
const TOOL: &str = r#"
[suite]
public_url = "https://suite.test"

[platform]
name = "double"
capabilities = ["outcomes", "content-item"]

[tool]
consumer_key = "suite-key"
secret = "the suite's secret & more"
launch_path = "/launch?x=With%20Space&course=a%26b"
"#;

/// Every flaw of an LTI 1.1 platform whose name is wanted against these cases.
///
/// # Errors
/// When the sound double cannot be judged.
pub async fn platform11_matrix(
    cases: Arc<Vec<Platform11Case>>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Row>, SelfTestError> {
    let sound = sound_platform11_cells(&cases).await?;
    let flaws = Platform11Flaw::all().filter(|flaw| wanted(flaw.name())).map(|flaw| (flaw, flaw.entry()));
    let judged = |flaw| {
        let cases = Arc::clone(&cases);
        async move { judge_platform11(Some(flaw), &cases).await }
    };
    rows("platform11", &sound, flaws, judged).await
}

/// What the suite says of the sound double.
///
/// # Errors
/// When it cannot be judged.
pub async fn sound_platform11_cells(cases: &[Platform11Case]) -> Result<Cells, SelfTestError> {
    Ok(cells(&judge_platform11(None, cases).await??))
}

/// Runs the suite against a double.
///
/// # Errors
/// The outer error when the double cannot be set up, the inner one when it cannot be judged.
pub async fn judge_platform11(
    flaw: Option<Platform11Flaw>,
    cases: &[Platform11Case],
) -> Result<Result<Finished, Stopped>, SelfTestError> {
    let world = platform11_world(flaw)?;
    let options = RunOptions { slow: true, ..RunOptions::default() };
    Ok(run_platform11(&world, cases, &options, &Unwatched).await)
}

/// A world in which the subject is a double.
///
/// # Errors
/// When its configuration is wrong.
pub fn platform11_world(flaw: Option<Platform11Flaw>) -> Result<Platform11World, SelfTestError> {
    let config = Platform11Config::parse(&configuration(), "the double's configuration", &[])?;
    let clock = SuiteClock::standing();
    let time = clock.clone();
    let double = Arc::new(Platform11Double::new(
        flaw,
        Platform11Wiring {
            base_url: PLATFORM.to_owned(),
            launch_url: config.launch_url().to_string(),
            key: config.tool.consumer_key.clone(),
            secret: config.tool.secret.clone(),
            started: clock.now(),
            clock: Arc::new(move || time.now()),
        },
    ));
    let transport =
        InProcess::new(Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, TransportError>> {
            let answer = double.handle(&request);
            Box::pin(async move { Ok(answer) })
        }));
    Ok(Platform11World::new(config, clock, Arc::new(transport)))
}

/// How the double is launched: name, user, role, personal data, course, link, the link's title.
const LAUNCHES: [(&str, &str, &str, &str, &str, &str, &str); 13] = [
    ("learner", "learner", "Learner", "full", "biology", "quiz", "Quiz & test: *cells*"),
    ("second-learner", "learner2", "Learner", "full", "biology", "quiz", "Quiz & test: *cells*"),
    ("teacher", "teacher", "Instructor", "full", "biology", "quiz", "Quiz & test: *cells*"),
    ("mentor", "mentor", "Other", "full", "biology", "quiz", "Quiz & test: *cells*"),
    ("reading", "learner", "Learner", "full", "biology", "reading", "Reading 読書"),
    ("reading-again", "learner", "Learner", "full", "biology", "reading", "Reading 読書"),
    ("second-course", "learner", "Learner", "full", "history", "quiz-two", "Quiz two"),
    ("named", "learner", "Learner", "name", "biology", "named", "Named"),
    ("mailed", "learner", "Learner", "email", "biology", "mailed", "Mailed"),
    ("private", "learner", "Learner", "none", "biology", "private", "Private"),
    ("menu", "learner", "Learner", "full", "", "menu", "Menu"),
    ("custom", "learner", "Learner", "full", "biology", "custom", "Custom"),
    ("notebook", "learner", "Learner", "full", "biology", "notebook", "Notebook"),
];

/// The custom parameters of the link that has some, as the double's school has them typed in.
const CUSTOM: &str = r#"
[launch.custom]
simple_key = "custom_simple_value"
"Complex!@#$^*(){}[]KEY" = "Complex!@#$^*(){}[]Value"
empty = ""
"größe" = "zwölf"
semi = "a;b=c"
unknown = "$Com.example.unknown"
"#;

fn configuration() -> String {
    let mut text = TOOL.to_owned();
    // Writing to a string cannot fail.
    for user in ["learner", "learner2", "teacher", "mentor"] {
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
        let graded = role == "Learner";
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
graded = {graded}
steps = [{{ open = "{PLATFORM}/" }}, {{ follow = "{title}" }}]
"#
        );
        if name == "custom" {
            text.push_str(CUSTOM);
        }
    }
    let _ = write!(
        text,
        r#"
[[selection]]
name = "content"
user = "teacher"
course = "biology"
steps = [{{ open = "{PLATFORM}/" }}, {{ follow = "Add content to Biology" }}]
shows = [{{ open = "{PLATFORM}/" }}]
"#
    );
    text
}
