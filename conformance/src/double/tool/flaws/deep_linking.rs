//! Flaws of a tool that is asked for content: in the request that it takes, on the way back, and in what it sends.

use super::lost::ANSWERS;
use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with deep linking requests.
    pub enum DeepLinkingFlaw {
        MessageUnknown = "dl-message-unknown", breaks "lti13-dl-tool-request",
            "takes no message but resource link launches", [
            "tool-cert-td01" => "warn", "tool-cert-td02" => "skip", "tool-dl-cancel" => "skip",
            "tool-dl-request" => "warn", "tool-dl-returned" => "skip",
        ], losing ANSWERS;
        TargetRequired = "dl-target-required", breaks "lti13-dl-tool-request",
            "refuses deep linking requests without target_link_uri", [
            "tool-cert-td01" => "warn", "tool-cert-td02" => "skip", "tool-cert-td03" => "skip",
            "tool-cert-td04" => "skip", "tool-cert-td05" => "skip", "tool-cert-td06" => "skip",
            "tool-cert-td07" => "skip", "tool-cert-td08" => "skip", "tool-dl-nonce-fresh" => "skip",
        ];
        RequestUnverified = "dl-request-unverified", breaks "lti13-dl-tool-request-verified",
            "verifies launches, and takes deep linking requests as they come", [
            "tool-dl-request-forged" => "fail", "tool-dl-request-foreign" => "fail",
            "tool-dl-request-expired" => "fail",
        ];
        RequestSignatureIgnored = "dl-request-signature-ignored", breaks "lti13-dl-tool-request-verified",
            "decodes deep linking requests without looking at their signature", ["tool-dl-request-forged" => "fail"];
        RequestAudIgnored = "dl-request-aud-ignored", breaks "lti13-dl-tool-request-verified",
            "takes deep linking requests that are for another tool", ["tool-dl-request-foreign" => "fail"];
        RequestExpIgnored = "dl-request-exp-ignored", breaks "lti13-dl-tool-request-verified",
            "takes deep linking requests that have expired", ["tool-dl-request-expired" => "fail"];
        RequestReplayable = "dl-request-replayable", breaks "lti13-dl-tool-request-replayed",
            "takes a deep linking request again and again", ["tool-dl-request-replayed" => "warn"];
        SettingsRequired = "dl-settings-required", breaks "lti13-dl-tool-settings",
            "cannot do without accept_multiple", [
            "tool-dl-settings-required-alone" => "warn", "tool-dl-data-invented" => "skip",
        ];
        SettingsClosed = "dl-settings-closed", breaks "lti13-dl-tool-settings-unknown",
            "reads the settings by a closed schema", ["tool-dl-settings-unknown" => "fail"];
        TypesClosed = "dl-types-closed", breaks "lti13-dl-tool-accept-types",
            "reads accept_types into a closed enumeration", ["tool-dl-types-unknown" => "warn"];
        TargetsRequired = "dl-targets-required", breaks "lti13-dl-tool-targets",
            "cannot do without a document target", ["tool-dl-targets-none" => "warn"];
        TargetsClosed = "dl-targets-closed", breaks "lti13-dl-tool-targets",
            "reads the document targets into a closed enumeration", ["tool-dl-targets-unknown" => "warn"];
        LearnerRefused = "dl-learner-refused", breaks "lti13-dl-tool-who",
            "lets no learner choose", ["tool-dl-learner" => "info:refused"];
        SubRequired = "dl-sub-required", breaks "lti13-dl-tool-who",
            "lets nobody choose without sub", ["tool-dl-anonymous" => "info:refused"];
        RolesRequired = "dl-roles-required", breaks "lti13-dl-tool-who",
            "lets nobody choose without roles", ["tool-dl-roles-missing" => "info:refused"];
        ContextRequired = "dl-context-required", breaks "lti13-dl-tool-who",
            "lets nobody choose outside a course", ["tool-dl-context-missing" => "info:refused"];
        SettingsMissingCrash = "dl-settings-missing-crash", breaks "lti13-dl-tool-settings-missing",
            "fails when the settings are missing", [
            "tool-dl-settings-missing" => "info:crashed", "tool-refusal-crash" => "warn",
        ];
        ReturnElsewhere = "dl-return-elsewhere", breaks "lti13-dl-tool-returned",
            "sends the answer to the start page of the platform", [
            "tool-cert-td02" => "fail", "tool-dl-cancel" => "warn", "tool-dl-returned" => "fail",
        ], losing ANSWERS;
        ReturnQueryDropped = "dl-return-query-dropped", breaks "lti13-dl-tool-returned",
            "drops the query of the return URL", ["tool-dl-return-query" => "fail"];
        CancelStays = "dl-cancel-stays", breaks "lti13-dl-tool-cancelled",
            "leaves somebody who cancels on a page of its own", ["tool-dl-cancel" => "warn"];
        ChoiceOfBrowser = "dl-choice-of-browser", breaks "lti13-dl-tool-parallel",
            "keeps one choice for each browser, the latest", ["tool-dl-parallel" => "warn"];
        AnswersByGet = "dl-answers-by-get", breaks "lti13-dl-tool-post",
            "redirects to the return URL with the message in the query", [
            "tool-dl-post" => "fail", "tool-dl-field" => "skip", "tool-dl-field-alone" => "skip",
            "tool-dl-auto-submit" => "skip", "tool-cert-td02" => "fail", "tool-dl-return-query" => "skip",
        ];
        FieldLowercase = "dl-field-lowercase", breaks "lti13-dl-tool-field",
            "names the field jwt", [
            "tool-dl-field" => "fail", "tool-dl-field-alone" => "skip", "tool-cert-td02" => "fail",
        ];
        FieldExtra = "dl-field-extra", breaks "lti13-dl-tool-field-alone",
            "sends its token against cross-site requests along", ["tool-dl-field-alone" => "warn"];
        ManualButton = "dl-manual-button", breaks "lti13-dl-tool-auto-submit",
            "shows a button to go back", ["tool-dl-auto-submit" => "warn"];
        ChoiceFramingForbidden = "dl-choice-framing-forbidden", breaks "lti13-dl-tool-framing",
            "forbids the page to choose on to be framed", ["tool-dl-framing" => "warn"];
        KeyUnpublished = "dl-key-unpublished", breaks "lti13-dl-response-signature",
            "signs with a key that it does not publish", ["tool-dl-signature" => "fail", "tool-cert-td05" => "fail"];
        AlgNone = "dl-alg-none", breaks "lti13-dl-response-alg-none",
            "does not sign", ["tool-dl-alg" => "fail", "tool-dl-signature" => "fail", "tool-cert-td05" => "fail"];
        KidMissing = "dl-kid-missing", breaks "lti13-dl-response-kid-missing",
            "writes no kid", ["tool-dl-kid" => "warn"];
        KidOther = "dl-kid-other", breaks "lti13-dl-response-kid-missing",
            "names another of its keys", ["tool-dl-kid" => "warn"];
        HeaderJwk = "dl-header-jwk", breaks "lti13-dl-response-header-key",
            "sends its key in the header", ["tool-dl-header-key" => "warn"];
        IssAudSwapped = "dl-iss-aud-swapped", breaks "lti13-dl-response-iss",
            "leaves iss and aud as they were in the request", [
            "tool-dl-iss" => "fail", "tool-dl-aud" => "fail", "tool-cert-td06" => "fail",
            "tool-dl-second-platform" => "fail", "tool-dl-second-client" => "fail",
        ];
        IssOwnAddress = "dl-iss-own-address", breaks "lti13-dl-response-iss",
            "writes its own address into iss", [
            "tool-dl-iss" => "fail", "tool-cert-td06" => "fail", "tool-dl-second-platform" => "fail",
            "tool-dl-second-client" => "fail",
        ];
        AudReturnUrl = "dl-aud-return-url", breaks "lti13-dl-response-aud",
            "writes the return URL into aud", [
            "tool-dl-aud" => "fail", "tool-cert-td06" => "fail", "tool-dl-second-platform" => "fail",
            "tool-dl-second-client" => "fail",
        ];
        AzpOther = "dl-azp-other", breaks "lti13-dl-tool-azp",
            "writes its own address into azp", ["tool-dl-azp" => "info:other"];
        Expired = "dl-expired", breaks "lti13-dl-tool-times",
            "sends a message that expired yesterday", ["tool-cert-td04" => "warn"];
        ExpText = "dl-exp-text", breaks "lti13-dl-response-exp-missing",
            "writes exp as a text", ["tool-dl-exp" => "fail", "tool-cert-td04" => "warn", "tool-cert-td06" => "fail"];
        IatMissing = "dl-iat-missing", breaks "lti13-dl-response-iat-missing",
            "leaves iat out", ["tool-dl-iat" => "fail", "tool-cert-td04" => "warn", "tool-cert-td06" => "fail"];
        NonceMissing = "dl-nonce-missing", breaks "lti13-dl-response-nonce-missing",
            "leaves nonce out", [
            "tool-dl-nonce" => "fail", "tool-dl-nonce-fresh" => "skip", "tool-cert-td06" => "fail",
        ];
        NonceConstant = "dl-nonce-constant", breaks "lti13-dl-tool-nonce-fresh",
            "always writes the same nonce", ["tool-dl-nonce-fresh" => "warn"];
        MessageTypeEchoed = "dl-message-type-echoed", breaks "lti13-dl-response-message-type",
            "leaves message_type as it was in the request", [
            "tool-dl-message-type" => "fail", "tool-cert-td03" => "fail",
        ];
        VersionShort = "dl-version-short", breaks "lti13-dl-response-version",
            "writes version 1.3", ["tool-dl-version" => "fail", "tool-cert-td06" => "fail"];
        DeploymentMissing = "dl-deployment-missing", breaks "lti13-dl-response-deployment-missing",
            "leaves deployment_id out", [
            "tool-dl-deployment" => "fail", "tool-dl-second-deployment" => "fail", "tool-cert-td06" => "fail",
        ];
        DeploymentFirst = "dl-deployment-first", breaks "lti13-dl-tool-registration",
            "always answers for the first deployment", ["tool-dl-second-deployment" => "fail"];
        PlatformFirst = "dl-platform-first", breaks "lti13-dl-tool-registration",
            "always answers the first platform of its table, as the first client", [
            "tool-dl-second-platform" => "fail", "tool-dl-second-client" => "fail",
        ];
        ClientFirst = "dl-client-first", breaks "lti13-dl-tool-registration",
            "answers as the first client of the issuer", ["tool-dl-second-client" => "fail"];
        DataForgotten = "dl-data-forgotten", breaks "lti13-dl-response-data",
            "does not send data back", [
            "tool-dl-data" => "fail", "tool-dl-data-object" => "fail", "tool-dl-data-number" => "fail",
            "tool-dl-data-long" => "fail", "tool-dl-data-odd" => "fail", "tool-cert-td06" => "fail",
            "tool-dl-parallel" => "warn",
        ];
        DataStringified = "dl-data-stringified", breaks "lti13-dl-response-data",
            "turns data into text", ["tool-dl-data-object" => "fail", "tool-dl-data-number" => "fail"];
        DataSerialized = "dl-data-serialized", breaks "lti13-dl-response-data",
            "keeps objects in data as text", ["tool-dl-data-object" => "fail"];
        DataTruncated = "dl-data-truncated", breaks "lti13-dl-response-data",
            "keeps 255 characters of data", ["tool-dl-data-long" => "fail"];
        DataEscaped = "dl-data-escaped", breaks "lti13-dl-response-data",
            "escapes data as if it were shown on a page", ["tool-dl-data-odd" => "fail"];
        DataInvented = "dl-data-invented", breaks "lti13-dl-response-data-invented",
            "sends empty data where none came", ["tool-dl-data-invented" => "warn"];
        ItemsObject = "dl-items-object", breaks "lti13-dl-response-items",
            "sends a single item without the array around it", [
            "tool-cert-td07" => "review", "tool-cert-td08" => "unsupported", "tool-dl-item-custom" => "unsupported",
            "tool-dl-item-dates" => "unsupported", "tool-dl-item-html" => "unsupported",
            "tool-dl-item-https" => "unsupported", "tool-dl-item-keys" => "unsupported",
            "tool-dl-item-line-item" => "unsupported", "tool-dl-item-new-type" => "unsupported",
            "tool-dl-item-rendering" => "unsupported", "tool-dl-item-resource-url" => "unsupported",
            "tool-dl-item-sizes" => "unsupported", "tool-dl-item-type" => "unsupported",
            "tool-dl-item-url" => "unsupported", "tool-dl-items" => "warn", "tool-dl-multiple" => "skip",
        ];
        MsgObject = "dl-msg-object", breaks "lti13-dl-response-text",
            "sends msg as an object", ["tool-dl-texts" => "warn"];
        ClaimNamePlain = "dl-claim-name-plain", breaks "lti13-dl-response-claim-name",
            "adds a claim of its own without a URL", ["tool-dl-claim-names" => "fail"];
        ItemUntyped = "dl-item-untyped", breaks "lti13-dl-response-item-type",
            "leaves the type of an item out", [
            "tool-cert-td08" => "unsupported", "tool-dl-item-custom" => "unsupported",
            "tool-dl-item-dates" => "unsupported", "tool-dl-item-line-item" => "unsupported",
            "tool-dl-item-resource-url" => "unsupported", "tool-dl-item-type" => "fail",
        ];
        ItemUrlRelative = "dl-item-url-relative", breaks "lti13-dl-response-item-url",
            "writes the path of a link as its url", ["tool-dl-item-url" => "fail"];
        HtmlMisnamed = "dl-html-misnamed", breaks "lti13-dl-response-item-html",
            "sends the fragment of an html item under another name", ["tool-dl-item-html" => "fail"];
        IframeWithoutSrc = "dl-iframe-without-src", breaks "lti13-dl-response-item-frame",
            "gives the frame of a link a size and no src", ["tool-dl-item-rendering" => "fail"];
        SizesText = "dl-sizes-text", breaks "lti13-dl-response-item-size",
            "writes sizes with their unit", ["tool-dl-item-sizes" => "warn"];
        CustomNumber = "dl-custom-number", breaks "lti13-dl-response-item-custom",
            "leaves numbers in custom", ["tool-dl-item-custom" => "fail"];
        LineItemZero = "dl-line-item-zero", breaks "lti13-dl-response-item-line-item",
            "sends a line item with a maximum of zero", ["tool-dl-item-line-item" => "fail"];
        DatesLocal = "dl-dates-local", breaks "lti13-dl-response-item-date",
            "writes dates as its users do", ["tool-dl-item-dates" => "warn"];
        ItemKeyPlain = "dl-item-key-plain", breaks "lti13-dl-response-item-extension",
            "adds a property of its own without a URL", ["tool-dl-item-keys" => "warn"];
        NewTypePlain = "dl-new-type-plain", breaks "lti13-dl-response-item-new-type",
            "returns a type of its own without a URL", [
            "tool-dl-item-new-type" => "warn", "tool-dl-types" => "warn", "tool-dl-multiple" => "warn",
        ];
        ResourceUrlRelative = "dl-resource-url-relative", breaks "lti13-dl-response-item-url",
            "writes the path of a resource link as its url", [
            "tool-dl-item-resource-url" => "warn", "tool-cert-td08" => "warn",
        ];
        ImagePlainHttp = "dl-image-plain-http", breaks "lti13-dl-tool-item-https",
            "returns an image at an http address", ["tool-dl-item-https" => "warn"];
        MultipleIgnored = "dl-multiple-ignored", breaks "lti13-dl-response-multiple",
            "returns several items where one is taken", ["tool-dl-multiple" => "warn"];
        TypesIgnored = "dl-types-ignored", breaks "lti13-dl-response-accept-types",
            "returns items whatever is accepted", ["tool-dl-types" => "warn"];
        LineItemAlways = "dl-line-item-always", breaks "lti13-dl-tool-line-item-unwanted",
            "sends line items that the platform ignores", ["tool-dl-line-item" => "info:sent"];
    }
}
