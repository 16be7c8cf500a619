//! The suites: each is a list of cases for one kind of subject.

mod claim_names;
pub mod client;
pub mod issuer;
mod named;
pub mod platform;
pub mod platform11;
pub mod tool;
pub mod tool11;

use lti_core::requirement::{Level, Requirement};

use crate::{
    case::{Case, Outcome, Script},
    double::{
        client::ClientFlaw, issuer::IssuerFlaw, platform::PlatformFlaw, platform11::Platform11Flaw, tool::ToolFlaw,
        tool11::Tool11Flaw,
    },
};

/// The names of the suites.
pub const NAMES: [&str; 6] = ["tool", "platform", "tool11", "platform11", "issuer", "client"];

/// Every case of every suite, in the order in which they run, without what it does.
pub fn all() -> Vec<(&'static str, Case<()>)> {
    let tool = tool::cases().into_iter().map(|case| ("tool", case.row()));
    let platform = platform::cases().into_iter().map(|case| ("platform", case.row()));
    let tool11 = tool11::cases().into_iter().map(|case| ("tool11", case.row()));
    let platform11 = platform11::cases().into_iter().map(|case| ("platform11", case.row()));
    let issuer = issuer::cases().into_iter().map(|case| ("issuer", case.row()));
    let client = client::cases().into_iter().map(|case| ("client", case.row()));
    tool.chain(platform).chain(tool11).chain(platform11).chain(issuer).chain(client).collect()
}

/// What each answer of the subject is worth in a case; nothing where the case weighs by itself what it sees.
pub fn answers(id: &str) -> Vec<(&'static str, Outcome)> {
    let tool = tool::cases().into_iter().find(|case| case.id == id).map(|case| case.script);
    if let Some(attempt) = tool {
        return match attempt.script {
            Script::Launch { .. } => vec![("accepted", attempt.accepted), ("refused", attempt.refused)],
            Script::Service(script) => vec![("broken", script.broken())],
            Script::Sequence(_) => Vec::new(),
        };
    }
    if let Some(case) = tool11::cases().into_iter().find(|case| case.id == id) {
        return case.script.answers();
    }
    if let Some(case) = client::cases().into_iter().find(|case| case.id == id) {
        return case.script.answers();
    }
    if let Some(case) = platform11::cases().into_iter().find(|case| case.id == id) {
        return case.script.answers();
    }
    if let Some(case) = issuer::cases().into_iter().find(|case| case.id == id) {
        return case.script.answers();
    }
    platform::cases().into_iter().find(|case| case.id == id).map_or_else(Vec::new, |case| case.script.answers())
}

/// The flaws under which a case changes.
pub fn flaws(id: &str) -> Vec<&'static str> {
    let tool = ToolFlaw::all().filter(|flaw| changes(flaw.changes(), id)).map(ToolFlaw::name);
    let platform = PlatformFlaw::all().filter(|flaw| changes(flaw.changes(), id)).map(PlatformFlaw::name);
    let tool11 = Tool11Flaw::all().filter(|flaw| changes(flaw.changes(), id)).map(Tool11Flaw::name);
    let platform11 = Platform11Flaw::all().filter(|flaw| changes(flaw.changes(), id)).map(Platform11Flaw::name);
    let issuer = IssuerFlaw::all().filter(|flaw| changes(flaw.changes(), id)).map(IssuerFlaw::name);
    let client = ClientFlaw::all().filter(|flaw| changes(flaw.changes(), id)).map(ClientFlaw::name);
    tool.chain(platform).chain(tool11).chain(platform11).chain(issuer).chain(client).collect()
}

fn changes(mut changed: impl Iterator<Item = (&'static str, &'static str)>, id: &str) -> bool {
    changed.any(|(case, _)| case == id)
}

/// How hard a rule binds the subject of a suite. What binds a platform binds an issuer, which is one side of it; what binds
/// a tool binds a client.
pub fn binding(suite: &str, rule: &Requirement) -> Level {
    if suite.starts_with("platform") || suite == "issuer" { rule.platform } else { rule.tool }
}

/// How hard rules bind the subject of a suite: the strongest of them.
pub fn level(suite: &str, rules: &[&Requirement]) -> &'static str {
    rules.iter().map(|rule| binding(suite, rule)).max().map_or("none", Level::as_str)
}
