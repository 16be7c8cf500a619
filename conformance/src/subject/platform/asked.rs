//! The authentication request that the suite sends as a tool.

use http::Method;
use url::Url;

use super::{evidence::Initiation, world::PlatformWorld};
use crate::user_agent::Step;

/// An authentication request: sound, until a case changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// By redirect or by form.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// Its parameters, in order.
    pub parameters: Vec<(String, String)>,
}

impl Asked {
    /// The sound answer to a login initiation (Security Framework 1.0, 5.1.1.2).
    pub fn sound(world: &PlatformWorld, initiation: &Initiation) -> Self {
        let mut asked = Self {
            method: world.method(),
            url: world.config.platform.authorization_url.clone(),
            parameters: [
                ("scope", "openid".to_owned()),
                ("response_type", "id_token".to_owned()),
                ("client_id", world.config.platform.client_id.clone()),
                ("redirect_uri", world.config.redirect_uri().to_string()),
                ("login_hint", initiation.get("login_hint").unwrap_or_default().to_owned()),
                ("state", world.fresh("state")),
                ("response_mode", "form_post".to_owned()),
                ("nonce", world.fresh("nonce")),
                ("prompt", "none".to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec(),
        };
        if let Some(hint) = initiation.get("lti_message_hint") {
            asked.set("lti_message_hint", hint);
        }
        asked
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.parameters.push((name.to_owned(), value)),
        }
    }

    /// Adds a parameter once more.
    pub fn repeat(&mut self, name: &str, value: impl Into<String>) {
        self.parameters.push((name.to_owned(), value.into()));
    }

    /// Leaves a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.parameters.retain(|(known, _)| known != name);
    }

    /// The step of sending it, from the tool's page.
    pub fn step(&self) -> Step {
        if self.method == Method::GET {
            Step::get(self.url.clone(), &self.parameters)
        } else {
            Step::post(self.url.clone(), self.parameters.clone())
        }
    }
}
