//! Results: the grades as they stand in the gradebook (LTI AGS 2.0, 3.3). The text calls it Result.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::points::{self, MaximumPoints};
use super::read_list;
use super::score::{Unusable, user};
use crate::id::Subject;
use crate::message::resource_link::entry;
use crate::message::{OtherClaims, Slot};
use crate::service::members::{Members, Reader};
use crate::service::{Problem, Reading, ServiceRule};

/// The grade of one user for one line item.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ScoreResult {
    /// Its own URL.
    pub id: Option<String>,
    /// The URL of the line item.
    pub score_of: Option<String>,
    /// Whose grade it is.
    pub user_id: Subject,
    /// The points; `None` where there is no grade, 0 is one.
    pub result_score: Option<f64>,
    /// What the points are out of; 1 where the platform names nothing (3.3.4.6).
    pub result_maximum: MaximumPoints,
    /// Whoever graded.
    pub scoring_user_id: Option<Subject>,
    /// The comment that the learner reads.
    pub comment: Option<String>,
    /// Extensions, and members that this crate gives no type.
    pub other: OtherClaims,
}

impl ScoreResult {
    /// A result without a grade.
    pub fn new(
        id: impl Into<String>,
        score_of: impl Into<String>,
        user_id: impl Into<Subject>,
        result_maximum: MaximumPoints,
    ) -> Self {
        Self {
            id: Some(id.into()),
            score_of: Some(score_of.into()),
            user_id: user_id.into(),
            result_score: None,
            result_maximum,
            scoring_user_id: None,
            comment: None,
            other: OtherClaims::default(),
        }
    }

    /// Reads a platform's list: a bare array. A result that cannot be used is left out, and reported.
    pub fn read_list(body: &[u8]) -> Reading<Vec<Self>> {
        read_list(body, Self::read_at)
    }

    fn read_at(body: &[u8], place: String) -> Reading<Self> {
        let members = match Members::parse(body) {
            Ok(members) => members,
            Err(seen) => {
                let problem = Problem::new(ServiceRule::AgsJson, format!("{place}result"), "a JSON object", seen);
                return Reading { value: None, problems: vec![problem] };
            }
        };
        let mut reader = Reader::new(members, place, ServiceRule::AgsType);
        let r = &mut reader;
        let (id, score_of) = (r.text("id"), r.text("scoreOf"));
        for (name, value) in [("id", &id), ("scoreOf", &score_of)] {
            if value.is_none() {
                r.report(ServiceRule::ResultId, name, "a URL", "none");
            }
        }
        let user_id = user(r, ServiceRule::ResultUser);
        let result_score = score(r);
        let result_maximum = maximum(r);
        let scoring_user_id = r.text("scoringUserId").map(Subject::new);
        let comment = r.text("comment");
        r.check_extensions(ServiceRule::AgsExtension);
        let problems = std::mem::take(&mut r.problems);
        let other = reader.into_other();
        let read = (|| {
            Some(Self {
                id,
                score_of,
                user_id: user_id?,
                result_score: result_score.ok()?,
                result_maximum: result_maximum?,
                scoring_user_id,
                comment,
                other,
            })
        })();
        Reading { value: read, problems }
    }
}

/// The points, if there is a grade.
fn score(reader: &mut Reader) -> Result<Option<f64>, Unusable> {
    match reader.slot::<f64>("resultScore") {
        Slot::Is(points) => Ok(Some(points)),
        Slot::Missing | Slot::Mistyped("null") => Ok(None),
        Slot::Mistyped(kind) => {
            reader.report(ServiceRule::ResultScore, "resultScore", "a number", kind);
            Err(Unusable)
        }
    }
}

fn maximum(reader: &mut Reader) -> Option<MaximumPoints> {
    const EXPECTED: &str = "a number greater than 0";
    let seen = match reader.slot::<f64>("resultMaximum") {
        Slot::Missing | Slot::Mistyped("null") => return Some(MaximumPoints::ONE),
        Slot::Is(points) => match MaximumPoints::new(points) {
            Ok(maximum) => return Some(maximum),
            Err(_) => points.to_string(),
        },
        Slot::Mistyped(kind) => kind.to_owned(),
    };
    reader.report(ServiceRule::ResultMaximum, "resultMaximum", EXPECTED, seen);
    None
}

/// A number that is written as a whole one where it is whole.
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        points::write(self.0, serializer)
    }
}

impl Serialize for ScoreResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entry(&mut map, "id", self.id.as_ref())?;
        entry(&mut map, "scoreOf", self.score_of.as_ref())?;
        map.serialize_entry("userId", &self.user_id)?;
        entry(&mut map, "resultScore", self.result_score.map(Number).as_ref())?;
        map.serialize_entry("resultMaximum", &self.result_maximum)?;
        entry(&mut map, "scoringUserId", self.scoring_user_id.as_ref())?;
        entry(&mut map, "comment", self.comment.as_ref())?;
        self.other.serialize_into(&mut map)?;
        map.end()
    }
}

impl fmt::Debug for ScoreResult {
    /// Neither whose it is nor the grade and the comment.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScoreResult").field("id", &self.id).field("score_of", &self.score_of).finish_non_exhaustive()
    }
}
