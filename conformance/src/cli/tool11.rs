//! The suite `tool11` against the LTI 1.1 tool of a configuration.

use std::sync::Arc;

use super::{
    Exit, UsageError,
    arguments::{RunArguments, SubjectArguments, SuiteArguments},
    run::{conclude, publish, verdict, watched_tool11},
    selection::select,
};
use crate::{
    capture::{Source, posted, tool11::judge_tool11},
    clock::SuiteClock,
    config::{Secret, merge},
    jupyterhub, profiles,
    registration_doctor::Weight,
    serve::{Served, serve_router},
    subject::tool11::{Desk, Tool11Config, Tool11World, rehearse_tool11},
    suite,
    transport::Network,
};

/// The profile of a hub behind Moodle.
const JUPYTERHUB: &str = "jupyterhub-lti11";

/// Judges an LTI 1.1 tool.
pub(super) async fn tool11(suite: &SuiteArguments) -> Result<Exit, UsageError> {
    if suite.run.variant.is_some() {
        return Err(UsageError("--variant: it dresses the launches of LTI 1.3".to_owned()));
    }
    let cases = select(suite::tool11::cases(), &suite.run)?;
    let subject = Subject::set_up(&suite.subject).await?;
    let command = match (&suite.subject.config, &suite.subject.profile) {
        (Some(config), _) => format!("lti-conformance tool11 --config {}", config.display()),
        (None, Some(profile)) => format!("lti-conformance tool11 --profile {profile}"),
        (None, None) => "lti-conformance tool11".to_owned(),
    };
    let finished = watched_tool11(&subject.world, &cases, &suite.run, &command).await;
    conclude(vec![finished], &suite.run)
}

/// Launches the tool once, learns what refusal looks like, and says what is wrong. Of a `JupyterHub` behind Moodle every
/// setting is checked, and what fails between the two is looked for.
pub(super) async fn doctor(arguments: &SubjectArguments) -> Result<Exit, UsageError> {
    let config = read(arguments)?;
    if arguments.profile.as_deref() == Some(JUPYTERHUB) || config.moodle.is_some() || config.hub.is_some() {
        let network = Network::new(&[]).map_err(|error| UsageError(error.to_string()))?;
        let lines = jupyterhub::examine(&config, Arc::new(network), &SuiteClock::System).await;
        for line in &lines {
            println!("{line}");
        }
        return Ok(match lines.iter().map(|line| line.weight).max() {
            Some(Weight::Unreachable) => Exit::Unreachable,
            Some(Weight::Problem) => Exit::Failed,
            _ => Exit::Clean,
        });
    }
    let subject = Subject::set_up(arguments).await?;
    let (lines, sound) = rehearse_tool11(&subject.world).await;
    for (stage, line) in lines {
        println!("{stage:11} {line}");
    }
    Ok(match sound {
        Ok(()) => Exit::Clean,
        Err(stopped) => super::run::stopped_exit(&stopped),
    })
}

/// Judges a recorded launch. The secret stands in the recording, or comes by `--set consumer.secret=...`.
pub(super) fn capture(
    source: &Source,
    subject: &SubjectArguments,
    arguments: &RunArguments,
) -> Result<Exit, UsageError> {
    const SECRET: &str = "consumer.secret=";
    if let Some(other) = subject.settings.iter().find(|setting| !setting.starts_with(SECRET)) {
        let name = other.split('=').next().unwrap_or_default();
        return Err(UsageError(format!("--set {name}: with --capture only consumer.secret can be set")));
    }
    let secret = subject.settings.iter().find_map(|setting| setting.strip_prefix(SECRET)).map(Secret::new);
    let wrong = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", source.file.display()));
    let text = std::fs::read_to_string(&source.file).map_err(|error| wrong(&error))?;
    let found = posted(&text).map_err(|error| wrong(&error))?;
    let number = source.launch.unwrap_or(found.len());
    let launch = number.checked_sub(1).and_then(|index| found.get(index));
    let launch = launch.ok_or_else(|| wrong(&format!("there is no launch {number}: there are {}", found.len())))?;
    let mut run = judge_tool11(launch, secret.as_ref()).map_err(|error| wrong(&error))?;
    run.command = source.command(&run.suite);
    let runs = [run];
    publish(&runs, arguments)?;
    verdict(&runs, arguments)
}

/// A tool with the suite's side served for it.
struct Subject {
    world: Tool11World,
    _served: Served,
}

impl Subject {
    async fn set_up(arguments: &SubjectArguments) -> Result<Self, UsageError> {
        if arguments.tls {
            return Err(UsageError("--tls: an LTI 1.1 tool fetches nothing from the suite but outcomes".to_owned()));
        }
        let config = read(arguments)?;
        let listen = config.suite.listen.clone();
        let listener = tokio::net::TcpListener::bind(listen.as_str())
            .await
            .map_err(|error| UsageError(format!("the suite cannot listen on {listen} (suite.listen): {error}")))?;
        let network = Network::new(&[]).map_err(|error| UsageError(error.to_string()))?;
        let desk = Desk::new(config.suite.public_url.clone());
        let served = serve_router(listener, desk.router(), None).map_err(|error| UsageError(error.to_string()))?;
        let world = Tool11World::new(config, desk, SuiteClock::System, Arc::new(network));
        Ok(Self { world, _served: served })
    }
}

fn read(arguments: &SubjectArguments) -> Result<Tool11Config, UsageError> {
    let profile = |name: &str| {
        profiles::find(name).ok_or_else(|| {
            UsageError(format!("no profile is called {name}; there is {}", profiles::names().join(", ")))
        })
    };
    let file = |path: &std::path::Path| {
        std::fs::read_to_string(path).map_err(|error| {
            UsageError(format!(
                "{}: cannot be read: {error}; `lti-conformance init tool11` writes one to start from",
                path.display()
            ))
        })
    };
    let (text, name) = match (&arguments.config, &arguments.profile) {
        (Some(path), None) => (file(path)?, path.display().to_string()),
        (None, Some(name)) => (profile(name)?.to_owned(), format!("profile {name}")),
        (Some(path), Some(name)) => {
            (merge(profile(name)?, &file(path)?)?, format!("profile {name} with {}", path.display()))
        }
        (None, None) => {
            return Err(UsageError(
                "which tool? give --config FILE (`lti-conformance init tool11` writes one to start from)".to_owned(),
            ));
        }
    };
    Ok(Tool11Config::parse(&text, &name, &arguments.settings)?)
}
