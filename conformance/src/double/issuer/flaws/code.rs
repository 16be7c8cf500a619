//! Flaws in how codes are redeemed.

use crate::double::flaw::flaws;

flaws! {
    /// What an issuer does wrong with codes.
    pub enum CodeFlaw {
        VerifierIgnored = "verifier-ignored", breaks "oauth2-pkce-verifier",
            "never looks at code_verifier", [
            "issuer-code-verifier-wrong" => "fail", "issuer-code-verifier-missing" => "fail",
            "issuer-code-verifier-plain" => "fail", "issuer-code-verifier-short" => "info:granted",
        ];
        VerifierErrorName = "verifier-error-name", breaks "oauth2-pkce-verifier",
            "calls a wrong code_verifier an invalid_request", ["issuer-code-verifier-wrong" => "fail"];
        VerifierOptional = "verifier-optional", breaks "oauth2-pkce-verifier-missing",
            "redeems a code with a challenge without a verifier", ["issuer-code-verifier-missing" => "fail"];
        VerifierUnasked = "verifier-unasked", breaks "oauth2-pkce-downgrade",
            "passes over a code_verifier where no code_challenge came before", ["issuer-code-verifier-unasked" => "warn"];
        PlainTaken = "verifier-plain", breaks "oauth2-pkce-method-bound",
            "takes the challenge itself for the verifier", ["issuer-code-verifier-plain" => "fail"];
        ShortVerifier = "verifier-short", breaks "oauth2-pkce-verifier-length",
            "takes verifiers of any length", ["issuer-code-verifier-short" => "info:granted"];
        Reusable = "code-reusable", breaks "oauth2-code-once",
            "redeems a code as often as somebody asks", [
            "issuer-code-twice" => "fail", "issuer-code-twice-later" => "fail", "issuer-code-parallel" => "fail",
            "issuer-code-reuse-tokens" => "skip",
        ];
        GraceTime = "code-grace", breaks "oauth2-code-once",
            "redeems a code again within ten seconds", [
            "issuer-code-twice" => "fail", "issuer-code-parallel" => "fail", "issuer-code-reuse-tokens" => "skip",
        ];
        UsedLate = "code-used-late", breaks "oauth2-code-once",
            "forgets after ten seconds that a code was used", ["issuer-code-twice-later" => "fail"];
        Race = "code-race", breaks "oauth2-code-once",
            "redeems a code for everybody who comes at the same moment", [
            "issuer-code-parallel" => "fail", "issuer-code-reuse-tokens" => "skip",
        ];
        ReuseUnpunished = "code-reuse-unpunished", breaks "oauth2-code-reuse-revokes",
            "leaves the tokens of a code alone that is used again", ["issuer-code-reuse-tokens" => "warn"];
        AnyClient = "code-any-client", breaks "oauth2-code-client",
            "redeems the code of one client for another", ["issuer-code-other-client" => "fail"];
        OtherClientName = "code-client-error-name", breaks "oauth2-code-client",
            "calls the code of another client an invalid_request", ["issuer-code-other-client" => "warn"];
        RedirectUnchecked = "code-redirect-unchecked", breaks "oauth2-code-redirect",
            "does not compare redirect_uri when a code is redeemed", [
            "issuer-code-redirect-other" => "fail", "issuer-code-redirect-omitted" => "fail",
        ];
        RedirectOmitted = "code-redirect-omitted", breaks "oauth2-code-redirect",
            "redeems a code without the redirect_uri of its request", ["issuer-code-redirect-omitted" => "fail"];
        LongLived = "code-long-lived", breaks "oauth2-code-lifetime",
            "keeps codes for a day", ["issuer-code-lifetime" => "warn"];
    }
}
