//! What the outcomes service answers.

use std::fmt;

use super::code::{CodeMajor, CodeMinor, Severity};
use super::request::{Operation, OutcomeRequest, ResultData};
use super::score::{ResultScore, Score};
use super::xml::{self, Element, Unwritable, Writer, XmlError};

const ROOT: &str = "imsx_POXEnvelopeResponse";

/// A response. What is missing in one that was read is `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutcomeResponse {
    /// `imsx_version`, `V1.0`.
    pub version: Option<String>,
    /// `imsx_messageIdentifier`: of this response.
    pub message_identifier: Option<String>,
    /// `imsx_codeMajor`; [`CodeMajor::Unknown`] with an empty text where it is missing.
    pub code_major: CodeMajor,
    /// `imsx_severity`.
    pub severity: Option<Severity>,
    /// `imsx_description`: for people.
    pub description: Option<String>,
    /// `imsx_messageRefIdentifier`: the request that is answered.
    pub message_ref: Option<String>,
    /// `imsx_operationRefIdentifier`: its operation, such as `replaceResult`.
    pub operation_ref: Option<String>,
    /// `imsx_codeMinorField`: who says it, and what.
    pub code_minor: Vec<(String, CodeMinor)>,
    /// What lies in the body.
    pub body: ResponseBody,
}

/// What lies in the body of a response.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseBody {
    /// `replaceResultResponse`.
    Replace,
    /// `readResultResponse`, with the result as it stands.
    Read {
        /// `resultScore`; its text is empty where there is no score yet (6.1.2).
        score: Option<ResultScore>,
        /// `resultData`, an extension.
        data: Option<ResultData>,
    },
    /// `deleteResultResponse`.
    Delete,
    /// Nothing, as beside a failure.
    Empty,
    /// Something else by its name.
    Unknown(String),
}

impl fmt::Debug for ResponseBody {
    /// Which body, and not which result.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Replace => "Replace",
            Self::Read { .. } => "Read(..)",
            Self::Delete => "Delete",
            Self::Empty => "Empty",
            Self::Unknown(name) => name,
        })
    }
}

impl OutcomeResponse {
    /// The request was done: the answer to a replace or a delete. The answer to a read is [`score`](Self::score).
    pub fn success(message_identifier: impl Into<String>, request: &OutcomeRequest, description: &str) -> Self {
        let body = match request.operation {
            Operation::Replace { .. } => ResponseBody::Replace,
            Operation::Delete { .. } => ResponseBody::Delete,
            Operation::Read { .. } => ResponseBody::Read { score: Some(ResultScore::none()), data: None },
            Operation::Unknown(_) => ResponseBody::Empty,
        };
        Self {
            body,
            severity: Some(Severity::Status),
            ..Self::answer(message_identifier, request, CodeMajor::Success, description)
        }
    }

    /// The answer to a read: the score, or none yet, which is an empty text and no failure (6.1.2).
    pub fn score(message_identifier: impl Into<String>, request: &OutcomeRequest, score: Option<Score>) -> Self {
        let description = if score.is_some() { "the result is read" } else { "there is no score yet" };
        let score = score.map_or_else(ResultScore::none, ResultScore::new);
        Self {
            body: ResponseBody::Read { score: Some(score), data: None },
            ..Self::success(message_identifier, request, description)
        }
    }

    /// The request was not done.
    pub fn failure(
        message_identifier: impl Into<String>,
        request: &OutcomeRequest,
        code_minor: CodeMinor,
        description: &str,
    ) -> Self {
        Self {
            severity: Some(Severity::Error),
            code_minor: vec![("imsx_codeMinor".to_owned(), code_minor)],
            ..Self::answer(message_identifier, request, CodeMajor::Failure, description)
        }
    }

    /// The service does not know the operation.
    pub fn unsupported(message_identifier: impl Into<String>, request: &OutcomeRequest) -> Self {
        let description = format!("the operation {} is not supported", request.operation.name());
        Self {
            severity: Some(Severity::Status),
            ..Self::answer(message_identifier, request, CodeMajor::Unsupported, &description)
        }
    }

    /// A failure in answer to a message that could not be read as a request.
    pub fn unreadable(message_identifier: impl Into<String>, description: &str) -> Self {
        let nothing =
            OutcomeRequest { version: None, message_identifier: None, operation: Operation::Unknown(String::new()) };
        Self { operation_ref: None, ..Self::failure(message_identifier, &nothing, CodeMinor::InvalidData, description) }
    }

    fn answer(
        message_identifier: impl Into<String>,
        request: &OutcomeRequest,
        code_major: CodeMajor,
        description: &str,
    ) -> Self {
        Self {
            version: Some("V1.0".to_owned()),
            message_identifier: Some(message_identifier.into()),
            code_major,
            severity: None,
            description: Some(description.to_owned()),
            message_ref: request.message_identifier.clone(),
            operation_ref: Some(request.operation.name().to_owned()),
            code_minor: Vec::new(),
            body: ResponseBody::Empty,
        }
    }

    /// Whether the request was done. It may still lack the body that belongs to it.
    pub fn is_success(&self) -> bool {
        self.code_major == CodeMajor::Success
    }

    /// Reads a response.
    ///
    /// # Errors
    /// [`XmlError`]: it is no XML within the limits, or its root is something else.
    pub fn from_xml(bytes: &[u8]) -> Result<Self, XmlError> {
        let root = xml::read(bytes, ROOT)?;
        let info = root.at(&["imsx_POXHeader", "imsx_POXResponseHeaderInfo"]);
        let status = info.and_then(|info| info.child("imsx_statusInfo"));
        let field = |name| info.and_then(|info| info.text_at(&[name]));
        let told = |name| status.and_then(|status| status.text_at(&[name]));
        Ok(Self {
            version: field("imsx_version"),
            message_identifier: field("imsx_messageIdentifier"),
            code_major: CodeMajor::parse(&told("imsx_codeMajor").unwrap_or_default()),
            severity: told("imsx_severity").map(|text| Severity::parse(&text)),
            description: told("imsx_description"),
            message_ref: told("imsx_messageRefIdentifier"),
            operation_ref: told("imsx_operationRefIdentifier"),
            code_minor: status.and_then(|status| status.child("imsx_codeMinor")).map(read_minor).unwrap_or_default(),
            body: read_body(root.child("imsx_POXBody").and_then(|body| body.children.first())),
        })
    }

    /// Writes the response.
    ///
    /// # Errors
    /// [`Unwritable`]: a value holds a character that XML cannot carry.
    pub fn to_xml(&self) -> Result<String, Unwritable> {
        let mut writer = Writer::new(ROOT);
        writer.within("imsx_POXHeader", |writer| {
            writer.within("imsx_POXResponseHeaderInfo", |writer| {
                writer.text_some("imsx_version", self.version.as_deref());
                writer.text_some("imsx_messageIdentifier", self.message_identifier.as_deref());
                writer.within("imsx_statusInfo", |writer| self.write_status(writer));
            });
        });
        writer.within("imsx_POXBody", |writer| self.body.write(writer));
        writer.end(ROOT)
    }

    fn write_status(&self, writer: &mut Writer) {
        writer.text("imsx_codeMajor", self.code_major.as_str());
        writer.text_some("imsx_severity", self.severity.as_ref().map(Severity::as_str));
        writer.text_some("imsx_description", self.description.as_deref());
        writer.text_some("imsx_messageRefIdentifier", self.message_ref.as_deref());
        writer.text_some("imsx_operationRefIdentifier", self.operation_ref.as_deref());
        if self.code_minor.is_empty() {
            return;
        }
        writer.within("imsx_codeMinor", |writer| {
            for (name, value) in &self.code_minor {
                writer.within("imsx_codeMinorField", |writer| {
                    writer.text("imsx_codeMinorFieldName", name);
                    writer.text("imsx_codeMinorFieldValue", value.as_str());
                });
            }
        });
    }
}

impl ResponseBody {
    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Replace => writer.within("replaceResultResponse", |_| ()),
            Self::Delete => writer.within("deleteResultResponse", |_| ()),
            Self::Empty => {}
            Self::Unknown(name) if !xml::is_name(name) => {}
            Self::Unknown(name) => writer.within(name, |_| ()),
            Self::Read { score, data } => writer.within("readResultResponse", |writer| {
                writer.within("result", |writer| {
                    if let Some(score) = score {
                        score.write(writer);
                    }
                    if let Some(data) = data {
                        data.write(writer);
                    }
                });
            }),
        }
    }
}

fn read_minor(minor: &Element) -> Vec<(String, CodeMinor)> {
    let fields = minor.children.iter().filter(|field| field.name == "imsx_codeMinorField");
    let text = |field: &Element, name| field.text_at(&[name]).unwrap_or_default();
    fields
        .map(|field| {
            let value = CodeMinor::parse(&text(field, "imsx_codeMinorFieldValue"));
            (text(field, "imsx_codeMinorFieldName"), value)
        })
        .collect()
}

fn read_body(body: Option<&Element>) -> ResponseBody {
    let Some(body) = body else { return ResponseBody::Empty };
    match body.name.as_str() {
        "replaceResultResponse" => ResponseBody::Replace,
        "deleteResultResponse" => ResponseBody::Delete,
        "readResultResponse" => {
            let result = body.child("result");
            ResponseBody::Read { score: result.and_then(ResultScore::read), data: result.and_then(ResultData::read) }
        }
        name => ResponseBody::Unknown(name.to_owned()),
    }
}
