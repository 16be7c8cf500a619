//! `serve issuer`: the mock issuer, for people and for tests in other languages.

use std::{path::Path, sync::Arc};

use oauth2_issuer::{once::SqliteOnceStore, server::provider::SqliteProviderStore};
use url::Url;

use super::{
    Exit, UsageError,
    arguments::ServeIssuerArguments,
    serve::{listen_at, run, wrong},
    show,
};
use crate::{
    keys::{SuiteKey, write_private},
    mock_issuer::{Fault, MockIssuer, Nature, Person, router},
};

/// The secret of `mock-client`. It protects nothing: the mock is for one machine and for anybody on it.
const SECRET: &str = "mock-secret";

/// Serves one issuer or several until it is ended.
pub(super) async fn serve(arguments: &ServeIssuerArguments) -> Result<Exit, UsageError> {
    if arguments.faults {
        print_faults();
        return Ok(Exit::Clean);
    }
    if let Some(user) = &arguments.user
        && Person::named(user).is_none()
    {
        let names = Person::ALL.map(|person| person.id).join(", ");
        return Err(UsageError(format!("nobody is called {user:?}: expected one of {names}")));
    }
    let (listener, public_url) = listen_at(arguments.port, arguments.public_url.as_ref()).await?;
    let base = public_url.as_str().trim_end_matches('/');
    let names = names(&arguments.issuers)?;
    let mut issuers = Vec::new();
    for name in names {
        let address = if name.is_empty() { base.to_owned() } else { format!("{base}/{name}") };
        issuers.push(issuer(&Url::parse(&address).map_err(wrong)?, name, arguments).await?);
    }
    if !arguments.memory {
        eprintln!("clients and tokens are kept in {} (--memory keeps nothing)", arguments.file.display());
    }
    for issuer in &issuers {
        eprintln!(
            "issuer {}: client mock-client, secret {SECRET}; faults at {}/mock/faults",
            issuer.url(),
            issuer.url()
        );
    }
    run(listener, router(issuers), &public_url).await
}

fn print_faults() {
    let described = |fault: &Fault| {
        let lawful = if fault.nature() == Nature::Odd { " (lawful)" } else { "" };
        let requirement = fault.requirement().map(|id| format!(" ({id})")).unwrap_or_default();
        let clause = fault.clause().map(|clause| format!("    {clause}{requirement}\n")).unwrap_or_default();
        format!("{}{lawful}\n    {}\n{clause}", fault.id(), fault.what())
    };
    show(&Fault::ALL.iter().map(described).collect::<String>());
}

/// The names of the issuers; one without a name is at the root.
fn names(given: &[String]) -> Result<Vec<&str>, UsageError> {
    if given.is_empty() {
        return Ok(vec![""]);
    }
    let mut names: Vec<&str> = given.iter().map(String::as_str).collect();
    let simple =
        |name: &&str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if let Some(wrong) = names.iter().find(|name| !simple(name)) {
        return Err(UsageError(format!("an issuer is named by letters, digits and hyphens, not {wrong:?}")));
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

async fn issuer(address: &Url, name: &str, arguments: &ServeIssuerArguments) -> Result<MockIssuer, UsageError> {
    let mut builder = MockIssuer::start().client_secret(SECRET);
    if arguments.user.is_none() {
        builder = builder.asking_for_consent();
    }
    if let Some(user) = &arguments.user {
        builder = builder.signed_in_as(user);
    }
    if !arguments.redirect_uri.is_empty() {
        builder = builder.redirect_uris(arguments.redirect_uri.iter().map(Url::as_str));
    }
    for plan in &arguments.fault {
        builder = builder.with(*plan);
    }
    if !arguments.memory {
        let file = &arguments.file;
        let named = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", file.display()));
        if !file.exists() {
            // Made before the database makes it, readable for its owner alone.
            write_private(file, "").map_err(|error| named(&error))?;
        }
        let store = SqliteProviderStore::open(file).await.map_err(|error| named(&error))?;
        let once = SqliteOnceStore::open(file).await.map_err(|error| named(&error))?;
        builder = builder.kept_in(Arc::new(store), Arc::new(once)).keys([Arc::new(key(file, name)?)]);
    }
    let issuer = builder.at(address.clone()).await.map_err(wrong)?;
    issuer.clock().set_offset(arguments.clock_offset);
    Ok(issuer)
}

/// The signing key of an issuer, kept beside the file: a client that knows it goes on after a restart.
fn key(file: &Path, name: &str) -> Result<SuiteKey, UsageError> {
    let end = if name.is_empty() { "key.pem".to_owned() } else { format!("{name}.key.pem") };
    SuiteKey::load_or_create(&file.with_extension(end)).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_named_by_simple_words() {
        let given = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&[]).ok(), Some(vec![""]));
        assert_eq!(names(&given(&["b", "a", "b"])).ok(), Some(vec!["a", "b"]));
        for wrong in ["", "a/b", "..", "ä"] {
            assert!(names(&given(&["a", wrong])).is_err(), "{wrong}");
        }
    }
}
