//! Flaws in how a tool keeps line items and sends scores.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with line items, scores and results.
    pub enum GradesFlaw {
        ScoresBehindQuery = "grades-scores-behind-query", breaks "lti13-ags-scores-url",
            "writes /scores behind the query of the line item", ["tool-ags-scores-url" => "fail"];
    }
}
