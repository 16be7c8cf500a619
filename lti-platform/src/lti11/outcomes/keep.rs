//! Grades of LTI 1.x as scores in the gradebook.

use std::sync::Arc;

use lti_core::id::Subject;
use lti_core::lti11::outcomes::{ResultData, Score as Grade};
use lti_core::service::ServiceTime;
use lti_core::service::ags::{ActivityProgress, GradingProgress, Points, Score};
use oauth2_issuer::Unavailable;

use super::ResultId;
use crate::gradebook::{Gradebook, LineItemFilter, LineItemId, Owner, Page, Recorded};
use crate::lti11::{DEPLOYMENT, Lti11Platform};

/// How often a grade tries to be the newest one while others are written for the same user and link.
const ATTEMPTS: usize = 1_000;
/// The longest comment that is kept, in characters.
const COMMENT_MAX: usize = 4_096;

/// Where the result of a user is kept.
pub(super) struct KeptResult {
    gradebook: Arc<dyn Gradebook>,
    owner: Owner,
    item: LineItemId,
    user: Subject,
}

impl Lti11Platform {
    /// The place of a result, if its link still takes grades.
    pub(super) async fn kept(&self, result: &ResultId) -> Result<Option<KeptResult>, Unavailable> {
        let Some(gradebook) = &self.gradebook else { return Ok(None) };
        let takes = self.tools.by_id(&result.tool).await?.is_some_and(|tool| tool.accepts_grades());
        if !takes {
            return Ok(None);
        }
        let owner = Owner::new(result.tool.clone(), DEPLOYMENT, result.context.clone());
        let filter = LineItemFilter::of_link(result.link.clone());
        let items = gradebook.line_items(&owner, &filter, Page::first(1)).await?;
        Ok(items.rows.first().map(|item| KeptResult {
            gradebook: Arc::clone(gradebook),
            owner,
            item: item.id,
            user: result.user.clone(),
        }))
    }

    /// Puts a grade in the place of the one that is there; none takes it away. `false` when the line item is gone.
    ///
    /// Requests carry no time of their own: the one that arrives last counts, also within one tick of the clock.
    pub(super) async fn grade(
        &self,
        kept: &KeptResult,
        grade: Option<Grade>,
        data: Option<&ResultData>,
    ) -> Result<bool, Unavailable> {
        let mut at = ServiceTime::nearest(self.clock.unix_nanos());
        for _ in 0..ATTEMPTS {
            let score = score(&kept.user, at, grade, data);
            match kept.gradebook.record(&kept.owner, kept.item, score).await? {
                Recorded::Stands => return Ok(true),
                Recorded::NoSuchLineItem => return Ok(false),
                Recorded::Stale { on_record } => at = ServiceTime::nearest(on_record.as_unix_nanos().saturating_add(1)),
            }
        }
        Err(Unavailable::new("the gradebook: too many grades for one user at once"))
    }

    /// The grade that is there.
    pub(super) async fn grade_of(&self, kept: &KeptResult) -> Result<Option<Grade>, Unavailable> {
        let results = kept.gradebook.results(&kept.owner, kept.item, Some(&kept.user), Page::first(1)).await?;
        let score = results.and_then(|results| results.scores.rows.into_iter().next());
        let points = score.and_then(|score| score.points);
        // Whoever graded by hand may have given more than the maximum, which Basic Outcomes cannot say.
        Ok(points.and_then(|points| Grade::new((points.given.get() / points.maximum.get()).clamp(0.0, 1.0)).ok()))
    }
}

/// A grade from 0.0 to 1.0 is so many points of one, which is exactly what is read back.
fn score(user: &Subject, at: ServiceTime, grade: Option<Grade>, data: Option<&ResultData>) -> Score {
    let Some(grade) = grade else {
        return Score::new(user.clone(), at, ActivityProgress::Initialized, GradingProgress::NotReady);
    };
    let mut score = Score::new(user.clone(), at, ActivityProgress::Completed, GradingProgress::FullyGraded);
    score.points = Points::new(grade.value(), 1.0).ok();
    score.comment = match data {
        Some(ResultData::Text(text)) => Some(text.chars().take(COMMENT_MAX).collect()),
        _ => None,
    };
    score
}
