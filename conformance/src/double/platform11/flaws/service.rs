//! Flaws in who may write, and how.

use crate::double::flaw::flaws;

/// The cases that need the outcomes service.
const OUTCOMES: &[&str] = &[
    "platform11-outcomes-read-empty",
    "platform11-outcomes-replace",
    "platform11-outcomes-replace-zero",
    "platform11-outcomes-replace-one",
    "platform11-outcomes-apart",
    "platform11-outcomes-read",
    "platform11-outcomes-delete",
    "platform11-outcomes-deleted",
    "platform11-outcomes-above",
    "platform11-outcomes-just-above",
    "platform11-outcomes-below",
    "platform11-outcomes-word",
    "platform11-outcomes-nan",
    "platform11-outcomes-empty",
    "platform11-outcomes-comma",
    "platform11-outcomes-unknown",
    "platform11-outcomes-operation",
    "platform11-outcomes-envelope",
    "platform11-outcomes-reference",
    "platform11-outcomes-media-type",
    "platform11-outcomes-operation-reference",
    "platform11-outcomes-status",
    "platform11-outcomes-entity",
    "platform11-outcomes-external",
    "platform11-outcomes-broken",
    "platform11-outcomes-unsigned",
    "platform11-outcomes-signature",
    "platform11-outcomes-key",
    "platform11-outcomes-hash-wrong",
    "platform11-outcomes-hash-missing",
    "platform11-outcomes-replay",
    "platform11-outcomes-hash-sha1",
    "platform11-outcomes-query",
    "platform11-outcomes-charset",
    "platform11-outcomes-namespace",
    "platform11-outcomes-result-data",
    "platform11-cert-8-2",
    "platform11-cert-8-3",
    "platform11-cert-8-4",
    "platform11-cert-8-5",
    "platform11-cert-8-6",
    "platform11-cert-8-7",
    "platform11-cert-8-8",
];

flaws! {
    /// What a platform does wrong with the service's address and with who asks.
    pub enum ServiceFlaw {
        UrlMissing = "outcomes-url-missing", breaks "lti11-platform-outcomes-url",
            "does not name its outcomes service", [
            "platform11-outcomes-url" => "fail", "platform11-outcomes-url-length" => "skip",
            "platform11-outcomes-url-stable" => "skip", "platform11-outcomes-sourcedid" => "skip",
            "platform11-cert-8-1" => "warn",
        ], losing OUTCOMES;
        UrlLong = "outcomes-url-long", breaks "lti11-outcome-url-length",
            "keeps state in the service's address", ["platform11-outcomes-url-length" => "warn"];
        UrlPerLaunch = "outcomes-url-per-launch", breaks "lti11-platform-outcomes-url-stable",
            "names another address in each launch", ["platform11-outcomes-url-stable" => "info:changes"];
        SourcedidShared = "sourcedid-shared", breaks "lti11-platform-outcomes-sourcedid",
            "makes lis_result_sourcedid of the link alone", [
            "platform11-outcomes-sourcedid" => "fail", "platform11-outcomes-apart" => "skip",
            "platform11-outcomes-read-empty" => "skip",
        ];
        ResultsShared = "results-shared", breaks "lti11-platform-outcomes-sourcedid",
            "keeps one score for all", [
            "platform11-outcomes-apart" => "fail", "platform11-outcomes-read-empty" => "skip",
        ];
        UnsignedTaken = "outcomes-unsigned", breaks "lti11-platform-outcomes-signed",
            "verifies a signature only where one is sent", ["platform11-outcomes-unsigned" => "fail"];
        SignatureUnchecked = "outcomes-signature-unchecked", breaks "lti11-platform-outcomes-signed",
            "looks at the key and not at the signature", ["platform11-outcomes-signature" => "fail"];
        KeyUnknown = "outcomes-key-unknown", breaks "lti11-platform-outcomes-signed",
            "verifies unknown keys with an empty secret", ["platform11-outcomes-key" => "fail"];
        HashUnchecked = "outcomes-hash-unchecked", breaks "lti11-platform-outcomes-hash",
            "does not compare the hash of the body", ["platform11-outcomes-hash-wrong" => "warn"];
        HashOptional = "outcomes-hash-optional", breaks "lti11-platform-outcomes-hash",
            "takes requests without a hash of the body", ["platform11-outcomes-hash-missing" => "warn"];
        HashSha256 = "outcomes-hash-sha256", breaks "lti11-platform-outcomes-hash-sha1",
            "compares the hash of the body by SHA-256 alone", [
            "platform11-outcomes-hash-sha1" => "warn", "platform11-outcomes-hash-missing" => "warn",
        ];
        QueryUnsigned = "outcomes-query-unsigned", breaks "lti11-platform-outcomes-query",
            "leaves its query out of the signature", ["platform11-outcomes-query" => "warn"];
        ReplayTaken = "outcomes-replay", breaks "lti11-platform-outcomes-replay",
            "takes the same request again", ["platform11-outcomes-replay" => "warn"];
        CharsetRefused = "outcomes-charset-refused", breaks "lti11-platform-outcomes-latitude",
            "refuses a charset behind the media type", ["platform11-outcomes-charset" => "info:refused"];
        NamespaceRefused = "outcomes-namespace-refused", breaks "lti11-platform-outcomes-latitude",
            "refuses the older namespace", ["platform11-outcomes-namespace" => "info:refused"];
        ResultDataRefused = "outcomes-result-data-refused", breaks "lti11-platform-outcomes-latitude",
            "refuses result data", ["platform11-outcomes-result-data" => "info:refused"];
    }
}
