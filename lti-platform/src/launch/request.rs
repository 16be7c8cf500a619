//! Setting a launch going: what is asked for, and what comes of it.

use lti_core::id::{ClientId, ContextId, DeploymentId, ResourceLinkId, Subject};
use lti_core::login::LoginInitiation;
use oauth2_issuer::Unavailable;
use url::Url;

use crate::hint::{Initiation, NoRandomness, Purpose};

/// A launch that a user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaunchRequest {
    /// The user who is signed in.
    pub user: Subject,
    /// The tool.
    pub client_id: ClientId,
    /// The deployment that the link belongs to.
    pub deployment_id: DeploymentId,
    /// The link that the user follows, or that content is to be chosen.
    pub purpose: Purpose,
    /// Where the launch leads; the tool's own address when absent.
    pub target_link_uri: Option<String>,
    /// A remark that [`LaunchSource`](super::LaunchSource) finds again in the [`Initiation`]. It travels through the browser: signed, but
    /// not hidden.
    pub memo: String,
}

impl LaunchRequest {
    /// A launch of this link by this user, leading to the tool's own address.
    pub fn new(
        user: Subject,
        client_id: ClientId,
        deployment_id: DeploymentId,
        resource_link_id: ResourceLinkId,
    ) -> Self {
        Self::of(user, client_id, deployment_id, Purpose::ResourceLink(resource_link_id))
    }

    /// Lets this user choose content of the tool for this context (Deep Linking 2.0, 2.1), at the tool's own address.
    pub fn deep_linking(
        user: Subject,
        client_id: ClientId,
        deployment_id: DeploymentId,
        context_id: ContextId,
    ) -> Self {
        Self::of(user, client_id, deployment_id, Purpose::DeepLinking(context_id))
    }

    fn of(user: Subject, client_id: ClientId, deployment_id: DeploymentId, purpose: Purpose) -> Self {
        Self { user, client_id, deployment_id, purpose, target_link_uri: None, memo: String::new() }
    }
}

/// A launch that was set going: send the browser to the tool with it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StartedLaunch {
    /// The launch.
    pub initiation: Initiation,
    /// The message for the tool.
    pub login: LoginInitiation,
    /// Where it goes.
    pub initiation_url: Url,
}

impl StartedLaunch {
    /// The address for a login initiation by GET.
    pub fn url(&self) -> Url {
        self.login.to_url(&self.initiation_url)
    }

    /// The form fields for a login initiation by POST to [`initiation_url`](Self::initiation_url).
    pub fn fields(&self) -> Vec<(String, String)> {
        self.login.to_pairs()
    }
}

/// Why a launch was not set going.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InitiationError {
    /// No tool is registered under the `client_id`.
    #[error("client_id {0:?} is not registered here")]
    UnknownClient(String),
    /// The tool is not deployed under this id.
    #[error("deployment_id {deployment_id:?} is not a deployment of client_id {client_id:?}")]
    UnknownDeployment {
        /// The tool.
        client_id: String,
        /// The id that is not one of its deployments.
        deployment_id: String,
    },
    /// The registrations cannot be read.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// There are no random bytes for the name of the launch.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}
