//! What a tool does with line items, scores and results. A comment names the row of `docs/levels/services.md`.

use lti_core::requirement::spec::{AGS, CERTIFICATION};

lti_core::requirements! {
    /// What a tool does with line items, scores and results.
    pub(crate) enum GradesDuty {
        //
        ScoresUrl = "lti13-ags-scores-url" {
            sentence: "the address for scores is the line item's with /scores at the end of its path, query kept",
            platform: None, tool: Must, risk: Medium,
            harm: "no grade arrives on platforms whose line item addresses have a query, such as Moodle",
            clauses: [AGS.at("3.4.1")],
            hint: "parse the address and change its path: .../lineitem?type_id=7 becomes .../lineitem/scores?type_id=7. Text put behind the address lands in the query",
        },
        //
        LostScore = "lti13-ags-score-lost" {
            sentence: "what a tool does with a score whose answer was lost is its own affair",
            platform: None, tool: May, risk: None,
            harm: "the grade may be missing, or there twice",
            clauses: [AGS.at("3.4.9")],
            hint: "send the same score with the same timestamp once more",
        },
        //
        ScoreMedia = "lti13-ags-score-media" {
            sentence: "a score has the media type application/vnd.ims.lis.v1.score+json",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms answer 415 or 400",
            clauses: [AGS.at("3.4.3")],
            hint: "send Content-Type application/vnd.ims.lis.v1.score+json: v1, not v2",
        },
        //
        ScoreUser = "lti13-ags-score-user" {
            sentence: "a score names its user",
            platform: None, tool: Must, risk: Low,
            harm: "the grade belongs to nobody",
            clauses: [AGS.at("3.4.5")],
            hint: "set userId to the sub of the launch",
        },
        //
        ScoreActivity = "lti13-ags-score-activity" {
            sentence: "activityProgress of a score is one of the five words",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.7")],
            hint: "send Initialized, Started, InProgress, Submitted or Completed, letter by letter",
        },
        //
        ScoreGrading = "lti13-ags-score-grading" {
            sentence: "gradingProgress of a score is one of the five words",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score, or take it for unfinished and show nothing",
            clauses: [AGS.at("3.4.8")],
            hint: "send FullyGraded for a final grade; otherwise Pending, PendingManual, Failed or NotReady",
        },
        //
        ScoreGiven = "lti13-ags-score-given" {
            sentence: "scoreGiven of a score is a number, not below 0",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.4")],
            hint: "write a JSON number; null or no scoreGiven means that there is no score",
        },
        //
        ScoreMaximum = "lti13-ags-score-maximum" {
            sentence: "a score with scoreGiven has scoreMaximum",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score, or read it on another scale",
            clauses: [AGS.at("3.4.4")],
            hint: "send scoreMaximum with each scoreGiven",
        },
        //
        ScoreTimestamp = "lti13-ags-score-timestamp" {
            sentence: "a score has a timestamp in ISO 8601 with its zone",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score or put it into the wrong order",
            clauses: [AGS.at("3.4.9")],
            hint: "write 2026-11-22T10:15:30.123Z: date, time, fraction, zone",
        },
        //
        ScoreFraction = "lti13-ags-score-timestamp-fraction" {
            sentence: "the timestamp of a score has a fraction of a second",
            platform: None, tool: Must, risk: Low,
            harm: "of two scores within a second the second may be dropped",
            clauses: [AGS.at("3.4.9")],
            hint: "write milliseconds: 2026-11-22T10:15:30.123Z",
        },
        //
        ScoreIncreasing = "lti13-ags-score-timestamp-increasing" {
            sentence: "a later score of the same user has a later timestamp",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms drop the newer score",
            clauses: [AGS.at("3.4.9")],
            hint: "take the time at which the score changed, not that of the attempt, the launch or the day",
        },
        //
        ScoreComment = "lti13-ags-score-comment" {
            sentence: "the comment of a score is a string",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.11")],
            hint: "send plain text",
        },
        //
        ScoreCommentPlain = "lti13-ags-score-comment-plain" {
            sentence: "the comment of a score is plain text and no HTML",
            platform: None, tool: Practice, risk: Low,
            harm: "students read markup",
            clauses: [AGS.at("3.4.11")],
            hint: "strip the markup before sending",
        },
        //
        ScoreScorer = "lti13-ags-score-scorer" {
            sentence: "scoringUserId of a score, if there, is a user id: neither empty nor null (a lower-case must)",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score",
            clauses: [AGS.at("3.4.6")],
            hint: "leave scoringUserId out where a machine has graded",
        },
        //
        ScoreSubmission = "lti13-ags-score-submission" {
            sentence: "startedAt and submittedAt of a score are ISO 8601 with a fraction of a second and a zone",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the score or show the wrong time of submission",
            clauses: [AGS.at("3.4.10")],
            hint: "write 2026-11-22T10:15:30.123Z, or leave submission out",
        },
        //
        ScoreSubmissionOrder = "lti13-ags-score-submission-order" {
            sentence: "submittedAt of a score is not before startedAt (a lower-case must)",
            platform: None, tool: Must, risk: Low,
            harm: "the submission looks impossible, and lateness is judged wrongly",
            clauses: [AGS.at("3.4.10.2")],
            hint: "check which of the two moments goes into which member",
        },
        //
        ExtensionKeys = "lti13-ags-extension-keys" {
            sentence: "what a tool adds to a score or line item has a URL for its key",
            platform: None, tool: Practice, risk: Low,
            harm: "the key may come to mean something else, and strict platforms refuse it",
            clauses: [AGS.at("3.1.2")],
            hint: "name additions by a URL of your own: https://tool.example/lti/attempt",
        },
        //
        ItemLabel = "lti13-ags-item-label" {
            sentence: "a new line item has a label that is not blank",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the line item, or show a column without a name",
            clauses: [AGS.at("3.2.7")],
            hint: "send the title of the exercise as label",
        },
        //
        ItemMaximum = "lti13-ags-item-maximum" {
            sentence: "scoreMaximum of a new line item is a number above 0",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the line item, or divide by zero",
            clauses: [AGS.at("3.2.8")],
            hint: "send a positive number",
        },
        //
        ItemDates = "lti13-ags-item-dates" {
            sentence: "startDateTime and endDateTime of a line item are ISO 8601 with a zone",
            platform: None, tool: Must, risk: Low,
            harm: "students see the wrong end of the time for handing in",
            clauses: [AGS.at("3.2.12"), AGS.at("3.2.13")],
            hint: "write 2026-11-22T10:15:30Z, or leave the dates out",
        },
        //
        ItemMedia = "lti13-ags-item-media" {
            sentence: "a new line item has the media type application/vnd.ims.lis.v2.lineitem+json",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms answer 415 or 400",
            clauses: [AGS.at("3.2.1")],
            hint: "send Content-Type application/vnd.ims.lis.v2.lineitem+json",
        },
        //
        ItemsAccept = "lti13-ags-items-accept" {
            sentence: "a request for the line items says in Accept that it wants a line item container",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that serve several formats answer 406",
            clauses: [AGS.at("3.2.1"), AGS.at("3.2.4")],
            hint: "send Accept: application/vnd.ims.lis.v2.lineitemcontainer+json",
        },
        //
        ItemsNext = "lti13-ags-next-verbatim" {
            sentence: "a tool asks for the next page of line items at the very address that was named (a lower-case must)",
            platform: None, tool: Must, risk: Medium,
            harm: "line items are missed or read twice, and made a second time",
            clauses: [AGS.at("3.2.4")],
            hint: "take the address of rel=next as it is, and add no filter to it",
        },
        //
        ItemsUnknown = "lti13-ags-members-unknown" {
            sentence: "a tool ignores members of claims, line items and results that it does not know",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that add a member",
            clauses: [AGS.at("3.1.2")],
            hint: "read the members you know and leave the others alone",
        },
        //
        ItemBlank = "lti13-ags-lineitem-blank" {
            sentence: "a tool takes an empty lineitem for none",
            platform: None, tool: Practice, risk: Low,
            harm: "users meet an error page in links without a grade",
            clauses: [AGS.at("3.1")],
            hint: "treat an empty lineitem like an absent one",
        },
        //
        ItemsOnly = "lti13-ags-lineitems-only" {
            sentence: "a tool sends scores where the launch offers lineitems alone",
            platform: None, tool: Certification, risk: Low,
            harm: "the certification suite offers no lineitem: such a tool does not pass",
            clauses: [CERTIFICATION.at("6.4")],
            hint: "look for your own line item under lineitems, make one where there is none, and send scores to its id",
        },
        //
        ItemCopied = "lti13-ags-copied-item" {
            sentence: "a tool makes no line item that the copied course has already",
            platform: None, tool: Must, risk: Medium,
            harm: "teachers have each column twice after copying a course",
            clauses: [AGS.at("3.2.15")],
            hint: "ask lineitems for your resourceId and tag first, and use what is there",
        },
        //
        ScoreTaken = "lti13-ags-score-taken" {
            sentence: "any answer in the two hundreds means that a score was taken, with or without a body",
            platform: None, tool: Practice, risk: Medium,
            harm: "the tool says that the grade did not arrive, or sends it again",
            clauses: [AGS.at("3.4.3")],
            hint: "test for 200 to 299, and do not read the body",
        },
        //
        ResultsUrl = "lti13-ags-results-url" {
            sentence: "the address for results is the line item's with /results at the end of its path, query kept",
            platform: None, tool: Must, risk: Low,
            harm: "no results on platforms whose line item addresses have a query",
            clauses: [AGS.at("3.3.1")],
            hint: "parse the address and change its path: .../lineitem?type_id=7 becomes .../lineitem/results?type_id=7",
        },
        //
        ResultsAccept = "lti13-ags-results-accept" {
            sentence: "a request for results says in Accept that it wants a result container",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that serve several formats answer 406",
            clauses: [AGS.at("3.3.4")],
            hint: "send Accept: application/vnd.ims.lis.v2.resultcontainer+json",
        },
        //
        ResultsEmpty = "lti13-ags-results-optional" {
            sentence: "a tool reads results without resultScore or resultMaximum, and a list without results",
            platform: None, tool: Practice, risk: Low,
            harm: "users meet an error page before the first grade",
            clauses: [AGS.at("3.3.4.5"), AGS.at("3.3.4.6"), AGS.at("3.3.5")],
            hint: "null and absent mean no score; where resultMaximum is absent it is 1",
        },
    }
}
