//! The suite `platform` against the platform of a configuration.

use std::{path::Path, sync::Arc};

use super::{
    Exit, UsageError,
    arguments::{SubjectArguments, SuiteArguments},
    run::{conclude, watched_platform},
    selection::select,
};
use crate::{
    clock::SuiteClock,
    keys::{KeyError, SuiteKey},
    serve::{Served, serve_router},
    subject::platform::{
        ByHand, PlatformConfig, PlatformWorld, rehearse,
        service::{OTHER_TOOL_SERVICES, ToolKeys},
    },
    suite,
    tls::LocalAuthority,
    transport::Network,
};

/// Judges a platform.
pub(super) async fn platform(suite: &SuiteArguments) -> Result<Exit, UsageError> {
    if suite.run.variant.is_some() {
        return Err(UsageError("--variant: it dresses the platform that the suite plays for a tool".to_owned()));
    }
    let cases = select(suite::platform::cases(), &suite.run)?;
    let subject = Subject::set_up(&suite.subject).await?;
    let command = suite.subject.config.as_ref().map_or_else(
        || "lti-conformance platform".to_owned(),
        |config| format!("lti-conformance platform --config {}", config.display()),
    );
    let by_hand = subject.world.config.launches.is_empty().then_some(&subject.tool);
    if by_hand.is_some() {
        let front = subject.world.config.tool_url("/");
        eprintln!("by hand     no [[launch]] is configured: open {front} and launch the tool from your platform");
    }
    let finished = watched_platform(&subject.world, by_hand.map(AsRef::as_ref), &cases, &suite.run, &command).await;
    conclude(vec![finished], &suite.run)
}

/// Reaches the platform and brings every configured launch about once.
pub(super) async fn doctor(arguments: &SubjectArguments) -> Result<Exit, UsageError> {
    let subject = Subject::set_up(arguments).await?;
    let (lines, sound) = rehearse(&subject.world).await;
    for (stage, line) in lines {
        println!("{stage:11} {line}");
    }
    Ok(match sound {
        Ok(()) => Exit::Clean,
        Err(stopped) => super::run::stopped_exit(&stopped),
    })
}

/// A platform with the suite's tool served for it.
struct Subject {
    world: PlatformWorld,
    tool: Arc<ByHand>,
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
        let path = arguments.config.as_deref().ok_or_else(|| {
            UsageError(
                "which platform? give --config FILE (`lti-conformance init platform` writes one to start from)"
                    .to_owned(),
            )
        })?;
        let mut config = read(path, &arguments.settings)?;
        let authority = if arguments.tls { Some(local_authority(&mut config)?) } else { None };
        let key = SuiteKey::load_or_create(&config.suite.key_file).map_err(|error| wrong(&error))?;
        let other = other_key(&config).map_err(|error| wrong(&error))?;
        let listen = config.suite.listen.clone();
        let listener = tokio::net::TcpListener::bind(listen.as_str())
            .await
            .map_err(|error| UsageError(format!("the suite cannot listen on {listen} (suite.listen): {error}")))?;
        let tls = authority.as_ref().map(LocalAuthority::server);
        let trusted: Vec<String> = authority.map(|authority| authority.certificate).into_iter().collect();
        let network = Network::new(&trusted).map_err(|error| wrong(&error))?;
        let keys = ToolKeys {
            own: Arc::new(key),
            other: Arc::new(other),
            stranger: Arc::new(SuiteKey::rsa().map_err(|error| wrong(&error))?),
        };
        let world = PlatformWorld::new(config, SuiteClock::System, Arc::new(network)).signing_with(keys);
        let tool = ByHand::new(world.clone());
        let served = serve_router(listener, tool.router(), tls).map_err(|error| wrong(&error))?;
        Ok(Self { world, tool, _served: served })
    }
}

/// The key of the other tool, where the suite plays that as well; it is kept beside the suite's own.
fn other_key(config: &PlatformConfig) -> Result<SuiteKey, KeyError> {
    if !config.platform.can(OTHER_TOOL_SERVICES) {
        return SuiteKey::rsa();
    }
    let mut file = config.suite.key_file.clone().into_os_string();
    file.push(".other");
    SuiteKey::load_or_create(Path::new(&file))
}

fn read(path: &Path, settings: &[String]) -> Result<PlatformConfig, UsageError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        UsageError(format!("{name}: cannot be read: {error}; `lti-conformance init platform` writes one to start from"))
    })?;
    Ok(PlatformConfig::parse(&text, &name, settings)?)
}

/// Makes an authority and moves the suite's tool to https.
fn local_authority(config: &mut PlatformConfig) -> Result<LocalAuthority, UsageError> {
    let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
    let hosts: Vec<String> = config.suite.public_url.host_str().map(str::to_owned).into_iter().collect();
    let authority = LocalAuthority::keep(&hosts, &config.suite.key_file).map_err(|error| wrong(&error))?;
    let files = authority.write(&config.suite.key_file).map_err(|error| wrong(&error))?;
    // Both schemes are special ones, between which a change cannot fail.
    let _ = config.suite.public_url.set_scheme("https");
    eprintln!("tls         the suite is {}; its authority is {}", config.suite.public_url, files.authority.display());
    Ok(authority)
}
