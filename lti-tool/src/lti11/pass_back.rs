//! A grade for the user of a launch, whichever version it came by.

use lti_core::lti11::outcomes::Score;
use lti_core::service::ags::{Label, LineItem, MaximumPoints, Points};

use super::outcomes::OutcomeError;
use super::view::AnyLaunch;
use crate::service::ServiceError;
use crate::tool::LtiTool;

/// Why a grade was not given back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PassBackError {
    /// The platform takes no grade for this user and link.
    #[error("the platform takes no grade with this launch")]
    NotOffered,
    /// Basic Outcomes failed.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// Assignment and Grade Services failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// The points of a column that this makes in LTI 1.3: a hundred, so that it reads as per cent.
const MAXIMUM: f64 = 100.0;

impl LtiTool {
    /// Gives a grade back for the user and the link of a launch: by Basic Outcomes in LTI 1.1, by Assignment and Grade
    /// Services in LTI 1.3, into the column of the link, which is made with `label` where there is none.
    ///
    /// # Errors
    /// [`PassBackError`]; the platform may have the grade that it had.
    pub async fn pass_back(&self, launch: &AnyLaunch, label: &str, score: Score) -> Result<(), PassBackError> {
        if let Some(lti11) = launch.lti11() {
            let outcome = launch.outcome().ok_or(PassBackError::NotOffered)?;
            return Ok(self.outcomes(lti11.consumer_key(), outcome).replace(score).await?);
        }
        let (Some(lti13), Some(user)) = (launch.lti13(), launch.user()) else { return Err(PassBackError::NotOffered) };
        if !launch.takes_grades() {
            return Err(PassBackError::NotOffered);
        }
        // A label of nothing but blanks is none; the words of the link are better than nothing.
        let label = Label::new(label).or_else(|_| Label::new("Grade"));
        let (Ok(label), Ok(maximum)) = (label, MaximumPoints::new(MAXIMUM)) else {
            return Err(PassBackError::NotOffered);
        };
        let Ok(points) = Points::new(score.value() * MAXIMUM, MAXIMUM) else { return Err(PassBackError::NotOffered) };
        let grades = self.services(lti13).await?.grades()?;
        let mut column = LineItem::new(label, maximum);
        column.resource_link_id = Some(launch.resource_link().id.clone());
        let column = grades.column(&column).await?;
        let score = grades.graded(&column, user, points);
        Ok(grades.post(&column, &score).await?)
    }
}
