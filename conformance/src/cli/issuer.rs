//! The suite `issuer` against the issuer of a configuration.

use std::sync::Arc;

use super::{
    Exit, UsageError,
    arguments::{SubjectArguments, SuiteArguments},
    run::{conclude, stopped_exit, watched_issuer},
    selection::select,
};
use crate::{
    clock::SuiteClock,
    keys::SuiteKey,
    subject::issuer::{CLIENT_KID, ClientKeys, IssuerConfig, IssuerWorld, rehearse_issuer},
    suite,
    transport::Network,
};

/// Judges an issuer.
pub(super) async fn issuer(suite: &SuiteArguments) -> Result<Exit, UsageError> {
    if suite.run.variant.is_some() {
        return Err(UsageError("--variant: it dresses the platform that the suite plays for a tool".to_owned()));
    }
    let cases = select(suite::issuer::cases(), &suite.run)?;
    let world = set_up(&suite.subject)?;
    let command = suite.subject.config.as_ref().map_or_else(
        || "lti-conformance issuer".to_owned(),
        |config| format!("lti-conformance issuer --config {}", config.display()),
    );
    let finished = watched_issuer(&world, &cases, &suite.run, &command).await;
    conclude(vec![finished], &suite.run)
}

/// Discovers, registers and does the sound flow once.
pub(super) async fn doctor(arguments: &SubjectArguments) -> Result<Exit, UsageError> {
    let world = set_up(arguments)?;
    println!("{:11} {{\"keys\":[{}]}}", "key set", world.keys.own.jwk(CLIENT_KID));
    let (lines, sound) = rehearse_issuer(&world).await;
    for (stage, line) in lines {
        println!("{stage:11} {line}");
    }
    Ok(match sound {
        Ok(()) => Exit::Clean,
        Err(stopped) => stopped_exit(&stopped),
    })
}

fn set_up(arguments: &SubjectArguments) -> Result<IssuerWorld, UsageError> {
    let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
    if let Some(profile) = &arguments.profile {
        return Err(UsageError(format!(
            "no profile of an issuer is called {profile}: there is none yet, give --config"
        )));
    }
    if arguments.tls {
        return Err(UsageError("--tls: an issuer fetches nothing from the suite".to_owned()));
    }
    let path = arguments.config.as_deref().ok_or_else(|| {
        UsageError(
            "which issuer? give --config FILE (`lti-conformance init issuer` writes one to start from)".to_owned(),
        )
    })?;
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        UsageError(format!("{name}: cannot be read: {error}; `lti-conformance init issuer` writes one to start from"))
    })?;
    let config = IssuerConfig::parse(&text, &name, &arguments.settings)?;
    let own = SuiteKey::load_or_create(&config.suite.key_file).map_err(|error| wrong(&error))?;
    let stranger = SuiteKey::rsa().map_err(|error| wrong(&error))?;
    let keys = ClientKeys { own: Arc::new(own), stranger: Arc::new(stranger) };
    let network = Network::new(&[]).map_err(|error| wrong(&error))?;
    Ok(IssuerWorld::new(config, SuiteClock::System, Arc::new(network), keys))
}
