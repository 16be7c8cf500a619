//! What is unlike between two tables, or between a table and a discovery document.

use lti_core::registration::{PlatformRegistration, RegistrationDocument, ToolRegistration, Unlike, unlike};
use oauth2_issuer::metadata::ProviderMetadata;
use url::Url;

use super::{Line, Weight};

/// Lines about differences.
#[derive(Default)]
pub(super) struct Differences {
    lines: Vec<Line>,
}

impl Differences {
    pub(super) fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// Compares the entries of two tables that speak of the same registration.
    pub(super) fn between(&mut self, ours: &RegistrationDocument, theirs: &RegistrationDocument) {
        for platform in &ours.platforms {
            match theirs.platforms.iter().find(|other| same(platform.client_id.as_str(), other.client_id.as_str())) {
                Some(other) => self.platforms(platform, other),
                None if theirs.tools.is_empty() && theirs.platforms.is_empty() => {}
                None if theirs.tools.is_empty() => self.problem(format!(
                    "platform: client_id {:?} is not on the other side, which has {}",
                    platform.client_id.as_str(),
                    listed(theirs.platforms.iter().map(|other| other.client_id.as_str())),
                )),
                None => {}
            }
            if let Some(tool) = theirs.tools.iter().find(|tool| tool.client_id == platform.client_id) {
                self.deployments(platform, tool);
            } else if !theirs.tools.is_empty() {
                let known = listed(theirs.tools.iter().map(|tool| tool.client_id.as_str()));
                let near =
                    theirs.tools.iter().find_map(|tool| slip(platform.client_id.as_str(), tool.client_id.as_str()));
                let near = near.map(|near| format!(" (differs by {near})")).unwrap_or_default();
                self.problem(format!(
                    "client_id {:?} of the platform is none of the tools': {known}{near}",
                    platform.client_id.as_str()
                ));
            }
        }
        for tool in &ours.tools {
            if let Some(other) =
                theirs.tools.iter().find(|other| same(tool.client_id.as_str(), other.client_id.as_str()))
            {
                self.tools(tool, other);
            }
        }
    }

    fn platforms(&mut self, ours: &PlatformRegistration, theirs: &PlatformRegistration) {
        self.value("platform: client_id", ours.client_id.as_str(), theirs.client_id.as_str());
        self.value("platform: issuer", ours.issuer.as_str(), theirs.issuer.as_str());
        self.address("platform: authorization_url", Some(&ours.authorization_url), Some(&theirs.authorization_url));
        self.address("platform: jwks_url", Some(&ours.jwks_url), Some(&theirs.jwks_url));
        self.address("platform: token_url", ours.token_url.as_ref(), theirs.token_url.as_ref());
    }

    fn tools(&mut self, ours: &ToolRegistration, theirs: &ToolRegistration) {
        self.value("tool: client_id", ours.client_id.as_str(), theirs.client_id.as_str());
        self.address("tool: initiation_url", Some(&ours.initiation_url), Some(&theirs.initiation_url));
        self.address("tool: jwks_url", ours.jwks_url.as_ref(), theirs.jwks_url.as_ref());
        self.value("tool: target_link_uri", &ours.target_link_uri, &theirs.target_link_uri);
        for uri in &ours.redirect_uris {
            if theirs.redirect_uris.contains(uri) {
                continue;
            }
            match theirs.redirect_uris.iter().find(|other| slip(uri, other).is_some()) {
                Some(other) => self.value("tool: redirect_uri", uri, other),
                None => self.problem(format!("tool: redirect_uri {uri} is not registered on the other side")),
            }
        }
    }

    /// A deployment that only one side lists: the tool refuses it, or the platform never launches it.
    fn deployments(&mut self, platform: &PlatformRegistration, tool: &ToolRegistration) {
        if platform.deployment_ids.is_empty() {
            return;
        }
        for id in tool.deployment_ids.iter().filter(|id| !platform.deployment_ids.contains(id)) {
            self.note(format!(
                "deployment {:?} is on the platform's side alone: the tool refuses its launches",
                id.as_str()
            ));
        }
        for id in platform.deployment_ids.iter().filter(|id| !tool.deployment_ids.contains(id)) {
            self.note(format!("deployment {:?} is on the tool's side alone: no launch comes from it", id.as_str()));
        }
    }

    /// Compares a table with what the platform says of itself.
    pub(super) fn with_discovery(&mut self, ours: &PlatformRegistration, found: &ProviderMetadata) {
        if let Some(difference) = unlike(ours.issuer.as_str(), &found.issuer) {
            self.problem(format!(
                "platform: issuer {} differs by {difference} from the one in the discovery document, {}",
                ours.issuer, found.issuer
            ));
        }
        let endpoints = [
            ("authorization_url", Some(&ours.authorization_url), Some(&found.authorization_endpoint)),
            ("jwks_url", Some(&ours.jwks_url), Some(&found.jwks_uri)),
            ("token_url", ours.token_url.as_ref(), found.token_endpoint.as_ref()),
        ];
        for (field, ours, found) in endpoints {
            let (Some(ours), Some(found)) = (ours, found) else { continue };
            if let Some(difference) = unlike(ours.as_str(), found.as_str()) {
                let text = format!(
                    "platform: {field} {ours} differs by {difference} from the one in the discovery document, {found}"
                );
                self.problem(text);
            }
        }
    }

    fn address(&mut self, field: &str, ours: Option<&Url>, theirs: Option<&Url>) {
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => self.value(field, ours.as_str(), theirs.as_str()),
            (Some(_), None) => self.note(format!("{field} is on this side alone")),
            (None, Some(_)) => self.note(format!("{field} is on the other side alone")),
            (None, None) => {}
        }
    }

    fn value(&mut self, field: &str, ours: &str, theirs: &str) {
        if let Some(difference) = unlike(ours, theirs) {
            self.problem(format!("{field} {ours} differs from the registered one by {difference}: {theirs}"));
        }
    }

    fn problem(&mut self, text: String) {
        self.lines.push(Line::new(Weight::Problem, text));
    }

    fn note(&mut self, text: String) {
        self.lines.push(Line::new(Weight::Note, text));
    }
}

/// Whether two names are the same, or were meant to be.
fn same(one: &str, other: &str) -> bool {
    unlike(one, other).is_none_or(Unlike::is_slip)
}

/// The slip between two values that were meant to be the same.
fn slip(one: &str, other: &str) -> Option<Unlike> {
    unlike(one, other).filter(|difference| difference.is_slip())
}

fn listed<'v>(values: impl Iterator<Item = &'v str>) -> String {
    values.map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ")
}
