//! Assignment and Grade Services 2.0: the claim, line items, scores and results.

mod claim;
mod line_item;
mod points;
mod progress;
mod result;
mod score;

pub use claim::AgsEndpoint;
pub use line_item::{Label, LabelBlank, LineItem, SubmissionReview};
pub use points::{GivenPoints, MaximumPoints, PointsFault};
pub use progress::{ActivityProgress, GradingProgress};
pub use result::ScoreResult;
pub use score::{Points, Score, Submission};

use super::address::append_path;
use super::members::Elements;
use super::{Problem, Reading, ServiceRule};

/// Where scores of a line item are posted: its URL with `/scores` behind the path, the query kept (LTI AGS 2.0, 3.4.1).
///
/// ```
/// use lti_core::service::ags::scores_url;
/// let item = "https://lms.example/mod/lti/services.php/2/lineitems/7/lineitem?type_id=1";
/// assert_eq!(scores_url(item), "https://lms.example/mod/lti/services.php/2/lineitems/7/lineitem/scores?type_id=1");
/// ```
pub fn scores_url(line_item: &str) -> String {
    append_path(line_item, "scores")
}

/// Where results of a line item are read: its URL with `/results` behind the path, the query kept (LTI AGS 2.0, 3.3.1).
pub fn results_url(line_item: &str) -> String {
    append_path(line_item, "results")
}

/// Reads a bare array, element by element; one that cannot be used is left out, and reported.
fn read_list<T>(body: &[u8], read: impl Fn(&[u8], String) -> Reading<T>) -> Reading<Vec<T>> {
    let elements = match Elements::parse(body) {
        Ok(elements) => elements.0,
        Err(seen) => {
            let problem = Problem::new(ServiceRule::AgsJson, "the body", "a JSON array", seen);
            return Reading { value: None, problems: vec![problem] };
        }
    };
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for (index, element) in elements.iter().enumerate() {
        let reading = read(element.get().as_bytes(), format!("[{index}]."));
        values.extend(reading.value);
        problems.extend(reading.problems);
    }
    Reading { value: Some(values), problems }
}
