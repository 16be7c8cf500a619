//! The suite `issuer` against the issuer of a configuration, or against the built-in reference where none is given.

use std::{path::Path, sync::Arc};

use super::{
    Exit, UsageError,
    arguments::{SubjectArguments, SuiteArguments},
    run::{conclude, stopped_exit, watched_issuer},
    selection::select,
};
use crate::{
    clock::SuiteClock,
    keys::SuiteKey,
    reference::IssuerReference,
    subject::issuer::{CLIENT_KID, ClientKeys, IssuerConfig, IssuerWorld, rehearse_issuer},
    suite,
    tls::LocalAuthority,
    transport::Network,
};

/// Judges an issuer.
pub(super) async fn issuer(suite: &SuiteArguments) -> Result<Exit, UsageError> {
    if suite.run.variant.is_some() {
        return Err(UsageError("--variant: it dresses the platform that the suite plays for a tool".to_owned()));
    }
    let cases = select(suite::issuer::cases(), &suite.run)?;
    let subject = Subject::set_up(&suite.subject).await?;
    let command = suite.subject.config.as_ref().map_or_else(
        || "lti-conformance issuer".to_owned(),
        |config| format!("lti-conformance issuer --config {}", config.display()),
    );
    let finished = watched_issuer(&subject.world, &cases, &suite.run, &command).await;
    conclude(vec![finished], &suite.run)
}

/// Discovers, registers and does the sound flow once.
pub(super) async fn doctor(arguments: &SubjectArguments) -> Result<Exit, UsageError> {
    let Subject { world, _reference } = Subject::set_up(arguments).await?;
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

/// The issuer that is judged.
struct Subject {
    world: IssuerWorld,
    /// Serves the built-in reference, where that is the subject.
    _reference: Option<IssuerReference>,
}

impl Subject {
    async fn set_up(arguments: &SubjectArguments) -> Result<Self, UsageError> {
        if let Some(profile) = &arguments.profile {
            return Err(UsageError(format!(
                "no profile of an issuer is called {profile}: there is none yet, give --config"
            )));
        }
        if let Some(path) = &arguments.config {
            return Ok(Self { world: configured(path, arguments)?, _reference: None });
        }
        if !arguments.settings.is_empty() {
            return Err(UsageError(
                "--set: which issuer? give --config FILE (`lti-conformance init issuer` writes one to start from)"
                    .to_owned(),
            ));
        }
        let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
        let authority =
            if arguments.tls { Some(LocalAuthority::make(&[]).map_err(|error| wrong(&error))?) } else { None };
        let reference = IssuerReference::start(authority.as_ref()).await.map_err(|error| wrong(&error))?;
        eprintln!("reference   the built-in issuer; for your own: lti-conformance init issuer > my-issuer.toml");
        Ok(Self { world: reference.world.clone(), _reference: Some(reference) })
    }
}

fn configured(path: &Path, arguments: &SubjectArguments) -> Result<IssuerWorld, UsageError> {
    let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
    if arguments.tls {
        return Err(UsageError("--tls: an issuer fetches nothing from the suite".to_owned()));
    }
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
