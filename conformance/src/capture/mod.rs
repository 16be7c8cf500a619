//! Judges one recorded launch offline: what an administrator with one failing launch needs.
//!
//! A recording is an HTTP archive (HAR 1.2) of a browser's developer tools, or JSON: the form that brought the token with what
//! is known around it, or the steps of a launch. All of them are read into one [`Recorded`]; the suites judge that. What a
//! recording does not hold is not judged, and the report says so.

mod chain;
mod har;
mod json;
mod platform;
pub mod platform11;
mod posted;
mod recorded;
mod tool;
pub mod tool11;

use std::path::{Path, PathBuf};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

pub use self::{
    platform::judge_platform,
    posted::{Posted, posted},
    recorded::{Answer, Message, Place, Recorded, Registered},
    tool::judge,
};
use crate::report::model::{Exchange, Note};

/// Why a recording cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CaptureError(pub String);

/// What is read, and which launch of it.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The recording.
    pub file: PathBuf,
    /// Which of several launches, counted from one; the last one unless given.
    pub launch: Option<usize>,
    /// The platform's key set, where the recording does not hold it.
    pub jwks: Option<PathBuf>,
}

impl Source {
    /// The launch that is asked for.
    ///
    /// # Errors
    /// One line that names the file and says what is wrong with it.
    pub fn read(&self) -> Result<Recorded, CaptureError> {
        let mut recorded = launches(&text(&self.file)?)
            .and_then(|found| choose(found, self.launch))
            .map_err(|error| CaptureError(format!("{}: {error}", self.file.display())))?;
        if let Some(path) = &self.jwks {
            let set = serde_json::from_str(&text(path)?).map_err(|error| {
                CaptureError(format!("{}: is no key set: {}", path.display(), json::without_values(&error)))
            })?;
            recorded.key_set = Some(set);
        }
        Ok(recorded)
    }

    /// The command that judges the same launch again.
    pub fn command(&self, suite: &str) -> String {
        let mut command = format!("lti-conformance {suite} --capture {}", self.file.display());
        if let Some(number) = self.launch {
            command = format!("{command} --launch {number}");
        }
        if let Some(jwks) = &self.jwks {
            command = format!("{command} --jwks {}", jwks.display());
        }
        command
    }
}

pub(crate) fn text(path: &Path) -> Result<String, CaptureError> {
    let bytes =
        std::fs::read(path).map_err(|error| CaptureError(format!("{}: cannot be read: {error}", path.display())))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

/// Reads the last launch of a recording.
///
/// # Errors
/// When it is none, or holds none.
pub fn read(text: &str) -> Result<Recorded, CaptureError> {
    launches(text).and_then(|found| choose(found, None))
}

/// What a file is can be told from its first members.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Outline {
    log: Option<IgnoredAny>,
    initiation: Option<IgnoredAny>,
    authentication: Option<IgnoredAny>,
}

/// Reads every launch of a recording.
///
/// # Errors
/// When it is none, or holds none.
pub fn launches(text: &str) -> Result<Vec<Recorded>, CaptureError> {
    let outline: Outline = serde_json::from_str(text).map_err(|error| {
        CaptureError(format!(
            "line {}: is neither an HTTP archive (HAR) nor JSON of a launch: {}",
            error.line(),
            json::without_values(&error)
        ))
    })?;
    match outline {
        Outline { log: Some(_), .. } => har::read(text),
        Outline { initiation: None, authentication: None, .. } => json::form(text).map(|recorded| vec![recorded]),
        Outline { .. } => json::steps(text).map(|recorded| vec![recorded]),
    }
}

fn choose(mut found: Vec<Recorded>, launch: Option<usize>) -> Result<Recorded, CaptureError> {
    let number = launch.unwrap_or(found.len());
    if number == 0 || number > found.len() {
        let holds = if found.len() == 1 { "1 launch".to_owned() } else { format!("{} launches", found.len()) };
        return Err(CaptureError(format!("there is no launch {number}: the recording holds {holds}, counted from 1")));
    }
    Ok(found.swap_remove(number - 1))
}

/// What the report says of the recording itself: which launch was judged, and what is missing.
pub(crate) fn notes(recorded: &Recorded) -> Vec<Note> {
    let Place { number, of } = recorded.place;
    let which = (of > 1).then(|| format!("launch {number} of {of} is judged; --launch N chooses another"));
    which.into_iter().chain(recorded.missing.iter().cloned()).map(note).collect()
}

pub(crate) fn note(text: impl Into<String>) -> Note {
    Note { stage: "capture".to_owned(), text: text.into(), duration_ms: 0 }
}

/// The launch as a sequence of browser, tool and platform. The secrets are still in it: every report takes them out.
pub(crate) fn exchanges(recorded: &Recorded) -> Vec<Exchange> {
    let steps = [
        (&recorded.login, "tool"),
        (&recorded.request, "platform"),
        (&recorded.response, "tool"),
        (&recorded.returned, "platform"),
    ];
    steps.into_iter().filter_map(|(message, to)| Some(exchange(message.as_ref()?, to))).collect()
}

fn exchange(message: &Message, to: &str) -> Exchange {
    let answer = message.answer.clone().unwrap_or_default();
    let status = answer.status;
    let headers = answer.headers.clone().unwrap_or_default();
    Exchange {
        from: "browser".to_owned(),
        to: to.to_owned(),
        method: message.method.clone(),
        url: message.address().to_owned(),
        fields: message.fields.clone(),
        status,
        headers: headers
            .into_iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value))
            .filter(|(name, _)| crate::trace::HEADERS.contains(&name.as_str()))
            .collect(),
        text: if status.is_none() { "the answer was not recorded".to_owned() } else { String::new() },
        token: message.get("id_token").and_then(crate::trace::decode),
        error: None,
    }
}

/// The claims of the recorded token; null where there is none that can be read.
pub(crate) fn claims(recorded: &Recorded) -> Value {
    let token = recorded.response.as_ref().and_then(|response| response.get("id_token"));
    token.and_then(crate::trace::decode).map_or(Value::Null, |token| token.claims)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_last_launch_is_taken_unless_another_is_asked_for() {
        let launch = |number| Recorded { place: Place { number, of: 2 }, ..Recorded::default() };
        let both = || vec![launch(1), launch(2)];
        assert_eq!(choose(both(), None).unwrap().place.number, 2);
        assert_eq!(choose(both(), Some(1)).unwrap().place.number, 1);
        assert_eq!(notes(&launch(1))[0].text, "launch 1 of 2 is judged; --launch N chooses another");
        for wrong in [0, 3] {
            let error = choose(both(), Some(wrong)).unwrap_err().to_string();
            assert!(error.contains("the recording holds 2 launches"), "{error}");
        }
    }

    #[test]
    fn what_is_no_recording_is_refused_in_one_line() {
        for (text, words) in [
            ("", "line 1: is neither an HTTP archive (HAR) nor JSON of a launch"),
            ("{\"log\": {\"entries\": []}}", "none of the 0 requests of this recording belongs to a launch"),
            ("{\"log\": 3}", "is no HTTP archive"),
            ("{\"field\": {}}", "unknown field `field`"),
        ] {
            let error = launches(text).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains('\n'), "{error}");
        }
    }
}
