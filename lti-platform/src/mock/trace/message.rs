//! A launch and its messages, decoded.

use lti_core::Timestamp;
use serde::Serialize;

use crate::mock::explain::{Meaning, Place, meaning, short_name};

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
    /// The browser was given a signed form of LTI 1.1 for the tool.
    FormPosted,
    /// A relaunch was refused where it stood.
    RelaunchRefused,
    /// The browser came back from the tool.
    Returned,
    /// The tool handed over what was chosen.
    Chosen,
    /// What the tool handed over was refused.
    ChoiceRefused,
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
    /// What the signature of a form was made over (RFC 5849, 3.4.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_string: Option<String>,
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
    /// Tool to platform: what was chosen.
    DeepLinkingResponse,
    /// Platform to tool: a signed form of LTI 1.1.
    Lti11Launch,
    /// Tool to platform: launch this browser again (LTI 1.1.2).
    Lti11Relaunch,
    /// Tool to platform: what was chosen, by LTI 1.1.
    ContentItemSelection,
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
            Self::DeepLinkingResponse => "Deep linking response",
            Self::Lti11Launch => "LTI 1.1 launch",
            Self::Lti11Relaunch => "Relaunch",
            Self::ContentItemSelection => "Content item selection",
        }
    }

    /// Between whom it goes, through the browser.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::LoginInitiation | Self::AuthenticationResponse | Self::ErrorResponse | Self::Lti11Launch => {
                "platform to tool"
            }
            Self::AuthenticationRequest
            | Self::Return
            | Self::DeepLinkingResponse
            | Self::Lti11Relaunch
            | Self::ContentItemSelection => "tool to platform",
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
    pub(in crate::mock) fn new(place: Place, name: &str, value: &str) -> Self {
        let meaning: Option<Meaning> = meaning(place, name);
        let value = if matches!(name, "id_token" | "JWT") { redact_token(value) } else { value.to_owned() };
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
pub(in crate::mock) fn moment(at: Timestamp) -> String {
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
            Some(Kind::Lti11Launch) => Stage::FormPosted,
            Some(Kind::Lti11Relaunch) => Stage::RelaunchRefused,
            Some(Kind::DeepLinkingResponse | Kind::ContentItemSelection)
                if last.is_some_and(|message| message.refusal.is_some()) =>
            {
                Stage::ChoiceRefused
            }
            Some(Kind::DeepLinkingResponse | Kind::ContentItemSelection) => Stage::Chosen,
            Some(Kind::LoginInitiation) | None => Stage::Initiated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_cut_off() {
        assert_eq!(redact_token("head.body.signature"), format!("head.body.{REDACTED}"));
        for odd in ["", "secret", "two.parts"] {
            assert_eq!(redact_token(odd), "[removed: not a token]");
        }
        assert_eq!(Entry::new(Place::Response, "id_token", "a.b.c").value, format!("a.b.{REDACTED}"));
    }
}
