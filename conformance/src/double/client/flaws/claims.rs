//! Flaws of clients with the claims of an ID token.

use crate::double::flaw::flaws;

flaws! {
    /// What a client reads in a token, and does not.
    pub enum ClaimFlaw {
        IssNotCompared = "iss-not-compared", breaks "oidc-client-iss",
            "iss is not read",
            [
                "client-iss-wrong" => "fail",
                "client-iss-missing" => "fail",
                "client-iss-slash" => "fail",
                "client-iss-prefix" => "fail",
            ];
        IssOptional = "iss-optional", breaks "oidc-client-iss",
            "a token without iss is taken",
            ["client-iss-missing" => "fail"];
        IssTrimmed = "iss-slash-trimmed", breaks "oidc-client-iss",
            "a slash at the end of iss does not count",
            ["client-iss-slash" => "fail"];
        IssPrefix = "iss-prefix", breaks "oidc-client-iss",
            "iss has to begin like the issuer",
            ["client-iss-slash" => "fail", "client-iss-prefix" => "fail"];
        IssuersPooled = "issuers-pooled", breaks "oauth2-client-mix-up",
            "a token of any issuer that the client knows is taken, whichever the login went to",
            ["client-mix-up-token" => "fail", "client-keys-kid-absent" => "warn"];
        AudNotCompared = "aud-not-compared", breaks "oidc-client-aud",
            "aud is not read",
            [
                "client-aud-wrong" => "fail",
                "client-aud-missing" => "fail",
                "client-aud-part" => "fail",
                "client-aud-untrusted" => "warn",
                "client-azp-wrong" => "info:accepted",
                "client-claims-twice" => "skip",
            ];
        AudOptional = "aud-optional", breaks "oidc-client-aud",
            "a token without aud is taken",
            ["client-aud-missing" => "fail"];
        AudPart = "aud-part-taken", breaks "oidc-client-aud",
            "aud has to hold the client id somewhere in its letters",
            ["client-aud-part" => "fail"];
        AudString = "aud-string-only", breaks "oidc-client-aud-array",
            "an audience in an array is not read",
            ["client-aud-array" => "warn", "client-azp-absent" => "info:refused"];
        AudUntrusted = "aud-untrusted-taken", breaks "oidc-client-aud-untrusted",
            "further audiences do not count",
            ["client-aud-untrusted" => "warn"];
        FirstOfTwo = "first-of-two-claims", breaks "oidc-client-claim-twice",
            "of a claim that is there twice the first counts",
            ["client-claims-twice" => "fail"];
        AzpIgnored = "azp-ignored", breaks "oidc-client-azp",
            "azp is not read",
            ["client-azp-wrong" => "info:accepted"];
        AzpWanted = "azp-wanted", breaks "oidc-client-azp-absent",
            "a token for several audiences has to name its azp",
            ["client-azp-absent" => "info:refused"];
        NonceNotCompared = "nonce-not-compared", breaks "oidc-client-nonce",
            "nonce is sent and never compared",
            ["client-nonce-wrong" => "fail", "client-nonce-missing" => "fail"];
        NonceOptional = "nonce-optional", breaks "oidc-client-nonce",
            "a token without nonce is taken",
            ["client-nonce-missing" => "fail"];
        SubOptional = "sub-optional", breaks "oidc-client-sub",
            "whoever has no sub that can be read is a guest",
            ["client-sub-missing" => "warn", "client-sub-type" => "warn"];
        SubPrinted = "sub-printed", breaks "oidc-client-claim-type",
            "a sub that is an object is printed and taken for a name",
            ["client-sub-type" => "warn"];
        SubLong = "sub-long-refused", breaks "oidc-client-sub-long",
            "a sub of more than 255 characters is refused",
            ["client-sub-long" => "info:refused"];
        UnknownRefused = "unknown-claims-refused", breaks "oidc-client-claims-unknown",
            "a token with claims that the client does not know is refused",
            ["client-claims-unknown" => "fail", "client-token-huge" => "info:refused"];
        HugeRefused = "huge-token-refused", breaks "oidc-client-token-huge",
            "a token of more than 8,192 characters is refused",
            ["client-token-huge" => "info:refused"];
        AtHash = "at-hash-not-compared", breaks "oidc-client-at-hash",
            "at_hash is not compared, which is lawful for a token from the token endpoint",
            ["client-at-hash-wrong" => "info:accepted"];
    }
}

flaws! {
    /// When a client takes a token for good.
    pub enum TimeFlaw {
        ExpIgnored = "exp-ignored", breaks "oidc-client-exp",
            "exp is not read",
            [
                "client-exp-past" => "fail",
                "client-exp-past-minutes" => "warn",
                "client-exp-past-minute" => "info:accepted",
                "client-exp-missing" => "fail",
                "client-exp-text" => "warn",
            ];
        ExpOptional = "exp-optional", breaks "oidc-client-exp",
            "a token without exp is good for ever",
            ["client-exp-missing" => "fail"];
        LeewayHour = "exp-leeway-hour", breaks "oidc-client-exp",
            "a token is good for an hour after exp",
            ["client-exp-past-minutes" => "warn", "client-exp-past-minute" => "info:accepted"];
        LeewayMinutes = "exp-leeway-minutes", breaks "oidc-client-exp",
            "a token is good for five minutes after exp",
            ["client-exp-past-minute" => "info:accepted"];
        ExpText = "exp-text-read", breaks "oidc-client-claim-type",
            "an exp that is a string is read as a number",
            ["client-exp-text" => "warn"];
        IatOptional = "iat-optional", breaks "oidc-client-iat",
            "a token without iat is taken",
            ["client-iat-missing" => "info:accepted"];
        IatOld = "iat-old-refused", breaks "oidc-client-iat-old",
            "a token that was made an hour ago is refused",
            ["client-iat-old" => "info:refused"];
        AuthTime = "auth-time-ignored", breaks "oidc-client-max-age",
            "max_age is sent and auth_time never looked at",
            ["client-max-age-exceeded" => "warn"];
    }
}
