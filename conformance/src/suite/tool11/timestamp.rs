//! The timestamp: how old it may be, how it is spelt, and what lies ahead. No text gives a number for the window, so its
//! width is observed and never judged.

use crate::{
    case::Outcome::Warn,
    subject::tool11::{Tool11Case, Tool11World},
};

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = past();
    cases.extend(spelling());
    cases
}

const STAMP: &str = "oauth_timestamp";

fn past() -> Vec<Tool11Case> {
    vec![
        Tool11Case::reject11("tool11-timestamp-day-old", "a launch that was signed a day ago is refused", Warn)
            .rules(&["lti11-tool-timestamp-stale"])
            .sent("the control stamped a day ago")
            .launch(|launch, world| launch.stamp(world, -86_400))
            .disturbs11(),
        Tool11Case::free11("tool11-timestamp-hour-old", "a launch that was signed an hour ago: both answers are sound")
            .rules(&["lti11-tool-timestamp-window"])
            .sent("the control stamped an hour ago")
            .launch(|launch, world| launch.stamp(world, -3600))
            .disturbs11(),
        Tool11Case::free11("tool11-timestamp-four-minutes-old", "a launch of four minutes ago: both answers are sound")
            .rules(&["lti11-tool-timestamp-window"])
            .sent("the control stamped four minutes ago")
            .launch(|launch, world| launch.stamp(world, -240))
            .disturbs11(),
        Tool11Case::free11("tool11-timestamp-minute-old", "a launch of a minute ago: both answers are sound")
            .rules(&["lti11-tool-timestamp-window"])
            .sent("the control stamped a minute ago")
            .launch(|launch, world| launch.stamp(world, -60))
            .disturbs11(),
        Tool11Case::accept11(
            "tool11-timestamp-back",
            "a launch stamped some seconds before an earlier one is let in",
            Warn,
        )
        .rules(&["lti11-tool-timestamp-back"])
        .sent("the control stamped ten seconds ago, after launches that were stamped later")
        .launch(|launch, world| launch.stamp(world, -10))
        .disturbs11(),
    ]
}

fn spelling() -> Vec<Tool11Case> {
    vec![
        Tool11Case::reject11("tool11-timestamp-text", "a timestamp that is no number is refused", Warn)
            .rules(&["lti11-tool-timestamp-format"])
            .sent("the control with oauth_timestamp = abc")
            .launch(|launch, _| launch.set(STAMP, "abc")),
        Tool11Case::reject11("tool11-timestamp-fraction", "a timestamp with a fraction is refused", Warn)
            .rules(&["lti11-tool-timestamp-format"])
            .sent("the control with a timestamp that ends in .5")
            .launch(|launch, world| launch.set(STAMP, format!("{}.5", world.stamp()))),
        Tool11Case::reject11("tool11-timestamp-negative", "a timestamp before 1970 is refused", Warn)
            .rules(&["lti11-tool-timestamp-format"])
            .sent("the control with a minus sign before its timestamp")
            .launch(|launch, world| launch.set(STAMP, format!("-{}", world.stamp()))),
        Tool11Case::reject11("tool11-timestamp-empty", "an empty timestamp is refused", Warn)
            .rules(&["lti11-tool-timestamp-format"])
            .sent("the control with oauth_timestamp without a value")
            .launch(|launch, _| launch.set(STAMP, "")),
        Tool11Case::reject11("tool11-timestamp-missing", "a launch without a timestamp is refused", Warn)
            .rules(&["lti11-tool-timestamp-nonce-present"])
            .sent("the control without oauth_timestamp, signed so")
            .launch(|launch, _| launch.remove(STAMP)),
        Tool11Case::free11("tool11-timestamp-underscore", "a timestamp with an underscore: both answers are sound")
            .rules(&["lti11-tool-timestamp-spelling"])
            .sent("the control with an underscore between the digits of its timestamp")
            .launch(|launch, world| {
                let stamp = world.stamp().to_string();
                let (first, rest) = stamp.split_at_checked(1).unwrap_or((&stamp, ""));
                launch.set(STAMP, format!("{first}_{rest}"));
            }),
        Tool11Case::free11("tool11-timestamp-wide-digits", "a timestamp in full-width digits: both answers are sound")
            .rules(&["lti11-tool-timestamp-spelling"])
            .sent("the control with its timestamp in the full-width digits of Japanese text")
            .launch(|launch, world| {
                let wide = |digit: char| char::from_u32(u32::from(digit) + 0xFEE0).unwrap_or(digit);
                let stamp: String = world.stamp().to_string().chars().map(wide).collect();
                launch.set(STAMP, stamp);
            }),
    ]
}

fn ahead(id: &'static str, title: &'static str, sent: &'static str) -> Tool11Case {
    Tool11Case::free11(id, title).rules(&["lti11-tool-timestamp-window"]).sent(sent).ahead11()
}

/// What lies ahead, the nearest first. Whatever of it is let in becomes the earliest moment for the controls that follow.
pub(super) fn future() -> Vec<Tool11Case> {
    vec![
        ahead(
            "tool11-future-minute",
            "a launch stamped a minute ahead: both answers are sound",
            "the control stamped a minute ahead",
        )
        .launch(|launch, world| launch.set(STAMP, ahead_by(world, 60))),
        ahead(
            "tool11-future-four-minutes",
            "a launch stamped four minutes ahead: both answers are sound",
            "the control stamped four minutes ahead",
        )
        .launch(|launch, world| launch.set(STAMP, ahead_by(world, 240))),
        ahead(
            "tool11-future-hour",
            "a launch stamped an hour ahead: both answers are sound",
            "the control stamped an hour ahead",
        )
        .launch(|launch, world| launch.set(STAMP, ahead_by(world, 3600))),
        // A tool that reads these as a time far ahead takes nothing earlier any more, so they come last of all.
        Tool11Case::free11("tool11-timestamp-plus", "a plus sign before the timestamp: both answers are sound")
            .rules(&["lti11-tool-timestamp-spelling"])
            .sent("the control with a plus sign before its timestamp")
            .launch(|launch, world| launch.set(STAMP, format!("+{}", world.stamp()))),
        Tool11Case::free11("tool11-timestamp-milliseconds", "a timestamp in milliseconds: both answers are sound")
            .rules(&["lti11-tool-timestamp-spelling"])
            .sent("the control with its timestamp in milliseconds")
            .launch(|launch, world| launch.set(STAMP, format!("{}000", world.stamp())))
            .ahead11(),
    ]
}

fn ahead_by(world: &Tool11World, seconds: i64) -> String {
    (world.clock.now() + seconds).to_string()
}
