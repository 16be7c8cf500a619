//! Flaws of the token endpoint and of the guard before the services.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong when it gives access tokens and when it looks at them.
    pub enum GrantFlaw {
        Unsigned = "grant-unsigned", breaks "lti13-platform-token-assertion-signature",
            "takes assertions that nobody signed", ["platform-service-token-unsigned" => "fail"];
        BearerOptional = "bearer-optional", breaks "lti13-platform-token-protects",
            "serves whoever shows no token", [
            "platform-service-no-token" => "fail", "platform-nrps-no-token" => "fail",
        ];
        BearerUnchecked = "bearer-unchecked", breaks "lti13-platform-token-protects",
            "takes every text for an access token", ["platform-service-token-garbage" => "fail"];
    }
}
