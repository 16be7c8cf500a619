//! The trace: what went between platform, browser and tool during the last launches, decoded and kept in memory.
//!
//! Nothing in a trace lets its reader in: signatures of tokens are cut off when a message is recorded, not when it is
//! shown, so neither the page nor the JSON nor a core dump of the trace holds a token that works.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lti_core::Timestamp;
use serde::Serialize;

use super::explain::{Meaning, Place, meaning, short_name};

/// How many launches are kept.
pub const KEPT: usize = 12;

/// How many messages of one launch are kept: a tool in a loop fills its own trace, not the memory.
pub const MESSAGES_KEPT: usize = 16;

/// What stands in the place of a token's signature.
pub const REDACTED: &str = "[signature removed]";

/// One launch.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LaunchTrace {
    /// The id of the initiation, or of the request when it belongs to no launch.
    pub id: String,
    /// When it began.
    pub at: Timestamp,
    /// Who launches, as what: for the headline.
    pub who: String,
    /// What is launched: for the headline.
    pub what: String,
    /// The messages, oldest first.
    pub messages: Vec<Message>,
}

/// How far a launch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// The browser was sent to the tool's login address; the tool has not answered.
    Initiated,
    /// The authentication request was refused where it stood: nothing was sent to the tool.
    Refused,
    /// The tool was sent an error response.
    ErrorSent,
    /// The tool was sent the ID token.
    TokenSent,
    /// The browser came back from the tool.
    Returned,
}

/// One message.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Message {
    /// What the texts call it.
    pub kind: Kind,
    /// When it was sent or came.
    pub at: Timestamp,
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where it went.
    pub address: String,
    /// Its parameters in order.
    pub parameters: Vec<Entry>,
    /// What the platform thinks of it, rule by rule.
    pub rules: Vec<Rule>,
    /// The ID token in it.
    pub token: Option<DecodedToken>,
    /// Why the platform went no further.
    pub refusal: Option<String>,
}

/// The messages of a launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// Platform to tool: begin a login.
    LoginInitiation,
    /// Tool to platform: who is it?
    AuthenticationRequest,
    /// Platform to tool: the ID token.
    AuthenticationResponse,
    /// Platform to tool: no ID token.
    ErrorResponse,
    /// Tool to platform: the user is done.
    Return,
}

impl Kind {
    /// The heading of the message.
    pub const fn title(self) -> &'static str {
        match self {
            Self::LoginInitiation => "Login initiation",
            Self::AuthenticationRequest => "Authentication request",
            Self::AuthenticationResponse => "Authentication response",
            Self::ErrorResponse => "Error response",
            Self::Return => "Return",
        }
    }

    /// Between whom it goes, through the browser.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::LoginInitiation | Self::AuthenticationResponse | Self::ErrorResponse => "platform to tool",
            Self::AuthenticationRequest | Self::Return => "tool to platform",
        }
    }
}

/// A name with its value and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The name as sent.
    pub name: String,
    /// The name as shown, without LTI's long prefix.
    pub short: String,
    /// The value: JSON for a claim, text for a parameter.
    pub value: String,
    /// The value in other words: the date that a number of seconds is.
    pub gloss: Option<String>,
    /// What the name means, with its clause.
    pub meaning: Option<String>,
    /// The address of the clause.
    pub clause_url: Option<String>,
}

impl Entry {
    /// Explains a name and its value. Tokens among the values lose their signature.
    pub(super) fn new(place: Place, name: &str, value: &str) -> Self {
        let meaning: Option<Meaning> = meaning(place, name);
        let value = if name == "id_token" { redact_token(value) } else { value.to_owned() };
        let dated = place == Place::Claim && matches!(name, "exp" | "iat" | "nbf");
        Self {
            gloss: dated.then(|| value.parse().ok()).flatten().map(|at| moment(Timestamp::from_secs(at))),
            name: name.to_owned(),
            short: short_name(name).to_owned(),
            value,
            meaning: meaning.map(|meaning| format!("{} ({})", meaning.text, meaning.clause)),
            clause_url: meaning.map(|meaning| meaning.clause.url()),
        }
    }
}

impl Entry {
    /// Whether the value wants a line of its own.
    pub fn is_long(&self) -> bool {
        self.value.contains('\n') || self.value.len() > 60
    }
}

/// One rule and whether the message keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// The id of the requirement.
    pub id: &'static str,
    /// The rule in one sentence.
    pub sentence: &'static str,
    /// Whether it is kept.
    pub kept: bool,
    /// What was expected and what was seen, when it is broken.
    pub detail: Option<String>,
    /// The clause.
    pub clause: String,
    /// The address of the clause.
    pub clause_url: String,
}

/// An ID token, decoded, without its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DecodedToken {
    /// The members of the header.
    pub header: Vec<Entry>,
    /// The claims.
    pub claims: Vec<Entry>,
}

/// `2026-11-22T08:15:00Z`; empty for a moment that no calendar holds.
pub(super) fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.as_secs()).map(|at| at.to_string()).unwrap_or_default()
}

/// `header.payload.signature` without the signature; any other text is not a token and is replaced altogether.
pub fn redact_token(token: &str) -> String {
    match token.rsplit_once('.') {
        Some((signed, _)) if signed.contains('.') => format!("{signed}.{REDACTED}"),
        _ => "[removed: not a token]".to_owned(),
    }
}

impl LaunchTrace {
    /// How far the launch has come.
    pub fn stage(&self) -> Stage {
        let last = self.messages.last();
        match last.map(|message| message.kind) {
            Some(Kind::AuthenticationRequest) => Stage::Refused,
            Some(Kind::AuthenticationResponse) => Stage::TokenSent,
            Some(Kind::ErrorResponse) => Stage::ErrorSent,
            Some(Kind::Return) => Stage::Returned,
            Some(Kind::LoginInitiation) | None => Stage::Initiated,
        }
    }
}

/// The last launches.
#[derive(Debug, Default)]
pub struct Trace {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    version: u64,
    launches: VecDeque<LaunchTrace>,
    keys_fetched: Option<Timestamp>,
}

impl Trace {
    /// Records the beginning of a launch, and forgets the oldest beyond [`KEPT`].
    pub fn begin(&self, launch: LaunchTrace) {
        let mut state = self.lock();
        state.launches.push_front(launch);
        state.launches.truncate(KEPT);
        state.version += 1;
    }

    /// Adds a message to a launch; `false` when that launch is no longer kept.
    pub fn add(&self, id: &str, message: Message) -> bool {
        let mut state = self.lock();
        let Some(launch) = state.launches.iter_mut().find(|launch| launch.id == id) else { return false };
        if launch.messages.len() == MESSAGES_KEPT {
            // The initiation stays: it says what the launch was about.
            launch.messages.remove(1);
        }
        launch.messages.push(message);
        state.version += 1;
        true
    }

    /// Notes that somebody read the key set.
    pub fn keys_fetched(&self, at: Timestamp) {
        let mut state = self.lock();
        state.keys_fetched = Some(at);
        state.version += 1;
    }

    /// When the key set was last read.
    pub fn last_key_fetch(&self) -> Option<Timestamp> {
        self.lock().keys_fetched
    }

    /// A number that grows with every change.
    pub fn version(&self) -> u64 {
        self.lock().version
    }

    /// The launches, newest first.
    pub fn launches(&self) -> Vec<LaunchTrace> {
        self.lock().launches.iter().cloned().collect()
    }

    /// The launch with this id.
    pub fn launch(&self, id: &str) -> Option<LaunchTrace> {
        self.lock().launches.iter().find(|launch| launch.id == id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held cannot leave a trace half-written that matters: it is only shown.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(id: &str) -> LaunchTrace {
        LaunchTrace {
            id: id.to_owned(),
            at: Timestamp::from_secs(1),
            who: String::new(),
            what: String::new(),
            messages: Vec::new(),
        }
    }

    fn message(kind: Kind) -> Message {
        Message {
            kind,
            at: Timestamp::from_secs(1),
            method: "GET",
            address: String::new(),
            parameters: Vec::new(),
            rules: Vec::new(),
            token: None,
            refusal: None,
        }
    }

    #[test]
    fn signatures_are_cut_off() {
        assert_eq!(redact_token("head.body.signature"), format!("head.body.{REDACTED}"));
        for odd in ["", "secret", "two.parts"] {
            assert_eq!(redact_token(odd), "[removed: not a token]");
        }
        assert_eq!(Entry::new(Place::Response, "id_token", "a.b.c").value, format!("a.b.{REDACTED}"));
    }

    #[test]
    fn the_oldest_launches_and_messages_go() {
        let trace = Trace::default();
        for number in 0..=KEPT {
            trace.begin(launch(&number.to_string()));
        }
        assert_eq!(trace.launches().len(), KEPT);
        assert!(!trace.add("0", message(Kind::LoginInitiation)));
        assert!(trace.add("1", message(Kind::LoginInitiation)));
        for _ in 0..2 * MESSAGES_KEPT {
            assert!(trace.add("1", message(Kind::AuthenticationRequest)));
        }
        let messages = trace.launch("1").map(|launch| launch.messages).unwrap_or_default();
        assert_eq!(messages.len(), MESSAGES_KEPT);
        assert_eq!(messages[0].kind, Kind::LoginInitiation);
    }

    #[test]
    fn every_change_is_a_new_version() {
        let trace = Trace::default();
        trace.begin(launch("a"));
        let before = trace.version();
        trace.add("a", message(Kind::LoginInitiation));
        assert_eq!(trace.version(), before + 1);
    }

    #[test]
    fn a_launch_stands_where_its_last_message_left_it() {
        let mut launch = launch("a");
        let mut after = |kind| {
            launch.messages.push(message(kind));
            launch.stage()
        };
        assert_eq!(after(Kind::LoginInitiation), Stage::Initiated);
        assert_eq!(after(Kind::AuthenticationRequest), Stage::Refused);
        assert_eq!(after(Kind::AuthenticationResponse), Stage::TokenSent);
        assert_eq!(after(Kind::ErrorResponse), Stage::ErrorSent);
        assert_eq!(after(Kind::Return), Stage::Returned);
    }
}
