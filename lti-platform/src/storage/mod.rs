//! Platform storage: a window of the platform keeps values for tools whose browser keeps no cookies (LTI Client Side
//! postMessages 0.1, LTI postMessage Storage 0.1).
//!
//! A tool in a frame is a third party there, and its cookies get lost. Before it goes on to the authorization endpoint it
//! sends `lti.put_data` to the platform's window, and after the launch `lti.get_data`. The login initiation says which
//! window that is: [`StorageTarget`].
//!
//! The script at [`SCRIPT_PATH`] answers in the window that runs it. It is served beside the endpoints, needs nothing
//! inline, and answers the origins that the page names and no other; each tool sees what its own origin put there. The
//! values live as long as the window.
//!
//! | the platform's pages | what they hold | the login initiation says |
//! |---|---|---|
//! | lie at the origin of the authorization endpoint | the script, with [`tool_origins`] | [`StorageTarget::Parent`] |
//! | lie elsewhere | an invisible frame of [`FRAME_PATH`], with a name | [`StorageTarget::frame`] with that name |
//!
//! A tool sends its values to the origin of the authorization endpoint alone, so a window of another origin gets nothing.

#[cfg(feature = "axum")]
mod serve;
mod target;

use std::collections::BTreeSet;

use url::Url;

pub use target::{FrameName, FrameNameError, StorageTarget};

#[cfg(feature = "axum")]
pub(crate) use serve::{frame, script};

use crate::registration::ToolRegistration;

/// Where the script lies, below the issuer.
pub const SCRIPT_PATH: &str = "/storage.js";
/// Where the page for an invisible frame lies, below the issuer; with the parameter `client_id`, once for each tool.
pub const FRAME_PATH: &str = "/storage";

/// The origins that a tool asks from, as the attribute `data-tools` of the script takes them: where its login begins and
/// where it is launched, without doublets and in order.
///
/// ```
/// use lti_platform::ToolRegistration;
/// use lti_platform::storage::tool_origins;
///
/// let launch = "https://quiz.example/launch";
/// let tool = ToolRegistration::new("quiz", "https://login.example:8443/", [launch], launch)?;
/// assert_eq!(tool_origins([&tool]), "https://login.example:8443 https://quiz.example");
/// # Ok::<(), lti_platform::registration::RegistrationError>(())
/// ```
pub fn tool_origins<'a>(tools: impl IntoIterator<Item = &'a ToolRegistration>) -> String {
    let mut origins = BTreeSet::new();
    for tool in tools {
        origins.insert(tool.initiation_url().origin().ascii_serialization());
        let redirects = tool.redirect_uris().iter().filter_map(|uri| Url::parse(uri).ok());
        origins.extend(redirects.map(|url| url.origin().ascii_serialization()));
    }
    origins.into_iter().collect::<Vec<_>>().join(" ")
}
