//! Flaws at the token endpoint: who may ask, and what is answered.

use crate::double::flaw::flaws;

flaws! {
    /// What the double does wrong at its token endpoint.
    pub enum TokenEndpointFlaw {
        Get = "token-get", breaks "oauth2-token-method",
            "answers GET at the token endpoint",
            ["issuer-token-get" => "info:granted"];
        Twice = "token-parameter-twice", breaks "oauth2-token-parameter-twice",
            "takes the first of repeated parameters",
            ["issuer-token-parameter-twice" => "info:granted"];
        UnknownRefused = "token-parameter-unknown-refused", breaks "oauth2-token-parameter-unknown",
            "refuses parameters that it does not know",
            ["issuer-token-parameter-unknown" => "fail"];
        EmptyRefused = "token-parameter-empty-refused", breaks "oauth2-token-parameter-empty",
            "refuses parameters without a value",
            ["issuer-token-parameter-empty" => "fail"];
        ClientIdSuffices = "token-client-id-suffices", breaks "oauth2-token-client-authentication",
            "takes a client id without a secret for a client that has one",
            ["issuer-token-client-missing" => "fail", "issuer-refresh-unauthenticated" => "fail",
             "issuer-revocation-unauthenticated" => "fail", "issuer-par-unauthenticated" => "fail"];
        BasicUnread = "token-basic-secret-unread", breaks "oauth2-token-client-authentication",
            "does not compare the secret of the Authorization header",
            ["issuer-token-basic-wrong" => "fail", "issuer-token-basic-status" => "skip", "issuer-token-basic-challenge" => "skip"];
        PostUnread = "token-post-secret-unread", breaks "oauth2-token-client-authentication",
            "does not compare client_secret of the body",
            ["issuer-token-post-wrong" => "fail"];
        MethodsTwo = "token-client-methods-two", breaks "oauth2-token-client-methods",
            "takes a secret in the header and in the body at once when both are right",
            ["issuer-token-client-methods" => "info:granted"];
        MethodsOneRead = "token-client-methods-one-read", breaks "oauth2-token-client-methods",
            "looks at the Authorization header alone when there is a secret in the body too",
            ["issuer-token-client-methods" => "info:granted", "issuer-token-client-methods-differ" => "fail"];
        SecretInUrl = "token-client-secret-in-url", breaks "oauth2-token-client-secret-place",
            "takes client_id and client_secret from the query",
            ["issuer-token-client-secret-in-url" => "warn"];
        BasicStatus = "token-basic-status", breaks "oauth2-token-basic-failure",
            "answers failed Basic authentication with 400",
            ["issuer-token-basic-status" => "fail"];
        BasicChallenge = "token-basic-challenge-missing", breaks "oauth2-token-basic-failure",
            "answers failed Basic authentication without WWW-Authenticate",
            ["issuer-token-basic-challenge" => "fail"];
        GrantTypeUnread = "token-grant-type-unread", breaks "oauth2-token-grant-type",
            "takes a grant type that it does not know for client_credentials",
            ["issuer-token-grant-type" => "fail", "issuer-token-error-form" => "skip", "issuer-token-error-characters" => "skip"];
        GrantTypeError = "token-grant-type-error", breaks "oauth2-token-grant-type",
            "refuses an unknown grant type with invalid_request",
            ["issuer-token-grant-type" => "warn"];
        ErrorText = "token-error-text", breaks "oauth2-token-error-form",
            "refuses an unknown grant type with a line of text",
            ["issuer-token-grant-type" => "warn", "issuer-token-error-form" => "warn", "issuer-token-error-characters" => "skip"];
        ErrorEcho = "token-error-echo", breaks "oauth2-token-error-form",
            "repeats the grant type that it does not know in error_description",
            ["issuer-token-error-characters" => "fail"];
        ScopeUnsaid = "token-scope-unsaid", breaks "oauth2-token-scope-said",
            "leaves scopes out that it does not know and does not say so",
            ["issuer-token-scope-said" => "fail"];
        RefreshToken = "token-client-credentials-refresh", breaks "oauth2-token-client-credentials-refresh",
            "gives a refresh token with client_credentials",
            ["issuer-token-client-credentials-refresh" => "warn"];
        StoreAllowed = "token-no-store-missing", breaks "oauth2-token-no-store",
            "gives tokens without Cache-Control",
            ["issuer-token-no-store" => "fail"];
        PragmaMissing = "token-pragma-missing", breaks "oauth2-token-pragma",
            "gives tokens without Pragma",
            ["issuer-token-pragma" => "info:missing"];
        TypeMissing = "token-type-missing", breaks "oauth2-token-answer",
            "gives tokens without token_type",
            ["issuer-token-type" => "fail", "issuer-token-bearer" => "fail"];
        TypeOther = "token-type-other", breaks "oidc-token-type",
            "gives tokens with token_type jwt",
            ["issuer-token-bearer" => "fail"];
        ExpiresMissing = "token-expires-in-missing", breaks "oauth2-token-answer",
            "gives tokens without expires_in",
            ["issuer-token-expires-in" => "warn", "issuer-introspection-expired" => "skip", "issuer-bearer-expired" => "skip"];
        MediaType = "token-media-type", breaks "oauth2-token-answer",
            "gives tokens as text/html",
            ["issuer-token-media-type" => "warn"];
        IdTokenMissing = "token-id-token-missing", breaks "oidc-token-answer",
            "gives no ID token with the first code after its start",
            ["issuer-token-id-token" => "fail", "issuer-id-token-claims" => "skip", "issuer-id-token-issuer" => "skip",
             "issuer-id-token-audience" => "skip", "issuer-id-token-times" => "skip", "issuer-id-token-nonce" => "skip",
             "issuer-id-token-signature" => "skip", "issuer-id-token-sub" => "skip", "issuer-id-token-kid" => "skip"];
        IdTokenOpaque = "token-id-token-opaque", breaks "oidc-id-token-claims",
            "gives a random word for the ID token with the first code after its start",
            ["issuer-id-token-claims" => "fail", "issuer-id-token-issuer" => "skip",
             "issuer-id-token-audience" => "skip", "issuer-id-token-times" => "skip", "issuer-id-token-nonce" => "skip",
             "issuer-id-token-signature" => "skip", "issuer-id-token-sub" => "skip", "issuer-id-token-kid" => "skip"];
        ResourceIgnored = "token-resource-ignored", breaks "oauth2-token-resource",
            "passes resource over",
            ["issuer-token-resource" => "info:ignored"];
        ResourceError = "token-resource-error", breaks "oauth2-token-resource",
            "refuses an unknown resource with invalid_request",
            ["issuer-token-resource" => "warn"];
        JwtClaims = "access-token-claims-missing", breaks "oauth2-token-jwt",
            "writes access tokens of type at+jwt without iat and client_id",
            ["issuer-access-token-claims" => "fail"];
        JwtIssuer = "access-token-issuer-other", breaks "oauth2-token-jwt",
            "writes another iss into access tokens than into its metadata",
            ["issuer-access-token-issuer" => "fail"];
        JwtScope = "access-token-scope-missing", breaks "oauth2-token-jwt-scope",
            "writes access tokens of type at+jwt without scope",
            ["issuer-access-token-scope" => "warn"];
    }
}
