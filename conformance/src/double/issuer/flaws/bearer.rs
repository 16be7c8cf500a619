//! Flaws in how `UserInfo` looks at access tokens, and in what it answers.

use crate::double::flaw::flaws;

flaws! {
    /// What the double does wrong at its `UserInfo` endpoint.
    pub enum BearerFlaw {
        PostRefused = "userinfo-post-refused", breaks "oidc-userinfo-answer",
            "answers UserInfo by GET alone",
            ["issuer-userinfo-post" => "fail"];
        SubjectMissing = "userinfo-sub-missing", breaks "oidc-userinfo-answer",
            "leaves sub out of UserInfo",
            ["issuer-userinfo-get" => "fail", "issuer-userinfo-sub" => "skip"];
        SubjectOther = "userinfo-sub-other", breaks "oidc-userinfo-sub",
            "sends the internal number of the user as sub of UserInfo",
            ["issuer-userinfo-sub" => "fail"];
        MediaType = "userinfo-media-type", breaks "oidc-userinfo-answer",
            "sends UserInfo as text/html",
            ["issuer-userinfo-media-type" => "fail"];
        NullClaims = "userinfo-null-claims", breaks "oidc-userinfo-empty",
            "sends null for claims without a value",
            ["issuer-userinfo-empty" => "warn"];
        ClientToken = "userinfo-client-token", breaks "oidc-userinfo-user",
            "answers UserInfo to a client's own token",
            ["issuer-userinfo-client-token" => "warn"];
        ChallengeMissing = "bearer-challenge-missing", breaks "oauth2-bearer-challenge",
            "refuses a request without token without WWW-Authenticate",
            ["issuer-bearer-none-challenge" => "fail", "issuer-bearer-none-error" => "skip"];
        ChallengeBare = "bearer-challenge-bare", breaks "oauth2-bearer-challenge",
            "sends WWW-Authenticate: Bearer without a parameter",
            ["issuer-bearer-none-challenge" => "fail"];
        NoneStatus = "bearer-none-status", breaks "oauth2-bearer-error",
            "refuses a request without token with 400",
            ["issuer-bearer-none-status" => "warn"];
        NoneError = "bearer-none-error", breaks "oauth2-bearer-error",
            "names an error where no token came",
            ["issuer-bearer-none-error" => "warn"];
        AlteredServed = "bearer-signature-unread", breaks "oauth2-bearer-valid",
            "does not verify the signature of access tokens",
            ["issuer-bearer-altered" => "fail", "issuer-bearer-altered-challenge" => "skip", "issuer-bearer-altered-error" => "skip",
             "issuer-bearer-stranger" => "fail", "issuer-bearer-challenge-once" => "skip"];
        StrangerServed = "bearer-stranger", breaks "oauth2-bearer-valid",
            "verifies access tokens with the key that stands in their header",
            ["issuer-bearer-stranger" => "fail"];
        Unsigned = "bearer-unsigned", breaks "oauth2-bearer-valid",
            "takes access tokens with alg none",
            ["issuer-bearer-alg-none" => "fail"];
        PublicKeyAsSecret = "bearer-public-key-as-secret", breaks "oauth2-bearer-valid",
            "verifies HS256 of access tokens with the public key for a secret",
            ["issuer-bearer-public-key-as-secret" => "fail"];
        ExpiredServed = "bearer-expiry-unread", breaks "oauth2-bearer-valid",
            "takes access tokens that have ended",
            ["issuer-bearer-expired" => "fail"];
        AlteredChallenge = "bearer-altered-challenge-missing", breaks "oauth2-bearer-challenge",
            "refuses a bad token without WWW-Authenticate",
            ["issuer-bearer-altered-challenge" => "fail", "issuer-bearer-altered-error" => "warn", "issuer-bearer-challenge-once" => "skip"];
        AlteredError = "bearer-altered-error", breaks "oauth2-bearer-error",
            "refuses a bad token with 403 insufficient_scope",
            ["issuer-bearer-altered-error" => "warn"];
        ChallengeTwice = "bearer-challenge-error-twice", breaks "oauth2-bearer-challenge-once",
            "names the error twice in its challenge",
            ["issuer-bearer-challenge-once" => "fail"];
        Several = "bearer-several", breaks "oauth2-bearer-several",
            "takes the token of the header when one stands in the body too",
            ["issuer-bearer-several" => "info:accepted"];
        Query = "bearer-query", breaks "oauth2-bearer-query",
            "takes tokens from the query",
            ["issuer-bearer-query" => "info:accepted"];
        SchemeCase = "bearer-scheme-case", breaks "oauth2-bearer-scheme-case",
            "takes `Bearer` and not `bearer`",
            ["issuer-bearer-scheme-case" => "warn"];
        IdToken = "bearer-id-token", breaks "oauth2-bearer-id-token",
            "takes an ID token for an access token",
            ["issuer-bearer-id-token" => "warn"];
    }
}
