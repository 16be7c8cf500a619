//! The trace as a page shows it: stages in words, times, counts of kept rules, and which part is open.

use lti_core::Timestamp;

use super::trace::{Entry, Kind, LaunchTrace, Message, Rule, Stage, Trace, moment};

/// A launch of the trace.
pub(super) struct LaunchView {
    pub(super) id: String,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) stage: &'static str,
    /// The style of the stage: `good`, `bad` or `wait`.
    pub(super) tone: &'static str,
    pub(super) iso: String,
    pub(super) clock: String,
    /// What to look at next.
    pub(super) hint: Option<&'static str>,
    pub(super) messages: Vec<MessageView>,
}

/// A message of a launch.
pub(super) struct MessageView {
    pub(super) title: &'static str,
    pub(super) direction: &'static str,
    pub(super) method: &'static str,
    pub(super) address: String,
    pub(super) refusal: Option<String>,
    pub(super) rules: Vec<Rule>,
    pub(super) tally: Option<String>,
    pub(super) broken: bool,
    pub(super) open: bool,
    pub(super) groups: Vec<Group>,
}

/// Names and values under one heading.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) entries: Vec<Entry>,
}

/// The whole trace, newest launch first.
pub(super) fn launches(trace: &Trace) -> Vec<LaunchView> {
    trace.launches().into_iter().map(launch).collect()
}

/// When the key set was last read, in words.
pub(super) fn key_fetch(trace: &Trace) -> String {
    match trace.last_key_fetch() {
        Some(at) => format!("The key set was last read at {}.", clock(at)),
        None => "Nobody has read the key set since the school was started.".to_owned(),
    }
}

fn launch(launch: LaunchTrace) -> LaunchView {
    let (tone, stage, hint) = words(launch.stage());
    let last = launch.messages.len().saturating_sub(1);
    LaunchView {
        stage,
        tone,
        hint,
        iso: moment(launch.at),
        clock: clock(launch.at),
        id: launch.id,
        who: launch.who,
        what: launch.what,
        messages: launch.messages.into_iter().enumerate().map(|(index, shown)| message(shown, index == last)).collect(),
    }
}

/// Tone, stage, and where to look next.
const fn words(stage: Stage) -> (&'static str, &'static str, Option<&'static str>) {
    match stage {
        Stage::Initiated => (
            "wait",
            "waiting for the authentication request",
            Some(
                "The browser was sent to the tool’s login address, and nothing has come back. If the tool’s window shows \
                 an error, the tool may not know this issuer, client id or deployment: compare its registration.",
            ),
        ),
        Stage::Refused => (
            "bad",
            "stopped at the authentication request",
            Some("The authentication request was refused here. Nothing was sent to the tool."),
        ),
        Stage::ErrorSent => (
            "bad",
            "the tool was sent an error",
            Some("The authentication request was answered with an error instead of an ID token."),
        ),
        Stage::TokenSent => (
            "good",
            "ID token handed to the tool",
            Some(
                "If the tool’s window shows an error, it refused this ID token: compare the claims with its registration.",
            ),
        ),
        Stage::Returned => ("good", "came back from the tool", None),
        Stage::Chosen => ("good", "content handed over by the tool", None),
        Stage::ChoiceRefused => (
            "bad",
            "the tool’s content was refused",
            Some("What the tool sent back breaks a rule, or does not belong to this session. Nothing was added."),
        ),
    }
}

fn message(message: Message, last: bool) -> MessageView {
    let kept = message.rules.iter().filter(|rule| rule.kept).count();
    let tally = (!message.rules.is_empty()).then(|| format!("{kept}/{} rules", message.rules.len()));
    let broken = kept < message.rules.len();
    let parameters = match message.kind {
        Kind::AuthenticationResponse | Kind::ErrorResponse | Kind::DeepLinkingResponse => "Form fields",
        Kind::LoginInitiation | Kind::AuthenticationRequest | Kind::Return => "Parameters",
    };
    let mut groups = Vec::new();
    if let Some(token) = message.token {
        let response = message.kind == Kind::DeepLinkingResponse;
        let (header, claims) =
            if response { ("JWT: header", "JWT: claims") } else { ("ID token: header", "ID token: claims") };
        groups.push(Group { title: header, entries: token.header });
        groups.push(Group { title: claims, entries: token.claims });
    }
    groups.push(Group { title: parameters, entries: message.parameters });
    MessageView {
        title: message.kind.title(),
        direction: message.kind.direction(),
        method: message.method,
        address: message.address,
        open: last || broken || message.refusal.is_some(),
        refusal: message.refusal,
        rules: message.rules,
        tally,
        broken,
        groups,
    }
}

/// `08:15:00 UTC`.
fn clock(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.as_secs()).map(|at| at.strftime("%H:%M:%S UTC").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        let at = Timestamp::from_secs(1_795_334_400);
        assert_eq!(moment(at), "2026-11-22T08:00:00Z");
        assert_eq!(clock(at), "08:00:00 UTC");
        assert_eq!(clock(Timestamp::from_secs(i64::MAX)), "");
    }
}
