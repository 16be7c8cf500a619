//! `doctor registration`: reads a registration table and prints what is wrong with it.

use std::path::Path;

use lti_core::registration::{ProblemKind, Reading, RegistrationDocument};
use oauth2_issuer::relying::{FetchPolicy, GuardedFetcher};

use super::{Exit, UsageError, arguments::TableArguments};
use crate::{
    registration_doctor::{Weight, examine},
    transport::Network,
};

/// Reads the table, asks its addresses, compares it, and says what is wrong.
pub(super) async fn doctor(arguments: &TableArguments) -> Result<Exit, UsageError> {
    let Some(file) = &arguments.file else {
        return Err(UsageError(
            "doctor registration needs --file FILE: a table with [[platform]] or [[tool]], and --against FILE for the \
             other side's"
                .to_owned(),
        ));
    };
    let table = read(file)?;
    let against = arguments.against.as_deref().map(read).transpose()?;
    let wrong = |error: &dyn std::fmt::Display| UsageError(error.to_string());
    // A table under test is often for this machine; what a product may fetch is the product's own affair.
    let fetcher = GuardedFetcher::new(FetchPolicy::default().allow_loopback()).map_err(|error| wrong(&error))?;
    let network = Network::new(&[]).map_err(|error| wrong(&error))?;
    let lines = examine(&table, against.as_ref(), &fetcher, &network).await;
    for line in &lines {
        println!("{line}");
    }
    let unread = table.problems.iter().any(|problem| problem.kind == ProblemKind::Document);
    Ok(match lines.iter().map(|line| line.weight).max() {
        _ if unread => Exit::Usage,
        Some(Weight::Unreachable) => Exit::Unreachable,
        Some(Weight::Problem) => Exit::Failed,
        _ => Exit::Clean,
    })
}

fn read(path: &Path) -> Result<Reading, UsageError> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| UsageError(format!("{name}: cannot be read: {error}")))?;
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    Ok(if json { RegistrationDocument::read_json(text.as_bytes()) } else { RegistrationDocument::read_toml(&text) })
}
