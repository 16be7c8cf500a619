//! Flaws in checking times, the nonce and the user of a token.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with the other claims of the Security Framework.
    pub enum ClaimFlaw {
        OnlyWhatIsThere = "only-what-is-there", breaks "lti13-token-aud-missing",
            "checks each claim only if it is there", [
            "tool-cert-tb04" => "warn", "tool-cert-tb05-b" => "fail", "tool-cert-tb06-a" => "warn",
            "tool-cert-tb06-b" => "fail", "tool-cert-tb08" => "warn", "tool-cert-tb09" => "warn",
            "tool-cert-tb10" => "warn", "tool-cert-tb11-a" => "warn", "tool-cert-tb11-b" => "warn",
            "tool-iss-missing" => "fail", "tool-aud-missing" => "fail", "tool-exp-missing" => "fail",
            "tool-iat-missing" => "warn", "tool-nonce-missing" => "fail", "tool-target-missing" => "info:accepted",
        ];
        ExpOptional = "exp-optional", breaks "lti13-token-exp-missing",
            "lets a token without exp live forever", ["tool-exp-missing" => "fail"];
        ExpNotCompared = "exp-not-compared", breaks "lti13-token-exp",
            "wants exp and does not compare it with the time", [
            "tool-cert-tb07" => "fail", "tool-exp-past" => "fail", "tool-exp-past-30m" => "warn",
            "tool-exp-past-2m" => "info:accepted",
        ];
        ExpHourLate = "exp-hour-late", breaks "lti13-token-exp",
            "allows an hour of leeway", ["tool-exp-past-30m" => "warn", "tool-exp-past-2m" => "info:accepted"];
        ExpMinutesLate = "exp-minutes-late", breaks "lti13-token-exp-leeway",
            "allows five minutes of leeway", ["tool-exp-past-2m" => "info:accepted"];
        ExpStringRead = "exp-string-read", breaks "lti13-token-claim-type",
            "reads a time that comes as a string", ["tool-exp-string" => "info:accepted"];
        ExpStringNotCompared = "exp-string-not-compared", breaks "lti13-token-claim-type",
            "compares exp only when it is a number", [
            "tool-exp-string" => "info:accepted", "tool-exp-string-past" => "warn",
        ];
        LifetimeLimited = "lifetime-limited", breaks "lti13-token-exp-far",
            "refuses tokens that live longer than a day", ["tool-exp-far" => "info:refused"];
        LifetimeWanted = "lifetime-wanted", breaks "lti13-tool-exp-short",
            "wants a token to be good for two minutes at least", ["tool-exp-short" => "warn"];
        FractionsRefused = "fractions-refused", breaks "lti13-tool-fractional-time",
            "refuses times with a fraction of a second", ["tool-exp-fraction" => "warn"];
        IatOptional = "iat-optional", breaks "lti13-token-iat-missing",
            "does not miss iat", ["tool-iat-missing" => "warn"];
        IatFutureRefused = "iat-future-refused", breaks "lti13-token-iat-future",
            "refuses tokens issued more than a minute ahead of its clock", ["tool-iat-future" => "info:refused"];
        ClockExact = "clock-exact", breaks "lti13-tool-clock-skew",
            "allows the platform's clock no second ahead of its own", [
            "tool-iat-ahead" => "warn", "tool-iat-future" => "info:refused",
        ];
        OldIatRefused = "old-iat-refused", breaks "lti13-token-iat-old",
            "refuses tokens issued more than ten minutes ago", ["tool-iat-old" => "info:refused"];
        NbfIgnored = "nbf-ignored", breaks "lti13-token-nbf",
            "does not know nbf", ["tool-nbf-future" => "warn"];
        NonceOptional = "nonce-optional", breaks "lti13-token-nonce-missing",
            "compares the nonce only if the token has one", ["tool-nonce-missing" => "fail"];
        NonceNotCompared = "nonce-not-compared", breaks "lti13-token-nonce",
            "wants a nonce, any nonce that it has not seen yet", [
            "tool-nonce-foreign" => "fail", "tool-nonce-other-browser" => "fail", "tool-nonce-other-login" => "warn",
        ];
        NonceOfAnyLogin = "nonce-of-any-login", breaks "lti13-token-nonce",
            "takes every nonce that it has issued and not seen again", [
            "tool-nonce-other-browser" => "fail", "tool-nonce-other-login" => "warn",
        ];
        NonceOfBrowser = "nonce-of-browser", breaks "lti13-token-nonce",
            "takes the nonce of any login that is open in this browser", ["tool-nonce-other-login" => "warn"];
        NonceOnceIssued = "nonce-once-issued", breaks "lti13-launch-nonce-replayed",
            "takes every nonce that it has ever issued, used or not", [
            "tool-nonce-other-login" => "warn", "tool-nonce-replayed" => "warn", "tool-nonce-other-browser" => "fail",
        ];
        SubAnyType = "sub-any-type", breaks "lti13-token-claim-type",
            "writes whatever sub is into a string", ["tool-sub-object" => "warn"];
        SubShortColumn = "sub-short-column", breaks "lti13-tool-sub-longest",
            "has a column of 100 characters for sub", ["tool-sub-255" => "warn", "tool-sub-256" => "info:refused"];
        SubLongRefused = "sub-long-refused", breaks "lti13-token-sub-length",
            "refuses a sub of more than 255 characters", ["tool-sub-256" => "info:refused"];
        SubAsciiOnly = "sub-ascii-only", breaks "lti13-token-sub-ascii",
            "refuses a sub with letters beyond ASCII", ["tool-sub-nonascii" => "info:refused"];
        SubRequired = "sub-required", breaks "lti13-token-sub-missing",
            "lets nobody in without sub", [
            "tool-cert-tb12-b" => "info:refused", "tool-sub-anonymous" => "info:refused",
        ];
        SubEmptyAccepted = "sub-empty-accepted", breaks "lti13-token-sub-empty",
            "takes the empty string for a user", ["tool-cert-tb12-a" => "warn"];
        SubCaseFolded = "sub-case-folded", breaks "lti13-tool-sub-case",
            "keeps its users by sub in lower case", ["tool-sub-case" => "warn"];
        UsersByEmail = "users-by-email", breaks "lti13-tool-identity-by-sub",
            "finds its users by e-mail address", ["tool-sub-same-email" => "warn"];
    }
}
