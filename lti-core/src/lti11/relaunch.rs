//! The relaunch of LTI 1.1.2, which binds a launch to the browser that began it (LTI Security Update, 2019).
//!
//! The platform first sends a signed launch without the user, with [`relaunch_url`](super::parameter::RELAUNCH_URL) and
//! [`platform_state`](super::parameter::PLATFORM_STATE). The tool makes a `tool_state`, binds it to this browser, and sends
//! the browser to the relaunch URL with both. The platform looks at its state and posts the whole launch, signed, with
//! both states; the tool takes it where its own state is fresh and of this browser. A launch with none of the three
//! parameters is an ordinary one.

use super::launch::LaunchParameters;
use super::parameter::{PLATFORM_STATE, RELAUNCH_URL, TOOL_STATE};

/// Which step of the relaunch a launch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step<'a> {
    /// None: an ordinary launch.
    Ordinary,
    /// The first one: the browser goes to the relaunch URL, and nobody is let in.
    Begin {
        /// Where it goes.
        relaunch_url: &'a str,
        /// What goes along unchanged.
        platform_state: &'a str,
    },
    /// The second one: the launch that counts, once the tool knows its state.
    Again {
        /// What the platform bound to its session.
        platform_state: &'a str,
        /// What the tool bound to this browser.
        tool_state: &'a str,
    },
    /// Half of one: the message fits no step.
    Broken {
        /// The parameter that is missing.
        missing: &'static str,
    },
}

/// Says which step a launch is.
///
/// ```
/// use lti_core::lti11::{launch::LaunchParameters, relaunch::{Step, step}};
/// let launch = LaunchParameters::new([("relaunch_url", "https://lms.example/again"), ("platform_state", "p")]);
/// let begin = Step::Begin { relaunch_url: "https://lms.example/again", platform_state: "p" };
/// assert_eq!(step(&launch), begin);
/// ```
pub fn step(launch: &LaunchParameters) -> Step<'_> {
    match (launch.text(RELAUNCH_URL), launch.text(PLATFORM_STATE), launch.text(TOOL_STATE)) {
        (None, None, None) => Step::Ordinary,
        // a platform may send the URL along in the second step as well
        (_, Some(platform_state), Some(tool_state)) => Step::Again { platform_state, tool_state },
        (Some(relaunch_url), Some(platform_state), None) => Step::Begin { relaunch_url, platform_state },
        (None, Some(_), None) => Step::Broken { missing: TOOL_STATE },
        (_, None, _) => Step::Broken { missing: PLATFORM_STATE },
    }
}

/// What the browser takes to the relaunch URL.
pub fn answer(platform_state: &str, tool_state: &str) -> [(&'static str, String); 2] {
    [(PLATFORM_STATE, platform_state.to_owned()), (TOOL_STATE, tool_state.to_owned())]
}

#[cfg(test)]
mod tests {
    use super::{Step, answer, step};
    use crate::lti11::launch::LaunchParameters;

    #[test]
    fn each_combination_is_a_step_or_broken() {
        let (url, platform, tool) = (("relaunch_url", "u"), ("platform_state", "p"), ("tool_state", "t"));
        let again = Step::Again { platform_state: "p", tool_state: "t" };
        for (pairs, expected) in [
            (vec![], Step::Ordinary),
            (vec![("platform_state", "")], Step::Ordinary),
            (vec![url, platform], Step::Begin { relaunch_url: "u", platform_state: "p" }),
            (vec![platform, tool], again),
            (vec![url, platform, tool], again),
            (vec![url], Step::Broken { missing: "platform_state" }),
            (vec![url, tool], Step::Broken { missing: "platform_state" }),
            (vec![tool], Step::Broken { missing: "platform_state" }),
            (vec![platform], Step::Broken { missing: "tool_state" }),
        ] {
            assert_eq!(step(&LaunchParameters::new(pairs.clone())), expected, "{pairs:?}");
        }
        let sent = LaunchParameters::new(answer("p", "t"));
        assert_eq!(step(&sent), again);
    }
}
