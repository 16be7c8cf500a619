//! Flaws of scores and results.

use super::lost::SCORES;
use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with scores.
    pub enum ScoreFlaw {
        DecoupledRefused = "score-decoupled-refused", breaks "lti13-platform-ags-score",
            "takes scores for line items of links alone", [
            "platform-ags-score" => "fail", "platform-cert-pa11" => "warn", "platform-cert-pa12" => "warn",
            "platform-cert-pa14" => "warn", "platform-cert-pa15" => "warn",
        ], losing SCORES;
        ActivityRefused = "score-activity-refused", breaks "lti13-platform-ags-progress",
            "refuses a score whose activity is only initialized", ["platform-ags-score-activity" => "warn"];
        GradingRefused = "score-grading-refused", breaks "lti13-platform-ags-progress",
            "refuses a score whose grading failed", ["platform-ags-score-grading" => "warn"];
        ExtraRefused = "score-extra-refused", breaks "lti13-platform-ags-extra-credit",
            "refuses scores above the maximum", ["platform-ags-score-extra" => "fail"];
        ExtraClipped = "score-extra-clipped", breaks "lti13-platform-ags-extra-credit",
            "cuts scores at the maximum", ["platform-ags-score-extra" => "warn"];
        Unscaled = "score-unscaled", breaks "lti13-platform-ags-rescale",
            "keeps the number of a score and not its share of the maximum", ["platform-ags-score-rescale" => "warn"];
        ZeroNone = "score-zero-none", breaks "lti13-platform-ags-zero",
            "takes a score of 0 for none", ["platform-ags-score-zero" => "fail"];
        ClearIgnored = "score-clear-ignored", breaks "lti13-platform-ags-clear",
            "keeps the old score when it is taken back", ["platform-ags-score-clear" => "warn"];
        PendingClears = "score-pending-clears", breaks "lti13-platform-ags-pending",
            "clears the grade when a score is not final", ["platform-ags-score-pending" => "warn"];
        OlderApplied = "score-older-applied", breaks "lti13-platform-ags-older",
            "applies whatever arrives last", [
            "platform-ags-score-older" => "fail", "platform-ags-score-older-zone" => "fail",
            "platform-ags-score-equal" => "info:applied", "platform-ags-score-race" => "fail",
        ];
        StampText = "score-stamp-text", breaks "lti13-platform-ags-older",
            "compares time stamps as text", [
            "platform-ags-score-older-zone" => "fail",
        ];
        RaceLost = "score-race-lost", breaks "lti13-platform-ags-older",
            "looks at the newest time stamp once a second", ["platform-ags-score-race" => "fail"];
        StampsCut = "score-stamps-cut", breaks "lti13-platform-ags-same-second",
            "keeps time stamps in whole seconds", ["platform-ags-score-same-second" => "info:ignored"];
        EqualApplied = "score-equal-applied", breaks "lti13-platform-ags-equal",
            "applies a score with the time stamp of the last one", ["platform-ags-score-equal" => "info:applied"];
        ShortZoneRefused = "score-short-zone-refused", breaks "lti13-platform-ags-short-zone",
            "refuses time stamps with the zone +00", ["platform-ags-score-short-zone" => "warn"];
        SecondsRefused = "score-seconds-refused", breaks "lti13-platform-ags-seconds",
            "refuses time stamps in whole seconds", ["platform-ags-score-seconds" => "info:refused"];
        CommentKept = "score-comment-kept", breaks "lti13-platform-ags-comment",
            "keeps the old comment where a score has none", ["platform-ags-comment-cleared" => "fail"];
        CommentAppended = "score-comment-appended", breaks "lti13-platform-ags-comment",
            "appends a comment to the one before", ["platform-ags-comment-replaced" => "fail"];
        CommentUnshown = "score-comment-unshown", breaks "lti13-platform-ags-comment",
            "keeps comments to itself", [
            "platform-ags-comment-replaced" => "unsupported", "platform-ags-comment-cleared" => "unsupported",
        ];
        AnybodyTaken = "score-anybody-taken", breaks "lti13-platform-ags-user",
            "takes scores for users that it does not know", ["platform-ags-score-user-unknown" => "warn"];
        NobodyTaken = "score-nobody-taken", breaks "lti13-platform-ags-user",
            "takes scores without userId", ["platform-ags-score-user-missing" => "warn"];
        TeacherTaken = "score-teacher-taken", breaks "lti13-platform-ags-gradable",
            "takes scores for teachers", ["platform-ags-score-teacher" => "info:accepted"];
        Readable = "score-readable", breaks "lti13-platform-ags-scores-read",
            "answers who reads scores", ["platform-ags-scores-get" => "warn"];
        TypeExact = "score-type-exact", breaks "lti13-platform-ags-media-types",
            "refuses scores whose media type has a charset", ["platform-ags-score-charset" => "warn"];
        TypeUnread = "score-type-unread", breaks "lti13-platform-ags-score-type",
            "does not read the media type of scores", ["platform-ags-score-json" => "info:accepted"];
    }
}

flaws! {
    /// What a platform does wrong with results.
    pub enum ResultFlaw {
        OneUser = "result-one-user", breaks "lti13-platform-ags-results",
            "lists the result of one user", [
            "platform-ags-results" => "fail", "platform-ags-results-limit" => "skip",
            "platform-ags-results-next" => "skip",
        ];
        UserUnread = "result-user-unread", breaks "lti13-platform-ags-result-user",
            "does not read user_id", [
            "platform-ags-results-user" => "fail", "platform-ags-results-user-none" => "warn",
        ];
        UserMissing = "result-user-missing", breaks "lti13-platform-ags-result-user",
            "answers 404 for a user without result", ["platform-ags-results-user-none" => "warn"];
        LimitUnread = "result-limit-unread", breaks "lti13-platform-ags-result-limit",
            "does not read limit for results", [
            "platform-ags-results-limit" => "warn", "platform-ags-results-next" => "skip",
        ];
        LimitCrash = "result-limit-crash", breaks "lti13-platform-ags-result-limit",
            "crashes on a limit for results", [
            "platform-ags-results-limit" => "warn", "platform-ags-results-next" => "skip",
        ];
        NextUnsaid = "result-next-unsaid", breaks "lti13-platform-ags-next",
            "does not say that there are more results", ["platform-ags-results-next" => "fail"];
        UserInternal = "result-user-internal", breaks "lti13-platform-ags-result-user-id",
            "names users by numbers of its own in results", [
            "platform-ags-result-user-id" => "fail", "platform-ags-results" => "fail",
            "platform-ags-results-user" => "fail", "platform-cert-pa14" => "warn", "platform-cert-pa15" => "warn",
        ];
        IdMissing = "result-id-missing", breaks "lti13-platform-ags-result-id",
            "sends results without id", ["platform-ags-result-id" => "warn"];
        ScoreOfOther = "result-score-of-other", breaks "lti13-platform-ags-result-score-of",
            "names the list of line items in scoreOf", ["platform-ags-result-score-of" => "fail"];
        ScoreText = "result-score-text", breaks "lti13-platform-ags-result-score",
            "writes resultScore as text", [
            "platform-ags-result-score" => "fail", "platform-cert-pa14" => "warn", "platform-cert-pa15" => "warn",
        ];
        MaximumZero = "result-maximum-zero", breaks "lti13-platform-ags-result-maximum",
            "writes a resultMaximum of 0", ["platform-ags-result-maximum" => "fail"];
        Writable = "result-writable", breaks "lti13-platform-ags-results-write",
            "answers who writes results as if it took them", ["platform-ags-results-write" => "warn"];
        ExtensionBare = "result-extension-bare", breaks "lti13-platform-ags-extensions",
            "adds a time stamp of its own to results", ["platform-ags-result-extension" => "warn"];
        Html = "result-html", breaks "lti13-platform-ags-media-types",
            "sends results as text/html", ["platform-ags-results-media-type" => "warn"];
    }
}
