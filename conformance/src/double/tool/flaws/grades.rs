//! Flaws in how a tool keeps line items and sends scores.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with line items, scores and results.
    pub enum GradesFlaw {
        ScoresBehindQuery = "grades-scores-behind-query", breaks "lti13-ags-scores-url",
            "writes /scores behind the query of the line item", ["tool-ags-scores-url" => "fail"];
        ScoreAsJson = "grades-score-as-json", breaks "lti13-ags-score-media",
            "sends scores as plain JSON", ["tool-ags-score-media" => "warn"];
        ScopeOfItems = "grades-scope-of-items", breaks "lti13-service-scope",
            "sends scores with a token for line items", ["tool-ags-scope" => "warn"];
        UserDropped = "grades-user-dropped", breaks "lti13-ags-score-user",
            "sends scores without a user", ["tool-ags-score-user" => "fail"];
        ActivityWord = "grades-activity-word", breaks "lti13-ags-score-activity",
            "says Done for the progress of the activity", ["tool-ags-score-activity" => "fail"];
        GradingWord = "grades-grading-word", breaks "lti13-ags-score-grading",
            "says Graded for the progress of the grading", ["tool-ags-score-grading" => "fail"];
        GivenAsText = "grades-given-as-text", breaks "lti13-ags-score-given",
            "writes the score as text with a decimal comma", ["tool-ags-score-given" => "fail"];
        MaximumDropped = "grades-maximum-dropped", breaks "lti13-ags-score-maximum",
            "sends a score without its maximum", ["tool-ags-score-maximum" => "fail"];
        TimestampLocal = "grades-timestamp-local", breaks "lti13-ags-score-timestamp",
            "writes local time without a zone", ["tool-ags-score-timestamp" => "fail", "tool-ags-score-timestamp-later" => "skip"];
        TimestampSeconds = "grades-timestamp-seconds", breaks "lti13-ags-score-timestamp-fraction",
            "writes whole seconds", ["tool-ags-score-timestamp-fraction" => "warn"];
        TimestampOfAttempt = "grades-timestamp-of-attempt", breaks "lti13-ags-score-timestamp-increasing",
            "sends the time at which the attempt began with every score of it", ["tool-ags-score-timestamp-later" => "fail"];
        CommentObject = "grades-comment-object", breaks "lti13-ags-score-comment",
            "sends the comment as an object", ["tool-ags-score-comment" => "fail"];
        CommentHtml = "grades-comment-html", breaks "lti13-ags-score-comment-plain",
            "sends the comment with its markup", ["tool-ags-score-comment-html" => "warn"];
        ScorerEmpty = "grades-scorer-empty", breaks "lti13-ags-score-scorer",
            "sends an empty scoringUserId where a machine has graded", ["tool-ags-score-scorer" => "fail"];
        SubmissionSeconds = "grades-submission-seconds", breaks "lti13-ags-score-submission",
            "writes the time of the submission in whole seconds", ["tool-ags-score-submission" => "fail"];
        SubmissionReversed = "grades-submission-reversed", breaks "lti13-ags-score-submission-order",
            "takes the beginning of the submission for its end", ["tool-ags-score-submission-order" => "fail"];
        ScoreExtraKey = "grades-score-extra-key", breaks "lti13-ags-extension-keys",
            "adds the number of the attempt to a score", ["tool-ags-score-keys" => "warn"];
        LabelBlank = "grades-label-blank", breaks "lti13-ags-item-label",
            "makes columns without a name", ["tool-ags-item-label" => "fail"];
        MaximumZero = "grades-maximum-zero", breaks "lti13-ags-item-maximum",
            "makes columns with a maximum of 0", ["tool-ags-item-maximum" => "fail"];
        EndLocal = "grades-end-local", breaks "lti13-ags-item-dates",
            "writes the end of a column without a zone", ["tool-ags-item-dates" => "fail"];
        ItemAsJson = "grades-item-as-json", breaks "lti13-ags-item-media",
            "sends line items as plain JSON", ["tool-ags-item-media" => "warn"];
        ItemExtraKey = "grades-item-extra-key", breaks "lti13-ags-extension-keys",
            "adds its own number to a line item", ["tool-ags-item-keys" => "warn"];
        ItemsAcceptJson = "grades-items-accept-json", breaks "lti13-ags-items-accept",
            "asks for line items as plain JSON", ["tool-ags-items-accept" => "warn"];
        NextRefiltered = "grades-next-refiltered", breaks "lti13-ags-next-verbatim",
            "adds its filter to the address of the next page", ["tool-ags-items-next" => "fail"];
        ItemClosed = "grades-item-closed", breaks "lti13-ags-members-unknown",
            "does not read line items with members that it does not know", ["tool-ags-members-unknown" => "warn"];
        BlankUsed = "grades-blank-used", breaks "lti13-ags-lineitem-blank",
            "takes an empty lineitem for an address", ["tool-ags-lineitem-blank" => "warn"];
        CoupledOnly = "grades-coupled-only", breaks "lti13-ags-lineitems-only",
            "sends scores only where the launch names a line item", ["tool-ags-lineitems-only" => "info:broken", "tool-ags-lineitem-blank" => "info:none", "tool-ags-copied-item" => "skip"];
        NeverAsks = "grades-never-asks", breaks "lti13-ags-copied-item",
            "makes its column without asking which are there", ["tool-ags-copied-item" => "fail", "tool-ags-items-accept" => "skip", "tool-ags-items-next" => "skip"];
        OnlyOk = "grades-only-ok", breaks "lti13-ags-score-taken",
            "takes every answer but 200 for a failure", ["tool-ags-score-no-content" => "warn", "tool-ags-score-accepted" => "warn"];
        BodyRequired = "grades-body-required", breaks "lti13-ags-score-taken",
            "takes an answer without a body for a failure", ["tool-ags-score-no-content" => "warn"];
        ResultsBehindQuery = "grades-results-behind-query", breaks "lti13-ags-results-url",
            "writes /results behind the query of the line item", ["tool-ags-results-url" => "fail"];
        ResultsAcceptJson = "grades-results-accept-json", breaks "lti13-ags-results-accept",
            "asks for results as plain JSON", ["tool-ags-results-accept" => "warn"];
        ResultScoreRequired = "grades-result-score-required", breaks "lti13-ags-results-optional",
            "fails at a result without a score", ["tool-ags-results-without-score" => "warn"];
        NoResultsCrash = "grades-no-results-crash", breaks "lti13-ags-results-optional",
            "fails where there are no results", ["tool-ags-results-empty" => "warn"];
    }
}
