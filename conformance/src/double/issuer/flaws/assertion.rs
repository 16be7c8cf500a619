//! Flaws in how client assertions are looked at.

use crate::double::flaw::flaws;

flaws! {
    /// What the double does wrong with client assertions.
    pub enum AssertionFlaw {
        TypeUnread = "assertion-type-unread", breaks "oauth2-assertion-type",
            "takes an assertion whatever client_assertion_type says",
            ["issuer-assertion-type" => "warn"];
        IssMissing = "assertion-iss-missing-taken", breaks "oauth2-assertion-client",
            "takes assertions without iss",
            ["issuer-assertion-iss-missing" => "fail"];
        IssOther = "assertion-iss-unread", breaks "oauth2-assertion-issuer",
            "does not compare iss with the client id",
            ["issuer-assertion-iss-other" => "warn"];
        SubMissing = "assertion-sub-missing-taken", breaks "oauth2-assertion-client",
            "takes assertions without sub and finds the client by iss",
            ["issuer-assertion-sub-missing" => "fail"];
        SubOther = "assertion-sub-unread", breaks "oauth2-assertion-client",
            "finds the client by iss and does not look at sub",
            ["issuer-assertion-sub-other" => "fail"];
        ErrorOther = "assertion-error-other", breaks "oauth2-assertion-error",
            "refuses bad assertions with invalid_request",
            ["issuer-assertion-error" => "fail"];
        AudOther = "assertion-aud-unread", breaks "oauth2-assertion-audience",
            "does not look at what aud says",
            ["issuer-assertion-aud-foreign" => "fail"];
        AudMissing = "assertion-aud-missing-taken", breaks "oauth2-assertion-audience",
            "takes assertions without aud",
            ["issuer-assertion-aud-missing" => "fail"];
        AudArrayRefused = "assertion-aud-array-refused", breaks "oauth2-assertion-audience-forms",
            "refuses an array as aud",
            ["issuer-assertion-aud-array" => "warn"];
        AudIssuerRefused = "assertion-aud-issuer-refused", breaks "oauth2-assertion-audience-forms",
            "takes nothing but the token endpoint as aud",
            ["issuer-assertion-aud-name" => "info:refused", "issuer-par-audience" => "fail"];
        ExpPast = "assertion-exp-unread", breaks "oauth2-assertion-expiry",
            "takes assertions that have ended",
            ["issuer-assertion-exp-past" => "fail"];
        ExpMissing = "assertion-exp-missing-taken", breaks "oauth2-assertion-expiry",
            "takes assertions without end",
            ["issuer-assertion-exp-missing" => "fail"];
        NbfAhead = "assertion-nbf-unread", breaks "oauth2-assertion-not-before",
            "takes assertions before their nbf",
            ["issuer-assertion-nbf-ahead" => "fail"];
        IatAheadRefused = "assertion-iat-ahead-refused", breaks "oauth2-assertion-free",
            "refuses assertions that were made in the future",
            ["issuer-assertion-iat-ahead" => "info:refused"];
        JtiMissingRefused = "assertion-jti-missing-refused", breaks "oauth2-assertion-free",
            "refuses assertions without jti",
            ["issuer-assertion-jti-missing" => "info:refused"];
        KidUnknown = "assertion-kid-strict", breaks "oauth2-assertion-free",
            "refuses assertions whose kid is not in the client's key set",
            ["issuer-assertion-kid-unknown" => "info:refused"];
        Replayed = "assertion-replayed", breaks "oauth2-assertion-once",
            "takes an assertion as often as it comes",
            ["issuer-assertion-jti-replayed" => "info:granted"];
        Unsigned = "assertion-unsigned-taken", breaks "oauth2-assertion-signature",
            "takes assertions with alg none",
            ["issuer-assertion-alg-none" => "fail"];
        PublicKeyAsSecret = "assertion-public-key-as-secret", breaks "oauth2-assertion-signature",
            "verifies HS256 with the public key in PEM for a secret",
            ["issuer-assertion-public-key-as-secret" => "fail"];
        SignatureUnread = "assertion-signature-unread", breaks "oauth2-assertion-signature",
            "does not verify the signature when kid names a key of the client",
            ["issuer-assertion-signature-altered" => "fail", "issuer-assertion-error" => "skip"];
        KeyOfHeader = "assertion-key-of-header", breaks "oauth2-assertion-signature",
            "verifies with the key that stands in the header",
            ["issuer-assertion-header-key" => "fail"];
        KeyOfAnybody = "assertion-key-of-anybody", breaks "oauth2-assertion-signature",
            "verifies with the keys of all clients",
            ["issuer-assertion-other-key" => "fail"];
        AlgorithmOther = "assertion-algorithm-unread", breaks "oauth2-assertion-algorithm",
            "does not compare alg with token_endpoint_auth_signing_alg",
            ["issuer-assertion-algorithm" => "fail"];
        CriticalUnread = "assertion-critical-unread", breaks "oauth2-assertion-critical",
            "does not look at crit",
            ["issuer-assertion-critical" => "fail"];
        ClientIdUnread = "assertion-client-id-unread", breaks "oauth2-assertion-client-id",
            "does not compare client_id with the assertion",
            ["issuer-assertion-client-id" => "warn"];
        FirstOfTwo = "assertion-first-of-two", breaks "oauth2-assertion-one",
            "takes the first of two assertions in one parameter",
            ["issuer-assertion-two" => "warn"];
    }
}
