//! Flaws in registering tools.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong in dynamic registration.
    pub enum RegistrationFlaw {
        ConfigurationThin = "registration-configuration-thin", breaks "ltidr-platform-configuration",
            "says nothing of itself as an LTI platform", ["platform-registration-configuration" => "warn"];
        ClientForgotten = "registration-client-forgotten", breaks "ltidr-platform-answer",
            "answers without client_id", [
            "platform-registration-answer" => "fail", "platform-registration-unknown" => "skip",
            "platform-registration-token-missing" => "skip", "platform-registration-token-altered" => "skip",
            "platform-registration-token-reused" => "skip", "platform-registration-redirect-http" => "skip",
            "platform-registration-redirect-fragment" => "skip", "platform-registration-redirect-missing" => "skip",
            "platform-registration-error" => "skip",
        ];
        AnswerBare = "registration-answer-bare", breaks "ltidr-platform-answer",
            "answers with the client_id alone", ["platform-registration-answer" => "warn"];
        UnknownRefused = "registration-unknown-refused", breaks "ltidr-platform-unknown-ignored",
            "refuses metadata that it does not know", ["platform-registration-unknown" => "fail"];
        TokenOptional = "registration-token-optional", breaks "ltidr-platform-token",
            "registers without a token", ["platform-registration-token-missing" => "warn"];
        TokenUnchecked = "registration-token-unchecked", breaks "ltidr-platform-token",
            "takes every text for a token", [
            "platform-registration-token-altered" => "warn", "platform-registration-token-reused" => "info:registered",
        ];
        TokenReusable = "registration-token-reusable", breaks "ltidr-platform-token-once",
            "takes a token as often as it comes", ["platform-registration-token-reused" => "info:registered"];
        PlainRedirect = "registration-plain-redirect", breaks "ltidr-platform-redirect-http",
            "registers redirect URIs in plain http", ["platform-registration-redirect-http" => "fail"];
        FragmentRedirect = "registration-fragment-redirect", breaks "ltidr-platform-redirect",
            "registers redirect URIs with a fragment", ["platform-registration-redirect-fragment" => "warn"];
        NoRedirect = "registration-no-redirect", breaks "ltidr-platform-redirect",
            "registers tools without a redirect URI", ["platform-registration-redirect-missing" => "warn"];
        ErrorText = "registration-error-text", breaks "ltidr-platform-error",
            "refuses in plain text", ["platform-registration-error" => "warn"];
    }
}
