//! Custom parameters: those of the registration and those of the link, with every variable resolved.

use lti_core::custom::{Resolution, resolve};
use lti_core::message::{Custom, LtiResourceLinkRequest};

use super::LaunchSource;
use crate::hint::Initiation;
use crate::registration::ToolRegistration;

/// Puts the tool's own parameters beside those of the link, which win where both have a name, and resolves the values
/// (LTI Core 1.3, 5.4.6 and B).
pub(super) fn substitute(
    tool: &ToolRegistration,
    source: &dyn LaunchSource,
    launch: &Initiation,
    message: &mut LtiResourceLinkRequest,
) {
    if tool.custom().is_empty() && message.custom.is_empty() {
        return;
    }
    let link = std::mem::take(&mut message.custom);
    let own = tool.custom().iter().map(|(name, template)| (name.as_str(), template.as_str()));
    let own = own.filter(|(name, _)| link.get(name).is_none());
    let resolved = own.chain(link.iter()).map(|(name, template)| {
        let value = resolve(template, |variable| {
            if tool.privacy().permits(variable) {
                source.variable(launch, message, variable)
            } else {
                Resolution::NotAuthorized
            }
        });
        (name, value)
    });
    let resolved: Custom = resolved.collect();
    message.custom = resolved;
}
