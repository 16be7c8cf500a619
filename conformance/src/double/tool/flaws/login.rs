//! Flaws in taking a login and in asking the platform.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with the login initiation and the authentication request.
    pub enum LoginFlaw {
        GetRefused = "login-get-refused", breaks "lti13-tool-login-get-post",
            "takes logins only by POST", ["tool-login-get" => "fail"];
        PostRefused = "login-post-refused", breaks "lti13-tool-login-get-post",
            "takes logins only by GET", ["tool-login-post" => "fail"];
        IssOptional = "login-iss-optional", breaks "lti13-login-iss-missing",
            "takes a login without iss for its first platform's", ["tool-login-iss-missing" => "info:accepted"];
        HintOptional = "login-hint-optional", breaks "lti13-login-hint-missing",
            "asks without login_hint when none came", ["tool-login-hint-missing" => "info:accepted"];
        TargetOptional = "login-target-optional", breaks "lti13-login-target-missing",
            "does not miss target_link_uri at login", ["tool-login-target-missing" => "info:accepted"];
        IssuerDerived = "login-issuer-derived", breaks "lti13-login-issuer-unknown",
            "asks any issuer at its address with /auth behind it", ["tool-login-issuer-unknown" => "fail"];
        ClientFallback = "login-client-fallback", breaks "lti13-login-client-unknown",
            "falls back on its first registration when it does not know the client id", [
            "tool-login-client-unknown" => "warn",
        ];
        ClientRequired = "login-client-required", breaks "lti13-tool-login-optional",
            "refuses logins without client_id", ["tool-login-client-absent" => "warn"];
        DeploymentRequired = "login-deployment-required", breaks "lti13-tool-login-optional",
            "refuses logins without lti_deployment_id", ["tool-login-deployment-absent" => "warn"];
        DeploymentChecked = "login-deployment-checked", breaks "lti13-tool-login-optional",
            "refuses logins with a deployment that it does not know", ["tool-login-deployment-unknown" => "info:refused"];
        MessageHintRequired = "login-message-hint-required", breaks "lti13-tool-login-optional",
            "refuses logins without lti_message_hint", [
            "tool-login-message-hint-absent" => "warn", "tool-auth-message-hint-invented" => "skip",
        ];
        ParamsClosed = "login-params-closed", breaks "lti13-tool-login-unknown-ignored",
            "refuses login parameters that it does not know", ["tool-login-params-unknown" => "fail"];
        ScopeWrong = "auth-scope-wrong", breaks "lti13-auth-scope",
            "asks for the scope profile alone", ["tool-auth-scope" => "fail"];
        ResponseTypeWrong = "auth-response-type-wrong", breaks "lti13-auth-response-type",
            "asks for a code", ["tool-auth-response-type" => "fail"];
        ClientIdForgotten = "auth-client-id-forgotten", breaks "lti13-auth-client-id",
            "forgets its client id after the first login and sends its own name for it", [
            "tool-auth-client-id" => "fail", "tool-tenancy-client-launch" => "warn",
            "tool-tenancy-client-state" => "skip", "tool-tenancy-client-token" => "skip",
            "tool-tenancy-redirect-uri" => "skip",
        ];
        RedirectWrongOnGet = "auth-redirect-wrong-on-get", breaks "lti13-auth-redirect-uri",
            "adds the query to its redirect_uri when the login came by GET", ["tool-auth-redirect-uri" => "fail"];
        HintReencoded = "auth-hint-reencoded", breaks "lti13-auth-login-hint",
            "encodes login_hint once more", ["tool-auth-login-hint" => "fail"];
        ResponseModeDropped = "auth-response-mode-dropped", breaks "lti13-auth-response-mode",
            "does not ask for form_post", ["tool-auth-response-mode" => "fail"];
        NonceDropped = "auth-nonce-dropped", breaks "lti13-auth-nonce",
            "sends no nonce and expects none", [
            "tool-auth-nonce" => "fail", "tool-nonce-missing" => "fail", "tool-nonce-foreign" => "fail",
            "tool-nonce-other-browser" => "skip", "tool-nonce-other-login" => "skip",
            "tool-auth-nonce-fresh" => "fail", "tool-nonce-replayed" => "warn",
        ];
        NonceConstant = "auth-nonce-constant", breaks "lti13-auth-nonce-fresh",
            "sends the same nonce each time", [
            "tool-auth-nonce-fresh" => "fail", "tool-nonce-other-browser" => "skip",
            "tool-nonce-other-login" => "skip", "tool-nonce-replayed" => "warn",
        ];
        NonceCounting = "auth-nonce-counting", breaks "lti13-auth-nonce-fresh",
            "counts its nonces", ["tool-auth-nonce-fresh" => "fail"];
        PromptDropped = "auth-prompt-dropped", breaks "lti13-auth-prompt",
            "lets the platform show a login page", ["tool-auth-prompt" => "fail"];
        StateDropped = "auth-state-dropped", breaks "lti13-auth-state",
            "sends no state and finds the login by the browser's cookie", [
            "tool-auth-state" => "warn", "tool-login-parallel" => "info:not-both", "tool-state-altered" => "skip",
            "tool-state-missing" => "skip", "tool-state-reused" => "skip", "tool-tenancy-client-state" => "skip",
        ];
        MessageHintUnescaped = "auth-message-hint-unescaped", breaks "lti13-auth-message-hint",
            "decodes lti_message_hint once more", ["tool-auth-message-hint" => "fail"];
        MessageHintInvented = "auth-message-hint-invented", breaks "lti13-auth-message-hint-invented",
            "sends an empty lti_message_hint when none came", ["tool-auth-message-hint-invented" => "info:invented"];
        ParameterRepeated = "auth-parameter-repeated", breaks "lti13-auth-field-duplicate",
            "sends scope twice", ["tool-auth-repeated" => "warn"];
    }
}
