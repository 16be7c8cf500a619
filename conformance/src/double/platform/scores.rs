//! Scores as tools publish them (LTI AGS 2.0, 3.4).

use http::{Method, StatusCode, header};
use serde_json::{Map, Value};

use super::{
    GuardFlaw, LineItemFlaw, PlatformDouble, ScoreFlaw as Flaw,
    gradebook::Record,
    grades::{LINE_ITEM, not_allowed, not_found},
    grant::SCOPES,
    http::with_type,
    line_item::bad,
    school::{Part, USERS},
};
use crate::transport::{Request, Response};

const SCORE: &str = SCOPES[3];
const SCORE_TYPE: &str = "application/vnd.ims.lis.v1.score+json";
const NANOSECONDS: i128 = 1_000_000_000;

impl PlatformDouble {
    /// What lies below a line item under `scores`.
    pub(super) fn scores(&self, request: &Request, course: usize, number: u32) -> Result<Response, Response> {
        let mut scopes = vec![SCORE];
        if self.has(GuardFlaw::ScoreByManager) {
            scopes.push(LINE_ITEM);
        }
        let grant = self.admitted(request, &scopes)?;
        if request.method() == Method::GET && self.has(Flaw::Readable) {
            return Ok(with_type(StatusCode::OK, "application/json", "[]"));
        }
        if request.method() != Method::POST {
            return Ok(not_allowed());
        }
        let score = self.score(request)?;
        let user = self.gradable(&score)?;
        let stamp = score.get("timestamp").and_then(Value::as_str).unwrap_or_default().to_owned();
        let at = self.moment(&stamp)?;
        let mut book = self.gradebook();
        let item = book.item_mut(number).filter(|item| self.owns(item, course, &grant, LineItemFlaw::ForeignScored));
        let Some(item) = item else { return Err(not_found()) };
        if item.link.is_none() && self.has(Flaw::DecoupledRefused) {
            return Err(bad("the line item belongs to no link"));
        }
        let maximum = item.maximum;
        let record = item.records.entry(user).or_default();
        if record.at != 0 && !self.newer(record, at, &stamp) {
            return Ok(accepted());
        }
        let points = self.points(&score, maximum)?;
        self.apply(record, &score, points);
        (record.at, record.stamp, record.arrived) = (at.max(record.at), stamp, self.now());
        Ok(accepted())
    }

    /// The body, where its words are ones that the double takes.
    fn score(&self, request: &Request) -> Result<Map<String, Value>, Response> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let plain = kind.split(';').next().unwrap_or_default().trim();
        let taken = plain.eq_ignore_ascii_case(SCORE_TYPE) && !(kind.contains(';') && self.has(Flaw::TypeExact));
        if !taken && !self.has(Flaw::TypeUnread) {
            return Err(with_type(StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/json", "{}"));
        }
        let score: Map<String, Value> = serde_json::from_slice(request.body()).map_err(|_| bad("no JSON object"))?;
        let word = |name: &str| score.get(name).and_then(Value::as_str).unwrap_or_default();
        let activity = ["Initialized", "Started", "InProgress", "Submitted", "Completed"];
        let grading = ["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"];
        let known = activity.contains(&word("activityProgress")) && grading.contains(&word("gradingProgress"));
        let refused = (self.has(Flaw::ActivityRefused) && word("activityProgress") == "Initialized")
            || (self.has(Flaw::GradingRefused) && word("gradingProgress") == "Failed");
        if known && !refused { Ok(score) } else { Err(bad("a progress that is not taken")) }
    }

    /// Whom the score is for.
    fn gradable(&self, score: &Map<String, Value>) -> Result<String, Response> {
        let Some(id) = score.get("userId").and_then(Value::as_str) else {
            return if self.has(Flaw::NobodyTaken) { Ok(String::new()) } else { Err(bad("userId is missing")) };
        };
        let user = USERS.iter().find(|user| user.sub == id);
        let taken = match user {
            Some(user) => user.part == Part::Learner || self.has(Flaw::TeacherTaken),
            None => self.has(Flaw::AnybodyTaken),
        };
        if taken { Ok(id.to_owned()) } else { Err(bad("this user gets no grades")) }
    }

    /// The moment of a time stamp, in nanoseconds since 1970.
    fn moment(&self, stamp: &str) -> Result<i128, Response> {
        let short = stamp.get(stamp.len().saturating_sub(3)..).is_some_and(|end| end.starts_with(['+', '-']));
        if (short && self.has(Flaw::ShortZoneRefused)) || (!stamp.contains('.') && self.has(Flaw::SecondsRefused)) {
            return Err(bad("a time stamp that is not taken"));
        }
        let moment: jiff::Timestamp = stamp.parse().map_err(|_| bad("no time stamp"))?;
        let nanoseconds = moment.as_nanosecond();
        Ok(if self.has(Flaw::StampsCut) { nanoseconds - nanoseconds.rem_euclid(NANOSECONDS) } else { nanoseconds })
    }

    /// Whether a score is newer than the one on record.
    fn newer(&self, record: &Record, at: i128, stamp: &str) -> bool {
        if self.has(Flaw::OlderApplied) || (self.has(Flaw::RaceLost) && record.arrived == self.now()) {
            return true;
        }
        if self.has(Flaw::StampText) {
            return stamp > record.stamp.as_str();
        }
        at > record.at || (at == record.at && self.has(Flaw::EqualApplied))
    }

    /// What the score is worth in points of the line item.
    fn points(&self, score: &Map<String, Value>, maximum: f64) -> Result<Option<f64>, Response> {
        let Some(given) = score.get("scoreGiven").and_then(Value::as_f64) else { return Ok(None) };
        let of = score.get("scoreMaximum").and_then(Value::as_f64).filter(|of| *of > 0.0);
        let of = of.ok_or_else(|| bad("scoreMaximum is missing"))?;
        let share = if self.has(Flaw::ExtraClipped) { (given / of).min(1.0) } else { given / of };
        if given > of && self.has(Flaw::ExtraRefused) {
            return Err(bad("the score is above its maximum"));
        }
        let points = if self.has(Flaw::Unscaled) { given } else { share * maximum };
        Ok(if points == 0.0 && self.has(Flaw::ZeroNone) { None } else { Some(points) })
    }

    fn apply(&self, record: &mut Record, score: &Map<String, Value>, points: Option<f64>) {
        if score.get("gradingProgress").and_then(Value::as_str) != Some("FullyGraded") {
            if self.has(Flaw::PendingClears) {
                record.points = None;
            }
            return;
        }
        if points.is_some() || !self.has(Flaw::ClearIgnored) {
            record.points = points;
        }
        let comment = score.get("comment").and_then(Value::as_str).filter(|comment| !comment.is_empty());
        record.comment = match (comment, record.comment.take()) {
            (Some(new), Some(old)) if self.has(Flaw::CommentAppended) => Some(format!("{old}\n{new}")),
            (None, old) if self.has(Flaw::CommentKept) => old,
            (new, _) => new.map(str::to_owned),
        };
    }
}

fn accepted() -> Response {
    with_type(StatusCode::OK, "application/json", "{}")
}
