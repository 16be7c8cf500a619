//! The form that registers a tool.

use std::collections::HashMap;

use lti_core::id::ClientId;
use lti_core::service::Scope;

use crate::hint::fresh_id;
use crate::registration::{RegistrationError, ToolRegistration};

/// The deployment that a tool gets when the form names none.
const DEPLOYMENT: &str = "1";

/// The form as it was filled in, with what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ToolForm {
    pub(super) problem: Option<String>,
    pub(super) client_id: String,
    pub(super) initiation_url: String,
    pub(super) redirect_uris: String,
    pub(super) target_link_uri: String,
    pub(super) jwks_url: String,
    pub(super) deployment_ids: String,
}

impl ToolForm {
    /// Takes what was sent; spaces around a value come from pasting, not from the tool.
    pub(super) fn from_fields(fields: &HashMap<String, String>) -> Self {
        let field = |name: &str| fields.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        Self {
            problem: None,
            client_id: field("client_id"),
            initiation_url: field("initiation_url"),
            redirect_uris: field("redirect_uris"),
            target_link_uri: field("target_link_uri"),
            jwks_url: field("jwks_url"),
            deployment_ids: field("deployment_ids"),
        }
    }

    /// The registration that the form describes. A `client_id` is made up, and the target link URI is the first
    /// redirect URI, where the form leaves them empty.
    pub(super) fn registration(&self) -> Result<ToolRegistration, RegistrationError> {
        let client_id = match self.client_id.as_str() {
            // Without randomness the id stays empty, and the registration says so.
            "" => fresh_id().map(|id| format!("tool-{id}")).unwrap_or_default(),
            given => given.to_owned(),
        };
        let redirect_uris: Vec<&str> = self.redirect_uris.split_whitespace().collect();
        let target = match self.target_link_uri.as_str() {
            "" => redirect_uris.first().copied().unwrap_or_default(),
            given => given,
        };
        let target = target.to_owned();
        let mut tool = ToolRegistration::new(ClientId::new(client_id), &self.initiation_url, redirect_uris, &target)?;
        if !self.jwks_url.is_empty() {
            // Whoever can prove itself may use every service; the page of the tool takes it back.
            tool = tool.with_jwks_url(&self.jwks_url)?.with_scopes(Scope::KNOWN);
        }
        let deployments = if self.deployment_ids.is_empty() { DEPLOYMENT } else { &self.deployment_ids };
        deployments.split_whitespace().try_fold(tool, ToolRegistration::deployed_as)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> ToolForm {
        ToolForm::from_fields(&pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn two_addresses_are_enough() {
        let form = form(&[
            ("initiation_url", " https://tool.example/login \n"),
            ("redirect_uris", "https://tool.example/launch\r\nhttps://tool.example/deep-link\r\n"),
        ]);
        let tool = form.registration().unwrap();
        assert_eq!(tool.redirect_uris(), ["https://tool.example/launch", "https://tool.example/deep-link"]);
        assert_eq!(tool.target_link_uri(), "https://tool.example/launch");
        assert_eq!(tool.deployment_ids(), ["1".into()]);
        assert!(tool.client_id().as_str().starts_with("tool-"));
        assert_ne!(tool.client_id(), form.registration().unwrap().client_id());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |pairs: &[(&str, &str)]| form(pairs).registration().unwrap_err().to_string();
        assert_eq!(
            problem(&[("initiation_url", "https://tool.example/login")]),
            "redirect_uri is missing: at least one is needed to receive a launch"
        );
        let expected = "redirect_uri \"tool.example/launch\" is not an absolute URL; \
                        expected an address like https://tool.example/lti";
        assert_eq!(
            problem(&[("initiation_url", "https://tool.example/login"), ("redirect_uris", "tool.example/launch")]),
            expected
        );
    }
}
