//! The double's outcomes service.

use std::fmt::Write as _;

use http::{StatusCode, header};

use super::{
    AnswerFlaw, Platform11Double, ScoreFlaw, ServiceFlaw,
    http::{escape, with_type},
    sign::{Fields, Habit, get, hash, header_fields},
};
use crate::transport::{Request, Response};

/// What an operation came to.
struct Done {
    major: &'static str,
    words: &'static str,
    /// The score, for an answer that brings one.
    score: Option<String>,
}

const fn done(major: &'static str, words: &'static str) -> Done {
    Done { major, words, score: None }
}

/// What stands between the first two tags of this name.
fn between<'x>(xml: &'x str, tag: &str) -> Option<&'x str> {
    let rest = xml.split_once(&format!("<{tag}>"))?.1;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}

/// The operation that a request names, without the ending of its element.
fn operation_of(body: &str) -> String {
    let inside = body.split_once("<imsx_POXBody>").map_or("", |(_, rest)| rest);
    let name = inside.trim_start().trim_start_matches('<').split(['>', '/', ' ']).next().unwrap_or_default();
    name.strip_suffix("Request").unwrap_or(name).to_owned()
}

fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

impl Platform11Double {
    /// Answers a request to the service.
    pub(super) fn outcomes(&self, request: &Request) -> Response {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let operation = operation_of(&body);
        let crashed = (self.has(AnswerFlaw::EntityCrash) && body.contains("<!ENTITY"))
            || (self.has(AnswerFlaw::BrokenCrash) && !body.trim_end().ends_with("</imsx_POXEnvelopeRequest>"));
        if crashed {
            return with_type(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "Fatal error");
        }
        let done = match self.refusal(request, &body) {
            Some(words) => done("failure", words),
            None => self.operate(&operation, &body),
        };
        self.envelope(&operation, &body, &done)
    }

    /// Why a request is refused before it is read.
    fn refusal(&self, request: &Request, body: &str) -> Option<&'static str> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default();
        let exact = self.has(ServiceFlaw::CharsetRefused);
        if !media_type.starts_with("application/xml") || (exact && media_type != "application/xml") {
            return Some("the body is no application/xml");
        }
        if let Some(words) = self.unauthorized(request) {
            return Some(words);
        }
        if body.contains("<!DOCTYPE") && !self.has(AnswerFlaw::EntityExpanded) {
            let looked_for = self.has(AnswerFlaw::ExternalRead) && body.contains("SYSTEM");
            return Some(if looked_for { "failed to open stream" } else { "no document type is taken" });
        }
        if !body.trim_end().ends_with("</imsx_POXEnvelopeRequest>") {
            return Some("the XML is broken");
        }
        let older = body.contains("http://www.imsglobal.org/lis/oms1p0/pox");
        (older && self.has(ServiceFlaw::NamespaceRefused)).then_some("the namespace is not known")
    }

    fn unauthorized(&self, request: &Request) -> Option<&'static str> {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(fields) = header.and_then(header_fields) else {
            return (!self.has(ServiceFlaw::UnsignedTaken)).then_some("the request is not signed");
        };
        let hashed = get(&fields, "oauth_body_hash");
        let right = hash(request.body(), self.has(ServiceFlaw::HashSha256));
        let hash_refused = match hashed {
            None => !self.has(ServiceFlaw::HashOptional) && !self.has(ServiceFlaw::HashSha256),
            Some(sent) => sent != right && !self.has(ServiceFlaw::HashUnchecked),
        };
        if hash_refused {
            return Some("the hash of the body is wrong");
        }
        let secret = match get(&fields, "oauth_consumer_key") {
            Some(key) if key == self.wiring.key => self.wiring.secret.as_str(),
            _ if self.has(ServiceFlaw::KeyUnknown) => "",
            _ => return Some("the request cannot be verified"),
        };
        if !self.has(ServiceFlaw::SignatureUnchecked) && !self.is_signed(request, &fields, secret) {
            return Some("the request cannot be verified");
        }
        let nonce = get(&fields, "oauth_nonce").unwrap_or_default().to_owned();
        let fresh = self.book().nonces.insert(nonce);
        (!fresh && !self.has(ServiceFlaw::ReplayTaken)).then_some("the request was there before")
    }

    fn is_signed(&self, request: &Request, fields: &Fields, secret: &str) -> bool {
        let mut signed: Fields = fields.iter().filter(|(name, _)| name != "oauth_signature").cloned().collect();
        if !self.has(ServiceFlaw::QueryUnsigned) {
            let query = request.uri().query().unwrap_or_default();
            signed.extend(form_urlencoded::parse(query.as_bytes()).into_owned());
        }
        let address = self.own(request.uri().path());
        get(fields, "oauth_signature") == Some(&Habit::default().sign("POST", &address, &signed, secret))
    }

    /// Does what a verified request asks for.
    fn operate(&self, operation: &str, body: &str) -> Done {
        let sourcedid = plain(between(body, "sourcedId").unwrap_or_default());
        let known = sourcedid.starts_with("{\"link\":\"rl-");
        if !known && !self.has(ScoreFlaw::UnknownSuccess) {
            return done("failure", "no such result");
        }
        let place = if self.has(ServiceFlaw::ResultsShared) { "all".to_owned() } else { sourcedid };
        match operation {
            "replaceResult" => {
                if body.contains("<resultData>") && self.has(ServiceFlaw::ResultDataRefused) {
                    return done("failure", "result data is not taken");
                }
                let text = between(body, "textString").unwrap_or_default().replace("&score;", "");
                match self.score(if text.is_empty() && body.contains("<!ENTITY") { "0.44" } else { &text }) {
                    Some(score) => {
                        let mut book = self.book();
                        if !(self.has(ScoreFlaw::FirstKept) && book.scores.contains_key(&place)) {
                            book.scores.insert(place, self.kept(score));
                        }
                        done("success", "the score is stored")
                    }
                    None => done("failure", "the score is no number from 0.0 to 1.0"),
                }
            }
            "readResult" if self.has(ScoreFlaw::ReadRefused) => done("failure", "scores cannot be read"),
            "readResult" => {
                let none = if self.has(ScoreFlaw::EmptyZero) { "0" } else { "" };
                let score = self.book().scores.get(&place).map_or_else(|| none.to_owned(), ToString::to_string);
                let score = if self.has(ScoreFlaw::ZeroIsNone) && score == "0" { String::new() } else { score };
                Done { score: Some(score), ..done("success", "the score is read") }
            }
            "deleteResult" if self.has(ScoreFlaw::DeleteRefused) => done("unsupported", "scores cannot be deleted"),
            "deleteResult" => {
                if self.has(ScoreFlaw::DeleteZero) {
                    self.book().scores.insert(place, 0.0);
                } else {
                    self.book().scores.remove(&place);
                }
                done("success", "the score is deleted")
            }
            _ if self.has(ScoreFlaw::OperationFailure) => done("failure", "the operation is not known"),
            _ if self.has(ScoreFlaw::OperationUnimplemented) => done("unimplemented", "the operation is not known"),
            _ => done("unsupported", "the operation is not known"),
        }
    }

    /// Reads a score, with whatever is wrong in that.
    fn score(&self, text: &str) -> Option<f64> {
        let text = if self.has(ScoreFlaw::CommaTaken) { text.replace(',', ".") } else { text.to_owned() };
        let read = text.trim().parse::<f64>().ok();
        let read = match read {
            Some(number) if number.is_nan() && self.has(ScoreFlaw::NanTaken) => return Some(1.0),
            Some(number) if number.is_nan() => None,
            other => other,
        };
        let number = match read {
            Some(number) => number,
            None if self.has(ScoreFlaw::WordIsZero) => 0.0,
            None if self.has(ScoreFlaw::EmptyTaken) && text.is_empty() => 0.0,
            None => return None,
        };
        let compared = if self.has(ScoreFlaw::RangeRounded) { number.trunc() } else { number };
        let low = compared < 0.0 && !self.has(ScoreFlaw::RangeLow);
        let high = compared > 1.0 && !self.has(ScoreFlaw::RangeHigh);
        let edge = self.has(ScoreFlaw::OneRefused) && number >= 1.0;
        (!low && !high && !edge).then_some(number)
    }

    /// What is kept of a score.
    fn kept(&self, score: f64) -> f64 {
        match () {
            () if self.has(ScoreFlaw::OneDigit) => (score * 10.0).trunc() / 10.0,
            () if self.has(ScoreFlaw::FractionKept) => score.fract(),
            () => score,
        }
    }

    fn envelope(&self, operation: &str, body: &str, done: &Done) -> Response {
        if self.has(AnswerFlaw::EnvelopeMissing) && operation == "replaceResult" && done.major == "success" {
            return with_type(StatusCode::NO_CONTENT, "text/plain", "");
        }
        if self.has(AnswerFlaw::FailurePlain) && done.major != "success" {
            return with_type(StatusCode::OK, "text/plain", done.words);
        }
        let mut reference = between(body, "imsx_messageIdentifier").unwrap_or_default().to_owned();
        if self.has(AnswerFlaw::ReferenceConstant) {
            "999999123".clone_into(&mut reference);
        }
        let operated = if self.has(AnswerFlaw::OperationMissing) {
            String::new()
        } else {
            format!("<imsx_operationRefIdentifier>{}</imsx_operationRefIdentifier>", escape(operation))
        };
        let mut inside = String::new();
        if done.major == "success" {
            let score = done.score.as_ref().map_or_else(String::new, |score| {
                format!("<result><resultScore><language>en</language><textString>{score}</textString></resultScore></result>")
            });
            // Writing to a string cannot fail.
            let _ = write!(inside, "<{operation}Response>{score}</{operation}Response>");
        }
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><imsx_POXEnvelopeResponse \
             xmlns=\"http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0\"><imsx_POXHeader><imsx_POXResponseHeaderInfo>\
             <imsx_version>V1.0</imsx_version><imsx_messageIdentifier>{}</imsx_messageIdentifier><imsx_statusInfo>\
             <imsx_codeMajor>{}</imsx_codeMajor><imsx_severity>status</imsx_severity><imsx_description>{}</imsx_description>\
             <imsx_messageRefIdentifier>{}</imsx_messageRefIdentifier>{operated}</imsx_statusInfo>\
             </imsx_POXResponseHeaderInfo></imsx_POXHeader><imsx_POXBody>{inside}</imsx_POXBody></imsx_POXEnvelopeResponse>",
            self.random.draw(),
            done.major,
            escape(done.words),
            escape(&reference),
        );
        let failed = done.major != "success" && self.has(AnswerFlaw::FailureStatus);
        let status = if failed { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        with_type(status, if self.has(AnswerFlaw::TypeHtml) { "text/html" } else { "application/xml" }, xml)
    }
}
