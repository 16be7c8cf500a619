//! Flaws in deep linking: the request, what is taken for a response, and what is made of it.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong in deep linking.
    pub enum DeepLinkingFlaw {
        RequestKey = "dl-request-key", breaks "lti13-platform-dl-request-token",
            "signs deep linking requests with a key that it does not publish", [
            "platform-dl-request-signature" => "fail", "platform-cert-pd04" => "warn",
        ];
        RequestAlg = "dl-request-alg", breaks "lti13-platform-dl-request-token",
            "signs deep linking requests with another algorithm than its key set says", [
            "platform-dl-request-signature" => "fail", "platform-cert-pd03" => "warn", "platform-cert-pd04" => "warn",
        ];
        RequestAudience = "dl-request-aud", breaks "lti13-platform-dl-request-token",
            "sends the tool's address as aud of deep linking requests", ["platform-dl-request-claims" => "fail"];
        RequestPast = "dl-request-exp", breaks "lti13-platform-dl-request-token",
            "sends deep linking requests that ended yesterday", [
            "platform-dl-request-claims" => "fail", "platform-cert-pd02" => "warn",
        ];
        RequestNonce = "dl-request-nonce", breaks "lti13-platform-dl-request-token",
            "makes up the nonce of deep linking requests", ["platform-dl-request-nonce" => "fail"];
        MessageTypeOld = "dl-message-type-old", breaks "lti13-platform-dl-message-type",
            "sends the message type of LTI 1.1", [
            "platform-dl-message-type" => "fail", "platform-cert-pd01" => "warn",
        ];
        VersionOwn = "dl-version-own", breaks "lti13-platform-dl-version",
            "sends the version of deep linking as version of LTI", [
            "platform-dl-version" => "fail", "platform-cert-pd01" => "warn", "platform-cert-pd06" => "warn",
        ];
        DeploymentMissing = "dl-deployment-missing", breaks "lti13-platform-dl-deployment",
            "sends deep linking requests without deployment", [
            "platform-dl-deployment" => "fail", "platform-cert-pd05" => "warn",
        ];
        SettingsMissing = "dl-settings-missing", breaks "lti13-platform-dl-settings",
            "sends no settings from its editor", [
            "platform-dl-settings" => "fail", "platform-cert-pd05" => "warn", "platform-dl-created" => "skip",
            "platform-dl-data-other" => "skip",
        ];
        ReturnRelative = "dl-return-relative", breaks "lti13-platform-dl-settings",
            "sends the path of its return URL alone from its editor", ["platform-dl-return-url" => "fail"];
        ReturnPlain = "dl-return-plain", breaks "lti13-platform-dl-return-https",
            "sends a return URL without TLS from its editor", [
            "platform-dl-return-https" => "fail", "platform-dl-created" => "unsupported",
        ];
        AcceptTypesText = "dl-accept-types-text", breaks "lti13-platform-dl-settings",
            "sends accept_types as one string", ["platform-dl-accept-types" => "fail"];
        TargetsMissing = "dl-targets-missing", breaks "lti13-platform-dl-settings",
            "sends no document targets", [
            "platform-dl-targets" => "fail", "platform-dl-target-words" => "unsupported", "platform-cert-pd05" => "warn",
        ];
        TargetPopup = "dl-target-popup", breaks "lti13-platform-dl-settings-words",
            "sends the document target popup of LTI 1.1", ["platform-dl-target-words" => "warn"];
        MediaTypesArray = "dl-media-types-array", breaks "lti13-platform-dl-settings-words",
            "sends accept_media_types as an array", ["platform-dl-media-types" => "warn"];
        FlagsText = "dl-flags-text", breaks "lti13-platform-dl-settings-words",
            "sends truth values as words", ["platform-dl-flags" => "warn"];
        ResourceLinkSent = "dl-resource-link-sent", breaks "lti13-platform-dl-request-claims",
            "sends a resource_link with deep linking requests", ["platform-dl-resource-link" => "warn"];
        TargetOther = "dl-target-other", breaks "lti13-platform-dl-request-claims",
            "sends another target_link_uri than with the login", ["platform-dl-target" => "warn"];
        Misprinted = "dl-claims-misprinted", breaks "lti13-platform-dl-request-claims",
            "copies the misprinted claim names of the specification", ["platform-dl-claim-names" => "warn"];
        Anonymous = "dl-anonymous", breaks "lti13-platform-dl-request-free",
            "does not say who adds content", ["platform-dl-user" => "info:anonymous"];
        DataAbsent = "dl-data-absent", breaks "lti13-platform-dl-request-free",
            "sends no data and goes by the session alone", [
            "platform-dl-data" => "info:absent", "platform-dl-data-missing" => "unsupported",
            "platform-dl-data-altered" => "unsupported", "platform-dl-data-other" => "unsupported",
        ];

        SignatureIgnored = "dl-signature-ignored", breaks "lti13-platform-dl-response-verified",
            "decodes responses without verifying them", [
            "platform-dl-key-stranger" => "fail", "platform-dl-key-embedded" => "fail",
            "platform-dl-kid-unknown" => "fail", "platform-dl-key-other-tool" => "fail",
            "platform-dl-alg-none" => "fail", "platform-dl-alg-symmetric" => "fail",
        ];
        HeaderKey = "dl-header-jwk", breaks "lti13-platform-dl-response-verified",
            "verifies responses with the key in their header", ["platform-dl-key-embedded" => "fail"];
        KidUnknownTaken = "dl-kid-unknown-taken", breaks "lti13-platform-dl-response-verified",
            "takes responses whose kid it does not find", [
            "platform-dl-kid-unknown" => "fail", "platform-dl-key-other-tool" => "fail",
        ];
        KeysOfAll = "dl-keys-of-all", breaks "lti13-platform-dl-response-verified",
            "looks kid up among the keys of all tools", ["platform-dl-key-other-tool" => "fail"];
        AlgNoneTaken = "dl-alg-none-taken", breaks "lti13-platform-dl-response-verified",
            "takes responses with alg none", ["platform-dl-alg-none" => "fail"];
        PublicKeyAsSecret = "dl-public-key-secret", breaks "lti13-platform-dl-response-verified",
            "verifies HS256 with the tool's public key", ["platform-dl-alg-symmetric" => "fail"];
        KidRequired = "dl-kid-required", breaks "lti13-platform-dl-response-verified",
            "refuses responses without kid", ["platform-dl-kid-missing" => "info:refused"];
        IssUnchecked = "dl-iss-unchecked", breaks "lti13-platform-dl-response-iss",
            "does not read iss", ["platform-dl-iss-foreign" => "fail", "platform-dl-iss-missing" => "fail"];
        IssMissingTaken = "dl-iss-missing-taken", breaks "lti13-platform-dl-response-iss",
            "compares iss only where it is there", ["platform-dl-iss-missing" => "fail"];
        AudUnchecked = "dl-aud-unchecked", breaks "lti13-platform-dl-response-aud",
            "does not read aud", [
            "platform-dl-aud-foreign" => "fail", "platform-dl-aud-missing" => "fail", "platform-dl-aud-extra" => "warn",
        ];
        AudMissingTaken = "dl-aud-missing-taken", breaks "lti13-platform-dl-response-aud",
            "compares aud only where it is there", ["platform-dl-aud-missing" => "fail"];
        AudExtraTaken = "dl-aud-extra-taken", breaks "lti13-platform-dl-response-aud",
            "is content to be one of several audiences", ["platform-dl-aud-extra" => "warn"];
        AudArrayRefused = "dl-aud-array-refused", breaks "lti13-platform-dl-response-aud-array",
            "reads aud as a string alone", ["platform-dl-aud-array" => "warn"];
        ExpUnchecked = "dl-exp-unchecked", breaks "lti13-platform-dl-response-exp",
            "does not read exp", ["platform-dl-exp-past" => "fail", "platform-dl-exp-missing" => "warn"];
        ExpMissingTaken = "dl-exp-missing-taken", breaks "lti13-platform-dl-response-exp",
            "compares exp only where it is there", ["platform-dl-exp-missing" => "warn"];
        NonceMissingTaken = "dl-nonce-missing-taken", breaks "lti13-platform-dl-response-nonce",
            "takes responses without nonce", ["platform-dl-nonce-missing" => "warn"];
        NonceForgotten = "dl-nonce-forgotten", breaks "lti13-platform-dl-response-nonce",
            "forgets the nonces that it has seen", ["platform-dl-nonce-replayed" => "warn"];
        MessageTypeUnchecked = "dl-message-type-unchecked", breaks "lti13-platform-dl-response-kind",
            "does not read the message type of responses", ["platform-dl-message-type-other" => "warn"];
        VersionUnchecked = "dl-version-unchecked", breaks "lti13-platform-dl-response-kind",
            "does not read the version of responses", ["platform-dl-version-other" => "warn"];
        DeploymentUnchecked = "dl-deployment-unchecked", breaks "lti13-platform-dl-response-kind",
            "does not read the deployment of responses", [
            "platform-dl-deployment-unknown" => "warn", "platform-dl-deployment-missing" => "warn",
        ];
        DeploymentMissingTaken = "dl-deployment-missing-taken", breaks "lti13-platform-dl-response-kind",
            "compares the deployment only where it is there", ["platform-dl-deployment-missing" => "warn"];
        DataUnchecked = "dl-data-unchecked", breaks "lti13-platform-dl-response-data",
            "does not look at the data that comes back", [
            "platform-dl-data-missing" => "warn", "platform-dl-data-altered" => "warn", "platform-dl-data-other" => "warn",
        ];
        DataMissingTaken = "dl-data-missing-taken", breaks "lti13-platform-dl-response-data",
            "compares data only where it is there", ["platform-dl-data-missing" => "warn"];
        DataOfAnybody = "dl-data-of-anybody", breaks "lti13-platform-dl-response-data",
            "takes the data of any user's request", ["platform-dl-data-other" => "warn"];

        ClaimsClosed = "dl-claims-closed", breaks "lti13-platform-dl-response-unknown",
            "refuses responses with a claim that it does not know", ["platform-dl-claims-unknown" => "fail"];
        HintsRefused = "dl-hints-refused", breaks "lti13-platform-dl-hints",
            "refuses items with a member that it does not know", ["platform-dl-hints" => "info:refused"];
        FirstItemAlone = "dl-first-item-alone", breaks "lti13-platform-dl-created",
            "takes the first item of a response and drops the others", [
            "platform-dl-several" => "unsupported", "platform-dl-type-unknown" => "info:refused",
        ];
        LatestAlone = "dl-latest-alone", breaks "lti13-platform-dl-created",
            "knows one open request of each session", ["platform-dl-two-tabs" => "info:refused"];
        EditorEmpty = "dl-editor-empty", breaks "lti13-platform-dl-created",
            "drops what comes back to its editor", ["platform-dl-created" => "unsupported"];
        EmptyRefused = "dl-empty-refused", breaks "lti13-platform-dl-nothing",
            "takes an empty choice for a mistake", [
            "platform-dl-items-empty" => "warn", "platform-dl-messages" => "info:not-shown",
        ];
        AbsentCrash = "dl-absent-crash", breaks "lti13-platform-dl-nothing",
            "crashes where content_items is missing", ["platform-dl-items-absent" => "warn"];
        UnknownTypeCrash = "dl-unknown-type-crash", breaks "lti13-platform-dl-response-robust",
            "crashes over items of an unknown type", ["platform-dl-type-unknown" => "warn"];
        FileCrash = "dl-file-crash", breaks "lti13-platform-dl-response-robust",
            "names files among its types and crashes over one", ["platform-dl-file" => "warn"];
        MessagesCrash = "dl-messages-crash", breaks "lti13-platform-dl-response-robust",
            "crashes over an error message of the tool", ["platform-dl-messages" => "warn"];
        JunkCrash = "dl-junk-crash", breaks "lti13-platform-dl-response-robust",
            "crashes over what is no token", ["platform-dl-junk" => "warn"];

        UrlIgnored = "dl-url-ignored", breaks "lti13-platform-dl-link-url",
            "launches every link at the tool's base URL", [
            "platform-dl-url" => "fail", "platform-dl-url-bytes" => "fail",
        ];
        UrlRewritten = "dl-url-rewritten", breaks "lti13-platform-dl-link-url",
            "parses the url of a link and writes it anew", ["platform-dl-url-bytes" => "fail"];
        UrlAbsentLogin = "dl-url-absent-login", breaks "lti13-platform-dl-link-url-absent",
            "launches links without url at the login initiation URL", ["platform-dl-url-absent" => "warn"];
        CustomDropped = "dl-custom-dropped", breaks "lti13-platform-dl-link-custom",
            "does not keep the custom parameters of links", [
            "platform-dl-custom" => "fail", "platform-dl-custom-keys" => "fail", "platform-dl-custom-values" => "fail",
            "platform-dl-custom-empty" => "fail", "platform-dl-custom-variable" => "fail", "platform-dl-same-url" => "fail",
        ];
        CustomKeysLowered = "dl-custom-keys-lowered", breaks "lti13-platform-dl-link-custom",
            "maps the keys of custom parameters as LTI 1.1 did", ["platform-dl-custom-keys" => "fail"];
        CustomLines = "dl-custom-lines", breaks "lti13-platform-dl-link-custom",
            "keeps custom parameters as lines of key=value", ["platform-dl-custom-values" => "fail"];
        CustomEmptyDropped = "dl-custom-empty-dropped", breaks "lti13-platform-dl-link-custom",
            "leaves empty custom parameters out", ["platform-dl-custom-empty" => "fail"];
        VariableEmptied = "dl-variable-emptied", breaks "lti13-platform-dl-link-variable",
            "sends nothing for a variable of a link that it does not know", ["platform-dl-custom-variable" => "warn"];
        SameUrlMerged = "dl-same-url-merged", breaks "lti13-platform-dl-link-custom",
            "knows a link by its url and makes one of two", ["platform-dl-same-url" => "unsupported"];
        LinkDead = "dl-link-dead", breaks "lti13-platform-dl-payload",
            "lists links that it cannot launch", [
            "platform-cert-pd07" => "warn", "platform-dl-url" => "skip", "platform-dl-url-bytes" => "skip",
            "platform-dl-url-absent" => "skip", "platform-dl-custom" => "skip", "platform-dl-custom-keys" => "skip",
            "platform-dl-custom-values" => "skip", "platform-dl-custom-empty" => "skip",
            "platform-dl-custom-variable" => "skip", "platform-dl-same-url" => "skip",
        ];

        HtmlRaw = "dl-html-raw", breaks "lti13-platform-dl-sanitised",
            "shows html of tools as it comes", ["platform-dl-html-sanitised" => "warn"];
        EmbedRaw = "dl-embed-raw", breaks "lti13-platform-dl-sanitised",
            "embeds html of links as it comes", ["platform-dl-embed-sanitised" => "warn"];
        TitleRaw = "dl-title-raw", breaks "lti13-platform-dl-sanitised",
            "writes titles of tools into its pages as they come", ["platform-dl-title-text" => "warn"];
        MessageRaw = "dl-message-raw", breaks "lti13-platform-dl-sanitised",
            "writes messages of tools into its pages as they come", ["platform-dl-message-text" => "warn"];
    }
}
