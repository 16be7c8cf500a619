//! Flaws in what becomes of tokens that were given: refresh, revocation, introspection.

use crate::double::flaw::flaws;

flaws! {
    /// What the double does wrong when tokens are refreshed.
    pub enum RefreshFlaw {
        Unauthenticated = "refresh-unauthenticated", breaks "oauth2-token-client-authentication",
            "refreshes without looking who asks",
            ["issuer-refresh-unauthenticated" => "fail"];
        Unbound = "refresh-unbound", breaks "oauth2-refresh-bound",
            "refreshes for another client than the one that was given the token",
            ["issuer-refresh-other-client" => "fail"];
        AnyToken = "refresh-any-token", breaks "oauth2-refresh-valid",
            "takes a refresh token that it never gave for one of its first user",
            ["issuer-refresh-unknown" => "fail"];
        UnknownError = "refresh-unknown-error", breaks "oauth2-refresh-valid",
            "refuses an unknown refresh token with invalid_request",
            ["issuer-refresh-unknown" => "warn"];
        ScopeWider = "refresh-scope-wider", breaks "oauth2-refresh-scope",
            "gives whatever scope is asked when refreshing",
            ["issuer-refresh-scope-wider" => "fail"];
        ScopeShrinks = "refresh-scope-shrinks", breaks "oauth2-refresh-scope-kept",
            "narrows the new refresh token with the access token",
            ["issuer-refresh-scope-kept" => "fail"];
        Kept = "refresh-kept", breaks "oauth2-refresh-rotation",
            "keeps one refresh token for good",
            ["issuer-refresh-rotation" => "info:kept", "issuer-refresh-family" => "skip"];
        Reused = "refresh-reused", breaks "oauth2-refresh-rotation",
            "gives new refresh tokens and goes on taking the old ones",
            ["issuer-refresh-rotation" => "info:reused", "issuer-refresh-family" => "skip"];
        FamilyLives = "refresh-family-lives", breaks "oauth2-refresh-family",
            "refuses a replaced refresh token and leaves its family alone",
            ["issuer-refresh-family" => "warn"];
        IdTokenSubject = "refresh-id-token-sub", breaks "oidc-refresh-id-token",
            "writes another sub into ID tokens when refreshing",
            ["issuer-refresh-id-token" => "fail"];
        IdTokenNonce = "refresh-id-token-nonce", breaks "oidc-refresh-id-token",
            "writes a nonce of its own into ID tokens when refreshing",
            ["issuer-refresh-id-token-nonce" => "fail"];
        IdTokenTime = "refresh-id-token-auth-time", breaks "oidc-refresh-id-token",
            "writes the time of refreshing as auth_time",
            ["issuer-refresh-id-token-auth-time" => "fail"];
    }
}

flaws! {
    /// What the double does wrong when tokens are revoked.
    pub enum RevocationFlaw {
        UnknownError = "revocation-unknown-error", breaks "oauth2-revocation-unknown",
            "answers 400 for a token that it does not know",
            ["issuer-revocation-unknown" => "warn"];
        Unauthenticated = "revocation-unauthenticated", breaks "oauth2-revocation-authentication",
            "revokes without looking who asks",
            ["issuer-revocation-unauthenticated" => "fail"];
        Unbound = "revocation-unbound", breaks "oauth2-revocation-bound",
            "revokes the tokens of other clients",
            ["issuer-revocation-other-client" => "fail"];
        Nothing = "revocation-without-effect", breaks "oauth2-revocation-refresh-token",
            "answers 200 and revokes no refresh token",
            ["issuer-revocation-refresh" => "fail", "issuer-revocation-refresh-access" => "skip", "issuer-revocation-hint" => "skip",
             "issuer-introspection-revoked" => "skip"];
        AccessOfRefresh = "revocation-refresh-access-lives", breaks "oauth2-revocation-access-token",
            "leaves access tokens alive when their refresh token is revoked",
            ["issuer-revocation-refresh-access" => "warn"];
        AccessLives = "revocation-access-lives", breaks "oauth2-revocation-access-token",
            "answers 200 for access tokens and leaves them alive",
            ["issuer-revocation-access" => "info:lives", "issuer-revocation-refresh-access" => "unsupported"];
        HintBelieved = "revocation-hint-believed", breaks "oauth2-token-type-hint",
            "looks for a token where the hint says and nowhere else",
            ["issuer-revocation-hint" => "fail"];
    }
}

flaws! {
    /// What the double does wrong when tokens are introspected.
    pub enum IntrospectionFlaw {
        Open = "introspection-open", breaks "oauth2-introspection-guard",
            "introspects for anybody",
            ["issuer-introspection-unauthenticated" => "fail"];
        GuardStatus = "introspection-guard-status", breaks "oauth2-introspection-guard",
            "refuses introspection without authentication with 400",
            ["issuer-introspection-unauthenticated" => "warn"];
        ActiveText = "introspection-active-text", breaks "oauth2-introspection-form",
            "sends active as text",
            ["issuer-introspection-form" => "fail"];
        UnknownError = "introspection-unknown-error", breaks "oauth2-introspection-inactive",
            "answers 400 for a token that it does not know",
            ["issuer-introspection-unknown" => "fail", "issuer-introspection-silent" => "skip",
             "issuer-introspection-revoked" => "fail", "issuer-introspection-expired" => "fail"];
        Reason = "introspection-reason", breaks "oauth2-introspection-silent",
            "says why a token is not active",
            ["issuer-introspection-silent" => "warn"];
        RevokedActive = "introspection-revoked-active", breaks "oauth2-introspection-inactive",
            "takes revoked tokens for active",
            ["issuer-introspection-revoked" => "fail"];
        ExpiredActive = "introspection-expired-active", breaks "oauth2-introspection-inactive",
            "takes tokens for active that have ended",
            ["issuer-introspection-expired" => "fail"];
        HintBelieved = "introspection-hint-believed", breaks "oauth2-token-type-hint",
            "looks for a token where the hint says and nowhere else",
            ["issuer-introspection-hint" => "fail"];
    }
}
