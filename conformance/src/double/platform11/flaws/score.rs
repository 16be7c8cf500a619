//! Flaws in what becomes of scores and operations.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with scores.
    pub enum ScoreFlaw {
        OneDigit = "score-one-digit", breaks "lti11-platform-outcomes-replace",
            "keeps one digit of a score", ["platform11-outcomes-replace" => "warn", "platform11-cert-8-2" => "warn"];
        FirstKept = "score-first-kept", breaks "lti11-platform-outcomes-replace",
            "keeps the first score of a result and says success", [
            "platform11-outcomes-replace" => "fail", "platform11-outcomes-replace-zero" => "fail",
            "platform11-outcomes-replace-one" => "fail", "platform11-cert-8-2" => "fail",
        ];
        ZeroIsNone = "score-zero-is-none", breaks "lti11-platform-outcomes-replace",
            "takes a score of zero for none", ["platform11-outcomes-replace-zero" => "fail"];
        FractionKept = "score-fraction", breaks "lti11-platform-outcomes-replace",
            "keeps what stands behind the point alone", ["platform11-outcomes-replace-one" => "warn"];
        OneRefused = "score-one-refused", breaks "lti11-platform-outcomes-replace",
            "takes scores below one alone", ["platform11-outcomes-replace-one" => "warn"];
        EmptyZero = "read-empty-zero", breaks "lti11-platform-outcomes-read-empty",
            "reads zero where there is no score", [
            "platform11-outcomes-read-empty" => "warn", "platform11-outcomes-deleted" => "warn",
            "platform11-cert-8-5" => "warn",
        ];
        ReadRefused = "read-refused", breaks "lti11-platform-outcomes-read",
            "does not let scores be read", [
            "platform11-outcomes-read" => "warn", "platform11-outcomes-read-empty" => "warn",
            "platform11-outcomes-deleted" => "warn", "platform11-outcomes-apart" => "skip", "platform11-cert-8-3" => "warn",
            "platform11-cert-8-5" => "warn",
        ];
        DeleteRefused = "delete-refused", breaks "lti11-platform-outcomes-delete",
            "does not let scores be deleted", [
            "platform11-outcomes-delete" => "warn", "platform11-outcomes-deleted" => "skip", "platform11-cert-8-4" => "warn",
            "platform11-cert-8-5" => "skip",
        ];
        DeleteZero = "delete-zero", breaks "lti11-platform-outcomes-delete",
            "stores zero in place of a deleted score", [
            "platform11-outcomes-deleted" => "warn", "platform11-cert-8-5" => "warn",
        ];
        RangeHigh = "range-high", breaks "lti11-platform-outcomes-range",
            "takes scores above one", [
            "platform11-outcomes-above" => "fail", "platform11-outcomes-just-above" => "fail",
            "platform11-outcomes-status" => "skip", "platform11-cert-8-7" => "warn",
        ];
        RangeLow = "range-low", breaks "lti11-platform-outcomes-range",
            "takes scores below zero", ["platform11-outcomes-below" => "fail"];
        RangeRounded = "range-rounded", breaks "lti11-platform-outcomes-range",
            "compares the whole part of a score alone", [
            "platform11-outcomes-just-above" => "fail", "platform11-outcomes-below" => "fail",
        ];
        WordIsZero = "word-is-zero", breaks "lti11-platform-outcomes-range",
            "takes what is no number for zero", [
            "platform11-outcomes-word" => "fail", "platform11-outcomes-nan" => "fail",
            "platform11-outcomes-empty" => "warn", "platform11-outcomes-comma" => "warn", "platform11-cert-8-8" => "warn",
        ];
        NanTaken = "nan-taken", breaks "lti11-platform-outcomes-range",
            "compares NaN with one and zero", ["platform11-outcomes-nan" => "fail"];
        EmptyTaken = "empty-taken", breaks "lti11-platform-outcomes-range",
            "takes an empty score for zero", ["platform11-outcomes-empty" => "warn"];
        CommaTaken = "comma-taken", breaks "lti11-platform-outcomes-language",
            "reads a comma as a point", ["platform11-outcomes-comma" => "warn"];
        UnknownSuccess = "unknown-success", breaks "lti11-platform-outcomes-unknown",
            "says success for results that it never gave out", ["platform11-outcomes-unknown" => "warn"];
        OperationFailure = "operation-failure", breaks "lti11-platform-outcomes-operation",
            "answers operations that it does not know with failure", [
            "platform11-outcomes-operation" => "warn", "platform11-cert-8-6" => "warn",
        ];
        OperationUnimplemented = "operation-unimplemented", breaks "lti11-platform-outcomes-operation",
            "says unimplemented of operations that it does not know", ["platform11-cert-8-6" => "info:unimplemented"];
    }
}
