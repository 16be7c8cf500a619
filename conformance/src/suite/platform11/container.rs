//! The parameters that a Moodle plug-in sends to JupyterHub for containers, where any are sent: what the spawner cannot
//! read keeps a user's server from starting.

use lti_core::lti11::container::{ContainerParameters, Rule};

use super::look::launch;
use crate::{
    case::Outcome::Warn,
    sight::Sight,
    subject::platform11::{Arrival11, Platform11Case},
};

const RULES: &[&str] = &["lti11-platform-container"];

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each("platform11-container-session", "lms_sessioninfo is two numbers", Warn, |arrival, _| {
            kept(arrival, Rule::SessionNumbers, |name| name == "custom_lms_sessioninfo")
        })
        .rules(RULES),
        Platform11Case::each(
            "platform11-container-user",
            "user_id is a number where a container starts",
            Warn,
            |a, _| kept(a, Rule::UserNumber, |name| name.starts_with("custom_lms_")),
        )
        .rules(RULES),
        Platform11Case::each(
            "platform11-container-close",
            "lms_sub_NAME_close is a number of seconds",
            Warn,
            |a, _| kept(a, Rule::CloseNumber, |name| name.starts_with("custom_lms_sub_") && name.ends_with("_close")),
        )
        .rules(RULES),
        Platform11Case::each("platform11-container-cpu", "lms_cpulimit has one dot at most", Warn, |arrival, _| {
            kept(arrival, Rule::CpuNumber, |name| name.starts_with("custom_lms_cpu"))
        })
        .rules(RULES),
    ]
}

/// Whether a rule is kept by a launch that sends a parameter of this name.
fn kept(arrival: &Arrival11, rule: Rule, sends: impl Fn(&str) -> bool) -> Sight {
    launch(arrival, || {
        let fields = &arrival.delivery.fields;
        if !fields.iter().any(|(name, _)| sends(name)) {
            return Sight::Nothing("no such parameter is sent".to_owned());
        }
        let form = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let reading = ContainerParameters::read(form);
        match reading.problems.iter().find(|problem| problem.rule == rule) {
            Some(problem) => Sight::Broken(format!("{}: {} is expected", problem.parameter, problem.expected)),
            None => Sight::Sound("the spawner can read it".to_owned()),
        }
    })
}
