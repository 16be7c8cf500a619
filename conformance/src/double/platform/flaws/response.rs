//! Flaws in answering.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the form that carries a token or an error.
    pub enum ResponseFlaw {
        ByGet = "response-by-get", breaks "lti13-platform-response-post",
            "sends the token with a form that uses GET", [
            "platform-response-post" => "fail", "platform-redirect-second" => "fail", "platform-auth-get" => "fail",
            "platform-auth-post" => "fail", "platform-prompt-missing" => "fail",
            "platform-parameter-unknown" => "fail", "platform-state-missing" => "fail",
        ];
        ByRedirect = "response-by-redirect", breaks "lti13-platform-response-post",
            "sends the token in the query of a redirect", [
            "platform-response-post" => "fail", "platform-redirect-second" => "fail", "platform-auth-get" => "fail",
            "platform-auth-post" => "fail", "platform-prompt-missing" => "fail",
            "platform-parameter-unknown" => "fail", "platform-state-missing" => "fail",
        ];
        Stored = "response-stored", breaks "lti13-platform-response-no-store",
            "lets the page with the token be stored", ["platform-response-no-store" => "warn"];
        FieldsMore = "response-fields-more", breaks "lti13-platform-response-fields",
            "sends session_state beside the token", ["platform-response-fields" => "info:further"];
        StateDropped = "state-dropped", breaks "lti13-response-state-missing",
            "does not return state", ["platform-state-returned" => "fail", "platform-state-odd" => "fail"];
        StateTwice = "state-twice", breaks "lti13-response-field-duplicate",
            "returns state twice", ["platform-state-returned" => "fail", "platform-state-odd" => "fail"];
        StateCut = "state-cut", breaks "lti13-response-state",
            "cuts state at its first character that needs encoding", ["platform-state-odd" => "fail"];
        StateReencoded = "state-reencoded", breaks "lti13-response-state",
            "encodes state once more", ["platform-state-odd" => "fail"];
        ErrorStateDropped = "error-state-dropped", breaks "lti13-platform-auth-error",
            "returns state with tokens and not with errors", ["platform-error-state" => "warn"];
        ErrorInUrl = "error-in-url", breaks "lti13-platform-auth-error",
            "sends errors in the query of a redirect", [
            "platform-error-mode" => "warn", "platform-session-none-error" => "warn",
            "platform-response-mode-missing" => "info:error-url", "platform-response-mode-query" => "info:error-url",
            "platform-response-mode-fragment" => "info:error-url", "platform-prompt-login" => "info:error-url",
            "platform-login-hint-missing" => "info:error-url", "platform-message-hint-missing" => "info:error-url",
            "platform-message-hint-altered" => "info:error-url",
        ];
        ErrorInPlace = "error-in-place", breaks "lti13-platform-auth-error",
            "shows errors to the user and tells the tool nothing", [
            "platform-session-none-error" => "warn", "platform-error-state" => "skip",
            "platform-error-mode" => "skip", "platform-response-mode-missing" => "info:page",
            "platform-response-mode-query" => "info:page", "platform-response-mode-fragment" => "info:page",
            "platform-prompt-login" => "info:page", "platform-login-hint-missing" => "info:page",
            "platform-message-hint-missing" => "info:page", "platform-message-hint-altered" => "info:page",
        ];
    }
}
