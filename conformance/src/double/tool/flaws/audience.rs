//! Flaws in checking who sent a token and for whom.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with `iss`, `aud` and `azp`.
    pub enum AudienceFlaw {
        IssOptional = "iss-optional", breaks "lti13-token-iss-missing",
            "compares the issuer only if the token names one", ["tool-iss-missing" => "fail"];
        IssNotCompared = "iss-not-compared", breaks "lti13-token-iss",
            "wants an issuer and does not compare it", [
            "tool-iss-foreign" => "fail", "tool-iss-case" => "fail", "tool-iss-slash" => "fail",
        ];
        IssCaseFolded = "iss-case-folded", breaks "lti13-token-iss",
            "compares issuers without case", ["tool-iss-case" => "fail"];
        IssSlashTrimmed = "iss-slash-trimmed", breaks "lti13-token-iss",
            "ignores a slash at the end of an issuer", ["tool-iss-slash" => "fail"];
        PlatformFromToken = "platform-from-token", breaks "lti13-token-iss",
            "looks the platform up by the token and forgets which one the login was for", [
            "tool-iss-other-registered" => "fail",
        ];
        AudOptional = "aud-optional", breaks "lti13-token-aud-missing",
            "compares the audience only if the token names one", ["tool-aud-missing" => "fail"];
        AudNotCompared = "aud-not-compared", breaks "lti13-token-aud",
            "wants an audience and does not compare it", [
            "tool-aud-foreign" => "fail", "tool-aud-prefix" => "fail", "tool-aud-array-foreign" => "fail",
            "tool-aud-extra" => "warn", "tool-aud-second" => "warn", "tool-azp-client-aud-foreign" => "fail",
            "tool-azp-missing-many" => "warn", "tool-claim-duplicate" => "skip"];
        AudSubstring = "aud-substring", breaks "lti13-token-aud",
            "looks whether the audience contains the client id, also when it is one string", ["tool-aud-prefix" => "fail"];
        AudArrayUnchecked = "aud-array-unchecked", breaks "lti13-token-aud",
            "compares the audience only when it is a string", [
            "tool-aud-array-foreign" => "fail", "tool-aud-extra" => "warn", "tool-aud-second" => "warn",
            "tool-azp-missing-many" => "warn",
        ];
        AudArrayRefused = "aud-array-refused", breaks "lti13-tool-aud-array",
            "takes an audience only as one string", ["tool-aud-array-one" => "fail"];
        AudFirstOnly = "aud-first-only", breaks "lti13-token-aud-untrusted",
            "looks at the first audience alone", [
            "tool-aud-extra" => "warn", "tool-azp-missing-many" => "warn",
        ];
        AudOthersTrusted = "aud-others-trusted", breaks "lti13-token-aud-untrusted",
            "trusts every further audience beside its own, where azp names it", [
            "tool-aud-extra" => "warn", "tool-aud-second" => "warn",
        ];
        AudOthersWithoutAzp = "aud-others-without-azp", breaks "lti13-token-azp-missing",
            "trusts every further audience and does not miss azp", [
            "tool-aud-extra" => "warn", "tool-aud-second" => "warn", "tool-azp-missing-many" => "warn",
        ];
        AudOthersAnyAzp = "aud-others-any-azp", breaks "lti13-token-azp",
            "trusts every further audience and never looks at azp", [
            "tool-aud-extra" => "warn", "tool-aud-second" => "warn", "tool-azp-missing-many" => "warn",
            "tool-azp-wrong-many" => "warn", "tool-azp-wrong" => "warn",
        ];
        AzpNotCompared = "azp-not-compared", breaks "lti13-token-azp",
            "does not look at azp", ["tool-azp-wrong" => "warn"];
        AzpRefused = "azp-refused", breaks "lti13-tool-azp-own",
            "refuses every token with an azp", ["tool-azp-client" => "warn"];
        AzpForAud = "azp-for-aud", breaks "lti13-token-aud",
            "takes a token for its own if azp names it, whoever the audience is", [
            "tool-azp-client-aud-foreign" => "fail", "tool-aud-extra" => "warn", "tool-aud-second" => "warn",
        ];
    }
}
