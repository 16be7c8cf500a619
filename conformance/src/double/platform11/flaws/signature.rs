//! Flaws in the signature and in what goes into it.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong when it signs launches.
    pub enum SignatureFlaw {
        Unsigned = "unsigned", breaks "lti11-platform-signature",
            "does not sign its launches", [
            "platform11-signature" => "fail", "platform11-line-ends" => "skip", "platform11-query-signed" => "skip",
            "platform11-callback-signed" => "skip", "platform11-vendor-fields" => "skip", "platform11-cert-2-1" => "warn",
            "platform11-cert-2-2" => "warn", "platform11-cert-2-3" => "warn",
        ];
        Asterisk = "asterisk-bare", breaks "lti11-platform-signature",
            "leaves the asterisk as it is when it encodes", [
            "platform11-signature" => "fail", "platform11-line-ends" => "skip",
        ];
        Latin = "latin", breaks "lti11-platform-signature",
            "signs characters in ISO 8859-1", ["platform11-signature" => "fail"];
        EmptyUnsigned = "empty-unsigned", breaks "lti11-platform-signature",
            "leaves empty parameters out of the signature", ["platform11-signature" => "fail"];
        LineFeeds = "line-feeds", breaks "lti11-platform-line-ends",
            "signs line feeds, which browsers post as CR LF", ["platform11-line-ends" => "warn"];
        Sha256 = "method-sha256", breaks "lti11-signature-method",
            "signs with HMAC-SHA256 unasked", ["platform11-signature-method" => "warn"];
        QueryUnsigned = "query-unsigned", breaks "lti11-platform-query-signed",
            "leaves the query of the launch URL out of the signature", [
            "platform11-query-signed" => "fail", "platform11-signature" => "fail", "platform11-line-ends" => "skip",
            "platform11-callback-signed" => "skip", "platform11-vendor-fields" => "skip", "platform11-cert-2-1" => "warn",
            "platform11-cert-2-2" => "warn", "platform11-cert-2-3" => "warn",
        ];
        QueryDoubled = "query-doubled", breaks "lti11-platform-query-signed",
            "posts the query of the launch URL as well and signs it once", [
            "platform11-query-signed" => "fail", "platform11-signature" => "fail", "platform11-line-ends" => "skip",
            "platform11-callback-signed" => "skip", "platform11-vendor-fields" => "skip",
            "platform11-cert-2-1" => "warn", "platform11-cert-2-2" => "warn", "platform11-cert-2-3" => "warn",
        ];
        CallbackUnsigned = "callback-unsigned", breaks "lti11-platform-callback-signed",
            "posts an oauth_callback that it did not sign", [
            "platform11-callback-signed" => "fail", "platform11-signature" => "fail", "platform11-line-ends" => "skip",
            "platform11-query-signed" => "skip", "platform11-vendor-fields" => "skip", "platform11-cert-2-1" => "warn",
            "platform11-cert-2-2" => "warn", "platform11-cert-2-3" => "warn",
        ];
        CallbackMissing = "callback-missing", breaks "lti11-oauth-callback-missing",
            "sends no oauth_callback", [
            "platform11-callback-value" => "info:absent", "platform11-callback-signed" => "skip",
            "platform11-cert-2-4" => "info:absent",
        ];
        CallbackOther = "callback-other", breaks "lti11-oauth-callback-missing",
            "sends oob as oauth_callback", ["platform11-callback-value" => "info:other"];
        ButtonUnsigned = "button-unsigned", breaks "lti11-platform-vendor-fields",
            "posts its submit button and did not sign it", [
            "platform11-vendor-fields" => "fail", "platform11-signature" => "fail", "platform11-line-ends" => "skip",
            "platform11-query-signed" => "skip", "platform11-callback-signed" => "skip", "platform11-cert-2-1" => "warn",
            "platform11-cert-2-2" => "warn", "platform11-cert-2-3" => "warn",
        ];
        NonceTwice = "nonce-sent-twice", breaks "lti11-oauth-parameter-duplicate",
            "sends oauth_nonce twice", ["platform11-oauth-once" => "fail"];
        InQuery = "oauth-in-query", breaks "lti11-oauth-parameters-split",
            "puts oauth_version into the address", ["platform11-oauth-place" => "warn"];
        StampFraction = "timestamp-fraction", breaks "lti11-timestamp-format",
            "sends a fraction of a second", ["platform11-timestamp" => "fail", "platform11-timestamp-order" => "skip"];
        StampMillis = "timestamp-milliseconds", breaks "lti11-timestamp-format",
            "counts milliseconds", ["platform11-timestamp" => "fail"];
        StampsBack = "timestamps-back", breaks "lti11-platform-timestamp-order",
            "has servers whose clocks differ", ["platform11-timestamp-order" => "info:back"];
        NonceCached = "nonce-cached", breaks "lti11-platform-nonce",
            "keeps nonce and time stamp for all launches of an hour", ["platform11-nonce" => "fail"];
        VersionTwo = "oauth-version-two", breaks "lti11-oauth-version",
            "sends oauth_version 2.0", ["platform11-oauth-version" => "fail"];
        VersionMissing = "oauth-version-missing", breaks "lti11-oauth-version",
            "leaves oauth_version out", ["platform11-oauth-version" => "info:absent"];
        BodyHash = "launch-body-hash", breaks "lti11-launch-body-hash",
            "sends oauth_body_hash with its launches", ["platform11-body-hash" => "warn"];
    }
}
