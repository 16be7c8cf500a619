//! Flaws in judging an authentication request.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the parameters of an authentication request, and with who is signed in.
    pub enum RequestFlaw {
        GetRefused = "auth-get-refused", breaks "lti13-platform-auth-methods",
            "takes authentication requests only by POST", ["platform-auth-get" => "fail"];
        PostRefused = "auth-post-refused", breaks "lti13-platform-auth-methods",
            "takes authentication requests only by GET", ["platform-auth-post" => "fail"];
        ClientFallback = "client-fallback", breaks "lti13-platform-auth-client",
            "answers an unknown or missing client_id with a token for the tool that it launched", [
            "platform-client-unknown" => "warn", "platform-client-missing" => "warn",
        ];
        ClientIgnored = "client-ignored", breaks "lti13-platform-auth-client",
            "answers every client_id with a token for the tool that it launched", [
            "platform-client-unknown" => "warn", "platform-client-other" => "warn",
        ];
        ClientUnknownServed = "client-unknown-served", breaks "lti13-platform-auth-client",
            "issues tokens for client ids that it does not know", ["platform-client-unknown" => "fail"];
        ResponseTypeDefaulted = "response-type-defaulted", breaks "lti13-platform-auth-response-type",
            "does not miss response_type", ["platform-response-type-missing" => "warn"];
        ResponseTypeUnchecked = "response-type-unchecked", breaks "lti13-platform-auth-response-type",
            "answers every response_type with an ID token", [
            "platform-response-type-unknown" => "warn", "platform-error-mode" => "skip",
        ];
        ScopeDefaulted = "scope-defaulted", breaks "lti13-platform-auth-scope",
            "does not miss scope", ["platform-scope-missing" => "warn"];
        ScopeUnchecked = "scope-unchecked", breaks "lti13-platform-auth-scope",
            "answers every scope with an ID token", [
            "platform-scope-other" => "warn", "platform-error-state" => "skip",
        ];
        ModeDefaulted = "response-mode-defaulted", breaks "lti13-platform-auth-response-mode",
            "answers by form when no response_mode was asked for", ["platform-response-mode-missing" => "info:token"];
        ModeUnchecked = "response-mode-unchecked", breaks "lti13-platform-auth-response-mode",
            "answers by form whatever response_mode was asked for", [
            "platform-response-mode-query" => "info:token", "platform-response-mode-fragment" => "info:token",
        ];
        ModeQueryServed = "response-mode-query-served", breaks "lti13-platform-auth-response-mode",
            "puts the token into the query when it is asked to", ["platform-response-mode-query" => "info:url"];
        ModeFragmentServed = "response-mode-fragment-served", breaks "lti13-platform-auth-response-mode",
            "puts the token into the fragment when it is asked to", ["platform-response-mode-fragment" => "info:url"];
        PromptRequired = "prompt-required", breaks "lti13-platform-auth-prompt",
            "refuses requests without prompt", ["platform-prompt-missing" => "info:error"];
        PromptUnchecked = "prompt-unchecked", breaks "lti13-platform-auth-prompt",
            "answers prompt=login without a login", ["platform-prompt-login" => "info:token"];
        LoginShown = "login-shown", breaks "lti13-platform-auth-session",
            "shows its login page under prompt=none", [
            "platform-session-none" => "fail", "platform-session-none-error" => "skip",
        ];
        HintTrusted = "login-hint-trusted", breaks "lti13-platform-auth-login-hint",
            "takes login_hint for the user, whoever is signed in", [
            "platform-session-none" => "fail", "platform-session-none-error" => "skip",
            "platform-login-hint-other" => "fail",
        ];
        HintIgnored = "login-hint-ignored", breaks "lti13-platform-auth-login-hint",
            "answers for whoever is signed in, whatever login_hint says", [
            "platform-login-hint-other" => "warn", "platform-login-hint-junk" => "warn",
        ];
        HintDefaulted = "login-hint-defaulted", breaks "lti13-platform-auth-hint-optional",
            "does not miss login_hint", ["platform-login-hint-missing" => "info:token"];
        MessageHintDefaulted = "message-hint-defaulted", breaks "lti13-platform-auth-message-hint",
            "sends its newest link when no lti_message_hint comes back", ["platform-message-hint-missing" => "warn"];
        MessageHintGuessed = "message-hint-guessed", breaks "lti13-platform-auth-message-hint",
            "sends its newest link when it does not know the lti_message_hint", ["platform-message-hint-altered" => "warn"];
        MessageHintOfAnybody = "message-hint-of-anybody", breaks "lti13-platform-auth-message-hint",
            "takes the user from lti_message_hint, whoever is signed in", ["platform-message-hint-other" => "fail"];
        NonceInvented = "nonce-invented", breaks "lti13-platform-auth-nonce",
            "puts a nonce of its own into the token when none was sent", ["platform-nonce-missing" => "fail"];
        NonceDefaulted = "nonce-defaulted", breaks "lti13-platform-auth-nonce",
            "issues a token without nonce when none was sent", ["platform-nonce-missing" => "fail"];
        StateRequired = "state-required", breaks "lti13-platform-auth-state-optional",
            "refuses requests without state", ["platform-state-missing" => "warn"];
        AnsweredOnce = "request-answered-once", breaks "lti13-platform-auth-repeatable",
            "answers each launch once", ["platform-request-twice" => "info:refused"];
        ParametersClosed = "parameters-closed", breaks "lti13-platform-auth-unknown-ignored",
            "refuses parameters that it does not know", ["platform-parameter-unknown" => "warn"];
        RepeatedTaken = "parameter-repeated-taken", breaks "lti13-platform-auth-parameter-once",
            "takes the first of a parameter that is there twice", ["platform-parameter-repeated" => "warn"];
    }
}
