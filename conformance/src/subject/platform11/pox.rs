//! What an outcomes service answered: an XML envelope, read as far as it goes.

use quick_xml::{Reader, events::Event};

use crate::subject::platform::service::Reply;

/// An answer of the outcomes service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoxAnswer {
    /// The status.
    pub status: u16,
    /// The media type without its parameters.
    pub media_type: Option<String>,
    /// Whether there is an `imsx_POXEnvelopeResponse`.
    pub envelope: bool,
    /// `imsx_codeMajor`, in lower case.
    pub major: Option<String>,
    /// `imsx_messageRefIdentifier`.
    pub reference: Option<String>,
    /// `imsx_operationRefIdentifier`.
    pub operation: Option<String>,
    /// What stands in the body: `replaceResultResponse`.
    pub response: Option<String>,
    /// The score: `textString`.
    pub score: Option<String>,
    /// The body as text.
    pub text: String,
}

impl PoxAnswer {
    /// Reads an answer. What is no XML leaves everything but the status and the text empty.
    pub fn read(reply: &Reply) -> Self {
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let mut answer = Self { status: reply.status.as_u16(), media_type: reply.media_type(), ..Self::default() };
        let mut reader = Reader::from_str(&text);
        let mut path: Vec<String> = Vec::new();
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) => {
                    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                    answer.open(&path, &name);
                    path.push(name);
                }
                Ok(Event::Empty(start)) => {
                    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                    answer.open(&path, &name);
                    answer.found(&name, "");
                }
                Ok(Event::End(_)) => {
                    path.pop();
                }
                Ok(Event::Text(part)) => {
                    if let Some(name) = path.last() {
                        answer.found(name, &String::from_utf8_lossy(&part));
                    }
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        Self { text, ..answer }
    }

    fn open(&mut self, path: &[String], name: &str) {
        self.envelope |= path.is_empty() && name == "imsx_POXEnvelopeResponse";
        if path.last().is_some_and(|parent| parent == "imsx_POXBody") {
            self.response.get_or_insert_with(|| name.to_owned());
        }
        if name == "textString" {
            self.score.get_or_insert_default();
        }
    }

    fn found(&mut self, name: &str, text: &str) {
        let text = text.trim();
        let field = match name {
            "imsx_codeMajor" => {
                self.major = Some(text.to_ascii_lowercase());
                return;
            }
            "imsx_messageRefIdentifier" => &mut self.reference,
            "imsx_operationRefIdentifier" => &mut self.operation,
            "textString" => &mut self.score,
            _ => return,
        };
        field.get_or_insert_default().push_str(text);
    }

    /// Whether the service says that it did what was asked. Without an envelope a status of success is taken for it.
    pub fn is_success(&self) -> bool {
        match (&self.major, self.envelope) {
            (Some(major), _) => major == "success",
            (None, true) => false,
            (None, false) => (200..300).contains(&self.status) && !self.is_page(),
        }
    }

    /// Whether this may be success and may be an error with a status of success: nothing but the result can tell.
    pub fn is_unclear(&self) -> bool {
        self.major.is_none() && self.is_success()
    }

    /// Whether the body is a page for people.
    fn is_page(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        text.contains("<html") || text.contains("<!doctype html")
    }

    /// Whether the service says so in an envelope. What is no envelope may be anything, an error with a status of success
    /// included.
    pub fn says_success(&self) -> bool {
        self.major.as_deref() == Some("success")
    }

    /// Whether the service failed instead of answering.
    pub const fn crashed(&self) -> bool {
        self.status >= 500 && !self.envelope
    }

    /// What a report may say of it.
    pub fn describe(&self) -> String {
        match (&self.major, self.envelope) {
            (Some(major), _) => format!("{}, imsx_codeMajor {major:?}", self.status),
            (None, true) => format!("{}, an envelope without imsx_codeMajor", self.status),
            (None, false) => format!("{} without an envelope", self.status),
        }
    }
}

/// Makes text safe to stand in XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;

    fn read(status: u16, body: &'static str) -> PoxAnswer {
        let status = StatusCode::from_u16(status).unwrap();
        PoxAnswer::read(&Reply { status, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) })
    }

    #[test]
    fn an_envelope_is_read_whatever_prefix_it_uses() {
        let answer = read(
            200,
            "<?xml version=\"1.0\"?><x:imsx_POXEnvelopeResponse xmlns:x=\"urn:x\"><x:imsx_POXHeader><x:imsx_POXResponseHeaderInfo>\
             <x:imsx_statusInfo><x:imsx_codeMajor>Success</x:imsx_codeMajor><x:imsx_messageRefIdentifier>m-1</x:imsx_messageRefIdentifier>\
             </x:imsx_statusInfo></x:imsx_POXResponseHeaderInfo></x:imsx_POXHeader><x:imsx_POXBody><x:readResultResponse><x:result>\
             <x:resultScore><x:textString> 0.5 </x:textString></x:resultScore></x:result></x:readResultResponse></x:imsx_POXBody>\
             </x:imsx_POXEnvelopeResponse>",
        );
        assert!(answer.envelope && answer.is_success());
        assert_eq!((answer.score.as_deref(), answer.reference.as_deref()), (Some("0.5"), Some("m-1")));
        assert_eq!(answer.response.as_deref(), Some("readResultResponse"));
    }

    #[test]
    fn an_empty_score_is_one_and_no_score_is_none() {
        let empty = read(
            200,
            "<imsx_POXEnvelopeResponse><imsx_POXBody><a><textString/></a></imsx_POXBody></imsx_POXEnvelopeResponse>",
        );
        assert_eq!((empty.score.as_deref(), empty.is_success()), (Some(""), false));
        assert_eq!(read(200, "<imsx_POXEnvelopeResponse/>").score, None);
    }

    #[test]
    fn what_is_no_envelope_is_told_by_its_status() {
        assert!(read(204, "").is_success());
        assert!(!read(401, "no").is_success() && !read(200, "<html>sign in</html>").is_success());
        assert!(!read(200, "error: out of range").says_success() && read(200, "{\"error\": 1}").is_unclear());
        assert!(!read(200, "<!DOCTYPE HTML><HTML>sign in</HTML>").is_success() && !read(401, "no").is_unclear());
        assert!(read(500, "Fatal error").crashed());
    }
}
