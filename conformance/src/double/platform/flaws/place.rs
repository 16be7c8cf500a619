//! Flaws in saying where the launch comes from: course, platform, presentation, services.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the context, with itself, and with the addresses that it hands out.
    pub enum PlaceFlaw {
        ContextIdMissing = "context-id-missing", breaks "lti13-launch-context-id-missing",
            "sends a context without id", [
            "platform-context-id" => "fail", "platform-context-length" => "skip", "platform-context-stable" => "skip",
            "platform-context-distinct" => "skip", "platform-nrps-context-launch" => "skip",
            "platform-nrps-rlid-other-course" => "skip", "platform-ags-create-link-foreign" => "skip",
            "platform-cert-pa01" => "skip", "platform-cert-pa02" => "skip", "platform-cert-pa03" => "skip",
            "platform-cert-pa04" => "skip", "platform-cert-pa05" => "skip", "platform-cert-pa06" => "skip",
            "platform-cert-pa07" => "skip", "platform-cert-pa08" => "skip", "platform-cert-pa09" => "skip",
            "platform-cert-pa10" => "skip", "platform-cert-pa11" => "skip", "platform-cert-pa12" => "skip",
            "platform-cert-pa13" => "skip", "platform-cert-pa14" => "skip", "platform-cert-pa15" => "skip",
            "platform-cert-pa16" => "skip", "platform-service-token-contexts" => "skip",
        ];
        ContextIdLong = "context-id-long", breaks "lti13-launch-context-id-length",
            "has context ids of 300 characters", [
            "platform-context-length" => "fail", "platform-nrps-context-launch" => "warn",
        ];
        ContextIdPerLaunch = "context-id-per-launch", breaks "lti13-platform-context-stable",
            "makes up a context id for each launch", [
            "platform-context-stable" => "warn", "platform-nrps-context-launch" => "warn",
            "platform-ags-create-link-foreign" => "fail", "platform-ags-put-link" => "skip",
        ];
        ContextIdShared = "context-id-shared", breaks "lti13-platform-context-distinct",
            "sends the school's id in place of the course's", [
            "platform-context-distinct" => "fail", "platform-nrps-context-launch" => "warn",
            "platform-nrps-rlid-other-course" => "skip", "platform-ags-create-link-foreign" => "skip",
            "platform-cert-pa01" => "skip", "platform-cert-pa02" => "skip", "platform-cert-pa03" => "skip",
            "platform-cert-pa04" => "skip", "platform-cert-pa05" => "skip", "platform-cert-pa06" => "skip",
            "platform-cert-pa07" => "skip", "platform-cert-pa08" => "skip", "platform-cert-pa09" => "skip",
            "platform-cert-pa10" => "skip", "platform-cert-pa11" => "skip", "platform-cert-pa12" => "skip",
            "platform-cert-pa13" => "skip", "platform-cert-pa14" => "skip", "platform-cert-pa15" => "skip",
            "platform-cert-pa16" => "skip", "platform-service-token-contexts" => "skip",
        ];
        ContextTypeUnknown = "context-type-unknown", breaks "lti13-launch-context-type",
            "sends a context type of its own", ["platform-context-type" => "fail"];
        ContextTypeSimple = "context-type-simple", breaks "lti13-platform-context-type-simple",
            "sends the simple name of a context type", ["platform-context-type-simple" => "warn"];
        GuidMissing = "guid-missing", breaks "lti13-launch-tool-platform-guid",
            "sends a tool_platform without guid", [
            "platform-guid" => "fail", "platform-guid-length" => "skip",
        ];
        GuidLong = "guid-long", breaks "lti13-launch-tool-platform-guid",
            "has a guid of 300 characters", ["platform-guid-length" => "fail"];
        DocumentTarget = "document-target-embed", breaks "lti13-launch-document-target",
            "sends the document target embed", ["platform-document-target" => "fail"];
        ReturnPlain = "return-url-plain", breaks "lti13-platform-return-url",
            "sends a return URL without TLS", [
            "platform-return-url" => "fail", "platform-return-messages" => "skip", "platform-return-escaped" => "skip",
        ];
        ReturnRelative = "return-url-relative", breaks "lti13-platform-return-url",
            "sends the path of its return URL alone", [
            "platform-return-url" => "fail", "platform-return-messages" => "unsupported",
            "platform-return-escaped" => "unsupported",
        ];
        ReturnCrashes = "return-crashes", breaks "lti13-platform-return-messages",
            "crashes over lti_errormsg at its return URL", ["platform-return-messages" => "fail"];
        ReturnClosed = "return-closed", breaks "lti13-platform-return-messages",
            "refuses lti_log and lti_errorlog at its return URL", ["platform-return-messages" => "fail"];
        ReturnUnescaped = "return-unescaped", breaks "lti13-platform-return-escaped",
            "writes messages into the page at its return URL as they come", ["platform-return-escaped" => "warn"];
        SizeText = "presentation-size-text", breaks "lti13-platform-presentation-types",
            "writes width and height with their unit", ["platform-presentation-types" => "warn"];
        LocaleName = "presentation-locale-name", breaks "lti13-platform-presentation-types",
            "sends the name of a language for its locale", ["platform-presentation-types" => "warn"];
        ServicesPlain = "services-plain", breaks "lti13-platform-urls-secure",
            "hands out addresses of its services without TLS", ["platform-urls-https" => "fail"];
        ServicesTemplate = "services-template", breaks "lti13-platform-service-urls",
            "hands out addresses of its services with variables in them", [
            "platform-service-urls" => "fail", "platform-ags-claim-line-items" => "fail",
        ];
    }
}
