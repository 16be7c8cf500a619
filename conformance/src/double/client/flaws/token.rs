//! Flaws of clients at the token and userinfo endpoints.

use super::unasked::ID_TOKENS;
use crate::double::flaw::flaws;

flaws! {
    /// How a client asks for tokens, and what it does with the answer.
    pub enum TokenFlaw {
        SecretInUrl = "secret-in-address", breaks "oauth2-client-token-post",
            "the code stands in the address of the token request as well",
            ["client-token-request-post" => "fail"];
        ByGet = "token-asked-by-get", breaks "oauth2-client-token-post",
            "a token is asked for by GET, with everything in the address",
            ["client-token-request-post" => "fail", "client-refresh-auth" => "fail"];
        InAddress = "token-request-in-address", breaks "oauth2-client-token-post",
            "a token is asked for by POST, with everything in the address",
            ["client-token-request-post" => "fail"];
        TwoWays = "two-ways-at-once", breaks "oauth2-client-token-auth",
            "the secret stands in the header and in the body",
            ["client-token-request-auth" => "fail"];
        OtherWay = "other-way-than-registered", breaks "oauth2-client-token-auth",
            "the secret stands in the body, although Basic was registered",
            ["client-token-request-method" => "warn"];
        NoRedirectUri = "redirect-uri-left-out", breaks "oauth2-client-token-redirect-uri",
            "the token request has no redirect_uri",
            ["client-token-request-redirect-uri" => "fail"];
        Twice = "code-sent-twice", breaks "oauth2-client-code-once",
            "each code is exchanged twice",
            ["client-token-request-once" => "fail", "client-token-request-retry" => "warn"];
        Retried = "code-sent-again", breaks "oauth2-client-code-once",
            "after a failure of the token endpoint the code is sent again",
            ["client-token-request-retry" => "warn"];
        UnknownRefused = "unknown-members-refused", breaks "oauth2-client-token-unknown",
            "a token response with members that the client does not know is refused",
            ["client-token-members-unknown" => "fail"];
        TypeCase = "token-type-case-counts", breaks "oauth2-client-token-type-case",
            "token_type has to be spelt Bearer",
            ["client-token-type-case" => "warn"];
        TypeIgnored = "token-type-ignored", breaks "oauth2-client-token-type-unknown",
            "token_type is not read",
            ["client-token-type-unknown" => "fail"];
        LifetimeWanted = "lifetime-wanted", breaks "oauth2-client-optional-absent",
            "a token response without expires_in is refused",
            ["client-token-lifetime-absent" => "warn"];
        RefreshWanted = "refresh-token-wanted", breaks "oauth2-client-optional-absent",
            "a token response without refresh_token is refused",
            ["client-token-refresh-absent" => "warn"];
        ErrorSignsIn = "token-error-signs-in", breaks "oauth2-client-token-error",
            "whoever comes back while the code is refused is the last user again",
            ["client-token-error" => "fail", "client-code-injected" => "info:own"];
        UserinfoInstead = "userinfo-instead-of-id-token", breaks "oidc-client-id-token-absent",
            "without an ID token the userinfo endpoint says who signed in",
            ["client-token-id-token-absent" => "info:accepted"];
        IdTokenIgnored = "id-token-ignored", breaks "oidc-client-id-token-validated",
            "the ID token is not read: the userinfo endpoint says who signed in",
            [
                "client-id-token-read" => "fail",
                "client-token-id-token-absent" => "info:accepted",
                "client-userinfo-lost" => "info:refused",
            ], unasked ID_TOKENS;
        FailsAlong = "fails-with-the-issuer", breaks "oauth2-client-token-lost",
            "a failure of the token endpoint becomes a failure of the client",
            ["client-token-lost" => "info:failed"];
    }
}

flaws! {
    /// What a client does with the userinfo endpoint.
    pub enum UserinfoFlaw {
        Never = "userinfo-never-asked", breaks "oidc-client-userinfo-error",
            "the userinfo endpoint is never asked, which is lawful",
            [
                "client-token-type-unknown" => "unsupported",
                "client-userinfo-sub-differs" => "unsupported",
                "client-userinfo-sub-missing" => "unsupported",
                "client-userinfo-bearer" => "unsupported",
                "client-userinfo-bearer-query" => "unsupported",
                "client-userinfo-lost" => "unsupported",
            ];
        SubNotCompared = "userinfo-sub-not-compared", breaks "oidc-client-userinfo-sub",
            "claims of the userinfo endpoint are used, whoever they speak of",
            ["client-userinfo-sub-differs" => "fail", "client-userinfo-sub-missing" => "fail"];
        SubOptional = "userinfo-sub-optional", breaks "oidc-client-userinfo-sub",
            "claims of the userinfo endpoint without sub are used",
            ["client-userinfo-sub-missing" => "fail"];
        TwoWays = "access-token-in-two-ways", breaks "oauth2-client-bearer",
            "the access token stands in the header and in the address",
            ["client-userinfo-bearer" => "fail", "client-userinfo-bearer-query" => "warn"];
        InQuery = "access-token-in-address", breaks "oauth2-client-bearer-query",
            "the access token stands in the address",
            ["client-userinfo-bearer-query" => "warn"];
        Wanted = "userinfo-wanted", breaks "oidc-client-userinfo-error",
            "without an answer of the userinfo endpoint nobody is signed in",
            ["client-userinfo-lost" => "info:refused"];
    }
}

flaws! {
    /// What a client does when its access token has expired.
    pub enum RefreshFlaw {
        OldSent = "old-refresh-token-sent", breaks "oauth2-client-refresh-discards",
            "a new refresh token is not stored",
            ["client-refresh-discards" => "fail"];
        Forgotten = "refresh-token-forgotten", breaks "oauth2-client-refresh-kept",
            "the refresh token is dropped where the answer brings no new one",
            ["client-refresh-kept" => "warn"];
        Unauthenticated = "refresh-unauthenticated", breaks "oauth2-client-refresh-request",
            "a refresh request has no secret",
            [
                "client-refresh-auth" => "fail",
                "client-refresh-discards" => "skip",
                "client-refresh-kept" => "skip",
                "client-refresh-refused" => "info:tries again",
            ];
        MoreScope = "refresh-asks-for-more", breaks "oauth2-client-refresh-request",
            "a refresh request asks for the scope admin",
            ["client-refresh-scope" => "fail"];
        TriesAgain = "refused-refresh-repeated", breaks "oauth2-client-refresh-refused",
            "a refresh token that was refused is sent again",
            ["client-refresh-refused" => "info:tries again"];
    }
}
