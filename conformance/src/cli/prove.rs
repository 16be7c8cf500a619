//! Proves the cases: broken doubles against the suite, all of them or some.

use std::{
    io::{self, Write as _},
    sync::Arc,
};

use globset::GlobMatcher;

use super::{Exit, UsageError, arguments::Format, selection::patterns};
use crate::{
    case::Case,
    double::{
        client::ClientFlaw, issuer::IssuerFlaw, platform::PlatformFlaw, platform11::Platform11Flaw, tool::ToolFlaw,
        tool11::Tool11Flaw,
    },
    selftest, suite,
};

/// Runs flawed doubles against cases and compares with what they declare.
pub(super) async fn self_test(
    suite: Option<&str>,
    only: &[String],
    flaws: &[String],
    format: Format,
) -> Result<Exit, UsageError> {
    if let Some(name) = suite.filter(|name| !suite::NAMES.contains(name)) {
        return Err(UsageError(format!("no suite is called {name}; there is {}", suite::NAMES.join(", "))));
    }
    let asked = |name: &str| suite.is_none_or(|suite| suite == name);
    let ids: Vec<&'static str> =
        suite::all().iter().filter(|(suite, _)| asked(suite)).map(|(_, case)| case.id).collect();
    let only = patterns("--only", only, &ids)?;
    let names: Vec<&'static str> = ToolFlaw::all()
        .map(ToolFlaw::name)
        .chain(PlatformFlaw::all().map(PlatformFlaw::name))
        .chain(Tool11Flaw::all().map(Tool11Flaw::name))
        .chain(Platform11Flaw::all().map(Platform11Flaw::name))
        .chain(IssuerFlaw::all().map(IssuerFlaw::name))
        .chain(ClientFlaw::all().map(ClientFlaw::name))
        .collect();
    let flaws = patterns("--flaw", flaws, &names)?;
    let chosen = |name: &str| matches(&flaws, name);
    let unproven = |error: selftest::SelfTestError| UsageError(error.to_string());

    let mut rows = Vec::new();
    let tools = among(suite::tool::cases(), &only);
    if asked("tool") && !tools.is_empty() {
        rows.extend(selftest::tool_matrix(Arc::new(tools), &chosen).await.map_err(unproven)?);
    }
    let platforms = among(suite::platform::cases(), &only);
    if asked("platform") && !platforms.is_empty() {
        rows.extend(selftest::platform_matrix(Arc::new(platforms), &chosen).await.map_err(unproven)?);
    }
    let tools11 = among(suite::tool11::cases(), &only);
    if asked("tool11") && !tools11.is_empty() {
        rows.extend(selftest::tool11_matrix(Arc::new(tools11), &chosen).await.map_err(unproven)?);
    }
    let platforms11 = among(suite::platform11::cases(), &only);
    if asked("platform11") && !platforms11.is_empty() {
        rows.extend(selftest::platform11_matrix(Arc::new(platforms11), &chosen).await.map_err(unproven)?);
    }
    let issuers = among(suite::issuer::cases(), &only);
    if asked("issuer") && !issuers.is_empty() {
        rows.extend(selftest::issuer_matrix(Arc::new(issuers), &chosen).await.map_err(unproven)?);
    }
    let clients = among(suite::client::cases(), &only);
    if asked("client") && !clients.is_empty() {
        rows.extend(selftest::client_matrix(Arc::new(clients), &chosen).await.map_err(unproven)?);
    }
    let whole = only.is_empty() && flaws.is_empty();
    let dressed = if whole && asked("tool") { selftest::variant_matrix().await.map_err(unproven)? } else { Vec::new() };
    let wrong = rows.iter().filter(|row| !row.agrees()).count() + dressed.iter().filter(|row| !row.agrees()).count();
    let mut out = io::stdout().lock();
    let broken = |error: io::Error| UsageError(format!("the results cannot be written: {error}"));
    match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(&rows).map_err(|error| UsageError(error.to_string()))?;
            writeln!(out, "{text}").map_err(broken)?;
        }
        Format::Text => {
            for row in &rows {
                print_row(&mut out, row).map_err(broken)?;
            }
            for row in &dressed {
                print_variant(&mut out, row).map_err(broken)?;
            }
            writeln!(out, "{} flaws, {wrong} differ from what they declare", rows.len()).map_err(broken)?;
        }
    }
    Ok(if wrong == 0 { Exit::Clean } else { Exit::Failed })
}

fn matches(patterns: &[GlobMatcher], name: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| pattern.is_match(name))
}

fn among<S>(cases: Vec<Case<S>>, only: &[GlobMatcher]) -> Vec<Case<S>> {
    cases.into_iter().filter(|case| matches(only, case.id)).collect()
}

fn print_variant(out: &mut impl io::Write, row: &selftest::VariantRow) -> io::Result<()> {
    let word = if row.agrees() { "ok  " } else { "DIFF" };
    writeln!(out, "{word}  variant {}  {} flaws fail its sound launch", row.variant, row.seen.len())?;
    for flaw in row.declared.difference(&row.seen) {
        writeln!(out, "        {flaw}: declared, but it passes")?;
    }
    for flaw in row.seen.difference(&row.declared) {
        writeln!(out, "        {flaw}: not declared")?;
    }
    Ok(())
}

fn print_row(out: &mut impl io::Write, row: &selftest::Row) -> io::Result<()> {
    let word = if row.agrees() { "ok  " } else { "DIFF" };
    writeln!(out, "{word}  {}  {} cells", row.flaw, row.seen.len())?;
    if let Some(stopped) = &row.stopped {
        writeln!(out, "        {stopped}")?;
    }
    for (case, declared) in &row.declared {
        let seen = row.seen.get(case).map_or("unchanged", String::as_str);
        if seen != declared {
            writeln!(out, "        {case}: declared {declared}, seen {seen}")?;
        }
    }
    for (case, seen) in row.seen.iter().filter(|(case, _)| !row.declared.contains_key(*case)) {
        writeln!(out, "        {case}: not declared, seen {seen}")?;
    }
    Ok(())
}
