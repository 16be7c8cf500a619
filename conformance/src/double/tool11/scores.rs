//! The outcomes client of the double: it writes and signs its requests by itself.

use ::http::{StatusCode, header};
use aws_lc_rs::{digest, hmac};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;

use super::{
    ScoreFlaw, Tool11Double,
    http::{cookie, escape as escape_xml, page},
    page::{SESSION_COOKIE, Visitor},
    wire::{Parameters, escape},
};
use crate::transport::{Request, Response};

/// Where users do something about their score: the path and what the button says.
const ACTS: [(&str, &str, &str); 3] = [
    ("/score/replace", "Hand in", "replaceResult"),
    ("/score/read", "Look up score", "readResult"),
    ("/score/delete", "Withdraw", "deleteResult"),
];

/// Where a user's scores go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grading {
    pub(super) service: String,
    pub(super) sourcedid: String,
}

impl Tool11Double {
    /// Where the scores of whoever comes with this launch go.
    pub(super) fn grading(&self, consumer: &str, parameters: &Parameters) -> Option<Grading> {
        let service = parameters.filled("lis_outcome_service_url")?;
        let own = Grading { service, sourcedid: parameters.filled("lis_result_sourcedid")? };
        let of = |name: &str| parameters.get(name).unwrap_or_default();
        let place = match () {
            () if self.has(ScoreFlaw::Oldest) => of("resource_link_id"),
            () if self.has(ScoreFlaw::ByCourse) => of("context_id"),
            () => return Some(own),
        };
        let key = format!("{consumer} {} {place}", of("user_id"));
        Some(self.book().gradings.entry(key).or_insert(own).clone())
    }

    /// The buttons of somebody whose work is graded.
    pub(super) fn buttons(visitor: &Visitor) -> String {
        if visitor.grading.is_none() {
            return String::new();
        }
        let forms = ACTS.iter().map(|(path, button, _)| {
            format!("<form method=\"post\" action=\"{path}\"><button>{button}</button></form>")
        });
        forms.collect()
    }

    /// What one of the buttons does; nothing where the path is none of theirs.
    pub(super) fn score(&self, request: &Request) -> Option<Response> {
        let (_, _, operation) = ACTS.iter().find(|(path, ..)| *path == request.uri().path())?;
        let session = cookie(request, SESSION_COOKIE).unwrap_or_default();
        let visitor = self.book().sessions.get(&session).cloned()?;
        let grading = visitor.grading.clone()?;
        let secret = self.wiring.consumers.iter().find(|(key, _)| *key == visitor.consumer).map(|(_, secret)| secret);
        let body = self.envelope(operation, &grading.sourcedid);
        let sent = self.signed_request(&grading.service, &visitor.consumer, secret.map_or("", String::as_str), body)?;
        let status = (self.wiring.platform)(&sent).status();
        Some(page(StatusCode::OK, "Score", &format!("<p>the platform answered {}</p>", status.as_u16())))
    }

    fn envelope(&self, operation: &str, sourcedid: &str) -> String {
        let sourcedid = if self.has(ScoreFlaw::NotEscaped) { sourcedid.to_owned() } else { escape_xml(sourcedid) };
        let identifier = if self.has(ScoreFlaw::NoIdentifier) {
            String::new()
        } else {
            format!("<imsx_messageIdentifier>{}</imsx_messageIdentifier>", self.random.draw())
        };
        let (language, score) = match () {
            () if self.has(ScoreFlaw::Percent) => ("<language>en</language>", "85"),
            () if self.has(ScoreFlaw::Comma) => ("<language>de</language>", "0,85"),
            () if self.has(ScoreFlaw::NoLanguage) => ("", "0.85"),
            () => ("<language>en</language>", "0.85"),
        };
        let result = if operation == "replaceResult" {
            format!("<result><resultScore>{language}<textString>{score}</textString></resultScore></result>")
        } else {
            String::new()
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <imsx_POXEnvelopeRequest xmlns=\"http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0\">\
             <imsx_POXHeader><imsx_POXRequestHeaderInfo><imsx_version>V1.0</imsx_version>{identifier}\
             </imsx_POXRequestHeaderInfo></imsx_POXHeader><imsx_POXBody><{operation}Request><resultRecord>\
             <sourcedGUID><sourcedId>{sourcedid}</sourcedId></sourcedGUID>{result}</resultRecord></{operation}Request>\
             </imsx_POXBody></imsx_POXEnvelopeRequest>"
        )
    }

    fn signed_request(&self, service: &str, key: &str, secret: &str, body: String) -> Option<Request> {
        let hash = STANDARD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, body.as_bytes()));
        let (stamp, nonce) = (self.now().to_string(), self.random.draw());
        let mut pairs = vec![
            ("oauth_body_hash", hash),
            ("oauth_consumer_key", key.to_owned()),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", "HMAC-SHA1".to_owned()),
            ("oauth_timestamp", stamp),
            ("oauth_version", "1.0".to_owned()),
        ];
        if self.has(ScoreFlaw::NoHash) {
            pairs.remove(0);
        }
        // The names are in their order already, and the service's address has no query.
        let written: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", escape(value.as_bytes()))).collect();
        let base = format!("POST&{}&{}", escape(service.as_bytes()), escape(written.join("&").as_bytes()));
        let mut signing_key = escape(secret.as_bytes());
        if !self.has(ScoreFlaw::KeyWithoutSign) {
            signing_key.push('&');
        }
        let signing_key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, signing_key.as_bytes());
        pairs.push(("oauth_signature", STANDARD.encode(hmac::sign(&signing_key, base.as_bytes()))));
        let quoted: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", escape(value.as_bytes()))).collect();
        let media_type = if self.has(ScoreFlaw::TextXml) { "text/xml" } else { "application/xml" };
        let mut request = ::http::Request::post(service).header(header::CONTENT_TYPE, media_type);
        if !self.has(ScoreFlaw::NotSigned) {
            request = request.header(header::AUTHORIZATION, format!("OAuth {}", quoted.join(", ")));
        }
        request.body(Bytes::from(body)).ok()
    }
}
