//! Flaws in publishing keys.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with its key set.
    pub enum KeyFlaw {
        KidMissing = "jwks-kid-missing", breaks "lti13-platform-key-kid",
            "publishes a key without kid beside its own", ["platform-jwks-kid" => "fail"];
        RsaIncomplete = "jwks-rsa-incomplete", breaks "lti13-platform-key-members",
            "publishes an RSA key without exponent beside its own", ["platform-jwks-rsa" => "fail"];
        PrivatePublished = "jwks-private", breaks "lti13-platform-key-private",
            "publishes an old key with its private exponent", ["platform-jwks-private" => "fail"];
        Small = "jwks-small", breaks "lti13-platform-key-size",
            "keeps an old key of 1024 bits in its set", ["platform-jwks-size" => "warn"];
        KidTwice = "jwks-kid-twice", breaks "lti13-platform-key-kid",
            "publishes another key under the kid of its own", ["platform-jwks-duplicate" => "fail"];
        Padded = "jwks-padded", breaks "lti13-platform-key-members",
            "writes its keys in base64 with padding", ["platform-jwks-padding" => "warn"];
        AlgAbsent = "jwks-alg-absent", breaks "lti13-platform-key-optional",
            "publishes keys without alg", ["platform-jwks-alg" => "info:absent"];
        CacheUnsaid = "jwks-cache-unsaid", breaks "lti13-platform-key-optional",
            "does not say how long its keys may be kept", ["platform-jwks-cache" => "info:absent"];
        PlainHttp = "jwks-plain-http", breaks "lti13-platform-tls",
            "publishes its keys over plain http", ["platform-tls" => "fail"];
        NotServed = "jwks-not-served", breaks "lti13-platform-key-set",
            "answers for its key set with an error page", [
            "platform-jwks" => "warn", "platform-jwks-kid" => "skip", "platform-jwks-rsa" => "skip",
            "platform-jwks-private" => "skip", "platform-jwks-size" => "skip", "platform-jwks-duplicate" => "skip",
            "platform-jwks-padding" => "skip", "platform-jwks-alg" => "skip", "platform-jwks-cache" => "skip",
            "platform-token-signature" => "skip", "platform-token-kid-named" => "skip",
            "platform-rotation-kid" => "skip", "platform-rotation-overlap" => "skip",
            "platform-dl-request-signature" => "skip", "platform-cert-pd04" => "warn", "platform-cert-pn03" => "warn",
            "platform-cert-pa01" => "warn", "platform-cert-pa07" => "warn",
        ], payloads ["pc04" => "warn"];
        RotatedSameKid = "rotation-same-kid", breaks "lti13-platform-rotation-kid",
            "publishes a new key under the kid of the old one", [
            "platform-rotation-kid" => "fail", "platform-rotation-overlap" => "warn",
        ];
        RotatedAbruptly = "rotation-abrupt", breaks "lti13-platform-rotation-overlap",
            "withdraws the old key the moment it has a new one", ["platform-rotation-overlap" => "warn"];
    }
}
