//! Scores that arrive, and the results that come of them (LTI AGS 2.0, 3.3 and 3.4).

use http::StatusCode;
use lti_core::id::Subject;
use lti_core::service::ags::{MaximumPoints, Score, ScoreResult, results_url};
use lti_core::service::media_type::{RESULT_CONTAINER, SCORE};

use super::ags::{keep_extensions, missing};
use super::courses::Standing;
use super::paging::{AFTER, link_to};
use super::refusal::Refusal;
use super::router::{Answer, Call};
use super::urls::ServiceUrls;
use crate::gradebook::{LineItemId, Page, Recorded};

/// Takes a score (3.4): it stands when this answers, or it never does.
pub(super) async fn post(call: &Call<'_>, id: LineItemId) -> Result<Answer, Refusal> {
    let mut score = Score::read(call.body(SCORE)?).strict()?;
    keep_extensions(&mut score.other);
    // Whose item it is comes first: a tool learns nothing about people from the items of others.
    call.gradebook().line_item(&call.owner, id).await?.ok_or_else(missing)?;
    match call.services.courses.standing(&call.owner, &score.user_id).await? {
        Standing::Graded => {}
        Standing::NoMember => return Err(Refusal::not_found("userId to name a member of the context")),
        Standing::NotGraded => {
            let detail = "userId: expected a member of the context who is graded there, such as a learner, saw another";
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
        }
    }
    let sent = score.timestamp;
    match call.gradebook().record(&call.owner, id, score).await? {
        Recorded::Stands => Ok(Answer::empty()),
        Recorded::NoSuchLineItem => Err(missing()),
        Recorded::Stale { on_record } => {
            let detail = format!(
                "timestamp: expected one later than {on_record}, the newest on record for this user and line item, saw \
                 {sent}: nothing was changed"
            );
            Err(Refusal::new(StatusCode::CONFLICT, detail))
        }
    }
}

/// One page of the results of a line item, or that of one user (3.3).
pub(super) async fn results(call: &Call<'_>, id: LineItemId) -> Result<Answer, Refusal> {
    call.accepts(RESULT_CONTAINER)?;
    let query = &call.query;
    let user = query.get("user_id").map(Subject::new);
    let page = Page { after: query.after(|text| Some(Subject::new(text)))?, limit: query.limit()? };
    let results = call.gradebook().results(&call.owner, id, user.as_ref(), page).await?.ok_or_else(missing)?;
    let item = call.urls().line_item(&call.owner, id);
    let maximum = results.item.definition.score_maximum;
    let last = results.scores.rows.last().filter(|_| results.scores.more);
    let next = last.and_then(|last| {
        let parameters = query.kept(&["limit"]).chain([(AFTER, last.user_id.as_str())]);
        link_to(&results_url(&item), parameters, "next")
    });
    let results: Vec<_> = results.scores.rows.into_iter().map(|score| result(&item, maximum, score)).collect();
    Ok(Answer::json(RESULT_CONTAINER, &results)?.link(next))
}

/// What a score means on the scale of the line item as it is now (3.2.6, 3.4.4).
fn result(item: &str, maximum: MaximumPoints, score: Score) -> ScoreResult {
    let mut result = ScoreResult::new(ServiceUrls::result(item, &score.user_id), item, score.user_id, maximum);
    result.result_score = score.points.map(|points| points.on_scale(maximum));
    result.comment = score.comment;
    result.scoring_user_id = score.scoring_user_id;
    result
}
