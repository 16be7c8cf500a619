//! Flaws in how clients register, and in how requests are pushed.

use crate::double::flaw::flaws;

flaws! {
    /// What the double does wrong when clients register.
    pub enum ClientRegistrationFlaw {
        Open = "registration-open", breaks "oauth2-registration-open",
            "registers anybody, and looks at no initial access token",
            ["issuer-registration-open" => "info:open", "issuer-registration-token-wrong" => "fail"];
        TokenUnread = "registration-token-unread", breaks "oauth2-registration-guard",
            "takes any initial access token",
            ["issuer-registration-token-wrong" => "fail"];
        HttpImplicit = "registration-http-implicit", breaks "oauth2-registration-redirect",
            "registers web clients of the implicit grant with plain http",
            ["issuer-registration-http-implicit" => "fail"];
        LocalhostImplicit = "registration-localhost-implicit", breaks "oauth2-registration-redirect",
            "registers web clients of the implicit grant with localhost",
            ["issuer-registration-localhost-implicit" => "fail"];
        HttpNative = "registration-http-native", breaks "oauth2-registration-redirect",
            "registers native clients with plain http on a public host",
            ["issuer-registration-http-native" => "fail", "issuer-registration-redirect-error" => "skip"];
        RedirectError = "registration-redirect-error", breaks "oauth2-registration-redirect-error",
            "refuses a bad redirect URI with 422",
            ["issuer-registration-redirect-error" => "warn"];
        TwoKeySets = "registration-two-key-sets", breaks "oauth2-registration-key-sets",
            "registers jwks and jwks_uri together",
            ["issuer-registration-key-sets" => "fail"];
        UnknownRefused = "registration-unknown-refused", breaks "oauth2-registration-unknown",
            "refuses metadata that it does not know",
            ["issuer-registration-unknown" => "fail"];
        NotReturned = "registration-not-returned", breaks "oauth2-registration-returned",
            "leaves the redirect URIs out of its answer",
            ["issuer-registration-returned" => "fail"];
        Status = "registration-status", breaks "oauth2-registration-status",
            "answers a registration with 200",
            ["issuer-registration-status" => "warn"];
        SecretExpiry = "registration-secret-expiry", breaks "oauth2-registration-secret",
            "gives a secret without client_secret_expires_at",
            ["issuer-registration-secret-expiry" => "fail"];
        UriMissing = "registration-uri-missing", breaks "oauth2-registration-management-pair",
            "gives a registration access token without registration_client_uri",
            ["issuer-registration-pair" => "fail", "issuer-registration-read-wrong" => "unsupported",
             "issuer-registration-update-wrong" => "unsupported", "issuer-registration-delete-wrong" => "unsupported",
             "issuer-registration-absent" => "unsupported", "issuer-registration-deleted" => "unsupported"];
        SecretShared = "registration-secret-shared", breaks "oauth2-registration-unique",
            "gives every client the same secret",
            ["issuer-registration-unique" => "fail"];
        ReadUnguarded = "registration-read-unguarded", breaks "oauth2-registration-access-token",
            "shows a registration to any token",
            ["issuer-registration-read-wrong" => "fail"];
        UpdateUnguarded = "registration-update-unguarded", breaks "oauth2-registration-access-token",
            "changes a registration for any token",
            ["issuer-registration-update-wrong" => "fail"];
        DeleteUnguarded = "registration-delete-unguarded", breaks "oauth2-registration-access-token",
            "deletes a registration for any token",
            ["issuer-registration-delete-wrong" => "fail"];
        Absent = "registration-absent-404", breaks "oauth2-registration-access-token",
            "answers 404 for a client that is not there",
            ["issuer-registration-absent" => "fail", "issuer-registration-deleted" => "fail"];
        Deleted = "registration-deleted-lives", breaks "oauth2-registration-deleted",
            "answers 204 and keeps the client",
            ["issuer-registration-deleted" => "fail"];
    }
}

flaws! {
    /// What the double does wrong with pushed authorization requests.
    pub enum PushedFlaw {
        Status = "par-status", breaks "oauth2-par-answer",
            "answers a pushed request with 200",
            ["issuer-par-status" => "fail"];
        ExpiresMissing = "par-expires-in-missing", breaks "oauth2-par-answer",
            "answers a pushed request without expires_in",
            ["issuer-par-answer" => "fail", "issuer-par-expired" => "skip"];
        Same = "par-same-uri", breaks "oauth2-par-answer",
            "gives the requests of a client one request_uri",
            ["issuer-par-distinct" => "fail"];
        Unauthenticated = "par-unauthenticated", breaks "oauth2-par-authentication",
            "takes pushed requests without looking who pushes",
            ["issuer-par-unauthenticated" => "fail"];
        Audience = "par-audience-own-refused", breaks "oauth2-par-audience",
            "refuses assertions that name the pushed request endpoint",
            ["issuer-par-audience" => "fail"];
        Nested = "par-request-uri", breaks "oauth2-par-request-uri",
            "takes a pushed request that has a request_uri",
            ["issuer-par-request-uri" => "fail"];
        Unbound = "par-unbound", breaks "oauth2-par-bound",
            "lets another client use a request_uri",
            ["issuer-par-other-client" => "fail"];
        ExpiredTaken = "par-expired-taken", breaks "oauth2-par-expiry",
            "takes a request_uri after its lifetime",
            ["issuer-par-expired" => "fail"];
        Reused = "par-reused", breaks "oauth2-par-once",
            "takes a request_uri as often as it comes",
            ["issuer-par-reused" => "warn"];
    }
}
