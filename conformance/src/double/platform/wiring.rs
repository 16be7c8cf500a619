//! What the double needs from outside: its address, the tools that are registered with it, its keys, the time and a seed.

use std::fmt;

use serde_json::Value;

use crate::{double::Now, keys::Keys};

/// A tool as a platform has it in its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredTool {
    /// The client id that the platform gave to it.
    pub client_id: String,
    /// Its deployments; the first is the one of both courses.
    pub deployment_ids: Vec<String>,
    /// Its login initiation URL.
    pub login_url: String,
    /// The addresses that tokens may be sent to.
    pub redirect_uris: Vec<String>,
    /// Where it publishes its keys.
    pub jwks_url: Option<String>,
    /// Its key set, as the platform fetched it there.
    pub jwks: Value,
    /// Where its launches land.
    pub target_link_uri: String,
}

/// Everything that a platform double is connected to.
#[derive(Clone)]
pub struct PlatformWiring {
    /// The double's own address without a slash at its end, and its issuer identifier: `https://lms.test`.
    pub base_url: String,
    /// The tool that its links lead to.
    pub tool: RegisteredTool,
    /// Another tool, which no link leads to.
    pub other: RegisteredTool,
    /// The keys that it signs with: the platform's first, then `second` and `spare`.
    pub keys: Keys,
    /// Its clock.
    pub clock: Now,
    /// Where its random values start: the same seed gives the same sessions and hints.
    pub seed: u64,
}

impl PlatformWiring {
    /// The tools, the launched one first.
    pub(super) fn tools(&self) -> [&RegisteredTool; 2] {
        [&self.tool, &self.other]
    }

    /// The tool with this client id.
    pub(super) fn tool_of(&self, client_id: &str) -> Option<&RegisteredTool> {
        self.tools().into_iter().find(|tool| tool.client_id == client_id)
    }
}

impl fmt::Debug for PlatformWiring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformWiring")
            .field("base_url", &self.base_url)
            .field("tool", &self.tool)
            .field("other", &self.other)
            .finish_non_exhaustive()
    }
}
