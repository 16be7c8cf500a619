//! The suite `platform11` against the LTI 1.1 platform of a configuration, or against one recorded launch.

use std::{path::Path, sync::Arc};

use super::{
    Exit, UsageError,
    arguments::{RunArguments, SubjectArguments, SuiteArguments},
    run::{conclude, publish, verdict, watched_platform11},
    selection::select,
};
use crate::{
    capture::{Source, platform11::judge_platform11, posted},
    clock::SuiteClock,
    serve::{Served, serve_router},
    subject::platform11::{ByHand11, Platform11Config, Platform11World, rehearse11},
    suite,
    transport::Network,
};

/// The tool's side where a recording is judged and nothing but `--set` says what is known of it.
const RECORDED: &str = "[tool]\nconsumer_key = \"\"\nsecret = \"\"\n";

/// Judges an LTI 1.1 platform.
pub(super) async fn platform11(suite: &SuiteArguments) -> Result<Exit, UsageError> {
    if suite.run.variant.is_some() {
        return Err(UsageError("--variant: it dresses the platform that the suite plays for a tool".to_owned()));
    }
    let cases = select(suite::platform11::cases(), &suite.run)?;
    let subject = Subject::set_up(&suite.subject).await?;
    let command = suite.subject.config.as_ref().map_or_else(
        || "lti-conformance platform11".to_owned(),
        |config| format!("lti-conformance platform11 --config {}", config.display()),
    );
    let by_hand = subject.world.config.launches.is_empty().then_some(&subject.tool);
    if by_hand.is_some() {
        let front = subject.world.config.tool_url("/");
        eprintln!("by hand     no [[launch]] is configured: open {front} and launch the tool from your platform");
    }
    let finished = watched_platform11(&subject.world, by_hand.map(AsRef::as_ref), &cases, &suite.run, &command).await;
    conclude(vec![finished], &suite.run)
}

/// Brings every configured launch about once.
pub(super) async fn doctor(arguments: &SubjectArguments) -> Result<Exit, UsageError> {
    let subject = Subject::set_up(arguments).await?;
    let (lines, sound) = rehearse11(&subject.world).await;
    for (stage, line) in lines {
        println!("{stage:11} {line}");
    }
    Ok(match sound {
        Ok(()) => Exit::Clean,
        Err(stopped) => super::run::stopped_exit(&stopped),
    })
}

/// Judges the platform that sent a recorded launch. The secret stands in the recording, or comes by `--set
/// tool.secret=...`.
pub(super) fn capture(
    source: &Source,
    subject: &SubjectArguments,
    arguments: &RunArguments,
) -> Result<Exit, UsageError> {
    let cases = select(suite::platform11::cases(), arguments)?;
    let config = Platform11Config::parse(RECORDED, "--set", &subject.settings)?;
    let wrong = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", source.file.display()));
    let text = std::fs::read_to_string(&source.file).map_err(|error| wrong(&error))?;
    let found = posted(&text).map_err(|error| wrong(&error))?;
    let number = source.launch.unwrap_or(found.len());
    let launch = number.checked_sub(1).and_then(|index| found.get(index));
    let launch = launch.ok_or_else(|| wrong(&format!("there is no launch {number}: there are {}", found.len())))?;
    let judged = judge_platform11(launch, config, &cases, arguments.certification);
    let mut run = judged.map_err(|error| wrong(&error))?;
    run.command = source.command(&run.suite);
    let runs = [run];
    publish(&runs, arguments)?;
    verdict(&runs, arguments)
}

/// A platform with the suite's tool served for it.
struct Subject {
    world: Platform11World,
    tool: Arc<ByHand11>,
    _served: Served,
}

impl Subject {
    async fn set_up(arguments: &SubjectArguments) -> Result<Self, UsageError> {
        let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
        if let Some(profile) = &arguments.profile {
            return Err(UsageError(format!(
                "no profile of a platform is called {profile}: there is none yet, give --config"
            )));
        }
        if arguments.tls {
            return Err(UsageError("--tls: an LTI 1.1 platform fetches nothing from the suite".to_owned()));
        }
        let path = arguments.config.as_deref().ok_or_else(|| {
            UsageError(
                "which platform? give --config FILE (`lti-conformance init platform11` writes one to start from)"
                    .to_owned(),
            )
        })?;
        let config = read(path, &arguments.settings)?;
        let listen = config.suite.listen.clone();
        let listener = tokio::net::TcpListener::bind(listen.as_str())
            .await
            .map_err(|error| UsageError(format!("the suite cannot listen on {listen} (suite.listen): {error}")))?;
        let network = Network::new(&[]).map_err(|error| wrong(&error))?;
        let world = Platform11World::new(config, SuiteClock::System, Arc::new(network));
        let tool = ByHand11::new(world.clone());
        let served = serve_router(listener, tool.router(), None).map_err(|error| wrong(&error))?;
        Ok(Self { world, tool, _served: served })
    }
}

fn read(path: &Path, settings: &[String]) -> Result<Platform11Config, UsageError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        UsageError(format!(
            "{name}: cannot be read: {error}; `lti-conformance init platform11` writes one to start from"
        ))
    })?;
    Ok(Platform11Config::parse(&text, &name, settings)?)
}
