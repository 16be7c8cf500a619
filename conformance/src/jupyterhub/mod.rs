//! A `JupyterHub` behind Moodle's External Tool (LTI 1.1): how both sides are set up, checked field by field, and what fails
//! on the way between them.
//!
//! Nothing is judged here. Most of what an administrator debugs as "Invalid `oauth_signature`" is a proxy that changes the
//! address, a secret with a blank at its end, or a clock; each of these is tried and named.

mod api;
mod launch;
mod published;
mod settings;
mod setup;

use std::sync::Arc;

pub use self::setup::{HubSettings, MoodleSettings};
use crate::{
    clock::SuiteClock,
    registration_doctor::{Line, Weight},
    subject::tool11::Tool11Config,
    transport::{Request, Response, Transport, TransportError},
};

/// Checks the settings, then asks the hub: its description, its API, and a launch.
pub async fn examine(config: &Tool11Config, transport: Arc<dyn Transport>, clock: &SuiteClock) -> Vec<Line> {
    let mut lines = settings::check(config);
    let site = Site { config, transport: transport.as_ref(), clock };
    let known = api::examine(&site, &mut lines).await;
    launch::examine(&site, &mut lines).await;
    api::leave_as_found(&site, known, &mut lines).await;
    lines
}

/// The hub under examination.
struct Site<'a> {
    config: &'a Tool11Config,
    transport: &'a dyn Transport,
    clock: &'a SuiteClock,
}

impl Site<'_> {
    /// An address of the hub: what stands before `/hub/` in the launch URL, and a path.
    fn address(&self, path: &str) -> String {
        let url = self.config.tool.launch_url.as_str();
        let end = url.find("/hub/").unwrap_or_else(|| self.config.tool.launch_url.origin().ascii_serialization().len());
        format!("{}{path}", &url[..end])
    }

    async fn send(&self, request: http::request::Builder, body: String) -> Result<Response, Trouble> {
        let request: Request =
            request.body(body.into()).map_err(|error| Trouble(Weight::Problem, error.to_string()))?;
        self.transport.send(request).await.map_err(|error| Trouble::from(&error))
    }
}

/// Why there was no answer.
struct Trouble(Weight, String);

impl From<&TransportError> for Trouble {
    fn from(error: &TransportError) -> Self {
        let weight = if error.is_unreachable() { Weight::Unreachable } else { Weight::Problem };
        Self(weight, error.to_string())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
