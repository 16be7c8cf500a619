//! Flaws in registering the tool at a platform.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong in dynamic registration.
    pub enum RegistrationFlaw {
        MetadataThin = "registration-metadata-thin", breaks "ltidr-tool-metadata",
            "leaves out its key set and how it proves itself", ["tool-registration-metadata" => "warn"];
        DomainForeign = "registration-domain-foreign", breaks "ltidr-tool-configuration",
            "names a domain that is not the host of its target link", ["tool-registration-configuration" => "warn"];
        TokenInBody = "registration-token-in-body", breaks "ltidr-tool-token",
            "sends the registration token in the body", ["tool-registration-token" => "warn"];
        TokenRequired = "registration-token-required", breaks "ltidr-tool-token",
            "does not register without a registration token", ["tool-registration-token-absent" => "warn"];
        NeverCloses = "registration-never-closes", breaks "ltidr-tool-close",
            "shows a page that neither closes itself nor leads on", ["tool-registration-close" => "warn"];
        LinkOn = "registration-link-on", breaks "ltidr-tool-close",
            "shows a link to go on in place of closing its page", ["tool-registration-close" => "info:leads-on"];
        IssuerUnchecked = "registration-issuer-unchecked", breaks "ltidr-tool-issuer",
            "registers at whatever issuer the configuration names", ["tool-registration-issuer" => "warn"];
        MessagesTyped = "registration-messages-typed", breaks "ltidr-tool-lenient",
            "reads messages_supported as objects alone", ["tool-registration-messages-text" => "warn"];
        ConfigurationClosed = "registration-configuration-closed", breaks "ltidr-tool-lenient",
            "refuses configurations with members that it does not know", ["tool-registration-members-unknown" => "warn"];
        CreatedOnly = "registration-created-only", breaks "ltidr-tool-lenient",
            "takes no other status than 201 for a registration", ["tool-registration-answer-200" => "warn"];
        DeploymentRequired = "registration-deployment-required", breaks "ltidr-tool-lenient",
            "refuses an answer without a deployment", ["tool-registration-deployment-absent" => "info:refused"];
        ErrorHidden = "registration-error-hidden", breaks "ltidr-tool-errors",
            "says that something went wrong and not what", [
            "tool-registration-refused" => "info:silent", "tool-registration-refused-text" => "info:silent",
        ];
        ErrorJsonOnly = "registration-error-json-only", breaks "ltidr-tool-errors",
            "shows what a platform says in JSON alone", ["tool-registration-refused-text" => "info:silent"];
        ErrorCloses = "registration-error-closes", breaks "ltidr-tool-errors",
            "closes its page whatever the platform answered", [
            "tool-registration-refused" => "warn", "tool-registration-refused-text" => "warn",
            "tool-registration-platform-down" => "warn", "tool-registration-answer-html" => "warn",
            "tool-registration-client-missing" => "warn",
        ];
        PlatformDownCrashes = "registration-platform-down-crashes", breaks "ltidr-tool-errors",
            "fails when the platform does", ["tool-registration-platform-down" => "warn"];
        AnswerHtmlCrashes = "registration-answer-html-crashes", breaks "ltidr-tool-errors",
            "fails when a registration is answered by a page", ["tool-registration-answer-html" => "warn"];
        ClientOptional = "registration-client-optional", breaks "ltidr-tool-errors",
            "takes an answer without client_id for a registration", ["tool-registration-client-missing" => "warn"];
        BareCrashes = "registration-bare-crashes", breaks "ltidr-tool-errors",
            "fails when its registration page is opened by hand", ["tool-registration-bare" => "warn"];
    }
}
