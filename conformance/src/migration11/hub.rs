//! What a `JupyterHub` with `LTIContainerSpawner` makes of the 1.1 launch, and of the same launch in LTI 1.3.

use lti_core::lti11::{
    container::{ContainerParameters, Problem},
    users::{Directory, MoodleUser, NumberRule, Settings, map},
};

use super::fate::value;
use crate::capture::Posted;

/// The path at which the hub takes 1.1 launches.
pub(super) const LAUNCH_PATH: &str = "/hub/lti/launch";
/// The user number of everybody without an account once the spawner finds no `user_id`.
pub(super) const NUMBER_OF_ALL: u32 = 29_999;

/// Both sides of the move.
#[derive(Debug)]
pub struct Hub {
    /// The container parameters that the 1.1 launch carries, by their names in the form.
    pub parameters: Vec<String>,
    /// What is wrong with them already.
    pub problems: Vec<Problem>,
    /// The user number in LTI 1.1, for somebody without an account on the hub's machine.
    pub number: Option<u32>,
    /// Which rule gives it.
    pub rule: NumberRule,
    /// Whether the launch names its user by `ext_user_username`.
    pub is_named: bool,
}

impl Hub {
    /// Reads a launch for such a hub: one to its launch URL, or with container parameters. `None` for others.
    pub fn of(posted: &Posted) -> Option<Self> {
        let path = posted.url.split(['?', '#']).next().unwrap_or_default();
        let pairs = || posted.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let parameters: Vec<String> =
            pairs().map(|(name, _)| name).filter(|name| name.starts_with("custom_lms_")).map(str::to_owned).collect();
        if !path.ends_with(LAUNCH_PATH) && parameters.is_empty() {
            return None;
        }
        let mapped = map(&MoodleUser::of_launch(pairs()), &Directory::default(), &Settings::default());
        Some(Self {
            parameters,
            problems: ContainerParameters::read(pairs()).problems,
            number: mapped.uid,
            rule: mapped.uid_rule,
            is_named: value(posted, "ext_user_username").is_some_and(|name| !name.is_empty()),
        })
    }

    /// What is lost behind the message, and what to do about it, one sentence each.
    pub fn losses(&self) -> Vec<String> {
        let mut losses = Vec::new();
        let count = self.parameters.len();
        if count > 0 {
            losses.push(format!(
                "all {count} container parameters: they travel in the claim custom, and the spawner looks for \
                 custom_lms_* beside the other members of auth_state, where it finds claims"
            ));
        }
        let number = self.number.map_or_else(|| "none".to_owned(), |number| number.to_string());
        losses.push(format!(
            "the user number {number} ({rule}): without user_id everybody who has no account on the hub's machine gets \
             {NUMBER_OF_ALL}, and owns everybody's files",
            rule = self.rule.as_str()
        ));
        losses.push(
            "the course and the host of Moodle: volumes of every course and every Moodle become those of course 0 on \
             localhost"
                .to_owned(),
        );
        let name = if self.is_named { "the name of ext_user_username" } else { "the name, which is a number already" };
        losses.push(format!(
            "{name}, unless the activity sends a custom parameter username=$User.username and the hub sets \
             LTI13Authenticator.username_key = \"custom_username\": the default is email, and where that is missing \
             sub. Home directories go by the name"
        ));
        losses.push(
            "the consumer keys: LTI13Authenticator takes one issuer, with a list of client ids, and looks at no \
             migration claim"
                .to_owned(),
        );
        losses
    }
}
