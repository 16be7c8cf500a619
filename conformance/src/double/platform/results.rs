//! Results as tools read them (LTI AGS 2.0, 3.3).

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    LineItemFlaw, PlatformDouble, ResultFlaw as Flaw, ScoreFlaw,
    gradebook::{Item, Record},
    grades::{not_allowed, not_found},
    grant::SCOPES,
    http::{Fields, page, with_type},
    school::{COURSES, USERS},
};
use crate::transport::{Request, Response};

const RESULT: &str = SCOPES[2];
const RESULTS_TYPE: &str = "application/vnd.ims.lis.v2.resultcontainer+json";

impl PlatformDouble {
    /// What lies below a line item under `results`.
    pub(super) fn results(&self, request: &Request, course: usize, number: u32) -> Result<Response, Response> {
        let grant = self.admitted(request, &[RESULT])?;
        if request.method() != Method::GET {
            let taken = self.has(Flaw::Writable);
            return Ok(if taken { with_type(StatusCode::OK, "application/json", "{}") } else { not_allowed() });
        }
        let fields = Fields::of(request);
        let limit: Option<usize> = fields.get("limit").and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0);
        if limit.is_some() && self.has(Flaw::LimitCrash) {
            return Ok(page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<p>something went wrong</p>"));
        }
        let book = self.gradebook();
        let item = book.item(number).filter(|item| self.owns(item, course, &grant, LineItemFlaw::ForeignRead));
        let Some(item) = item else { return Err(not_found()) };
        let user = fields.get("user_id").filter(|_| !self.has(Flaw::UserUnread));
        let scored = item.records.iter().filter(|(_, record)| record.points.is_some());
        let rows: Vec<_> = scored.filter(|(sub, _)| user.is_none_or(|user| user == sub.as_str())).collect();
        if rows.is_empty() && user.is_some() && self.has(Flaw::UserMissing) {
            return Err(not_found());
        }
        let limit = limit.filter(|_| !self.has(Flaw::LimitUnread)).unwrap_or(usize::MAX);
        let limit = if self.has(Flaw::OneUser) { 1 } else { limit };
        let page_number: usize = fields.get("page").and_then(|page| page.parse().ok()).unwrap_or(0);
        let start = page_number.saturating_mul(limit);
        let shown: Vec<Value> =
            rows.iter().skip(start).take(limit).map(|(sub, record)| self.result(item, sub, record)).collect();
        let more = start.saturating_add(shown.len()) < rows.len() && !self.has(Flaw::OneUser);
        let media_type = if self.has(Flaw::Html) { "text/html; charset=utf-8" } else { RESULTS_TYPE };
        let mut response = with_type(StatusCode::OK, media_type, Value::Array(shown).to_string());
        if more && !self.has(Flaw::NextUnsaid) {
            self.link_next(&mut response, request, page_number + 1);
        }
        Ok(response)
    }

    fn result(&self, item: &Item, sub: &str, record: &Record) -> Value {
        let address = self.item_address(item.course, item.number);
        let id = address.replacen('?', &format!("/results/{sub}?"), 1);
        let number = USERS.iter().position(|user| user.sub == sub).unwrap_or_default();
        let user = if self.has(Flaw::UserInternal) { number.to_string() } else { sub.to_owned() };
        let points = record.points.unwrap_or_default();
        let course = COURSES.get(item.course).map_or("course-1", |course| course.path);
        let mut result = json!({
            "id": id, "scoreOf": address, "userId": user, "resultScore": points, "resultMaximum": item.maximum,
        });
        if let Some(comment) = record.comment.as_ref().filter(|_| !self.has(ScoreFlaw::CommentUnshown)) {
            result["comment"] = json!(comment);
        }
        if self.has(Flaw::ScoreOfOther) {
            result["scoreOf"] = json!(Self::list_address(&self.own(&format!("/api/{course}"))));
        }
        if self.has(Flaw::ScoreText) {
            result["resultScore"] = json!(points.to_string());
        }
        if self.has(Flaw::MaximumZero) {
            result["resultMaximum"] = json!(0);
        }
        if self.has(Flaw::ExtensionBare) {
            result["timestamp"] = json!(record.stamp);
        }
        if let Some(members) = result.as_object_mut().filter(|_| self.has(Flaw::IdMissing)) {
            members.remove("id");
        }
        result
    }
}
