//! Line items: the columns of a gradebook (LTI AGS 2.0, 3.2).

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::points::MaximumPoints;
use super::read_list;
use crate::id::ResourceLinkId;
use crate::message::OtherClaims;
use crate::message::resource_link::entry;
use crate::service::members::{Members, Reader};
use crate::service::{Problem, Reading, ServiceRule, ServiceTime};

/// What a line item is called: never blank (LTI AGS 2.0, 3.2.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label(String);

/// A label has nothing that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a label that is not blank")]
#[non_exhaustive]
pub struct LabelBlank;

impl Label {
    /// Takes a text as it stands.
    ///
    /// # Errors
    /// [`LabelBlank`] when it is empty or nothing but white space.
    pub fn new(text: impl Into<String>) -> Result<Self, LabelBlank> {
        let text = text.into();
        if text.trim().is_empty() { Err(LabelBlank) } else { Ok(Self(text)) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the Submission Review message needs, kept as it came (LTI Submission Review 1.0).
pub type SubmissionReview = Box<serde_json::value::RawValue>;

/// A line item. Without an `id` it is one that a tool makes; a platform answers with one that has it.
///
/// ```
/// use lti_core::service::ags::{Label, LineItem, MaximumPoints};
/// let mut item = LineItem::new(Label::new("Chapter 5 Test")?, MaximumPoints::new(60.0)?);
/// item.resource_id = Some("quiz-231".into());
/// let json = serde_json::to_vec(&item)?;
/// assert_eq!(json, br#"{"scoreMaximum":60,"label":"Chapter 5 Test","resourceId":"quiz-231"}"#);
/// assert_eq!(LineItem::read(&json).strict()?, item);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LineItem {
    /// Its URL, under which scores and results lie as well.
    pub id: Option<String>,
    /// The points that can be reached.
    pub score_maximum: MaximumPoints,
    /// What teachers read above the column.
    pub label: Label,
    /// The link that it belongs to; a tool never changes it (3.2.6).
    pub resource_link_id: Option<ResourceLinkId>,
    /// What the tool calls the resource behind it.
    pub resource_id: Option<String>,
    /// What kind of grade it is, in the tool's words.
    pub tag: Option<String>,
    /// When submissions begin.
    pub start_date_time: Option<ServiceTime>,
    /// When submissions end.
    pub end_date_time: Option<ServiceTime>,
    /// Whether learners should see their grades.
    pub grades_released: Option<bool>,
    /// What the Submission Review message needs, as it came.
    pub submission_review: Option<SubmissionReview>,
    /// Extensions, and members that this crate gives no type.
    pub other: OtherClaims,
}

impl LineItem {
    /// A line item that belongs to no link.
    pub fn new(label: Label, score_maximum: MaximumPoints) -> Self {
        Self {
            id: None,
            score_maximum,
            label,
            resource_link_id: None,
            resource_id: None,
            tag: None,
            start_date_time: None,
            end_date_time: None,
            grades_released: None,
            submission_review: None,
            other: OtherClaims::default(),
        }
    }

    /// Reads one line item, sent by a tool or answered by a platform. Blank and null count as absent for everything that
    /// may be absent; a date that cannot be read is reported and left out.
    pub fn read(body: &[u8]) -> Reading<Self> {
        Self::read_at(body, String::new())
    }

    /// Reads the answer of a platform to a creation, a change or a question for one item, which has an `id`.
    pub fn read_answer(body: &[u8]) -> Reading<Self> {
        let mut reading = Self::read(body);
        if let Some(problem) = reading.value.as_ref().and_then(|item| item.check_id("")) {
            reading.problems.push(problem);
        }
        reading
    }

    /// Reads a platform's list: a bare array (3.2.4). An item that cannot be used is left out, and reported.
    pub fn read_list(body: &[u8]) -> Reading<Vec<Self>> {
        read_list(body, |element, place| {
            let mut reading = Self::read_at(element, place.clone());
            if let Some(problem) = reading.value.as_ref().and_then(|item| item.check_id(&place)) {
                reading.problems.push(problem);
            }
            reading
        })
    }

    fn check_id(&self, place: &str) -> Option<Problem> {
        let seen = match self.id.as_deref() {
            None => "no such member",
            Some(id) if url::Url::parse(id).is_err() => "no full URL",
            Some(_) => return None,
        };
        Some(Problem::new(ServiceRule::LineItemId, format!("{place}id"), "the URL of the line item", seen))
    }

    fn read_at(body: &[u8], place: String) -> Reading<Self> {
        let members = match Members::parse(body) {
            Ok(members) => members,
            Err(seen) => {
                let problem = Problem::new(ServiceRule::AgsJson, "the line item", "a JSON object", seen);
                return Reading { value: None, problems: vec![problem] };
            }
        };
        let mut reader = Reader::new(members, place, ServiceRule::AgsType);
        let r = &mut reader;
        let id = r.text("id");
        let score_maximum = maximum(r, "scoreMaximum", ServiceRule::LineItemMaximum);
        let label = label(r);
        let resource_link_id = r.text("resourceLinkId").map(ResourceLinkId::new);
        let (resource_id, tag) = (r.text("resourceId"), r.text("tag"));
        let start_date_time = date(r, "startDateTime", ServiceRule::LineItemDate);
        let end_date_time = date(r, "endDateTime", ServiceRule::LineItemDate);
        let grades_released = r.take("gradesReleased");
        let submission_review = r.raw("submissionReview");
        r.check_extensions(ServiceRule::AgsExtension);
        let problems = std::mem::take(&mut r.problems);
        let other = reader.into_other();
        let value = score_maximum.zip(label).map(|(score_maximum, label)| Self {
            id,
            score_maximum,
            label,
            resource_link_id,
            resource_id,
            tag,
            start_date_time,
            end_date_time,
            grades_released,
            submission_review,
            other,
        });
        Reading { value, problems }
    }
}

/// A number greater than 0 that must be there.
pub(super) fn maximum(reader: &mut Reader, name: &str, rule: ServiceRule) -> Option<MaximumPoints> {
    const EXPECTED: &str = "a number greater than 0";
    let points = reader.required::<f64>(name, rule, EXPECTED)?;
    let read = MaximumPoints::new(points).ok();
    if read.is_none() {
        reader.report(rule, name, EXPECTED, points.to_string());
    }
    read
}

fn label(reader: &mut Reader) -> Option<Label> {
    const EXPECTED: &str = "a text that is not blank";
    let text = reader.required::<String>("label", ServiceRule::LineItemLabel, EXPECTED)?;
    let read = Label::new(text).ok();
    if read.is_none() {
        reader.report(ServiceRule::LineItemLabel, "label", EXPECTED, "a blank one");
    }
    read
}

/// A moment that may be there; blank and null count as absent.
pub(super) fn date(reader: &mut Reader, name: &str, rule: ServiceRule) -> Option<ServiceTime> {
    let text = reader.text(name)?;
    match text.parse() {
        Ok(moment) => Some(moment),
        Err(fault) => {
            reader.report(rule, name, "a date and time of ISO 8601 with a time zone", time_seen(fault));
            None
        }
    }
}

/// What a text is that is no moment; the text itself is not repeated.
pub(super) fn time_seen(fault: crate::service::TimeFault) -> &'static str {
    match fault {
        crate::service::TimeFault::Zone => "a time without a zone",
        crate::service::TimeFault::Range => "a year of more than four digits",
        crate::service::TimeFault::Form => "another text",
    }
}

impl Serialize for LineItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "id", self.id.as_ref())?;
        map.serialize_entry("scoreMaximum", &self.score_maximum)?;
        map.serialize_entry("label", self.label.as_str())?;
        entry(&mut map, "resourceLinkId", self.resource_link_id.as_ref())?;
        entry(&mut map, "resourceId", self.resource_id.as_ref())?;
        entry(&mut map, "tag", self.tag.as_ref())?;
        entry(&mut map, "startDateTime", self.start_date_time.as_ref())?;
        entry(&mut map, "endDateTime", self.end_date_time.as_ref())?;
        entry(&mut map, "gradesReleased", self.grades_released.as_ref())?;
        entry(&mut map, "submissionReview", self.submission_review.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl PartialEq for LineItem {
    /// Compares what stands in them; raw members as JSON texts.
    fn eq(&self, other: &Self) -> bool {
        let review = |item: &Self| item.submission_review.as_ref().map(|raw| raw.get().to_owned());
        self.id == other.id
            && self.score_maximum == other.score_maximum
            && self.label == other.label
            && self.resource_link_id == other.resource_link_id
            && (&self.resource_id, &self.tag) == (&other.resource_id, &other.tag)
            && (self.start_date_time, self.end_date_time) == (other.start_date_time, other.end_date_time)
            && self.grades_released == other.grades_released
            && review(self) == review(other)
            && self.other == other.other
    }
}
