//! Runs suites: against the references, against somebody's tool, against the doubles, and on recorded messages.

use std::{
    io::{self, Write as _},
    sync::Arc,
};

use super::{
    Exit, UsageError,
    arguments::{Format, RunArguments, SubjectArguments, SuiteArguments},
    expected, read_enough,
    selection::{select, select_among},
    variants,
};
use crate::{
    capture::{self, Source},
    case::Case,
    config::Config,
    keys::{Keys, SuiteKey},
    platform::ForgingPlatform,
    profiles,
    reference::{ClientReference, IssuerReference, Platform11Reference, PlatformReference, Reference, Tool11Reference},
    report::{
        self,
        model::{CaseResult, Note, REPORT_VERSION, Report, RunReport},
        redact::Redactor,
        text::{Progress, Style, print_run},
    },
    runner::{Finished, RunOptions, Stopped, Watcher, run_tool},
    serve::{Served, platform_router, serve_router},
    subject::{
        client::{ClientCase, ClientWorld, run_client},
        issuer::{IssuerCase, IssuerWorld, run_issuer},
        platform::{ByHand, PlatformCase, PlatformWorld, run_by_hand, run_platform},
        platform11::{ByHand11, Platform11Case, Platform11World, run_platform11, run_platform11_by_hand},
        tool11::{Tool11Case, Tool11World, run_tool11},
    },
    suite,
    tls::LocalAuthority,
    transport::Network,
    world::World,
};

/// Every suite there is, against the built-in references.
pub(super) async fn references(arguments: &RunArguments, tls: bool) -> Result<Exit, UsageError> {
    let ids: Vec<&'static str> = suite::all().iter().map(|(_, case)| case.id).collect();
    let tool = select_among(&ids, suite::tool::cases(), arguments)?;
    let platform = select_among(&ids, suite::platform::cases(), arguments)?;
    let tool11 = select_among(&ids, suite::tool11::cases(), arguments)?;
    let platform11 = select_among(&ids, suite::platform11::cases(), arguments)?;
    let issuer = select_among(&ids, suite::issuer::cases(), arguments)?;
    let client = select_among(&ids, suite::client::cases(), arguments)?;
    let chosen = [tool.len(), platform.len(), tool11.len(), platform11.len(), issuer.len(), client.len()];
    if chosen.iter().sum::<usize>() == 0 {
        return Err(UsageError("no case is left to run: --only, --skip and --rerun-failed leave none".to_owned()));
    }
    let authority =
        if tls { Some(LocalAuthority::make(&[]).map_err(|error| UsageError(error.to_string()))?) } else { None };
    let mut runs = Vec::new();
    if !tool.is_empty() {
        let reference = Reference::start(authority.as_ref()).await.map_err(|error| UsageError(error.to_string()))?;
        runs.extend(variants::run(&reference.world, &tool, arguments, "lti-conformance").await?);
    }
    if !platform.is_empty() {
        let reference =
            PlatformReference::start(authority.as_ref()).await.map_err(|error| UsageError(error.to_string()))?;
        runs.push(watched_platform(&reference.world, None, &platform, arguments, "lti-conformance").await);
    }
    if !tool11.is_empty() {
        let reference =
            Tool11Reference::start(authority.as_ref()).await.map_err(|error| UsageError(error.to_string()))?;
        runs.push(watched_tool11(&reference.world, &tool11, arguments, "lti-conformance").await);
    }
    if !platform11.is_empty() {
        let reference =
            Platform11Reference::start(authority.as_ref()).await.map_err(|error| UsageError(error.to_string()))?;
        runs.push(watched_platform11(&reference.world, None, &platform11, arguments, "lti-conformance").await);
    }
    if !issuer.is_empty() {
        let reference =
            IssuerReference::start(authority.as_ref()).await.map_err(|error| UsageError(error.to_string()))?;
        runs.push(watched_issuer(&reference.world, &issuer, arguments, "lti-conformance").await);
    }
    if !client.is_empty() {
        let reference =
            ClientReference::start(authority.as_ref()).await.map_err(|error| UsageError(error.to_string()))?;
        runs.push(watched_client(&reference.world, &client, arguments, "lti-conformance").await);
    }
    let exit = conclude(runs, arguments)?;
    if arguments.format == Format::Text {
        println!(
            "\nThis was the built-in reference. For your own tool: lti-conformance init tool > my-tool.toml, then\n\
             lti-conformance tool --config my-tool.toml"
        );
    }
    Ok(exit)
}

/// The suite `tool` against the tool of a configuration.
pub(super) async fn tool(suite: &SuiteArguments) -> Result<Exit, UsageError> {
    let cases = select(suite::tool::cases(), &suite.run)?;
    let subject = Subject::set_up(&suite.subject).await?;
    let command = match (&suite.subject.config, &suite.subject.profile) {
        (Some(config), _) => format!("lti-conformance tool --config {}", config.display()),
        (None, Some(profile)) => format!("lti-conformance tool --profile {profile}"),
        (None, None) => "lti-conformance tool".to_owned(),
    };
    let runs = variants::run(&subject.world, &cases, &suite.run, &command).await?;
    conclude(runs, &suite.run)
}

/// A subject with the suite's own side served for it.
pub(super) struct Subject {
    pub(super) world: World,
    _served: Served,
}

impl Subject {
    /// Reads the configuration and serves the suite's side of it.
    pub(super) async fn set_up(arguments: &SubjectArguments) -> Result<Self, UsageError> {
        let mut config = read_config(arguments)?;
        let authority = if arguments.tls { Some(local_authority(&mut config)?) } else { None };
        let key = SuiteKey::load_or_create(&config.suite.key_file).map_err(|error| UsageError(error.to_string()))?;
        let keys = Keys::with_platform(Arc::new(key)).map_err(|error| UsageError(error.to_string()))?;
        let platform = ForgingPlatform::new(&config.suite.public_url, &config.issuers(), keys);
        let listen = &config.suite.listen;
        let listener = tokio::net::TcpListener::bind(listen.as_str())
            .await
            .map_err(|error| UsageError(format!("the suite cannot listen on {listen} (suite.listen): {error}")))?;
        let tls = authority.as_ref().map(LocalAuthority::server);
        let served = serve_router(listener, platform_router(platform.clone()), tls)
            .map_err(|error| UsageError(error.to_string()))?;
        let trusted: Vec<String> = authority.map(|authority| authority.certificate).into_iter().collect();
        let network = Network::new(&trusted).map_err(|error| UsageError(error.to_string()))?;
        let world = World::new(config, platform, crate::clock::SuiteClock::System, Arc::new(network));
        Ok(Self { world, _served: served })
    }
}

fn read_config(arguments: &SubjectArguments) -> Result<Config, UsageError> {
    let (text, name) = match (&arguments.config, &arguments.profile) {
        (Some(path), None) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| {
                UsageError(format!(
                    "{name}: cannot be read: {error}; `lti-conformance init tool` writes one to start from"
                ))
            })?;
            (text, name)
        }
        (None, Some(profile)) => {
            let text = profiles::find(profile).ok_or_else(|| {
                UsageError(format!("no profile is called {profile}; there is {}", profiles::names().join(", ")))
            })?;
            (text.to_owned(), format!("profile {profile}"))
        }
        (Some(path), Some(profile)) => {
            let text = profiles::find(profile).ok_or_else(|| UsageError(format!("no profile is called {profile}")))?;
            let over = std::fs::read_to_string(path)
                .map_err(|error| UsageError(format!("{}: cannot be read: {error}", path.display())))?;
            (crate::config::merge(text, &over)?, format!("profile {profile} with {}", path.display()))
        }
        (None, None) => {
            return Err(UsageError(
                "which tool? give --config FILE (`lti-conformance init tool` writes one to start from) or --profile NAME"
                    .to_owned(),
            ));
        }
    };
    Ok(Config::parse(&text, &name, &arguments.settings)?)
}

/// Makes an authority, moves the suite to https, and says how a tool comes to trust it.
fn local_authority(config: &mut Config) -> Result<LocalAuthority, UsageError> {
    let hosts: Vec<String> = [&config.suite.public_url, &config.tool.login_url]
        .iter()
        .filter_map(|url| url.host_str().map(str::to_owned))
        .collect();
    let authority =
        LocalAuthority::keep(&hosts, &config.suite.key_file).map_err(|error| UsageError(error.to_string()))?;
    let files = authority.write(&config.suite.key_file).map_err(|error| UsageError(error.to_string()))?;
    config.serve_over_tls();
    let (ca, server, key) = (files.authority.display(), files.server.display(), files.key.display());
    eprintln!(
        "tls         the suite is {}\n\
         \x20           to make the tool trust it, start it with  SSL_CERT_FILE={ca}  (Python requests: REQUESTS_CA_BUNDLE, \
         Node: NODE_EXTRA_CA_CERTS)\n\
         \x20           a certificate for the tool itself: {server} with key {key}",
        config.suite.public_url
    );
    Ok(authority)
}

pub(super) async fn watched(
    world: &World,
    cases: &[Case],
    arguments: &RunArguments,
    command: &str,
) -> Result<Finished, Stopped> {
    let options =
        RunOptions { certification: arguments.certification, slow: arguments.slow, command: command.to_owned() };
    let bars = Bars::new(cases);
    run_tool(world, cases, &options, &bars).await
}

pub(super) async fn watched_platform(
    world: &PlatformWorld,
    by_hand: Option<&ByHand>,
    cases: &[PlatformCase],
    arguments: &RunArguments,
    command: &str,
) -> Result<Finished, Stopped> {
    let options =
        RunOptions { certification: arguments.certification, slow: arguments.slow, command: command.to_owned() };
    match by_hand {
        Some(tool) => run_by_hand(world, tool, cases, &options, &Bars::new(cases)).await,
        None => run_platform(world, cases, &options, &Bars::new(cases)).await,
    }
}

pub(super) async fn watched_platform11(
    world: &Platform11World,
    by_hand: Option<&ByHand11>,
    cases: &[Platform11Case],
    arguments: &RunArguments,
    command: &str,
) -> Result<Finished, Stopped> {
    let options =
        RunOptions { certification: arguments.certification, slow: arguments.slow, command: command.to_owned() };
    match by_hand {
        Some(tool) => run_platform11_by_hand(world, tool, cases, &options).await,
        None => run_platform11(world, cases, &options, &Bars::new(cases)).await,
    }
}

pub(super) async fn watched_issuer(
    world: &IssuerWorld,
    cases: &[IssuerCase],
    arguments: &RunArguments,
    command: &str,
) -> Result<Finished, Stopped> {
    let options =
        RunOptions { certification: arguments.certification, slow: arguments.slow, command: command.to_owned() };
    run_issuer(world, cases, &options, &Bars::new(cases)).await
}

pub(super) async fn watched_client(
    world: &ClientWorld,
    cases: &[ClientCase],
    arguments: &RunArguments,
    command: &str,
) -> Result<Finished, Stopped> {
    let options =
        RunOptions { certification: arguments.certification, slow: arguments.slow, command: command.to_owned() };
    run_client(world, cases, &options, &Bars::new(cases)).await
}

pub(super) async fn watched_tool11(
    world: &Tool11World,
    cases: &[Tool11Case],
    arguments: &RunArguments,
    command: &str,
) -> Result<Finished, Stopped> {
    let options =
        RunOptions { certification: arguments.certification, slow: arguments.slow, command: command.to_owned() };
    run_tool11(world, cases, &options, &Bars::new(cases)).await
}

/// Shows how far a run is, on standard error.
struct Bars {
    progress: Progress,
    cases: Vec<(&'static str, &'static str)>,
}

impl Bars {
    fn new<S>(cases: &[Case<S>]) -> Self {
        Self { progress: Progress::on_stderr(), cases: cases.iter().map(|case| (case.area, case.id)).collect() }
    }
}

impl Watcher for Bars {
    fn note(&self, note: &Note) {
        tracing::info!(stage = note.stage, text = note.text);
    }

    fn begin(&self, _total: usize) {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (area, _) in &self.cases {
            match counts.iter_mut().find(|(known, _)| known == area) {
                Some((_, count)) => *count += 1,
                None => counts.push((area, 1)),
            }
        }
        for (area, count) in counts {
            self.progress.area(area, count);
        }
    }

    fn case(&self, number: usize, result: &CaseResult) {
        self.progress.done(&result.area);
        if let Some((area, next)) = self.cases.get(number) {
            self.progress.running(area, next);
        }
    }
}

/// Prints and writes what a run found, and decides how the program ends.
pub(super) fn conclude(runs: Vec<Result<Finished, Stopped>>, arguments: &RunArguments) -> Result<Exit, UsageError> {
    let mut exit = Exit::Clean;
    let mut reports = Vec::new();
    for run in runs {
        let stopped = match run {
            Ok(finished) => {
                reports.push(finished.report);
                finished.ended_early
            }
            Err(stopped) => Some(stopped),
        };
        if let Some(stopped) = stopped {
            eprintln!("error: {stopped}");
            exit = exit.worse(stopped_exit(&stopped));
        }
    }
    if reports.is_empty() {
        return Ok(exit);
    }
    publish(&reports, arguments)?;
    Ok(exit.worse(verdict(&reports, arguments)?))
}

pub(super) const fn stopped_exit(stopped: &Stopped) -> Exit {
    match stopped {
        Stopped::Config(_) => Exit::Usage,
        Stopped::Unreachable(_) => Exit::Unreachable,
        Stopped::ControlRefused(_) => Exit::Failed,
    }
}

/// Compares the findings with the expected ones and says where they differ.
pub(super) fn verdict(runs: &[RunReport], arguments: &RunArguments) -> Result<Exit, UsageError> {
    let clean = expected::judge(runs, arguments)?;
    Ok(if clean { Exit::Clean } else { Exit::Failed })
}

pub(super) fn publish(runs: &[RunReport], arguments: &RunArguments) -> Result<(), UsageError> {
    let broken = |error: io::Error| UsageError(format!("the results cannot be written: {error}"));
    let report = Report {
        version: REPORT_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        started: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        runs: runs.to_vec(),
    };
    let mut out = io::stdout().lock();
    match arguments.format {
        Format::Text => {
            for run in runs {
                read_enough(print_run(&mut out, run, Style::of_stdout())).map_err(broken)?;
            }
        }
        Format::Json => read_enough(report::json::write(&Redactor::new().report(&report), &mut out)).map_err(broken)?,
    }
    read_enough(out.flush()).map_err(broken)?;
    if let Some(directory) = &arguments.report {
        let written = report::write_all(&report, directory).map_err(broken)?;
        eprintln!("report      {}", written.html.display());
    }
    Ok(())
}

/// Judges one recorded launch: the message as a tool has to take it, or the platform that sent it.
pub(super) fn capture(suite: &str, source: &Source, arguments: &RunArguments) -> Result<Exit, UsageError> {
    let recorded = source.read().map_err(|error| UsageError(error.to_string()))?;
    let judged = if suite == "platform" {
        capture::judge_platform(&recorded, &select(suite::platform::cases(), arguments)?, arguments.certification)
    } else {
        capture::judge(&recorded)
    };
    let mut run = judged.map_err(|error| UsageError(format!("{}: {error}", source.file.display())))?;
    run.command = source.command(&run.suite);
    let runs = [run];
    publish(&runs, arguments)?;
    verdict(&runs, arguments)
}
