//! The suite `tool11` against its doubles.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Cells, Row, SelfTestError, cells, rows};
use crate::{
    clock::SuiteClock,
    double::tool11::{LAUNCH_PATH, Tool11Double, Tool11Flaw, Tool11Wiring},
    runner::{Finished, RunOptions, Stopped, Unwatched},
    subject::tool11::{Desk, Tool11Case, Tool11Config, Tool11World, run_tool11},
    transport::{InProcess, Request, Response, TransportError},
};

/// Where the double lives: a name that nobody can resolve, over https, so that no rule is softened for loopback.
const TOOL: &str = "https://tool11.test";
/// Where the suite lives.
const SUITE: &str = "https://suite.test";

/// Every flaw of an LTI 1.1 tool whose name is wanted against these cases.
///
/// # Errors
/// When the sound double cannot be judged.
pub async fn tool11_matrix(
    cases: Arc<Vec<Tool11Case>>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Row>, SelfTestError> {
    let sound = sound_tool11_cells(&cases).await?;
    let flaws = Tool11Flaw::all().filter(|flaw| wanted(flaw.name())).map(|flaw| (flaw, flaw.entry()));
    let judged = |flaw| {
        let cases = Arc::clone(&cases);
        async move { judge_tool11(Some(flaw), &cases).await }
    };
    rows("tool11", &sound, flaws, judged).await
}

/// What the suite says of the sound double.
///
/// # Errors
/// When it cannot be judged.
pub async fn sound_tool11_cells(cases: &[Tool11Case]) -> Result<Cells, SelfTestError> {
    Ok(cells(&judge_tool11(None, cases).await??))
}

/// Runs the suite against a double.
///
/// # Errors
/// The outer error when the double cannot be set up, the inner one when it cannot be judged.
pub async fn judge_tool11(
    flaw: Option<Tool11Flaw>,
    cases: &[Tool11Case],
) -> Result<Result<Finished, Stopped>, SelfTestError> {
    let world = tool11_world(flaw)?;
    let options = RunOptions { slow: true, ..RunOptions::default() };
    Ok(run_tool11(&world, cases, &options, &Unwatched).await)
}

/// A world in which the subject is a double.
///
/// # Errors
/// When its configuration is wrong.
pub fn tool11_world(flaw: Option<Tool11Flaw>) -> Result<Tool11World, SelfTestError> {
    let config = Tool11Config::parse(&configuration(), "the double's configuration", &[])?;
    let clock = SuiteClock::standing();
    let told = clock.clone();
    let consumers = config.consumers.iter().map(|known| (known.key.clone(), known.secret.reveal().to_owned()));
    let desk = Desk::new(config.suite.public_url.clone());
    let service = desk.clone();
    let wiring = Tool11Wiring {
        base_url: TOOL.to_owned(),
        consumers: consumers.collect(),
        platform: Arc::new(move |request| service.handle(request)),
        clock: Arc::new(move || told.now()),
        seed: 1,
    };
    let double = Arc::new(Tool11Double::new(flaw, wiring));
    let transport =
        InProcess::new(Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, TransportError>> {
            let answer = double.handle(&request);
            Box::pin(async move { Ok(answer) })
        }));
    Ok(Tool11World::new(config, desk, clock, Arc::new(transport)))
}

/// The second consumer's key and secret hold what has to be encoded before anything is signed with it.
fn configuration() -> String {
    format!(
        r#"
[suite]
public_url = "{SUITE}"

[tool]
name = "double"
launch_url = "{TOOL}{LAUNCH_PATH}"

[tool.roles]
instructor = {{ text = "Instructor view" }}
learner = {{ text = "Learner view" }}

[tool.outcomes]
replace = [{{ submit = "Hand in" }}]
read = [{{ submit = "Look up score" }}]
delete = [{{ submit = "Withdraw" }}]
settle_ms = 0

[[consumer]]
key = "consumer-1"
secret = "secret-of-consumer-1"

[[consumer]]
key = "consumer 2 & co"
secret = "100% secret & more + \u00e9"
"#
    )
}
