//! Flaws in starting a launch.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the login initiation.
    pub enum InitiationFlaw {
        LoginSkipped = "login-skipped", breaks "lti13-platform-login-first",
            "posts the ID token of one of its links at once", ["platform-login-first" => "fail"];
        IssMissing = "login-iss-missing", breaks "lti13-login-iss-missing",
            "sends the login without iss", [
            "platform-login-iss" => "fail", "platform-login-iss-form" => "skip",
            "platform-login-iss-token" => "unsupported",
        ];
        HintMissing = "login-hint-missing", breaks "lti13-login-hint-missing",
            "sends the login without login_hint and asks its session instead", [
            "platform-login-hint" => "fail", "platform-login-hint-missing" => "info:token",
            "platform-login-hint-other" => "skip",
        ];
        TargetMissing = "login-target-missing", breaks "lti13-login-target-missing",
            "sends the login without target_link_uri", [
            "platform-login-target" => "fail", "platform-target-login" => "skip",
        ];
        IssQuery = "iss-query", breaks "lti13-platform-issuer-form",
            "has an issuer identifier with a query", [
            "platform-login-iss-form" => "fail", "platform-token-iss" => "fail",
        ];
        IssFragment = "iss-fragment", breaks "lti13-platform-issuer-form",
            "has an issuer identifier with a fragment", [
            "platform-login-iss-form" => "fail", "platform-token-iss" => "fail",
        ];
        IssPlain = "iss-plain", breaks "lti13-platform-issuer-form",
            "has an issuer identifier without TLS", [
            "platform-login-iss-form" => "fail", "platform-token-iss" => "fail",
        ];
        IssAlias = "iss-alias", breaks "lti13-token-iss",
            "names itself otherwise than it was registered", ["platform-token-iss" => "fail"];
        ByGet = "login-by-get", breaks "lti13-platform-login-optional",
            "sends the login by GET", ["platform-login-method" => "info:get"];
        ClientIdMissing = "login-client-id-missing", breaks "lti13-platform-login-optional",
            "sends the login without client_id", [
            "platform-login-client-id" => "info:absent", "platform-login-client-id-aud" => "unsupported",
        ];
        ClientIdForeign = "login-client-id-foreign", breaks "lti13-platform-login-client",
            "sends the login with another client_id than the audience of its token", [
            "platform-login-client-id-aud" => "warn",
        ];
        DeploymentForeign = "login-deployment-foreign", breaks "lti13-launch-deployment-differs",
            "sends the login with another deployment than the claim's", ["platform-login-deployment" => "fail"];
        DeploymentNotNamed = "login-deployment-not-named", breaks "lti13-platform-login-optional",
            "sends the login without lti_deployment_id", [
            "platform-login-deployment-sent" => "info:absent", "platform-login-deployment" => "unsupported",
        ];
        IssOther = "login-iss-other", breaks "lti13-platform-login-issuer",
            "names itself with a slash at the end in the token and without one in the login", [
            "platform-login-iss-token" => "fail", "platform-token-iss" => "fail",
        ];
        MessageHintMissing = "login-message-hint-missing", breaks "lti13-platform-login-optional",
            "sends no lti_message_hint and keeps the link in its session", [
            "platform-login-message-hint" => "info:absent", "platform-message-hint-missing" => "unsupported",
            "platform-message-hint-altered" => "unsupported", "platform-message-hint-other" => "skip",
        ];
        Repeated = "login-parameter-repeated", breaks "lti13-login-field-duplicate",
            "sends target_link_uri twice", ["platform-login-repeated" => "warn"];
    }
}
