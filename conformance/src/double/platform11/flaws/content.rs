//! Flaws in content items.

use crate::double::flaw::flaws;

/// The cases that answer a request.
const ANSWERS: &[&str] = &[
    "platform11-content-unsigned",
    "platform11-content-signature",
    "platform11-content-key",
    "platform11-content-data",
    "platform11-content-none",
    "platform11-content-many",
    "platform11-content-script",
    "platform11-content-message",
];

flaws! {
    /// What a platform does wrong when it asks for content and when it takes it.
    pub enum ContentFlaw {
        RequestType = "content-request-type", breaks "lti11-platform-content-request",
            "names the answer as the request", ["platform11-content-request" => "warn"];
        RequestUnsigned = "content-request-unsigned", breaks "lti11-platform-content-request",
            "does not sign requests for content", ["platform11-content-request-signed" => "fail"];
        ReturnMissing = "content-return-missing", breaks "lti11-content-item-request",
            "does not say where the answer goes", ["platform11-content-return-url" => "warn"], losing ANSWERS;
        MediaTypesMissing = "content-media-types-missing", breaks "lti11-content-item-request",
            "does not say what it accepts", ["platform11-content-media-types" => "warn"];
        TargetsMissing = "content-targets-missing", breaks "lti11-content-item-request",
            "does not say where it shows content", ["platform11-content-targets" => "warn"];
        FlagsNumbers = "content-flags-numbers", breaks "lti11-platform-content-flags",
            "writes 0 for false", ["platform11-content-flags" => "warn"];
        LinkIdSent = "content-link-id", breaks "lti11-platform-content-launch",
            "sends a resource_link_id with requests for content", ["platform11-content-link-id" => "info:sent"];
        UnsignedTaken = "content-unsigned", breaks "lti11-platform-content-unsigned",
            "verifies an answer only where it is signed", ["platform11-content-unsigned" => "warn"];
        SignatureUnchecked = "content-signature-unchecked", breaks "lti11-platform-content-signed",
            "looks at the key of an answer and not at its signature", ["platform11-content-signature" => "fail"];
        KeyUnknown = "content-key-unknown", breaks "lti11-platform-content-signed",
            "verifies answers under unknown keys with an empty secret", ["platform11-content-key" => "fail"];
        DataUnchecked = "content-data-unchecked", breaks "lti11-platform-content-data",
            "does not look at data", ["platform11-content-data" => "info:made"];
        NoneRefused = "content-none-refused", breaks "lti11-platform-content-none",
            "refuses an answer without items", ["platform11-content-none" => "info:refused"];
        NoneCrashes = "content-none-crash", breaks "lti11-platform-content-none",
            "breaks at an answer without items", ["platform11-content-none" => "warn"];
        ManyTaken = "content-many", breaks "lti11-platform-content-many",
            "makes every item of an answer", ["platform11-content-many" => "warn"];
        ScriptLinked = "content-script", breaks "lti11-platform-content-script",
            "links to whatever address an item has", ["platform11-content-script" => "warn"];
        MessageLost = "content-message-lost", breaks "lti11-platform-content-message",
            "does not show lti_errormsg", ["platform11-content-message" => "review"];
    }
}
