//! What a tool asks of the outcomes service.

use std::fmt;

use super::score::{ResultScore, Score};
use super::xml::{self, Element, Unwritable, Writer, XmlError};

const ROOT: &str = "imsx_POXEnvelopeRequest";
const REPLACE: &str = "replaceResult";
const READ: &str = "readResult";
const DELETE: &str = "deleteResult";

/// A request as it was read. What is missing is `None` or empty, so that a service can answer each fault by its name:
/// whether the score is one says [`ResultScore::score`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutcomeRequest {
    /// `imsx_version`, `V1.0`.
    pub version: Option<String>,
    /// `imsx_messageIdentifier`: the answer names it again.
    pub message_identifier: Option<String>,
    /// What is asked for.
    pub operation: Operation,
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// `replaceResultRequest`: sets the result (6.1.1).
    Replace {
        /// `sourcedId`: whose result, the `lis_result_sourcedid` of a launch.
        sourcedid: String,
        /// `resultScore`.
        score: Option<ResultScore>,
        /// `resultData`, an extension.
        data: Option<ResultData>,
    },
    /// `readResultRequest`: asks for the result (6.1.2).
    Read {
        /// `sourcedId`.
        sourcedid: String,
    },
    /// `deleteResultRequest`: takes the result away (6.1.3).
    Delete {
        /// `sourcedId`.
        sourcedid: String,
    },
    /// Another operation by its name, as a rule one that ends in `Request`; empty where the body is.
    Unknown(String),
}

/// `resultData`: the work that the score is for, as an extension of several platforms has it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResultData {
    /// `text`.
    Text(String),
    /// `url`: the work is there.
    Url(String),
    /// `ltiLaunchUrl`: a launch shows the work.
    LtiLaunchUrl(String),
}

impl ResultData {
    const fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Url(_) => "url",
            Self::LtiLaunchUrl(_) => "ltiLaunchUrl",
        }
    }

    /// The text or address.
    pub fn value(&self) -> &str {
        match self {
            Self::Text(value) | Self::Url(value) | Self::LtiLaunchUrl(value) => value,
        }
    }

    pub(super) fn read(result: &Element) -> Option<Self> {
        let data = result.child("resultData")?;
        let text = |name: &str| data.text_at(&[name]);
        text("text")
            .map(Self::Text)
            .or_else(|| text("url").map(Self::Url))
            .or_else(|| text("ltiLaunchUrl").map(Self::LtiLaunchUrl))
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.within("resultData", |writer| writer.text(self.name(), self.value()));
    }
}

impl fmt::Debug for ResultData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResultData({}, ..)", self.name())
    }
}

impl Operation {
    /// Sets a result to this score.
    pub fn replace(sourcedid: impl Into<String>, score: Score) -> Self {
        Self::Replace { sourcedid: sourcedid.into(), score: Some(ResultScore::new(score)), data: None }
    }

    /// Asks for a result.
    pub fn read(sourcedid: impl Into<String>) -> Self {
        Self::Read { sourcedid: sourcedid.into() }
    }

    /// Takes a result away.
    pub fn delete(sourcedid: impl Into<String>) -> Self {
        Self::Delete { sourcedid: sourcedid.into() }
    }

    /// Its name without `Request`, as a response names it again: `replaceResult`.
    pub fn name(&self) -> &str {
        match self {
            Self::Replace { .. } => REPLACE,
            Self::Read { .. } => READ,
            Self::Delete { .. } => DELETE,
            Self::Unknown(name) => name.strip_suffix("Request").unwrap_or(name),
        }
    }

    /// Whose result it is about.
    pub fn sourcedid(&self) -> Option<&str> {
        match self {
            Self::Replace { sourcedid, .. } | Self::Read { sourcedid } | Self::Delete { sourcedid } => Some(sourcedid),
            Self::Unknown(_) => None,
        }
    }

    fn read_from(element: &Element) -> Self {
        let record = element.child("resultRecord");
        let sourcedid = record.and_then(|record| record.text_at(&["sourcedGUID", "sourcedId"])).unwrap_or_default();
        match element.name.strip_suffix("Request") {
            Some(REPLACE) => {
                let result = record.and_then(|record| record.child("result"));
                Self::Replace {
                    sourcedid,
                    score: result.and_then(ResultScore::read),
                    data: result.and_then(ResultData::read),
                }
            }
            Some(READ) => Self::Read { sourcedid },
            Some(DELETE) => Self::Delete { sourcedid },
            _ => Self::Unknown(element.name.clone()),
        }
    }

    fn write(&self, writer: &mut Writer) {
        let Some(sourcedid) = self.sourcedid() else {
            let Self::Unknown(name) = self else { return };
            if xml::is_name(name) {
                writer.within(name, |_| ());
            }
            return;
        };
        writer.within(&format!("{}Request", self.name()), |writer| {
            writer.within("resultRecord", |writer| {
                writer.within("sourcedGUID", |writer| writer.text("sourcedId", sourcedid));
                let Self::Replace { score, data, .. } = self else { return };
                writer.within("result", |writer| {
                    if let Some(score) = score {
                        score.write(writer);
                    }
                    if let Some(data) = data {
                        data.write(writer);
                    }
                });
            });
        });
    }
}

impl ResultScore {
    pub(super) fn read(result: &Element) -> Option<Self> {
        let score = result.child("resultScore")?;
        Some(Self { language: score.text_at(&["language"]), text: score.text_at(&["textString"]).unwrap_or_default() })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.within("resultScore", |writer| {
            writer.text_some("language", self.language.as_deref());
            writer.text("textString", &self.text);
        });
    }
}

impl OutcomeRequest {
    /// A request with an identifier of its own.
    pub fn new(message_identifier: impl Into<String>, operation: Operation) -> Self {
        Self { version: Some("V1.0".to_owned()), message_identifier: Some(message_identifier.into()), operation }
    }

    /// Reads a request. The signature and the hash over these bytes are somebody else's matter, and come first.
    ///
    /// # Errors
    /// [`XmlError`]: it is no XML within the limits, or its root is something else.
    pub fn from_xml(bytes: &[u8]) -> Result<Self, XmlError> {
        let root = xml::read(bytes, ROOT)?;
        let info = ["imsx_POXHeader", "imsx_POXRequestHeaderInfo"];
        let info = root.at(&info);
        let field = |name| info.and_then(|info| info.text_at(&[name]));
        let body = root.child("imsx_POXBody").and_then(|body| body.children.first());
        Ok(Self {
            version: field("imsx_version"),
            message_identifier: field("imsx_messageIdentifier"),
            operation: body.map_or_else(|| Operation::Unknown(String::new()), Operation::read_from),
        })
    }

    /// Writes the request.
    ///
    /// # Errors
    /// [`Unwritable`]: a value holds a character that XML cannot carry.
    pub fn to_xml(&self) -> Result<String, Unwritable> {
        let mut writer = Writer::new(ROOT);
        writer.within("imsx_POXHeader", |writer| {
            writer.within("imsx_POXRequestHeaderInfo", |writer| {
                writer.text_some("imsx_version", self.version.as_deref());
                writer.text_some("imsx_messageIdentifier", self.message_identifier.as_deref());
            });
        });
        writer.within("imsx_POXBody", |writer| self.operation.write(writer));
        writer.end(ROOT)
    }
}

impl fmt::Debug for Operation {
    /// Which operation, and not whose result.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({}, ..)", self.name())
    }
}

impl fmt::Debug for OutcomeRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutcomeRequest").field("operation", &self.operation).finish_non_exhaustive()
    }
}
