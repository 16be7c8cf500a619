//! The rules of the bodies that travel to and from the services.
//!
//! Their ids begin with `lti13-ags-body-`, `lti13-nrps-body-` and `lti13-token-body-`: what a body must say, whoever sends
//! it. How a platform or a tool acts is no matter of these tables.

use crate::requirement::Level;
use crate::requirement::spec::{AGS, CORE, NRPS, RFC6749, SECURITY};

crate::requirements! {
    /// A rule that a line item, a score, a result, a roster or a token response breaks.
    pub enum ServiceRule {
        /// The body is not the JSON that it should be.
        AgsJson = "lti13-ags-body-json" {
            sentence: "a line item and a score are one JSON object, lists of line items and results one bare JSON array",
            platform: Must, tool: Must, risk: Low,
            harm: "the receiver reads nothing, and grades do not arrive",
            clauses: [AGS.at("3.2.4"), AGS.at("3.2.1, OpenAPI")],
            hint: "write the object or the array itself, with no wrapper around it and nothing behind it",
        },
        /// A member has another JSON type than its clause gives it.
        AgsType = "lti13-ags-body-type" {
            sentence: "each member of a line item, a score or a result has the JSON type of its clause",
            platform: Must, tool: Must, risk: Low,
            harm: "receivers read the value differently, or crash over it",
            clauses: [AGS.at("3.2.10 to 3.2.14"), AGS.at("3.3.4.5 (lower-case must)"), AGS.at("3.4.11")],
            hint: "points are numbers, ids, labels and comments strings, gradesReleased is true or false",
        },
        /// A member of somebody's own is not named by a URL.
        AgsExtension = "lti13-ags-body-extension" {
            sentence: "what is added to a line item, a score or a result is named by a fully qualified URL",
            platform: Must, tool: Must, risk: Low,
            harm: "two vendors use one name for two things",
            clauses: [AGS.at("3.1.2")],
            hint: "name the member by a URL of your own domain",
        },
        /// A line item in an answer has no address.
        LineItemId = "lti13-ags-body-item-id" {
            sentence: "each line item that a platform answers with has its URL as id (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "the tool has no address to post scores to",
            clauses: [AGS.at("3.2.3 (lower-case must)"), AGS.at("3.2.5")],
            hint: "answer with the item as it is stored, id included, a full URL",
        },
        /// A line item has no label.
        LineItemLabel = "lti13-ags-body-item-label" {
            sentence: "a line item has a label that is not blank",
            platform: Must, tool: Must, risk: Low,
            harm: "teachers see a column without a name",
            clauses: [AGS.at("3.2.7")],
            hint: "send label, some words that a teacher recognises",
        },
        /// The maximum of a line item is no positive number.
        LineItemMaximum = "lti13-ags-body-item-maximum" {
            sentence: "the scoreMaximum of a line item is a number greater than 0",
            platform: Must, tool: Must, risk: Medium,
            harm: "no grade can be worked out",
            clauses: [AGS.at("3.2.8")],
            hint: "send scoreMaximum as a number such as 100, never 0, null or a string",
        },
        /// A date of a line item has no zone, or is none.
        LineItemDate = "lti13-ags-body-item-date" {
            sentence: "startDateTime and endDateTime are ISO 8601 with a time zone",
            platform: Must, tool: Must, risk: Low,
            harm: "the deadline is hours away from the one that was meant",
            clauses: [AGS.at("3.2.12"), AGS.at("3.2.13")],
            hint: "write 2026-11-22T08:00:00Z or an offset behind the time",
        },
        /// A score names nobody.
        ScoreUser = "lti13-ags-body-score-user" {
            sentence: "a score names its user by userId, the sub of the launch",
            platform: None, tool: Must, risk: Medium,
            harm: "the grade belongs to nobody",
            clauses: [AGS.at("3.4.5")],
            hint: "send userId, a string, with the sub of the user's launch",
        },
        /// A score does not say how far the activity is.
        ScoreActivity = "lti13-ags-body-score-activity" {
            sentence: "the activityProgress of a score is Initialized, Started, InProgress, Submitted or Completed",
            platform: None, tool: Must, risk: Low,
            harm: "the platform cannot tell whether the learner is done",
            clauses: [AGS.at("3.4.7")],
            hint: "send one of the five words, letter by letter",
        },
        /// A score does not say how far the grading is.
        ScoreGrading = "lti13-ags-body-score-grading" {
            sentence: "the gradingProgress of a score is FullyGraded, Pending, PendingManual, Failed or NotReady",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms leave scores out that are not FullyGraded",
            clauses: [AGS.at("3.4.8")],
            hint: "send one of the five words; a final grade is FullyGraded",
        },
        /// The points of a score are no number, or negative.
        ScoreGiven = "lti13-ags-body-score-given" {
            sentence: "the scoreGiven of a score is a number, 0 or greater; null or absent where there is no grade",
            platform: None, tool: Must, risk: Medium,
            harm: "the grade is lost, or another one is shown",
            clauses: [AGS.at("3.4.4")],
            hint: "send scoreGiven as a number; leave it out to say that there is no grade, 0 is a grade",
        },
        /// A score has points and no maximum.
        ScoreMaximumMissing = "lti13-ags-body-score-maximum-missing" {
            sentence: "a score with scoreGiven has a scoreMaximum, a number",
            platform: None, tool: Must, risk: Medium,
            harm: "nobody can tell what the points are worth",
            clauses: [AGS.at("3.4.4")],
            hint: "send scoreMaximum beside scoreGiven, such as 100, or 1 for a normalised score",
        },
        /// The maximum of a score is not positive.
        ScoreMaximum = "lti13-ags-body-score-maximum" {
            sentence: "the scoreMaximum of a score is greater than 0",
            platform: None, tool: Practice, risk: Medium,
            harm: "no grade can be worked out: the points would be divided by nothing",
            clauses: [AGS.at("3.4.4, OpenAPI")],
            hint: "send the points that the activity is worth at most",
        },
        /// A score has no time stamp that can be read.
        ScoreTimestamp = "lti13-ags-body-score-timestamp" {
            sentence: "a score has a timestamp, ISO 8601 with a time zone",
            platform: None, tool: Must, risk: High,
            harm: "an older score overtakes a newer one, and a learner loses a grade",
            clauses: [AGS.at("3.4.9")],
            hint: "send the moment of the change as 2026-11-22T08:00:00.000Z",
        },
        /// The time stamp of a score has whole seconds.
        ScoreTimestampPrecision = "lti13-ags-body-score-timestamp-precision" {
            sentence: "the timestamp of a score has parts of a second; the OpenAPI document of the service says should",
            platform: None, tool: Must, risk: Low,
            harm: "of two scores within a second one is lost",
            clauses: [AGS.at("3.4.9"), AGS.at("OpenAPI")],
            hint: "write milliseconds: 2026-11-22T08:00:00.000Z",
        },
        /// Whoever scored is named by nothing.
        ScoreScorer = "lti13-ags-body-score-scorer" {
            sentence: "scoringUserId, where it is sent, is a user id: neither null nor empty (lower-case must)",
            platform: None, tool: Must, risk: Low,
            harm: "the platform looks for a user who does not exist",
            clauses: [AGS.at("3.4.6 (lower-case must)")],
            hint: "leave scoringUserId out where nobody graded by hand",
        },
        /// A moment of the submission is none.
        SubmissionDate = "lti13-ags-body-submission-date" {
            sentence: "startedAt and submittedAt of a submission are ISO 8601 with parts of a second and a time zone",
            platform: None, tool: Must, risk: Low,
            harm: "the platform shows another time of submission, and a learner is late",
            clauses: [AGS.at("3.4.10.1"), AGS.at("3.4.10.2")],
            hint: "write 2026-11-22T08:00:00.000Z",
        },
        /// A submission ended before it began.
        SubmissionOrder = "lti13-ags-body-submission-order" {
            sentence: "submittedAt of a submission is not before startedAt (lower-case must)",
            platform: None, tool: Must, risk: Low,
            harm: "the platform shows a time on task that nobody had",
            clauses: [AGS.at("3.4.10.2 (lower-case must)")],
            hint: "look at the clocks that the two moments come from",
        },
        /// A result names nobody.
        ResultUser = "lti13-ags-body-result-user" {
            sentence: "a result names its user by userId",
            platform: Must, tool: None, risk: Medium,
            harm: "the tool cannot tell whose grade it is",
            clauses: [AGS.at("3.3.4.4")],
            hint: "send userId, the sub of the user's launches",
        },
        /// A result has no address, or none of its line item.
        ResultId = "lti13-ags-body-result-id" {
            sentence: "a result has its own URL as id, and the URL of its line item as scoreOf (lower-case must)",
            platform: Must, tool: None, risk: Low,
            harm: "results of several line items cannot be told apart",
            clauses: [AGS.at("3.3.4.3 (lower-case must)"), AGS.at("3.3.4.2")],
            hint: "send both; scoreOf is the id of the line item, character by character",
        },
        /// The points of a result are no number.
        ResultScore = "lti13-ags-body-result-score" {
            sentence: "the resultScore of a result is a number, null or absent (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "the tool shows another grade, or fails",
            clauses: [AGS.at("3.3.4.5 (lower-case must)")],
            hint: "send a number, not a string",
        },
        /// The maximum of a result is not positive.
        ResultMaximum = "lti13-ags-body-result-maximum" {
            sentence: "the resultMaximum of a result is a number greater than 0; absent it is 1",
            platform: Must, tool: None, risk: Medium,
            harm: "nobody can tell what the points are worth",
            clauses: [AGS.at("3.3.4.6")],
            hint: "send the maximum of the line item",
        },
        /// The body is not the JSON that it should be.
        NrpsJson = "lti13-nrps-body-json" {
            sentence: "a roster is one JSON object with an array of members",
            platform: Must, tool: None, risk: Low,
            harm: "the tool sees nobody",
            clauses: [NRPS.at("2.1")],
            hint: "send the container itself: context and members",
        },
        /// The roster does not say whose it is.
        NrpsContext = "lti13-nrps-body-context" {
            sentence: "a roster names its context with its id (lower-case must)",
            platform: Must, tool: None, risk: Low,
            harm: "the tool cannot tell to which course the people belong",
            clauses: [NRPS.at("2.2 (lower-case must)")],
            hint: "send context with the id of the launches",
        },
        /// A member has no id.
        MemberUser = "lti13-nrps-body-member-user" {
            sentence: "each member has a user_id, the sub of the launches (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "the tool cannot tell who it is, and shows a person twice or not at all",
            clauses: [NRPS.at("2.2 (lower-case must)")],
            hint: "send user_id, a string",
        },
        /// A member has no roles.
        MemberRoles = "lti13-nrps-body-member-roles" {
            sentence: "each member has an array of roles (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "the tool gives the person the wrong rights, or none",
            clauses: [NRPS.at("2.2 (lower-case must)"), CORE.at("A.2")],
            hint: "send roles as an array of the vocabulary's URIs, the same as in launches",
        },
        /// A member has a status that the text does not know.
        MemberStatus = "lti13-nrps-body-member-status" {
            sentence: "the status of a member is Active or Inactive, and Deleted in differences",
            platform: Practice, tool: None, risk: Low,
            harm: "the tool cannot tell whether the person is in the course",
            clauses: [NRPS.at("2.3")],
            hint: "send one of the words, letter by letter",
        },
        /// A member's further data has another type.
        MemberType = "lti13-nrps-body-member-type" {
            sentence: "names, addresses and ids of a member are strings, its messages are an array of objects",
            platform: Practice, tool: None, risk: Low,
            harm: "the tool loses the value, or the person",
            clauses: [NRPS.at("2.1"), NRPS.at("3.2")],
            hint: "leave out what the platform does not know, rather than sending null or a number",
        },
        /// The token endpoint answered with something else than a token.
        TokenJson = "lti13-token-body-json" {
            sentence: "the answer of a token endpoint is one JSON object",
            platform: Must, tool: None, risk: Low,
            harm: "no service can be used",
            clauses: [RFC6749.anchored("5.1", "section-5.1"), RFC6749.anchored("5.2", "section-5.2")],
            hint: "look at the token URL: a page of HTML comes from another address as a rule",
        },
        /// The answer has no access token.
        TokenAccess = "lti13-token-body-access-token" {
            sentence: "a token response has an access_token, a string",
            platform: Must, tool: None, risk: Medium,
            harm: "no service can be used",
            clauses: [RFC6749.anchored("5.1", "section-5.1"), SECURITY.at("4.1")],
            hint: "send access_token",
        },
        /// The answer does not say what kind of token it is, or another kind.
        TokenType = "lti13-token-body-token-type" {
            sentence: "the token_type of a token response is bearer, in any letter case",
            platform: Must, tool: None, risk: Low,
            harm: "the tool does not know how to use the token",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "send token_type with the value Bearer",
        },
        /// The answer's lifetime is no number.
        TokenExpires = "lti13-token-body-expires-in" {
            sentence: "the expires_in of a token response, where it is sent, is a number of seconds",
            platform: Must, tool: None, risk: Low,
            harm: "the tool uses a token that has ended, or asks for one at each call",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "send expires_in as a number such as 3600",
        },
        /// The answer does not say for what the token is good.
        TokenScope = "lti13-token-body-scope" {
            sentence: "a token response names the scopes that were granted",
            platform: Must, tool: None, risk: Low,
            harm: "the tool learns only from refused calls what it may do",
            clauses: [SECURITY.at("4.1")],
            hint: "send scope, words with a space between them",
        },
        /// The answer to a refused request has no error code.
        TokenError = "lti13-token-body-error" {
            sentence: "the answer to a refused token request has an error, a string",
            platform: Must, tool: None, risk: Low,
            harm: "nobody can tell what was wrong with the request",
            clauses: [RFC6749.anchored("5.2", "section-5.2")],
            hint: "answer with a code of RFC 6749, such as invalid_client",
        },
    }
}

impl ServiceRule {
    /// Whether a receiver refuses a body that breaks this rule. What real systems send without harm is taken, and so is
    /// what the texts say in two ways.
    pub fn refuses(self) -> bool {
        !matches!(
            self,
            Self::AgsExtension
                | Self::ScoreTimestampPrecision
                | Self::ResultId
                | Self::NrpsContext
                | Self::MemberStatus
                | Self::MemberType
                | Self::TokenType
                | Self::TokenExpires
                | Self::TokenScope
        )
    }

    /// Whether a specification orders it, and not only good practice, of the platform or of the tool.
    pub fn is_ordered(self) -> bool {
        let rule = self.requirement();
        rule.platform.max(rule.tool) >= Level::May
    }
}
