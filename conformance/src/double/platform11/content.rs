//! Content items at the double: the request, the answer, and the list of what was added.

use std::fmt::Write as _;

use http::StatusCode;
use serde_json::Value;

use super::{
    ContentFlaw, Platform11Double,
    http::{Fields, escape, page},
    launch::Form,
    school::User,
    sign::{Fields as Pairs, Habit},
};
use crate::transport::{Request, Response};

impl Platform11Double {
    /// Asks the tool for content.
    pub(super) fn ask_content(&self, user: &'static User) -> Response {
        let mut form = Form::default();
        let kind = "ContentItemSelectionRequest";
        form.add("lti_message_type", if self.has(ContentFlaw::RequestType) { "ContentItemSelection" } else { kind });
        form.add("lti_version", "LTI-1p0");
        form.add("user_id", user.id);
        form.add("roles", "Instructor");
        if self.has(ContentFlaw::LinkIdSent) {
            form.add("resource_link_id", "rl-none");
        }
        if !self.has(ContentFlaw::ReturnMissing) {
            form.add("content_item_return_url", self.own("/content/return"));
        }
        if !self.has(ContentFlaw::MediaTypesMissing) {
            form.add("accept_media_types", "application/vnd.ims.lti.v1.ltilink");
        }
        if !self.has(ContentFlaw::TargetsMissing) {
            form.add("accept_presentation_document_targets", "iframe,window");
        }
        form.add("accept_multiple", if self.has(ContentFlaw::FlagsNumbers) { "0" } else { "false" });
        form.add("accept_unsigned", "false");
        let data = self.random.draw();
        form.add("data", data.clone());
        self.book().asked.insert(data);
        // What signs a request for content is not among the flaws of launches.
        form.add("ext_kind", kind);
        self.post(form)
    }

    /// Takes the tool's answer.
    pub(super) fn take_content(&self, request: &Request) -> Response {
        let fields = Fields::of(request);
        if let Some(words) = self.distrusts(request, &fields) {
            return page(StatusCode::FORBIDDEN, "Refused", &format!("<p>{words}</p>"));
        }
        let items: Value =
            fields.get("content_items").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let items = items.get("@graph").and_then(Value::as_array).cloned().unwrap_or_default();
        if items.is_empty() && fields.get("lti_errormsg").is_none() {
            if self.has(ContentFlaw::NoneCrashes) {
                return page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>undefined offset 0</p>");
            }
            if self.has(ContentFlaw::NoneRefused) {
                return page(StatusCode::BAD_REQUEST, "Error", "<p>nothing was chosen</p>");
            }
        }
        let limit = if self.has(ContentFlaw::ManyTaken) { usize::MAX } else { 1 };
        for item in items.iter().take(limit) {
            let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let url = text("url");
            if url.starts_with("https://") || self.has(ContentFlaw::ScriptLinked) {
                self.book().items.push((text("title"), url));
            }
        }
        let said = fields.filled("lti_errormsg").filter(|_| !self.has(ContentFlaw::MessageLost)).unwrap_or_default();
        page(StatusCode::OK, "Added", &format!("<h1>Back in the course</h1><p>{}</p>", escape(said)))
    }

    /// Why an answer is refused.
    fn distrusts(&self, request: &Request, fields: &Fields) -> Option<&'static str> {
        if fields.get("oauth_signature").is_none() {
            return (!self.has(ContentFlaw::UnsignedTaken)).then_some("the answer is not signed");
        }
        let secret = match fields.get("oauth_consumer_key") {
            Some(key) if key == self.wiring.key => self.wiring.secret.as_str(),
            _ if self.has(ContentFlaw::KeyUnknown) => "",
            _ => return Some("the answer cannot be verified"),
        };
        let signed: Pairs =
            form_urlencoded::parse(request.body()).into_owned().filter(|(name, _)| name != "oauth_signature").collect();
        let right = Habit::default().sign("POST", &self.own("/content/return"), &signed, secret);
        if fields.get("oauth_signature") != Some(&right) && !self.has(ContentFlaw::SignatureUnchecked) {
            return Some("the answer cannot be verified");
        }
        let known = fields.get("data").is_some_and(|data| self.book().asked.contains(data));
        (!known && !self.has(ContentFlaw::DataUnchecked)).then_some("nobody asked for this")
    }

    /// What was added.
    pub(super) fn list_items(&self, body: &mut String) {
        for (title, url) in &self.book().items {
            let _ = write!(body, "<p><a href=\"{}\">{}</a></p>", escape(url), escape(title));
        }
    }
}
