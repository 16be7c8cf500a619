//! Scores: what a tool says about one user and one line item (LTI AGS 2.0, 3.4).

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::line_item::time_seen;
use super::points::{GivenPoints, MaximumPoints, PointsFault};
use super::progress::{ActivityProgress, GradingProgress};
use crate::id::Subject;
use crate::message::resource_link::entry;
use crate::message::{OtherClaims, Slot};
use crate::service::members::{Members, Reader};
use crate::service::{Problem, Reading, ServiceRule, ServiceTime};

/// Points out of a maximum: the one is never sent without the other (LTI AGS 2.0, 3.4.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points {
    /// What the user has; more than the maximum is extra credit.
    pub given: GivenPoints,
    /// What the user could have.
    pub maximum: MaximumPoints,
}

impl Points {
    /// So many points out of so many.
    ///
    /// # Errors
    /// A number is not finite, the points are negative, or the maximum is not positive.
    ///
    /// ```
    /// use lti_core::service::ags::Points;
    /// assert!(Points::new(1.1, 1.0).is_ok());
    /// assert!(Points::new(0.0, 100.0).is_ok());
    /// assert!(Points::new(-1.0, 100.0).is_err());
    /// ```
    pub fn new(given: f64, maximum: f64) -> Result<Self, PointsFault> {
        Ok(Self { given: GivenPoints::new(given)?, maximum: MaximumPoints::new(maximum)? })
    }

    /// The points on the scale of a line item; finite as long as that scale is (LTI AGS 2.0, 3.4.4).
    pub fn on_scale(self, maximum: MaximumPoints) -> f64 {
        if self.maximum == maximum {
            return self.given.get();
        }
        // Multiplied first where that stays finite: 1 of 3 on a scale of 6 is 2 and not nearly 2.
        let product = self.given.get() * maximum.get();
        let scaled = if product.is_finite() {
            product / self.maximum.get()
        } else {
            self.given.get() / self.maximum.get() * maximum.get()
        };
        if scaled.is_finite() { scaled } else { f64::MAX }
    }
}

/// When work on a submission began and ended (LTI AGS 2.0, 3.4.10).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Submission {
    /// When it began.
    pub started_at: Option<ServiceTime>,
    /// When it ended; not before it began.
    pub submitted_at: Option<ServiceTime>,
    /// Members that this crate gives no type.
    pub other: OtherClaims,
}

/// A score.
///
/// ```
/// use lti_core::service::ags::{ActivityProgress, GradingProgress, Points, Score};
/// let mut score = Score::new(
///     "5323497", "2017-04-16T18:54:36.736Z".parse()?, ActivityProgress::Completed, GradingProgress::FullyGraded,
/// );
/// score.points = Some(Points::new(83.0, 100.0)?);
/// let json = serde_json::to_vec(&score)?;
/// assert_eq!(Score::read(&json).strict()?, score);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Score {
    /// Whose score it is: the `sub` of the launches.
    pub user_id: Subject,
    /// Whoever graded by hand.
    pub scoring_user_id: Option<Subject>,
    /// The grade; `None` says that there is none (any more), 0 points are one.
    pub points: Option<Points>,
    /// Plain text for the learner; without it, a comment that the tool sent before is cleared (3.4.11).
    pub comment: Option<String>,
    /// When the score changed; of two scores the later one counts.
    pub timestamp: ServiceTime,
    /// How far the user is.
    pub activity_progress: ActivityProgress,
    /// How far the grading is.
    pub grading_progress: GradingProgress,
    /// When work began and ended.
    pub submission: Option<Submission>,
    /// Extensions, and members that this crate gives no type.
    pub other: OtherClaims,
}

impl Score {
    /// A score without points: how far a user is.
    pub fn new(
        user_id: impl Into<Subject>,
        timestamp: ServiceTime,
        activity_progress: ActivityProgress,
        grading_progress: GradingProgress,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            scoring_user_id: None,
            points: None,
            comment: None,
            timestamp,
            activity_progress,
            grading_progress,
            submission: None,
            other: OtherClaims::default(),
        }
    }

    /// Reads a score that a tool posted.
    pub fn read(body: &[u8]) -> Reading<Self> {
        let members = match Members::parse(body) {
            Ok(members) => members,
            Err(seen) => {
                let problem = Problem::new(ServiceRule::AgsJson, "the score", "a JSON object", seen);
                return Reading { value: None, problems: vec![problem] };
            }
        };
        let mut reader = Reader::new(members, "", ServiceRule::AgsType);
        let r = &mut reader;
        let user_id = user(r, ServiceRule::ScoreUser);
        let timestamp = timestamp(r);
        let activity_progress =
            word(r, "activityProgress", ServiceRule::ScoreActivity, ActivityProgress::ALL, ActivityProgress::parse);
        let grading_progress =
            word(r, "gradingProgress", ServiceRule::ScoreGrading, GradingProgress::ALL, GradingProgress::parse);
        let points = points(r);
        let scoring_user_id = scorer(r);
        let comment = r.text("comment");
        let submission = submission(r);
        r.check_extensions(ServiceRule::AgsExtension);
        let problems = std::mem::take(&mut r.problems);
        let other = reader.into_other();
        let read = (|| {
            Some(Self {
                user_id: user_id?,
                scoring_user_id,
                points: points.ok()?,
                comment,
                timestamp: timestamp?,
                activity_progress: activity_progress?,
                grading_progress: grading_progress?,
                submission,
                other,
            })
        })();
        Reading { value: read, problems }
    }
}

/// The id of a user, a text that is not blank; a number is read as its text, and reported.
pub(super) fn user(reader: &mut Reader, rule: ServiceRule) -> Option<Subject> {
    let text = reader.required::<String>("userId", rule, "the id of the user, a string")?;
    if text.trim().is_empty() {
        reader.report(rule, "userId", "the id of the user, a string", "a blank one");
        return None;
    }
    Some(Subject::new(text))
}

fn word<T: Copy + fmt::Display>(
    reader: &mut Reader,
    name: &str,
    rule: ServiceRule,
    all: &[T],
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let expected = all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let text = reader.required::<String>(name, rule, &expected)?;
    let read = parse(&text);
    if read.is_none() {
        reader.report(rule, name, expected, format!("{:?}", text.chars().take(40).collect::<String>()));
    }
    read
}

/// What is there cannot be used, and was reported.
pub(super) struct Unusable;

/// The points, if there is a grade.
fn points(reader: &mut Reader) -> Result<Option<Points>, Unusable> {
    let (given, maximum) = (reader.slot::<f64>("scoreGiven"), reader.slot::<f64>("scoreMaximum"));
    let given = match given {
        Slot::Missing | Slot::Mistyped("null") => None,
        Slot::Is(points) => Some(points),
        Slot::Mistyped(kind) => {
            reader.report(ServiceRule::ScoreGiven, "scoreGiven", "a number, 0 or greater", kind);
            return Err(Unusable);
        }
    };
    let maximum = match maximum {
        Slot::Is(points) => Some(points),
        Slot::Missing | Slot::Mistyped("null") => None,
        Slot::Mistyped(kind) => {
            reader.report(ServiceRule::ScoreMaximumMissing, "scoreMaximum", "a number greater than 0", kind);
            return Err(Unusable);
        }
    };
    let Some(given) = given else { return Ok(None) };
    let Some(maximum) = maximum else {
        let rule = ServiceRule::ScoreMaximumMissing;
        reader.report(rule, "scoreMaximum", "a number beside scoreGiven", "no such member");
        return Err(Unusable);
    };
    let (read, most) = (GivenPoints::new(given).ok(), MaximumPoints::new(maximum).ok());
    if read.is_none() {
        reader.report(ServiceRule::ScoreGiven, "scoreGiven", "a number, 0 or greater", given.to_string());
    }
    if most.is_none() {
        reader.report(ServiceRule::ScoreMaximum, "scoreMaximum", "a number greater than 0", maximum.to_string());
    }
    read.zip(most).map(|(given, maximum)| Some(Points { given, maximum })).ok_or(Unusable)
}

fn timestamp(reader: &mut Reader) -> Option<ServiceTime> {
    const EXPECTED: &str = "a date and time of ISO 8601 with a time zone";
    let text = reader.required::<String>("timestamp", ServiceRule::ScoreTimestamp, EXPECTED)?;
    match text.parse() {
        Ok(moment) => {
            if !ServiceTime::is_sub_second(&text) {
                let rule = ServiceRule::ScoreTimestampPrecision;
                reader.report(rule, "timestamp", "parts of a second", "whole seconds");
            }
            Some(moment)
        }
        Err(fault) => {
            reader.report(ServiceRule::ScoreTimestamp, "timestamp", EXPECTED, time_seen(fault));
            None
        }
    }
}

fn scorer(reader: &mut Reader) -> Option<Subject> {
    let expected = "the id of a user, or no such member";
    match reader.slot::<String>("scoringUserId") {
        Slot::Missing => None,
        Slot::Is(text) if !text.trim().is_empty() => Some(Subject::new(text)),
        Slot::Is(_) => {
            reader.report(ServiceRule::ScoreScorer, "scoringUserId", expected, "a blank one");
            None
        }
        Slot::Mistyped(kind) => {
            reader.report(ServiceRule::ScoreScorer, "scoringUserId", expected, kind);
            None
        }
    }
}

fn submission(reader: &mut Reader) -> Option<Submission> {
    let mut inner = reader.object("submission")?;
    let started_at = moment(&mut inner, "startedAt");
    let submitted_at = moment(&mut inner, "submittedAt");
    if let (Some(start), Some(end)) = (started_at, submitted_at)
        && end < start
    {
        inner.report(ServiceRule::SubmissionOrder, "submittedAt", "startedAt or later", "an earlier moment");
    }
    reader.problems.append(&mut inner.problems);
    Some(Submission { started_at, submitted_at, other: inner.into_other() })
}

/// A moment of the submission, which has parts of a second.
fn moment(reader: &mut Reader, name: &str) -> Option<ServiceTime> {
    let text = reader.text(name)?;
    match text.parse() {
        Ok(moment) => {
            if !ServiceTime::is_sub_second(&text) {
                let rule = ServiceRule::ScoreTimestampPrecision;
                reader.report(rule, name, "parts of a second", "whole seconds");
            }
            Some(moment)
        }
        Err(fault) => {
            let expected = "a date and time of ISO 8601 with a time zone";
            reader.report(ServiceRule::SubmissionDate, name, expected, time_seen(fault));
            None
        }
    }
}

impl Serialize for Submission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "startedAt", self.started_at.as_ref())?;
        entry(&mut map, "submittedAt", self.submitted_at.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("userId", &self.user_id)?;
        entry(&mut map, "scoringUserId", self.scoring_user_id.as_ref())?;
        entry(&mut map, "scoreGiven", self.points.map(|points| points.given).as_ref())?;
        entry(&mut map, "scoreMaximum", self.points.map(|points| points.maximum).as_ref())?;
        entry(&mut map, "comment", self.comment.as_ref())?;
        map.serialize_entry("timestamp", &self.timestamp)?;
        map.serialize_entry("activityProgress", &self.activity_progress)?;
        map.serialize_entry("gradingProgress", &self.grading_progress)?;
        entry(&mut map, "submission", self.submission.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl fmt::Debug for Score {
    /// Neither whose it is nor the grade and the comment.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Score")
            .field("timestamp", &self.timestamp)
            .field("activity_progress", &self.activity_progress)
            .field("grading_progress", &self.grading_progress)
            .finish_non_exhaustive()
    }
}
