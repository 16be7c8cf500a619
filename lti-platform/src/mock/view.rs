//! The trace as a page shows it: stages in words, times, counts of kept rules, and which part is open.

use lti_core::Timestamp;

use super::explain::Place;
use super::trace::{Entry, Kind, LaunchTrace, Message, Rule, ServiceCall, Stage, Trace, moment};

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

/// A call of a service.
pub(super) struct CallView {
    /// Counted from the oldest one that is kept.
    pub(super) number: usize,
    pub(super) method: String,
    /// What the call is about: the end of its path.
    pub(super) short: String,
    pub(super) address: String,
    pub(super) who: String,
    pub(super) status: u16,
    /// Whether the call was answered as it was meant.
    pub(super) good: bool,
    pub(super) iso: String,
    pub(super) clock: String,
    pub(super) scopes: Vec<String>,
    pub(super) media_type: String,
    pub(super) links: Vec<String>,
    /// What was sent and what was answered: heading and text.
    pub(super) bodies: Vec<(&'static str, String)>,
}

/// How much of a body is shown, in characters: a page of a large roster is long.
const BODY_SHOWN: usize = 4_000;

/// The calls of services, newest first.
pub(super) fn calls(trace: &Trace) -> Vec<CallView> {
    let calls = trace.service_calls();
    let all = calls.len();
    calls.into_iter().enumerate().map(|(index, shown)| call(shown, all - index)).collect()
}

fn call(call: ServiceCall, number: usize) -> CallView {
    let path = call.address.split('?').next().unwrap_or_default();
    let mut parts: Vec<&str> = path.rsplit('/').take(3).collect();
    parts.reverse();
    // Below a course there is the kind of thing, and perhaps which one.
    let from = parts.iter().position(|part| matches!(*part, "lineitems" | "memberships")).unwrap_or(0);
    let bodies = [("Sent", &call.request), ("Answered", &call.answer)];
    let bodies = bodies.into_iter().filter(|(_, body)| !body.is_empty());
    CallView {
        number,
        short: parts[from..].join("/"),
        who: call.client_id.map_or_else(|| "no access token".to_owned(), |client_id| client_id.to_string()),
        good: (200..300).contains(&call.status),
        iso: moment(call.at),
        clock: clock(call.at),
        scopes: call.scopes.iter().map(|scope| last_part(scope.as_str())).collect(),
        bodies: bodies.map(|(title, body)| (title, shown_body(body))).collect(),
        method: call.method,
        address: call.address,
        status: call.status,
        media_type: call.media_type,
        links: call.links,
    }
}

/// `score` of the long name of a scope.
fn last_part(scope: &str) -> String {
    scope.rsplit('/').next().unwrap_or_default().to_owned()
}

/// JSON with a member on each line, anything else as it is; long ones are cut.
fn shown_body(body: &str) -> String {
    let text = serde_json::from_str::<serde_json::Value>(body)
        .map_or_else(|_| body.to_owned(), |value| serde_json::to_string_pretty(&value).unwrap_or_default());
    let mut shown: String = text.chars().take(BODY_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push_str("\n… (cut)");
    }
    shown
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
        Stage::FormPosted => (
            "good",
            "LTI 1.1 launch handed to the tool",
            Some(
                "If the tool’s window shows an error, compare consumer key and secret, and the address of the base string \
                 with the one that the tool sees: scheme, host and port.",
            ),
        ),
        Stage::RelaunchRefused => (
            "bad",
            "the relaunch was refused",
            Some("What the tool sent back is not of this session, or was used before. Nothing was sent to the tool."),
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
        Kind::AuthenticationResponse
        | Kind::ErrorResponse
        | Kind::DeepLinkingResponse
        | Kind::Lti11Launch
        | Kind::ContentItemSelection => "Form fields",
        Kind::LoginInitiation | Kind::AuthenticationRequest | Kind::Return | Kind::Lti11Relaunch => "Parameters",
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
    if let Some(base_string) = message.base_string {
        let entry = Entry::new(Place::Lti11, "Signature base string", &base_string);
        groups.push(Group { title: "What was signed", entries: vec![entry] });
    }
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
    fn a_call_is_named_by_the_end_of_its_path_and_its_bodies_are_readable() {
        let json = r#"{"userId":"ben","scoreGiven":1}"#;
        assert_eq!(shown_body(json), "{\n  \"userId\": \"ben\",\n  \"scoreGiven\": 1\n}");
        assert_eq!(shown_body("<html>"), "<html>");
        let long = shown_body(&"x".repeat(5_000));
        assert!(long.len() < 4_100 && long.ends_with("(cut)"));
        assert_eq!(last_part("https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"), "result.readonly");
    }

    #[test]
    fn moments_are_written_in_utc() {
        let at = Timestamp::from_secs(1_795_334_400);
        assert_eq!(moment(at), "2026-11-22T08:00:00Z");
        assert_eq!(clock(at), "08:00:00 UTC");
        assert_eq!(clock(Timestamp::from_secs(i64::MAX)), "");
    }
}
