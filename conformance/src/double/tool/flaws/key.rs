//! Flaws in fetching, reading and keeping key sets.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with the platform's key set.
    pub enum KeyFlaw {
        UnknownTypeFatal = "unknown-key-type-fatal", breaks "lti13-tool-key-set-lenient",
            "drops a whole key set for one key of a type that it does not know", ["tool-keys-unknown-type" => "warn"];
        FirstKeyOnly = "first-key-only", breaks "lti13-tool-key-set",
            "reads only the first key of a set", [
            "tool-keys-unknown-type" => "warn", "tool-keys-several" => "warn", "tool-alg-es256" => "info:refused",
            "tool-jwks-5000" => "info:refused", "tool-key-rotated" => "warn", "tool-key-rotated-midway" => "warn",
            "tool-keys-bare" => "warn", "tool-keys-members" => "warn", "tool-keys-padded" => "info:refused",
        ];
        TableFull = "key-table-full", breaks "lti13-tool-key-rotation",
            "remembers four keys of a platform and takes no further one in", [
            "tool-keys-unknown-type" => "warn", "tool-keys-bare" => "warn", "tool-keys-members" => "warn",
            "tool-keys-padded" => "info:refused", "tool-key-rotated" => "warn", "tool-key-rotated-midway" => "warn",
            "tool-jwks-5000" => "info:refused",
        ];
        AlgRequired = "key-alg-required", breaks "lti13-tool-key-set-lenient",
            "skips keys that do not say alg and use", ["tool-keys-bare" => "warn"];
        MembersClosed = "key-members-closed", breaks "lti13-tool-key-set-lenient",
            "drops a key set with members that it does not know", ["tool-keys-members" => "warn"];
        PaddingRefused = "key-padding-refused", breaks "lti13-token-key-padded",
            "cannot read a modulus in padded base64", ["tool-keys-padded" => "info:refused"];
        KeptForever = "keys-kept-forever", breaks "lti13-tool-key-rotation",
            "fetches the key set once and never again", [
            "tool-key-rotated" => "warn", "tool-key-rotated-midway" => "warn", "tool-jwks-5000" => "info:refused",
            "tool-keys-bare" => "skip", "tool-keys-members" => "skip", "tool-keys-padded" => "skip",
            "tool-keys-several" => "skip", "tool-keys-unknown-type" => "skip",
        ];
        FetchedAtLogin = "keys-fetched-at-login", breaks "lti13-tool-key-rotation",
            "fetches the key set at each login and not again at the launch", [
            "tool-key-rotated-midway" => "warn", "tool-key-retired" => "info:refused",
            "tool-kid-unknown-flood" => "warn",
        ];
        FetchedEachLaunch = "keys-fetched-each-launch", breaks "lti13-token-key-retired",
            "fetches the key set for every launch and keeps nothing", [
            "tool-key-retired" => "info:refused", "tool-jwks-down" => "info:refused",
            "tool-kid-unknown-flood" => "warn",
        ];
        FreshWhenPossible = "keys-fresh-when-possible", breaks "lti13-token-key-retired",
            "fetches the key set for every launch and falls back on the last one", [
            "tool-key-retired" => "info:refused", "tool-kid-unknown-flood" => "warn",
        ];
        UnverifiedOnError = "unverified-on-error", breaks "lti13-token-signature",
            "skips the signature when the key set answers with a server error", ["tool-jwks-error" => "fail"];
        UnverifiedOnHtml = "unverified-on-html", breaks "lti13-token-signature",
            "skips the signature when a page comes in place of the key set", ["tool-jwks-html" => "fail"];
        UnverifiedOnEmpty = "unverified-on-empty", breaks "lti13-token-signature",
            "skips the signature when the key set holds no key", ["tool-jwks-empty" => "fail"];
        UnverifiedOnLost = "unverified-on-lost", breaks "lti13-token-signature",
            "skips the signature when the key set cannot be reached", [
            "tool-jwks-lost" => "fail", "tool-jwks-slow" => "fail",
        ];
        BigSetRefused = "big-key-set-refused", breaks "lti13-tool-key-set-huge",
            "refuses key sets of more than a hundred keys", ["tool-jwks-5000" => "info:refused"];
        BigSetCrashes = "big-key-set-crashes", breaks "lti13-tool-key-set-huge",
            "falls over when a key set is larger than its buffer", [
            "tool-jwks-5000" => "warn",
        ];
        WaitsForever = "key-set-waits-forever", breaks "lti13-tool-key-set-slow",
            "waits for the key set as long as it takes", ["tool-jwks-slow" => "warn"];
        RefetchedThrice = "keys-refetched-thrice", breaks "lti13-tool-key-set-fetches",
            "asks three times for the key set when a kid is unknown", ["tool-kid-unknown-fetches" => "warn"];
        RefetchedForEach = "keys-refetched-for-each", breaks "lti13-tool-key-set-flood",
            "fetches the key set for every unknown kid, however many come", ["tool-kid-unknown-flood" => "warn"];
    }
}
