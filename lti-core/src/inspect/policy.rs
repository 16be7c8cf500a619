//! What the texts leave to the tool, and what a message is compared with.

use std::time::Duration;

use crate::id::{ClientId, DeploymentId, Issuer, Nonce};
use crate::jose::{Algorithm, KeySet};
use crate::login::LoginRecord;

/// What the texts leave to the tool. Nothing in here turns a check off that they ask for.
///
/// ```
/// use std::time::Duration;
/// use lti_core::inspect::Policy;
/// let mut policy = Policy::default();
/// policy.leeway = Duration::from_secs(10);
/// policy.anonymous = false;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How far the clocks of platform and tool may differ, in whole seconds; 60 s by default, "usually no more than a
    /// few minutes" (Security Framework 1.0, 5.1.2).
    pub leeway: Duration,
    /// How old a token may be, counted from `iat`; no limit but `exp` by default (5.1.3 step 8, MAY).
    pub max_age: Option<Duration>,
    /// Further audiences that a token may be meant for; none by default (5.1.3 step 3).
    pub trusted_audiences: Vec<String>,
    /// Whether users without `sub` may come in, as anonymous ones; yes by default (LTI Core 1.3, 5.2 and 5.3.6.1). The
    /// certification guide counts such a launch as a bad payload.
    pub anonymous: bool,
    /// The algorithms that a token may be signed with; all asymmetric ones by default (5.1.3 step 6, SHOULD).
    pub algorithms: Vec<Algorithm>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            leeway: Duration::from_mins(1),
            max_age: None,
            trusted_audiences: Vec::new(),
            anonymous: true,
            algorithms: Algorithm::ALL.to_vec(),
        }
    }
}

/// Which deployments the tool knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployments<'a> {
    /// Whatever deployment comes is welcome: the tool creates what it does not know (LTI Core 1.3, 3.1.3).
    Any,
    /// Only these.
    Known(&'a [DeploymentId]),
}

/// What a launch is compared with: the registration, and the login that it answers.
#[derive(Debug, Clone, Copy)]
pub struct LaunchContext<'a> {
    /// The platform's public keys.
    pub keys: &'a KeySet,
    /// The platform that the login was for.
    pub issuer: &'a Issuer,
    /// The tool's client id at this issuer.
    pub client_id: &'a ClientId,
    /// The nonce that this login sent. A tool always has one; only a recorded message is judged without.
    pub nonce: Option<&'a Nonce>,
    /// What the login said about target and deployment, where that is known.
    pub login: Option<&'a LoginRecord>,
    /// The deployments that the tool knows.
    pub deployments: Deployments<'a>,
    /// What the texts leave to the tool.
    pub policy: &'a Policy,
}
