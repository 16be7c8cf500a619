//! Flaws of tools in the signature of a launch.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool takes for a good signature, or asks of one beyond the texts.
    pub enum SignatureFlaw {
        NotChecked = "signature-not-checked", breaks "lti11-tool-signature-verified",
            "the signature is not looked at",
            [
                "tool11-signature-wrong-secret" => "fail",
                "tool11-signature-end" => "fail",
                "tool11-signature-other-consumer" => "fail",
                "tool11-signature-missing" => "fail",
                "tool11-signature-empty" => "fail",
                "tool11-signature-twice-encoded" => "warn",
                "tool11-signature-blank" => "warn",
                "tool11-forwarded" => "info:accepted",
                "tool11-forwarded-host" => "info:accepted",
                "tool11-forwarded-proto" => "info:accepted",
                "tool11-method-signed" => "fail",
                "tool11-nonce-after-forgery" => "skip",
                "tool11-pair-signed-once" => "info:accepted",
                "tool11-path-slash" => "info:accepted",
                "tool11-port-wrong" => "warn",
                "tool11-unsigned-button" => "fail",
                "tool11-unsigned-copy-of-query" => "fail",
                "tool11-unsigned-custom" => "fail",
                "tool11-unsigned-query" => "fail",
                "tool11-unsigned-user-first" => "fail",
                "tool11-unsigned-user-last" => "fail",
                "tool11-unsigned-user-query" => "fail",
                "tool11-cert-1-4" => "fail",
                "tool11-refusal-stays" => "skip",
                "tool11-refusal-words" => "skip",
            ];
        ComparedInPart = "signature-compared-in-part", breaks "lti11-tool-signature-verified",
            "only the start of the signature is compared",
            ["tool11-signature-end" => "fail"];
        AnySecretTaken = "any-consumers-secret", breaks "lti11-tool-signature-verified",
            "a launch that any known secret signed is let in, whatever consumer it names",
            ["tool11-signature-other-consumer" => "fail"];
        OneSecretForAll = "one-secret-for-all", breaks "lti11-tool-consumer-known",
            "every consumer key goes with the same secret",
            ["tool11-consumer-unknown" => "fail", "tool11-cert-1-3" => "fail", "tool11-refusal-words" => "skip"];
        UnknownHasNoSecret = "unknown-consumer-has-no-secret", breaks "lti11-tool-consumer-known",
            "an unknown consumer key goes with an empty secret",
            ["tool11-consumer-unknown-empty" => "fail", "tool11-refusal-words" => "info:same"];
        CheckedWherePresent = "signature-optional", breaks "lti11-tool-signature-present",
            "the signature is checked where one came",
            ["tool11-signature-missing" => "fail"];
        CheckedWhereFilled = "signature-empty-taken", breaks "lti11-tool-signature-present",
            "an empty signature is taken for a good one",
            ["tool11-signature-empty" => "fail"];
        KeyDefaulted = "consumer-key-defaulted", breaks "lti11-tool-consumer-key-present",
            "a launch without a consumer key is taken for the first consumer's",
            ["tool11-consumer-missing" => "fail"];
        EmptyKeyDefaulted = "consumer-key-empty-defaulted", breaks "lti11-tool-consumer-key-present",
            "a launch with an empty consumer key is taken for the first consumer's",
            ["tool11-consumer-empty" => "fail"];
        MethodDefaulted = "signature-method-defaulted", breaks "lti11-tool-signature-method-present",
            "HMAC-SHA1 is assumed where no method is named",
            ["tool11-method-missing" => "warn"];
        Sha256Taken = "hmac-sha256-taken", breaks "lti11-tool-hmac-sha256",
            "HMAC-SHA256 is taken as well",
            ["tool11-method-sha256" => "info:accepted"];
        LabelIgnored = "signature-method-ignored", breaks "lti11-tool-signature-method",
            "HMAC-SHA1 is verified whatever oauth_signature_method says",
            ["tool11-method-label" => "warn", "tool11-method-case" => "info:accepted"];
        LabelFolded = "signature-method-folded", breaks "lti11-tool-signature-method",
            "oauth_signature_method is compared without regard to case",
            ["tool11-method-case" => "info:accepted"];
        PlaintextTaken = "plaintext-taken", breaks "lti11-tool-plaintext",
            "the secret itself is taken for a signature",
            ["tool11-method-plaintext" => "warn"];
        VersionWanted = "version-wanted", breaks "lti11-tool-version-absent",
            "a launch without oauth_version is refused",
            ["tool11-version-missing" => "warn"];
        VersionIgnored = "version-ignored", breaks "lti11-tool-version-other",
            "oauth_version may say anything",
            ["tool11-version-two" => "warn"];
        CallbackWanted = "callback-wanted", breaks "lti11-tool-callback-absent",
            "a launch without oauth_callback is refused",
            ["tool11-callback-missing" => "warn"];
        EmptyTokenRefused = "token-empty-refused", breaks "lti11-tool-token",
            "a launch with an empty oauth_token is refused",
            ["tool11-token-empty" => "info:refused"];
        TokenRefused = "token-refused", breaks "lti11-tool-token",
            "a launch with an oauth_token is refused",
            ["tool11-token-value" => "info:refused"];
        DecodedTwice = "signature-decoded-twice", breaks "lti11-tool-signature-encoding",
            "the signature is percent-decoded once more",
            ["tool11-signature-twice-encoded" => "warn"];
        BlanksRepaired = "signature-blanks-repaired", breaks "lti11-tool-signature-encoding",
            "blanks in the signature are taken for plus signs",
            ["tool11-signature-blank" => "warn"];
        RefusalRedirects = "refusal-redirects", breaks "lti11-tool-refusal-stays",
            "a launch with a wrong signature is sent to its return URL",
            ["tool11-refusal-stays" => "warn"];
        RefusalCrashes = "refusal-crashes", breaks "lti11-tool-crash",
            "a wrong signature is answered with a server error",
            ["tool11-crash" => "warn"];
        OneRefusalForAll = "refusal-says-one-thing", breaks "lti11-tool-refusal-words",
            "a wrong signature is refused in the words for an unknown consumer",
            ["tool11-refusal-words" => "info:same"];
    }
}
