//! The suite `client` against the client of a configuration.

use std::sync::Arc;

use super::{
    Exit, UsageError,
    arguments::{SubjectArguments, SuiteArguments},
    run::{conclude, stopped_exit, watched_client},
    selection::select,
};
use crate::{
    clock::SuiteClock,
    keys::{Keys, SuiteKey},
    serve::{Served, serve_router},
    subject::client::{ClientConfig, ClientWorld, issuer_router, rehearse_client},
    suite,
    transport::Network,
};

/// Judges a client.
pub(super) async fn client(suite: &SuiteArguments) -> Result<Exit, UsageError> {
    if suite.run.variant.is_some() {
        return Err(UsageError("--variant: it dresses the platform that the suite plays for a tool".to_owned()));
    }
    let cases = select(suite::client::cases(), &suite.run)?;
    let subject = Subject::set_up(&suite.subject).await?;
    let command = suite.subject.config.as_ref().map_or_else(
        || "lti-conformance client".to_owned(),
        |config| format!("lti-conformance client --config {}", config.display()),
    );
    let finished = watched_client(&subject.world, &cases, &suite.run, &command).await;
    conclude(vec![finished], &suite.run)
}

/// Signs in once, learns what refusal looks like, and says what is wrong.
pub(super) async fn doctor(arguments: &SubjectArguments) -> Result<Exit, UsageError> {
    let subject = Subject::set_up(arguments).await?;
    let (lines, sound) = rehearse_client(&subject.world).await;
    for (stage, line) in lines {
        println!("{stage:11} {line}");
    }
    Ok(match sound {
        Ok(()) => Exit::Clean,
        Err(stopped) => stopped_exit(&stopped),
    })
}

/// A client with the suite's issuer served for it.
struct Subject {
    world: ClientWorld,
    _served: Served,
}

impl Subject {
    async fn set_up(arguments: &SubjectArguments) -> Result<Self, UsageError> {
        let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
        if arguments.tls {
            return Err(UsageError(
                "--tls: put a proxy with TLS before the suite and name its address as issuer.public_url".to_owned(),
            ));
        }
        let config = read(arguments)?;
        let key = SuiteKey::load_or_create(&config.issuer.key_file).map_err(|error| wrong(&error))?;
        let keys = Keys::with_platform(Arc::new(key)).map_err(|error| wrong(&error))?;
        let listen = config.issuer.listen.clone();
        let listener = tokio::net::TcpListener::bind(listen.as_str())
            .await
            .map_err(|error| UsageError(format!("the suite cannot listen on {listen} (issuer.listen): {error}")))?;
        let clock = SuiteClock::System;
        let issuer = ClientWorld::played(&config, keys, &clock);
        let served = serve_router(listener, issuer_router(issuer.clone()), None).map_err(|error| wrong(&error))?;
        let network = Network::new(&[]).map_err(|error| wrong(&error))?;
        let world = ClientWorld::new(config, issuer, clock, Arc::new(network));
        Ok(Self { world, _served: served })
    }
}

fn read(arguments: &SubjectArguments) -> Result<ClientConfig, UsageError> {
    if let Some(profile) = &arguments.profile {
        return Err(UsageError(format!(
            "no profile of a client is called {profile}: there is none yet, give --config"
        )));
    }
    let path = arguments.config.as_deref().ok_or_else(|| {
        UsageError(
            "which client? give --config FILE (`lti-conformance init client` writes one to start from)".to_owned(),
        )
    })?;
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        UsageError(format!("{name}: cannot be read: {error}; `lti-conformance init client` writes one to start from"))
    })?;
    Ok(ClientConfig::parse(&text, &name, &arguments.settings)?)
}
