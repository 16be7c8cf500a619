//! The command line: what a person types, and the exit code that a script reads.

mod arguments;
mod client;
mod coverage;
mod csv;
mod doctor;
mod expected;
mod init;
mod issuer;
mod list;
mod migrate;
mod platform;
mod platform11;
mod prove;
mod registration;
mod run;
mod selection;
mod serve;
mod serve_issuer;
mod tool11;
mod users;
mod variants;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

pub use self::arguments::Arguments;
use self::arguments::{Command, SuiteArguments};

/// How an invocation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to complain about.
    Clean,
    /// A failure, a refused control, or an expected failure that passed.
    Failed,
    /// Wrong use or configuration.
    Usage,
    /// The subject could not be reached, or was lost.
    Unreachable,
}

impl Exit {
    /// Of two runs, the end that counts: a subject that was lost or never reached, wrong use, a failure, none.
    #[must_use]
    pub const fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unreachable, _) | (_, Self::Unreachable) => Self::Unreachable,
            (Self::Usage, _) | (_, Self::Usage) => Self::Usage,
            (Self::Failed, _) | (_, Self::Failed) => Self::Failed,
            (Self::Clean, Self::Clean) => Self::Clean,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Unreachable => 3,
        })
    }
}

/// Wrong use or configuration: one line that says what is wrong and where to mend it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

impl From<crate::config::ConfigError> for UsageError {
    fn from(error: crate::config::ConfigError) -> Self {
        Self(error.0)
    }
}

/// Writes to standard output. A reader that has seen enough, as `head` has, is no mistake.
fn show(text: &str) {
    if let Err(error) = read_enough(io::stdout().lock().write_all(text.as_bytes())) {
        eprintln!("error: the output cannot be written: {error}");
    }
}

/// Whether all was written, or as much of it as the reader wanted.
fn read_enough(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Runs the command line of this process.
pub async fn main() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap prints help and version to stdout, mistakes to stderr.
            drop(error.print());
            return if error.use_stderr() { Exit::Usage } else { Exit::Clean };
        }
    };
    match execute(arguments).await {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error}");
            Exit::Usage
        }
    }
}

async fn execute(arguments: Arguments) -> Result<Exit, UsageError> {
    match arguments.command {
        None => {
            expected::check(&arguments.run)?;
            run::references(&arguments.run, arguments.tls).await
        }
        Some(Command::Tool(suite)) => judge("tool", suite).await,
        Some(Command::Platform(suite)) => judge("platform", suite).await,
        Some(Command::Tool11(suite)) => judge("tool11", suite).await,
        Some(Command::Platform11(suite)) => judge("platform11", suite).await,
        Some(Command::Issuer(suite)) => judge("issuer", suite).await,
        Some(Command::Client(suite)) => judge("client", suite).await,
        Some(Command::Serve { side }) => serve::serve(side).await,
        Some(Command::List { variants: true, format, .. }) => variants::list(format),
        Some(Command::List { suite, coverage: true, format, .. }) => coverage::coverage(suite.as_deref(), format),
        Some(Command::List { suite, format, .. }) => list::list(suite.as_deref(), format),
        Some(Command::Explain { id }) => list::explain(&id),
        Some(Command::Init { suite }) => init::init(&suite),
        Some(Command::Doctor { suite, table, .. }) if suite == "registration" => registration::doctor(&table).await,
        Some(Command::Doctor { suite, subject, .. }) => doctor::doctor(&suite, &subject).await,
        Some(Command::Users(arguments)) => users::users(&arguments),
        Some(Command::Migrate(arguments)) => migrate::migrate(&arguments),
        Some(Command::SelfTest { suite, only, flaw, format }) => {
            prove::self_test(suite.as_deref(), &only, &flaw, format).await
        }
        Some(Command::Catalog) => Ok(list::catalog()),
    }
}

/// Judges a subject, or one recorded launch.
async fn judge(name: &str, suite: SuiteArguments) -> Result<Exit, UsageError> {
    expected::check(&suite.run)?;
    match (suite.capture.source(), name) {
        (Some(source), "platform11") => platform11::capture(&source, &suite.subject, &suite.run),
        (Some(source), "tool11") => tool11::capture(&source, &suite.subject, &suite.run),
        (Some(_), "issuer") => {
            Err(UsageError("--capture: an issuer is judged by asking it, not by a recording".to_owned()))
        }
        (Some(_), "client") => {
            Err(UsageError("--capture: a client is judged by signing in to it, not by a recording".to_owned()))
        }
        (Some(source), _) => run::capture(name, &source, &suite.run),
        (None, "platform") => platform::platform(&suite).await,
        (None, "platform11") => platform11::platform11(&suite).await,
        (None, "issuer") => issuer::issuer(&suite).await,
        (None, "client") => client::client(&suite).await,
        (None, "tool11") => tool11::tool11(&suite).await,
        (None, _) => run::tool(&suite).await,
    }
}
