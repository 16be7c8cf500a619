//! What the administrators of Moodle and of the hub enter, as a document.

use serde::Deserialize;
use url::Url;

use crate::config::Secret;

/// What Moodle's administrator enters for the External Tool, and in the settings of `mod_lticontainer`. What is left out is
/// not checked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MoodleSettings {
    /// Where Moodle is, for cookies and frames.
    pub url: Option<Url>,
    /// "LTI version".
    pub lti_version: Option<String>,
    /// "Share launcher's name with tool".
    pub share_name: Option<ShareName>,
    /// "Custom parameters" of the tool; those of activities are the plug-in's.
    pub custom_parameters: Option<String>,
    /// "Default launch container".
    pub launch_container: Option<LaunchContainer>,
    /// "Tool configuration usage".
    pub tool_usage: Option<ToolUsage>,
    /// "`JupyterHub` API Token" of the plug-in.
    pub api_token: Option<Secret>,
}

/// What `jupyterhub_config.py` says. What is left out is not checked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HubSettings {
    /// `JupyterHub.authenticator_class`.
    pub authenticator: Option<String>,
    /// The key of `LTI11Authenticator.consumers`.
    pub consumer_key: Option<String>,
    /// The secret behind it.
    pub secret: Option<Secret>,
    /// `LTI11Authenticator.username_key`.
    pub username_key: Option<String>,
    /// `Authenticator.enable_auth_state`.
    pub enable_auth_state: Option<bool>,
    /// `JUPYTERHUB_CRYPT_KEY`.
    pub crypt_key: Option<Secret>,
    /// The token of the service that Moodle asks with.
    pub api_token: Option<Secret>,
    /// `ConfigurableHTTPProxy.auth_token`.
    pub proxy_token: Option<Secret>,
}

/// Whether Moodle tells the launcher's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareName {
    /// With every launch.
    Always,
    /// As each teacher says.
    Delegate,
    /// With none.
    Never,
}

/// Where Moodle opens the tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LaunchContainer {
    /// In a window of its own.
    NewWindow,
    /// In Moodle's window.
    ExistingWindow,
    /// In a frame on Moodle's page.
    Embed,
    /// In a frame on Moodle's page without blocks.
    EmbedWithoutBlocks,
}

impl LaunchContainer {
    /// Whether the tool stands in a frame.
    pub const fn is_frame(self) -> bool {
        matches!(self, Self::Embed | Self::EmbedWithoutBlocks)
    }
}

/// Where teachers find the tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToolUsage {
    /// In the activity chooser.
    Chooser,
    /// As a preconfigured tool.
    Preconfigured,
    /// Not at all.
    Hidden,
}
